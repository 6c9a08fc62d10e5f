//! TLS secrets in the SSLKEYLOGFILE format (RFC 9850): one secret a line, found again by the random of its ClientHello.
//!
//! ```text
//! # a comment
//! CLIENT_RANDOM <64 hexadecimal digits> <96 digits: the master secret, up to TLS 1.2>
//! SERVER_TRAFFIC_SECRET_0 <64 digits> <digits: a secret of TLS 1.3>
//! RSA <16 digits: how the encrypted premaster secret begins> <96 digits: the premaster secret>
//! RSA Session-ID:<digits> Master-Key:<96 digits>
//! ```
//!
//! Programs append to such files while they run, and more than one writes to the same: a line that cannot be read costs
//! that line. Labels that are not known are passed over.

use super::Key;
use crate::fact::Hidden;
use crate::wire::{text, wipe};
use std::collections::HashMap;
use thiserror::Error;

/// Secrets kept.
const MAX_SECRETS: usize = 500_000;
/// Bad lines told one by one.
const MAX_TOLD: usize = 8;
/// Longest secret of TLS 1.3 in bytes: that of a suite with SHA-512, though none is in use.
const MAX_TRAFFIC: usize = 64;

/// The secrets of TLS 1.3 (RFC 8446 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Traffic {
    /// `CLIENT_EARLY_TRAFFIC_SECRET`
    ClientEarly,
    /// `CLIENT_HANDSHAKE_TRAFFIC_SECRET`
    ClientHandshake,
    /// `SERVER_HANDSHAKE_TRAFFIC_SECRET`
    ServerHandshake,
    /// `CLIENT_TRAFFIC_SECRET_0`
    Client,
    /// `SERVER_TRAFFIC_SECRET_0`
    Server,
}

impl Traffic {
    const ALL: [Self; 5] =
        [Self::ClientEarly, Self::ClientHandshake, Self::ServerHandshake, Self::Client, Self::Server];

    fn named(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.label() == label)
    }

    /// Its label in a key log.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientEarly => "CLIENT_EARLY_TRAFFIC_SECRET",
            Self::ClientHandshake => "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            Self::ServerHandshake => "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            Self::Client => "CLIENT_TRAFFIC_SECRET_0",
            Self::Server => "SERVER_TRAFFIC_SECRET_0",
        }
    }
}

/// The label of a master secret, up to TLS 1.2.
pub const MASTER: &str = "CLIENT_RANDOM";

/// What is wrong with a line. Says where, never what stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyLogError {
    /// Not text.
    #[error("line {0} of the key log is no text")]
    NotText(usize),
    /// Not three words.
    #[error("line {0} of the key log is cut: a label, the client's random and the secret belong on it")]
    Cut(usize),
    /// The second word.
    #[error("line {0} of the key log has no client random: 64 hexadecimal digits")]
    NoRandom(usize),
    /// The third word.
    #[error("line {0} of the key log has no secret of the length its label asks for")]
    NoSecret(usize),
}

/// What reading a key log came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Secrets found.
    pub secrets: usize,
    /// The first lines that could not be read.
    pub bad: Vec<KeyLogError>,
    /// How many could not be read.
    pub bad_lines: usize,
}

/// Secrets of TLS conversations.
#[derive(Clone, Debug, Default)]
pub struct KeyLog {
    masters: HashMap<[u8; 32], Key<48>>,
    traffic: HashMap<(Traffic, [u8; 32]), Hidden>,
    /// By the first bytes of what was sent encrypted with RSA.
    premasters: HashMap<[u8; 8], Key<48>>,
    /// By session id.
    sessions: HashMap<Hidden, Key<48>>,
}

impl KeyLog {
    /// Takes the content of a file, or of a secrets block of a capture, besides what is there already.
    pub fn read(&mut self, content: &[u8]) -> Taken {
        let mut taken = Taken::default();
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        for (line, number) in content.split(|b| *b == b'\n').zip(1..) {
            match self.line(line, number) {
                Ok(true) => taken.secrets = taken.secrets.saturating_add(1),
                Ok(false) => {}
                Err(error) => {
                    taken.bad_lines = taken.bad_lines.saturating_add(1);
                    if taken.bad.len() < MAX_TOLD {
                        taken.bad.push(error);
                    }
                }
            }
        }
        taken
    }

