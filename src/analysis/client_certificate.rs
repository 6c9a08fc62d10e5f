//! Client certificates of TLS connections as negotiations: who showed which, and whether the server was content.
//!
//! Up to TLS 1.2 the certificate is in clear. In TLS 1.3 it is seen only where the connection was opened.

use super::negotiation::{Carrier, ErrorCode, Negotiation, Outcome};
use super::tls::TlsTalk;
use super::token::{alert_name, tls_version};
use crate::fact::{Direction, Place, Scheme};
use crate::knowledge::code::Space;

/// Alerts by which a server says that it wanted a certificate (RFC 8446 §6.2; before that handshake_failure).
const WANTED: [u8; 2] = [40, 116];

/// The negotiation of this connection, if its client was asked for a certificate and it mattered.
pub(super) fn negotiation(talk: &TlsTalk) -> Option<Negotiation> {
    let (frame, time) = talk.answered?;
    let alert = talk.alert.filter(|(_, by)| *by == Direction::ToClient).map(|(alert, _)| alert);
    let wanted = alert.is_some_and(|alert| WANTED.contains(&alert.code));
    if talk.client_certificate.is_none() && !wanted {
        return None;
    }
    let place = Place {
        frame,
        time,
        flow: talk.flow,
        pdu: 0,
        from: Direction::ToServer,
        client: talk.client,
        server: talk.server,
        tcp: true,
        encrypted: true,
    };
    let mut fresh = Negotiation::new(Carrier::Tls, Scheme::Certificate, &place);
    fresh.count = 1;
    fresh.mechanism = talk.version.map(tls_version);
    fresh.target = talk.server_name.as_deref().map(Into::into);
    if let Some(asked) = talk.asked {
        fresh.leg(&Place { frame: asked, ..place }, "request");
    }
    match &talk.client_certificate {
        Some(certificate) => {
            fresh.leg(&place, "certificate");
            fresh.user = Some(certificate.common_name.as_deref().unwrap_or(&certificate.subject).into());
            fresh.certificate = Some(Box::new((**certificate).clone()));
            fresh.association_mut().certificate_frame = frame;
        }
        None => fresh.leg(&place, "no certificate"),
    }
    let served = talk.data[Direction::ToClient.index()];
    (fresh.outcome, fresh.reason) = match alert {
        Some(alert) => {
            let name = alert_name(alert.code);
            if let Some(frame) = talk.frames.last() {
                fresh.leg(&Place { frame: *frame, ..place }, "alert");
            }
            fresh.error = Some(Box::new(ErrorCode::new(Space::Tls, alert.code, name)));
            (Outcome::Refused, format!("the server ends the handshake with alert {} {name}", alert.code).into())
        }
        None if served => (Outcome::Accepted, "the server went on with application data".into()),
        None => (Outcome::Unfinished, "the server's verdict is not in the capture".into()),
    };
    Some(fresh)
}
