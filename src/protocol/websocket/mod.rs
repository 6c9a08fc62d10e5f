//! WebSocket frames (RFC 6455 §5), once HTTP has been upgraded: what carries SIP to browsers (RFC 7118).
//!
//! A payload goes to the protocol that surely knows its first bytes. Payloads in several frames and compressed ones
//! (RFC 7692) are shown as they are.

mod conversation;
mod dissect;
mod fields;
#[cfg(test)]
mod tests;

use super::Protocol;
use conversation::Frames;

/// WebSocket.
pub static PROTOCOL: Protocol = Protocol {
    name: "websocket",
    column: "WebSocket",
    fields: fields::ALL,
    open: Some(|_| Box::<Frames>::default()),
    over: Some("http"),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
