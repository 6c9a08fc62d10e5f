//! NTSTATUS values of logons ([MS-ERREF] 2.3.1): a KDC puts them beside its error, NTLM servers log them.

use super::code::Note;

static NAMES: &[(u32, &str)] = &[
    (0xC000_000D, "STATUS_INVALID_PARAMETER"),
    (0xC000_0022, "STATUS_ACCESS_DENIED"),
    (0xC000_005E, "STATUS_NO_LOGON_SERVERS"),
    (0xC000_005F, "STATUS_NO_SUCH_LOGON_SESSION"),
    (0xC000_0062, "STATUS_INVALID_ACCOUNT_NAME"),
    (0xC000_0064, "STATUS_NO_SUCH_USER"),
    (0xC000_006A, "STATUS_WRONG_PASSWORD"),
    (0xC000_006B, "STATUS_ILL_FORMED_PASSWORD"),
    (0xC000_006C, "STATUS_PASSWORD_RESTRICTION"),
    (0xC000_006D, "STATUS_LOGON_FAILURE"),
    (0xC000_006E, "STATUS_ACCOUNT_RESTRICTION"),
    (0xC000_006F, "STATUS_INVALID_LOGON_HOURS"),
    (0xC000_0070, "STATUS_INVALID_WORKSTATION"),
    (0xC000_0071, "STATUS_PASSWORD_EXPIRED"),
    (0xC000_0072, "STATUS_ACCOUNT_DISABLED"),
    (0xC000_009A, "STATUS_INSUFFICIENT_RESOURCES"),
    (0xC000_00BB, "STATUS_NOT_SUPPORTED"),
    (0xC000_00DF, "STATUS_NO_SUCH_DOMAIN"),
    (0xC000_0133, "STATUS_TIME_DIFFERENCE_AT_DC"),
    (0xC000_015B, "STATUS_LOGON_TYPE_NOT_GRANTED"),
    (0xC000_018A, "STATUS_NO_TRUST_LSA_SECRET"),
    (0xC000_018B, "STATUS_NO_TRUST_SAM_ACCOUNT"),
    (0xC000_018C, "STATUS_TRUSTED_DOMAIN_FAILURE"),
    (0xC000_018D, "STATUS_TRUSTED_RELATIONSHIP_FAILURE"),
    (0xC000_0190, "STATUS_TRUST_FAILURE"),
    (0xC000_0192, "STATUS_NETLOGON_NOT_STARTED"),
    (0xC000_0193, "STATUS_ACCOUNT_EXPIRED"),
    (0xC000_0198, "STATUS_NOLOGON_INTERDOMAIN_TRUST_ACCOUNT"),
    (0xC000_0199, "STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT"),
    (0xC000_019A, "STATUS_NOLOGON_SERVER_TRUST_ACCOUNT"),
    (0xC000_0224, "STATUS_PASSWORD_MUST_CHANGE"),
    (0xC000_0225, "STATUS_NOT_FOUND"),
    (0xC000_0234, "STATUS_ACCOUNT_LOCKED_OUT"),
    (0xC000_0247, "STATUS_LOGIN_TIME_RESTRICTION"),
    (0xC000_0248, "STATUS_LOGIN_WKSTA_RESTRICTION"),
    (0xC000_0250, "STATUS_INSUFFICIENT_LOGON_INFO"),
    (0xC000_0272, "STATUS_NO_MATCH"),
    (0xC000_02C3, "STATUS_MUTUAL_AUTHENTICATION_FAILED"),
    (0xC000_02F9, "STATUS_PKINIT_NAME_MISMATCH"),
    (0xC000_0320, "STATUS_PKINIT_FAILURE"),
    (0xC000_0380, "STATUS_SMARTCARD_WRONG_PIN"),
    (0xC000_0381, "STATUS_SMARTCARD_CARD_BLOCKED"),
    (0xC000_0388, "STATUS_DOWNGRADE_DETECTED"),
    (0xC000_0413, "STATUS_AUTHENTICATION_FIREWALL_FAILED"),
    (0xC000_0418, "STATUS_NTLM_BLOCKED"),
];

