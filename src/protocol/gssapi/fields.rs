//! The fields of GSS-API, SPNEGO and the Kerberos mechanism. Names and titles are Wireshark's.

/// The token header of RFC 2743 §3.1.
pub mod gss {
    crate::fields! {
        GSS_API = Protocol "gss-api"     "GSS-API Generic Security Service Application Program Interface";
        OID     = Oid      "gss-api.OID" "OID";
    }
}

/// SPNEGO (RFC 4178).
pub mod spnego {
    fn result(n: u64) -> Option<&'static str> {
        Some(match n {
            0 => "accept-completed",
            1 => "accept-incomplete",
            2 => "reject",
            3 => "request-mic",
            _ => return None,
        })
    }

    crate::fields! {
        SPNEGO         = Protocol "spnego"                     "Simple Protected Negotiation";
        INIT           = Group    "spnego.negTokenInit_element" "negTokenInit";
        MECH_TYPES     = Number   "spnego.mechTypes"           "mechTypes";
        MECH_TYPE      = Oid      "spnego.MechType"            "MechType";
        REQ_FLAGS      = Bytes    "spnego.reqFlags"            "reqFlags";
        MECH_TOKEN     = Bytes    "spnego.mechToken"           "mechToken", secret;
        MECH_LIST_MIC  = Bytes    "spnego.mechListMIC"         "mechListMIC";
        HINTS          = Group    "spnego.negHints_element"    "negHints";
        HINT_NAME      = Text     "spnego.hintName"            "hintName";
        HINT_ADDRESS   = Bytes    "spnego.hintAddress"         "hintAddress";
        TARG           = Group    "spnego.negTokenTarg_element" "negTokenTarg";
        RESULT         = Number   "spnego.negResult"           "negResult", names result;
        SUPPORTED_MECH = Oid      "spnego.supportedMech"       "supportedMech";
        RESPONSE_TOKEN = Bytes    "spnego.responseToken"       "responseToken", secret;
    }
}

/// Tokens of the Kerberos mechanism (RFC 4121, RFC 1964).
pub mod krb5 {
    fn token_id(n: u64) -> Option<&'static str> {
        Some(match n {
            0x0001 => "KRB5_AP_REQ",
            0x0002 => "KRB5_AP_REP",
            0x0003 => "KRB5_ERROR",
            0x0004 => "KRB5_TGT_REQ",
            0x0101 => "KRB5_GSS_GetMIC",
            0x0102 => "KRB5_GSS_Wrap",
            0x0104 => "KRB5_TGT_REP",
            0x0201 => "KRB5_GSS_Delete_sec_context",
            0x0404 => "KRB_TOKEN_CFX_GetMic",
            0x0405 => "KRB_TOKEN_CFX_WRAP",
            _ => return None,
        })
    }

    fn sign(n: u64) -> Option<&'static str> {
        Some(match n {
            0x00 => "DES MAC MD5",
            0x01 => "MD2.5",
            0x02 => "DES MAC",
            0x04 => "HMAC SHA1 DES3-KD",
            0x11 => "HMAC",
            _ => return None,
        })
    }

    fn seal(n: u64) -> Option<&'static str> {
        Some(match n {
            0x00 => "DES CBC",
            0x02 => "DES3-KD",
            0x10 => "RC4",
            0xffff => "None",
            _ => return None,
        })
    }

    crate::fields! {
        BLOB            = Bytes  "spnego.krb5.blob"             "krb5_blob", secret;
        OID             = Oid    "spnego.krb5_oid"              "KRB5 OID";
        TOKEN_ID        = Hex4   "spnego.krb5.tok_id"           "krb5_tok_id", names token_id;
        SIGN            = Hex4   "spnego.krb5.sgn_alg"          "krb5_sgn_alg", names sign;
        SEAL            = Hex4   "spnego.krb5.seal_alg"         "krb5_seal_alg", names seal;
        SEQUENCE        = Bytes  "spnego.krb5.snd_seq"          "krb5_snd_seq";
        CHECKSUM        = Bytes  "spnego.krb5.sgn_cksum"        "krb5_sgn_cksum";
        CONFOUNDER      = Bytes  "spnego.krb5.confounder"       "krb5_confounder";
        FILLER          = Bytes  "spnego.krb5.filler"           "krb5_filler";
        CFX_FLAGS       = Hex2   "spnego.krb5.cfx_flags"        "krb5_cfx_flags";
        ACCEPTOR_SUBKEY = Flag   "spnego.krb5.acceptor_subkey"  "AcceptorSubkey";
        SEALED          = Flag   "spnego.krb5.sealed"           "Sealed";
        BY_ACCEPTOR     = Flag   "spnego.krb5.send_by_acceptor" "SendByAcceptor";
        CFX_EC          = Number "spnego.krb5.cfx_ec"           "krb5_cfx_ec";
        CFX_RRC         = Number "spnego.krb5.cfx_rrc"          "krb5_cfx_rrc";
        CFX_SEQUENCE    = Number "spnego.krb5.cfx_seq"          "krb5_cfx_seq";
    }
}
