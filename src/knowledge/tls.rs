//! Alerts of TLS (IANA "TLS Alerts"; RFC 5246 section 7.2, RFC 8446 section 6), and what they mean in a sign-in.

use super::code::Note;

/// code, the RFCs' name, Wireshark's name
type Row = (u8, &'static str, &'static str);

#[rustfmt::skip]
static ALERTS: &[Row] = &[
    (0, "close_notify", "Close Notify"),
    (1, "end_of_early_data", "End of Early Data"),
    (10, "unexpected_message", "Unexpected Message"),
    (20, "bad_record_mac", "Bad Record MAC"),
    (21, "decryption_failed", "Decryption Failed"),
    (22, "record_overflow", "Record Overflow"),
    (30, "decompression_failure", "Decompression Failure"),
    (40, "handshake_failure", "Handshake Failure"),
    (41, "no_certificate", "No Certificate"),
    (42, "bad_certificate", "Bad Certificate"),
    (43, "unsupported_certificate", "Unsupported Certificate"),
    (44, "certificate_revoked", "Certificate Revoked"),
    (45, "certificate_expired", "Certificate Expired"),
    (46, "certificate_unknown", "Certificate Unknown"),
    (47, "illegal_parameter", "Illegal Parameter"),
    (48, "unknown_ca", "Unknown CA"),
    (49, "access_denied", "Access Denied"),
    (50, "decode_error", "Decode Error"),
    (51, "decrypt_error", "Decrypt Error"),
    (60, "export_restriction", "Export Restriction"),
    (70, "protocol_version", "Protocol Version"),
    (71, "insufficient_security", "Insufficient Security"),
    (80, "internal_error", "Internal Error"),
    (86, "inappropriate_fallback", "Inappropriate Fallback"),
    (90, "user_canceled", "User Canceled"),
    (100, "no_renegotiation", "No Renegotiation"),
    (109, "missing_extension", "Missing Extension"),
    (110, "unsupported_extension", "Unsupported Extension"),
    (111, "certificate_unobtainable", "Certificate Unobtainable"),
    (112, "unrecognized_name", "Unrecognized Name"),
    (113, "bad_certificate_status_response", "Bad Certificate Status Response"),
    (114, "bad_certificate_hash_value", "Bad Certificate Hash Value"),
    (115, "unknown_psk_identity", "Unknown PSK Identity"),
    (116, "certificate_required", "Certificate Required"),
    (120, "no_application_protocol", "No application Protocol"),
    (121, "ech_required", "ECH Required"),
];

fn row(code: u8) -> Option<&'static Row> {
    ALERTS.iter().find(|row| row.0 == code)
}

/// The RFCs' name of an alert: `certificate_expired`.
pub fn alert_name(code: u8) -> Option<&'static str> {
    row(code).map(|row| row.1)
}

/// Wireshark's name of an alert: `Certificate Expired`.
pub fn alert_title(code: u64) -> Option<&'static str> {
    row(u8::try_from(code).ok()?).map(|row| row.2)
}

/// Every alert with a name.
pub fn codes() -> impl Iterator<Item = u32> {
    ALERTS.iter().map(|row| row.0.into())
}

/// What the alerts mean in a sign-in.
pub static NOTES: &[Note] = &[
    Note { code: 0, says: "Normal: the side that sends it is done.", causes: &[], remedy: "Nothing." },
    Note {
        code: 40,
        says: "No version, suite or certificate that both sides take.",
        causes: &["F10"],
        remedy: "Compare what the client offers with what the server allows (SChannel protocols and suite order).",
    },
    Note {
        code: 42,
        says: "The certificate of the other side is broken or does not verify.",
        causes: &["F07", "F31"],
        remedy: "From the client: Get-CsCertificate and its chain. Inside TLS-DSK from the server: delete the user's certificate.",
    },
    Note {
        code: 43,
        says: "The certificate of the other side is of a kind that is not supported.",
        causes: &["F07", "F31"],
        remedy: "Key usage and signature algorithm of the certificate.",
    },
    Note {
        code: 44,
        says: "The certificate of the other side is revoked. Inside TLS-DSK: the user's certificate is no longer in the user store.",
        causes: &["F31"],
        remedy: "Delete the client's certificate and sign in anew; Get-CsClientCertificate -Identity <user> shows what the server holds.",
    },
    Note {
        code: 45,
        says: "The certificate of the other side has expired, or is not valid yet. Inside TLS-DSK: the user's.",
        causes: &["F08", "F31", "F33"],
        remedy: "Renew the server's certificate; for a user's compare clocks and delete it.",
    },
    Note {
        code: 46,
        says: "The certificate of the other side was not accepted, for a reason not told.",
        causes: &["F07", "F09"],
        remedy: "Names, dates and chain of the server's certificate.",
    },
    Note {
        code: 48,
        says: "The issuer of the certificate is not trusted, or an intermediate is missing.",
        causes: &["F07", "F31"],
        remedy: "Install the root on the client, send the intermediates from the server.",
    },
    Note {
        code: 49,
        says: "The certificate is good, and its holder is not allowed in.",
        causes: &["F31"],
        remedy: "Rights of the user or of the peer server.",
    },
    Note {
        code: 51,
        says: "A signature or a Finished message does not verify.",
        causes: &["F31"],
        remedy: "Something on the way changes the handshake, or the private key does not belong to the certificate.",
    },
    Note {
        code: 70,
        says: "The version of TLS is not taken: TLS 1.0 or 1.1 is off on one side, and the other has nothing newer.",
        causes: &["F10"],
        remedy: "Enable TLS 1.2 on both sides; update the client.",
    },
    Note {
        code: 71,
        says: "The server wants stronger suites than the client has.",
        causes: &["F10"],
        remedy: "Suite order of both sides.",
    },
    Note {
        code: 80,
        says: "The sender failed for a reason of its own.",
        causes: &["F57"],
        remedy: "The event log of the side that sent it.",
    },
    Note {
        code: 86,
        says: "The client came back with a lower version than it could have, which the server takes for an attack.",
        causes: &["F10"],
        remedy: "Find what broke the first handshake.",
    },
    Note {
        code: 112,
        says: "The server has nothing for the host name asked for.",
        causes: &["F09", "F11"],
        remedy: "Bindings of the reverse proxy for this name.",
    },
    Note {
        code: 116,
        says: "The server insists on a certificate of the client.",
        causes: &["F07"],
        remedy: "A listener for servers (mutual TLS) was reached instead of one for clients.",
    },
];
