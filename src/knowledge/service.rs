//! Which web service a request is for, from its method, host and path ([MS-OCAUTHWS], [MS-OCDISCWS], UCWA 2.0).
//!
//! Paths are compared without case, as the servers do. A path alone decides where it is one of ours; a host name only
//! where it is one that nothing else uses (`lyncdiscover.`, `login.microsoftonline.com`).

use std::fmt;

/// A web service that has a part in a sign-in, or stands in its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Autodiscover of Lync, and which of its resources.
    Autodiscover(Resource),
    /// The web ticket service, and by which of its doors.
    WebTicket(Door),
    /// The token service of UCWA: `/WebTicket/oauthtoken`.
    OAuthToken,
    /// Certificate provisioning.
    CertProv,
    /// The passive sign-in page: `/PassiveAuth/PassiveAuth.aspx`.
    Passive,
    /// A security token service outside the deployment: ADFS, Microsoft online sign-in.
    Sts,
    /// UCWA, the API of mobile and web clients since 2013.
    Ucwa,
    /// MCX, the API of mobile clients of Lync 2010.
    Mcx,
    /// The broker that web clients reach SIP through: `/Reach/sip.svc`.
    Reach,
    /// Distribution lists: `/GroupExpansion`.
    GroupExpansion,
    /// The address book: `/abs`.
    AddressBook,
    /// Meetings in a browser: `/meet`, `/lwa`, `/dialin`, `/scheduler`.
    Meeting,
    /// Exchange: EWS, its own autodiscover.
    Exchange,
    /// Certificate revocation: a CRL or an OCSP responder.
    Revocation,
    /// A tunnel asked of a proxy (CONNECT).
    Proxy,
    /// Anything else.
    #[default]
    Other,
}

/// A resource of autodiscover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    /// Where a client begins.
    Root,
    /// Where the user's own servers are told.
    User,
    /// For guests of a meeting.
    Domain,
    /// The frame through which browsers ask.
    Frame,
}

/// A door of the web ticket service: which proof of identity it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Door {
    /// NTLM, Kerberos or whatever HTTP carries.
    Windows,
    /// Name and password in the message: `/Auth`.
    Password,
    /// A user certificate: `/cert`.
    Certificate,
    /// A phone's PIN: `/pin`.
    Pin,
    /// A guest of one meeting: `/anon`.
    Anonymous,
    /// A ticket of another token service: `/WsFed_bearer`, `/WsFed_passive`.
    Federated,
    /// An OAuth token: `/oauth`.
    OAuth,
}

impl Door {
    /// In a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Password => "password",
            Self::Certificate => "certificate",
            Self::Pin => "pin",
            Self::Anonymous => "anonymous",
            Self::Federated => "federated",
            Self::OAuth => "oauth",
        }
    }

    fn named(rest: &str) -> Self {
        let is = |name| has_prefix(rest, name);
        match () {
            () if is("auth") => Self::Password,
            () if is("cert") => Self::Certificate,
            () if is("pin") => Self::Pin,
            () if is("anon") => Self::Anonymous,
            () if is("wsfed") => Self::Federated,
            () if is("oauth") => Self::OAuth,
            () => Self::Windows,
        }
    }
}

impl Service {
    /// In a word or two, as reports and fields say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Autodiscover(Resource::Root) => "autodiscover root",
            Self::Autodiscover(Resource::User) => "autodiscover user",
            Self::Autodiscover(Resource::Domain) => "autodiscover domain",
            Self::Autodiscover(Resource::Frame) => "autodiscover frame",
            Self::WebTicket(_) => "web ticket",
            Self::OAuthToken => "token service",
            Self::CertProv => "certificate provisioning",
            Self::Passive => "passive sign-in",
            Self::Sts => "identity provider",
            Self::Ucwa => "UCWA",
            Self::Mcx => "MCX",
            Self::Reach => "web SIP broker",
            Self::GroupExpansion => "group expansion",
            Self::AddressBook => "address book",
            Self::Meeting => "meeting",
            Self::Exchange => "Exchange",
            Self::Revocation => "revocation",
            Self::Proxy => "proxy",
            Self::Other => "other",
        }
    }

    /// True for services that take part in signing in, up to and with the user's certificate or application.
    pub const fn signs_in(self) -> bool {
        matches!(
            self,
            Self::Autodiscover(_)
                | Self::WebTicket(_)
                | Self::OAuthToken
                | Self::CertProv
                | Self::Passive
                | Self::Sts
                | Self::Ucwa
                | Self::Mcx
                | Self::Reach
        )
    }

    /// The service that answers to this request. `path` without query.
    pub fn of(method: &str, host: &str, path: &str) -> Self {
        if method == "CONNECT" {
            return Self::Proxy;
        }
        by_path(path).or_else(|| by_host(host, path)).unwrap_or_default()
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Self::WebTicket(door) = self {
            write!(f, " ({})", door.name())?;
        }
        Ok(())
    }
}

