//! HRESULT values with which servers explain a refusal in a diagnostics header: those of SSPI, of certificate chains, and
//! of sockets ([MS-ERREF] 2.1).

use super::code::Note;

static NAMES: &[(u32, &str)] = &[
    (0x8007_0005, "E_ACCESSDENIED"),
    (0x8007_052E, "HRESULT_FROM_WIN32(ERROR_LOGON_FAILURE)"),
    (0x8007_274C, "HRESULT_FROM_WIN32(WSAETIMEDOUT)"),
    (0x8007_274D, "HRESULT_FROM_WIN32(WSAECONNREFUSED)"),
    (0x8007_2EE7, "HRESULT_FROM_WIN32(ERROR_INTERNET_NAME_NOT_RESOLVED)"),
    (0x8009_0302, "SEC_E_UNSUPPORTED_FUNCTION"),
    (0x8009_0303, "SEC_E_TARGET_UNKNOWN"),
    (0x8009_0304, "SEC_E_INTERNAL_ERROR"),
    (0x8009_0305, "SEC_E_SECPKG_NOT_FOUND"),
    (0x8009_0308, "SEC_E_INVALID_TOKEN"),
    (0x8009_030C, "SEC_E_LOGON_DENIED"),
    (0x8009_030D, "SEC_E_UNKNOWN_CREDENTIALS"),
    (0x8009_030E, "SEC_E_NO_CREDENTIALS"),
    (0x8009_030F, "SEC_E_MESSAGE_ALTERED"),
    (0x8009_0310, "SEC_E_OUT_OF_SEQUENCE"),
    (0x8009_0311, "SEC_E_NO_AUTHENTICATING_AUTHORITY"),
    (0x8009_0317, "SEC_E_CONTEXT_EXPIRED"),
    (0x8009_0318, "SEC_E_INCOMPLETE_MESSAGE"),
    (0x8009_0320, "SEC_E_INCOMPLETE_CREDENTIALS"),
    (0x8009_0322, "SEC_E_WRONG_PRINCIPAL"),
    (0x8009_0324, "SEC_E_TIME_SKEW"),
    (0x8009_0325, "SEC_E_UNTRUSTED_ROOT"),
    (0x8009_0326, "SEC_E_ILLEGAL_MESSAGE"),
    (0x8009_0327, "SEC_E_CERT_UNKNOWN"),
    (0x8009_0328, "SEC_E_CERT_EXPIRED"),
    (0x8009_0329, "SEC_E_ENCRYPT_FAILURE"),
    (0x8009_0330, "SEC_E_DECRYPT_FAILURE"),
    (0x8009_0331, "SEC_E_ALGORITHM_MISMATCH"),
    (0x8009_0342, "SEC_E_KDC_UNKNOWN_ETYPE"),
    (0x8009_0346, "SEC_E_BAD_BINDINGS"),
    (0x8009_0349, "SEC_E_CERT_WRONG_USAGE"),
    (0x8009_0350, "SEC_E_DOWNGRADE_DETECTED"),
    (0x8009_2010, "CRYPT_E_REVOKED"),
    (0x8009_2012, "CRYPT_E_NO_REVOCATION_CHECK"),
    (0x8009_2013, "CRYPT_E_REVOCATION_OFFLINE"),
    (0x800B_0101, "CERT_E_EXPIRED"),
    (0x800B_0109, "CERT_E_UNTRUSTEDROOT"),
    (0x800B_010A, "CERT_E_CHAINING"),
    (0x800B_010C, "CERT_E_REVOKED"),
    (0x800B_010F, "CERT_E_CN_NO_MATCH"),
];

/// The name of a value.
pub fn name(result: u32) -> Option<&'static str> {
    NAMES.iter().find(|row| row.0 == result).map(|row| row.1)
}

/// Every value with a name.
pub fn codes() -> impl Iterator<Item = u32> {
    NAMES.iter().map(|row| row.0)
}

