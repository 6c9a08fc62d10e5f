//! Descriptions that wait until a filter knows whether anybody wants to see them.

use super::describe::{self, Carried, Told};
use super::{Lens, Part};
use crate::fact::Place;
use crate::protocol::{Context, Exchange, FlowView, Protocol};
use crate::wire::{Span, lies_in};

/// One of them, with all that it needs beside its frame.
#[derive(Clone, Debug)]
pub struct Later {
    flow: Option<FlowView>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Headers,
    Message(Box<Message>),
    /// A segment of a message that ends elsewhere.
    Part(Span, Part),
}

#[derive(Clone, Debug)]
struct Message {
    protocol: &'static Protocol,
    bytes: Bytes,
    note: u64,
    exchange: Option<Exchange>,
    carried: Carried,
    again: bool,
    place: Place,
}

/// Those of a message: where they lie in the frame, or a copy if they were put together from several.
#[derive(Clone, Debug)]
enum Bytes {
    Here(Span),
    Copied(Box<[u8]>),
}

impl Later {
    fn new(context: &Context<'_>, what: What) -> Self {
        Self { flow: context.flow.copied(), what }
    }

    pub(super) fn headers(context: &Context<'_>) -> Self {
        Self::new(context, What::Headers)
    }

    pub(super) fn message(told: &Told<'_>, place: &Place, context: &Context<'_>, frame: &[u8]) -> Self {
        let bytes = if lies_in(frame, told.bytes) {
            Bytes::Here(Span::of(frame, told.bytes))
        } else {
            Bytes::Copied(told.bytes.into())
        };
        let Told { protocol, note, exchange, carried, again, .. } = *told;
        let place = *place;
        Self::new(context, What::Message(Box::new(Message { protocol, bytes, note, exchange, carried, again, place })))
    }

    pub(super) fn part(at: Span, part: Part, context: &Context<'_>) -> Self {
        Self::new(context, What::Part(at, part))
    }

    /// Now it is wanted: `context` and `data` are those of the frame.
    pub(super) fn describe(&self, data: &[u8], context: &Context<'_>, lens: &mut dyn Lens) {
        let place = &Place::of_frame(context.frame.number, context.frame.time);
        let context = &Context { flow: self.flow.as_ref(), ..*context };
        let here = |at: Span| data.get(at.start as usize..at.end as usize).unwrap_or_default();
        match &self.what {
            What::Headers => {
                let values = lens.header_values();
                describe::headers(data, context, lens.sink(place), values);
            }
            What::Message(message) => {
                let values = lens.values(message.protocol);
                let bytes = match &message.bytes {
                    Bytes::Here(at) => here(*at),
                    Bytes::Copied(bytes) => bytes,
                };
                let Message { protocol, note, exchange, carried, again, place, .. } = **message;
                let told = Told { protocol, bytes, from: place.from, note, exchange, carried, again, values };
                // A mistake of ours was counted when it was described for the filter, if it was.
                describe::message(&told, context, data, lens.sink(&place));
            }
            What::Part(at, part) => describe::part(here(*at), *at, *part, lens.sink(place)),
        }
    }
}