/// Host and path of a request's target (RFC 9112 section 3.2), the host without port, the path without query: the
/// origin form takes its host from the head, the absolute form brings it along, CONNECT names nothing else.
pub fn place_of<'t>(target: &'t str, host: Option<&'t str>) -> (&'t str, &'t str) {
    let absolute = behind(target, "http://").or_else(|| behind(target, "https://"));
    let (host, rest) = match absolute {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None if target.starts_with('/') || target == "*" => (host.unwrap_or_default(), target),
        None => (target, ""),
    };
    let path = rest.split(['?', '#', ';']).next().unwrap_or_default();
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    (port.map_or(host, |(name, _)| name), path)
}

/// First segments of paths that mean one thing only.
const SEGMENTS: [(&str, Service); 16] = [
    ("certprov", Service::CertProv),
    ("passiveauth", Service::Passive),
    ("ucwa", Service::Ucwa),
    ("mcx", Service::Mcx),
    ("reach", Service::Reach),
    ("groupexpansion", Service::GroupExpansion),
    ("abs", Service::AddressBook),
    ("meet", Service::Meeting),
    ("dialin", Service::Meeting),
    ("lwa", Service::Meeting),
    ("scheduler", Service::Meeting),
    ("collabcontent", Service::Meeting),
    ("datacollabweb", Service::Meeting),
    ("adfs", Service::Sts),
    ("ews", Service::Exchange),
    ("ocsp", Service::Revocation),
];

fn by_path(path: &str) -> Option<Service> {
    let path = path.trim_start_matches('/');
    if let Some(rest) = behind(path, "autodiscover/") {
        return Some(autodiscover(rest));
    }
    if let Some(rest) = behind(path, "webticket/") {
        if has_prefix(rest, "oauthtoken") {
            return Some(Service::OAuthToken);
        }
        let door = behind(rest, "webticketservice.svc").unwrap_or_default().trim_start_matches('/');
        return Some(Service::WebTicket(Door::named(door)));
    }
    let first = path.split('/').next().unwrap_or_default();
    if let Some((_, service)) = SEGMENTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(first)) {
        return Some(*service);
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    match () {
        // Phones fetch the chain from the provisioning service in clear.
        () if last.to_ascii_lowercase().contains("getrootcert") => Some(Service::CertProv),
        () if has_suffix(last, ".crl") => Some(Service::Revocation),
        // Sign-in of Microsoft's accounts, whatever the host.
        () if has_suffix(last, "rst2.srf") || has_suffix(last, "getuserrealm.srf") => Some(Service::Sts),
        () => None,
    }
}

/// What stands behind `/autodiscover/`: the service of Lync, or the one of Exchange.
fn autodiscover(rest: &str) -> Service {
    if has_prefix(rest, "autodiscover.xml")
        || has_prefix(rest, "autodiscover.svc")
        || has_prefix(rest, "autodiscover.json")
    {
        return Service::Exchange;
    }
    if has_prefix(rest, "xframe") {
        return Service::Autodiscover(Resource::Frame);
    }
    let last = rest.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    Service::Autodiscover(match () {
        () if last.eq_ignore_ascii_case("user") => Resource::User,
        () if last.eq_ignore_ascii_case("domain") => Resource::Domain,
        () => Resource::Root,
    })
}

fn by_host(host: &str, path: &str) -> Option<Service> {
    let host = host.split(':').next().unwrap_or_default();
    let is = |name: &str| host.eq_ignore_ascii_case(name);
    match () {
        () if is_discovery_host(host) && path.trim_matches('/').is_empty() => {
            Some(Service::Autodiscover(Resource::Root))
        }
        () if is("login.microsoftonline.com") || is("login.windows.net") || is("login.live.com") => Some(Service::Sts),
        () if has_prefix(host, "ocsp.") || has_prefix(host, "crl.") => Some(Service::Revocation),
        () => None,
    }
}

