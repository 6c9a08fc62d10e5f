//! What a file is, by its first bytes: a capture, something compressed, or one of the formats that people take for a
//! capture and that can be named.
//!
//! Numbers of the formats are from their specifications: RFC 1952 2.3.1, RFC 8878 3.1, LZ4 Frame Format, draft-ietf-
//! opsawg-pcap 4, draft-ietf-opsawg-pcapng 4.1, RFC 1761; the rest is what the programs write.

use crate::wire::text;

/// Bytes that tell a format from its first ones.
pub(super) const SIGNATURE: usize = 4;
/// Bytes looked at to name a format that is not read.
pub(super) const START: usize = 512;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Classic pcap, or one of its variants with a signature of its own.
    Pcap,
    /// pcapng.
    Pcapng,
    /// gzip around something.
    Gzip,
    /// zstd around something.
    Zstd,
    /// lz4 around something.
    Lz4,
    /// A frame with a number `0x184D2A5?` that readers of zstd and lz4 skip.
    Skippable,
}

/// The format of a file that begins with `bytes` (four at least, if it has so many).
pub(super) fn format(bytes: &[u8]) -> Option<Format> {
    match bytes {
        // Signatures of pcap in both byte orders: plain, nanoseconds, the modified one, and the two of Ixia.
        [0xa1, 0xb2, 0xc3, 0xd4, ..]
        | [0xd4, 0xc3, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0x3c, 0x4d, ..]
        | [0x4d, 0x3c, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0xcd, 0x34, ..]
        | [0x34, 0xcd, 0xb2, 0xa1, ..]
        | [0x1c, 0x00, 0x01, 0xab | 0xac, ..]
        | [0xab | 0xac, 0x01, 0x00, 0x1c, ..] => Some(Format::Pcap),
        [0x0a, 0x0d, 0x0d, 0x0a, ..] => Some(Format::Pcapng),
        [0x1f, 0x8b, 0x08, ..] => Some(Format::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Format::Zstd),
        [0x04, 0x22, 0x4d, 0x18, ..] => Some(Format::Lz4),
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Format::Skippable),
        _ => None,
    }
}

/// A format that is not read: what it is, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    /// Its name with an article.
    pub what: &'static str,
    /// What to do, as a half-sentence.
    pub advice: &'static str,
}

const EDITCAP: &str = "convert it: editcap -F pcapng OLD NEW";
const UNPACK: &str = "unpack it and give the capture inside";
const SNIFFER: &str = "a capture of the Sniffer family";

/// How a file of the format begins, and what to say of it.
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"GMBU", "a Network Monitor 2 capture", EDITCAP),
    (b"RTSS", "a Network Monitor 1 capture", EDITCAP),
    (b"snoop\0\0\0", "a snoop capture", EDITCAP),
    (b"btsnoop\0", "a Bluetooth snoop capture", "it cannot hold a sign-in"),
    (b"TRSNIFF data    \x1a", SNIFFER, EDITCAP),
    (b"XCP\0", SNIFFER, EDITCAP),
    (b"\x7fver", "an OmniPeek capture", EDITCAP),
    (b"\x05VNF", "a Visual Networks capture", EDITCAP),
    (b"iptrace 1.0", "an AIX iptrace capture", EDITCAP),
    (b"iptrace 2.0", "an AIX iptrace capture", EDITCAP),
    (b"ElfFile\0", "a Windows event log", "export the network trace instead of the event log"),
    (b"PK\x03\x04", "a zip archive (Message Analyzer and Fiddler write these too)", UNPACK),
    (b"PK\x05\x06", "an empty zip archive", "give the capture itself"),
    (b"MSCF", "a cabinet archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"\xfd7zXZ\0", "compressed with xz", "unpack it: xz -d FILE"),
    (b"BZh", "compressed with bzip2", "unpack it: bzip2 -d FILE"),
    (b"\x1f\x9d", "compressed with compress", "unpack it: uncompress FILE"),
    (b"\x02\x21\x4c\x18", "compressed with the old lz4 format", "unpack it: lz4 -d FILE"),
    (b"%PDF-", "a PDF document", "give the capture itself"),
    (b"SQLite format 3\0", "an SQLite database", "give the capture itself"),
    (b"\x7fELF", "a program", "give the capture itself"),
    (b"MZ", "a Windows program", "give the capture itself"),
];

/// Where the kind of the first event stands in an event trace: behind a buffer header of 72 bytes (`WMI_BUFFER_HEADER`).
const ETL_KIND: usize = 72;

