//! Bytes written anew in place: every known name, address and secret is replaced, in whatever it is wrapped.
//!
//! ```text
//! text, UTF-16LE     found as it stands, whatever its case
//! base64             a run of its letters is decoded, written anew, encoded again
//! hexadecimal        likewise
//! percent-encoding   likewise
//! ```
//!
//! Stand-ins are as long as what they stand for, so nothing moves, and lengths, offsets and counts around them stay true.

use super::addresses::Addresses;
use super::answer::{self, Part};
use super::conceal::conceal;
use super::key::Key;
use super::names;
use super::vocabulary;
use crate::wire::{base64, utf16};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;

/// Wrappings that are opened inside one another.
const MAX_DEPTH: u8 = 5;
/// Letters of the shortest run that may be base64.
const MIN_BASE64: usize = 12;
/// Digits of the shortest run that may be hexadecimal.
const MIN_HEX: usize = 8;
/// Bytes of the shortest secret that is looked for everywhere.
const MIN_SECRET: usize = 4;
/// Bytes of a secret that are looked for; behind them the rest is compared.
const START: usize = 48;
/// Tries to find a stand-in that is no other name.
const TRIES: u32 = 16;
/// Shorter words are replaced only where they stand alone; words of this length where they begin or end alone.
const ALONE: usize = 4;

/// Where a pattern may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Anywhere.
    Anywhere,
    /// Beside a byte that is no letter or digit: the salt of Kerberos is realm and name in one.
    Edge,
    /// Between such bytes.
    Word,
    /// Between bytes that do not belong to an address.
    Address,
}

/// What stands for what.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// Names and addresses, found in any case.
    names: Option<AhoCorasick>,
    stand_ins: Vec<(Vec<u8>, Place)>,
    /// Secrets by their first bytes, found as they are; those that begin alike, the longest first.
    secrets: Option<AhoCorasick>,
    hidden: Vec<Vec<Vec<u8>>>,
    pub(super) addresses: Addresses,
    words: BTreeMap<String, String>,
    key: Key,
}