/// True for the names under which clients look for autodiscover.
pub fn is_discovery_host(host: &str) -> bool {
    has_prefix(host, "lyncdiscover.") || has_prefix(host, "lyncdiscoverinternal.")
}

fn behind<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    text.get(..prefix.len()).filter(|begin| begin.eq_ignore_ascii_case(prefix)).and_then(|_| text.get(prefix.len()..))
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    behind(text, prefix).is_some()
}

fn has_suffix(text: &str, suffix: &str) -> bool {
    let at = text.len().checked_sub(suffix.len());
    at.and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_every_form() {
        assert_eq!(place_of("/a/b?c=d#e", Some("web:4443")), ("web", "/a/b"));
        assert_eq!(place_of("HTTP://Web:80/a;x", Some("proxy")), ("Web", "/a"));
        assert_eq!(place_of("https://web", None), ("web", ""));
        assert_eq!((place_of("web:443", None), place_of("*", None)), (("web", ""), ("", "*")));
        assert_eq!(place_of("/", Some("[2001:db8::1]:443")), ("[2001:db8::1]", "/"));
    }

    #[test]
    fn every_path_of_the_map() {
        let get = |host, path| Service::of("GET", host, path).to_string();
        for (host, path, service) in [
            ("lyncdiscover.contoso.com", "/", "autodiscover root"),
            ("LyncDiscoverInternal.contoso.com:443", "", "autodiscover root"),
            ("web.contoso.com", "/Autodiscover/AutodiscoverService.svc/root", "autodiscover root"),
            ("web.contoso.com", "/autodiscover/autodiscoverservice.svc/root/oauth/user", "autodiscover user"),
            ("web.contoso.com", "/Autodiscover/AutodiscoverService.svc/root/user", "autodiscover user"),
            ("web.contoso.com", "/Autodiscover/AutodiscoverService.svc/root/domain", "autodiscover domain"),
            ("web.contoso.com", "/Autodiscover/XFrame/XFrame.html", "autodiscover frame"),
            ("autodiscover.contoso.com", "/autodiscover/autodiscover.xml", "Exchange"),
            ("mail.contoso.com", "/EWS/Exchange.asmx", "Exchange"),
            ("web", "/WebTicket/WebTicketService.svc", "web ticket (windows)"),
            ("web", "/WebTicket/WebTicketService.svc/mex", "web ticket (windows)"),
            ("web", "/webticket/webticketservice.svc/auth", "web ticket (password)"),
            ("web", "/WebTicket/WebTicketService.svc/cert", "web ticket (certificate)"),
            ("web", "/WebTicket/WebTicketService.svc/pin", "web ticket (pin)"),
            ("web", "/WebTicket/WebTicketService.svc/Anon", "web ticket (anonymous)"),
            ("web", "/WebTicket/WebTicketService.svc/WsFed_bearer", "web ticket (federated)"),
            ("web", "/WebTicket/oauthtoken", "token service"),
            ("web", "/PassiveAuth/PassiveAuth.aspx", "passive sign-in"),
            ("web", "/CertProv/CertProvisioningService.svc/WebTicket_Proof_SHA1", "certificate provisioning"),
            ("web", "/Reach/sip.svc", "web SIP broker"),
            ("web", "/Mcx/McxService.svc", "MCX"),
            ("web", "/ucwa/oauth/v1/applications", "UCWA"),
            ("web", "/GroupExpansion/service.svc", "group expansion"),
            ("web", "/abs/handler", "address book"),
            ("web", "/meet/mona/ABC", "meeting"),
            ("sts.contoso.com", "/adfs/ls/", "identity provider"),
            ("login.microsoftonline.com:443", "/RST2.srf", "identity provider"),
            ("login.partner.example", "/GetUserRealm.srf", "identity provider"),
            ("crl3.digicert.example", "/ca.crl", "revocation"),
            ("web", "/index.html", "other"),
            ("web", "/absolutely/else", "other"),
            ("lyncdiscover.contoso.com", "/favicon.ico", "other"),
            ("web", "", "other"),
        ] {
            assert_eq!(get(host, path), service, "{host}{path}");
        }
        assert_eq!(Service::of("CONNECT", "web:443", "web:443"), Service::Proxy);
    }
}
