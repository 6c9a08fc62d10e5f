//! A message that was found, with everything around it: counted, paired, described.

use super::describe::{self, Carried, Told};
use super::media::Media;
use super::reader::Placed;
use super::{Counts, Later, Lens, MessageRow, Part, TlsRow};
use crate::fact::Place;
use crate::field::Mark;
use crate::protocol::{Context, Exchange, Protocol, TlsRecord, data};
use crate::secrets::Secret;
use crate::wire::time::NANOS;
use crate::wire::{Span, lies_in};

/// Requests of one flow that wait for their answer.
const MAX_WAITING: usize = 64;
/// How long a request with the same key counts as sent again, in nanoseconds.
const REPEATED: i64 = 5 * NANOS;

/// Everything a found message needs around it.
pub(super) struct Scene<'s> {
    pub(super) lens: &'s mut dyn Lens,
    pub(super) counts: &'s mut Counts,
    pub(super) waiting: &'s mut Vec<(u64, Exchange)>,
    pub(super) context: &'s Context<'s>,
    /// The frame's data, or the reassembled datagram.
    pub(super) buffer: &'s [u8],
    pub(super) place: Place,
    /// The payload of a segment that the capture cut off: what was told of it was told at once.
    pub(super) cut: Option<&'s [u8]>,
    /// The bytes at hand came in an earlier frame, and waited for a hole before them.
    pub(super) waited: bool,
    /// The protocol of the message described before.
    before: Option<&'static Protocol>,
    /// Where media was announced.
    pub(super) media: &'s mut Media,
    pub(super) became: Option<Option<&'static Protocol>>,
    /// What of the stream inside waits for its stage.
    pub(super) inner: Vec<InnerBytes>,
}

/// The next of the stream inside.
pub(super) enum InnerBytes {
    Bytes(Secret),
    Gap(u64),
}

impl<'s> Scene<'s> {
    pub(super) fn new(
        lens: &'s mut dyn Lens,
        (counts, media): (&'s mut Counts, &'s mut Media),
        waiting: &'s mut Vec<(u64, Exchange)>,
        context: &'s Context<'s>,
        buffer: &'s [u8],
        place: Place,
    ) -> Self {
        Self {
            lens,
            counts,
            waiting,
            context,
            buffer,
            place,
            cut: None,
            waited: false,
            before: None,
            media,
            became: None,
            inner: Vec::new(),
        }
    }

    /// The row of a message here.
    fn row(&self, protocol: &'static Protocol, bytes: &[u8], note: u64) -> MessageRow {
        MessageRow {
            protocol,
            place: self.place,
            note,
            offset: 0,
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            exchange: None,
            carried: true,
            late: self.context.flow.is_none(),
            early: false,
        }
    }

