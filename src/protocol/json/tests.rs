use super::PROTOCOL;
use super::parse::{End, Event, Events, MAX_DEPTH, Scalar, Shape, text};
use crate::fact::{Fact, Web};
use crate::field::{Mark, Tree};
use crate::protocol::sample::{marks, values};
use crate::protocol::{Budget, Context, Direction, Message, Out};
use crate::wire::Span;

fn describe(json: &[u8], show_secrets: bool) -> Tree {
    let mut tree = Tree::new(show_secrets);
    crate::field::Sink::enter(&mut tree, "Frame", json);
    let message = Message { bytes: json, from: Direction::ToClient, note: 0, context: &Context::default() };
    (PROTOCOL.dissect)(&message, &mut Out::new(&mut tree, &mut Budget::default(), json));
    let mut parents: Vec<Span> = Vec::new();
    for node in &tree.nodes {
        parents.truncate(node.depth.into());
        assert!(parents.last().is_none_or(|p| p.contains(node.at) || node.at.is_empty()), "{}", tree.line(node));
        parents.push(node.at);
    }
    tree
}

fn facts(json: &str) -> Vec<Fact> {
    describe(json.as_bytes(), false).facts.into_iter().map(|(fact, _)| fact).collect()
}

fn web(json: &str) -> Vec<Web> {
    facts(json).into_iter().filter_map(|fact| if let Fact::Web(web) = fact { Some(*web) } else { None }).collect()
}

/// The links that are shown of autodiscover: token and address.
fn links(json: &str) -> Vec<String> {
    let tree = describe(json.as_bytes(), false);
    let shown = tree.nodes.iter().filter(|node| node.field.is_some_and(|field| field.name == "lync.link"));
    shown.map(|node| node.value.to_string()).collect()
}

/// What tshark 4.0.17 prints of this text.
#[test]
fn members_paths_and_values() {
    let json = r#"{"AccessLocation":"External","Root":{"Links":[{"href":"https://a\/b","token":"User"},{"n":1.5e3,"t":true,"f":false,"z":null,"e":{},"l":[]}]},"s":"aé\"x\n","arr":[1,"two",[3]],"":"emp"}"#;
    let tree = describe(json.as_bytes(), true);
    assert_eq!(values(&tree, "json.member"), "AccessLocation,Root,Links,href,token,n,t,f,z,e,l,s,arr,");
    assert_eq!(values(&tree, "json.key"), "AccessLocation,href,token,n,t,f,z,e,l,Links,Root,s,arr,");
    assert_eq!(
        values(&tree, "json.path"),
        "/AccessLocation,/Root/Links/[]/href,/Root/Links/[]/token,/Root/Links/[]/n,/Root/Links/[]/t,\
         /Root/Links/[]/f,/Root/Links/[]/z,/Root/Links/[]/e,/Root/Links/[]/l,/Root/Links,/Root,/s,/arr,/"
    );
    assert_eq!(values(&tree, "json.value.string"), "External,https://a/b,User,aé\"x\\n,two,emp");
    assert_eq!(values(&tree, "json.value.number"), "1.5e3,1,3");
    assert_eq!(
        values(&tree, "json.path_with_value"),
        "/AccessLocation:External,/Root/Links/[]/href:https://a/b,/Root/Links/[]/token:User,/Root/Links/[]/n:1.5e3,\
         /Root/Links/[]/t:true,/Root/Links/[]/f:false,/Root/Links/[]/z:null,/s:aé\"x\\n,/arr/[]:1,/arr/[]:two,\
         /arr/[]/[]:3,/:emp"
    );
    assert_eq!(
        values(&tree, "json.member_with_value"),
        "AccessLocation:External,href:https://a/b,token:User,n:1.5e3,t:true,f:false,z:null,s:aé\"x\\n,[]:1,[]:two,\
         []:3,:emp"
    );
    assert!(tree.layers.is_empty() && marks(&tree).is_empty());
    let links = tree.nodes.iter().find(|n| n.field.is_some_and(|f| f.name == "json.array")).unwrap();
    assert_eq!(links.at.end - links.at.start, 94, "a container covers what is inside it");
}

