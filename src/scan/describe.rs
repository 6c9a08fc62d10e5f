//! How a frame's headers and messages are written into a sink: one way for the pass over the capture and for a single
//! frame that is looked at later.

use super::Part;
use crate::fact::Direction;
use crate::field::{Mark, Sink, Value};
use crate::protocol::{Budget, Context, Exchange, Message, Out, Protocol, frame, registry, tcp};
use crate::wire::Span;

/// The mark on a message that a mistake of this program left undescribed.
pub(super) const MISTAKE: Mark = Mark::Note("handshark failed on this message; please report it");
/// The mark on a segment whose bytes were seen before with another content.
pub(super) const DIFFERS: Mark = Mark::Note("repeated bytes differ from those seen first");

/// Whose bytes a message has, if they are not the frame's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// They are the frame's.
    No,
    /// Put together from segments.
    Tcp,
    /// Decrypted.
    Tls,
    /// Unpacked.
    Unpacked,
}

impl Carried {
    /// The name of the buffer they are shown in.
    const fn title(self) -> Option<&'static str> {
        match self {
            Self::No => None,
            Self::Tcp => Some("Reassembled TCP"),
            Self::Tls => Some("Decrypted TLS"),
            Self::Unpacked => Some("Unpacked"),
        }
    }
}

/// A message to be described.
pub(super) struct Told<'b> {
    pub(super) protocol: &'static Protocol,
    pub(super) bytes: &'b [u8],
    pub(super) from: Direction,
    pub(super) note: u64,
    pub(super) exchange: Option<Exchange>,
    /// Where its bytes come from.
    pub(super) carried: Carried,
    /// It follows another of its protocol in the same bytes: the layer is named.
    pub(super) again: bool,
    /// False if only its layers and columns are wanted.
    pub(super) values: bool,
}

/// True if a message goes on in the layer of the one before.
pub(super) fn goes_on(before: Option<&'static Protocol>, protocol: &'static Protocol, carried: Carried) -> bool {
    carried != Carried::Tcp && before.is_some_and(|before| std::ptr::eq(before, protocol))
}

/// Describes the headers of a frame.
pub(super) fn headers(data: &[u8], context: &Context<'_>, sink: &mut dyn Sink, values: bool) {
    let message = Message { bytes: data, from: Direction::ToServer, note: 0, context };
    let budget = &mut Budget::default();
    if values {
        sink.enter("Frame", data);
        (frame::PROTOCOL.dissect)(&message, &mut Out::new(sink, budget, data));
    } else {
        (frame::PROTOCOL.dissect)(&message, &mut Out::new(sink, budget, data).without_values());
    }
}

/// Describes a message; `buffer` is the frame's data, or the datagram it completes. False if it could not be described
/// by a mistake of ours.
pub(super) fn message(told: &Told<'_>, context: &Context<'_>, buffer: &[u8], sink: &mut dyn Sink) -> bool {
    let joined = told.carried == Carried::Tcp;
    let reassembled = joined.then_some(told.bytes.len());
    let context = Context { exchange: told.exchange, reassembled, ..*context };
    let message = Message { bytes: told.bytes, from: told.from, note: told.note, context: &context };
    let describe = |buffer, sink: &mut dyn Sink| {
        if let Some(over) = told.protocol.over.filter(|_| sink.wants_fields() && !told.again) {
            sink.layer(over);
        }
        let (whole, budget) = (told.values || !sink.wants_fields(), &mut Budget::default());
        let out = Out::new(sink, budget, buffer);
        dissect(told, &message, &mut if whole { out } else { out.without_values() })
    };
    let described = if !told.values {
        describe(told.carried.title().map_or(buffer, |_| told.bytes), sink)
    } else if let Some(title) = told.carried.title() {
        if joined && context.flow.is_some_and(|flow| flow.tcp.is_some()) && sink.wants_fields() {
            sink.open(&tcp::fields::REASSEMBLED_LEN, Span::default(), Value::Number(told.bytes.len() as u64));
            sink.close();
            sink.open(&tcp::fields::REASSEMBLED_DATA, Span::default(), Value::Bytes(told.bytes));
            sink.close();
        }
        sink.enter(title, told.bytes);
        let described = describe(told.bytes, sink);
        sink.leave();
        described
    } else {
        within(&context, buffer, sink, |sink| describe(buffer, sink))
    };
    sink.fence();
    described
}

/// Runs `body` with `buffer` as the sink's current one: a datagram of several fragments is entered, the frame is already.
pub(super) fn within<R>(
    context: &Context<'_>,
    buffer: &[u8],
    sink: &mut dyn Sink,
    body: impl FnOnce(&mut dyn Sink) -> R,
) -> R {
    let Some(flow) = context.flow.filter(|_| context.datagram.is_some()) else { return body(sink) };
    sink.enter(if flow.server.is_ipv4() { "Reassembled IPv4" } else { "Reassembled IPv6" }, buffer);
    let result = body(sink);
    sink.leave();
    result
}

/// Says of a segment with this payload that the message in it ends elsewhere.
pub(super) fn part(payload: &[u8], at: Span, part: Part, sink: &mut dyn Sink) {
    if sink.wants_fields() {
        sink.open(&tcp::fields::SEGMENT_DATA, at, Value::Bytes(payload));
        sink.close();
        let shown = registry::ALL.iter().find(|p| part.begins && p.at_once);
        if let Some((protocol, own)) = shown.and_then(|p| Some((p, p.fields.first()?))) {
            sink.layer(protocol.name);
            sink.open(own, at, Value::None);
            sink.close();
        }
    }
    if !part.again {
        sink.column("", format_args!(" [TCP segment of a reassembled PDU]"), true);
    }
}

/// A mistake of ours costs this message, not the capture: in release builds its panic ends here.
fn dissect<'b>(told: &Told<'_>, message: &Message<'b>, out: &mut Out<'_, 'b>) -> bool {
    let mut give = || {
        if told.again {
            out.give_inside(told.protocol, message);
        } else {
            out.give(told.protocol, message);
        }
    };
    if cfg!(debug_assertions) {
        give();
        return true;
    }
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(give)).is_ok()
}
