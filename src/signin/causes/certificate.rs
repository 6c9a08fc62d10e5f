//! The user's certificate: F30.

use super::super::stage::Stage;
use super::{Cause, never};

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
    check: never,
}];
