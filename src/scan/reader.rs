//! One direction of a recognised stream: what waits to become a message, and the talk with the conversation.

use crate::fact::Direction;
use crate::protocol::{Conversation, Found, Input, Progress, Protocol, TlsRecord};
use crate::secrets::Secret;
use crate::wire::Span;

/// Bytes kept while a message is incomplete.
const CARRY: usize = (1 << 20) + (128 << 10);

/// Bytes for which room is made because a message says that it is so long.
const ROOM: usize = 32 << 10;

/// Reads one direction.
#[derive(Debug, Default)]
pub(super) struct Reader {
    carry: Vec<u8>,
    /// Place in the stream of the first byte of `carry`, or of the next byte to come.
    offset: u64,
    need: usize,
    skip: u64,
}

/// What a stream turned into while it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    /// The conversation gave the stream back.
    pub(super) not_mine: bool,
    /// Bytes were dropped because a message grew too large.
    pub(super) too_large: bool,
}

/// Receives a message together with its place in the stream.
pub(super) trait Placed {
    /// A message whose first byte has this place in the stream.
    fn message(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64, offset: u64);
    /// The conversation hands the stream over.
    fn becomes(&mut self, protocol: Option<&'static Protocol>);
    /// A message that stood encrypted in the one before.
    fn opened(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64);
    /// A record that was opened; what follows its header has this place in the stream.
    fn tls_record(&mut self, record: TlsRecord, offset: u64);
    /// A message made of those before.
    fn unpacked(&mut self, protocol: &'static Protocol, bytes: &[u8], note: u64);
    /// A message was passed over.
    fn too_large(&mut self);
    /// The next bytes of the stream inside.
    fn inner(&mut self, bytes: Secret);
    /// About so many of them are missing.
    fn inner_gap(&mut self, bytes: u64);
}

struct Tee<'t> {
    protocol: &'static Protocol,
    base: &'t [u8],
    offset: u64,
    placed: &'t mut dyn Placed,
    became: bool,
}

impl Found for Tee<'_> {
    fn message(&mut self, bytes: &[u8], note: u64) {
        let at = Span::of(self.base, bytes);
        let offset = self.offset.saturating_add(u64::from(at.start));
        self.placed.message(self.protocol, bytes, note, offset);
    }

    fn becomes(&mut self, protocol: Option<&'static Protocol>) {
        self.became = true;
        self.placed.becomes(protocol);
    }

    fn opened(&mut self, bytes: &[u8], note: u64) {
        self.placed.opened(self.protocol, bytes, note);
    }

    fn tls_record(&mut self, bytes: &[u8], record: TlsRecord) {
        let at = Span::of(self.base, bytes).start.saturating_add(record.fragment.start);
        self.placed.tls_record(record, self.offset.saturating_add(u64::from(at)));
    }

    fn unpacked(&mut self, bytes: &[u8], note: u64) {
        self.placed.unpacked(self.protocol, bytes, note);
    }

    fn too_large(&mut self) {
        self.placed.too_large();
    }

    fn inner(&mut self, bytes: Secret) {
        self.placed.inner(bytes);
    }

    fn inner_gap(&mut self, bytes: u64) {
        self.placed.inner_gap(bytes);
    }
}

impl Reader {
    /// Place in the stream of the next byte to come.
    pub(super) fn position(&self) -> u64 {
        self.offset.saturating_add(self.carry.len() as u64)
    }

    /// Bytes waiting.
    pub(super) fn waiting(&self) -> &[u8] {
        &self.carry
    }

    /// True if no message has begun, as far as is known.
    pub(super) const fn is_idle(&self) -> bool {
        self.carry.is_empty() && self.skip == 0
    }

    /// Keeps bytes that are not a message yet.
    pub(super) fn hold(&mut self, bytes: &[u8]) {
        // Room for the whole message at once, as far as its beginning can be trusted.
        let room = self.need.min(ROOM).saturating_sub(self.carry.len());
        self.carry.reserve(room.max(bytes.len()));
        self.carry.extend_from_slice(bytes);
    }

    /// Passes over bytes nobody wants.
    pub(super) fn pass(&mut self, bytes: u64) {
        self.offset = self.position().saturating_add(bytes);
        self.carry = Vec::new();
        (self.need, self.skip) = (0, 0);
    }

