//! The fields of DTLS, under Wireshark's names. What its handshake messages share with those of TLS has a twin there.

use crate::field::Field;
use crate::knowledge::tls::alert_title;
use crate::protocol::tls::fields as t;

fn version(n: u64) -> Option<&'static str> {
    Some(match n {
        0xfeff => "DTLS 1.0",
        0xfefd => "DTLS 1.2",
        0xfefc => "DTLS 1.3",
        _ => return None,
    })
}

crate::fields! {
    DTLS              = Protocol "dtls"                           "Datagram Transport Layer Security";
    RECORD            = Group  "dtls.record"                      "DTLS Record Layer";
    CONTENT_TYPE      = Number "dtls.record.content_type"         "Content Type", names t::content_type;
    RECORD_VERSION    = Hex4   "dtls.record.version"              "Version", names version;
    EPOCH             = Number "dtls.record.epoch"                "Epoch";
    SEQUENCE          = Number "dtls.record.sequence_number"      "Sequence Number";
    RECORD_LENGTH     = Number "dtls.record.length"               "Length";
    CHANGE_CIPHER     = Group  "dtls.change_cipher_spec"          "Change Cipher Spec Message";
    ALERT             = Group  "dtls.alert_message"               "Alert Message";
    ALERT_LEVEL       = Number "dtls.alert_message.level"         "Level", names t::alert_level;
    ALERT_DESC        = Number "dtls.alert_message.desc"          "Description", names alert_title;
    APP_DATA          = Bytes  "dtls.app_data"                    "Encrypted Application Data", secret;

    HANDSHAKE         = Group  "dtls.handshake"                   "Handshake Protocol";
    HANDSHAKE_TYPE    = Number "dtls.handshake.type"              "Handshake Type", names t::handshake_type;
    HANDSHAKE_LENGTH  = Number "dtls.handshake.length"            "Length";
    MESSAGE_SEQ       = Number "dtls.handshake.message_seq"       "Message Sequence";
    FRAGMENT_OFFSET   = Number "dtls.handshake.fragment_offset"   "Fragment Offset";
    FRAGMENT_LENGTH   = Number "dtls.handshake.fragment_length"   "Fragment Length";

    VERSION           = Hex4   "dtls.handshake.version" "Version", names version;
    RANDOM            = Bytes  "dtls.handshake.random" "Random";
    RANDOM_TIME       = Time   "dtls.handshake.random_time" "GMT Unix Time";
    RANDOM_BYTES      = Bytes  "dtls.handshake.random_bytes" "Random Bytes";
    SESSION_ID_LENGTH = Number "dtls.handshake.session_id_length" "Session ID Length";
    SESSION_ID        = Bytes  "dtls.handshake.session_id" "Session ID";
    SUITES_LENGTH     = Number "dtls.handshake.cipher_suites_length" "Cipher Suites Length";
    SUITES            = Group  "dtls.handshake.ciphersuites" "Cipher Suites";
    SUITE             = Hex4   "dtls.handshake.ciphersuite" "Cipher Suite", names t::suite;
    METHODS_LENGTH    = Number "dtls.handshake.comp_methods_length" "Compression Methods Length";
    METHOD            = Number "dtls.handshake.comp_method" "Compression Method";
    EXTENSIONS_LENGTH = Number "dtls.handshake.extensions_length" "Extensions Length";
    EXT_TYPE          = Number "dtls.handshake.extension.type" "Type", names t::extension;
    EXT_LENGTH        = Number "dtls.handshake.extension.len" "Length";
    EXT_DATA          = Bytes  "dtls.handshake.extension.data" "Data";
    SERVER_NAME_TYPE  = Number "dtls.handshake.extensions_server_name_type" "Server Name Type";
    SERVER_NAME       = Text   "dtls.handshake.extensions_server_name" "Server Name";
    ALPN              = Text   "dtls.handshake.extensions_alpn_str" "ALPN Next Protocol";
    SUPPORTED_VERSION = Hex4   "dtls.handshake.extensions.supported_version" "Supported Version", names version;
    SUPPORTED_GROUP   = Hex4   "dtls.handshake.extensions_supported_group" "Supported Group", names t::group;
    POINT_FORMAT      = Number "dtls.handshake.extensions_ec_point_format" "EC point format";
    SIGNATURE_ALG     = Hex4   "dtls.handshake.sig_hash_alg" "Signature Algorithm", names t::signature;
    KEY_SHARE_GROUP   = Number "dtls.handshake.extensions_key_share_group" "Group", names t::group;
    JA3_FULL          = Text   "dtls.handshake.ja3_full" "JA3 Fullstring";
    JA3               = Text   "dtls.handshake.ja3" "JA3";
    JA4               = Text   "dtls.handshake.ja4" "JA4";
    JA3S_FULL         = Text   "dtls.handshake.ja3s_full" "JA3S Fullstring";
    JA3S              = Text   "dtls.handshake.ja3s" "JA3S";
    CERTIFICATES_LENGTH = Number "dtls.handshake.certificates_length" "Certificates Length";
    CERTIFICATES      = Group  "dtls.handshake.certificates" "Certificates";
    CERTIFICATE_LENGTH = Number "dtls.handshake.certificate_length" "Certificate Length";
    CERTIFICATE       = Bytes  "dtls.handshake.certificate" "Certificate";
    CURVE_TYPE        = Hex2   "dtls.handshake.server_curve_type" "Curve Type";
    NAMED_CURVE       = Hex4   "dtls.handshake.server_named_curve" "Named Curve", names t::group;
    SERVER_POINT_LENGTH = Number "dtls.handshake.server_point_len" "Pubkey Length";
    SERVER_POINT      = Bytes  "dtls.handshake.server_point" "Pubkey";
    P_LENGTH          = Number "dtls.handshake.p_len" "p Length";
    P                 = Bytes  "dtls.handshake.p" "p";
    G_LENGTH          = Number "dtls.handshake.g_len" "g Length";
    G                 = Bytes  "dtls.handshake.g" "g";
    YS_LENGTH         = Number "dtls.handshake.ys_len" "Pubkey Length";
    YS                = Bytes  "dtls.handshake.ys" "Pubkey";
    SIGNATURE_LENGTH  = Number "dtls.handshake.sig_len" "Signature Length";
    SIGNATURE         = Bytes  "dtls.handshake.sig" "Signature";
    CERT_TYPES_COUNT  = Number "dtls.handshake.cert_types_count" "Certificate types count";
    CERT_TYPE         = Number "dtls.handshake.cert_type" "Certificate Type", names t::certificate_type;
    SIGNATURE_ALGS_LENGTH = Number "dtls.handshake.sig_hash_alg_len" "Signature Hash Algorithms Length";
    DNAMES_LENGTH     = Number "dtls.handshake.dnames_len" "Distinguished Names Length";
    DNAME_LENGTH      = Number "dtls.handshake.dname_len" "Distinguished Name Length";
    DNAME             = Group  "dtls.handshake.dname" "Distinguished Name";
    VERIFY_LENGTH     = Number "dtls.handshake.client_cert_vrfy.sig_len" "Signature length";
    VERIFY            = Bytes  "dtls.handshake.client_cert_vrfy.sig" "Signature";
    PREMASTER_LENGTH  = Number "dtls.handshake.epms_len" "Encrypted PreMaster length";
    PREMASTER         = Bytes  "dtls.handshake.epms" "Encrypted PreMaster";
    CLIENT_POINT_LENGTH = Number "dtls.handshake.client_point_len" "Pubkey Length";
    CLIENT_POINT      = Bytes  "dtls.handshake.client_point" "Pubkey";
    TICKET_LIFETIME   = Number "dtls.handshake.session_ticket_lifetime_hint" "Session Ticket Lifetime Hint";
    TICKET_LENGTH     = Number "dtls.handshake.session_ticket_length" "Session Ticket Length";
    TICKET            = Bytes  "dtls.handshake.session_ticket" "Session Ticket";
}

