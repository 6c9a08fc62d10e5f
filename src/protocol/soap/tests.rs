use super::PROTOCOL;
use super::parse::{Token, Tokens, attributes, unescape};
use crate::fact::{
    CertificateRequest, Fact, Fault, Metadata, Passphrase, Proof, Realm, Scheme, TicketRequest, Web, WebTicket,
};
use crate::field::{Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Message, Out};
use crate::wire::Span;
use sha2::{Digest, Sha256};

fn describe(xml: &[u8], show_secrets: bool) -> Tree {
    let mut tree = Tree::new(show_secrets);
    tree.enter("Frame", xml);
    let message = Message { bytes: xml, from: Direction::ToServer, note: 0, context: &Context::default() };
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), xml));
    // A child lies inside its parent.
    let mut parents: Vec<Span> = Vec::new();
    for node in &tree.nodes {
        parents.truncate(node.depth.into());
        assert!(node.at.end as usize <= xml.len());
        assert!(parents.last().is_none_or(|p| p.contains(node.at) || node.at.is_empty()), "{}", tree.line(node));
        parents.push(node.at);
    }
    tree
}

/// What a body says of passwords and tickets.
fn facts(xml: &[u8]) -> Vec<Fact> {
    all_facts(xml).into_iter().filter(|fact| !matches!(fact, Fact::Web(_))).collect()
}

/// Which document a body is.
fn document(xml: &str) -> Web {
    let mut found = all_facts(xml.as_bytes()).into_iter().filter_map(|fact| match fact {
        Fact::Web(web) => Some(*web),
        _ => None,
    });
    let web = found.next().expect(xml);
    assert!(found.next().is_none(), "one document a message");
    web
}

fn all_facts(xml: &[u8]) -> Vec<Fact> {
    struct Facts(Vec<Fact>);
    impl Sink for Facts {
        fn wants_fields(&self) -> bool {
            false
        }
        fn fact(&mut self, fact: Fact, _: Span) {
            self.0.push(fact);
        }
    }
    let mut facts = Facts(Vec::new());
    let message = Message { bytes: xml, from: Direction::ToServer, note: 0, context: &Context::default() };
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut facts, &mut Budget::default(), xml));
    let shown: Vec<Fact> = describe(xml, false).facts.into_iter().map(|(fact, _)| fact).collect();
    assert_eq!(facts.0, shown, "scan and tree learn the same");
    facts.0
}

fn passphrase(user: &str, length: u32, readable: bool) -> Fact {
    Fact::Passphrase(Box::new(Passphrase { scheme: Scheme::UsernameToken, user: user.into(), length, readable }))
}

const RST: &str = r#"<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><wsse:Security><wsse:UsernameToken><wsse:Username>CORVID\tariq</wsse:Username><wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">Hoopoe!&amp;1973</wsse:Password></wsse:UsernameToken></wsse:Security></s:Header><s:Body><wst:RequestSecurityToken Context="9c"/></s:Body></s:Envelope>"#;

const ASSERTION: &str = r#"<saml:Assertion Issuer="https://web/WebTicket"><saml:Conditions NotBefore="2026-11-22T10:28:17Z" NotOnOrAfter="2026-11-22T18:28:17Z"><saml:AudienceRestrictionCondition><saml:Audience>https://web/</saml:Audience></saml:AudienceRestrictionCondition></saml:Conditions><saml:Subject><saml:NameIdentifier>sip:tariq.bell@corvid.example</saml:NameIdentifier></saml:Subject></saml:Assertion>"#;

fn issued() -> String {
    format!(
        "<s:Body><RequestSecurityTokenResponse Context=\"9c\"><RequestedSecurityToken>{ASSERTION}\
         </RequestedSecurityToken><Lifetime><wsu:Created>2026-11-22T10:28:17Z</wsu:Created>\
         <wsu:Expires>2026-11-22T18:28:18.5Z</wsu:Expires></Lifetime><Entropy><BinarySecret>yhEY</BinarySecret>\
         </Entropy></RequestSecurityTokenResponse></s:Body>"
    )
}

