//! NTLM ([MS-NLMP]): the three messages, and the signature that SPNEGO carries as its mechListMIC.
//!
//! Nothing is proven here. What a password has to do with a response is the business of `secrets::ntlm`.

mod dissect;
pub mod fields;
pub mod parse;
#[cfg(test)]
mod tests;

use super::{Carries, Claim, Likelihood, Protocol};

/// 1.3.6.1.4.1.311.2.2.10, as the content octets of its OID.
pub const MECHANISM: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a];

/// NTLM.
pub static PROTOCOL: Protocol = Protocol {
    name: "ntlmssp",
    column: "NTLMSSP",
    fields: fields::ALL,
    claims: &[Claim::AuthScheme("ntlm"), Claim::AuthScheme("negotiate"), Claim::Mechanism(MECHANISM)],
    probe: |bytes| if bytes.starts_with(parse::SIGNATURE) { Likelihood::Surely } else { Likelihood::No },
    carries: Carries::Only(&[]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};