    /// Takes one line; false if it holds no secret that is of use.
    fn line(&mut self, line: &[u8], number: usize) -> Result<bool, KeyLogError> {
        let line = std::str::from_utf8(line).map_err(|_| KeyLogError::NotText(number))?;
        let mut words = line.split_ascii_whitespace();
        let Some(label) = words.next().filter(|label| !label.starts_with('#')) else { return Ok(false) };
        let traffic = Traffic::named(label);
        if label == "RSA" {
            return self.rsa(words, number);
        }
        if label != MASTER && traffic.is_none() {
            return Ok(false);
        }
        let (Some(random), Some(secret)) = (words.next(), words.next()) else { return Err(KeyLogError::Cut(number)) };
        let random = text::unhex(random).and_then(|r| <[u8; 32]>::try_from(r).ok());
        let random = random.ok_or(KeyLogError::NoRandom(number))?;
        let mut secret = text::unhex(secret).ok_or(KeyLogError::NoSecret(number))?;
        let room = self.len() < MAX_SECRETS;
        let fits = match traffic {
            None => <[u8; 48]>::try_from(secret.as_slice()).is_ok_and(|master| {
                if room {
                    self.masters.insert(random, Key::new(master));
                }
                true
            }),
            Some(label) => {
                let fits = (32..=MAX_TRAFFIC).contains(&secret.len());
                if fits && room {
                    self.traffic.insert((label, random), Hidden::new(&secret, MAX_TRAFFIC));
                }
                fits
            }
        };
        wipe(&mut secret);
        if fits { Ok(room) } else { Err(KeyLogError::NoSecret(number)) }
    }

