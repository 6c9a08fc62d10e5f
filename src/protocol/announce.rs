//! What a session description announces: where media will arrive (RFC 8866 §5.7, §5.14, RFC 3605). A handshake of DTLS
//! that agrees on SRTP (RFC 5764) announces it for the conversation it runs in.
//!
//! This reads no more than addresses and ports, in one pass and without keeping the description: it runs over every SIP
//! message that carries one, whether anybody looks or not. Names are not resolved.

use crate::wire::text::trim;
use std::net::{IpAddr, SocketAddr};

/// Endpoints taken of one description.
const MAX_ENDPOINTS: usize = 32;

/// Where something will arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// At this address; nothing: in the conversation that says so.
    pub at: Option<SocketAddr>,
    /// Control packets, not media.
    pub control: bool,
    /// It will be encrypted (SRTP).
    pub secure: bool,
}

/// What the bytes announce; nothing, and at little cost, if no description is in them.
pub fn endpoints(message: &[u8]) -> Vec<Announced> {
    let mut found = Vec::new();
    if memchr::memmem::find(message, b"\nm=").is_none() {
        return found;
    }
    let (mut session, mut open) = (None, None::<Stream>);
    for line in message.split(|b| *b == b'\n') {
        match trim(line) {
            [b'c', b'=', value @ ..] => match &mut open {
                Some(stream) => stream.address = address(value).or(stream.address),
                None => session = address(value),
            },
            [b'm', b'=', value @ ..] => {
                tell(open.take(), &mut found);
                open = Stream::read(value, session);
            }
            [b'a', b'=', b'r', b't', b'c', b'p', b':', value @ ..] => {
                if let Some(stream) = &mut open {
                    stream.control = number(value.split(|b| *b == b' ').next().unwrap_or(value)).or(stream.control);
                }
            }
            _ => {}
        }
    }
    tell(open, &mut found);
    found
}

/// A line `m=` with what the lines behind it say.
struct Stream {
    address: Option<IpAddr>,
    port: u16,
    control: Option<u16>,
    secure: bool,
}

impl Stream {
    // media port[/count] proto format ...
    fn read(value: &[u8], session: Option<IpAddr>) -> Option<Self> {
        let mut words = value.split(|b| *b == b' ').filter(|word| !word.is_empty()).skip(1);
        let port = words.next()?.split(|b| *b == b'/').next()?;
        let protocol = words.next()?;
        let rtp = memchr::memmem::find(protocol, b"RTP/").is_some() && !protocol.starts_with(b"TCP");
        let port = number(port).filter(|port| rtp && *port > 0)?;
        let secure = memchr::memmem::find(protocol, b"SAVP").is_some();
        Some(Self { address: session, port, control: None, secure })
    }
}

fn tell(stream: Option<Stream>, found: &mut Vec<Announced>) {
    let Some(Stream { address: Some(ip), port, control, secure }) = stream else { return };
    if ip.is_unspecified() || found.len() >= MAX_ENDPOINTS {
        return;
    }
    found.push(Announced { at: Some(SocketAddr::new(ip, port)), control: false, secure });
    if let Some(port) = control.or(port.checked_add(1)) {
        found.push(Announced { at: Some(SocketAddr::new(ip, port)), control: true, secure });
    }
}

// nettype addrtype address[/ttl]
fn address(value: &[u8]) -> Option<IpAddr> {
    let last = value.split(|b| *b == b' ').nth(2)?;
    let own = last.split(|b| *b == b'/').next()?;
    std::str::from_utf8(own).ok()?.parse().ok()
}

fn number(digits: &[u8]) -> Option<u16> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let word = |a: &Announced| if a.control { "control" } else { "media" };
        endpoints(text.as_bytes())
            .iter()
            .map(|a| format!("{} {}{}", a.at.unwrap(), word(a), if a.secure { " secure" } else { "" }))
            .collect()
    }

    #[test]
    fn of_each_stream_address_and_two_ports() {
        let text = "v=0\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0 101\r\na=rtcp:30005\r\n\
            m=video 40000/2 RTP/SAVP 34\r\nc=IN IP4 198.51.100.2/127\r\nm=audio 5000 RTP/AVP 0\r\nc=IN IP6 2001:db8::1\r\n";
        assert_eq!(
            shown(text),
            [
                "192.0.2.1:30000 media",
                "192.0.2.1:30005 control",
                "198.51.100.2:40000 media secure",
                "198.51.100.2:40001 control secure",
                "[2001:db8::1]:5000 media",
                "[2001:db8::1]:5001 control",
            ]
        );
    }

    #[test]
    fn what_announces_nothing() {
        for text in [
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 0 RTP/AVP 0\r\n",
            "v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 30000 RTP/AVP 0\r\n",
            "v=0\r\nc=IN IP4 host.example\r\nm=audio 30000 RTP/AVP 0\r\n",
            "v=0\r\nm=audio 30000 RTP/AVP 0\r\n",
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=message 5060 sip null\r\n",
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=applicationsharing 7000 TCP/RTP/SAVP 127\r\n",
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 70000 RTP/AVP 0\r\n",
            "m=audio 30000 RTP/AVP 0",
        ] {
            assert_eq!(shown(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_last_port_has_no_next_and_the_list_ends() {
        assert_eq!(shown("c=IN IP4 192.0.2.1\nm=audio 65535 RTP/AVP 0\n"), ["192.0.2.1:65535 media"]);
        let many = format!("c=IN IP4 192.0.2.1\n{}", "m=audio 30000 RTP/AVP 0\n".repeat(1000));
        assert!(endpoints(many.as_bytes()).len() <= MAX_ENDPOINTS + 1);
    }
}
