//! RTP and RTCP (RFC 3550), with the extensions of [MS-RTP] in the reports. Payload is shown as bytes: Lync encrypts it.
//!
//! Nothing in a packet proves that it is RTP. As Wireshark does, only what a session description announced
//! ([`super::announce`]) is taken for it. The note of a message holds the frame of that description, and whether it
//! announced SRTP (RFC 3711).

mod dissect;
mod extension;
mod fields;
mod rtcp;
mod rtcp_fields;
#[cfg(test)]
mod tests;

use super::Protocol;

/// Real-time Transport Protocol.
pub static PROTOCOL: Protocol =
    Protocol { name: "rtp", column: "RTP", fields: fields::ALL, dissect: dissect::dissect, ..Protocol::NONE };

/// Its control protocol.
pub static CONTROL: Protocol =
    Protocol { name: "rtcp", column: "RTCP", fields: rtcp_fields::ALL, dissect: rtcp::dissect, ..Protocol::NONE };

/// The bit of a note that says SRTP; the others are the frame.
const SECURE: u64 = 1 << 63;

/// What goes the same way as a stream and is another protocol's: of RTP Wireshark shows the version, as one that is wrong.
static BESIDE: Protocol = Protocol {
    name: "rtp",
    column: "RTP",
    fields: fields::ALL,
    pair: |bytes, _| (dissect::other(bytes)?.pair)(bytes, 0),
    silent: true,
    dissect: dissect::beside,
    ..Protocol::NONE
};

/// Which of the two a datagram at an announced address is, if it is one of them (RFC 7983 §7).
pub fn which(bytes: &[u8], control: bool) -> Option<&'static Protocol> {
    match bytes {
        [0x80..=0xbf, ..] => Some(if control { &CONTROL } else { &PROTOCOL }),
        [0x40..=0x7f, _, _, _, ..] if !control => Some(&PROTOCOL),
        // Checks of connectivity, and what agrees on keys.
        [0..=0x3f, _, _, _, 0x21, 0x12, 0xa4, 0x42, ..] | [20..=63, 0xfe, 0xff | 0xfd, ..] if !control => Some(&BESIDE),
        _ => None,
    }
}

/// A note.
pub const fn note(frame: u64, secure: bool) -> u64 {
    frame & !SECURE | if secure { SECURE } else { 0 }
}
