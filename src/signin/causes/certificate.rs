//! The user's certificate: F30.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::{Case, Cause, Finding};
use crate::analysis::Operation;

pub(super) static CAUSES: &[Cause] = &[Cause {
    code: "F30",
    name: "certificate-not-issued",
    stage: Stage::Certificate,
    title: "The certificate provisioning service issues no certificate",
    signature: "a fault in answer to GetAndPublishCert, or the same request again and again",
    remedy: &[
        "Get-CsWebServiceConfiguration: UseCertificateAuth must be true, MinCSRKeySize not above the client's key",
        "Check that the front end reaches its back-end database (user store)",
        "Check the clocks: the web ticket may be expired for the service",
    ],
    weakened: "",
    check: not_issued,
}];

fn not_issued(case: &Case<'_, '_>) -> Option<Finding> {
    let Trouble::Web(exchange) = case.trouble else { return None };
    if exchange.operation != Operation::PublishCertificate {
        return None;
    }
    let status = exchange.status?;
    let said = exchange.fault.as_ref().map(|fault| match fault.id {
        Some(id) => format!(", fault {id} \"{}\"", fault.reason),
        None => format!(", \"{}\"", fault.reason),
    });
    let said = said.unwrap_or_default();
    let sentence = format!("{} issues no certificate: {status}{said}.", exchange.host);
    Some(Finding::certain(sentence).weight(2).proof(exchange.frames()))
}
