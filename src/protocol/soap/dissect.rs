//! Describes XML as a tree of tags, and passes it by the [`Learner`].

use super::fields as f;
use super::learn::{self, Learner, is_secret_name};
use super::parse::{Token, Tokens, attributes, unescape};
use super::path::Path;
use super::service::{self, Documents};
use crate::fact::Fact;
use crate::field::{Mark, Value};
use crate::protocol::{Message, Out, lync};
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// Bytes of a text that is looked at.
const MAX_TEXT: usize = 1 << 20;
/// Tags that are shown inside each other; deeper ones stand side by side.
const MAX_NESTING: usize = 40;
/// Pieces that are shown.
const MAX_PIECES: usize = 20_000;

/// Describes `message`.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let whole = message.bytes;
    let text = whole.get(..MAX_TEXT).unwrap_or(whole);
    let mut walk = Walk::over(text, out.shows());
    if !out.shows() {
        if is_worth(text) {
            while let Some((from, token)) = walk.next() {
                walk.learn(token, from, out);
            }
            walk.finish(whole, out);
        }
        return;
    }
    // No layer stands in XML, nor does the packet list say what does.
    if !out.wants_values() {
        return;
    }
    out.group(&f::XML, whole, |out| {
        if matches!(text, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            out.mark(Mark::Note("UTF-16, not read"), text);
            return;
        }
        walk.lengths = lengths(text);
        walk.show(0, out);
        if walk.pieces >= MAX_PIECES || text.len() < whole.len() {
            out.mark(Mark::TooLarge, walk.tokens.rest());
        }
        walk.finish(whole, out);
    });
}

/// True if it is worth walking over `xml` for what it tells: one look for all the words together.
fn is_worth(xml: &[u8]) -> bool {
    // The kind of match is no matter; for this one there is a search by vectors.
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let words = learn::WORDS.iter().chain(&service::WORDS);
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
    });
    WORDS.as_ref().is_none_or(|words| words.is_match(xml))
}

struct Walk<'b> {
    tokens: Tokens<'b>,
    path: Path<'b>,
    learner: Learner<'b>,
    documents: Documents<'b>,
    pieces: usize,
    /// How many bytes the pieces cover, in order; only where they are shown.
    lengths: Vec<usize>,
}

/// How many bytes each piece covers: an element all that is inside it, too, or all there is if it has no end.
fn lengths(text: &[u8]) -> Vec<usize> {
    let mut tokens = Tokens::of(text);
    let mut lengths = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    while lengths.len() < MAX_PIECES
        && let Some(token) = tokens.next()
    {
        let left = tokens.rest().len();
        match token {
            Token::Open { raw, empty: false, .. } => open.push((lengths.len(), left.saturating_add(raw.len()))),
            Token::Close { .. } => {
                if let Some((at, from)) = open.pop()
                    && let Some(length) = lengths.get_mut(at)
                {
                    *length = from.saturating_sub(left);
                }
            }
            _ => {}
        }
        lengths.push(match token {
            Token::Open { raw, empty: true, .. } => raw.len(),
            _ => usize::MAX,
        });
    }
    lengths
}

impl<'b> Walk<'b> {
    fn over(text: &'b [u8], shows: bool) -> Self {
        Self {
            tokens: Tokens::of(text),
            path: Path::default(),
            learner: Learner::default(),
            documents: Documents::new(shows),
            pieces: 0,
            lengths: Vec::new(),
        }
    }

    /// The next piece, and the text from its first byte on.
    fn next(&mut self) -> Option<(&'b [u8], Token<'b>)> {
        let from = self.tokens.rest();
        let token = self.tokens.next()?;
        self.pieces = self.pieces.saturating_add(1);
        // Blanks in front of a tag are not part of it.
        let from = match token {
            Token::Open { raw, .. } => {
                let at = crate::wire::Span::of(from, raw).start as usize;
                from.get(at..).unwrap_or(from)
            }
            _ => from,
        };
        Some((from, token))
    }

