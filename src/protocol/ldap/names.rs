//! Names of numbers, in the spelling of RFC 4511.

use crate::knowledge::ldap;

/// Operations by application tag.
pub fn operation(tag: u64) -> Option<&'static str> {
    Some(match tag {
        0 => "bindRequest",
        1 => "bindResponse",
        2 => "unbindRequest",
        3 => "searchRequest",
        4 => "searchResEntry",
        5 => "searchResDone",
        6 => "modifyRequest",
        7 => "modifyResponse",
        8 => "addRequest",
        9 => "addResponse",
        10 => "delRequest",
        11 => "delResponse",
        12 => "modDNRequest",
        13 => "modDNResponse",
        14 => "compareRequest",
        15 => "compareResponse",
        16 => "abandonRequest",
        19 => "searchResRef",
        23 => "extendedReq",
        24 => "extendedResp",
        25 => "intermediateResponse",
        _ => return None,
    })
}

/// Result codes.
pub fn result(code: u64) -> Option<&'static str> {
    ldap::result(u32::try_from(code).ok()?)
}

/// Ways to authenticate in a bind.
pub fn authentication(tag: u64) -> Option<&'static str> {
    Some(match tag {
        0 => "simple",
        3 => "sasl",
        9 => "sicily package discovery",
        10 => "ntlmsspNegotiate",
        11 => "ntlmsspAuth",
        _ => return None,
    })
}

/// Scopes of a search.
pub fn scope(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "baseObject",
        1 => "singleLevel",
        2 => "wholeSubtree",
        3 => "subordinateSubtree",
        _ => return None,
    })
}

/// What becomes of aliases.
pub fn aliases(n: u64) -> Option<&'static str> {
    Some(match n {
        0 => "neverDerefAliases",
        1 => "derefInSearching",
        2 => "derefFindingBaseObj",
        3 => "derefAlways",
        _ => return None,
    })
}

/// Parts of a filter by context tag.
pub fn filter(tag: u64) -> Option<&'static str> {
    Some(match tag {
        0 => "and",
        1 => "or",
        2 => "not",
        3 => "equalityMatch",
        4 => "substrings",
        5 => "greaterOrEqual",
        6 => "lessOrEqual",
        7 => "present",
        8 => "approxMatch",
        9 => "extensibleMatch",
        _ => return None,
    })
}

/// Pieces of a substring match.
pub fn piece(tag: u64) -> Option<&'static str> {
    Some(match tag {
        0 => "initial",
        1 => "any",
        2 => "final",
        _ => return None,
    })
}

/// Answers to a ping of netlogon ([MS-ADTS] 6.3.1.3).
pub fn netlogon(opcode: u64) -> Option<&'static str> {
    Some(match opcode {
        19 => "LOGON_SAM_LOGON_RESPONSE",
        20 => "LOGON_SAM_PAUSE_RESPONSE",
        21 => "LOGON_SAM_USER_UNKNOWN",
        23 => "LOGON_SAM_LOGON_RESPONSE_EX",
        24 => "LOGON_SAM_PAUSE_RESPONSE_EX",
        25 => "LOGON_SAM_USER_UNKNOWN_EX",
        _ => return None,
    })
}

/// OIDs that a bind or a sign-in meets, by what they stand for.
pub fn oid(oid: &[u8]) -> Option<&'static str> {
    Some(match oid {
        b"1.3.6.1.4.1.1466.20037" => "LDAP_START_TLS_OID",
        b"1.3.6.1.4.1.4203.1.11.3" => "whoamiOID",
        b"1.3.6.1.4.1.4203.1.11.1" => "passwdModifyOID",
        b"1.2.840.113556.1.4.1781" => "LDAP_SERVER_FAST_BIND_OID",
        b"1.2.840.113556.1.4.319" => "pagedResultsControl",
        b"1.2.840.113556.1.4.800" => "LDAP_CAP_ACTIVE_DIRECTORY_OID",
        b"1.2.840.113556.1.4.1791" => "LDAP_CAP_ACTIVE_DIRECTORY_LDAP_INTEG_OID",
        _ => return None,
    })
}
