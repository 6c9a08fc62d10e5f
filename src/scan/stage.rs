//! The conversation of a stream on its stage: recognised, fed, handed over, given up.

use super::connection::{Inner, Talk};
use super::reader::Reader;
use super::recognise::{Recogniser, Verdict};
use super::scene::{InnerBytes, Scene};
use super::{PieceRow, StreamRow};
use crate::fact::{Direction, Place};
use crate::protocol::{Opening, Protocol};
use crate::stream::{Delivery, Origin};

/// Segments of a stream nobody knew whose start is looked at again.
const RETRIES: u8 = 32;

/// The conversation of a stream on its stage.
pub(super) struct Stage<'t> {
    pub(super) recogniser: &'t Recogniser,
    pub(super) ports: [u16; 2],
    pub(super) opening: Opening<'t>,
    pub(super) talk: &'t mut Talk,
    pub(super) inner: &'t mut Option<Box<Inner>>,
}

impl Stage<'_> {
    pub(super) fn take(&mut self, from: Direction, reader: &mut Reader, delivery: Delivery<'_>, scene: &mut Scene<'_>) {
        let place = Place { from, ..scene.place };
        let number = scene.context.flow.map(|flow| flow.stream);
        match &delivery {
            Delivery::Bytes(bytes, _) => scene.lens.stream(&StreamRow { place, number, bytes, gap: 0 }),
            Delivery::Gap(gap) => scene.lens.stream(&StreamRow { place, number, bytes: &[], gap: *gap }),
            Delivery::End => {}
        }
        match delivery {
            Delivery::Bytes(bytes, origin) => self.bytes(from, reader, bytes, origin, scene),
            Delivery::Gap(n) => {
                let outcome = match self.talk {
                    Talk::Known(protocol, conversation) => {
                        reader.gap(from, n, (protocol, conversation.as_mut()), scene)
                    }
                    _ => return reader.pass(n),
                };
                self.follow(outcome.not_mine, reader, scene);
            }
            Delivery::End => {
                if let Talk::Known(protocol, conversation) = self.talk {
                    reader.end(from, (protocol, conversation.as_mut()), scene);
                }
                self.inner(from, Some(Delivery::End), scene);
            }
        }
    }

    /// Takes what was decrypted to the stage inside, and `last` behind it.
    fn inner(&mut self, from: Direction, last: Option<Delivery<'_>>, scene: &mut Scene<'_>) {
        if scene.inner.is_empty() && self.inner.is_none() {
            return;
        }
        let waiting = std::mem::take(&mut scene.inner);
        let Inner { readers: [to_server, to_client], talk } = &mut **self.inner.get_or_insert_default();
        let reader = match from {
            Direction::ToServer => to_server,
            Direction::ToClient => to_client,
        };
        let place = scene.place;
        (scene.place.encrypted, scene.place.from) = (true, from);
        // TLS inside TLS is told as what it is and stays closed.
        let opening = Opening { encrypted: true, keys: None, ..self.opening };
        let mut nested = None;
        let mut stage = Stage { recogniser: self.recogniser, ports: self.ports, opening, talk, inner: &mut nested };
        for next in &waiting {
            let delivery = match next {
                InnerBytes::Bytes(bytes) => Delivery::Bytes(bytes.bytes(), Origin::default()),
                InnerBytes::Gap(bytes) => Delivery::Gap(*bytes),
            };
            let before = scene.counts.messages;
            stage.take(from, reader, delivery, scene);
            // Nobody knows what came out.
            if let InnerBytes::Bytes(bytes) = next
                && !bytes.bytes().is_empty()
                && before == scene.counts.messages
                && !matches!(stage.talk, Talk::Known(..))
            {
                scene.raw(bytes.bytes());
            }
        }
        if let Some(delivery) = last {
            stage.take(from, reader, delivery, scene);
        }
        scene.place = place;
    }

    pub(super) fn bytes(
        &mut self,
        from: Direction,
        reader: &mut Reader,
        bytes: &[u8],
        origin: Origin,
        scene: &mut Scene<'_>,
    ) {
        let piece = (scene.lens.indexes() && !self.opening.encrypted).then(|| PieceRow {
            flow: scene.place.flow,
            from,
            offset: reader.position(),
            origin,
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        });
        let held = match self.talk {
            Talk::Known(..) => false,
            Talk::Nobody { tries } => {
                let known = if *tries > 0 { Recogniser::surely(bytes) } else { None };
                *tries = tries.saturating_sub(1);
                let Some(protocol) = known else { return reader.pass(bytes.len() as u64) };
                self.open(protocol);
                false
            }
            Talk::Undecided => {
                // Only the bytes that arrived in order from the start are shown to the probes.
                let joined;
                let shown = if reader.waiting().is_empty() {
                    bytes
                } else {
                    joined = [reader.waiting(), bytes].concat();
                    &joined
                };
                match self.recogniser.stream(shown, self.ports) {
                    Verdict::Is(protocol) => {
                        self.open(protocol);
                        false
                    }
                    Verdict::Wait => {
                        reader.hold(bytes);
                        true
                    }
                    Verdict::Never => {
                        *self.talk = Talk::Nobody { tries: 0 };
                        return reader.pass(bytes.len() as u64);
                    }
                    Verdict::Nobody => {
                        // What was held may be noise before the first message: the byte of a keep-alive.
                        let known = Recogniser::surely(bytes).filter(|_| !reader.waiting().is_empty());
                        let Some(protocol) = known else {
                            *self.talk = Talk::Nobody { tries: RETRIES };
                            return reader.pass(bytes.len() as u64);
                        };
                        reader.pass(0);
                        self.open(protocol);
                        false
                    }
                }
            }
        };
        // Streams nobody knows keep no pieces.
        if let Some(piece) = piece {
            scene.lens.piece(&piece);
        }
        if held {
            return;
        }
        if let Talk::Known(protocol, conversation) = self.talk {
            scene.waited = origin.frame != scene.place.frame && !self.opening.encrypted;
            let outcome = reader.bytes(from, bytes, (protocol, conversation.as_mut()), scene);
            scene.waited = false;
            if outcome.too_large {
                scene.counts.messages_too_large = scene.counts.messages_too_large.saturating_add(1);
            }
            self.follow(outcome.not_mine, reader, scene);
            self.inner(from, None, scene);
        }
        // What is left after a hand-over (CONNECT, Upgrade) belongs to whoever comes next.
        if matches!(self.talk, Talk::Undecided)
            && !reader.waiting().is_empty()
            && let Verdict::Is(protocol) = self.recogniser.stream(reader.waiting(), self.ports)
        {
            self.open(protocol);
            if let Talk::Known(protocol, conversation) = self.talk {
                reader.bytes(from, &[], (protocol, conversation.as_mut()), scene);
            }
        }
    }

    pub(super) fn open(&mut self, protocol: &'static Protocol) {
        if let Some(open) = protocol.open {
            *self.talk = Talk::Known(protocol, open(&self.opening));
        }
    }

    pub(super) fn follow(&mut self, not_mine: bool, reader: &mut Reader, scene: &mut Scene<'_>) {
        if let Some(next) = scene.became.take() {
            *self.talk = Talk::Undecided;
            if let Some(protocol) = next {
                self.open(protocol);
            }
        } else if not_mine {
            reader.pass(0);
            *self.talk = Talk::Nobody { tries: RETRIES };
        }
    }
}
