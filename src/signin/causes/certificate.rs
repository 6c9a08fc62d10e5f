//! The user's certificate: F30.

use super::super::stage::Stage;
use super::super::steps::Trouble;
use super::service::is_barred;
use super::{Case, Cause, Finding, plain};
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
    // What speaks for the service, and is not it, is F54 or F55.
    if exchange.fault.is_none() && matches!(status, 404 | 502..=504) || is_barred(case, exchange) {
        return None;
    }
    let said = exchange.fault.as_ref().map(|fault| match fault.id {
        Some(id) => format!(", fault {id} \"{}\"", plain(&fault.reason)),
        None => format!(", \"{}\"", plain(&fault.reason)),
    });
    let said = said.unwrap_or_default();
    // A 401 that says where tickets are issued is about the ticket.
    let sent_back = status == 401 && exchange.issuer.is_some() && said.is_empty();
    let sentence = if sent_back {
        format!("{} issues no certificate: it does not take the ticket and asks for another one (401).", exchange.host)
    } else {
        format!("{} issues no certificate: {status}{said}.", exchange.host)
    };
    // A ticket that is over is refused like this, too, and may not tell its end.
    let named = exchange.fault.as_ref().is_some_and(|fault| fault.id.is_some());
    let found = Finding::certain(sentence).weight(2).proof(exchange.frames());
    Some(if named || exchange.presented_until.is_some() && !sent_back { found } else { found.or(&["F25"]) })
}
