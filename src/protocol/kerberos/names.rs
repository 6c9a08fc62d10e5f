//! Values of Kerberos by name: as trees show them (Wireshark's spelling) and as people say them (the RFCs' spelling).
//!
//! Numbers are RFC 4120 section 7.5 and the IANA registry of Kerberos parameters; negative ones are private use.
//! The functions for field tables take the number as a field prints it, sign-extended to 64 bits.

/// Message types as the packet list shows them: `AS-REQ`.
pub const fn message(kind: i64) -> Option<&'static str> {
    Some(match kind {
        10 => "AS-REQ",
        11 => "AS-REP",
        12 => "TGS-REQ",
        13 => "TGS-REP",
        14 => "AP-REQ",
        15 => "AP-REP",
        16 => "TGT-REQ",
        17 => "TGT-REP",
        20 => "KRB-SAFE",
        21 => "KRB-PRIV",
        22 => "KRB-CRED",
        30 => "KRB-ERROR",
        _ => return None,
    })
}

/// Message types in trees.
pub fn message_value(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        10 => "krb-as-req",
        11 => "krb-as-rep",
        12 => "krb-tgs-req",
        13 => "krb-tgs-rep",
        14 => "krb-ap-req",
        15 => "krb-ap-rep",
        16 => "krb-tgt-req",
        17 => "krb-tgt-rep",
        20 => "krb-safe",
        21 => "krb-priv",
        22 => "krb-cred",
        30 => "krb-error",
        _ => return None,
    })
}

/// Types of principal names.
pub fn name_type(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        0 => "kRB5-NT-UNKNOWN",
        1 => "kRB5-NT-PRINCIPAL",
        2 => "kRB5-NT-SRV-INST",
        3 => "kRB5-NT-SRV-HST",
        4 => "kRB5-NT-SRV-XHST",
        5 => "kRB5-NT-UID",
        6 => "kRB5-NT-X500-PRINCIPAL",
        7 => "kRB5-NT-SMTP-NAME",
        10 => "kRB5-NT-ENTERPRISE-PRINCIPAL",
        11 => "kRB5-NT-WELLKNOWN",
        12 => "kRB5-NT-SRV-HST-DOMAIN",
        -128 => "kRB5-NT-MS-PRINCIPAL",
        -129 => "kRB5-NT-MS-PRINCIPAL-AND-ID",
        -130 => "kRB5-NT-ENT-PRINCIPAL-AND-ID",
        -1200 => "kRB5-NT-NTLM",
        -1201 => "kRB5-NT-X509-GENERAL-NAME",
        -1202 => "kRB5-NT-GSS-HOSTBASED-SERVICE",
        -1203 => "kRB5-NT-CACHE-UUID",
        -195894762 => "kRB5-NT-SRV-HST-NEEDS-CANON",
        _ => return None,
    })
}

/// Types of host addresses.
pub fn address_type(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        2 => "iPv4",
        5 => "cHAOS",
        6 => "xEROX",
        7 => "iSO",
        12 => "dECNET",
        16 => "aPPLETALK",
        20 => "nETBIOS",
        24 => "iPv6",
        _ => return None,
    })
}

