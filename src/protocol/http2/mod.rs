//! HTTP/2 (RFC 9113): frames, and header blocks compressed with HPACK (RFC 7541).
//!
//! What is asked and answered is HTTP: of each stream the message is put together again in the form of HTTP/1, and `http`
//! tells the analysis about it. The table of HPACK is the state of a direction, so blocks are decoded by the
//! conversation and travel on as text.

mod conversation;
mod dissect;
mod fields;
mod frame;
mod headers;
#[cfg(test)]
mod tests;

use super::Protocol;

/// HTTP/2.
pub static PROTOCOL: Protocol = Protocol {
    name: "http2",
    column: "HTTP2",
    fields: fields::ALL,
    probe: conversation::probe,
    open: Some(conversation::open),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
