//! The head of a message at one glance: what framing, facts, signatures and the packet list want to know of it.

use super::address::{Address, Items, address};
use super::header::Name;
use super::parse::{Header, Line, Lines, Parameters, StartLine, cseq, line, number, number32, start_line};
use super::secret;
use crate::fact::{self, Diagnostic, Language, SipHead, Start};
use crate::wire::{Timestamp, text};

/// A head, read once from top to bottom. Of a header that comes twice the first one counts.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The first line.
    pub start: StartLine<'a>,
    /// The first line without its line end.
    pub first_line: &'a [u8],
    /// The lines below it, with the empty line.
    pub below: &'a [u8],
    /// True if the empty line is there.
    pub ended: bool,
    /// What follows the empty line.
    pub body: &'a [u8],
    /// `Call-ID`
    pub call_id: &'a [u8],
    /// `CSeq`: number and method.
    pub cseq: (&'a [u8], &'a [u8]),
    /// `From`: the address and the text of its parameters.
    pub from: Option<(Address<'a>, &'a [u8])>,
    /// `To`
    pub to: Option<(Address<'a>, &'a [u8])>,
    /// `Via`, the topmost
    pub via: Option<&'a [u8]>,
    /// `Contact`
    pub contact: Option<&'a [u8]>,
    /// `Expires`
    pub expires: Option<&'a [u8]>,
    /// `Date`
    pub date: Option<&'a [u8]>,
    /// `User-Agent`
    pub user_agent: Option<&'a [u8]>,
    /// `Server`
    pub server: Option<&'a [u8]>,
    /// `ms-user-logon-data`
    pub logon_data: Option<&'a [u8]>,
    /// `Content-Type`
    pub content_type: Option<&'a [u8]>,
    /// `Content-Encoding`
    pub content_encoding: Option<&'a [u8]>,
    /// `Content-Length`, where it is a number.
    pub content_length: Option<u64>,
    /// `P-Asserted-Identity`, else `P-Preferred-Identity`: the `sip:` URI and the `tel:` URI.
    pub identity: [Option<&'a [u8]>; 2],
    /// The lines from the first header that authenticates on, if there is one.
    pub from_auth: &'a [u8],
    /// True if a diagnostics header is there.
    pub has_diagnostics: bool,
}

impl<'a> Head<'a> {
    /// Reads the head of `message`; nothing if its first line is none of SIP. Empty lines in front are passed over.
    pub fn read(message: &'a [u8]) -> Option<Self> {
        let (first_line, _, below) = line(after_keep_alive(message));
        let (_, start) = start_line(first_line).ok()?;
        let mut head = Self {
            start,
            first_line,
            below,
            ended: false,
            body: &[],
            call_id: &[],
            cseq: (&[], &[]),
            from: None,
            to: None,
            via: None,
            contact: None,
            expires: None,
            date: None,
            user_agent: None,
            server: None,
            logon_data: None,
            content_type: None,
            content_encoding: None,
            content_length: None,
            identity: [None, None],
            from_auth: &[],
            has_diagnostics: false,
        };
        let mut lines = Lines::of(below);
        loop {
            let here = lines.rest();
            match lines.next() {
                Some(Line::Header(header)) if header.meaning.is_auth() => {
                    head.from_auth = if head.from_auth.is_empty() { here } else { head.from_auth };
                }
                Some(Line::Header(header)) => head.note(header.meaning, header.value),
                Some(Line::Other(_)) => {}
                None => break,
            }
        }
        (head.ended, head.body) = (lines.ended(), lines.rest());
        head.below = below.get(..below.len().saturating_sub(head.body.len())).unwrap_or(below);
        Some(head)
    }

    fn note(&mut self, name: Name, value: &'a [u8]) {
        let once = match name {
            Name::Via => &mut self.via,
            Name::Contact => &mut self.contact,
            Name::Expires => &mut self.expires,
            Name::Date => &mut self.date,
            Name::UserAgent => &mut self.user_agent,
            Name::Server => &mut self.server,
            Name::LogonData => &mut self.logon_data,
            Name::ContentType => &mut self.content_type,
            Name::ContentEncoding => &mut self.content_encoding,
            Name::CallId if self.call_id.is_empty() => return self.call_id = text::trim(value),
            Name::CSeq if self.cseq.0.is_empty() => return self.cseq = cseq(text::trim(value)),
            Name::ContentLength if self.content_length.is_none() => return self.content_length = number(value),
            Name::From if self.from.is_none() => return self.from = addressed(value),
            Name::To if self.to.is_none() => return self.to = addressed(value),
            Name::AssertedIdentity => return self.identify(value, true),
            Name::PreferredIdentity => return self.identify(value, false),
            Name::Diagnostics => return self.has_diagnostics = true,
            _ => return,
        };
        once.get_or_insert(text::trim(value));
    }

    fn identify(&mut self, value: &'a [u8], asserted: bool) {
        for item in Items::of(value) {
            let uri = item.address.uri.raw;
            let is_tel = uri.get(..4).is_some_and(|s| s.eq_ignore_ascii_case(b"tel:"));
            let [sip, tel] = &mut self.identity;
            let slot = if is_tel { tel } else { sip };
            if asserted || slot.is_none() {
                *slot = Some(uri);
            }
        }
    }