#[test]
fn what_is_no_json_is_marked_where_it_begins() {
    for (json, end, layers) in [
        ("{} ", End::Whole, 0),
        ("[1,2] trailing", End::Trailing, 1),
        ("not json", End::Broken, 1),
        ("{\"a\" 1}", End::Broken, 1),
        ("{a:1}", End::Broken, 1),
        ("{\"a\":1,}", End::Broken, 1),
        ("[1,", End::Cut, 1),
        ("{\"a\":tru", End::Cut, 1),
        ("{\"a\":\"b", End::Cut, 1),
        ("", End::Cut, 1),
    ] {
        let mut events = Events::of(json.as_bytes());
        while events.next().is_some() {}
        assert_eq!((events.end(), describe(json.as_bytes(), false).layers.len()), (end, layers), "{json}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(marks(&describe(deep.as_bytes(), false)), [Mark::TooDeep.text()]);
    assert_eq!(Events::of(deep.as_bytes()).count(), MAX_DEPTH);
    let wide = format!("[{}{{}}]", "{},".repeat(30_000));
    assert_eq!(marks(&describe(wide.as_bytes(), false)), [Mark::TooLarge.text()]);
    let list: Vec<_> = Events::of(b"[true , null]").collect();
    let expected = [
        Event::Open(Shape::Array),
        Event::Scalar(Scalar::True, b"true"),
        Event::Scalar(Scalar::Null, b"null"),
        Event::Close,
    ];
    assert_eq!(list, expected);
}

#[test]
fn escapes_of_strings() {
    assert_eq!(*text(br#""a\/\\\"\b\u00e9\uD83D\uDE00\q\u12""#), *"a/\\\"\x08é😀\\q\\u12".as_bytes());
    assert_eq!(*text(b"\"\\ud83dx\""), *b"\\ud83dx", "half a pair is none");
}

#[test]
fn credentials_are_masked_by_name_and_by_look() {
    let json = r#"{"access_token":"cwt=AAEB","x":"eyJhbGciOi","passwords":["hunter2"],"Password":"p","plain":"seen"}"#;
    let masked = describe(json.as_bytes(), false).text();
    assert!(["AAEB", "eyJ", "hunter2", "\"p\""].iter().all(|secret| !masked.contains(secret)), "{masked}");
    assert!(masked.contains("seen"));
    assert!(describe(json.as_bytes(), true).text().contains("hunter2"));
}

#[test]
fn autodiscover_of_both_ages() {
    let old = r#"{"AccessLocation":"External","Root":{"Links":[{"href":"https:\/\/a","token":"User"},{"token":"Redirect","href":"https://b"}]}}"#;
    let [Web::Autodiscover(said)] = &web(old)[..] else { panic!() };
    assert_eq!((said.resource.as_str(), said.access.as_deref()), ("Root", Some("External")));
    assert_eq!((links(old), said.redirect.as_deref()), (vec!["User https://a".into()], Some("https://b")));
    let old =
        r#"{"User":{"SipClientExternalAccess":{"fqdn":"sip.a","port":"443"},"Links":[{"href":"h","token":"Ucwa"}]}}"#;
    let [Web::Autodiscover(said)] = &web(&old.replace("{\"User\"", "{\"AccessLocation\":\"Internal\",\"User\""))[..]
    else {
        panic!()
    };
    assert_eq!((said.resource.as_str(), said.sip_external.clone()), ("User", Some(("sip.a".into(), 443))));
    let new = r#"{"_links":{"self":{"href":"s"},"user":{"href":"u"},"xframe":{"href":"x"}}}"#;
    let [Web::Autodiscover(said)] = &web(new)[..] else { panic!() };
    assert_eq!(
        (said.resource.as_str(), links(new)),
        ("Root", vec!["self s".into(), "user u".into(), "xframe x".into()])
    );
    let new = r#"{"_links":{"self":{"href":"s"},"redirect":{"href":"r"}}}"#;
    let [Web::Autodiscover(said)] = &web(new)[..] else { panic!() };
    assert_eq!(said.redirect.as_deref(), Some("r"));
}

#[test]
fn tokens_applications_and_refusals() {
    let issued = facts(r#"{"access_token" : "cwt=AAEB", "expires_in":28800,"token_type":"Bearer"}"#);
    let [Fact::WebTicket(ticket)] = &issued[..] else { panic!() };
    assert!(ticket.issued && ticket.life == Some(28_800));
    assert!(facts(r#"{"access_token":"ya29.else"}"#).is_empty(), "somebody else's token");
    let [Web::Fault(fault)] =
        &web(r#"{"error":"invalid_grant","error_description":"28020;reason","ms_rtc_passiveauthuri":"https://p"}"#)[..]
    else {
        panic!()
    };
    assert_eq!((fault.code.as_str(), fault.passive_url.as_deref()), ("invalid_grant", Some("https://p")));
    let [Web::Fault(fault)] = &web(r#"{"code":"Conflict","subcode":"AlreadyExists","message":"why"}"#)[..] else {
        panic!()
    };
    assert_eq!((fault.subcode.as_str(), fault.reason.as_str()), ("AlreadyExists", "why"));
    let [Web::Application(asked)] = &web(r#"{"UserAgent":"A","EndpointId":"e-1","Culture":"en-US"}"#)[..] else {
        panic!()
    };
    assert_eq!((asked.endpoint.as_deref(), asked.culture.as_deref()), (Some("e-1"), Some("en-US")));
    let resource = r#"{"_embedded":{"me":{"uri":"sip:mona@a","_links":{"self":{"href":"m"}}}},"_links":{"self":{"href":"s"},"user":{"href":"u"}},"rel":"application"}"#;
    let [Web::Application(said)] = &web(resource)[..] else { panic!() };
    assert_eq!(said.user.as_deref(), Some("mona@a"));
    assert!(web(r#"{"rel":"policies","_links":{"user":{"href":"u"}}}"#).is_empty(), "another resource");
    assert!(web(r#"{"a":{"error":"x"},"_links":{"self":{"href":"s"}}}"#).is_empty(), "not at the top");
}

#[test]
fn every_prefix_is_read_as_far_as_it_goes() {
    let json = r#"{"AccessLocation":"External","Root":{"Links":[{"token":"User","href":"h"}],"x":["\u00e9",-1,null]}}"#;
    for cut in 0..json.len() {
        let told = web(json.get(..cut).unwrap_or(""));
        assert_eq!(!told.is_empty(), cut > json.find("}]").unwrap(), "cut at {cut}");
        describe(&json.as_bytes()[..cut], false);
    }
}