/// The name of a value.
pub fn name(status: u32) -> Option<&'static str> {
    NAMES.iter().find(|row| row.0 == status).map(|row| row.1)
}

/// The name of a value in a field.
pub fn value(status: u64) -> Option<&'static str> {
    name(u32::try_from(status).ok()?)
}

/// Every value with a name.
pub fn codes() -> impl Iterator<Item = u32> {
    NAMES.iter().map(|row| row.0)
}

/// What the values mean in a sign-in.
pub static NOTES: &[Note] = &[
    Note {
        code: 0xC000_005E,
        says: "No domain controller could be reached to check the logon.",
        causes: &["F56", "F35"],
        remedy: "nltest /dsgetdc:<domain> on the server; open the way to a domain controller.",
    },
    Note {
        code: 0xC000_0064,
        says: "The user does not exist.",
        causes: &["F19"],
        remedy: "Correct the user name or the domain.",
    },
    Note {
        code: 0xC000_006A,
        says: "The password is wrong; the user exists.",
        causes: &["F14", "F19", "F35"],
        remedy: "Correct the password; mind the lock-out.",
    },
    Note {
        code: 0xC000_006D,
        says: "The logon failed: wrong user or wrong password, or an NTLM version that the server does not take.",
        causes: &["F14", "F35"],
        remedy: "Correct the credentials; compare LmCompatibilityLevel of client and server.",
    },
    Note {
        code: 0xC000_006E,
        says: "A restriction of the account forbids the logon, for example an empty password.",
        causes: &["F19"],
        remedy: "Look at the restrictions of the account.",
    },
    Note {
        code: 0xC000_006F,
        says: "The logon is outside the hours that the account may use.",
        causes: &["F19"],
        remedy: "Logon hours of the account in Active Directory.",
    },
    Note {
        code: 0xC000_0070,
        says: "The account may not log on from this workstation.",
        causes: &["F19"],
        remedy: "'Log on to' of the account in Active Directory.",
    },
    Note { code: 0xC000_0071, says: "The password has expired.", causes: &["F19"], remedy: "Change the password." },
    Note {
        code: 0xC000_0072,
        says: "The account is disabled. A certificate it was given still signs it in until it is revoked.",
        causes: &["F19", "F53"],
        remedy: "Enable the account, or Revoke-CsClientCertificate -Identity <user> if it is meant to stay out.",
    },
    Note {
        code: 0xC000_0133,
        says: "The clocks of client and domain controller differ too much.",
        causes: &["F18"],
        remedy: "w32tm /query /status on both ends.",
    },
    Note {
        code: 0xC000_015B,
        says: "The account has no right to log on over the network here.",
        causes: &["F19"],
        remedy: "User rights assignment of the server.",
    },
    Note {
        code: 0xC000_018D,
        says: "The server's trust with its domain is broken.",
        causes: &["F35"],
        remedy: "nltest /sc_verify:<domain> on the server.",
    },
    Note {
        code: 0xC000_0192,
        says: "The Netlogon service of the server does not run.",
        causes: &["F35"],
        remedy: "Start Netlogon.",
    },
    Note {
        code: 0xC000_0193,
        says: "The account has expired.",
        causes: &["F19"],
        remedy: "Account expiry in Active Directory.",
    },
    Note {
        code: 0xC000_0224,
        says: "The password must be changed before the first logon.",
        causes: &["F19"],
        remedy: "Change the password.",
    },
    Note {
        code: 0xC000_0234,
        says: "The account is locked out.",
        causes: &["F19", "F14", "F35"],
        remedy: "Unlock the account; find the device that keeps sending the old password.",
    },
    Note {
        code: 0xC000_0413,
        says: "The account may not authenticate to this server across the trust.",
        causes: &["F35"],
        remedy: "Selective authentication of the trust.",
    },
    Note {
        code: 0xC000_0418,
        says: "A policy blocks NTLM.",
        causes: &["F35", "F14"],
        remedy: "Kerberos or a certificate instead; or the policies 'Restrict NTLM'.",
    },
];