    /// The two forms of older programs. What stands behind `RSA` and is neither is passed over.
    fn rsa<'a>(&mut self, mut words: impl Iterator<Item = &'a str>, number: usize) -> Result<bool, KeyLogError> {
        let (Some(name), Some(secret)) = (words.next(), words.next()) else { return Err(KeyLogError::Cut(number)) };
        let id = name.strip_prefix("Session-ID:").and_then(text::unhex);
        let start = text::unhex(name).and_then(|n| <[u8; 8]>::try_from(n).ok());
        if id.is_none() && start.is_none() {
            return Ok(false);
        }
        let mut secret = text::unhex(secret.strip_prefix("Master-Key:").unwrap_or(secret)).unwrap_or_default();
        let key = <[u8; 48]>::try_from(secret.as_slice()).map(Key::new).map_err(|_| KeyLogError::NoSecret(number));
        wipe(&mut secret);
        let (key, room) = (key?, self.len() < MAX_SECRETS);
        match (id, start) {
            (Some(id), _) if room => drop(self.sessions.insert(Hidden::new(&id, 32), key)),
            (_, Some(start)) if room => drop(self.premasters.insert(start, key)),
            _ => {}
        }
        Ok(room)
    }

    /// Takes what another key log holds.
    pub fn append(&mut self, other: Self) {
        let room = MAX_SECRETS.saturating_sub(self.len());
        self.masters.extend(other.masters.into_iter().take(room));
        let room = MAX_SECRETS.saturating_sub(self.len());
        self.traffic.extend(other.traffic.into_iter().take(room));
        let room = MAX_SECRETS.saturating_sub(self.len());
        self.premasters.extend(other.premasters.into_iter().take(room));
        let room = MAX_SECRETS.saturating_sub(self.len());
        self.sessions.extend(other.sessions.into_iter().take(room));
    }

    /// The premaster secret that was sent encrypted like this.
    pub fn premaster(&self, encrypted: &[u8]) -> Option<&[u8; 48]> {
        self.premasters.get(encrypted.first_chunk::<8>()?).map(Key::bytes)
    }

    /// The master secret of the session with this id.
    pub fn session(&self, id: &[u8]) -> Option<&[u8; 48]> {
        self.sessions.get(&Hidden::new(id, 32)).map(Key::bytes)
    }

    /// The master secret (up to TLS 1.2) of the handshake whose ClientHello has this random.
    pub fn master(&self, client_random: &[u8; 32]) -> Option<&[u8; 48]> {
        self.masters.get(client_random).map(Key::bytes)
    }

    /// A secret of TLS 1.3.
    pub fn traffic(&self, label: Traffic, client_random: &[u8; 32]) -> Option<&[u8]> {
        self.traffic.get(&(label, *client_random)).map(Hidden::bytes)
    }

    /// Secrets held.
    pub fn len(&self) -> usize {
        [self.traffic.len(), self.premasters.len(), self.sessions.len()]
            .into_iter()
            .fold(self.masters.len(), usize::saturating_add)
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_secret_among_what_is_passed_over() {
        let (random, master) = ("ab".repeat(32), "0F".repeat(48));
        let text = format!(
            "# TLS secrets\r\nCLIENT_RANDOM {random} {master}\r\n\n  CLIENT_RANDOM\t{}  {master} \n\
             SERVER_HANDSHAKE_TRAFFIC_SECRET {random} {}\nEXPORTER_SECRET {random} 00\nRSA 0011 22\n",
            "cd".repeat(32),
            "11".repeat(32)
        );
        let mut log = KeyLog::default();
        assert_eq!(log.read(text.as_bytes()), Taken { secrets: 3, ..Taken::default() });
        assert_eq!(log.master(&[0xab; 32]), Some(&[0x0f; 48]));
        assert_eq!(log.master(&[0xcd; 32]), Some(&[0x0f; 48]));
        assert_eq!(log.master(&[0xee; 32]), None);
        assert_eq!(log.traffic(Traffic::ServerHandshake, &[0xab; 32]), Some(&[0x11; 32][..]));
        assert_eq!(log.traffic(Traffic::ClientHandshake, &[0xab; 32]), None);
    }

    #[test]
    fn a_bad_line_costs_that_line_and_is_named() {
        let (random, master) = ("ab".repeat(32), "0f".repeat(48));
        let text = format!(
            "CLIENT_RANDOM {random}\nCLIENT_RANDOM abc {master}\nCLIENT_RANDOM {random} {}\n\
             SERVER_TRAFFIC_SECRET_0 {random} 00\nCLIENT_RANDOM {random} {master}\n",
            "0f".repeat(47)
        );
        let mut content = text.into_bytes();
        content.extend_from_slice(b"\xff\xfe\n");
        let mut log = KeyLog::default();
        let taken = log.read(&content);
        assert_eq!((taken.secrets, taken.bad_lines, log.len()), (1, 5, 1));
        assert_eq!(
            taken.bad,
            [
                KeyLogError::Cut(1),
                KeyLogError::NoRandom(2),
                KeyLogError::NoSecret(3),
                KeyLogError::NoSecret(4),
                KeyLogError::NotText(6)
            ]
        );
        assert!(taken.bad.iter().all(|e| !e.to_string().contains("0f0f")));
        assert!(!format!("{log:?}").contains("15, 15"), "a secret is printed");
        assert_eq!(log.read(&b"CLIENT_RANDOM x\n".repeat(20)).bad.len(), MAX_TOLD);
    }

    #[test]
    fn the_forms_of_older_programs() {
        let (secret, id) = ("0F".repeat(48), "ab".repeat(32));
        let text = format!("RSA 0011223344556677 {secret}\nRSA Session-ID:{id} Master-Key:{secret}\nRSA x {secret}\n");
        let mut log = KeyLog::default();
        assert_eq!(log.read(text.as_bytes()), Taken { secrets: 2, ..Taken::default() });
        assert_eq!(log.premaster(&[0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]), Some(&[0x0f; 48]));
        assert_eq!((log.premaster(&[0; 9]), log.premaster(&[0; 7])), (None, None));
        assert_eq!((log.session(&[0xab; 32]), log.session(&[])), (Some(&[0x0f; 48]), None));
        assert_eq!(log.read(b"RSA 0011223344556677 0f\n").bad, [KeyLogError::NoSecret(1)]);
    }

    #[test]
    fn two_logs_are_one() {
        let line = |n: &str| format!("CLIENT_RANDOM {} {}\n", n.repeat(32), "0f".repeat(48));
        let (mut one, mut two) = (KeyLog::default(), KeyLog::default());
        one.read(line("01").as_bytes());
        two.read(line("02").as_bytes());
        assert!(KeyLog::default().is_empty());
        one.append(two);
        assert!(one.master(&[1; 32]).is_some() && one.master(&[2; 32]).is_some());
    }
}