/// Encryption types in trees.
pub fn etype(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        0 => "eTYPE-NULL",
        1 => "eTYPE-DES-CBC-CRC",
        2 => "eTYPE-DES-CBC-MD4",
        3 => "eTYPE-DES-CBC-MD5",
        5 => "eTYPE-DES3-CBC-MD5",
        7 => "eTYPE-OLD-DES3-CBC-SHA1",
        8 => "eTYPE-SIGN-DSA-GENERATE",
        9 => "eTYPE-DSA-SHA1",
        10 => "eTYPE-RSA-MD5",
        11 => "eTYPE-RSA-SHA1",
        12 => "eTYPE-RC2-CBC",
        13 => "eTYPE-RSA",
        14 => "eTYPE-RSAES-OAEP",
        15 => "eTYPE-DES-EDE3-CBC",
        16 => "eTYPE-DES3-CBC-SHA1",
        17 => "eTYPE-AES128-CTS-HMAC-SHA1-96",
        18 => "eTYPE-AES256-CTS-HMAC-SHA1-96",
        19 => "eTYPE-AES128-CTS-HMAC-SHA256-128",
        20 => "eTYPE-AES256-CTS-HMAC-SHA384-192",
        23 => "eTYPE-ARCFOUR-HMAC-MD5",
        24 => "eTYPE-ARCFOUR-HMAC-MD5-56",
        25 => "eTYPE-CAMELLIA128-CTS-CMAC",
        26 => "eTYPE-CAMELLIA256-CTS-CMAC",
        48 => "eTYPE-ENCTYPE-PK-CROSS",
        -128 => "eTYPE-ARCFOUR-MD4",
        -133 => "eTYPE-ARCFOUR-HMAC-OLD",
        -135 => "eTYPE-ARCFOUR-HMAC-OLD-EXP",
        -4096 => "eTYPE-DES-CBC-NONE",
        -4097 => "eTYPE-DES3-CBC-NONE",
        -4098 => "eTYPE-DES-CFB64-NONE",
        -4099 => "eTYPE-DES-PCBC-NONE",
        -4100 => "eTYPE-DIGEST-MD5-NONE",
        -4101 => "eTYPE-CRAM-MD5-NONE",
        _ => return None,
    })
}

/// Types of buffers in a PAC.
pub fn pac_type(value: u64) -> Option<&'static str> {
    Some(match value {
        1 => "Logon Info",
        2 => "Credential Type",
        6 => "Server Checksum",
        7 => "Privsvr Checksum",
        10 => "Client Info Type",
        11 => "S4U Delegation Info",
        12 => "UPN DNS Info",
        13 => "Client Claims Info",
        14 => "Device Info",
        15 => "Device Claims Info",
        16 => "Ticket Checksum",
        17 => "Attributes Info",
        18 => "Requester Sid",
        19 => "Full PAC Checksum",
        _ => return None,
    })
}

/// Checksum types.
pub fn checksum_type(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        0 => "cKSUMTYPE-NONE",
        1 => "cKSUMTYPE-CRC32",
        2 => "cKSUMTYPE-RSA-MD4",
        3 => "cKSUMTYPE-RSA-MD4-DES",
        4 => "cKSUMTYPE-DES-MAC",
        5 => "cKSUMTYPE-DES-MAC-K",
        6 => "cKSUMTYPE-RSA-MD4-DES-K",
        7 => "cKSUMTYPE-RSA-MD5",
        8 => "cKSUMTYPE-RSA-MD5-DES",
        9 => "cKSUMTYPE-RSA-MD5-DES3",
        10 => "cKSUMTYPE-SHA1-OTHER",
        12 => "cKSUMTYPE-HMAC-SHA1-DES3-KD",
        13 => "cKSUMTYPE-HMAC-SHA1-DES3",
        14 => "cKSUMTYPE-SHA1",
        15 => "cKSUMTYPE-HMAC-SHA1-96-AES-128",
        16 => "cKSUMTYPE-HMAC-SHA1-96-AES-256",
        17 => "cKSUMTYPE-CMAC-CAMELLIA128",
        18 => "cKSUMTYPE-CMAC-CAMELLIA256",
        19 => "cKSUMTYPE-HMAC-SHA256-128-AES128",
        20 => "cKSUMTYPE-HMAC-SHA384-192-AES256",
        32771 => "cKSUMTYPE-GSSAPI",
        -138 => "cKSUMTYPE-HMAC-MD5",
        -1138 => "cKSUMTYPE-HMAC-MD5-ENC",
        _ => return None,
    })
}

