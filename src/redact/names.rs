//! Names and what stands for them: every word of a name has one stand-in of the same length in every encoding.
//!
//! Words, not names: `fe01.corvid.example` and `sip/fe01.corvid.example@CORVID.EXAMPLE` share words, and DNS labels, DER
//! strings, UTF-16 and base64 need nothing but a word of the same length. What says nothing of anybody stays: the last
//! label of a domain, the discovery names that clients ask for, and the words of the protocols themselves.

use super::key::Key;
use super::vocabulary;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

/// Names kept.
const MAX_WORDS: usize = 100_000;
/// Characters of a word that is replaced, fewest and most.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=64;
/// Characters of the shortest word of a free text that is looked for everywhere.
const FREE: usize = 5;
/// Digits of a number that may be a telephone's.
const PHONE: usize = 5;
/// Characters of a name that a stand-in may hold by chance: shorter ones are replaced only where they stand alone, of longer
/// ones one in 10^12 stand-ins would.
const BY_CHANCE: std::ops::RangeInclusive<usize> = 4..=8;

/// Words that stay even in names: domains of the highest level and those of examples, services and what they are called in
/// directories, accounts that everybody has, and words of the protocols.
pub(super) const COMMON: &str = include_str!("common.txt");

/// True for one of them, given in lower case.
fn is_common(word: &str) -> bool {
    static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.split_whitespace().collect());
    ALL.contains(word)
}

/// Domains of specifications and of the cloud: everybody's.
const PUBLIC: [&str; 10] = [
    "xmlsoap.org",
    "oasis-open.org",
    "w3.org",
    "ietf.org",
    "openxmlformats.org",
    "microsoft.com",
    "microsoftonline.com",
    "windows.net",
    "lync.com",
    "skype.com",
];

/// Words and their stand-ins, in lower case.
#[derive(Debug, Default)]
pub(super) struct Names {
    words: BTreeSet<String>,
    /// Words of domains, last label included: what tells that a text with dots is a host of theirs.
    domains: BTreeSet<String>,
    /// Texts with dots that may be hosts.
    dotted: BTreeSet<String>,
}

impl Names {
    /// Every word of this text belongs to a name.
    pub(super) fn add(&mut self, name: &str) {
        if PUBLIC.iter().any(|domain| name.to_lowercase().trim_end_matches('.').ends_with(domain)) {
            return;
        }
        if let Some((_, domain)) = name.rsplit_once('@')
            && domain.contains('.')
            && self.domains.len() < MAX_WORDS
        {
            self.domains.insert(domain.to_lowercase());
        }
        // Ports stand behind colons, and are as long as some numbers of telephones.
        let port = |part: &&str| part.len() <= PHONE && part.bytes().all(|b| b.is_ascii_digit());
        let mut parts = name.split(':');
        let first = parts.next().into_iter();
        for word in first.chain(parts.filter(|part| !port(part))).flat_map(words) {
            if self.words.len() < MAX_WORDS && is_name(word) {
                self.words.insert(word.to_lowercase());
            }
        }
    }

    /// A text in which every word is a name that is not a protocol's.
    pub(super) fn free(&mut self, text: &str, short: bool) {
        for word in words(text).filter(|word| short || word.chars().count() >= FREE) {
            let word = word.to_lowercase();
            let number = word.bytes().all(|b| b.is_ascii_digit());
            if self.words.len() < MAX_WORDS && is_name(&word) && !number && !vocabulary::knows(&word) {
                self.words.insert(word);
            }
        }
    }

    /// A text in which names may stand: addresses of users, hosts of URIs, telephone numbers.
    pub(super) fn harvest(&mut self, text: &str) {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '%' | '+' | '\\' | '$');
        for (at, _) in text.match_indices('@') {
            let before = text.get(..at).unwrap_or("").rsplit(|c| !is_part(c)).next().unwrap_or("");
            let after = text.get(at.saturating_add(1)..).unwrap_or("").split(|c| !is_part(c)).next().unwrap_or("");
            // A host in numbers is an address, and replaced as one.
            if !before.is_empty() && after.contains(|c: char| c.is_alphabetic()) {
                self.add(&format!("{before}@{after}"));
            } else if !before.is_empty() && after.starts_with(|c: char| c.is_ascii_digit()) {
                self.add(before);
            }
        }
        for mark in ["sip:", "tel:", "sips:", "://", "im:", "user=", "\\\\"] {
            for (at, _) in text.match_indices(mark) {
                let after = text.get(at.saturating_add(mark.len())..).unwrap_or("");
                let name = after.split(|c| !is_part(c)).next().unwrap_or("");
                if name.contains(|c: char| c.is_alphabetic()) || mark == "tel:" {
                    self.add(name);
                }
            }
        }
        for token in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))) {
            let labels = token.split('.').count();
            if (3..=12).contains(&labels) && token.len() < 254 && self.dotted.len() < MAX_WORDS {
                self.dotted.insert(token.to_lowercase());
            }
        }
    }

    /// Words and stand-ins, as long as each other in every encoding.
    pub(super) fn finish(mut self, key: &Key) -> BTreeMap<String, String> {
        for host in std::mem::take(&mut self.dotted) {
            let known = host
                .match_indices('.')
                .any(|(at, _)| host.get(at.saturating_add(1)..).is_some_and(|rest| self.domains.contains(rest)));
            if known {
                self.add(&host);
            }
        }
        let mut used = BTreeSet::new();
        let mut all = BTreeMap::new();
        for word in &self.words {
            // Short words have few stand-ins: after a while any that is not the word itself will do.
            let means = |s: &String| is_common(s) || vocabulary::knows(s);
            let free = |s: &String| !used.contains(s) && !means(s) && !holds(s, |name| self.words.contains(name));
            let fresh = (0_u32..1000).map(|n| stand_in(word, key, n)).find(free);
            let chosen = fresh.unwrap_or_else(|| stand_in(word, key, 1000));
            used.insert(chosen.clone());
            all.insert(word.clone(), chosen);
        }
        all
    }
}