    /// The same bytes where they lie in the frame, if they waited for nothing but what the capture cut off behind them.
    fn in_place<'b>(&self, bytes: &'b [u8]) -> &'b [u8]
    where
        's: 'b,
    {
        let Some(payload) = self.cut.filter(|payload| payload.ends_with(bytes)) else { return bytes };
        payload.get(payload.len().saturating_sub(bytes.len())..).unwrap_or(bytes)
    }

    /// Bytes nobody knows, shown as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        if self.lens.shows() {
            self.describe(&data::PROTOCOL, bytes, 0, None);
        }
    }

    /// A segment behind a hole in which no message begins, shown where it came. What it tells is told when its place is
    /// known.
    pub(super) fn early(&mut self, protocol: &'static Protocol, payload: &[u8], note: u64) {
        if self.lens.indexes() {
            let offset = u64::from(Span::of(self.buffer, payload).start);
            let row = MessageRow { offset, carried: false, early: true, ..self.row(protocol, payload, note) };
            self.lens.message(&row);
        }
        if self.lens.shows() {
            self.describe(protocol, payload, note, None);
        }
    }

    /// Says of a segment that the message in it ends elsewhere.
    pub(super) fn part_of_more(&mut self, payload: &[u8], part: Part) {
        if self.lens.shows() {
            let at = Span::of(self.buffer, payload);
            if self.lens.postpones() {
                self.lens.postpone(Later::part(at, part, self.context));
            }
            let sink = self.lens.sink(&self.place);
            describe::within(self.context, self.buffer, sink, |sink| describe::part(payload, at, part, sink));
        }
    }

    pub(super) fn mark(&mut self, mark: Mark, bytes: &[u8]) {
        let at = Span::of(self.buffer, bytes);
        let sink = self.lens.sink(&self.place);
        describe::within(self.context, self.buffer, sink, |sink| sink.mark(mark, at));
    }

    pub(super) fn describe(
        &mut self,
        protocol: &'static Protocol,
        bytes: &[u8],
        note: u64,
        exchange: Option<Exchange>,
    ) {
        let carried = match (self.place.encrypted, lies_in(self.buffer, bytes)) {
            (true, _) => Carried::Tls,
            (false, true) => Carried::No,
            (false, false) => Carried::Tcp,
        };
        self.describe_carried(protocol, bytes, note, exchange, carried);
    }

    fn describe_carried(
        &mut self,
        protocol: &'static Protocol,
        bytes: &[u8],
        note: u64,
        exchange: Option<Exchange>,
        carried: Carried,
    ) {
        if !self.lens.describes(protocol) {
            return;
        }
        let again = describe::goes_on(self.before.replace(protocol), protocol, carried);
        let values = self.lens.values(protocol);
        let told = Told { protocol, bytes, from: self.place.from, note, exchange, carried, again, values };
        if self.lens.postpones() {
            self.lens.postpone(Later::message(&told, &self.place, self.context, self.buffer));
            if !self.lens.wants_now(protocol) {
                return;
            }
        }
        let sink = self.lens.sink(&self.place);
        if !describe::message(&told, self.context, self.buffer, sink) {
            self.counts.mistakes = self.counts.mistakes.saturating_add(1);
            self.mark(describe::MISTAKE, bytes);
        }
    }

    /// Finds the request a response answers, or keeps a request for its response.
    pub(super) fn partner(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64) -> Option<Exchange> {
        let pair = (protocol.pair)(bytes, note)?;
        if pair.opens {
            // A request sent again soon: the answer counts from the first one, which is its partner until then.
            let now = self.place.time;
            let again = |(key, first): &&(u64, Exchange)| *key == pair.key && now.since(first.time) < REPEATED;
            if let Some((_, first)) = self.waiting.iter().find(again) {
                return Some(*first);
            }
            self.waiting.retain(|(key, _)| *key != pair.key);
            if self.waiting.len() >= MAX_WAITING {
                self.waiting.remove(0);
            }
            self.waiting.push((pair.key, Exchange { frame: self.place.frame, time: self.place.time }));
            return None;
        }
        let at = self.waiting.iter().position(|(key, _)| *key == pair.key)?;
        if !pair.last {
            return self.waiting.get(at).map(|(_, asked)| *asked);
        }
        Some(self.waiting.swap_remove(at).1)
    }
}

impl Placed for Scene<'_> {
    fn message(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64, offset: u64) {
        if self.waited && protocol.continues == Some(note) {
            // The frame at hand is not the one they came in; there they were shown early.
            return;
        }
        let bytes = self.in_place(bytes);
        self.counts.messages = self.counts.messages.saturating_add(1);
        self.place.pdu = self.counts.messages;
        let ends = [self.place.client, self.place.server];
        self.media.announced(&(protocol.announces)(bytes, note), self.place.frame, ends);
        let exchange = if self.lens.looks() { self.partner(protocol, bytes, note) } else { None };
        if self.lens.indexes() {
            let carried = !lies_in(self.buffer, bytes);
            let row = MessageRow { offset, exchange, carried, ..self.row(protocol, bytes, note) };
            if self.place.encrypted {
                self.lens.decrypted(&row, bytes);
            } else {
                self.lens.message(&row);
            }
        }
        self.describe(protocol, bytes, note, exchange);
    }

    fn becomes(&mut self, protocol: Option<&'static Protocol>) {
        self.became = Some(protocol);
    }

    fn opened(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64) {
        self.counts.messages = self.counts.messages.saturating_add(1);
        self.place.pdu = self.counts.messages;
        if self.lens.indexes() {
            let row = self.row(protocol, bytes, note);
            self.lens.decrypted(&row, bytes);
        }
        self.describe_carried(protocol, bytes, note, None, Carried::Tls);
    }

    fn tls_record(&mut self, record: TlsRecord, offset: u64) {
        self.lens.tls_record(&TlsRow { place: self.place, offset, record });
    }

    fn unpacked(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64) {
        self.counts.messages = self.counts.messages.saturating_add(1);
        self.place.pdu = self.counts.messages;
        self.describe_carried(protocol, bytes, note, None, Carried::Unpacked);
    }

    fn too_large(&mut self) {
        self.counts.messages_too_large = self.counts.messages_too_large.saturating_add(1);
    }

    fn inner(&mut self, bytes: Secret) {
        self.inner.push(InnerBytes::Bytes(bytes));
    }

    fn inner_gap(&mut self, bytes: u64) {
        self.inner.push(InnerBytes::Gap(bytes));
    }
}
