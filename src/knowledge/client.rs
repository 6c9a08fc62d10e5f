//! Which client a `User-Agent` stands for.
//!
//! Clients give their family in a product token: `UCCAPI` and `OC` are the desktop client, whatever the host application
//! calls itself; mobile clients name the platform. Order matters: a name of ours wins over the browser that every web
//! view pretends to be.

use memchr::memmem;
use std::ops::Range;

/// A family of clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Communicator, Lync, Skype for Business on Windows.
    Pc,
    /// Communicator or Lync for Mac, Skype for Business on Mac.
    Mac,
    /// iPhone and iPad.
    Ios,
    /// Android.
    Android,
    /// Windows Phone.
    WindowsPhone,
    /// Lync Web App and others in a browser.
    WebApp,
    /// Desk phones: Lync Phone Edition, third-party IP phones.
    Phone,
    /// SIPE, the plug-in of Pidgin and others.
    Sipe,
    /// Not told, or not known.
    #[default]
    Unknown,
}

impl Family {
    /// The word of the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pc => "pc",
            Self::Mac => "mac",
            Self::Ios => "ios",
            Self::Android => "android",
            Self::WindowsPhone => "windows-phone",
            Self::WebApp => "web-app",
            Self::Phone => "phone",
            Self::Sipe => "sipe",
            Self::Unknown => "unknown",
        }
    }

    /// True for clients that use UCWA or MCX in place of SIP.
    pub const fn is_mobile(self) -> bool {
        matches!(self, Self::Ios | Self::Android | Self::WindowsPhone)
    }
}

/// A piece of a name, and whom it gives away. The first that occurs decides.
#[rustfmt::skip]
const MARKS: &[(&str, Family)] = &[
    ("sipe/", Family::Sipe),
    // Desk phones: `OCPhone`, `CPE`, and the makers' own names.
    ("ocphone", Family::Phone),
    ("lyncphone", Family::Phone),
    ("cpe/", Family::Phone),
    ("lpe/", Family::Phone),
    ("polycom", Family::Phone),
    ("polyvvx", Family::Phone),
    ("yealink", Family::Phone),
    ("audiocodes", Family::Phone),
    ("snom", Family::Phone),
    ("aastra", Family::Phone),
    // Mobile clients, by platform.
    ("acomo", Family::Android),
    ("android", Family::Android),
    ("iphone", Family::Ios),
    ("ipad", Family::Ios),
    ("ipod", Family::Ios),
    ("iphonelync", Family::Ios),
    ("windows phone", Family::WindowsPhone),
    ("windowsphone", Family::WindowsPhone),
    ("wplync", Family::WindowsPhone),
    ("wp7lync", Family::WindowsPhone),
    ("wp8lync", Family::WindowsPhone),
    // Macs, before the desktop client: `MC/13` is Communicator or Lync for Mac.
    ("mac os x", Family::Mac),
    ("mac osx", Family::Mac),
    ("sfbformac", Family::Mac),
    ("sfbmac", Family::Mac),
    ("macintosh", Family::Mac),
    ("for mac", Family::Mac),
    ("skypeforbusiness/mac", Family::Mac),
    ("mc/", Family::Mac),
    ("rtcc/", Family::Mac),
    // Lync Web App says so wherever it runs.
    ("lwa/", Family::WebApp),
    ("cwa/", Family::WebApp),
    ("lync web app", Family::WebApp),
    ("lyncweb", Family::WebApp),
    ("uccapi", Family::Pc),
    ("oc/", Family::Pc),
    ("microsoft office communicator", Family::Pc),
    ("microsoft lync", Family::Pc),
    ("skype for business", Family::Pc),
    // An application of Apple's network library that names no platform runs on a phone far more often than on a Mac.
    ("darwin/", Family::Ios),
    ("mozilla/", Family::WebApp),
];

/// Product tokens that carry the version worth telling, the best first.
const VERSIONS: [&str; 17] = [
    "Sipe/",
    "OCPhone/",
    "CPE/",
    "LPE/",
    "UCCAPI/",
    "OC/",
    "MC/",
    "ACOMO/",
    "iPhoneLync/",
    "iPadLync/",
    "WPLync/",
    "LWA/",
    "Lync/",
    "SkypeForBusiness/",
    "SfB/",
    "Skype for Business/",
    "RTCC/",
];

/// True of Communicator, of this version: it was followed by Lync, whose version is 4, and knows no certificates in SIP.
pub fn is_communicator(family: Family, version: &str) -> bool {
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    family == Family::Pc && major.is_some_and(|major| major < 4)
}

/// The family of the client that calls itself so, and its version; empty where it gives none.
pub fn identify(user_agent: &str) -> (Family, String) {
    let lower = user_agent.to_ascii_lowercase();
    // A browser on a Mac or a phone is the web client; the mobile clients never call themselves Mozilla.
    let ours = ["lync", "skype", "sipe/", "uccapi", "oc/", "acomo", "phone/"].iter().any(|name| holds(&lower, name));
    let browser = lower.starts_with("mozilla/") && !ours;
    let family = match MARKS.iter().find(|(mark, _)| holds(&lower, mark)) {
        _ if browser => Family::WebApp,
        Some((_, family)) => *family,
        None => Family::Unknown,
    };
    if family == Family::Unknown || browser {
        return (family, String::new());
    }
    (family, version(user_agent, &lower))
}

