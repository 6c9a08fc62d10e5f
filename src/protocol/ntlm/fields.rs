//! The fields of NTLM. Names and titles are Wireshark's, `auth.ntlm.*` are ours.

use crate::field::Field;

fn message_type(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "NTLMSSP_NEGOTIATE",
        2 => "NTLMSSP_CHALLENGE",
        3 => "NTLMSSP_AUTH",
        _ => return None,
    })
}

/// The name of an AvId ([MS-NLMP] 2.2.2.1).
pub fn attribute(id: u64) -> Option<&'static str> {
    Some(match id {
        0 => "End of list",
        1 => "NetBIOS computer name",
        2 => "NetBIOS domain name",
        3 => "DNS computer name",
        4 => "DNS domain name",
        5 => "DNS tree name",
        6 => "Flags",
        7 => "Timestamp",
        8 => "Restrictions",
        9 => "Target Name",
        10 => "Channel Bindings",
        _ => return None,
    })
}

crate::fields! {
    NTLMSSP       = Protocol "ntlmssp"                    "NTLM Secure Service Provider";
    IDENTIFIER    = Text   "ntlmssp.identifier"           "NTLMSSP identifier";
    MESSAGE_TYPE  = Hex8   "ntlmssp.messagetype"          "NTLM Message Type", names message_type;

    FLAGS         = Hex8   "ntlmssp.negotiateflags"       "Negotiate Flags";
    FLAG_31       = Flag   "ntlmssp.negotiate56"          "Negotiate 56";
    FLAG_30       = Flag   "ntlmssp.negotiatekeyexch"     "Negotiate Key Exchange";
    FLAG_29       = Flag   "ntlmssp.negotiate128"         "Negotiate 128";
    FLAG_28       = Flag   "ntlmssp.negotiatent10000000"  "Negotiate 0x10000000";
    FLAG_27       = Flag   "ntlmssp.negotiatent08000000"  "Negotiate 0x08000000";
    FLAG_26       = Flag   "ntlmssp.negotiatent04000000"  "Negotiate 0x04000000";
    FLAG_25       = Flag   "ntlmssp.negotiateversion"     "Negotiate Version";
    FLAG_24       = Flag   "ntlmssp.negotiatent01000000"  "Negotiate 0x01000000";
    FLAG_23       = Flag   "ntlmssp.negotiatetargetinfo"  "Negotiate Target Info";
    FLAG_22       = Flag   "ntlmssp.requestnonntsession"  "Request Non-NT Session";
    FLAG_21       = Flag   "ntlmssp.negotiatent00200000"  "Negotiate 0x00200000";
    FLAG_20       = Flag   "ntlmssp.negotiateidentify"    "Negotiate Identify";
    FLAG_19       = Flag   "ntlmssp.negotiatentlm2"       "Negotiate Extended Security";
    FLAG_18       = Flag   "ntlmssp.targettypeshare"      "Target Type Share";
    FLAG_17       = Flag   "ntlmssp.targettypeserver"     "Target Type Server";
    FLAG_16       = Flag   "ntlmssp.targettypedomain"     "Target Type Domain";
    FLAG_15       = Flag   "ntlmssp.negotiatealwayssign"  "Negotiate Always Sign";
    FLAG_14       = Flag   "ntlmssp.negotiate00004000"    "Negotiate 0x00004000";
    FLAG_13       = Flag   "ntlmssp.negotiateoemworkstationsupplied" "Negotiate OEM Workstation Supplied";
    FLAG_12       = Flag   "ntlmssp.negotiateoemdomainsupplied"      "Negotiate OEM Domain Supplied";
    FLAG_11       = Flag   "ntlmssp.negotiateanonymous"   "Negotiate Anonymous";
    FLAG_10       = Flag   "ntlmssp.negotiatentonly"      "Negotiate NT Only";
    FLAG_9        = Flag   "ntlmssp.negotiatentlm"        "Negotiate NTLM key";
    FLAG_8        = Flag   "ntlmssp.negotiate00000100"    "Negotiate 0x00000100";
    FLAG_7        = Flag   "ntlmssp.negotiatelmkey"       "Negotiate Lan Manager Key";
    FLAG_6        = Flag   "ntlmssp.negotiatedatagram"    "Negotiate Datagram";
    FLAG_5        = Flag   "ntlmssp.negotiateseal"        "Negotiate Seal";
    FLAG_4        = Flag   "ntlmssp.negotiatesign"        "Negotiate Sign";
    FLAG_3        = Flag   "ntlmssp.negotiate00000008"    "Request 0x00000008";
    FLAG_2        = Flag   "ntlmssp.requesttarget"        "Request Target";
    FLAG_1        = Flag   "ntlmssp.negotiateoem"         "Negotiate OEM";
    FLAG_0        = Flag   "ntlmssp.negotiateunicode"     "Negotiate UNICODE";

    NEGOTIATE_DOMAIN      = Text "ntlmssp.negotiate.domain"             "Calling workstation domain";
    NEGOTIATE_WORKSTATION = Text "ntlmssp.negotiate.callingworkstation" "Calling workstation name";

    STRING_LENGTH = Number "ntlmssp.string.length"        "Length";
    STRING_MAXLEN = Number "ntlmssp.string.maxlen"        "Maxlen";
    STRING_OFFSET = Number "ntlmssp.string.offset"        "Offset";
    BLOB_LENGTH   = Number "ntlmssp.blob.length"          "Length";
    BLOB_MAXLEN   = Number "ntlmssp.blob.maxlen"          "Maxlen";
    BLOB_OFFSET   = Number "ntlmssp.blob.offset"          "Offset";
    PLACE         = Group  "auth.ntlm.place"              "Place of the payload";
    ATTRIBUTE     = Group  "auth.ntlm.attribute"          "Attribute";
    KIND          = Text   "auth.ntlm.kind"               "Kind of response";

    VERSION          = Group  "ntlmssp.version"                       "Version";
    VERSION_MAJOR    = Number "ntlmssp.version.major"                 "Major Version";
    VERSION_MINOR    = Number "ntlmssp.version.minor"                 "Minor Version";
    VERSION_BUILD    = Number "ntlmssp.version.build_number"          "Build Number";
    VERSION_REVISION = Number "ntlmssp.version.ntlm_current_revision" "NTLM Current Revision";

    TARGET_NAME      = Text  "ntlmssp.challenge.target_name" "Target Name";
    SERVER_CHALLENGE = Bytes "ntlmssp.ntlmserverchallenge"   "NTLM Server Challenge";
    RESERVED         = Bytes "ntlmssp.reserved"              "Reserved";

    INFO                = Group  "ntlmssp.challenge.target_info"                  "Target Info";
    INFO_LENGTH         = Number "ntlmssp.challenge.target_info.length"           "Length";
    INFO_MAXLEN         = Number "ntlmssp.challenge.target_info.maxlen"           "Maxlen";
    INFO_OFFSET         = Number "ntlmssp.challenge.target_info.offset"           "Offset";
    INFO_ITEM_TYPE      = Hex4   "ntlmssp.challenge.target_info.item.type"        "Target Info Item Type", names attribute;
    INFO_ITEM_LENGTH    = Number "ntlmssp.challenge.target_info.item.length"      "Target Info Item Length";
    INFO_NB_COMPUTER    = Text   "ntlmssp.challenge.target_info.nb_computer_name" "NetBIOS Computer Name";
    INFO_NB_DOMAIN      = Text   "ntlmssp.challenge.target_info.nb_domain_name"   "NetBIOS Domain Name";
    INFO_DNS_COMPUTER   = Text   "ntlmssp.challenge.target_info.dns_computer_name" "DNS Computer Name";
    INFO_DNS_DOMAIN     = Text   "ntlmssp.challenge.target_info.dns_domain_name"  "DNS Domain Name";
    INFO_DNS_TREE       = Text   "ntlmssp.challenge.target_info.dns_tree_name"    "DNS Tree Name";
    INFO_FLAGS          = Hex8   "ntlmssp.challenge.target_info.flags"            "Flags";
    INFO_TIMESTAMP      = Time   "ntlmssp.challenge.target_info.timestamp"        "Timestamp";
    INFO_RESTRICTIONS   = Bytes  "ntlmssp.challenge.target_info.restrictions"     "Restrictions";
    INFO_TARGET_NAME    = Text   "ntlmssp.challenge.target_info.target_name"      "Target Name";
    INFO_BINDINGS       = Bytes  "ntlmssp.challenge.target_info.channel_bindings" "Channel Bindings";

    LM_RESPONSE      = Bytes "ntlmssp.auth.lmresponse"     "Lan Manager Response", secret;
    CLIENT_CHALLENGE = Bytes "ntlmssp.ntlmclientchallenge" "LMv2 Client Challenge", secret;
    NT_RESPONSE      = Bytes "ntlmssp.auth.ntresponse"     "NTLM Response", secret;
    DOMAIN           = Text  "ntlmssp.auth.domain"         "Domain name";
    USER             = Text  "ntlmssp.auth.username"       "User name";
    WORKSTATION      = Text  "ntlmssp.auth.hostname"       "Host name";
    SESSION_KEY      = Bytes "ntlmssp.auth.sesskey"        "Session Key", secret;
    MIC              = Bytes "ntlmssp.authenticate.mic"    "MIC";

    V2               = Bytes  "ntlmssp.ntlmv2_response"                   "NTLMv2 Response", secret;
    V2_PROOF         = Bytes  "ntlmssp.ntlmv2_response.ntproofstr"        "NTProofStr", secret;
    V2_VERSION       = Number "ntlmssp.ntlmv2_response.rversion"          "Response Version";
    V2_HI_VERSION    = Number "ntlmssp.ntlmv2_response.hirversion"        "Hi Response Version";
    V2_ZERO          = Bytes  "ntlmssp.ntlmv2_response.z"                 "Z";
    V2_TIME          = Time   "ntlmssp.ntlmv2_response.time"              "Time";
    V2_CHALLENGE     = Bytes  "ntlmssp.ntlmv2_response.chal"              "NTLMv2 Client Challenge", secret;
    V2_ITEM_TYPE     = Hex4   "ntlmssp.ntlmv2_response.item.type"         "NTLMV2 Response Item Type", names attribute;
    V2_ITEM_LENGTH   = Number "ntlmssp.ntlmv2_response.item.length"       "NTLMV2 Response Item Length";
    V2_NB_COMPUTER   = Text   "ntlmssp.ntlmv2_response.nb_computer_name"  "NetBIOS Computer Name";
    V2_NB_DOMAIN     = Text   "ntlmssp.ntlmv2_response.nb_domain_name"    "NetBIOS Domain Name";
    V2_DNS_COMPUTER  = Text   "ntlmssp.ntlmv2_response.dns_computer_name" "DNS Computer Name";
    V2_DNS_DOMAIN    = Text   "ntlmssp.ntlmv2_response.dns_domain_name"   "DNS Domain Name";
    V2_DNS_TREE      = Text   "ntlmssp.ntlmv2_response.dns_tree_name"     "DNS Tree Name";
    V2_FLAGS         = Hex8   "ntlmssp.ntlmv2_response.flags"             "Flags";
    V2_TIMESTAMP     = Time   "ntlmssp.ntlmv2_response.timestamp"         "Timestamp";
    V2_RESTRICTIONS  = Bytes  "ntlmssp.ntlmv2_response.restrictions"      "Restrictions";
    V2_TARGET_NAME   = Text   "ntlmssp.ntlmv2_response.target_name"       "Target Name";
    V2_BINDINGS      = Bytes  "ntlmssp.ntlmv2_response.channel_bindings"  "Channel Bindings";
    V2_PAD           = Bytes  "ntlmssp.ntlmv2_response.pad"               "padding";

    VERIFIER         = Group  "ntlmssp.verf"              "NTLMSSP Verifier";
    VERIFIER_VERSION = Number "ntlmssp.verf.vers"         "Version Number";
    VERIFIER_BODY    = Bytes  "ntlmssp.verf.body"         "Verifier Body";
}

