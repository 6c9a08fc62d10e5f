//! A connection is over: what still waits in its streams is read, and what became of it is told.

use super::connection::{Half, Talk, TcpStream};
use super::engine::Stream;
use super::media::Media;
use super::recognise::Recogniser;
use super::scene::Scene;
use super::stage::Stage;
use super::{Counts, Lens};
use crate::fact::{Connection, Direction, Fact, Place};
use crate::protocol::{Context, FrameView, Opening};
use crate::stream::Closed;
use crate::wire::Span;

/// A flow leaves: its streams end here.
pub(super) fn close(
    mut closed: Closed<Stream>,
    context: &Context<'_>,
    (counts, media): (&mut Counts, &mut Media),
    lens: &mut dyn Lens,
) {
    let Some(mut tcp) = closed.state.tcp.take() else { return };
    let lost = tcp.halves.iter().map(|h| h.assembler.given_up()).sum::<u64>();
    let told = tcp.told();
    let known = matches!(tcp.talk, Talk::Known(..));
    let TcpStream { halves, talk, last_frame, inner, .. } = &mut *tcp;
    counts.bytes_lost = counts.bytes_lost.saturating_add(lost);
    let frame = FrameView { number: *last_frame, time: closed.last, ..context.frame };
    let place = Place {
        frame: frame.number,
        time: frame.time,
        flow: closed.id,
        pdu: 0,
        from: Direction::ToServer,
        client: closed.client,
        server: closed.server,
        tcp: true,
        encrypted: false,
    };
    if !known {
        return fate(told, &place, lens);
    }
    for (half, from) in halves.iter_mut().zip([Direction::ToServer, Direction::ToClient]) {
        let place = Place { from, ..place };
        let context = &Context { frame, keyring: context.keyring, ..Context::default() };
        let mut scene = Scene::new(lens, (counts, media), &mut closed.state.waiting, context, &[], place);
        let recogniser = Recogniser::default();
        let opening = Opening { client: closed.client, server: closed.server, encrypted: false, keys: None };
        let mut stage = Stage { recogniser: &recogniser, ports: [0, 0], opening, talk, inner };
        let Half { assembler, reader, .. } = half;
        assembler.finish(&mut |d| stage.take(from, reader, d, &mut scene));
    }
    fate(told, &place, lens);
}

/// Tells what became of a connection.
pub(super) fn fate(told: Connection, place: &Place, lens: &mut dyn Lens) {
    lens.sink(place).fact(Fact::Connection(Box::new(told)), Span::default());
}