    /// New bytes in order.
    pub(super) fn bytes(
        &mut self,
        from: Direction,
        mut bytes: &[u8],
        talk: (&'static Protocol, &mut dyn Conversation),
        placed: &mut dyn Placed,
    ) -> Outcome {
        if self.skip > 0 {
            let n = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            self.skip = self.skip.saturating_sub(n as u64);
            self.offset = self.offset.saturating_add(n as u64);
            bytes = bytes.get(n..).unwrap_or(&[]);
            if bytes.is_empty() {
                return Outcome::default();
            }
        }
        if self.carry.is_empty() {
            let (left, outcome) = self.offer(from, bytes, talk, placed);
            if let Some(rest) = bytes.get(bytes.len().saturating_sub(left)..).filter(|r| !r.is_empty()) {
                self.hold(rest);
            }
            return outcome;
        }
        self.hold(bytes);
        if self.carry.len() < self.need {
            return Outcome::default();
        }
        // The carry is lent to the conversation and put back, shorter by what was taken.
        let mut carry = std::mem::take(&mut self.carry);
        let (left, mut outcome) = self.offer(from, &carry, talk, placed);
        carry.drain(..carry.len().saturating_sub(left));
        if carry.len() > CARRY {
            outcome.too_large = true;
            self.offset = self.offset.saturating_add(carry.len() as u64);
            carry = Vec::new();
            self.need = 0;
        }
        // Thousands of idle connections share the budget: a carry that is empty gives its room back.
        if carry.is_empty() && carry.capacity() > 2 << 10 {
            carry = Vec::new();
        }
        self.carry = carry;
        outcome
    }

    /// Offers `input` until nothing more is taken; returns how many bytes at its end are left.
    fn offer(
        &mut self,
        from: Direction,
        input: &[u8],
        (protocol, conversation): (&'static Protocol, &mut dyn Conversation),
        placed: &mut dyn Placed,
    ) -> (usize, Outcome) {
        let mut rest = input;
        self.need = 0;
        while !rest.is_empty() {
            let mut tee = Tee { protocol, base: rest, offset: self.offset, placed, became: false };
            let progress = conversation.feed(from, Input::Bytes(rest), &mut tee);
            let became = tee.became;
            let (took, stop) = match progress {
                Progress::Took(n) => (n, n == 0 || became),
                Progress::More { took, need } => {
                    self.need = need;
                    (took, true)
                }
                Progress::Skip { took, skip } => {
                    let after = rest.len().saturating_sub(took);
                    let here = usize::try_from(skip).unwrap_or(usize::MAX).min(after);
                    self.skip = skip.saturating_sub(here as u64);
                    (took.saturating_add(here), became)
                }
                Progress::NotMine => return (rest.len(), Outcome { not_mine: true, too_large: false }),
            };
            let took = took.min(rest.len());
            self.offset = self.offset.saturating_add(took as u64);
            rest = rest.get(took..).unwrap_or(&[]);
            if stop {
                break;
            }
        }
        (rest.len(), Outcome::default())
    }

    /// Bytes that never came.
    pub(super) fn gap(
        &mut self,
        from: Direction,
        bytes: u64,
        talk: (&'static Protocol, &mut dyn Conversation),
        placed: &mut dyn Placed,
    ) -> Outcome {
        if self.skip > bytes && self.carry.is_empty() {
            self.skip = self.skip.saturating_sub(bytes);
            self.offset = self.offset.saturating_add(bytes);
            return Outcome::default();
        }
        self.end(from, (talk.0, &mut *talk.1), placed);
        let (protocol, conversation) = talk;
        let mut tee = Tee { protocol, base: &[], offset: self.offset, placed, became: false };
        let progress = conversation.feed(from, Input::Gap(bytes), &mut tee);
        self.offset = self.offset.saturating_add(bytes);
        Outcome { not_mine: progress == Progress::NotMine, too_large: false }
    }

    /// The direction ends, or goes on behind a gap: what waits may still be told as far as it came.
    pub(super) fn end(
        &mut self,
        from: Direction,
        (protocol, conversation): (&'static Protocol, &mut dyn Conversation),
        placed: &mut dyn Placed,
    ) {
        let carry = std::mem::take(&mut self.carry);
        (self.need, self.skip) = (0, 0);
        let mut tee = Tee { protocol, base: &carry, offset: self.offset, placed, became: false };
        conversation.feed(from, Input::End(&carry), &mut tee);
        self.offset = self.offset.saturating_add(carry.len() as u64);
    }
}