impl Dictionary {
    pub(super) fn new(words: &BTreeMap<String, String>, addresses: Addresses, secrets: &[Vec<u8>], key: Key) -> Self {
        let (mut patterns, mut stand_ins) = (Vec::new(), Vec::new());
        let mut add = |old: Vec<u8>, new: Vec<u8>, place: Place| {
            if old.len() == new.len() {
                patterns.push(old);
                stand_ins.push((new, place));
            }
        };
        for (old, new) in words {
            let place = match old.len() {
                0..ALONE => Place::Word,
                ALONE => Place::Edge,
                _ => Place::Anywhere,
            };
            add(old.as_bytes().to_vec(), new.as_bytes().to_vec(), place);
            // The zero bytes between the letters stand for the boundaries. Without the last one it is either byte order.
            let wide = |text: &str| {
                let mut wide = utf16::encode(text);
                wide.truncate(wide.len().saturating_sub(usize::from(wide.last() == Some(&0))));
                wide
            };
            add(wide(old), wide(new), Place::Anywhere);
            // Names of NetBIOS (RFC 1001 §14.1), which are in capitals.
            add(netbios(old), netbios(new), Place::Anywhere);
            let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>();
            if !old.is_ascii()
                && let (Some(old), Some(new)) = (latin(old), latin(new))
            {
                add(old, new, Place::Anywhere);
            }
        }
        for (old, new) in &addresses.ips {
            let (old_text, new_text) = (old.to_string(), new.to_string());
            add(utf16::encode(&old_text), utf16::encode(&new_text), Place::Anywhere);
            add(old_text.clone().into_bytes(), new_text.clone().into_bytes(), Place::Address);
            // The name under which DNS is asked for it.
            add(reverse(*old), reverse(*new), Place::Anywhere);
            let dashed = |text: &str| text.replace(['.', ':'], "-").into_bytes();
            add(dashed(&old_text), dashed(&new_text), Place::Word);
        }
        for (old, new) in &addresses.macs {
            for separator in ["", ":", "-"] {
                let text = |mac: &[u8; 6]| mac.map(|b| format!("{b:02x}")).join(separator).into_bytes();
                add(text(old), text(new), Place::Word);
            }
        }
        let build = |patterns: &[Vec<u8>], any_case: bool| {
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(any_case);
            (!patterns.is_empty()).then(|| builder.build(patterns).ok()).flatten()
        };
        let mut starts: BTreeMap<Vec<u8>, Vec<Vec<u8>>> = BTreeMap::new();
        for secret in secrets.iter().filter(|s| s.len() >= MIN_SECRET && s.iter().any(|b| *b != 0)) {
            let start = secret.get(..START.min(secret.len())).unwrap_or(secret);
            starts.entry(start.to_vec()).or_default().push(secret.clone());
        }
        for alike in starts.values_mut() {
            alike.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
        let (known, hidden): (Vec<_>, Vec<_>) = starts.into_iter().unzip();
        Self {
            names: build(&patterns, true),
            stand_ins,
            secrets: build(&known, false),
            hidden,
            addresses,
            words: words.clone(),
            key,
        }
    }

    /// Writes a message anew. True if something changed.
    pub(super) fn rewrite(&self, bytes: &mut [u8]) -> bool {
        self.level(bytes, MAX_DEPTH)
    }

    /// Writes a secret anew where it stands.
    pub(super) fn conceal(&self, bytes: &mut [u8]) {
        let new = conceal(bytes, &self.key);
        bytes.copy_from_slice(&new);
    }

    /// Writes an answer in base64 anew by its parts: it stays one of its kind.
    pub(super) fn answer(&self, text: &mut [u8]) {
        rewrapped(text, |plain| {
            let parts = answer::parts(plain);
            if parts.is_empty() {
                return self.conceal(plain);
            }
            for (at, part) in parts {
                let Some(bytes) = plain.get_mut(at) else { continue };
                match part {
                    Part::Name => _ = self.rewrite(bytes),
                    Part::Secret => self.conceal(bytes),
                }
            }
        });
    }

    /// Writes a name in base64 anew.
    pub(super) fn wrapped(&self, text: &mut [u8]) {
        rewrapped(text, |plain| {
            self.rewrite(plain);
        });
    }

    /// What stands for a word in lower case, which no name need hold; `hex`: its letters are digits, and stay that.
    pub(super) fn stand_in(&self, word: &str, hex: bool) -> String {
        if let Some(known) = self.words.get(word) {
            return known.clone();
        }
        let tries = (0..TRIES).map(|n| names::stand_in(word, &self.key, n));
        let new = tries
            .into_iter()
            .find(|new| new != word && !self.holds(new) && !vocabulary::knows(new))
            .unwrap_or_default();
        let digit = |b: char| if b.is_ascii_lowercase() { char::from(b'a' + (b as u8 - b'a') % 6) } else { b };
        if hex { new.chars().map(digit).collect() } else { new }
    }

    /// True if a name stands in this text by chance.
    fn holds(&self, text: &str) -> bool {
        names::holds(text, |name| self.words.contains_key(name))
    }

    /// What stands for an address.
    pub(super) fn address(&self, ip: IpAddr) -> Option<IpAddr> {
        self.addresses.ips.get(&ip).copied()
    }

    fn level(&self, bytes: &mut [u8], depth: u8) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let mut changed = self.literal(bytes);
        for run in runs(bytes, is_percent) {
            if bytes.get(run.clone()).is_some_and(|text| text.contains(&b'%')) {
                changed |= self.percent(bytes, run, depth);
            }
        }
        for run in runs(bytes, |b| b.is_ascii_hexdigit()) {
            if run.len() >= MIN_HEX && run.len().is_multiple_of(2) {
                changed |= self.hexadecimal(bytes, run, depth);
            }
        }
        for run in runs(bytes, |b| is_base64(b) || matches!(b, b'\r' | b'\n')) {
            if run.len() >= MIN_BASE64 {
                changed |= self.lines(bytes, run, depth);
            }
        }
        changed
    }

    /// Conceals the secrets that stand in these bytes as they are; where they stood.
    pub(super) fn secrets(&self, bytes: &mut [u8]) -> Vec<Range<usize>> {
        let found = self.concealed(bytes);
        let place = |(at, new): &(usize, Vec<u8>)| *at..at.saturating_add(new.len());
        for hit in &found {
            if let Some(bytes) = bytes.get_mut(place(hit)) {
                bytes.copy_from_slice(&hit.1);
            }
        }
        found.iter().map(place).collect()
    }

    /// Secrets in these bytes, and what stands for them.
    fn concealed(&self, bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
        let mut found = Vec::new();
        for hit in self.secrets.iter().flat_map(|secrets| secrets.find_iter(bytes)) {
            let alike = self.hidden.get(hit.pattern().as_usize()).into_iter().flatten();
            let rest = bytes.get(hit.start()..).unwrap_or(&[]);
            if let Some(secret) = alike.into_iter().find(|secret| rest.starts_with(secret)) {
                found.push((hit.start(), conceal(secret, &self.key)));
            }
        }
        found
    }

