//! Numbers of servers, and what they mean in a sign-in, in one place whatever their space.

use super::{diagnostics, hresult, http, kerberos, ldap, ntstatus, sip, tls};

/// Whose numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// Kerberos error codes
    Krb,
    /// TLS alerts
    Tls,
    /// NTSTATUS
    NtStatus,
    /// HRESULT
    HResult,
    /// ms-diagnostics ids
    Ms,
    /// HTTP status codes
    Http,
    /// SIP status codes
    Sip,
    /// LDAP result codes
    Ldap,
}

impl Space {
    /// All of them, in the order of a list for people.
    pub const ALL: [Self; 8] =
        [Self::Ms, Self::Sip, Self::Http, Self::Krb, Self::NtStatus, Self::HResult, Self::Tls, Self::Ldap];

    /// The word of the report, and of `explain`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Krb => "krb",
            Self::Tls => "tls",
            Self::NtStatus => "ntstatus",
            Self::HResult => "hresult",
            Self::Ms => "ms",
            Self::Http => "http",
            Self::Sip => "sip",
            Self::Ldap => "ldap",
        }
    }

    /// What its numbers are called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Krb => "Kerberos error",
            Self::Tls => "TLS alert",
            Self::NtStatus => "NTSTATUS",
            Self::HResult => "HRESULT",
            Self::Ms => "ms-diagnostics id",
            Self::Http => "HTTP status",
            Self::Sip => "SIP status",
            Self::Ldap => "LDAP result code",
        }
    }

    /// The space that a word names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|space| space.name().eq_ignore_ascii_case(word))
    }

    /// A number as people write it in this space.
    pub fn write(self, code: u32) -> String {
        match self {
            Self::NtStatus | Self::HResult => format!("0x{code:08X}"),
            _ => code.to_string(),
        }
    }

    fn codes(self) -> Vec<u32> {
        match self {
            Self::Krb => kerberos::codes().collect(),
            Self::Tls => tls::codes().collect(),
            Self::NtStatus => ntstatus::codes().collect(),
            Self::HResult => hresult::codes().collect(),
            Self::Ms => diagnostics::codes().collect(),
            Self::Http => http::codes().collect(),
            Self::Sip => sip::codes().collect(),
            Self::Ldap => ldap::codes().collect(),
        }
    }
}

/// What a number means in a sign-in.
#[derive(Debug)]
pub struct Note {
    /// The number.
    pub code: u32,
    /// What it says of the sign-in.
    pub says: &'static str,
    /// Causes it usually has, the likeliest first.
    pub causes: &'static [&'static str],
    /// What to do, with cmdlets in their exact spelling.
    pub remedy: &'static str,
}

/// A number that is known.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name, or the server's own words.
    pub name: &'static str,
    /// What it means in a sign-in, if it means something there.
    pub note: Option<&'static Note>,
    /// True if name and number were read in a published source; else they are known from the field.
    pub confirmed: bool,
}

/// What is known of a number.
pub fn find(space: Space, code: u32) -> Option<Known> {
    let (name, notes, confirmed) = match space {
        Space::Krb => (kerberos::error_name(i32::try_from(code).ok()?)?, kerberos::NOTES, true),
        Space::Tls => (tls::alert_name(u8::try_from(code).ok()?)?, tls::NOTES, true),
        Space::NtStatus => (ntstatus::name(code)?, ntstatus::NOTES, true),
        Space::HResult => (hresult::name(code)?, hresult::NOTES, true),
        Space::Http => (http::phrase(u16::try_from(code).ok()?)?, http::NOTES, true),
        Space::Sip => (sip::phrase(u16::try_from(code).ok()?)?, sip::NOTES, true),
        Space::Ldap => (ldap::result(code)?, ldap::NOTES, true),
        Space::Ms => {
            let (reason, confirmed) = diagnostics::reason(code)?;
            (reason, diagnostics::NOTES, confirmed)
        }
    };
    Some(Known { name, note: notes.iter().find(|note| note.code == code), confirmed })
}

/// The names of a number of Windows, whichever of its lists holds it.
pub fn windows(result: u32) -> Option<&'static str> {
    hresult::name(result).or_else(|| ntstatus::name(result))
}