    /// The headers in order.
    pub fn headers(&self) -> impl Iterator<Item = Header<'a>> {
        Lines::of(self.below).headers()
    }

    /// The headers that authenticate, in order.
    pub fn auth_headers(&self) -> impl Iterator<Item = Header<'a>> {
        Lines::of(self.from_auth).headers().filter(|header| header.meaning.is_auth())
    }

    /// True if the message was cut within this header.
    pub fn cuts(&self, header: &Header<'_>) -> bool {
        let last = self.below.as_ptr_range().end == header.raw.as_ptr_range().end;
        !self.ended && last && !header.raw.ends_with(b"\n")
    }

    /// The method: of the request, or of the one that is answered.
    pub const fn method(&self) -> &'a [u8] {
        match self.start {
            StartLine::Request { method, .. } => method,
            StartLine::Status { .. } => self.cseq.1,
        }
    }

    /// The status code of a response.
    pub const fn status(&self) -> Option<u16> {
        match self.start {
            StartLine::Request { .. } => None,
            StartLine::Status { status, .. } => Some(status),
        }
    }

    /// How long a registration is to last at most: what its contacts say, or for those that say nothing the header
    /// (RFC 3261 10.2.1.1). 0 takes it back.
    fn lifetime(&self) -> Option<u32> {
        let header = self.expires.and_then(number32);
        let contacts = self.headers().filter(|h| h.meaning == Name::Contact && !h.value.starts_with(b"*"));
        let mut longest = None;
        for item in contacts.flat_map(|h| Items::of(h.value)) {
            // Where nobody says, the registrar decides.
            let own = Parameters::of(item.parameters).find("expires").and_then(number32).or(header)?;
            longest = longest.max(Some(own));
        }
        longest.or(header)
    }

    /// The parameter `name` of `From` or `To`.
    pub fn parameter(of: Option<(Address<'a>, &'a [u8])>, name: &str) -> Option<&'a [u8]> {
        of.and_then(|(_, parameters)| Parameters::of(parameters).find(name))
    }

    /// The `branch` of the topmost `Via`: the transaction (RFC 3261 §17.2.3).
    pub fn branch(&self) -> Option<&'a [u8]> {
        let via = self.via?;
        Parameters::of(via.get(memchr::memchr(b';', via)?..)?).find("branch")
    }

    /// The fact of this head.
    pub fn fact(&self) -> fact::Head {
        let start = match self.start {
            StartLine::Request { method, uri } => {
                Start::Request { method: string(method), target: string(&secret::without(uri)) }
            }
            StartLine::Status { status, phrase, .. } => Start::Response { status, phrase: string(phrase) },
        };
        let named = |uri: &[u8]| string(&secret::without(uri));
        let uri = |of: Option<(Address<'_>, _)>| of.map_or_else(String::new, |(address, _)| named(address.uri.raw));
        let parameter = |of, name| Self::parameter(of, name).map(string);
        let instance = self
            .contact
            .and_then(|value| Items::of(value).find_map(|i| Parameters::of(i.parameters).find("+sip.instance")));
        let method = if self.cseq.1.is_empty() { self.method() } else { self.cseq.1 };
        let sip = SipHead {
            call_id: string(self.call_id),
            cseq: number32(self.cseq.0).unwrap_or(0),
            method: string(method),
            branch: self.branch().map(string),
            from: uri(self.from),
            from_tag: parameter(self.from, "tag"),
            epid: parameter(self.from, "epid"),
            to: uri(self.to),
            to_tag: parameter(self.to, "tag"),
            instance: instance.map(|i| string(i.strip_prefix(b"<").and_then(|i| i.strip_suffix(b">")).unwrap_or(i))),
            expires: self.lifetime(),
            logon_data: self.logon_data.map(string),
            identity: self.identity[0].map(named),
            identity_tel: self.identity[1].map(string),
        };
        let date = self.date.and_then(|d| std::str::from_utf8(d).ok()).and_then(Timestamp::from_http_date);
        fact::Head {
            language: Language::Sip,
            start,
            host: None,
            user_agent: self.user_agent.map(string),
            server: self.server.map(string),
            date,
            transaction: 0,
            sip: Some(Box::new(sip)),
            web: None,
            diagnostics: self.diagnostics(),
            whole: self.ended,
        }
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        if !self.has_diagnostics {
            return Vec::new();
        }
        let headers = self.headers().filter(|h| h.meaning == Name::Diagnostics);
        headers
            .filter_map(|header| {
                let (id, parameters) = diagnostic(header.value);
                let find = |name| Parameters::of(parameters).find(name).map(string).unwrap_or_default();
                Some(Diagnostic {
                    id: number32(id)?,
                    reason: find("reason"),
                    source: find("source"),
                    result: Diagnostic::result_in(parameters),
                })
            })
            .collect()
    }
}

/// `ms-diagnostics`: the id and the text of the parameters behind it.
pub fn diagnostic(value: &[u8]) -> (&[u8], &[u8]) {
    let (id, rest) = value.split_at(memchr::memchr(b';', value).unwrap_or(value.len()).min(value.len()));
    (text::trim(id), rest)
}

/// What follows the empty lines that keep a connection alive (RFC 5626 §3.5.1).
pub fn after_keep_alive(mut bytes: &[u8]) -> &[u8] {
    while let [b'\r' | b'\n', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

fn addressed(value: &[u8]) -> Option<(Address<'_>, &[u8])> {
    let (rest, address) = address(value).ok()?;
    Some((address, rest))
}

/// Text for a fact: white space around it gone, line ends of folds too, what is not UTF-8 replaced.
pub fn string(raw: &[u8]) -> String {
    let raw = text::trim(raw);
    if memchr::memchr(b'\n', raw).is_none() {
        return String::from_utf8_lossy(raw).into_owned();
    }
    let unfolded: Vec<u8> = raw.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    String::from_utf8_lossy(&unfolded).into_owned()
}