    fn literal(&self, bytes: &mut [u8]) -> bool {
        let mut found = self.concealed(bytes);
        if let Some(names) = &self.names {
            for hit in names.find_iter(&*bytes) {
                let Some((new, place)) = self.stand_ins.get(hit.pattern().as_usize()) else { continue };
                let before = hit.start().checked_sub(1).and_then(|at| bytes.get(at));
                let after = bytes.get(hit.end());
                let alone = |is: fn(&u8) -> bool| !before.is_some_and(is) && !after.is_some_and(is);
                let fits = match place {
                    Place::Anywhere => true,
                    Place::Edge => {
                        let free = |side: Option<&u8>| !side.is_some_and(u8::is_ascii_alphanumeric);
                        free(before) || free(after)
                    }
                    Place::Word => alone(u8::is_ascii_alphanumeric),
                    Place::Address => {
                        let more = bytes.get(hit.end()..hit.end().saturating_add(2));
                        let goes_on = more.is_some_and(|m| matches!(m, [b'.', b'0'..=b'9']));
                        !before.is_some_and(|b| b.is_ascii_hexdigit() || *b == b'.')
                            && !after.is_some_and(u8::is_ascii_hexdigit)
                            && !goes_on
                    }
                };
                if fits {
                    let old = bytes.get(hit.start()..hit.end()).unwrap_or(&[]);
                    found.push((hit.start(), cased(old, new)));
                }
            }
        }
        for (at, new) in &found {
            if let Some(place) = bytes.get_mut(*at..at.saturating_add(new.len())) {
                place.copy_from_slice(new);
            }
        }
        !found.is_empty()
    }

    /// A run of letters of base64 and line ends: one text in lines of one length, or lines of their own.
    fn lines(&self, bytes: &mut [u8], run: Range<usize>, depth: u8) -> bool {
        let Some(text) = bytes.get(run.clone()) else { return false };
        let move_to = |part: Range<usize>, by: usize| part.start.saturating_add(by)..part.end.saturating_add(by);
        let lines: Vec<_> = runs(text, is_base64).into_iter().map(|part| move_to(part, run.start)).collect();
        // The name of the next header is no last line of a token without padding.
        let named = bytes.get(run.end) == Some(&b':');
        let (text, apart) = lines.split_at(lines.len().saturating_sub(usize::from(named)));
        let folded = text.split_last().is_some_and(|(last, rest)| {
            let len = rest.first().map_or(0, ExactSizeIterator::len);
            len >= MIN_BASE64 && last.len() <= len && rest.iter().all(|line| line.len() == len)
        });
        let whole = text.first().zip(text.last()).map(|(first, last)| first.start..last.end).filter(|_| folded);
        let mut changed = whole.is_some_and(|whole| self.base64(bytes, whole, depth));
        for line in if changed { apart } else { &lines }.iter().cloned() {
            if line.len() >= MIN_BASE64 && self.base64(bytes, line.clone(), depth) {
                changed = true;
                continue;
            }
            // What belongs to the alphabet may also be a path before the text itself.
            let parts = bytes.get(line.clone()).map_or(Vec::new(), |text| runs(text, |b| b.is_ascii_alphanumeric()));
            for part in parts.into_iter().map(|part| move_to(part, line.start)) {
                if part.len() >= MIN_BASE64 && part.len() < line.len() {
                    changed |= self.base64(bytes, part, depth);
                }
            }
        }
        changed
    }

    fn base64(&self, bytes: &mut [u8], run: Range<usize>, depth: u8) -> bool {
        let beside = [run.start.checked_sub(1), Some(run.end)];
        let dotted = beside.into_iter().flatten().any(|at| bytes.get(at) == Some(&b'.'));
        // Line ends inside belong to the wrapping.
        let places: Vec<usize> = run.filter(|at| bytes.get(*at).is_some_and(|b| !matches!(b, b'\r' | b'\n'))).collect();
        let text: Vec<u8> = places.iter().filter_map(|at| bytes.get(*at)).copied().collect();
        let standard = text.iter().any(|b| matches!(b, b'+' | b'/'));
        let spelled = text.iter().any(|b| matches!(b, b'-' | b'_'));
        if spelled && standard {
            return false;
        }
        // The parts of a JSON web token (RFC 7515) stand between dots, and may hold neither of the two letters that tell.
        let url = spelled || !standard && dotted;
        let letters = base64::standard(&text);
        // A tail of one letter says nothing; what stands before it does.
        let whole = if letters.len() % 4 == 1 { letters.len().saturating_sub(1) } else { letters.len() };
        let Some(mut plain) = base64::decode(letters.get(..whole).unwrap_or(&[])) else { return false };
        if !self.level(&mut plain, depth) {
            return false;
        }
        for (at, letter) in places.iter().zip(base64::encode(&plain).bytes().take(whole)) {
            if let Some(place) = bytes.get_mut(*at) {
                *place = match letter {
                    b'+' if url => b'-',
                    b'/' if url => b'_',
                    letter => letter,
                };
            }
        }
        true
    }

