//! Result codes of directories (RFC 4511 appendix A), and what Active Directory puts into the words beside them.

use super::code::Note;

static RESULTS: &[(u32, &str)] = &[
    (0, "success"),
    (1, "operationsError"),
    (2, "protocolError"),
    (3, "timeLimitExceeded"),
    (4, "sizeLimitExceeded"),
    (5, "compareFalse"),
    (6, "compareTrue"),
    (7, "authMethodNotSupported"),
    (8, "strongerAuthRequired"),
    (10, "referral"),
    (11, "adminLimitExceeded"),
    (12, "unavailableCriticalExtension"),
    (13, "confidentialityRequired"),
    (14, "saslBindInProgress"),
    (16, "noSuchAttribute"),
    (17, "undefinedAttributeType"),
    (18, "inappropriateMatching"),
    (19, "constraintViolation"),
    (20, "attributeOrValueExists"),
    (21, "invalidAttributeSyntax"),
    (32, "noSuchObject"),
    (33, "aliasProblem"),
    (34, "invalidDNSyntax"),
    (36, "aliasDereferencingProblem"),
    (48, "inappropriateAuthentication"),
    (49, "invalidCredentials"),
    (50, "insufficientAccessRights"),
    (51, "busy"),
    (52, "unavailable"),
    (53, "unwillingToPerform"),
    (54, "loopDetect"),
    (64, "namingViolation"),
    (65, "objectClassViolation"),
    (66, "notAllowedOnNonLeaf"),
    (67, "notAllowedOnRDN"),
    (68, "entryAlreadyExists"),
    (69, "objectClassModsProhibited"),
    (71, "affectsMultipleDSAs"),
    (80, "other"),
    (118, "canceled"),
    (119, "noSuchOperation"),
    (120, "tooLate"),
    (121, "cannotCancel"),
];

/// The name of a result code.
pub fn result(code: u32) -> Option<&'static str> {
    RESULTS.iter().find(|row| row.0 == code).map(|row| row.1)
}

/// Every code with a name.
pub fn codes() -> impl Iterator<Item = u32> {
    RESULTS.iter().map(|row| row.0)
}

/// What the codes mean to somebody who signs in.
pub static NOTES: &[Note] = &[
    Note {
        code: 7,
        says: "The directory does not know this way of proving who one is.",
        causes: &["F14"],
        remedy: "Ask for supportedSASLMechanisms of its root and take one of them.",
    },
    Note {
        code: 8,
        says: "The directory wants the bind signed or inside TLS (LDAP signing is required).",
        causes: &["F14"],
        remedy: "Bind with SASL and signing, or over ldaps or StartTLS.",
    },
    Note {
        code: 13,
        says: "The directory takes passwords inside TLS only.",
        causes: &["F14"],
        remedy: "Use ldaps or StartTLS.",
    },
    Note {
        code: 49,
        says: "Name or password is wrong, or the account may not be used; Active Directory says which behind `data`.",
        causes: &["F14", "F19"],
        remedy: "Read the number behind `data` in the words of the answer.",
    },
];

/// The NTSTATUS behind the Windows error that Active Directory writes after `data` in the words of a refused bind:
/// `80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 52e, v3839`.
pub fn logon_status(words: &str) -> Option<u32> {
    let (_, rest) = words.split_once("AcceptSecurityContext error, data ")?;
    let digits = rest.split(',').next()?.trim();
    // Windows errors of logons and the NTSTATUS each is made of ([MS-ERREF] 2.2, 2.3.1).
    Some(match u32::from_str_radix(digits, 16).ok()? {
        0x525 => 0xC000_0064,
        0x52e => 0xC000_006D,
        0x52f => 0xC000_006E,
        0x530 => 0xC000_006F,
        0x531 => 0xC000_0070,
        0x532 => 0xC000_0071,
        0x533 => 0xC000_0072,
        0x569 => 0xC000_015B,
        0x701 => 0xC000_0193,
        0x773 => 0xC000_0224,
        0x775 => 0xC000_0234,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_active_directory() {
        let words = "80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 775, v3839\0";
        assert_eq!(logon_status(words), Some(0xC000_0234));
        assert_eq!(logon_status("AcceptSecurityContext error, data xyz, v1"), None);
        assert_eq!(logon_status("data 52e"), None);
    }
}
