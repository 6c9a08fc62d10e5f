//! What is known of a TLS connection when a message begins, and how it travels in the note of the message.

use super::handshake;
use super::parse::{TLS_1_3, content, handshake_type};
use crate::fact::{Access, Covered};

/// What earlier messages settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The version of the ServerHello, else of the first record that is no ClientHello; 0 while unknown.
    pub version: u16,
    /// The sender changed to its new keys.
    pub changed: bool,
}

impl Session {
    /// Takes note of a record: every record but a ClientHello's tells the version, until the ServerHello does.
    pub fn record(&mut self, version: u16, is_client_hello: bool) {
        if self.version == 0 && !is_client_hello {
            self.version = version;
        }
    }

    /// Takes note of a handshake message.
    pub fn handshake(&mut self, kind: u8, body: &[u8]) {
        if let (handshake_type::SERVER_HELLO, Some(hello)) = (kind, handshake::server_hello(body)) {
            self.version = hello.chosen_version();
        }
    }

    /// True for TLS 1.3 (and its drafts, `0x7f..`), where a change of cipher says nothing.
    pub const fn is_1_3(self) -> bool {
        self.version == TLS_1_3 || self.version >> 8 == 0x7f
    }

    /// The name in the protocol column.
    pub const fn column(self, record_version: u16) -> &'static str {
        match if self.version == 0 { record_version } else { self.version } {
            0x0002 => "SSLv2",
            0x0300 => "SSLv3",
            0x0301 => "TLSv1",
            0x0302 => "TLSv1.1",
            0x0303 => "TLSv1.2",
            TLS_1_3 | 0x7f00..=0x7fff => "TLSv1.3",
            _ => "TLS",
        }
    }
}

/// The note of a message: bits 0 to 15 the version, then flags, from bit 24 the access, from bit 32 the content type, from
/// bit 40 what was in its records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// What was settled before.
    pub session: Session,
    /// The first message of its connection.
    pub first: bool,
    /// Another message ended in the same segment before it.
    pub more: bool,
    /// It has something for the analysis.
    pub tells: bool,
    /// Application data begins in this direction.
    pub data: bool,
    /// The client's first record behind the hellos of TLS 1.3.
    pub covered: Option<Covered>,
    /// What the analysis is to hear of keys.
    pub access: Option<Access>,
    /// Not records, but what decryption made of records with this content type; 0 for records.
    pub content: u8,
    /// What was in its records, where they could be opened.
    pub inside: Inside,
}

/// The content types of records that were opened, in the order of the records; of the first twelve of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inside(u32);

impl Inside {
    const TYPES: [u8; 3] = [content::ALERT, content::HANDSHAKE, content::APPLICATION_DATA];
    const BITS: u32 = 2;
    const MOST: u32 = 12;

    /// Notes what was in the record with this number.
    pub fn set(&mut self, record: u32, content: u8) {
        let code = Self::TYPES.iter().position(|t| *t == content).map_or(0, |at| at.saturating_add(1));
        if record < Self::MOST {
            self.0 |= u32::try_from(code).unwrap_or(0) << (record * Self::BITS);
        }
    }

    /// True if the record with this number is nothing but the cover of handshake messages or an alert: those are told of
    /// by themselves.
    pub fn covers(self, record: u32) -> bool {
        matches!(self.of(record), Some(content::HANDSHAKE | content::ALERT))
    }

    /// What was in the record with this number, if it could be opened.
    pub fn of(self, record: u32) -> Option<u8> {
        let code = (record < Self::MOST).then(|| self.0 >> (record * Self::BITS) & 3)?;
        Self::TYPES.get(usize::try_from(code).ok()?.checked_sub(1)?).copied()
    }
}

const CHANGED: u64 = 1 << 16;
const FIRST: u64 = 1 << 17;
const MORE: u64 = 1 << 18;
const TELLS: u64 = 1 << 19;
const DATA: u64 = 1 << 20;
const COVERED: u64 = 1 << 21;
const COVERED_ALERT: u64 = 1 << 22;
const ACCESS: u32 = 24;
const CONTENT: u32 = 32;
const INSIDE: u32 = 40;

impl Note {
    /// As a number.
    pub fn pack(self) -> u64 {
        let bit = |set, bit| if set { bit } else { 0 };
        u64::from(self.session.version)
            | bit(self.session.changed, CHANGED)
            | bit(self.first, FIRST)
            | bit(self.more, MORE)
            | bit(self.tells, TELLS)
            | bit(self.data, DATA)
            | bit(self.covered == Some(Covered::Message), COVERED)
            | bit(self.covered == Some(Covered::Alert), COVERED_ALERT)
            | u64::from(self.access.map_or(0, Access::number)) << ACCESS
            | u64::from(self.content) << CONTENT
            | u64::from(self.inside.0) << INSIDE
    }

    /// From a number.
    pub fn unpack(note: u64) -> Self {
        let version = u16::try_from(note & 0xffff).unwrap_or(0);
        let session = Session { version, changed: note & CHANGED != 0 };
        let byte = |shift: u32| u8::try_from(note >> shift & 0xff).unwrap_or(0);
        Self {
            session,
            first: note & FIRST != 0,
            more: note & MORE != 0,
            tells: note & TELLS != 0,
            data: note & DATA != 0,
            covered: match (note & COVERED, note & COVERED_ALERT) {
                (0, 0) => None,
                (_, 0) => Some(Covered::Message),
                _ => Some(Covered::Alert),
            },
            access: Access::numbered(byte(ACCESS)),
            content: byte(CONTENT),
            inside: Inside(u32::try_from(note >> INSIDE).unwrap_or(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_go_there_and_back() {
        for bits in 0..32_u8 {
            let session = Session { version: 0x0303, changed: bits & 1 != 0 };
            let access = Access::numbered(bits % 16);
            let covered = [None, Some(Covered::Message), Some(Covered::Alert)][usize::from(bits % 3)];
            let (tells, data, content) = (bits & 8 != 0, bits & 16 != 0, 22 * (bits & 1));
            let mut inside = Inside::default();
            (0..15).for_each(|record| inside.set(record, 20 + (bits + u8::try_from(record).unwrap()) % 4));
            let note = Note {
                session,
                first: bits & 2 != 0,
                more: bits & 4 != 0,
                tells,
                data,
                covered,
                access,
                content,
                inside,
            };
            assert_eq!(Note::unpack(note.pack()), note);
        }
    }

    #[test]
    fn what_was_in_records() {
        let mut inside = Inside::default();
        for (record, content) in [(0, 22), (1, 20), (2, 23), (11, 21), (12, 22), (4_000_000_000, 22)] {
            inside.set(record, content);
        }
        let told: Vec<_> = (0..14).filter_map(|record| Some((record, inside.of(record)?))).collect();
        assert_eq!(told, [(0, 22), (2, 23), (11, 21)]);
    }
}
