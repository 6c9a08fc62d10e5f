//! Error codes of Kerberos (RFC 4120 section 7.5.9, RFC 4556, RFC 6113), and what they mean in a sign-in.

use super::code::Note;

/// code, the RFCs' name, Wireshark's name in the packet list, Wireshark's name in the tree (empty: it has none)
type Row = (i32, &'static str, &'static str, &'static str);

#[rustfmt::skip]
static ERRORS: &[Row] = &[
    (0, "KDC_ERR_NONE", "", "eRR-NONE"),
    (1, "KDC_ERR_NAME_EXP", "KRB5KDC_ERR_NAME_EXP", "eRR-NAME-EXP"),
    (2, "KDC_ERR_SERVICE_EXP", "KRB5KDC_ERR_SERVICE_EXP", "eRR-SERVICE-EXP"),
    (3, "KDC_ERR_BAD_PVNO", "KRB5KDC_ERR_BAD_PVNO", "eRR-BAD-PVNO"),
    (4, "KDC_ERR_C_OLD_MAST_KVNO", "KRB5KDC_ERR_C_OLD_MAST_KVNO", "eRR-C-OLD-MAST-KVNO"),
    (5, "KDC_ERR_S_OLD_MAST_KVNO", "KRB5KDC_ERR_S_OLD_MAST_KVNO", "eRR-S-OLD-MAST-KVNO"),
    (6, "KDC_ERR_C_PRINCIPAL_UNKNOWN", "KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN", "eRR-C-PRINCIPAL-UNKNOWN"),
    (7, "KDC_ERR_S_PRINCIPAL_UNKNOWN", "KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN", "eRR-S-PRINCIPAL-UNKNOWN"),
    (8, "KDC_ERR_PRINCIPAL_NOT_UNIQUE", "KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE", "eRR-PRINCIPAL-NOT-UNIQUE"),
    (9, "KDC_ERR_NULL_KEY", "KRB5KDC_ERR_NULL_KEY", "eRR-NULL-KEY"),
    (10, "KDC_ERR_CANNOT_POSTDATE", "KRB5KDC_ERR_CANNOT_POSTDATE", "eRR-CANNOT-POSTDATE"),
    (11, "KDC_ERR_NEVER_VALID", "KRB5KDC_ERR_NEVER_VALID", "eRR-NEVER-VALID"),
    (12, "KDC_ERR_POLICY", "KRB5KDC_ERR_POLICY", "eRR-POLICY"),
    (13, "KDC_ERR_BADOPTION", "KRB5KDC_ERR_BADOPTION", "eRR-BADOPTION"),
    (14, "KDC_ERR_ETYPE_NOSUPP", "KRB5KDC_ERR_ETYPE_NOSUPP", "eRR-ETYPE-NOSUPP"),
    (15, "KDC_ERR_SUMTYPE_NOSUPP", "KRB5KDC_ERR_SUMTYPE_NOSUPP", "eRR-SUMTYPE-NOSUPP"),
    (16, "KDC_ERR_PADATA_TYPE_NOSUPP", "KRB5KDC_ERR_PADATA_TYPE_NOSUPP", "eRR-PADATA-TYPE-NOSUPP"),
    (17, "KDC_ERR_TRTYPE_NOSUPP", "KRB5KDC_ERR_TRTYPE_NOSUPP", "eRR-TRTYPE-NOSUPP"),
    (18, "KDC_ERR_CLIENT_REVOKED", "KRB5KDC_ERR_CLIENT_REVOKED", "eRR-CLIENT-REVOKED"),
    (19, "KDC_ERR_SERVICE_REVOKED", "KRB5KDC_ERR_SERVICE_REVOKED", "eRR-SERVICE-REVOKED"),
    (20, "KDC_ERR_TGT_REVOKED", "KRB5KDC_ERR_TGT_REVOKED", "eRR-TGT-REVOKED"),
    (21, "KDC_ERR_CLIENT_NOTYET", "KRB5KDC_ERR_CLIENT_NOTYET", "eRR-CLIENT-NOTYET"),
    (22, "KDC_ERR_SERVICE_NOTYET", "KRB5KDC_ERR_SERVICE_NOTYET", "eRR-SERVICE-NOTYET"),
    (23, "KDC_ERR_KEY_EXPIRED", "KRB5KDC_ERR_KEY_EXP", "eRR-KEY-EXP"),
    (24, "KDC_ERR_PREAUTH_FAILED", "KRB5KDC_ERR_PREAUTH_FAILED", "eRR-PREAUTH-FAILED"),
    (25, "KDC_ERR_PREAUTH_REQUIRED", "KRB5KDC_ERR_PREAUTH_REQUIRED", "eRR-PREAUTH-REQUIRED"),
    (26, "KDC_ERR_SERVER_NOMATCH", "KRB5KDC_ERR_SERVER_NOMATCH", "eRR-SERVER-NOMATCH"),
    (27, "KDC_ERR_MUST_USE_USER2USER", "KRB5KDC_ERR_MUST_USE_USER2USER", "eRR-MUST-USE-USER2USER"),
    (28, "KDC_ERR_PATH_NOT_ACCEPTED", "KRB5KDC_ERR_PATH_NOT_ACCEPTED", "eRR-PATH-NOT-ACCEPTED"),
    (29, "KDC_ERR_SVC_UNAVAILABLE", "KRB5KDC_ERR_SVC_UNAVAILABLE", "eRR-SVC-UNAVAILABLE"),
    (31, "KRB_AP_ERR_BAD_INTEGRITY", "KRB5KRB_AP_ERR_BAD_INTEGRITY", "eRR-BAD-INTEGRITY"),
    (32, "KRB_AP_ERR_TKT_EXPIRED", "KRB5KRB_AP_ERR_TKT_EXPIRED", "eRR-TKT-EXPIRED"),
    (33, "KRB_AP_ERR_TKT_NYV", "KRB5KRB_AP_ERR_TKT_NYV", "eRR-TKT-NYV"),
    (34, "KRB_AP_ERR_REPEAT", "KRB5KRB_AP_ERR_REPEAT", "eRR-REPEAT"),
    (35, "KRB_AP_ERR_NOT_US", "KRB5KRB_AP_ERR_NOT_US", "eRR-NOT-US"),
    (36, "KRB_AP_ERR_BADMATCH", "KRB5KRB_AP_ERR_BADMATCH", "eRR-BADMATCH"),
    (37, "KRB_AP_ERR_SKEW", "KRB5KRB_AP_ERR_SKEW", "eRR-SKEW"),
    (38, "KRB_AP_ERR_BADADDR", "KRB5KRB_AP_ERR_BADADDR", "eRR-BADADDR"),
    (39, "KRB_AP_ERR_BADVERSION", "KRB5KRB_AP_ERR_BADVERSION", "eRR-BADVERSION"),
    (40, "KRB_AP_ERR_MSG_TYPE", "KRB5KRB_AP_ERR_MSG_TYPE", "eRR-MSG-TYPE"),
    (41, "KRB_AP_ERR_MODIFIED", "KRB5KRB_AP_ERR_MODIFIED", "eRR-MODIFIED"),
    (42, "KRB_AP_ERR_BADORDER", "KRB5KRB_AP_ERR_BADORDER", "eRR-BADORDER"),
    (43, "KRB_AP_ERR_ILL_CR_TKT", "KRB5KRB_AP_ERR_ILL_CR_TKT", "eRR-ILL-CR-TKT"),
    (44, "KRB_AP_ERR_BADKEYVER", "KRB5KRB_AP_ERR_BADKEYVER", "eRR-BADKEYVER"),
    (45, "KRB_AP_ERR_NOKEY", "KRB5KRB_AP_ERR_NOKEY", "eRR-NOKEY"),
    (46, "KRB_AP_ERR_MUT_FAIL", "KRB5KRB_AP_ERR_MUT_FAIL", "eRR-MUT-FAIL"),
    (47, "KRB_AP_ERR_BADDIRECTION", "KRB5KRB_AP_ERR_BADDIRECTION", "eRR-BADDIRECTION"),
    (48, "KRB_AP_ERR_METHOD", "KRB5KRB_AP_ERR_METHOD", "eRR-METHOD"),
    (49, "KRB_AP_ERR_BADSEQ", "KRB5KRB_AP_ERR_BADSEQ", "eRR-BADSEQ"),
    (50, "KRB_AP_ERR_INAPP_CKSUM", "KRB5KRB_AP_ERR_INAPP_CKSUM", "eRR-INAPP-CKSUM"),
    (51, "KRB_AP_PATH_NOT_ACCEPTED", "KRB5KDC_AP_PATH_NOT_ACCEPTED", "pATH-NOT-ACCEPTED"),
    (52, "KRB_ERR_RESPONSE_TOO_BIG", "KRB5KRB_ERR_RESPONSE_TOO_BIG", "eRR-RESPONSE-TOO-BIG"),
    (60, "KRB_ERR_GENERIC", "KRB5KRB_ERR_GENERIC", "eRR-GENERIC"),
    (61, "KRB_ERR_FIELD_TOOLONG", "KRB5KRB_ERR_FIELD_TOOLONG", "eRR-FIELD-TOOLONG"),
    (62, "KDC_ERR_CLIENT_NOT_TRUSTED", "KDC_ERROR_CLIENT_NOT_TRUSTED", "eRROR-CLIENT-NOT-TRUSTED"),
    (63, "KDC_ERR_KDC_NOT_TRUSTED", "KDC_ERROR_KDC_NOT_TRUSTED", "eRROR-KDC-NOT-TRUSTED"),
    (64, "KDC_ERR_INVALID_SIG", "KDC_ERROR_INVALID_SIG", "eRROR-INVALID-SIG"),
    (65, "KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED", "KDC_ERR_KEY_TOO_WEAK", "eRR-KEY-TOO-WEAK"),
    (66, "KDC_ERR_CERTIFICATE_MISMATCH", "KDC_ERR_CERTIFICATE_MISMATCH", "eRR-CERTIFICATE-MISMATCH"),
    (67, "KRB_AP_ERR_NO_TGT", "KRB_AP_ERR_NO_TGT", "eRR-NO-TGT"),
    (68, "KDC_ERR_WRONG_REALM", "KDC_ERR_WRONG_REALM", "eRR-WRONG-REALM"),
    (69, "KRB_AP_ERR_USER_TO_USER_REQUIRED", "KRB_AP_ERR_USER_TO_USER_REQUIRED", "eRR-USER-TO-USER-REQUIRED"),
    (70, "KDC_ERR_CANT_VERIFY_CERTIFICATE", "KDC_ERR_CANT_VERIFY_CERTIFICATE", "eRR-CANT-VERIFY-CERTIFICATE"),
    (71, "KDC_ERR_INVALID_CERTIFICATE", "KDC_ERR_INVALID_CERTIFICATE", "eRR-INVALID-CERTIFICATE"),
    (72, "KDC_ERR_REVOKED_CERTIFICATE", "KDC_ERR_REVOKED_CERTIFICATE", "eRR-REVOKED-CERTIFICATE"),
    (73, "KDC_ERR_REVOCATION_STATUS_UNKNOWN", "KDC_ERR_REVOCATION_STATUS_UNKNOWN", "eRR-REVOCATION-STATUS-UNKNOWN"),
    (74, "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE", "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE", "eRR-REVOCATION-STATUS-UNAVAILABLE"),
    (75, "KDC_ERR_CLIENT_NAME_MISMATCH", "KDC_ERR_CLIENT_NAME_MISMATCH", "eRR-CLIENT-NAME-MISMATCH"),
    (76, "KDC_ERR_KDC_NAME_MISMATCH", "KDC_ERR_KDC_NAME_MISMATCH", "eRR-KDC-NAME-MISMATCH"),
    (77, "KDC_ERR_INCONSISTENT_KEY_PURPOSE", "", ""),
    (78, "KDC_ERR_DIGEST_IN_CERT_NOT_ACCEPTED", "", ""),
    (79, "KDC_ERR_PA_CHECKSUM_MUST_BE_INCLUDED", "", ""),
    (80, "KDC_ERR_DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED", "", ""),
    (81, "KDC_ERR_PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED", "", ""),
    (90, "KDC_ERR_PREAUTH_EXPIRED", "KDC_ERR_PREAUTH_EXPIRED", ""),
    (91, "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED", "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED", ""),
    (92, "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET", "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET", ""),
    (93, "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS", "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS", ""),
];

fn row(code: i32) -> Option<&'static Row> {
    ERRORS.iter().find(|r| r.0 == code)
}

