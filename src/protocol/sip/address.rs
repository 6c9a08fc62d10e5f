//! Addresses: `"Display" <sip:user@host:port;param>` and the bare `sip:user@host` (RFC 3261 §20.10, §25.1).

use super::parse::{Parameters, after_blanks};
use crate::wire::Parsed;
use nom::error::{Error, ErrorKind};

/// A URI and, for SIP URIs, its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uri<'a> {
    /// All of it, scheme included.
    pub raw: &'a [u8],
    /// The parts of a `sip:` or `sips:` URI.
    pub sip: Option<SipUri<'a>>,
}

/// The parts of a SIP URI (RFC 3261 §19.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SipUri<'a> {
    /// Before the `@`; a password stands in it too.
    pub user: Option<&'a [u8]>,
    /// Name or address; an IPv6 address in its brackets.
    pub host: &'a [u8],
    /// Behind the colon.
    pub port: Option<&'a [u8]>,
    /// Behind the first semicolon: `transport=tls;lr`.
    pub parameters: &'a [u8],
}

/// Cuts a URI into its parts. Never fails: what is no SIP URI has none.
pub fn uri(raw: &[u8]) -> Uri<'_> {
    let is_sip = raw.get(..3).is_some_and(|s| s.eq_ignore_ascii_case(b"sip"));
    let Some(colon) = memchr::memchr(b':', raw).filter(|_| is_sip) else { return Uri { raw, sip: None } };
    let rest = raw.get(colon.saturating_add(1)..).unwrap_or(&[]);
    let (user, rest) = match memchr::memchr(b'@', rest) {
        Some(at) => (rest.get(..at), rest.get(at.saturating_add(1)..).unwrap_or(&[])),
        None => (None, rest),
    };
    let bracket = if rest.first() == Some(&b'[') { memchr::memchr(b']', rest).unwrap_or(0) } else { 0 };
    let stops = |b: &u8| matches!(b, b':' | b';' | b'?' | b'>' | b',' | b' ' | b'\r');
    let end = rest.iter().skip(bracket).position(stops).map_or(rest.len(), |n| n.saturating_add(bracket));
    let (host, mut rest) = rest.split_at(end.min(rest.len()));
    let mut port = None;
    if let [b':', after @ ..] = rest {
        let end = after.iter().position(|b| *b != b':' && stops(b)).unwrap_or(after.len());
        let (digits, left) = after.split_at(end.min(after.len()));
        (port, rest) = (Some(digits), left);
    }
    let parameters = rest.strip_prefix(b";").unwrap_or(&[]);
    Uri { raw, sip: Some(SipUri { user, host, port, parameters }) }
}

/// A URI with what stands around it in a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// The display name as it stands, quotes included.
    pub display: Option<&'a [u8]>,
    /// The URI, without the angle brackets.
    pub uri: Uri<'a>,
}

/// Reads an address; what is left are the header's parameters (`;tag=…`), a comma, or nothing.
pub fn address(input: &[u8]) -> Parsed<'_, Address<'_>> {
    let fail = || nom::Err::Error(Error::new(input, ErrorKind::Verify));
    let text = after_blanks(input);
    let (display, text) = match text.first() {
        Some(b'"') => {
            let name_len = quoted_len(text).ok_or_else(fail)?;
            let (name, rest) = text.split_at_checked(name_len).ok_or_else(fail)?;
            let open = memchr::memchr(b'<', rest).ok_or_else(fail)?;
            (Some(name), rest.get(open..).ok_or_else(fail)?)
        }
        // A display name of bare words comes before a `<`, and the `<` before the colon of the URI.
        Some(_) => match memchr::memchr2(b'<', b':', text) {
            Some(0) => (None, text),
            Some(at) if text.get(at) == Some(&b'<') => (text.get(..at), text.get(at..).ok_or_else(fail)?),
            Some(_) => (None, text),
            None => return Err(fail()),
        },
        None => return Err(fail()),
    };
    if let [b'<', inner @ ..] = text {
        let end = memchr::memchr(b'>', inner).ok_or_else(fail)?;
        let (raw, rest) = inner.split_at_checked(end).ok_or_else(fail)?;
        return Ok((rest.get(1..).unwrap_or(&[]), Address { display, uri: uri(raw) }));
    }
    // Without brackets a semicolon already begins the header's parameters.
    let end = memchr::memchr2(b';', b',', text).unwrap_or(text.len());
    let (raw, rest) = text.split_at_checked(end).ok_or_else(fail)?;
    Ok((rest, Address { display: None, uri: uri(raw) }))
}