    fn hexadecimal(&self, bytes: &mut [u8], run: Range<usize>, depth: u8) -> bool {
        let Some(digits) = bytes.get(run.clone()) else { return false };
        let upper = digits.iter().any(u8::is_ascii_uppercase);
        let text = std::str::from_utf8(digits).unwrap_or_default();
        let Some(mut plain) = crate::wire::text::unhex(text) else { return false };
        if !self.level(&mut plain, depth) {
            return false;
        }
        let new = crate::wire::text::hex(&plain);
        let new = if upper { new.to_uppercase() } else { new };
        if let Some(place) = bytes.get_mut(run).filter(|place| place.len() == new.len()) {
            place.copy_from_slice(new.as_bytes());
        }
        true
    }

    fn percent(&self, bytes: &mut [u8], run: Range<usize>, depth: u8) -> bool {
        let Some(text) = bytes.get(run.clone()) else { return false };
        let (mut plain, mut places) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            let digits = text.get(at.saturating_add(1)..at.saturating_add(3)).filter(|_| *byte == b'%');
            let value = digits
                .and_then(|d| std::str::from_utf8(d).ok())
                .and_then(crate::wire::text::unhex)
                .and_then(|b| b.first().copied());
            places.push((at, value.is_some()));
            plain.push(value.unwrap_or(*byte));
            at = at.saturating_add(if value.is_some() { 3 } else { 1 });
        }
        let old = plain.clone();
        if !self.level(&mut plain, depth) {
            return false;
        }
        for ((new, old), (at, wrapped)) in plain.iter().zip(&old).zip(places) {
            if new == old {
                continue;
            }
            let at = run.start.saturating_add(at);
            let written = if wrapped { format!("%{new:02X}").into_bytes() } else { vec![*new] };
            if let Some(place) = bytes.get_mut(at..at.saturating_add(written.len())) {
                place.copy_from_slice(&written);
            }
        }
        true
    }
}

/// Changes what stands in base64. Who changes it keeps its length.
fn rewrapped(text: &mut [u8], change: impl FnOnce(&mut [u8])) {
    let Some(mut plain) = base64::decode(text) else { return };
    change(&mut plain);
    let letters = text.iter_mut().filter(|b| !b.is_ascii_whitespace());
    for (place, letter) in letters.zip(base64::encode(&plain).bytes()) {
        *place = letter;
    }
}

/// A letter for each half of a byte.
fn netbios(text: &str) -> Vec<u8> {
    let letter = |half: u8| b'a'.saturating_add(half);
    text.to_uppercase().bytes().flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect()
}

/// The labels of in-addr.arpa and ip6.arpa, with their lengths as in a DNS message.
fn reverse(ip: IpAddr) -> Vec<u8> {
    let mut out = Vec::new();
    let mut label = |text: String| {
        out.push(u8::try_from(text.len()).unwrap_or(0));
        out.extend(text.bytes());
    };
    match ip {
        IpAddr::V4(ip) => {
            ip.octets().iter().rev().for_each(|part| label(part.to_string()));
            label("in-addr".into());
        }
        IpAddr::V6(ip) => {
            for byte in ip.octets().iter().rev() {
                label(format!("{:x}", byte & 0xf));
                label(format!("{:x}", byte >> 4));
            }
            label("ip6".into());
        }
    }
    out
}

/// The stand-in in the case of what it stands for.
fn cased(old: &[u8], new: &[u8]) -> Vec<u8> {
    old.iter()
        .zip(new)
        .map(|(old, new)| if old.is_ascii_uppercase() { new.to_ascii_uppercase() } else { *new })
        .collect()
}

fn is_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_')
}

fn is_percent(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'%' | b'+' | b'-' | b'_' | b'.' | b'~')
}

/// The longest runs of such bytes.
pub(super) fn runs(bytes: &[u8], is: fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (is(*byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                runs.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    runs.extend(start.map(|from| from..bytes.len()));
    runs
}

#[cfg(test)]
mod tests;