/// The words of a name.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric())
}

fn is_name(word: &str) -> bool {
    let digits = word.chars().all(|c| c.is_ascii_digit());
    let long = LENGTHS.contains(&word.chars().count()) && (!digits || word.len() >= PHONE);
    long && !is_common(&word.to_lowercase())
}

/// True if a text, in lower case, is a name or holds one.
pub(super) fn holds(text: &str, is_known: impl Fn(&str) -> bool) -> bool {
    let within = |from: usize, len: usize| text.get(from..from.saturating_add(len)).is_some_and(&is_known);
    is_known(text) || (0..text.len()).any(|from| BY_CHANCE.into_iter().any(|len| within(from, len)))
}

/// Letters for letters, digits for digits; of what is not ASCII a letter with as many bytes. Vowels and consonants take turns:
/// such words can be said aloud, and compress no worse than those they stand for.
pub(super) fn stand_in(word: &str, key: &Key, attempt: u32) -> String {
    const VOWELS: &[u8] = b"aeiou";
    const CONSONANTS: &[u8] = b"bcdfghjklmnprstvz";
    let mut stream = key.stream(&[b"word", word.as_bytes(), &attempt.to_le_bytes()]);
    let mut letters = [CONSONANTS, VOWELS].into_iter().cycle();
    word.chars()
        .map(|c| {
            let n = u32::from(stream.next().unwrap_or(0));
            let of = |letters: &[u8]| letters.iter().cycle().nth(usize::try_from(n).unwrap_or(0)).copied();
            let sign = match c.len_utf8() {
                1 if c.is_ascii_digit() => u32::from(b'0').saturating_add(n % 10),
                1 => letters.next().and_then(of).map_or(u32::from(c), u32::from),
                // à to ö, without the sign of multiplication.
                2 => 0xe0_u32.saturating_add(n % 23),
                3 => 0x4e00_u32.saturating_add(n),
                _ => u32::from(c),
            };
            char::from_u32(sign).unwrap_or(c)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand_ins(names: &[&str], texts: &[&str]) -> BTreeMap<String, String> {
        let mut all = Names::default();
        for name in names {
            all.add(name);
        }
        for text in texts {
            all.harvest(text);
        }
        all.finish(&Key::default())
    }

    #[test]
    fn words_of_names_are_replaced_and_common_words_stay() {
        let all = stand_ins(&["sip/fe01.corvid.example@CORVID.EXAMPLE", "CORVID\\mona", "10.0.0.5:10080"], &[]);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["corvid", "fe01", "mona"]);
        for (word, stand_in) in &all {
            assert_eq!((word.len(), word == stand_in), (stand_in.len(), false));
        }
        assert!(all["fe01"].chars().skip(2).all(|c| c.is_ascii_digit()), "digits for digits: {}", all["fe01"]);
    }

    #[test]
    fn names_are_found_in_texts() {
        let all = stand_ins(
            &[],
            &[
                "From: \"x\" <sip:alice@contoso.com>;tag=1",
                "Via: SIP/2.0/TLS edge7.contoso.com:5061;branch=z9hG4bK.1.2",
                "Contact: <sip:bob@10.0.0.5:5060>, <tel:+15551234567>",
                "Date: Sun, 22 Nov 2026 10:27:54 GMT",
            ],
        );
        assert_eq!(all.keys().collect::<Vec<_>>(), ["15551234567", "alice", "bob", "contoso", "edge7"]);
    }

    #[test]
    fn no_stand_in_holds_a_name_by_chance() {
        // One in forty of the long words would hold one of the short ones.
        let letters = || ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("{a}{b}")));
        let short: Vec<String> = letters().map(|middle| format!("q{middle}x")).collect();
        let long: Vec<String> = letters().map(|end| format!("thelongnameofahost{end}")).collect();
        let names: Vec<&str> = short.iter().chain(&long).map(String::as_str).collect();
        for (word, stand_in) in stand_ins(&names, &[]) {
            assert!(names.iter().all(|name| !stand_in.contains(name)), "{word} became {stand_in}");
        }
        assert!(holds("zzqaexzz", |name| name == "qaex") && !holds("zzqafxzz", |name| name == "qaex"));
    }

    #[test]
    fn letters_beyond_ascii_keep_their_bytes() {
        let all = stand_ins(&["müller@例子.example"], &[]);
        assert!(all.iter().all(|(word, s)| word.len() == s.len() || word.chars().count() < 3), "{all:?}");
        assert!(all.contains_key("müller"));
    }
}
