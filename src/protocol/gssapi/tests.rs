//! Tokens of a recorded exchange (curl with SPNEGO and NTLM against Apache) and tokens made by hand.

use super::fields::{gss, krb5 as k, spnego as s};
use super::mechanism;
use crate::fact::{Fact, Ntlm};
use crate::field::{Field, Mark, Sink, Tree};
use crate::protocol::{Budget, Claim, Context, Direction, Message, Out};
use crate::wire::{base64, text::unhex};

const NEGOTIATE: &str =
    "YEgGBisGAQUFAqA+MDygDjAMBgorBgEEAYI3AgIKoioEKE5UTE1TU1AAAQAAABeCCOIAAAAAAAAAAAAAAAAAAAAABgIAAAAAAA8=";
const CHALLENGE: &str = "oYGiMIGfoAMKAQGhDAYKKwYBBAGCNwICCqKBiQSBhk5UTE1TU1AAAgAAAAgACAA4AAAAFYKK4r+gxwrlM4suAAAAAAAAAABGAEYAQAAAAAYCAAAAAAAPVwBFAEIAMgABAAgAVwBFAEIAMgACABYAVwBPAFIASwBTAFQAQQBUAEkATwBOAAMABAB2AG0ABgAEAAAAAAAHAAgA9LaOS2x63QEAAAAA";
const AUTHENTICATE: &str = "oYIBTzCCAUugAwoBAaKCAS4EggEqTlRMTVNTUAADAAAAAAAAAFgAAACqAKoAWAAAAAwADAACAQAACAAIAA4BAAAEAAQAFgEAABAAEAAaAQAAFYKK4gYCAAAAAAAPlR5O2/1AB/OPQ68anxTQFQkRCaXuSwDZ4UKLvh34JccBAQAAAAAAAPS2jktset0BlQtKq07cmnIAAAAAAQAIAFcARQBCADIAAgAWAFcATwBSAEsAUwBUAEEAVABJAE8ATgADAAQAdgBtAAYABAACAAAABwAIAPS2jktset0BCQAwAEgAVABUAFAALwB3AGUAYgAyAC4AYwBvAHIAdgBpAGQALgBlAHgAYQBtAHAAbABlAAAAAAAAAAAAQwBPAFIAVgBJAEQAbQBvAG4AYQBWAE0AyE1SqzQcjUMoZZhrWjK0JqMSBBABAAAAxPqdUlZK3ikAAAAA";
const COMPLETE: &str = "oRswGaADCgEAoxIEEAEAAAAjbM19p7eJ5QAAAAA=";

fn dissect_as(claim: Claim, bytes: &[u8]) -> Tree {
    let mut tree = Tree::new(true);
    tree.enter("Frame", bytes);
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    assert!(Out::new(&mut tree, &mut Budget::default(), bytes).hand_over(&message, claim, bytes));
    tree
}

fn dissect(bytes: &[u8]) -> Tree {
    dissect_as(Claim::AuthScheme("negotiate"), bytes)
}

fn decoded(token: &str) -> Vec<u8> {
    base64::decode(token.as_bytes()).unwrap()
}

fn values<'t>(tree: &'t Tree, field: &'static Field) -> Vec<&'t str> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f == field)).map(|n| &*n.value).collect()
}

/// Values of a field that is another protocol's.
fn named<'t>(tree: &'t Tree, name: &str) -> Vec<&'t str> {
    tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name)).map(|n| &*n.value).collect()
}

fn marks(tree: &Tree) -> Vec<String> {
    tree.nodes.iter().filter_map(|n| n.mark).map(Mark::text).collect()
}

/// A DER element; lengths below 65536.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[tag, 0x82][..], &length, &body].concat()
}

/// A token header around `rest`.
fn framed(oid: &[u8], rest: &[u8]) -> Vec<u8> {
    der(0x60, &[&[6, u8::try_from(oid.len()).unwrap()], oid, rest])
}