/// The length of the quoted string at the start of `text`, both quotes included.
fn quoted_len(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, b) in text.iter().enumerate().skip(1) {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at.checked_add(1),
            _ => {}
        }
    }
    None
}

/// One item of a header that lists addresses (`Contact`, `Route`).
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The address.
    pub address: Address<'a>,
    /// Its header parameters, from the first `;` on; read with [`Parameters`].
    pub parameters: &'a [u8],
}

/// Walks a comma separated list of addresses; ends at the first that cannot be read.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    rest: &'a [u8],
}

impl<'a> Items<'a> {
    /// Over a header's value.
    pub const fn of(value: &'a [u8]) -> Self {
        Self { rest: value }
    }

    /// What could not be read, once the walk is over.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let (rest, address) = address(self.rest).ok()?;
        let mut walk = Parameters::of(rest);
        walk.by_ref().for_each(drop);
        self.rest = walk.rest().strip_prefix(b",").unwrap_or(&[]);
        Some(Item { address, parameters: rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (Option<String>, String, Option<[String; 4]>, String) {
        let string = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let (rest, a) = address(text.as_bytes()).unwrap();
        let sip = a.uri.sip.map(|u| {
            [string(u.user.unwrap_or(b"-")), string(u.host), string(u.port.unwrap_or(b"-")), string(u.parameters)]
        });
        (a.display.map(string), string(a.uri.raw), sip, string(rest))
    }

    fn sip(user: &str, host: &str, port: &str, parameters: &str) -> [String; 4] {
        [user, host, port, parameters].map(str::to_owned)
    }

    #[test]
    fn addresses_in_all_their_shapes() {
        assert_eq!(
            parts("\"Reyes, \\\"Mona\\\"\" <sip:mona@corvid.example:5061;transport=tls>;tag=1"),
            (
                Some("\"Reyes, \\\"Mona\\\"\"".into()),
                "sip:mona@corvid.example:5061;transport=tls".into(),
                Some(sip("mona", "corvid.example", "5061", "transport=tls")),
                ";tag=1".into()
            )
        );
        assert_eq!(
            parts("Mona <sips:[2001:db8::1]:5061;lr>"),
            (
                Some("Mona ".into()),
                "sips:[2001:db8::1]:5061;lr".into(),
                Some(sip("-", "[2001:db8::1]", "5061", "lr")),
                String::new()
            )
        );
        assert_eq!(
            parts("sip:mona@corvid.example;tag=<7>"),
            (None, "sip:mona@corvid.example".into(), Some(sip("mona", "corvid.example", "-", "")), ";tag=<7>".into())
        );
        assert_eq!(parts("<tel:+4612345>").2, None);
        assert_eq!(parts("<sip:h?Subject=x>").2, Some(sip("-", "h", "-", "")));
        assert_eq!(parts("<sip:[2001:db8::1>").2, Some(sip("-", "[2001", "db8::1", "")));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "   ", "mona", "\"open <sip:a@b>", "\"Mona\" sip:a@b", "<sip:a@b"] {
            assert!(address(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_list_ends_where_it_breaks() {
        let mut items = Items::of(b"<sip:a>;methods=\"INVITE, ACK\";q=1, <sip:b>, <sip:c");
        let hosts: Vec<_> = items.by_ref().map(|i| i.address.uri.sip.unwrap().host).collect();
        assert_eq!(hosts, [b"a", b"b"]);
        assert_eq!(items.rest(), b" <sip:c");
    }
}
