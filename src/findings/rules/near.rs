//! What rules ask about the sign-in around a piece of evidence.

use crate::analysis::{Carrier, Negotiation, TlsTalk};
use crate::fact::Service;
use crate::findings::Facts;
use crate::signin::{Side, SignIn};
use std::net::IpAddr;

/// True if something proves that the client was outside.
pub(super) fn is_outside(facts: &Facts<'_>, client: IpAddr, frame: u64) -> bool {
    facts.sign_ins_at(client, frame).any(is_outside_of)
}

/// True if something proves that the client of this sign-in was outside.
pub(super) fn is_outside_of(signin: &SignIn) -> bool {
    signin.side == Side::External
}

/// True if two addresses lie in the same network as people number them: /24 and /64.
pub(super) fn same_network(a: IpAddr, b: IpAddr) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.octets()[..3] == b.octets()[..3],
        (IpAddr::V6(a), IpAddr::V6(b)) => a.octets()[..8] == b.octets()[..8],
        _ => true,
    }
}

/// The hello with which media passes for TLS on its way through firewalls ([MS-TURN] 2.1.1): a suite without certificates,
/// and nothing of TLS behind it.
pub(super) fn is_pretence(talk: &TlsTalk) -> bool {
    talk.suite == Some(0x0018) && talk.certificate.is_none() && talk.alert.is_none() && talk.data == [false; 2]
}

/// The host in a target: `HTTP/web.contoso.com:8080` is `web.contoso.com`.
pub(super) fn host(n: &Negotiation) -> Option<String> {
    let target = n.target.as_deref()?;
    let name = target.rsplit('/').next().unwrap_or(target);
    Some(name.split([':', '@']).next().unwrap_or(name).to_lowercase())
}

/// The field of a password that HTTP Basic carries.
pub(super) const fn basic_field(n: &Negotiation) -> &'static str {
    if n.proxy { "http.proxy_authorization" } else { "http.authorization" }
}

/// The field that says how a negotiation ended.
pub(super) fn verdict_field(n: &Negotiation) -> &'static str {
    match n.carrier {
        Carrier::Sip => "sip.Status-Code",
        Carrier::Http => "http.response.code",
        Carrier::Kdc if n.error.is_some() => "kerberos.error_code",
        Carrier::Kdc => "kerberos.msg_type",
        Carrier::Tls => "tls.alert_message.desc",
        Carrier::Service(Service::Ldap) => "ldap.resultCode",
        Carrier::Service(Service::Smb) => "smb2.nt_status",
        Carrier::Service(Service::Smtp) => "smtp.response.code",
        Carrier::Service(_) => "frame.number",
    }
}