/// Types of pre-authentication data.
pub fn padata_type(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        0 => "pA-NONE",
        1 => "pA-TGS-REQ",
        2 => "pA-ENC-TIMESTAMP",
        3 => "pA-PW-SALT",
        5 => "pA-ENC-UNIX-TIME",
        6 => "pA-SANDIA-SECUREID",
        7 => "pA-SESAME",
        8 => "pA-OSF-DCE",
        9 => "pA-CYBERSAFE-SECUREID",
        10 => "pA-AFS3-SALT",
        11 => "pA-ETYPE-INFO",
        12 => "pA-SAM-CHALLENGE",
        13 => "pA-SAM-RESPONSE",
        14 => "pA-PK-AS-REQ-19",
        15 => "pA-PK-AS-REP-19",
        16 => "pA-PK-AS-REQ",
        17 => "pA-PK-AS-REP",
        18 => "pA-PK-OCSP-RESPONSE",
        19 => "pA-ETYPE-INFO2",
        20 => "pA-USE-SPECIFIED-KVNO",
        21 => "pA-SAM-REDIRECT",
        22 => "pA-GET-FROM-TYPED-DATA",
        23 => "pA-SAM-ETYPE-INFO",
        24 => "pA-ALT-PRINC",
        25 => "pA-SERVER-REFERRAL",
        30 => "pA-SAM-CHALLENGE2",
        31 => "pA-SAM-RESPONSE2",
        41 => "pA-EXTRA-TGT",
        101 => "tD-PKINIT-CMS-CERTIFICATES",
        102 => "tD-KRB-PRINCIPAL",
        103 => "tD-KRB-REALM",
        104 => "tD-TRUSTED-CERTIFIERS",
        105 => "tD-CERTIFICATE-INDEX",
        106 => "tD-APP-DEFINED-ERROR",
        107 => "tD-REQ-NONCE",
        108 => "tD-REQ-SEQ",
        109 => "tD-DH-PARAMETERS",
        111 => "tD-CMS-DIGEST-ALGORITHMS",
        112 => "tD-CERT-DIGEST-ALGORITHMS",
        128 => "pA-PAC-REQUEST",
        129 => "pA-FOR-USER",
        130 => "pA-FOR-X509-USER",
        131 => "pA-FOR-CHECK-DUPS",
        132 => "pA-PK-AS-09-BINDING",
        133 => "pA-FX-COOKIE",
        134 => "pA-AUTHENTICATION-SET",
        135 => "pA-AUTH-SET-SELECTED",
        136 => "pA-FX-FAST",
        137 => "pA-FX-ERROR",
        138 => "pA-ENCRYPTED-CHALLENGE",
        141 => "pA-OTP-CHALLENGE",
        142 => "pA-OTP-REQUEST",
        143 => "pA-OTP-CONFIRM",
        144 => "pA-OTP-PIN-CHANGE",
        145 => "pA-EPAK-AS-REQ",
        146 => "pA-EPAK-AS-REP",
        147 => "pA-PKINIT-KX",
        148 => "pA-PKU2U-NAME",
        149 => "pA-REQ-ENC-PA-REP",
        150 => "pA-AS-FRESHNESS",
        151 => "pA-SPAKE",
        152 => "pA-REDHAT-IDP-OAUTH2",
        153 => "pA-REDHAT-PASSKEY",
        161 => "pA-KERB-KEY-LIST-REQ",
        162 => "pA-KERB-KEY-LIST-REP",
        165 => "pA-SUPPORTED-ETYPES",
        166 => "pA-EXTENDED-ERROR",
        167 => "pA-PAC-OPTIONS",
        -1 => "pA-PROV-SRV-LOCATION",
        _ => return None,
    })
}

/// Types of FAST armor.
pub fn armor_type(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        0 => "fX-FAST-reserved",
        1 => "fX-FAST-ARMOR-AP-REQUEST",
        _ => return None,
    })
}

/// Groups of SPAKE.
pub fn spake_group(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        1 => "sPAKEGroup-edwards25519",
        2 => "sPAKEGroup-P-256",
        3 => "sPAKEGroup-P-384",
        4 => "sPAKEGroup-P-521",
        _ => return None,
    })
}

/// Kinds of last request.
pub fn last_request(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        0 => "lR-NONE",
        1 => "lR-INITIAL-TGT",
        2 => "lR-INITIAL",
        3 => "lR-ISSUE-USE-TGT",
        4 => "lR-RENEWAL",
        5 => "lR-REQUEST",
        6 => "lR-PW-EXPTIME",
        7 => "lR-ACCT-EXPTIME",
        _ => return None,
    })
}