#[test]
fn an_exchange_of_ntlm_in_spnego() {
    let tree = dissect(&decoded(NEGOTIATE));
    assert_eq!(tree.layers, ["gss-api", "spnego", "ntlmssp"]);
    assert_eq!(values(&tree, &gss::OID), ["1.3.6.1.5.5.2"]);
    assert_eq!(values(&tree, &s::MECH_TYPE), ["1.3.6.1.4.1.311.2.2.10"]);
    assert_eq!(values(&tree, &s::MECH_TYPES), ["1"]);
    let [(Fact::Spnego(said), _), (Fact::Ntlm(token), _)] = &tree.facts[..] else { panic!("{:?}", tree.facts) };
    assert_eq!((said.init, &said.mechanisms[..], said.token), (true, &["1.3.6.1.4.1.311.2.2.10".to_owned()][..], true));
    assert!(matches!(**token, Ntlm::Negotiate { .. }));

    let tree = dissect(&decoded(CHALLENGE));
    assert_eq!(tree.layers, ["gss-api", "spnego", "ntlmssp"]);
    assert_eq!(values(&tree, &gss::OID), [""; 0]);
    assert_eq!((values(&tree, &s::RESULT), values(&tree, &s::SUPPORTED_MECH).len()), (vec!["1"], 1));
    let [(Fact::Spnego(said), _), (Fact::Ntlm(_), _)] = &tree.facts[..] else { panic!("{:?}", tree.facts) };
    assert_eq!((said.state, said.supported.as_deref()), (Some(1), Some("1.3.6.1.4.1.311.2.2.10")));

    let tree = dissect(&decoded(AUTHENTICATE));
    assert_eq!(tree.layers, ["gss-api", "spnego", "ntlmssp", "ntlmssp"]);
    assert_eq!(named(&tree, "ntlmssp.ntlmv2_response.target_name"), ["HTTP/web2.corvid.example"]);
    assert_eq!(named(&tree, "ntlmssp.verf.body"), ["c4fa9d52564ade2900000000"]);
    let Fact::Ntlm(token) = &tree.facts[1].0 else { panic!() };
    let Ntlm::Authenticate(said) = &**token else { panic!() };
    assert!(said.mic && said.echoes_time && !said.channel_bound);

    let tree = dissect(&decoded(COMPLETE));
    assert_eq!(
        (tree.layers, values(&dissect(&decoded(COMPLETE)), &s::RESULT)),
        (vec!["gss-api", "spnego", "ntlmssp"], vec!["0"])
    );
    for token in [NEGOTIATE, CHALLENGE, AUTHENTICATE, COMPLETE] {
        assert_eq!(marks(&dissect(&decoded(token))), [""; 0]);
    }
}

#[test]
fn plain_ntlm_under_negotiate_is_ntlm() {
    let token = b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2";
    assert_eq!(dissect(token).layers, ["ntlmssp"]);
    // Inside SPNEGO's own layer it is reached through GSS-API.
    assert_eq!(dissect_as(Claim::Named("gss-api"), token).layers, ["gss-api", "ntlmssp"]);
}

#[test]
fn tokens_of_kerberos() {
    let ap_req = framed(mechanism::KRB5, &[1, 0, 0x6e, 0]);
    // SIP carries it bare, HTTP inside SPNEGO.
    let tree = dissect_as(Claim::AuthScheme("kerberos"), &ap_req);
    assert_eq!(tree.layers, ["gss-api", "spnego-krb5"]);
    assert_eq!((values(&tree, &gss::OID), values(&tree, &k::TOKEN_ID)), (vec!["1.2.840.113554.1.2.2"], vec!["0x0001"]));

    let types = der(0xa0, &[&der(0x30, &[&der(6, &[mechanism::MS_KRB5]), &der(6, &[mechanism::KRB5])])]);
    let init = der(0xa0, &[&der(0x30, &[&types, &der(0xa2, &[&der(4, &[&ap_req])])])]);
    let tree = dissect(&framed(mechanism::SPNEGO, &init));
    assert_eq!(tree.layers, ["gss-api", "spnego", "spnego-krb5"]);
    assert_eq!(values(&tree, &s::MECH_TYPE), ["1.2.840.48018.1.2.2", "1.2.840.113554.1.2.2"]);
    assert_eq!((values(&tree, &k::OID), values(&tree, &k::TOKEN_ID)), (vec!["1.2.840.113554.1.2.2"], vec!["0x0001"]));

    // DCE style: no header at all.
    let targ = der(0xa1, &[&der(0x30, &[&der(0xa2, &[&der(4, &[&[0x6f, 0]])])])]);
    let tree = dissect(&targ);
    assert_eq!(tree.layers, ["gss-api", "spnego", "spnego-krb5"]);
    assert_eq!(values(&tree, &k::TOKEN_ID), [""; 0]);
}