/// True if `mark` stands in `text` at the beginning of a word.
fn holds(text: &str, mark: &str) -> bool {
    place(text, mark).is_some()
}

fn place(text: &str, mark: &str) -> Option<usize> {
    let text = text.as_bytes();
    let mut from = 0_usize;
    loop {
        let at = memmem::find(text.get(from..)?, mark.as_bytes())?.saturating_add(from);
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        // Long marks are whole names, which may stand inside others.
        if before.is_none_or(|b| !b.is_ascii_alphanumeric()) || mark.len() > 5 {
            return Some(at);
        }
        from = at.saturating_add(1);
    }
}

/// What of a name the answer of [`identify`] rests on: whoever writes the name anew leaves it.
pub fn marks(user_agent: &str) -> Vec<Range<usize>> {
    let lower = user_agent.to_ascii_lowercase();
    let known = MARKS.iter().map(|(mark, _)| *mark).chain(VERSIONS);
    known
        .filter_map(|mark| {
            let start = place(&lower, &mark.to_ascii_lowercase())?;
            Some(start..start.saturating_add(mark.len()))
        })
        .collect()
}

/// The version behind the most telling product token, else behind the first.
fn version(user_agent: &str, lower: &str) -> String {
    let known = VERSIONS.iter().find_map(|token| {
        let at = place(lower, &token.to_ascii_lowercase())?.checked_add(token.len())?;
        number(user_agent.get(at..)?)
    });
    let first = || number(user_agent.get(user_agent.find('/')?.checked_add(1)?..)?);
    known.or_else(first).unwrap_or_default()
}

/// `15.0.4481.1000` at the start of `text`.
fn number(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number = text.get(..end)?.trim_end_matches('.');
    number.starts_with(|c: char| c.is_ascii_digit()).then(|| number.chars().take(40).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_clients_give() {
        for (name, family, version) in [
            ("UCCAPI/15.0.4481.1000 OC/15.0.4481.1000 (Microsoft Lync)", "pc", "15.0.4481.1000"),
            ("UCCAPI/16.0.4266.1001 OC/16.0.4266.1001 (Skype for Business)", "pc", "16.0.4266.1001"),
            ("UCCP/2.0.6362.0 OC/2.0.6362.0 (Microsoft Office Communicator)", "pc", "2.0.6362.0"),
            ("OC/4.0.7577.314 (Microsoft Lync 2010)", "pc", "4.0.7577.314"),
            ("RTCC/4.0.0.0 MC/13.0.0 (Microsoft Communicator for Mac)", "mac", "13.0.0"),
            ("UCCAPI/16.0.0 SkypeForBusiness/16.5.185 (Mac OS X 10.12.3)", "mac", "16.0.0"),
            ("SfBForMac/16.29.57 (Mac OSX 10.15.7)", "mac", "16.29.57"),
            ("iPadLync/5.4.1106 (iPad iPhone OS 8.1)", "ios", "5.4.1106"),
            ("iPhoneLync/6.0.1430.0 CFNetwork/711.1.16 Darwin/14.0.0", "ios", "6.0.1430.0"),
            ("Lync/5.4 (Android 4.0.4; GT-I9100)", "android", "5.4"),
            ("ACOMO/5.4.0.6 (Samsung GT-I9505)", "android", "5.4.0.6"),
            ("Lync Mobile/4.3.8120.0 (Windows Phone 8.0)", "windows-phone", "4.3.8120.0"),
            ("WPLync/5.4.1087 (Nokia 920)", "windows-phone", "5.4.1087"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0", "web-app", ""),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "web-app", ""),
            ("CPE/1.0.0.0 OCPhone/4.0.7577.4455 (Microsoft Lync 2010 Phone Edition)", "phone", "4.0.7577.4455"),
            ("PolycomVVX-VVX_411-UA/5.6.0.17325", "phone", "5.6.0.17325"),
            ("Purple/2.14.12 Sipe/1.25.0 (linux-x86_64)", "sipe", "1.25.0"),
            ("Adium/1.5 Sipe/1.18.2 (Mac OS X)", "sipe", "1.18.2"),
            ("curl/7.88.1", "unknown", ""),
            ("RTC/5.0", "unknown", ""),
            ("", "unknown", ""),
        ] {
            let (found, told) = identify(name);
            assert_eq!((found.name(), told.as_str()), (family, version), "{name}");
        }
    }

    #[test]
    fn communicator_is_what_came_before_lync() {
        let is = |agent: &str| {
            let (family, version) = identify(agent);
            is_communicator(family, &version)
        };
        assert!(is("UCCP/3.5.6907.0 OC/3.5.6907.0 (Microsoft Office Communicator 2007 R2)"));
        assert!(!is("OC/4.0.7577.314 (Microsoft Lync 2010)"));
        assert!(!is("Purple/2.14.12 Sipe/1.25.0 (linux-x86_64)") && !is("OC (Microsoft)"));
    }

    #[test]
    fn a_name_inside_another_is_not_that_name() {
        assert_eq!(identify("Doc/1.0").0, Family::Unknown, "no OC/");
        assert_eq!(identify("Gypsum/2 SharkMC/3").0, Family::Unknown, "no MC/");
        assert_eq!(identify("Android-Soc/2").0, Family::Android, "a browser of Android would say Mozilla");
    }
}
