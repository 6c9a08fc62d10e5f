//! The fields of TLS. Names and titles are Wireshark's.

use super::suites;
use crate::knowledge::tls::alert_title;

/// The name of a content type.
pub fn content_type(n: u64) -> Option<&'static str> {
    Some(match n {
        20 => "Change Cipher Spec",
        21 => "Alert",
        22 => "Handshake",
        23 => "Application Data",
        24 => "Heartbeat",
        _ => return None,
    })
}

fn version(n: u64) -> Option<&'static str> {
    Some(match n {
        0x0002 => "SSL 2.0",
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => return None,
    })
}

/// The name of a handshake message.
pub fn handshake_type(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "Hello Request",
        1 => "Client Hello",
        2 => "Server Hello",
        3 => "Hello Verify Request",
        4 => "New Session Ticket",
        5 => "End of Early Data",
        6 => "Hello Retry Request",
        8 => "Encrypted Extensions",
        11 => "Certificate",
        12 => "Server Key Exchange",
        13 => "Certificate Request",
        14 => "Server Hello Done",
        15 => "Certificate Verify",
        16 => "Client Key Exchange",
        20 => "Finished",
        21 => "Client Certificate URL",
        22 => "Certificate Status",
        23 => "Supplemental Data",
        24 => "Key Update",
        25 => "Compressed Certificate",
        67 => "Encrypted Extensions",
        _ => return None,
    })
}

/// The name of an alert's level.
pub fn alert_level(n: u64) -> Option<&'static str> {
    match n {
        1 => Some("Warning"),
        2 => Some("Fatal"),
        _ => None,
    }
}

/// The name of an extension.
pub fn extension(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "server_name",
        1 => "max_fragment_length",
        5 => "status_request",
        10 => "supported_groups",
        11 => "ec_point_formats",
        13 => "signature_algorithms",
        14 => "use_srtp",
        15 => "heartbeat",
        16 => "application_layer_protocol_negotiation",
        17 => "status_request_v2",
        18 => "signed_certificate_timestamp",
        21 => "padding",
        22 => "encrypt_then_mac",
        23 => "extended_master_secret",
        24 => "token_binding",
        27 => "compress_certificate",
        28 => "record_size_limit",
        34 => "delegated_credentials",
        35 => "session_ticket",
        41 => "pre_shared_key",
        42 => "early_data",
        43 => "supported_versions",
        44 => "cookie",
        45 => "psk_key_exchange_modes",
        47 => "certificate_authorities",
        49 => "post_handshake_auth",
        50 => "signature_algorithms_cert",
        51 => "key_share",
        13_172 => "next_protocol_negotiation",
        17_513 => "application_settings",
        65_281 => "renegotiation_info",
        n if is_grease(n) => "Reserved (GREASE)",
        _ => return None,
    })
}

/// The name of a group.
pub fn group(n: u64) -> Option<&'static str> {
    Some(match n {
        0x0015 => "secp224r1",
        0x0016 => "secp256k1",
        0x0017 => "secp256r1",
        0x0018 => "secp384r1",
        0x0019 => "secp521r1",
        0x001d => "x25519",
        0x001e => "x448",
        0x0100 => "ffdhe2048",
        0x0101 => "ffdhe3072",
        0x0102 => "ffdhe4096",
        0x0103 => "ffdhe6144",
        0x0104 => "ffdhe8192",
        n if is_grease(n) => "Reserved (GREASE)",
        _ => return None,
    })
}

/// The name of a signature algorithm.
pub fn signature(n: u64) -> Option<&'static str> {
    Some(match n {
        0x0201 => "rsa_pkcs1_sha1",
        0x0202 => "SHA1 DSA",
        0x0203 => "ecdsa_sha1",
        0x0401 => "rsa_pkcs1_sha256",
        0x0402 => "SHA256 DSA",
        0x0403 => "ecdsa_secp256r1_sha256",
        0x0501 => "rsa_pkcs1_sha384",
        0x0503 => "ecdsa_secp384r1_sha384",
        0x0601 => "rsa_pkcs1_sha512",
        0x0603 => "ecdsa_secp521r1_sha512",
        0x0804 => "rsa_pss_rsae_sha256",
        0x0805 => "rsa_pss_rsae_sha384",
        0x0806 => "rsa_pss_rsae_sha512",
        0x0807 => "ed25519",
        0x0808 => "ed448",
        0x0809 => "rsa_pss_pss_sha256",
        0x080a => "rsa_pss_pss_sha384",
        0x080b => "rsa_pss_pss_sha512",
        _ => return None,
    })
}

/// The name of a suite.
pub fn suite(n: u64) -> Option<&'static str> {
    suites::name(u16::try_from(n).ok()?)
}

/// The name of a kind of client certificates.
pub fn certificate_type(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "RSA Sign",
        2 => "DSS Sign",
        3 => "RSA Fixed DH",
        4 => "DSS Fixed DH",
        64 => "ECDSA Sign",
        65 => "RSA Fixed ECDH",
        66 => "ECDSA Fixed ECDH",
        _ => return None,
    })
}