fn ticket_of(fact: &Fact) -> &WebTicket {
    let Fact::WebTicket(ticket) = fact else { panic!("{fact:?}") };
    ticket
}

#[test]
fn a_password_in_clear_is_told_and_not_shown() {
    assert_eq!(facts(RST.as_bytes()), [passphrase("CORVID\\tariq", 12, true)]);
    let masked = describe(RST.as_bytes(), false).text();
    assert!(masked.contains("CORVID\\tariq") && !masked.contains("Hoopoe"), "{masked}");
    assert!(describe(RST.as_bytes(), true).text().contains("Secret: Hoopoe!&1973"));
}

#[test]
fn user_and_password_in_base64_and_digests() {
    let coded = RST.replace("CORVID\\tariq", "Q09SVklEXHRhcmlx").replace("Hoopoe!&amp;1973", "SG9vcG9lITE5NzM=");
    assert_eq!(facts(coded.as_bytes()), [passphrase("CORVID\\tariq", 11, true)]);
    let digest = RST.replace("#PasswordText", "#PasswordDigest").replace("CORVID\\tariq", "tariq@corvid");
    assert_eq!(facts(digest.as_bytes()), [passphrase("tariq@corvid", 12, false)]);
    // A name that happens to be base64 and hides no account stays what it is.
    let plain = RST.replace("CORVID\\tariq", "tariqqqq");
    assert_eq!(facts(plain.as_bytes()), [passphrase("tariqqqq", 12, true)]);
    let nobody = RST.replace("wsse:Password", "wsse:Nonce");
    assert!(facts(nobody.as_bytes()).is_empty(), "a name without a password proves nothing");
}

#[test]
fn a_cut_message_still_tells_its_password() {
    let behind = RST.find("</wsse:Password>").unwrap();
    assert_eq!(facts(&RST.as_bytes()[..behind]), [passphrase("CORVID\\tariq", 12, true)]);
    for cut in 0..RST.len() {
        let told = facts(&RST.as_bytes()[..cut]);
        assert_eq!(told.is_empty(), cut <= RST.find("Hoopoe").unwrap(), "cut at {cut}");
    }
}

#[test]
fn a_ticket_is_the_same_where_issued_and_presented() {
    let told = facts(issued().as_bytes());
    let ticket = ticket_of(&told[0]);
    assert!(told.len() == 1 && ticket.issued);
    assert_eq!((ticket.user.as_str(), ticket.audience.as_str()), ("sip:tariq.bell@corvid.example", "https://web/"));
    assert_eq!(ticket.created.unwrap().rfc3339_seconds(), "2026-11-22T10:28:17Z");
    assert_eq!(ticket.expires.unwrap().rfc3339_seconds(), "2026-11-22T18:28:18Z");
    let digest = Sha256::digest(ASSERTION);
    assert_eq!(ticket.digest.to_be_bytes(), digest[..8]);

    let presented = format!("<Envelope><wsse:Security><Timestamp/>{ASSERTION}</wsse:Security></Envelope>");
    let told = facts(presented.as_bytes());
    assert_eq!((told.len(), ticket_of(&told[0]).issued, ticket_of(&told[0]).digest), (1, false, ticket.digest));
    assert_eq!(ticket_of(&told[0]).via, "Security");
    assert!(!describe(issued().as_bytes(), false).text().contains("yhEY"));
}

#[test]
fn compact_tickets_and_what_is_no_ticket() {
    let wrap = |inner: &str| {
        let text = format!(
            "<RequestSecurityTokenResponse><AppliesTo><Address>https://a</Address></AppliesTo>\
             <RequestedSecurityToken>{inner}</RequestedSecurityToken></RequestSecurityTokenResponse>"
        );
        facts(text.as_bytes())
    };
    let told = wrap("<BinarySecurityToken ValueType=\"urn:component:user-cwt-1\">AAEB</BinarySecurityToken>");
    assert_eq!(ticket_of(&told[0]).digest.to_be_bytes(), Sha256::digest("AAEB")[..8]);
    assert_eq!(ticket_of(&told[0]).audience, "https://a");
    assert_eq!(wrap("cwt=AAEB"), told, "the same ticket, written shorter");
    assert!(wrap("<BinarySecurityToken ValueType=\"X509v3\">MIIB</BinarySecurityToken>").is_empty(), "a certificate");
    assert!(facts(b"<Foo><Assertion>x</Assertion></Foo>").is_empty(), "an assertion nobody presents");
}

