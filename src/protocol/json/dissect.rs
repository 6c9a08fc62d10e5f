//! Describes JSON as Wireshark does: each member with its value, its key and its path.

use super::fields as f;
use super::learn;
use super::parse::{End, Event, Events, Scalar, Shape, text};
use crate::field::{Mark, Value, mask};
use crate::knowledge::secret::is_telling;
use crate::protocol::{Message, Out};
use crate::wire::Span;

/// Bytes of a text that is looked at.
const MAX_TEXT: usize = 1 << 20;
/// Pieces that are shown.
const MAX_PIECES: usize = 20_000;
/// Bytes of a path that is shown.
const MAX_PATH: usize = 1024;

/// Describes `message`.
pub fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let whole = message.bytes;
    let json = whole.get(..MAX_TEXT).unwrap_or(whole);
    let said = learn::read(json);
    if !out.shows() {
        return said.tell(whole, out);
    }
    let end = out.group(&f::JSON, whole, |out| {
        let mut show = Show { events: Events::of(json), ends: ends(json), pieces: 0, json, path: Vec::new() };
        while let Some(event) = show.next() {
            show.value(event, b"", out);
        }
        let rest = show.events.rest();
        match show.events.end() {
            End::Whole => {}
            End::Open => out.mark(Mark::TooLarge, rest),
            End::Cut if json.len() < whole.len() => out.mark(Mark::TooLarge, rest),
            End::Cut => out.mark(Mark::Truncated, rest),
            End::TooDeep => out.mark(Mark::TooDeep, rest),
            End::Trailing => out.malformed(rest, "behind the end"),
            End::Broken => out.malformed(rest, "no JSON"),
        }
        said.tell(whole, out);
        show.events.end()
    });
    // What is no JSON to its end is text to Wireshark.
    if end != End::Whole {
        out.layer("data-text-lines");
    }
}

/// Where containers and members end, in the order in which they begin; the end of the text where one has no end.
fn ends(json: &[u8]) -> Vec<usize> {
    let mut events = Events::of(json);
    let mut ends = Vec::new();
    // What is open: its place in `ends`, and whether it is a member, which ends with its value.
    let mut open: Vec<(usize, bool)> = Vec::new();
    while ends.len() < MAX_PIECES
        && let Some(event) = events.next()
    {
        match event {
            Event::Open(_) | Event::Key(_) => {
                open.push((ends.len(), matches!(event, Event::Key(_))));
                ends.push(json.len());
                continue;
            }
            Event::Close | Event::Scalar(..) => {}
        }
        let at = json.len().saturating_sub(events.rest().len());
        if event == Event::Close
            && let Some((container, _)) = open.pop()
            && let Some(end) = ends.get_mut(container)
        {
            *end = at;
        }
        if let Some((member, true)) = open.last().copied() {
            open.pop();
            if let Some(end) = ends.get_mut(member) {
                *end = at;
            }
        }
    }
    ends
}

/// Shows one piece after the other.
struct Show<'b> {
    events: Events<'b>,
    /// Ends of containers and members, see [`ends`].
    ends: Vec<usize>,
    /// Containers and members begun.
    pieces: usize,
    json: &'b [u8],
    /// The path of the value at hand: `/Root/Links/[]/href`.
    path: Vec<u8>,
}

impl<'b> Show<'b> {
    fn next(&mut self) -> Option<Event<'b>> {
        if self.pieces < MAX_PIECES { self.events.next() } else { None }
    }

    /// The bytes from `begin` to where the piece that begins there ends.
    fn extent(&mut self, begin: usize) -> &'b [u8] {
        let end = self.ends.get(self.pieces).copied().unwrap_or(self.json.len());
        self.pieces = self.pieces.saturating_add(1);
        self.json.get(begin..end).unwrap_or(&[])
    }

    /// A value named `name`, empty at the top.
    fn value(&mut self, event: Event<'b>, name: &[u8], out: &mut Out<'_, 'b>) {
        match event {
            Event::Open(shape) => {
                let left = self.events.rest().len().saturating_add(1);
                let raw = self.extent(self.json.len().saturating_sub(left));
                match shape {
                    Shape::Object => out.group(&f::OBJECT, raw, |out| self.members(out)),
                    Shape::Array => out.group(&f::ARRAY, raw, |out| self.elements(name, out)),
                }
            }
            Event::Scalar(kind, raw) => self.scalar(kind, raw, name, out),
            Event::Key(_) | Event::Close => {}
        }
    }

    fn elements(&mut self, name: &[u8], out: &mut Out<'_, 'b>) {
        let before = self.step(b"[]");
        // The name of a list is that of its values, where it says that they are secrets.
        let name: &[u8] = if is_telling(name) { name } else { b"[]" };
        while let Some(event) = self.next()
            && event != Event::Close
        {
            self.value(event, name, out);
        }
        self.path.truncate(before);
    }

    fn members(&mut self, out: &mut Out<'_, 'b>) {
        while let Some(Event::Key(key)) = self.next() {
            let raw = self.extent(Span::of(self.json, key).start as usize);
            let name = text(key);
            out.node(&f::MEMBER, raw, Value::Text(&name), |out| {
                let before = self.step(&name);
                if let Some(event) = self.next() {
                    self.value(event, &name, out);
                }
                out.value(&f::KEY, key, Value::Text(&name));
                if self.path.len() <= MAX_PATH {
                    out.value(&f::PATH, raw, Value::Text(&self.path));
                }
                self.path.truncate(before);
            });
        }
    }

    /// Goes one step down, and says how to come back.
    fn step(&mut self, name: &[u8]) -> usize {
        let before = self.path.len();
        if before <= MAX_PATH {
            self.path.push(b'/');
            self.path.extend_from_slice(name);
        }
        before
    }

    fn scalar(&self, kind: Scalar, raw: &'b [u8], name: &[u8], out: &mut Out<'_, 'b>) {
        let value = if kind == Scalar::Text { text(raw) } else { raw.into() };
        let secret = kind == Scalar::Text && is_secret(name, &value);
        if secret {
            // The quotes belong to the spelling.
            let inside = raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\"")).unwrap_or(raw);
            out.secret(inside, &value);
        }
        let value = if secret && !out.shows_secrets() { mask(Value::Text(&value)).into_bytes().into() } else { value };
        if self.path.len() <= MAX_PATH {
            out.value(&f::PATH_WITH_VALUE, raw, Value::Text(&[&self.path, &b":"[..], &value].concat()));
            let member = if self.path.ends_with(b"/[]") { b"[]" } else { name };
            out.value(&f::MEMBER_WITH_VALUE, raw, Value::Text(&[member, b":", &value].concat()));
        }
        match kind {
            Scalar::Text => out.value(&f::STRING, raw, Value::Text(&value)),
            Scalar::Number => out.text(&f::NUMBER, raw),
            Scalar::True => out.group(&f::TRUE, raw, |_| ()),
            Scalar::False => out.group(&f::FALSE, raw, |_| ()),
            Scalar::Null => out.group(&f::NULL, raw, |_| ()),
        }
    }
}

/// True for a value that is a credential: by its name, or because it is a ticket or a signed token (RFC 7519).
fn is_secret(name: &[u8], value: &[u8]) -> bool {
    !value.is_empty() && is_telling(name) || value.starts_with(b"cwt=") || value.starts_with(b"eyJ")
}