fn srtp_profile(n: u64) -> Option<&'static str> {
    Some(match n {
        0x0001 => "SRTP_AES128_CM_HMAC_SHA1_80",
        0x0002 => "SRTP_AES128_CM_HMAC_SHA1_32",
        0x0005 => "SRTP_NULL_HMAC_SHA1_80",
        0x0006 => "SRTP_NULL_HMAC_SHA1_32",
        0x0007 => "SRTP_AEAD_AES_128_GCM",
        0x0008 => "SRTP_AEAD_AES_256_GCM",
        _ => return None,
    })
}

/// Values that clients sprinkle in to keep servers tolerant (RFC 8701).
pub const fn is_grease(n: u64) -> bool {
    n & 0x0f0f == 0x0a0a && n >> 8 == n & 0xff
}

crate::fields! {
    TLS               = Protocol "tls"                            "Transport Layer Security";
    RECORD            = Group  "tls.record"                       "Record Layer";
    CONTENT_TYPE      = Number "tls.record.content_type"          "Content Type", names content_type;
    OPAQUE_TYPE       = Number "tls.record.opaque_type"           "Opaque Type", names content_type;
    RECORD_VERSION    = Hex4   "tls.record.version"               "Version", names version;
    RECORD_LENGTH     = Number "tls.record.length"                "Length";
    IGNORED           = Group  "tls.ignored_unknown_record"       "Ignored Unknown Record";
    CHANGE_CIPHER     = Group  "tls.change_cipher_spec"           "Change Cipher Spec Message";
    ALERT             = Group  "tls.alert_message"                "Alert Message";
    ALERT_LEVEL       = Number "tls.alert_message.level"          "Level", names alert_level;
    ALERT_DESC        = Number "tls.alert_message.desc"           "Description", names alert_title;
    APP_DATA          = Bytes  "tls.app_data"                     "Encrypted Application Data", secret;

    HANDSHAKE         = Group  "tls.handshake"                    "Handshake Protocol";
    HANDSHAKE_TYPE    = Number "tls.handshake.type"               "Handshake Type", names handshake_type;
    HANDSHAKE_LENGTH  = Number "tls.handshake.length"             "Length";
    VERSION           = Hex4   "tls.handshake.version"            "Version", names version;
    RANDOM            = Bytes  "tls.handshake.random"             "Random";
    RANDOM_TIME       = Time   "tls.handshake.random_time"        "GMT Unix Time";
    RANDOM_BYTES      = Bytes  "tls.handshake.random_bytes"       "Random Bytes";
    SESSION_ID_LENGTH = Number "tls.handshake.session_id_length"  "Session ID Length";
    SESSION_ID        = Bytes  "tls.handshake.session_id"         "Session ID";
    SUITES_LENGTH     = Number "tls.handshake.cipher_suites_length" "Cipher Suites Length";
    SUITES            = Group  "tls.handshake.ciphersuites"       "Cipher Suites";
    SUITE             = Hex4   "tls.handshake.ciphersuite"        "Cipher Suite", names suite;
    METHODS_LENGTH    = Number "tls.handshake.comp_methods_length" "Compression Methods Length";
    METHOD            = Number "tls.handshake.comp_method"        "Compression Method";

    EXTENSIONS_LENGTH = Number "tls.handshake.extensions_length"  "Extensions Length";
    EXTENSION         = Group  "auth.tls.extension"               "Extension";
    EXT_TYPE          = Number "tls.handshake.extension.type"     "Type", names extension;
    EXT_LENGTH        = Number "tls.handshake.extension.len"      "Length";
    EXT_DATA          = Bytes  "tls.handshake.extension.data"     "Data";
    SERVER_NAME_TYPE  = Number "tls.handshake.extensions_server_name_type" "Server Name Type";
    SERVER_NAME       = Text   "tls.handshake.extensions_server_name" "Server Name";
    ALPN              = Text   "tls.handshake.extensions_alpn_str" "ALPN Next Protocol";
    SUPPORTED_VERSION = Hex4   "tls.handshake.extensions.supported_version" "Supported Version", names version;
    SUPPORTED_GROUP   = Hex4   "tls.handshake.extensions_supported_group" "Supported Group", names group;
    POINT_FORMAT      = Number "tls.handshake.extensions_ec_point_format" "EC point format";
    SIGNATURE_ALG     = Hex4   "tls.handshake.sig_hash_alg"       "Signature Algorithm", names signature;
    KEY_SHARE_GROUP   = Number "tls.handshake.extensions_key_share_group" "Group", names group;
    JA3_FULL          = Text   "tls.handshake.ja3_full"           "JA3 Fullstring";
    JA3               = Text   "tls.handshake.ja3"                "JA3";
    JA4               = Text   "tls.handshake.ja4"                "JA4";
    JA3S_FULL         = Text   "tls.handshake.ja3s_full"          "JA3S Fullstring";
    JA3S              = Text   "tls.handshake.ja3s"               "JA3S";

    CERTIFICATES_LENGTH = Number "tls.handshake.certificates_length" "Certificates Length";
    CERTIFICATES      = Group  "tls.handshake.certificates"       "Certificates";
    CERTIFICATE_LENGTH = Number "tls.handshake.certificate_length" "Certificate Length";
    CERTIFICATE       = Bytes  "tls.handshake.certificate"        "Certificate";

    CURVE_TYPE        = Hex2   "tls.handshake.server_curve_type"  "Curve Type";
    NAMED_CURVE       = Hex4   "tls.handshake.server_named_curve" "Named Curve", names group;
    SERVER_POINT_LENGTH = Number "tls.handshake.server_point_len" "Pubkey Length";
    SERVER_POINT      = Bytes  "tls.handshake.server_point"       "Pubkey";
    P_LENGTH          = Number "tls.handshake.p_len"              "p Length";
    P                 = Bytes  "tls.handshake.p"                  "p";
    G_LENGTH          = Number "tls.handshake.g_len"              "g Length";
    G                 = Bytes  "tls.handshake.g"                  "g";
    YS_LENGTH         = Number "tls.handshake.ys_len"             "Pubkey Length";
    YS                = Bytes  "tls.handshake.ys"                 "Pubkey";
    SIGNATURE_LENGTH  = Number "tls.handshake.sig_len"            "Signature Length";
    SIGNATURE         = Bytes  "tls.handshake.sig"                "Signature";

    CERT_TYPES_COUNT  = Number "tls.handshake.cert_types_count"   "Certificate types count";
    CERT_TYPE         = Number "tls.handshake.cert_type"          "Certificate Type", names certificate_type;
    SIGNATURE_ALGS_LENGTH = Number "tls.handshake.sig_hash_alg_len" "Signature Hash Algorithms Length";
    DNAMES_LENGTH     = Number "tls.handshake.dnames_len"         "Distinguished Names Length";
    DNAME_LENGTH      = Number "tls.handshake.dname_len"          "Distinguished Name Length";
    DNAME             = Group  "tls.handshake.dname"              "Distinguished Name";
    VERIFY_LENGTH     = Number "tls.handshake.client_cert_vrfy.sig_len" "Signature length";
    VERIFY            = Bytes  "tls.handshake.client_cert_vrfy.sig" "Signature";
    PREMASTER_LENGTH  = Number "tls.handshake.epms_len"           "Encrypted PreMaster length";
    PREMASTER         = Bytes  "tls.handshake.epms"               "Encrypted PreMaster";
    CLIENT_POINT_LENGTH = Number "tls.handshake.client_point_len" "Pubkey Length";
    CLIENT_POINT      = Bytes  "tls.handshake.client_point"       "Pubkey";
    TICKET_LIFETIME   = Number "tls.handshake.session_ticket_lifetime_hint" "Session Ticket Lifetime Hint";
    TICKET_AGE_ADD    = Number "tls.handshake.session_ticket_age_add" "Session Ticket Age Add";
    TICKET_NONCE_LENGTH = Number "tls.handshake.session_ticket_nonce_length" "Session Ticket Nonce Length";
    TICKET_NONCE      = Bytes  "tls.handshake.session_ticket_nonce" "Session Ticket Nonce";
    TICKET_LENGTH     = Number "tls.handshake.session_ticket_length" "Session Ticket Length";
    TICKET            = Bytes  "tls.handshake.session_ticket"     "Session Ticket";

    SCTS_LENGTH       = Number "tls.sct.scts_length"              "Serialized SCT List Length";
    SCT               = Group  "tls.sct"                          "Signed Certificate Timestamp";
    SCT_LENGTH        = Number "tls.sct.sct_length"               "Serialized SCT Length";
    SCT_VERSION       = Number "tls.sct.sct_version"              "SCT Version";
    SCT_LOG           = Bytes  "tls.sct.sct_logid"                "Log ID";
    SCT_TIME          = Time   "tls.sct.sct_timestamp"            "Timestamp";
    SCT_EXTENSIONS_LENGTH = Number "tls.sct.sct_extensions_length" "Extensions length";
    SCT_SIGNATURE_LENGTH = Number "tls.sct.sct_signature_length"  "Signature Length";
    SCT_SIGNATURE     = Bytes  "tls.sct.sct_signature"            "Signature";

    // Of DTLS alone.
    COOKIE_LENGTH     = Number "dtls.handshake.cookie_length"     "Cookie Length";
    COOKIE            = Bytes  "dtls.handshake.cookie"            "Cookie";
    SRTP_PROFILES_LENGTH = Number "dtls.use_srtp.protection_profiles_length" "SRTP Protection Profiles Length";
    SRTP_PROFILE      = Hex4   "dtls.use_srtp.protection_profile" "SRTP Protection Profile", names srtp_profile;
    SRTP_MKI_LENGTH   = Number "dtls.use_srtp.mki_length"         "MKI Length";

    SPEC_LENGTH       = Number "tls.handshake.cipher_spec_len"    "Cipher Spec Length";
    SPEC              = Hex6   "tls.handshake.cipherspec"         "Cipher Spec";
    CHALLENGE_LENGTH  = Number "tls.handshake.challenge_length"   "Challenge Length";
    CHALLENGE         = Group  "tls.handshake.challenge"          "Challenge";
}
