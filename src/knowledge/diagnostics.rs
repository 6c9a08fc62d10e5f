//! Ids of `ms-diagnostics` and its kin ([MS-OCER] 7, [MS-OCAUTHWS] 3.2.4.1), and what they mean in a sign-in.
//!
//! The published tables are not complete. What is known from the field alone is marked so; for any other id the
//! server's own reason is all there is, and its range tells which component made it.

use super::code::Note;

/// id, reason, whether it was read in a published source
type Row = (u32, &'static str, bool);

#[rustfmt::skip]
static REASONS: &[Row] = &[
    (1000, "Final handshake failed", true),
    (1001, "From URI not authorized to communicate with public IM providers", true),
    (1002, "From URI not authorized to communicate with federated partners", true),
    (1003, "User does not exist", true),
    (1004, "Route set is no longer valid", true),
    (1005, "Cannot route to destination domain", true),
    (1006, "Error routing on client connection", true),
    (1007, "Temporarily cannot route", true),
    (1008, "Unable to resolve DNS SRV record", true),
    (1009, "Conflicting SRV and host domains in DNS", true),
    (1010, "Certificate trust with next-hop server could not be established", true),
    (1011, "ms-diagnostics header not provided by previous hop", true),
    (1012, "From URI is not authorized to communicate with users outside the enterprise", true),
    (1013, "Significant time skew detected during authentication", true),
    (1014, "Unable to resolve DNS A record", true),
    (1015, "Cannot route from message source domain", false),
    (1017, "Cannot route From and To domains in this combination", false),
    (1018, "Parsing failure", false),
    (1027, "Cannot route this type of SIP request to or from federated partners", false),
    (1033, "Previous hop server component did not report diagnostic information", false),
    (1034, "Previous hop federated peer did not report diagnostic information", false),
    (1035, "Previous hop public IM provider did not report diagnostic information", false),
    (1036, "Previous hop shared address space peer did not report diagnostic information", false),
    (1037, "Previous hop client did not report diagnostic information", false),
    (1038, "Failed to connect to a peer server", false),
    (1039, "Failed to complete TLS negotiation with a peer server", false),
    (1046, "Failed to connect to a federated peer server", false),
    (1047, "Failed to complete TLS negotiation with a federated peer server", false),
    (2000, "Prompted subscriber does not exist", true),
    (2001, "Contact does not exist", false),
    (2002, "Group does not exist", false),
    (2003, "Category publication failed", true),
    (2004, "Subscriber is not authorized", true),
    (2005, "From user not found", true),
    (2006, "A limit of presence is exceeded", false),
    (2007, "A limit of presence is exceeded", false),
    (2008, "A limit of presence is exceeded", false),
    (2009, "A limit of presence is exceeded", false),
    (2010, "A limit of presence is exceeded", false),
    (2011, "A limit of presence is exceeded", false),
    (2012, "A limit of presence is exceeded", false),
    (2013, "Extension msrtc-event-categories required", true),
    (2014, "Subscription dialog does not exist", true),
    (2015, "Duplicate group", true),
    (2016, "New subscription required", true),
    (4000, "User services default", true),
    (4001, "XML parse failure", true),
    (4002, "Multiple users associated with the source phone number", true),
    (4003, "From URI not enabled for remote access", true),
    (4004, "Credentials provided are not authorized to act as specified from URI", true),
    (4005, "Destination URI either not enabled for SIP or does not exist", true),
    (4006, "User not found in pool", true),
    (4007, "Resource is unknown in this deployment", true),
    (4008, "Input data too large", true),
    (4009, "Multiple users associated with the destination phone number", true),
    (4010, "Missing endpoint identifier", true),
    (4011, "Epid not present", true),
    (4012, "Epid too long", true),
    (4013, "Content-type does not match the expected", true),
    (5000, "One or more critical applications are not running", true),
    (5001, "Request timed out in an application", true),
    (5002, "Request cancelled in an application", true),
    (5003, "Internal failure of an application", true),
    (5004, "Parse failure in an application", true),
    (5005, "Application specified an invalid request-URI", true),
    (5006, "Application specified an invalid outgoing request", true),
    (5007, "Application specified an invalid contact entry", true),
    (5008, "Application specified an invalid static forwarding URL", true),
    (17000, "Server overloaded", true),
    (17001, "Invalid request", true),
    (17002, "Invalid client version", true),
    (17003, "Client version declined with URL", true),
    (17004, "Client version allowed with URL", true),
    (28000, "User is not SIP enabled", true),
    (28001, "Internal error while processing Integrated Windows authentication", true),
    (28020, "No valid security token", true),
    (28029, "Authentication type not allowed", true),
    (28032, "The web ticket is invalid", true),
    (28033, "The web ticket has expired", true),
    (28055, "OAuth token is invalid", true),
    (28056, "OAuth token has expired", true),
    (28072, "Ticket could not be verified, a new ticket is required", true),
    (28077, "Invalid audience in the web ticket", true),
    (28081, "No user principal name in the token", true),
];

/// The reason behind an id, and whether it was read in a published source.
pub fn reason(id: u32) -> Option<(&'static str, bool)> {
    REASONS.iter().find(|row| row.0 == id).map(|row| (row.1, row.2))
}

/// Every id with a reason.
pub fn codes() -> impl Iterator<Item = u32> {
    REASONS.iter().map(|row| row.0)
}

/// Which component makes ids of this range ([MS-OCER] 7).
pub const fn producer(id: u32) -> Option<&'static str> {
    Some(match id {
        1000..2000 => "the SIP stack of front ends and Access Edges",
        2000..3000 => "presence",
        3000..4000 => "conferencing",
        4000..5000 => "registrar and user services",
        5000..6000 => "applications on the server",
        6000..7000 => "inbound routing (unconfirmed)",
        7000..8000 => "the IM conferencing server (unconfirmed)",
        9000..10_000 => "the address book (unconfirmed)",
        10_000..11_000 => "the mediation server (unconfirmed)",
        12_000..13_000 => "outbound routing (unconfirmed)",
        13_000..14_000 => "inbound routing (unconfirmed)",
        14_000..16_000 => "call services such as response groups (unconfirmed)",
        17_000..18_000 => "the client version filter",
        21_000..22_000 => "A/V authentication (unconfirmed)",
        22_000..23_000 => "a failed call of a client (unconfirmed)",
        23_000..25_000 => "UCMA and mobility (unconfirmed)",
        28_000..29_000 => "the authentication web services",
        50_000..54_000 => "the client itself",
        _ => return None,
    })
}