/// A number of Windows behind the words of a server, with its name; nothing if there is none.
pub fn and_result(result: Option<u32>) -> String {
    let named = |result| windows(result).map_or_else(String::new, |name| format!(" {name}"));
    result.map_or_else(String::new, |result| format!(", 0x{result:08X}{}", named(result)))
}

/// The known numbers nearest to one that is not, at most `most`, in their order.
pub fn nearest(space: Space, code: u32, most: usize) -> Vec<u32> {
    let mut codes = space.codes();
    codes.sort_unstable_by_key(|known| (known.abs_diff(code), *known));
    codes.truncate(most);
    codes.sort_unstable();
    codes
}

/// A number as people write it: decimal, or hexadecimal behind `0x`. A KDC's NTSTATUS is often written without it.
pub fn number(space: Space, text: &str) -> Option<u32> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match (hex, space) {
        (Some(digits), _) => u32::from_str_radix(digits, 16).ok(),
        (None, Space::NtStatus | Space::HResult) if text.len() == 8 => u32::from_str_radix(text, 16).ok(),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_space_knows_its_numbers() {
        for (space, code, name, cause) in [
            (Space::Krb, 7, "KDC_ERR_S_PRINCIPAL_UNKNOWN", "F16"),
            (Space::NtStatus, 0xC000_006D, "STATUS_LOGON_FAILURE", "F14"),
            (Space::Sip, 403, "Forbidden", "F37"),
            (Space::Http, 401, "Unauthorized", "F14"),
            (Space::Tls, 45, "certificate_expired", "F08"),
            (Space::HResult, 0x8009_0322, "SEC_E_WRONG_PRINCIPAL", "F17"),
            (Space::Ms, 4004, "Credentials provided are not authorized to act as specified from URI", "F32"),
        ] {
            let known = find(space, code).unwrap();
            assert_eq!((known.name, known.note.unwrap().causes[0]), (name, cause), "{space:?}:{code}");
        }
        assert!(find(Space::Krb, 24_000).is_none() && find(Space::Tls, 300).is_none() && find(Space::Ms, 1).is_none());
        assert!(find(Space::Krb, 3).unwrap().note.is_none(), "a name, and nothing to say of it");
        assert!(!find(Space::Ms, 1038).unwrap().confirmed);
    }

    #[test]
    fn every_note_belongs_to_a_number_that_is_known() {
        let all: [(Space, &[Note]); 8] = [
            (Space::Ldap, ldap::NOTES),
            (Space::Krb, kerberos::NOTES),
            (Space::Tls, tls::NOTES),
            (Space::NtStatus, ntstatus::NOTES),
            (Space::HResult, hresult::NOTES),
            (Space::Http, http::NOTES),
            (Space::Sip, sip::NOTES),
            (Space::Ms, diagnostics::NOTES),
        ];
        for (space, notes) in all {
            for note in notes {
                assert!(find(space, note.code).is_some_and(|known| known.note.is_some()), "{space:?}:{}", note.code);
                assert!(!note.says.is_empty() && note.remedy.ends_with('.'), "{space:?}:{}", note.code);
                let shaped = |cause: &&str| cause.len() == 3 && cause.starts_with('F');
                assert!(note.causes.iter().all(shaped), "{space:?}:{}", note.code);
            }
            assert!(notes.is_sorted_by_key(|note| note.code), "{space:?}");
            let codes = space.codes();
            assert!(codes.is_sorted() && codes.windows(2).all(|pair| pair[0] != pair[1]), "{space:?}");
        }
    }

    #[test]
    fn neighbours_and_numbers() {
        assert_eq!(nearest(Space::Ms, 4090, 3), [4011, 4012, 4013]);
        assert_eq!(nearest(Space::Krb, u32::MAX, 1), [93]);
        assert_eq!(number(Space::NtStatus, "0xC000006D"), Some(0xC000_006D));
        assert_eq!(number(Space::NtStatus, "c000006d"), Some(0xC000_006D));
        assert_eq!((number(Space::Ms, "4004"), number(Space::Ms, "four")), (Some(4004), None));
        assert_eq!(Space::named("NTSTATUS"), Some(Space::NtStatus));
        assert_eq!(Space::NtStatus.write(0xC000_006D), "0xC000006D");
    }
}