#[test]
fn signatures_of_kerberos() {
    // RFC 4121: flags 5, five fillers, sequence number, checksum of twelve bytes.
    let mic = unhex("040405ffffffffff000000000000007b0102030405060708090a0b0c").unwrap();
    let targ = der(0xa1, &[&der(0x30, &[&der(0xa0, &[&[10, 1, 0]]), &der(0xa3, &[&der(4, &[&mic])])])]);
    let tree = dissect(&targ);
    assert_eq!(tree.layers, ["gss-api", "spnego", "spnego-krb5"]);
    assert_eq!((values(&tree, &k::TOKEN_ID), values(&tree, &k::CFX_SEQUENCE)), (vec!["0x0404"], vec!["123"]));
    assert_eq!((values(&tree, &k::BY_ACCEPTOR), values(&tree, &k::SEALED)), (vec!["1"], vec!["0"]));
    assert_eq!(values(&tree, &k::CHECKSUM), ["0102030405060708090a0b0c"]);

    let wrap = unhex("050406ff0010001c000000000000007bffff").unwrap();
    let tree = dissect_as(Claim::AuthScheme("kerberos"), &wrap);
    assert_eq!((values(&tree, &k::CFX_EC), values(&tree, &k::CFX_RRC)), (vec!["16"], vec!["28"]));

    // RFC 1964 by way of RFC 4757, as SIP signs with RC4.
    let rest = unhex("01011100ffffffff01020304050607081112131415161718").unwrap();
    let tree = dissect_as(Claim::AuthScheme("kerberos"), &framed(mechanism::KRB5, &rest));
    assert_eq!((values(&tree, &k::TOKEN_ID), values(&tree, &k::SIGN)), (vec!["0x0101"], vec!["0x0011"]));
    assert_eq!(
        (values(&tree, &k::SEQUENCE), values(&tree, &k::CHECKSUM)),
        (vec!["0102030405060708"], vec!["1112131415161718"])
    );
}

#[test]
fn hints_of_a_server() {
    let name = der(0x1b, &[b"not_defined_in_RFC4178@please_ignore"]);
    let hints = der(0xa3, &[&der(0x30, &[&der(0xa0, &[&name])])]);
    let types = der(0xa0, &[&der(0x30, &[&der(6, &[mechanism::NTLMSSP])])]);
    let tree = dissect(&framed(mechanism::SPNEGO, &der(0xa0, &[&der(0x30, &[&types, &hints])])));
    assert_eq!(values(&tree, &s::HINT_NAME), ["not_defined_in_RFC4178@please_ignore"]);
    assert_eq!(values(&tree, &s::MECH_LIST_MIC), [""; 0]);
    let Fact::Spnego(said) = &tree.facts[0].0 else { panic!() };
    assert!(!said.token);
}

#[test]
fn a_response_token_repeated_as_mic_is_not_a_message_again() {
    let token = der(4, &[&framed(mechanism::KRB5, &[2, 0, 0x6f, 0])]);
    let targ = der(0xa1, &[&der(0x30, &[&der(0xa2, &[&token]), &der(0xa3, &[&token])])]);
    let tree = dissect(&targ);
    assert_eq!(values(&tree, &k::TOKEN_ID), ["0x0002"]);
    assert_eq!(values(&tree, &s::MECH_LIST_MIC).len(), 1);
}

#[test]
fn nesting_ends() {
    let mut token = b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2".to_vec();
    for _ in 0..40 {
        let types = der(0xa0, &[&der(0x30, &[&der(6, &[mechanism::SPNEGO])])]);
        let init = der(0xa0, &[&der(0x30, &[&types, &der(0xa2, &[&der(4, &[&token])])])]);
        token = framed(mechanism::SPNEGO, &init);
    }
    let tree = dissect(&token);
    assert_eq!(marks(&tree), ["nested too deep, not followed"]);
    assert!(tree.layers.len() <= 16);
}

#[test]
fn every_prefix_is_dissected_and_stays_inside() {
    for token in [NEGOTIATE, CHALLENGE, AUTHENTICATE, COMPLETE] {
        let whole = decoded(token);
        for end in 1..whole.len() {
            let tree = dissect(&whole[..end]);
            assert!(tree.nodes.iter().all(|n| n.at.start <= n.at.end && n.at.end as usize <= end), "cut at {end}");
            assert!(!marks(&tree).is_empty(), "a cut at {end} is not noticed");
        }
    }
}

#[test]
fn what_is_no_token_says_so() {
    assert_eq!(marks(&dissect(b"GET / HTTP/1.1")), ["malformed: not a token of GSS-API"]);
    assert_eq!(marks(&dissect(b"")), ["malformed: not a token of GSS-API"]);
    let other = framed(&[0x2b, 6, 1, 5, 2, 5], b"x");
    assert_eq!(marks(&dissect(&other)), ["a mechanism that is not described"]);
}