/// What the ids mean in a sign-in.
pub static NOTES: &[Note] = &[
    Note {
        code: 1000,
        says: "The last step of an authentication was refused: a wrong password, a bad certificate, or a ticket for another key. The scheme of the request before it tells which.",
        causes: &["F35", "F36", "F31", "F17"],
        remedy: "NTLM: correct the credentials. Kerberos: setspn -Q sip/<fqdn>. TLS-DSK: delete the client's certificate.",
    },
    Note {
        code: 1003,
        says: "Nobody has this SIP address.",
        causes: &["F39"],
        remedy: "Correct the sign-in address; Get-CsUser, Enable-CsUser.",
    },
    Note {
        code: 1004,
        says: "The path of a dialog is gone, as after a fail-over.",
        causes: &["F44"],
        remedy: "The client registers anew; look at the pool if it repeats.",
    },
    Note {
        code: 1005,
        says: "The domain of the address is none of this deployment.",
        causes: &["F39"],
        remedy: "Get-CsSipDomain; correct the sign-in address.",
    },
    Note {
        code: 1007,
        says: "The next server on the way cannot be reached at the moment.",
        causes: &["F40"],
        remedy: "Services of pool and Edge: Get-CsWindowsService.",
    },
    Note {
        code: 1008,
        says: "A server on the way could not find the next one in DNS.",
        causes: &["F40"],
        remedy: "SRV record of the next hop as the reporting server sees it.",
    },
    Note {
        code: 1010,
        says: "A server on the way does not trust the certificate of the next one.",
        causes: &["F40"],
        remedy: "Get-CsCertificate; Test-CsCertificateConfiguration; root store of both servers.",
    },
    Note {
        code: 1013,
        says: "The clocks of client and server differ too much.",
        causes: &["F18"],
        remedy: "w32tm /query /status on both ends.",
    },
    Note {
        code: 1014,
        says: "A server on the way could not find the address of the next one in DNS.",
        causes: &["F40"],
        remedy: "A record of the next hop as the reporting server sees it.",
    },
    Note {
        code: 1018,
        says: "A message could not be read: something on the way changes headers, or the client is broken.",
        causes: &["F45"],
        remedy: "Switch off SIP helpers (ALG) of firewalls and routers.",
    },
    Note {
        code: 1037,
        says: "The client gave no reason of its own.",
        causes: &[],
        remedy: "Look at the status beside it.",
    },
    Note {
        code: 1038,
        says: "A server on the way could not connect to the next one.",
        causes: &["F40"],
        remedy: "Services and firewall between the two servers, 5061 both ways.",
    },
    Note {
        code: 1039,
        says: "A server on the way could not set up TLS with the next one.",
        causes: &["F40"],
        remedy: "Get-CsCertificate on both servers.",
    },
    Note {
        code: 1046,
        says: "The Edge could not connect to a partner; in a hybrid deployment to the other half of it.",
        causes: &["F40"],
        remedy: "5061 from the Edge outwards.",
    },
    Note {
        code: 1047,
        says: "The Edge could not set up TLS with a partner; in a hybrid deployment with the other half of it.",
        causes: &["F40"],
        remedy: "External certificate of the Edge.",
    },
    Note {
        code: 2016,
        says: "The subscription is gone; the client makes a new one.",
        causes: &["F46"],
        remedy: "Nothing, if it stops.",
    },
    Note {
        code: 4003,
        says: "The user may not sign in from outside.",
        causes: &["F37"],
        remedy: "Set-CsExternalAccessPolicy -EnableOutsideAccess $true; Set-CsAccessEdgeConfiguration -AllowOutsideUsers $true; Grant-CsExternalAccessPolicy.",
    },
    Note {
        code: 4004,
        says: "Authenticated as one user, signing in with the address of another.",
        causes: &["F32"],
        remedy: "Use the credentials of the owner of the address; delete a certificate that belongs to another user.",
    },
    Note {
        code: 4005,
        says: "The address is not enabled, or does not exist.",
        causes: &["F39"],
        remedy: "Get-CsUser; Enable-CsUser; Test-CsRegistration.",
    },
    Note {
        code: 4006,
        says: "The pool does not know the user, who may have been moved or enabled a moment ago.",
        causes: &["F42", "F39"],
        remedy: "Get-CsUserPoolInfo; Update-CsUserData; Get-CsManagementStoreReplicationStatus.",
    },
    Note {
        code: 4007,
        says: "What was asked for is unknown in this deployment.",
        causes: &["F39"],
        remedy: "Correct the sign-in address.",
    },
    Note {
        code: 4010,
        says: "The client does not say which endpoint it is.",
        causes: &[],
        remedy: "Another client; something on the way may strip parameters.",
    },
    Note {
        code: 4011,
        says: "The client does not say which endpoint it is.",
        causes: &[],
        remedy: "Another client; something on the way may strip parameters.",
    },
    Note {
        code: 5000,
        says: "The front end is up, but not what signs users in.",
        causes: &["F41"],
        remedy: "Get-CsWindowsService; start what is stopped; Get-CsPoolFabricState.",
    },
    Note {
        code: 17_000,
        says: "The server has more to do than it can.",
        causes: &["F41"],
        remedy: "Load and number of front ends.",
    },
    Note {
        code: 17_002,
        says: "The version of the client is blocked.",
        causes: &["F38"],
        remedy: "Get-CsClientVersionPolicy; Set-CsClientVersionPolicyRule; or update the client.",
    },
    Note {
        code: 17_003,
        says: "The version of the client is blocked, and it is told where a newer one is.",
        causes: &["F38"],
        remedy: "Update the client; Set-CsClientVersionConfiguration -DefaultURL.",
    },
    Note { code: 17_004, says: "Allowed, and told where a newer client is.", causes: &[], remedy: "Nothing." },
    Note {
        code: 28_000,
        says: "The credentials are good, but the user is not enabled, or has no licence.",
        causes: &["F13"],
        remedy: "Enable-CsUser -RegistrarPool -SipAddress; in the cloud assign a licence.",
    },
    Note {
        code: 28_001,
        says: "The server failed while it checked NTLM or Kerberos.",
        causes: &["F14", "F56"],
        remedy: "Event log of the front end; can it reach a domain controller: nltest /dsgetdc.",
    },
    Note {
        code: 28_020,
        says: "Without a credential before it: normal, it says where to get a ticket. At /Auth: wrong user or password. With a ticket: the service does not take it.",
        causes: &["F23", "F30", "F27"],
        remedy: "Correct the credentials; for a ticket that was just issued look at the front end that refused it (X-MS-Server-Fqdn).",
    },
    Note {
        code: 28_029,
        says: "This way of authentication is switched off.",
        causes: &["F24"],
        remedy: "Set-CsWebServiceConfiguration -UseWindowsAuth, -UsePinAuth, -UseCertificateAuth, -UseWsFedPassiveAuth; Get-CsAuthConfig.",
    },
    Note {
        code: 28_032,
        says: "The ticket was issued by another pool, or changed.",
        causes: &["F25"],
        remedy: "Sign in anew; persistence of the load balancer on 4443.",
    },
    Note {
        code: 28_033,
        says: "The ticket has expired, or the clocks differ.",
        causes: &["F25"],
        remedy: "Compare clocks; sign in anew.",
    },
    Note {
        code: 28_055,
        says: "The token of modern authentication is not valid here.",
        causes: &["F26"],
        remedy: "Set-CsOAuthConfiguration; URLs of the application in Azure AD.",
    },
    Note {
        code: 28_056,
        says: "The token of modern authentication has expired.",
        causes: &["F26", "F18"],
        remedy: "Compare clocks; sign in anew.",
    },
    Note {
        code: 28_072,
        says: "The ticket could not be checked; the client gets a new one.",
        causes: &["F25"],
        remedy: "Nothing, if it happens once.",
    },
    Note {
        code: 28_077,
        says: "The token was issued for another service.",
        causes: &["F26"],
        remedy: "Set-CsOAuthConfiguration -AdditionalAudienceUrls; URLs of the application in Azure AD.",
    },
    Note {
        code: 28_081,
        says: "The token does not say whose it is.",
        causes: &["F26"],
        remedy: "Claim mapping of the identity provider.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_name_their_makers() {
        assert_eq!(producer(28_999), Some("the authentication web services"));
        assert_eq!((producer(999), producer(60_000)), (None, None));
        assert!(codes().all(|id| producer(id).is_some()), "every id lies in a known range");
    }
}
