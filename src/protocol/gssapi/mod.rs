//! GSS-API tokens (RFC 2743), SPNEGO (RFC 4178, [MS-SPNG]) and the tokens of the Kerberos mechanism (RFC 4121, 1964).
//!
//! They are one folder and three layers, `gss-api:spnego:spnego-krb5`, because any of them may be missing: HTTP begins
//! with all three, SIP's Kerberos with the first and the last, an answer may begin at the second. What a token is, its
//! first bytes say. What is inside a Kerberos token is the Kerberos dissector's, NTLM is NTLM's.

mod dissect;
pub mod fields;
mod krb5;
mod mechanism;
mod spnego;
#[cfg(test)]
mod tests;

use super::{Cargo, Carries, Claim, Protocol};

/// GSS-API tokens.
pub static PROTOCOL: Protocol = Protocol {
    name: "gss-api",
    column: "GSS-API",
    fields: fields::gss::ALL,
    claims: &[Claim::AuthScheme("negotiate"), Claim::AuthScheme("kerberos")],
    carries: Carries::Only(&[Cargo::Mechanisms]),
    dissect: dissect::dissect,
    ..Protocol::NONE
};

/// SPNEGO.
pub static SPNEGO: Protocol = Protocol {
    name: "spnego",
    column: "SPNEGO",
    fields: fields::spnego::ALL,
    claims: &[Claim::Mechanism(mechanism::SPNEGO)],
    carries: Carries::Only(&[Cargo::Mechanisms, Cargo::AuthSchemes]),
    dissect: spnego::dissect,
    ..Protocol::NONE
};

/// Tokens of the Kerberos mechanism.
pub static KRB5: Protocol = Protocol {
    name: "spnego-krb5",
    column: "SPNEGO-KRB5",
    fields: fields::krb5::ALL,
    claims: &[
        Claim::Mechanism(mechanism::KRB5),
        Claim::Mechanism(mechanism::MS_KRB5),
        Claim::Mechanism(mechanism::KRB5_U2U),
    ],
    carries: Carries::Only(&[Cargo::Named("kerberos")]),
    dissect: krb5::dissect,
    ..Protocol::NONE
};