    /// Tells what a piece completes.
    fn learn(&mut self, token: Token<'b>, from: &'b [u8], out: &mut Out<'_, 'b>) {
        match token {
            Token::Open { raw, name, attributes, empty } => {
                self.learner.open(&self.path, name, attributes, from);
                self.documents.open(&self.path, name, attributes);
                self.path.open(name);
                if empty {
                    self.close(name, raw, out);
                }
            }
            Token::Close { raw, name } => self.close(name, raw, out),
            Token::Text(text) | Token::Verbatim(text) => {
                self.learner.text(&self.path, text);
                self.documents.text(&self.path, text);
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8], raw: &'b [u8], out: &mut Out<'_, 'b>) {
        // A closing tag that fits nothing open is passed over.
        if !self.path.close(name) {
            return;
        }
        if let Some(fact) = self.learner.close(name, self.tokens.rest()) {
            tell(fact, raw, out);
        }
        if let Some(web) = self.documents.close(name) {
            lync::tell(web, raw, out);
        }
    }

    fn finish(&mut self, whole: &'b [u8], out: &mut Out<'_, 'b>) {
        if let Some(fact) = self.learner.end() {
            tell(fact, whole, out);
        }
        if let Some(web) = self.documents.end() {
            lync::tell(web, whole, out);
        }
    }

    /// Shows pieces up to the closing tag of the element at hand.
    fn show(&mut self, nesting: usize, out: &mut Out<'_, 'b>) {
        // Elements too deep to be nested: their closing tags end nothing here.
        let mut flat = 0_usize;
        while self.pieces < MAX_PIECES {
            let length = self.lengths.get(self.pieces).copied().unwrap_or(usize::MAX);
            let Some((from, token)) = self.next() else { return };
            self.learn(token, from, out);
            match token {
                Token::Open { raw, attributes: inside, empty, .. } => {
                    let element = from.get(..length).unwrap_or(from);
                    out.node(&f::TAG, element, Value::Text(tag(raw)), |out| {
                        out.label(format_args!("{}>", String::from_utf8_lossy(tag(raw))));
                        show_attributes(inside, out);
                        match empty {
                            true => {}
                            false if nesting < MAX_NESTING => self.show(nesting.saturating_add(1), out),
                            false => flat = flat.saturating_add(1),
                        }
                    });
                }
                Token::Close { .. } if flat > 0 => flat = flat.saturating_sub(1),
                Token::Close { .. } if nesting > 0 => return,
                Token::Close { raw, .. } => out.malformed(raw, "closes nothing"),
                Token::Text(text) | Token::Verbatim(text) => {
                    let secret = self.learner.in_secret(&self.path) || text.starts_with(b"cwt=");
                    out.value(if secret { &f::SECRET } else { &f::CDATA }, text, Value::Text(&unescape(text)));
                }
                Token::Instruction(raw) => out.text(&f::PI, raw),
                Token::Comment(raw) => out.text(&f::COMMENT, raw),
                Token::Declaration(raw) => out.text(&f::DOCTYPE, raw),
                Token::Cut(raw) => out.mark(Mark::Truncated, raw),
            }
        }
    }
}

/// Tells of a password or a ticket; what a ticket says is shown.
fn tell(fact: Fact, raw: &[u8], out: &mut Out<'_, '_>) {
    if let Fact::WebTicket(ticket) = &fact {
        lync::show_ticket(ticket, raw, out);
    }
    out.fact(fact, raw);
}

/// `<p:name` of a start tag.
fn tag(raw: &[u8]) -> &[u8] {
    let end = raw.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(raw.len());
    raw.get(..end).unwrap_or(raw)
}

fn show_attributes(inside: &[u8], out: &mut Out<'_, '_>) {
    for attribute in attributes(inside) {
        if is_secret_name(attribute.name) {
            out.value(&f::SECRET, attribute.raw, Value::Text(attribute.value));
        } else {
            out.text(&f::ATTRIBUTE, attribute.raw);
        }
    }
}
