//! MIME multipart (RFC 2046 §5.1): a body of several parts, each with headers of its own.
//!
//! The boundary is read from the first line that begins with two hyphens, not from the header that announces it: a message
//! knows no headers but its own.

mod dissect;
mod fields;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Protocol};

/// MIME multipart.
pub static PROTOCOL: Protocol = Protocol {
    name: "mime_multipart",
    column: "",
    fields: fields::ALL,
    claims: &[Claim::MediaType("multipart/")],
    carries: Carries::Only(&[Cargo::MediaTypes]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