#[test]
fn how_a_ticket_must_be_proven() {
    let with = |token: &str| {
        let text =
            issued().replace("<Entropy>", &format!("<RequestedProofToken>{token}</RequestedProofToken><Entropy>"));
        ticket_of(&facts(text.as_bytes())[0]).proof
    };
    assert_eq!(ticket_of(&facts(issued().as_bytes())[0]).proof, Proof::Bearer, "an entropy alone is no key");
    assert_eq!(with("<ComputedKey>http://…/CK/PSHA1</ComputedKey>"), Proof::Computed);
    assert_eq!(with("<BinarySecret>AAEC</BinarySecret>"), Proof::Given);
}

#[test]
fn documents_of_web_services() {
    let request = "<RequestSecurityToken><TokenType>urn:component:Microsoft.Rtc.WebAuthentication.2010:user-cwt-1\
                   </TokenType><AppliesTo><EndpointReference><Address>https://web/a</Address></EndpointReference>\
                   </AppliesTo><Claims><ClaimType Uri='claims/uri'><auth:Value>SIP:mona@contoso.com</auth:Value>\
                   </ClaimType></Claims><KeyType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/SymmetricKey</KeyType>\
                   </RequestSecurityToken>";
    let expected = TicketRequest {
        audience: "https://web/a".into(),
        user: Some("mona@contoso.com".into()),
        token_type: "user-cwt-1".into(),
        key_type: "SymmetricKey".into(),
        certificate: None,
    };
    assert_eq!(document(request), Web::TicketRequest(expected.clone()));
    let header = "<Security><BinarySecurityToken>MIIB</BinarySecurityToken></Security>";
    let proven = TicketRequest { certificate: Some([0x30, 0x82, 0x01].into()), ..expected };
    assert_eq!(document(&format!("<Envelope>{header}{request}</Envelope>")), Web::TicketRequest(proven));

    let asked = "<GetAndPublishCert DeviceId=\"{a-b}\" Entity=\"mona@contoso.com\"><RequestSecurityToken>\
                 <BinarySecurityToken>none</BinarySecurityToken></RequestSecurityToken></GetAndPublishCert>";
    let expected =
        CertificateRequest { device: Some("a-b".into()), entity: Some("mona@contoso.com".into()), key_bits: None };
    assert_eq!(document(asked), Web::CertificateRequest(expected), "what is no request has no key");

    let policy = "<wsdl:definitions name='S'><SignedSupportingTokens><IssuedToken><Issuer><Address>https://t</Address>\
                  </Issuer></IssuedToken></SignedSupportingTokens><port name='P'><soap:address location='https://p'/>\
                  </port><port name='Q'/></wsdl:definitions>";
    let expected = Metadata {
        service: "S".into(),
        ports: vec![("P".into(), "https://p".into()), ("Q".into(), String::new())],
        issuer: Some("https://t".into()),
        proof: Some(false),
    };
    assert_eq!(document(policy), Web::Metadata(expected));

    let realm = "<RealmInfo Success='true'><Login>mona@contoso.com</Login><NameSpaceType>Federated</NameSpaceType>\
                 <STSAuthURL>https://adfs/adfs/services/trust/2005/usernamemixed</STSAuthURL></RealmInfo>";
    let Web::Realm(Realm { user, kind, sts }) = document(realm) else { panic!() };
    assert_eq!((user.as_deref(), kind.as_str()), (Some("mona@contoso.com"), "Federated"));
    assert!(sts.unwrap().starts_with("https://adfs/"));
    let cut = document("<s:Fault><faultcode>a:b</faultcode><faultstring>why &amp; how</faultstring><detail>");
    assert_eq!(cut, Web::Fault(Fault { code: "b".into(), reason: "why & how".into(), ..Fault::default() }));
}