/// Names what begins with `start`, if it is known and not read. `start` has [`START`] bytes if the file has so many.
pub(super) fn foreign(start: &[u8]) -> Option<Foreign> {
    if let Some((_, what, advice)) = FOREIGN.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Some(Foreign { what, advice });
    }
    // SYSTEM_TRACE_HEADER: version 2, kind of header (32 or 64 bits), flags of a trace header.
    if let Some([2, 0, 1 | 2, 0xc0, ..]) = start.get(ETL_KIND..) {
        return Some(Foreign {
            what: "a Windows event trace (ETL)",
            advice: "convert it: etl2pcapng OLD.etl NEW.pcapng, or on Windows: pktmon etl2pcap OLD.etl",
        });
    }
    if start.get(257..).is_some_and(|at| at.starts_with(b"ustar")) {
        return Some(Foreign { what: "a tar archive", advice: UNPACK });
    }
    let text = text::trim(start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start));
    let begins = |tag: &[u8]| text.get(..tag.len()).is_some_and(|t| t.eq_ignore_ascii_case(tag));
    if begins(b"<!doctype html") || begins(b"<html") {
        return Some(Foreign {
            what: "a web page",
            advice: "perhaps the download asked for a sign-in; fetch it again",
        });
    }
    if begins(b"<?xml") || begins(b"<pdml") {
        return Some(Foreign { what: "XML text", advice: "give the capture that it was exported from" });
    }
    if begins(b"{") || begins(b"[") {
        let har = memchr::memmem::find(text, b"\"log\"").is_some();
        let what = if har { "a HAR log of a browser" } else { "JSON text" };
        return Some(Foreign { what, advice: "give the capture that it was exported from, or made beside" });
    }
    None
}

/// How an unknown file starts, for a message: its first words in quotes, or its first bytes.
pub(super) fn describe(start: &[u8]) -> String {
    let line = start.split(|b| matches!(b, b'\n' | b'\r')).find(|line| !text::trim(line).is_empty()).unwrap_or(start);
    let words = match std::str::from_utf8(line) {
        Ok(words) => words,
        // The end of what was looked at may cut a character in two.
        Err(e) if line.len().saturating_sub(e.valid_up_to()) < 4 => {
            line.get(..e.valid_up_to()).and_then(|l| std::str::from_utf8(l).ok()).unwrap_or("")
        }
        Err(_) => "",
    };
    let first: String = words.chars().take(24).collect();
    if first.is_empty() || first.chars().any(|c| c.is_control() && c != '\t') {
        let bytes = text::hex(start.get(..8).unwrap_or(start));
        return format!("the bytes {bytes}");
    }
    let more = if words.chars().nth(24).is_some() { "..." } else { "" };
    format!("'{}{more}'", text::escape(first.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        assert_eq!(format(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0]), Some(Format::Pcap));
        assert_eq!(format(&[0xd4, 0xc3, 0xb2, 0xa2, 2, 0]), None);
        assert_eq!(format(b"\n\r\r\n"), Some(Format::Pcapng));
        assert_eq!(format(b"\n\r\r"), None);
        assert_eq!(format(&[0x1f, 0x8b, 8, 0]), Some(Format::Gzip));
        assert_eq!(format(&[0x53, 0x2a, 0x4d, 0x18]), Some(Format::Skippable));
        assert_eq!(format(&[0x60, 0x2a, 0x4d, 0x18]), None);
    }

    #[test]
    fn what_is_not_read_is_named() {
        assert_eq!(foreign(b"GMBU\x00\x02").unwrap().what, "a Network Monitor 2 capture");
        let mut etl = vec![0; 100];
        etl[72..76].copy_from_slice(&[2, 0, 2, 0xc0]);
        assert!(foreign(&etl).unwrap().advice.contains("etl2pcapng"));
        etl[75] = 0x80;
        assert_eq!(foreign(&etl), None);
        assert_eq!(foreign(b"\xef\xbb\xbf \r\n<!DOCTYPE HTML>").unwrap().what, "a web page");
        assert_eq!(foreign(b"{ \"log\": {").unwrap().what, "a HAR log of a browser");
        assert_eq!(foreign(b"[1, 2]").unwrap().what, "JSON text");
        assert_eq!(foreign(b"hello"), None);
    }

    #[test]
    fn the_unknown_is_quoted_harmlessly() {
        assert_eq!(describe(b"hello"), "'hello'");
        assert_eq!(describe(b"\r\n\r\n04/27/2015|10:01:02.003 an INFO line\n"), "'04/27/2015|10:01:02.003 ...'");
        assert_eq!(describe("m\u{fc}ller\u{202e}".as_bytes()), "'m\u{fc}ller\\xe2\\x80\\xae'");
        assert_eq!(describe(b"\x1b[2J"), "the bytes 1b5b324a");
        assert_eq!(describe(&[0xff, 0xfe, 0, 1, 2, 3, 4, 5, 6, 7, 8]), "the bytes fffe000102030405");
    }
}
