//! JSON (RFC 8259), and what it says of a sign-in: autodiscover, tokens and their refusal, UCWA.
//!
//! The walk over the text is our own, because captures cut messages: what stands before the cut is read.

mod dissect;
mod fields;
mod learn;
mod parse;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Protocol};

/// JSON.
pub static PROTOCOL: Protocol = Protocol {
    name: "json",
    column: "JSON",
    fields: fields::ALL,
    claims: &[
        Claim::MediaType("application/json"),
        Claim::MediaType("application/json-rpc"),
        Claim::MediaType("application/jsonrequest"),
        Claim::MediaType("application/vnd.api+json"),
        Claim::MediaType("application/dds-web+json"),
        Claim::MediaType("application/merge-patch+json"),
        Claim::MediaType("application/json-patch+json"),
        Claim::MediaType("application/vnd.microsoft.rtc.autodiscover+json"),
        Claim::MediaType("application/vnd.microsoft.com.ucwa+json"),
    ],
    carries: Carries::Only(&[Cargo::Named("lync")]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
