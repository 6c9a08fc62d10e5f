//! What is looked for: a text, bytes in hex, or what a display filter says. With the work on packets, which takes a while:
//! the first place is told at once, all of them when they are known.

use super::effect::Among;
use super::opened::Opened;
use crate::scan::{Gather, Select};
use memchr::memmem;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// What kind of thing is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A text as it is shown, whatever the size of its letters; in bytes also the hex of some.
    #[default]
    Text,
    /// Bytes, two digits each.
    Hex,
    /// Packets that pass a display filter; in a packet the fields that it names.
    Filter,
}

impl Kind {
    /// The next one.
    pub const fn next(self) -> Self {
        match self {
            Self::Text => Self::Hex,
            Self::Hex => Self::Filter,
            Self::Filter => Self::Text,
        }
    }
}

/// Something to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// As it was typed.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

impl Sought {
    /// Why it cannot be looked for, if it cannot.
    pub fn wrong(&self) -> Option<String> {
        match self.kind {
            Kind::Text => None,
            Kind::Hex if self.bytes().is_some() => None,
            Kind::Hex => Some(format!("{} is no hex: two digits a byte, as in 4e 54 4c", self.text)),
            Kind::Filter => Select::new(&self.text, &mut Gather::new(false)).err().map(|error| error.why),
        }
    }

    /// The bytes that two digits each stand for, with blanks or colons between them or not.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let digits: Vec<u8> = self.text.bytes().filter(|b| !matches!(b, b' ' | b':')).collect();
        if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()).collect()
    }

    /// The fields that a filter names.
    pub fn fields(&self) -> Vec<&str> {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let words = self.text.split(|c| !word(c)).filter(|name| crate::scan::field_named(name).is_some());
        words.collect()
    }
}

/// Places of what was looked for among packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// The next one, or that there is none.
    Next(Option<u32>),
    /// All of them, in the order of their numbers.
    All(Vec<u32>),
}

impl Opened {
    /// Looks for something among packets; `passed` are those in the list, if not all. `told` gets the next place as soon as
    /// it is known, and then all.
    pub fn find(
        &self,
        sought: &Sought,
        among: Among,
        passed: Option<&[u32]>,
        stop: &AtomicBool,
        told: &mut dyn FnMut(Places),
    ) {
        let mut all = Vec::new();
        match sought.kind {
            Kind::Filter => {
                let mut gather = Gather::new(false);
                let Ok(select) = Select::new(&sought.text, &mut gather) else { return told(Places::Next(None)) };
                let listed = |frame: &u32| passed.is_none_or(|passed| passed.binary_search(frame).is_ok());
                let mut waits = !among.back;
                self.capture.select(&select, &gather, 1, stop, &mut |found, _, _| {
                    all.extend(found.iter().copied().filter(listed));
                    if let Some(next) = all.last().filter(|last| waits && **last > among.after).copied() {
                        let behind = all.partition_point(|frame| *frame <= among.after);
                        told(Places::Next(Some(all.get(behind).copied().unwrap_or(next))));
                        waits = false;
                    }
                });
                // Behind the last comes the first.
                if (waits || among.back) && !stop.load(Ordering::Relaxed) {
                    told(Places::Next(among.next(&all)));
                }
            }
            Kind::Text | Kind::Hex => {
                let (text, bytes) = (sought.text.to_lowercase(), sought.bytes().unwrap_or_default());
                let holds = |frame: u32| {
                    if sought.kind == Kind::Hex {
                        let packet = self.capture.packet(frame);
                        return packet.is_some_and(|packet| memmem::find(&packet.data, &bytes).is_some());
                    }
                    let line = self.capture.summary(frame);
                    let parts = [&line.source, &line.destination, &line.info];
                    parts.iter().any(|part| part.to_lowercase().contains(&text))
                        || line.protocol.to_lowercase().contains(&text)
                };
                let _ = self.each(among, passed, |frame| {
                    if stop.load(Ordering::Relaxed) {
                        return ControlFlow::Break(());
                    }
                    if holds(frame) {
                        if all.is_empty() {
                            told(Places::Next(Some(frame)));
                        }
                        all.push(frame);
                    }
                    ControlFlow::Continue(())
                });
                if all.is_empty() {
                    told(Places::Next(None));
                }
                all.sort_unstable();
            }
        }
        if !stop.load(Ordering::Relaxed) {
            told(Places::All(all));
        }
    }

    /// Goes through packets of the list, in the order in which they are looked at.
    fn each(
        &self,
        among: Among,
        passed: Option<&[u32]>,
        mut ask: impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(passed) = passed else {
            return among.frames(self.capture.first_frame(), self.capture.frames()).try_for_each(ask);
        };
        let before = passed.partition_point(|frame| *frame < among.after);
        let behind = passed.partition_point(|frame| *frame <= among.after);
        if among.back {
            let (left, right) = passed.split_at(before);
            left.iter().rev().chain(right.iter().rev()).try_for_each(|frame| ask(*frame))
        } else {
            let (left, right) = passed.split_at(behind);
            right.iter().chain(left).try_for_each(|frame| ask(*frame))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sought(text: &str, kind: Kind) -> Sought {
        Sought { text: text.into(), kind }
    }

    #[test]
    fn hex_is_two_digits_a_byte() {
        let bytes = |text| sought(text, Kind::Hex).bytes();
        assert_eq!(bytes("4e 54:4c"), Some(b"NTL".to_vec()));
        assert_eq!(bytes("4e"), Some(b"N".to_vec()));
        assert_eq!([bytes("4e544"), bytes("+e +f"), bytes(""), bytes("4é")], [None, None, None, None]);
    }

    #[test]
    fn what_cannot_be_looked_for_is_told() {
        assert_eq!(sought("xyz", Kind::Text).wrong(), None);
        assert!(sought("xyz", Kind::Hex).wrong().is_some_and(|why| why.contains("two digits")));
        assert!(sought("sip.Methd", Kind::Filter).wrong().is_some_and(|why| why.contains("sip.Method")));
        assert_eq!(sought("sip.Method == \"REGISTER\"", Kind::Filter).fields(), ["sip.Method"]);
    }
}