/// The RFCs' name of an error code: `KDC_ERR_S_PRINCIPAL_UNKNOWN`.
pub fn error_name(code: i32) -> Option<&'static str> {
    row(code).map(|r| r.1)
}

/// Wireshark's name of an error code in the packet list: `KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN`.
pub fn wireshark_error_name(code: i32) -> Option<&'static str> {
    row(code).map(|r| r.2).filter(|name| !name.is_empty())
}

/// Error codes in trees.
pub fn error_value(value: u64) -> Option<&'static str> {
    let code = i32::try_from(value.cast_signed()).ok()?;
    row(code).map(|r| if r.3.is_empty() { r.1 } else { r.3 })
}

/// Every code with a name.
pub fn codes() -> impl Iterator<Item = u32> {
    ERRORS.iter().filter_map(|row| u32::try_from(row.0).ok())
}

/// What the codes mean in a sign-in ([MS-KILE] 3.3.5).
pub static NOTES: &[Note] = &[
    Note {
        code: 1,
        says: "The account has expired.",
        causes: &["F19"],
        remedy: "Get-ADUser <account> -Properties AccountExpirationDate; Set-ADAccountExpiration or Clear-ADAccountExpiration.",
    },
    Note {
        code: 6,
        says: "The user does not exist in this realm: a wrong sign-in name, or a UPN suffix that no domain has.",
        causes: &["F19"],
        remedy: "Correct the user name or the UPN; Get-CsUser and Get-CsAdUser show both.",
    },
    Note {
        code: 7,
        says: "No account has the service principal name that was asked for (HTTP/... or sip/...). The client goes on with NTLM, if that is offered.",
        causes: &["F16", "F36"],
        remedy: "setspn -Q HTTP/<web fqdn>; New-CsKerberosAccount, New-CsKerberosAccountAssignment, Enable-CsTopology.",
    },
    Note {
        code: 8,
        says: "Two accounts have the same service principal name.",
        causes: &["F17"],
        remedy: "setspn -X finds duplicates; remove the one that does not belong.",
    },
    Note { code: 9, says: "The account has no key.", causes: &["F20"], remedy: "Reset the password of the account." },
    Note {
        code: 12,
        says: "A policy of the domain forbids this logon.",
        causes: &["F19"],
        remedy: "Look at logon restrictions and authentication policies of the account.",
    },
    Note {
        code: 13,
        says: "The KDC does not grant what was asked for, often a delegation that the service account is not allowed.",
        causes: &[],
        remedy: "Look at the delegation settings of the account that asks; event log of the domain controller.",
    },
    Note {
        code: 14,
        says: "Client, account and KDC have no encryption type in common: RC4 is off, or the account has no AES keys.",
        causes: &["F20"],
        remedy: "Set msDS-SupportedEncryptionTypes of the account and reset its password (Set-CsKerberosAccountPassword).",
    },
    Note {
        code: 16,
        says: "The KDC does not take this kind of proof: for a smart card it has no certificate of its own that fits.",
        causes: &[],
        remedy: "certutil -dcinfo verify on the domain controllers; Domain Controller Authentication certificate.",
    },
    Note {
        code: 18,
        says: "The account is disabled, locked, expired, or outside its logon hours; the NTSTATUS in the error says which.",
        causes: &["F19"],
        remedy: "Unlock or enable the account in Active Directory.",
    },
    Note {
        code: 23,
        says: "The password has expired or must be changed.",
        causes: &["F19"],
        remedy: "Change the password.",
    },
    Note {
        code: 24,
        says: "The password is wrong.",
        causes: &["F19"],
        remedy: "Correct the password; mind the lock-out.",
    },
    Note {
        code: 25,
        says: "Normal: the first answer to a request without proof of the password. It says which encryption the proof must have.",
        causes: &[],
        remedy: "Nothing.",
    },
    Note {
        code: 27,
        says: "The service account has no service principal name.",
        causes: &["F16", "F36"],
        remedy: "Register the name with setspn -S.",
    },
    Note {
        code: 29,
        says: "The KDC cannot serve now: it does not reach what it needs, a domain controller of another site or realm, or is starting.",
        causes: &[],
        remedy: "nltest /dsgetdc:<domain> /force on the client finds another one; event log and dcdiag of the KDC that said so.",
    },
    Note {
        code: 31,
        says: "The ticket or its proof does not decrypt: the service holds another key than the KDC used.",
        causes: &["F17", "F36"],
        remedy: "setspn -X; Set-CsKerberosAccountPassword on every front end.",
    },
    Note {
        code: 32,
        says: "The ticket has expired. A new request that follows is the normal cure.",
        causes: &[],
        remedy: "Nothing, if a new ticket follows; else compare clocks.",
    },
    Note {
        code: 33,
        says: "The ticket is not valid yet: the clocks differ.",
        causes: &["F18"],
        remedy: "w32tm /query /status on both ends; synchronise with the domain.",
    },
    Note {
        code: 34,
        says: "The same proof was seen before: a packet arrived twice, or somebody replays it.",
        causes: &[],
        remedy: "Look for duplicated packets on the way (NLB).",
    },
    Note {
        code: 35,
        says: "The ticket is for another service.",
        causes: &["F17"],
        remedy: "Compare the name asked for with the DNS alias of the server.",
    },
    Note {
        code: 37,
        says: "The clocks differ by more than five minutes.",
        causes: &["F18"],
        remedy: "w32tm /query /status on both ends; synchronise with the domain.",
    },
    Note {
        code: 41,
        says: "The ticket is encrypted with the key of another account: a duplicate service principal name, the name on the wrong account, or a password of the Kerberos account that not every front end has.",
        causes: &["F17", "F36"],
        remedy: "setspn -X; Set-CsKerberosAccountPassword -UserAccount; Test-CsKerberosAccountAssignment -Identity site:<site>.",
    },
    Note {
        code: 44,
        says: "The service does not have the key of this version.",
        causes: &["F17"],
        remedy: "Set-CsKerberosAccountPassword on every front end.",
    },
    Note {
        code: 45,
        says: "The service has no key for this ticket.",
        causes: &["F17"],
        remedy: "setspn -Q for the name in the ticket; the account must be the one the service runs as.",
    },
    Note {
        code: 52,
        says: "The answer is too large for UDP; the client repeats over TCP. It fails only where TCP 88 is blocked.",
        causes: &["F21"],
        remedy: "Open TCP 88 to the domain controllers; look at group memberships and MaxTokenSize.",
    },
    Note {
        code: 60,
        says: "The KDC failed, and the number says no more; the text or the NTSTATUS beside it may.",
        causes: &[],
        remedy: "Event log of the domain controller at this time.",
    },
    Note {
        code: 62,
        says: "The KDC does not trust the certificate of the smart card.",
        causes: &[],
        remedy: "certutil -viewstore -enterprise NTAuth: its issuer must be there; gpupdate on the domain controllers.",
    },
    Note {
        code: 66,
        says: "Certificate and account do not belong together.",
        causes: &[],
        remedy: "Compare the certificate's UPN with that of the account, or altSecurityIdentities.",
    },
    Note {
        code: 68,
        says: "The user belongs to another realm; the client asks there next.",
        causes: &["F19"],
        remedy: "Check the DNS suffix and the realm of the client.",
    },
    Note {
        code: 70,
        says: "The KDC cannot build the chain of the smart card's certificate.",
        causes: &[],
        remedy: "Install its issuers on the domain controllers; certutil -verify -urlfetch.",
    },
    Note {
        code: 72,
        says: "The certificate of the smart card has been revoked.",
        causes: &[],
        remedy: "Issue a new one.",
    },
    Note {
        code: 74,
        says: "The KDC cannot reach the revocation list of the smart card's certificate.",
        causes: &[],
        remedy: "certutil -verify -urlfetch on the domain controller.",
    },
    Note {
        code: 75,
        says: "The smart card's certificate names another client than the one that asks.",
        causes: &[],
        remedy: "Compare the certificate's UPN with that of the account.",
    },
];