/// The flags from the highest bit down, as they are shown.
pub static FLAG_BITS: [&Field; 32] = [
    &FLAG_31, &FLAG_30, &FLAG_29, &FLAG_28, &FLAG_27, &FLAG_26, &FLAG_25, &FLAG_24, &FLAG_23, &FLAG_22, &FLAG_21,
    &FLAG_20, &FLAG_19, &FLAG_18, &FLAG_17, &FLAG_16, &FLAG_15, &FLAG_14, &FLAG_13, &FLAG_12, &FLAG_11, &FLAG_10,
    &FLAG_9, &FLAG_8, &FLAG_7, &FLAG_6, &FLAG_5, &FLAG_4, &FLAG_3, &FLAG_2, &FLAG_1, &FLAG_0,
];

/// The fields of one list of AV pairs: the same attributes have other names in a challenge than in a response.
#[derive(Debug)]
pub struct Attributes {
    /// AvId
    pub id: &'static Field,
    /// AvLen
    pub length: &'static Field,
    /// Values by AvId - 1.
    pub values: [&'static Field; 10],
}

/// TargetInfo of a challenge.
pub static INFO_ATTRIBUTES: Attributes = Attributes {
    id: &INFO_ITEM_TYPE,
    length: &INFO_ITEM_LENGTH,
    values: [
        &INFO_NB_COMPUTER,
        &INFO_NB_DOMAIN,
        &INFO_DNS_COMPUTER,
        &INFO_DNS_DOMAIN,
        &INFO_DNS_TREE,
        &INFO_FLAGS,
        &INFO_TIMESTAMP,
        &INFO_RESTRICTIONS,
        &INFO_TARGET_NAME,
        &INFO_BINDINGS,
    ],
};

/// The list in an NTLMv2 response.
pub static V2_ATTRIBUTES: Attributes = Attributes {
    id: &V2_ITEM_TYPE,
    length: &V2_ITEM_LENGTH,
    values: [
        &V2_NB_COMPUTER,
        &V2_NB_DOMAIN,
        &V2_DNS_COMPUTER,
        &V2_DNS_DOMAIN,
        &V2_DNS_TREE,
        &V2_FLAGS,
        &V2_TIMESTAMP,
        &V2_RESTRICTIONS,
        &V2_TARGET_NAME,
        &V2_BINDINGS,
    ],
};

/// The three numbers that place a payload.
#[derive(Debug)]
pub struct PlaceFields {
    /// Len
    pub length: &'static Field,
    /// MaxLen
    pub maxlen: &'static Field,
    /// BufferOffset
    pub offset: &'static Field,
}

/// For names.
pub static STRING_PLACE: PlaceFields =
    PlaceFields { length: &STRING_LENGTH, maxlen: &STRING_MAXLEN, offset: &STRING_OFFSET };
/// For responses and keys.
pub static BLOB_PLACE: PlaceFields = PlaceFields { length: &BLOB_LENGTH, maxlen: &BLOB_MAXLEN, offset: &BLOB_OFFSET };
/// For TargetInfo.
pub static INFO_PLACE: PlaceFields = PlaceFields { length: &INFO_LENGTH, maxlen: &INFO_MAXLEN, offset: &INFO_OFFSET };
