//! XML bodies, and what SOAP says of a sign-in in them: WS-Security and WS-Trust ([MS-OCAUTHWS], [MS-WSTEP]).
//!
//! Wireshark calls the layer `xml`, whatever the vocabulary, and so do we. The walk over the text is our own and not a
//! library's, because captures cut messages: what stands before the cut is shown, and a password in it is found.

mod dissect;
mod fields;
mod learn;
mod parse;
mod path;
mod service;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Protocol};

/// XML.
pub static PROTOCOL: Protocol = Protocol {
    name: "xml",
    column: "XML",
    fields: fields::ALL,
    claims: &[
        Claim::MediaType("text/xml"),
        Claim::MediaType("application/xml"),
        Claim::MediaType("application/soap+xml"),
        Claim::MediaType("application/vnd.microsoft.rtc.autodiscover+xml"),
        Claim::MediaType("application/vnd.microsoft.com.ucwa+xml"),
        Claim::MediaType("application/msrtc-media-relay-auth+xml"),
        Claim::MediaType("application/xml-dtd"),
        Claim::MediaType("application/atom+xml"),
        Claim::MediaType("application/auth-policy+xml"),
        Claim::MediaType("application/ccmp+xml"),
        Claim::MediaType("application/conference-info+xml"),
        Claim::MediaType("application/cpim-pidf+xml"),
        Claim::MediaType("application/cpl+xml"),
        Claim::MediaType("application/im-iscomposing+xml"),
        Claim::MediaType("application/load-control+xml"),
        Claim::MediaType("application/mathml+xml"),
        Claim::MediaType("application/media_control+xml"),
        Claim::MediaType("application/note+xml"),
        Claim::MediaType("application/pidf+xml"),
        Claim::MediaType("application/pidf-diff+xml"),
        Claim::MediaType("application/poc-settings+xml"),
        Claim::MediaType("application/rdf+xml"),
        Claim::MediaType("application/reginfo+xml"),
        Claim::MediaType("application/resource-lists+xml"),
        Claim::MediaType("application/rlmi+xml"),
        Claim::MediaType("application/rls-services+xml"),
        Claim::MediaType("application/rss+xml"),
        Claim::MediaType("application/rs-metadata+xml"),
        Claim::MediaType("application/simple-filter+xml"),
        Claim::MediaType("application/simple-message-summary+xml"),
        Claim::MediaType("application/simservs+xml"),
        Claim::MediaType("application/smil"),
        Claim::MediaType("application/vnd.3gpp.cw+xml"),
        Claim::MediaType("application/watcherinfo+xml"),
        Claim::MediaType("application/xcap-att+xml"),
        Claim::MediaType("application/xcap-caps+xml"),
        Claim::MediaType("application/xcap-diff+xml"),
        Claim::MediaType("application/xcap-el+xml"),
        Claim::MediaType("application/xcap-error+xml"),
        Claim::MediaType("application/xcap-ns+xml"),
        Claim::MediaType("application/xpidf+xml"),
        Claim::MediaType("application/xslt+xml"),
        Claim::MediaType("image/svg+xml"),
        Claim::MediaType("message/imdn+xml"),
    ],
    carries: Carries::Only(&[Cargo::Named("lync")]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
