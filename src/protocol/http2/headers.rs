//! Header blocks: decoded by HPACK, and streams put together into messages in the form of HTTP/1.

use super::frame::{Header, flag};
use fluke_hpack::Decoder;
use std::fmt;

/// Bytes of a header list that are kept; a block of a few bytes can stand for very many.
const MAX_LIST: usize = 64 << 10;
/// The largest table that a peer may ask for.
const MAX_TABLE: usize = 64 << 10;
/// Bytes of a header block over all its frames.
const MAX_BLOCK: usize = 64 << 10;
/// Bytes of a body that are kept.
const MAX_BODY: usize = 1 << 20;

/// The header blocks of one direction.
pub struct Blocks {
    /// Nothing once bytes were lost, or a block could not be read: later blocks refer to it.
    decoder: Option<Decoder<'static>>,
    /// A block whose end has not come: its stream, whether the stream ends with it.
    open: Option<(u32, bool)>,
    fragments: Vec<u8>,
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blocks({})", self.fragments.len())
    }
}

impl Default for Blocks {
    fn default() -> Self {
        let mut decoder = Decoder::new();
        decoder.set_max_allowed_table_size(MAX_TABLE);
        Self { decoder: Some(decoder), open: None, fragments: Vec::new() }
    }
}

/// A header list that was decoded.
#[derive(Debug)]
pub struct List {
    /// Its stream.
    pub stream: u32,
    /// The stream ends with it.
    pub ends: bool,
    /// `name: value` lines, pseudo-headers first.
    pub text: Vec<u8>,
}

impl Blocks {
    /// Bytes are missing: what follows refers to what they held.
    pub fn lost(&mut self) {
        (self.decoder, self.open) = (None, None);
        self.fragments = Vec::new();
    }

    /// Takes the fragment in a HEADERS or CONTINUATION frame; the list, if it ends here.
    pub fn fragment(&mut self, header: &Header<'_>, begins: bool, fragment: &[u8]) -> Option<List> {
        if begins {
            self.open = Some((header.stream.value, header.has(flag::END_STREAM)));
            self.fragments.clear();
        }
        let (stream, ends) = self.open.filter(|(stream, _)| *stream == header.stream.value)?;
        if self.fragments.len().saturating_add(fragment.len()) > MAX_BLOCK {
            self.lost();
            return None;
        }
        self.fragments.extend_from_slice(fragment);
        if !header.has(flag::END_HEADERS) {
            return None;
        }
        self.open = None;
        let block = std::mem::take(&mut self.fragments);
        let text = self.decode(&block)?;
        Some(List { stream, ends, text })
    }

    fn decode(&mut self, block: &[u8]) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        let decoded = self.decoder.as_mut()?.decode_with_cb(block, |name, value| {
            if text.len().saturating_add(name.len()).saturating_add(value.len()) < MAX_LIST {
                push(&mut text, &name, &value);
            }
        });
        if decoded.is_err() {
            self.lost();
            return None;
        }
        Some(text)
    }
}

/// Adds a line. What would end it is no part of a name or value (RFC 9113 §8.2.1).
fn push(text: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    let clean = |b: &u8| if matches!(b, b'\r' | b'\n' | 0) { b' ' } else { *b };
    text.extend(name.iter().map(clean));
    text.extend_from_slice(b": ");
    text.extend(value.iter().map(clean));
    text.extend_from_slice(b"\r\n");
}

/// Name and value of each line, with the line.
pub fn lines(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8], &[u8])> {
    text.split_inclusive(|b| *b == b'\n').map(|raw| {
        let line = raw.strip_suffix(b"\r\n").unwrap_or(raw);
        // A pseudo-header begins with a colon.
        let from = usize::from(line.first() == Some(&b':'));
        let rest = line.get(from..).unwrap_or_default();
        let at = memchr::memmem::find(rest, b": ").map_or(line.len(), |at| at.saturating_add(from));
        (raw, line.get(..at).unwrap_or(line), line.get(at.saturating_add(2)..).unwrap_or_default())
    })
}

/// A message of a stream as it comes in.
#[derive(Debug, Default)]
pub struct Draft {
    text: Vec<u8>,
    body: usize,
    /// True if the request was HEAD.
    pub head: bool,
    /// Bytes of the body that were not kept.
    pub cut: bool,
}

impl Draft {
    /// Begins with a header list; nothing for an interim response or for what is no message.
    pub fn new(list: &[u8]) -> Option<Self> {
        let pseudo = |wanted: &[u8]| lines(list).find(|(_, name, _)| *name == wanted).map(|(.., value)| value);
        let mut text = match (pseudo(b":method"), pseudo(b":status")) {
            (Some(method), _) => {
                let target = pseudo(b":path").or_else(|| pseudo(b":authority")).unwrap_or(b"/");
                [method, b" ", target, b" HTTP/1.1\r\n"].concat()
            }
            (None, Some(status)) if !status.starts_with(b"1") => [b"HTTP/1.1 ", status, b" \r\n"].concat(),
            _ => return None,
        };
        let head = pseudo(b":method") == Some(b"HEAD");
        if let Some(authority) = pseudo(b":authority") {
            push(&mut text, b"Host", authority);
        }
        for (raw, name, _) in lines(list) {
            // The frame says where it ends, not these.
            if !name.starts_with(b":") && name != b"content-length" && name != b"transfer-encoding" {
                text.extend_from_slice(raw);
            }
        }
        text.extend_from_slice(b"\r\n");
        Some(Self { text, body: 0, head, cut: false })
    }

    /// More of the body.
    pub fn data(&mut self, data: &[u8]) {
        let room = MAX_BODY.saturating_sub(self.body);
        let kept = data.get(..room).unwrap_or(data);
        self.text.extend_from_slice(kept);
        self.body = self.body.saturating_add(kept.len());
        self.cut |= kept.len() < data.len();
    }

    /// What is kept of a message that was told.
    pub fn answered(&self) -> Self {
        Self { head: self.head, ..Self::default() }
    }

    /// Bytes it holds.
    pub const fn size(&self) -> usize {
        self.text.len()
    }

    /// The message in the form of HTTP/1.
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}