/// Types of authorization data.
pub fn authorization_type(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        1 => "aD-IF-RELEVANT",
        2 => "aD-INTENDED-FOR-SERVER",
        3 => "aD-INTENDED-FOR-APPLICATION-CLASS",
        4 => "aD-KDC-ISSUED",
        5 => "aD-AND-OR",
        6 => "aD-MANDATORY-TICKET-EXTENSIONS",
        7 => "aD-IN-TICKET-EXTENSIONS",
        8 => "aD-MANDATORY-FOR-KDC",
        9 => "aD-INITIAL-VERIFIED-CAS",
        64 => "aD-OSF-DCE",
        65 => "aD-SESAME",
        66 => "aD-OSF-DCE-PKI-CERTID",
        70 => "aD-authentication-strength",
        71 => "aD-fx-fast-armor",
        72 => "aD-fx-fast-used",
        128 => "aD-WIN2K-PAC",
        129 => "aD-GSS-API-ETYPE-NEGOTIATION",
        141 => "aD-TOKEN-RESTRICTIONS",
        142 => "aD-LOCAL",
        143 => "aD-AP-OPTIONS",
        144 => "aD-TARGET-PRINCIPAL",
        512 => "aD-SIGNTICKET",
        -17 => "aD-SIGNTICKET-OLDER",
        _ => return None,
    })
}

/// Encryption types as administrators write them (RFC 3961 and followers): `aes256-cts-hmac-sha1-96`.
pub const fn etype_name(etype: i32) -> Option<&'static str> {
    Some(match etype {
        1 => "des-cbc-crc",
        2 => "des-cbc-md4",
        3 => "des-cbc-md5",
        5 => "des3-cbc-md5",
        7 => "old-des3-cbc-sha1",
        16 => "des3-cbc-sha1",
        17 => "aes128-cts-hmac-sha1-96",
        18 => "aes256-cts-hmac-sha1-96",
        19 => "aes128-cts-hmac-sha256-128",
        20 => "aes256-cts-hmac-sha384-192",
        23 => "rc4-hmac",
        24 => "rc4-hmac-exp",
        25 => "camellia128-cts-cmac",
        26 => "camellia256-cts-cmac",
        -128 => "rc4-md4",
        -133 => "rc4-hmac-old",
        -135 => "rc4-hmac-old-exp",
        _ => return None,
    })
}

/// KDCOptions by bit, 0 the first on the wire (RFC 4120 section 5.4.1, RFC 6806, [MS-SFU]).
pub const fn kdc_option(bit: u32) -> Option<&'static str> {
    Some(match bit {
        1 => "forwardable",
        2 => "forwarded",
        3 => "proxiable",
        4 => "proxy",
        5 => "allow-postdate",
        6 => "postdated",
        8 => "renewable",
        11 => "opt-hardware-auth",
        14 => "constrained-delegation",
        15 => "canonicalize",
        16 => "request-anonymous",
        26 => "disable-transited-check",
        27 => "renewable-ok",
        28 => "enc-tkt-in-skey",
        30 => "renew",
        31 => "validate",
        _ => return None,
    })
}

/// Types in TYPED-DATA, the error data of PKINIT and others (RFC 4120 section 5.9.1, RFC 4556 section 3.1.4).
pub fn typed_data(value: u64) -> Option<&'static str> {
    Some(match value.cast_signed() {
        22 => "TD-PADATA",
        101 => "TD-PKINIT-CMS-CERTIFICATES",
        102 => "TD-KRB-PRINCIPAL",
        103 => "TD-KRB-REALM",
        104 => "TD-TRUSTED-CERTIFIERS",
        105 => "TD-CERTIFICATE-INDEX",
        106 => "TD-APP-DEFINED-ERROR",
        107 => "TD-REQ-NONCE",
        108 => "TD-REQ-SEQ",
        109 => "TD-DH-PARAMETERS",
        111 => "TD-CMS-DIGEST-ALGORITHMS",
        112 => "TD-CERT-DIGEST-ALGORITHMS",
        _ => return None,
    })
}