/// The name here of a field of TLS's.
pub(super) fn named(field: &'static Field) -> &'static Field {
    let twin = TWINS.iter().find(|(of_tls, _)| std::ptr::eq(*of_tls, field));
    twin.map_or(field, |(_, here)| *here)
}

static TWINS: &[(&Field, &Field)] = &[
    (&t::VERSION, &VERSION),
    (&t::RANDOM, &RANDOM),
    (&t::RANDOM_TIME, &RANDOM_TIME),
    (&t::RANDOM_BYTES, &RANDOM_BYTES),
    (&t::SESSION_ID_LENGTH, &SESSION_ID_LENGTH),
    (&t::SESSION_ID, &SESSION_ID),
    (&t::SUITES_LENGTH, &SUITES_LENGTH),
    (&t::SUITES, &SUITES),
    (&t::SUITE, &SUITE),
    (&t::METHODS_LENGTH, &METHODS_LENGTH),
    (&t::METHOD, &METHOD),
    (&t::EXTENSIONS_LENGTH, &EXTENSIONS_LENGTH),
    (&t::EXT_TYPE, &EXT_TYPE),
    (&t::EXT_LENGTH, &EXT_LENGTH),
    (&t::EXT_DATA, &EXT_DATA),
    (&t::SERVER_NAME_TYPE, &SERVER_NAME_TYPE),
    (&t::SERVER_NAME, &SERVER_NAME),
    (&t::ALPN, &ALPN),
    (&t::SUPPORTED_VERSION, &SUPPORTED_VERSION),
    (&t::SUPPORTED_GROUP, &SUPPORTED_GROUP),
    (&t::POINT_FORMAT, &POINT_FORMAT),
    (&t::SIGNATURE_ALG, &SIGNATURE_ALG),
    (&t::KEY_SHARE_GROUP, &KEY_SHARE_GROUP),
    (&t::JA3_FULL, &JA3_FULL),
    (&t::JA3, &JA3),
    (&t::JA4, &JA4),
    (&t::JA3S_FULL, &JA3S_FULL),
    (&t::JA3S, &JA3S),
    (&t::CERTIFICATES_LENGTH, &CERTIFICATES_LENGTH),
    (&t::CERTIFICATES, &CERTIFICATES),
    (&t::CERTIFICATE_LENGTH, &CERTIFICATE_LENGTH),
    (&t::CERTIFICATE, &CERTIFICATE),
    (&t::CURVE_TYPE, &CURVE_TYPE),
    (&t::NAMED_CURVE, &NAMED_CURVE),
    (&t::SERVER_POINT_LENGTH, &SERVER_POINT_LENGTH),
    (&t::SERVER_POINT, &SERVER_POINT),
    (&t::P_LENGTH, &P_LENGTH),
    (&t::P, &P),
    (&t::G_LENGTH, &G_LENGTH),
    (&t::G, &G),
    (&t::YS_LENGTH, &YS_LENGTH),
    (&t::YS, &YS),
    (&t::SIGNATURE_LENGTH, &SIGNATURE_LENGTH),
    (&t::SIGNATURE, &SIGNATURE),
    (&t::CERT_TYPES_COUNT, &CERT_TYPES_COUNT),
    (&t::CERT_TYPE, &CERT_TYPE),
    (&t::SIGNATURE_ALGS_LENGTH, &SIGNATURE_ALGS_LENGTH),
    (&t::DNAMES_LENGTH, &DNAMES_LENGTH),
    (&t::DNAME_LENGTH, &DNAME_LENGTH),
    (&t::DNAME, &DNAME),
    (&t::VERIFY_LENGTH, &VERIFY_LENGTH),
    (&t::VERIFY, &VERIFY),
    (&t::PREMASTER_LENGTH, &PREMASTER_LENGTH),
    (&t::PREMASTER, &PREMASTER),
    (&t::CLIENT_POINT_LENGTH, &CLIENT_POINT_LENGTH),
    (&t::CLIENT_POINT, &CLIENT_POINT),
    (&t::TICKET_LIFETIME, &TICKET_LIFETIME),
    (&t::TICKET_LENGTH, &TICKET_LENGTH),
    (&t::TICKET, &TICKET),
];