/// What the values mean in a sign-in.
pub static NOTES: &[Note] = &[
    Note {
        code: 0x8007_052E,
        says: "The logon failed: wrong user or wrong password.",
        causes: &["F14", "F35"],
        remedy: "Correct the credentials.",
    },
    Note {
        code: 0x8007_274C,
        says: "The next server did not answer the connection.",
        causes: &["F40", "F05"],
        remedy: "Test-NetConnection to the peer and port that the header names; Get-CsWindowsService there.",
    },
    Note {
        code: 0x8007_274D,
        says: "The next server refused the connection: nothing listens there.",
        causes: &["F40", "F05"],
        remedy: "Get-CsWindowsService on the peer that the header names.",
    },
    Note {
        code: 0x8007_2EE7,
        says: "The name of the next server could not be resolved.",
        causes: &["F01", "F40"],
        remedy: "Resolve-DnsName for the name, on the machine that says so.",
    },
    Note {
        code: 0x8009_0303,
        says: "The service is not known by the name that the client asks for: its service principal name is missing.",
        causes: &["F36", "F16"],
        remedy: "setspn -Q sip/<fqdn> and HTTP/<fqdn>; Enable-CsComputer or Set-CsKerberosAccountPassword.",
    },
    Note {
        code: 0x8009_030C,
        says: "The logon was denied: wrong user, wrong password, or an account that may not log on.",
        causes: &["F14", "F35"],
        remedy: "Correct the credentials; look at the account in Active Directory.",
    },
    Note {
        code: 0x8009_0311,
        says: "No domain controller could be reached to check the logon.",
        causes: &["F56", "F35"],
        remedy: "nltest /dsgetdc:<domain> on the machine that says so.",
    },
    Note {
        code: 0x8009_0322,
        says: "The name that was asked for is not the one that the other side proves: the ticket is for another account, or the certificate for another name.",
        causes: &["F17", "F36", "F09"],
        remedy: "setspn -X for duplicate names; Get-CsCertificate for the names of the certificate.",
    },
    Note {
        code: 0x8009_0324,
        says: "The clocks of client and server differ too much.",
        causes: &["F18"],
        remedy: "w32tm /query /status on both ends.",
    },
    Note {
        code: 0x8009_0325,
        says: "The chain of the certificate ends in a root that is not trusted.",
        causes: &["F07", "F40"],
        remedy: "Get-CsCertificate; put the root into the store of trusted roots.",
    },
    Note {
        code: 0x8009_0328,
        says: "The certificate has expired.",
        causes: &["F08", "F33"],
        remedy: "Renew the certificate; for a user's, Revoke-CsClientCertificate and a new sign-in.",
    },
    Note {
        code: 0x8009_0331,
        says: "Client and server have no version of TLS or no suite in common.",
        causes: &["F10"],
        remedy: "Enable TLS 1.2 on both sides.",
    },
    Note {
        code: 0x8009_0342,
        says: "The KDC knows no encryption type that both sides take.",
        causes: &["F20"],
        remedy: "msDS-SupportedEncryptionTypes of the account; reset its password so that AES keys exist.",
    },
    Note {
        code: 0x8009_2010,
        says: "The certificate was revoked.",
        causes: &["F31"],
        remedy: "Delete the certificate on the client and sign in anew.",
    },
    Note {
        code: 0x800B_0101,
        says: "The certificate is not valid at this time.",
        causes: &["F08", "F33"],
        remedy: "Renew the certificate; compare the clocks.",
    },
    Note {
        code: 0x800B_0109,
        says: "The chain of the certificate ends in a root that is not trusted.",
        causes: &["F07", "F40"],
        remedy: "Get-CsCertificate; put the root into the store of trusted roots.",
    },
    Note {
        code: 0x800B_010F,
        says: "The certificate is for another name.",
        causes: &["F09"],
        remedy: "Get-CsCertificate; request one with all the names.",
    },
];