#[test]
fn an_entity_stays_a_name_and_lists_are_bounded() {
    let bomb =
        "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;'>]><s:Fault><faultstring>&c;</faultstring></s:Fault>";
    assert_eq!(document(bomb), Web::Fault(Fault { reason: "&c;".into(), ..Fault::default() }));
    let links = "<Link token='a' href='b'/>".repeat(1000);
    let discovered = format!("<AutodiscoverResponse>{links}</AutodiscoverResponse>");
    let tree = describe(discovered.as_bytes(), false);
    let shown = tree.nodes.iter().filter(|node| node.field.is_some_and(|field| field.name == "lync.link")).count();
    assert_eq!(shown, crate::fact::Autodiscover::MAX_LINKS);
    // They are for the eye.
    let Web::Autodiscover(said) = document(&discovered) else { panic!() };
    assert!(said.links.is_empty());
    let long = format!("<Fault><faultstring>{}</faultstring></Fault>", "x".repeat(100_000));
    let Web::Fault(said) = document(&long) else { panic!() };
    assert!(said.reason.len() <= 1024);
}

#[test]
fn pieces_of_every_kind() {
    let xml = b"\xef\xbb\xbf<?xml?><!DOCTYPE a [<!ENTITY b 'c'>]><!-- <x> --><a:b c='1>2' d = \"3\"><![CDATA[<&]]> t &lt; </a:b><e/>";
    let tokens: Vec<Token<'_>> = Tokens::of(xml).collect();
    assert_eq!(
        tokens,
        [
            Token::Instruction(b"<?xml?>"),
            Token::Declaration(b"<!DOCTYPE a [<!ENTITY b 'c'>]>"),
            Token::Comment(b"<!-- <x> -->"),
            Token::Open {
                raw: b"<a:b c='1>2' d = \"3\">",
                name: b"b",
                attributes: b" c='1>2' d = \"3\"",
                empty: false
            },
            Token::Verbatim(b"<&"),
            Token::Text(b"t &lt;"),
            Token::Close { raw: b"</a:b>", name: b"b" },
            Token::Open { raw: b"<e/>", name: b"e", attributes: b"", empty: true },
        ]
    );
    let pairs: Vec<_> = attributes(b" c='1>2' p:d = \"3\" broken").map(|a| (a.name, a.value)).collect();
    assert_eq!(pairs, [(&b"c"[..], &b"1>2"[..]), (b"d", b"3")]);
    assert_eq!(*unescape(b"a&amp;&#65;&#x42;&quot;&nope;&"), *b"a&AB\"&nope;&");
    assert_eq!(Tokens::of(b"<a b='").collect::<Vec<_>>(), [Token::Cut(b"<a b='")]);
}

#[test]
fn what_is_no_xml_ends_all_the_same() {
    let deep = b"<a>".repeat(30_000);
    let tree = describe(&deep, false);
    assert!(tree.nodes.iter().any(|n| n.mark == Some(Mark::TooLarge)));
    let flat = [b"<a>".repeat(60), b"<b/>".to_vec(), b"</a>".repeat(60), b"<c/>".to_vec()].concat();
    let tree = describe(&flat, false);
    let last = tree.nodes.last().unwrap();
    assert_eq!((tree.line(last).as_str(), last.depth), ("<c>", 1), "the tags that were not nested are counted");
    let crossed = describe(b"<a><b></a></c></b></d>text&", false);
    assert!(crossed.nodes.iter().any(|n| n.mark == Some(Mark::Malformed("closes nothing"))));
    assert!(describe(b"\xff\xfe<\0a\0>\0", false).text().contains("UTF-16"));
    assert!(facts(b"").is_empty());
}
