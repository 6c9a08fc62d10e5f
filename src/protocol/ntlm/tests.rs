//! The published messages, and what is wrong with messages.

use super::parse::{Authenticate, Challenge};
use super::{PROTOCOL, fields as f};
use crate::fact::{Fact, Ntlm, NtlmVersion};
use crate::field::{Field, Mark, Sink, Tree};
use crate::protocol::{Budget, Context, Direction, Message, Out, registry};
use crate::wire::text::unhex;

/// [MS-NLMP] 4.2.4.3
const CHALLENGE: &str = "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000060070170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000";
const AUTHENTICATE: &str = "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c00000010001000d8000000358288e20501280a0000000f44006f006d00610069006e00550073006500720043004f004d005000550054004500520086c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa68cd0ab851e51c96aabc927bebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000c5dad2544fc9799094ce1ce90bc9d03e";

/// Communicator 2007 R2 and OCS 2007 R2.
const SIP_CHALLENGE: &str = "4E544C4D53535000020000000000000038000000F38298E2DD1BAAF4E7E218D1000000000000000096009600380000000502CE0E0000000F02000A0043004F0053004D004F000100180043004F0053004D004F002D004F00430053002D00520032000400160063006F0073006D006F002E006C006F00630061006C000300300063006F0073006D006F002D006F00630073002D00720032002E0063006F0073006D006F002E006C006F00630061006C000500160063006F0073006D006F002E006C006F00630061006C0000000000";
const SIP_AUTHENTICATE: &str = "4E544C4D53535000030000001800180072000000C600C6008A0000000A000A00480000000800080052000000180018005A0000001000100050010000558298620502CE0E0000000F43004F0053004D004F00550073006500720043004F0053004D004F002D004F00430053002D0052003200A1E92EFE4E078BF7C5C0049ACC6166C2D6AE875CB0FDAA418DC0C800AE76ECA606D2B9FBEBD04731010100000000000059519A1727B9CA01D6AE875CB0FDAA410000000002000A0043004F0053004D004F000100180043004F0053004D004F002D004F00430053002D00520032000400160063006F0073006D006F002E006C006F00630061006C000300300063006F0073006D006F002D006F00630073002D00720032002E0063006F0073006D006F002E006C006F00630061006C000500160063006F0073006D006F002E006C006F00630061006C00000000000000000031CB739E1CA80A498591E8AE797115E4";

fn dissect(bytes: &[u8]) -> Tree {
    let mut tree = Tree::new(true);
    tree.enter("Frame", bytes);
    let context = Context::default();
    let message = Message { bytes, from: Direction::ToServer, note: 0, context: &context };
    Out::new(&mut tree, &mut Budget::default(), bytes).give(&PROTOCOL, &message);
    tree
}

fn value<'t>(tree: &'t Tree, field: &'static Field) -> &'t str {
    tree.nodes.iter().find(|n| n.field.is_some_and(|f| f == field)).map_or("(absent)", |n| &n.value)
}

fn marks(tree: &Tree) -> Vec<String> {
    tree.nodes.iter().filter_map(|n| n.mark).map(Mark::text).collect()
}

fn ntlm(tree: &Tree) -> &Ntlm {
    let [(Fact::Ntlm(fact), _)] = &tree.facts[..] else { panic!("one fact expected: {:?}", tree.facts) };
    fact
}

/// An AUTHENTICATE of 64 bytes of header, then the payloads in header order.
fn authenticate(flags: u32, payloads: [&[u8]; 6]) -> Vec<u8> {
    let mut header = b"NTLMSSP\0\x03\0\0\0".to_vec();
    let mut body = Vec::new();
    for payload in payloads {
        let length = u16::try_from(payload.len()).unwrap().to_le_bytes();
        let offset = u32::try_from(64 + body.len()).unwrap().to_le_bytes();
        header.extend([&length[..], &length, &offset].concat());
        body.extend_from_slice(payload);
    }
    header.extend(flags.to_le_bytes());
    header.extend(body);
    header
}

#[test]
fn the_published_challenge() {
    let tree = dissect(&unhex(CHALLENGE).unwrap());
    assert_eq!(value(&tree, &f::IDENTIFIER), "NTLMSSP");
    assert_eq!(value(&tree, &f::MESSAGE_TYPE), "0x00000002");
    assert_eq!(value(&tree, &f::FLAGS), "0xe28a8233");
    assert_eq!((value(&tree, &f::FLAG_31), value(&tree, &f::FLAG_6)), ("1", "0"));
    assert_eq!(value(&tree, &f::TARGET_NAME), "Server");
    assert_eq!(value(&tree, &f::SERVER_CHALLENGE), "0123456789abcdef");
    assert_eq!(value(&tree, &f::INFO_NB_DOMAIN), "Domain");
    assert_eq!(value(&tree, &f::INFO_NB_COMPUTER), "Server");
    assert_eq!(value(&tree, &f::VERSION_BUILD), "6000");
    assert_eq!(marks(&tree), Vec::<String>::new());
    assert_eq!(tree.layers, ["ntlmssp"]);
    assert_eq!(tree.info, ", NTLMSSP_CHALLENGE");
    let Ntlm::Challenge(fact) = ntlm(&tree) else { panic!() };
    assert_eq!((fact.target.as_str(), fact.nb_domain.as_deref(), fact.time), ("Server", Some("Domain"), None));
}

#[test]
fn the_published_response() {
    let tree = dissect(&unhex(AUTHENTICATE).unwrap());
    assert_eq!(value(&tree, &f::DOMAIN), "Domain");
    assert_eq!(value(&tree, &f::USER), "User");
    assert_eq!(value(&tree, &f::WORKSTATION), "COMPUTER");
    assert_eq!(value(&tree, &f::LM_RESPONSE), "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
    assert_eq!(value(&tree, &f::V2_PROOF), "68cd0ab851e51c96aabc927bebef6a1c");
    assert_eq!(value(&tree, &f::V2_TIME), "Jan  1, 1970 00:00:00.000000000 UTC");
    assert_eq!(value(&tree, &f::V2_CHALLENGE), "aaaaaaaaaaaaaaaa");
    assert_eq!(value(&tree, &f::V2_NB_DOMAIN), "Domain");
    assert_eq!(value(&tree, &f::V2_PAD), "00000000");
    assert_eq!(value(&tree, &f::SESSION_KEY), "c5dad2544fc9799094ce1ce90bc9d03e");
    assert_eq!(value(&tree, &f::VERSION_BUILD), "2600");
    assert_eq!(value(&tree, &f::MIC), "(absent)");
    assert_eq!(value(&tree, &f::KIND), "NTLMv2");
    assert_eq!(marks(&tree), Vec::<String>::new());
    assert_eq!(tree.info, ", NTLMSSP_AUTH, User: Domain\\User");
    let Ntlm::Authenticate(fact) = ntlm(&tree) else { panic!() };
    assert_eq!((fact.version, fact.mic, fact.time, fact.echoes_time), (NtlmVersion::V2, false, None, false));
}

#[test]
fn the_exchange_of_communicator() {
    let tree = dissect(&unhex(SIP_CHALLENGE).unwrap());
    assert_eq!(value(&tree, &f::TARGET_NAME), "NULL");
    assert_eq!(value(&tree, &f::SERVER_CHALLENGE), "dd1baaf4e7e218d1");
    assert_eq!(value(&tree, &f::INFO_DNS_COMPUTER), "cosmo-ocs-r2.cosmo.local");
    assert_eq!(value(&tree, &f::VERSION_BUILD), "3790");
    let Ntlm::Challenge(fact) = ntlm(&tree) else { panic!() };
    assert_eq!(fact.dns_domain.as_deref(), Some("cosmo.local"));

    let tree = dissect(&unhex(SIP_AUTHENTICATE).unwrap());
    assert_eq!(value(&tree, &f::V2_TIME), "Mar  1, 2010 10:08:08.433288900 UTC");
    let Ntlm::Authenticate(fact) = ntlm(&tree) else { panic!() };
    assert_eq!(
        (fact.domain.as_str(), fact.user.as_str(), fact.workstation.as_str()),
        ("COSMO", "User", "COSMO-OCS-R2")
    );
    assert_eq!(fact.time.unwrap().rfc3339_seconds(), "2010-03-01T10:08:08Z");
    assert_eq!((fact.flags, fact.version), (0x6298_8255, NtlmVersion::V2));
}

#[test]
fn secrets_are_hidden_unless_asked_for() {
    let bytes = unhex(AUTHENTICATE).unwrap();
    let mut tree = Tree::new(false);
    tree.enter("Frame", &bytes);
    let context = Context::default();
    let message = Message { bytes: &bytes, from: Direction::ToServer, note: 0, context: &context };
    Out::new(&mut tree, &mut Budget::default(), &bytes).give(&PROTOCOL, &message);
    let text = tree.text();
    for secret in ["86c35097ac9cec10", "68cd0ab851e51c96", "c5dad2544fc97990"] {
        assert!(!text.contains(secret), "{secret} is shown");
    }
    assert!(text.contains("User name: User"));
}

#[test]
fn every_prefix_is_dissected_and_stays_inside() {
    for whole in [CHALLENGE, AUTHENTICATE, SIP_CHALLENGE, SIP_AUTHENTICATE] {
        let whole = unhex(whole).unwrap();
        for end in 0..whole.len() {
            let tree = dissect(&whole[..end]);
            assert!(tree.nodes.iter().all(|n| n.at.start <= n.at.end && n.at.end as usize <= end), "cut at {end}");
            assert!(end < 8 || !marks(&tree).is_empty(), "a cut at {end} is not noticed");
        }
    }
}

#[test]
fn every_byte_may_be_wrong() {
    for whole in [CHALLENGE, AUTHENTICATE] {
        let whole = unhex(whole).unwrap();
        for at in 0..whole.len() {
            for wrong in [0, 1, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = wrong;
                let tree = dissect(&bytes);
                assert!(tree.nodes.iter().all(|n| n.at.end as usize <= bytes.len()));
            }
        }
    }
}

#[test]
fn a_bad_place_costs_one_payload() {
    let mut bytes = unhex(AUTHENTICATE).unwrap();
    bytes[40..44].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    let tree = dissect(&bytes);
    assert_eq!(value(&tree, &f::USER), "(absent)");
    assert_eq!((value(&tree, &f::DOMAIN), value(&tree, &f::WORKSTATION)), ("Domain", "COMPUTER"));
    assert_eq!(marks(&tree), ["malformed: the payload lies outside the message"]);
    let Ntlm::Authenticate(fact) = ntlm(&tree) else { panic!() };
    assert_eq!((fact.user.as_str(), fact.domain.as_str()), ("", "Domain"));
}

#[test]
fn a_response_placed_outside_is_not_taken_for_an_anonymous_one() {
    let mut bytes = unhex(AUTHENTICATE).unwrap();
    bytes[24..28].copy_from_slice(&0x0001_0000_u32.to_le_bytes());
    let Ntlm::Authenticate(fact) = ntlm(&dissect(&bytes)).clone() else { panic!() };
    assert_eq!(fact.version, NtlmVersion::V2);
}

#[test]
fn payloads_that_share_bytes_are_marked() {
    let mut bytes = unhex(AUTHENTICATE).unwrap();
    bytes[48..52].copy_from_slice(&0x50_u32.to_le_bytes());
    assert_eq!(marks(&dissect(&bytes)), ["the payload shares bytes with another"]);
    bytes[48..52].copy_from_slice(&0x08_u32.to_le_bytes());
    assert!(marks(&dissect(&bytes)).contains(&"malformed: the payload lies in the header".to_owned()));
}

#[test]
fn which_response_it_is() {
    const ESS: u32 = 0x0008_0001;
    let (lm, nt) = ([1_u8; 24], [2_u8; 24]);
    let mut session = [0_u8; 24];
    session[..8].fill(0xaa);
    let kind = |flags, lm: &[u8], nt: &[u8]| {
        let bytes = authenticate(flags, [lm, nt, b"", b"u\0", b"", b""]);
        Authenticate::read(&bytes).kind(&bytes)
    };
    assert_eq!(kind(1, &lm, &nt), NtlmVersion::LmAndV1);
    assert_eq!(kind(1, &nt, &nt), NtlmVersion::V1);
    assert_eq!(kind(1, &[], &nt), NtlmVersion::V1);
    assert_eq!(kind(ESS, &session, &nt), NtlmVersion::V1Ess);
    // One byte behind the client's challenge, and it is an LM response again.
    session[8] = 1;
    assert_eq!(kind(1, &session, &nt), NtlmVersion::LmAndV1);
    assert_eq!(kind(1, &[0; 24], &nt), NtlmVersion::V1);
    assert_eq!(kind(ESS, &[0; 24], &nt), NtlmVersion::V1Ess);
    assert_eq!(kind(ESS, &[0; 24], &[1; 44]), NtlmVersion::V2);
    assert_eq!(kind(ESS, &lm, &[1; 25]), NtlmVersion::V2);
    assert_eq!(kind(1, &[0], &[]), NtlmVersion::Anonymous);
    assert_eq!(kind(1, &[], &[]), NtlmVersion::Anonymous);
    assert_eq!(kind(1, &lm, &[]), NtlmVersion::Lm);
}

#[test]
fn strings_follow_the_flag() {
    let oem = authenticate(2, [&[], &[2; 24], b"DOM", b"m\xfcller", b"PC", &[]]);
    assert_eq!(value(&dissect(&oem), &f::USER), "m\u{fffd}ller");
    let wide = authenticate(1, [&[], &[2; 24], b"D\0", b"u\0s\0\0\0x\0", b"P\0C", &[]]);
    let tree = dissect(&wide);
    assert_eq!(value(&tree, &f::USER), "us");
    assert_eq!(marks(&tree), ["malformed: UTF-16 text of an odd length"]);
}

#[test]
fn a_mic_needs_room_and_the_flag() {
    // Header up to the MIC, one name of two bytes, and an NTLMv2 response with AvFlags.
    let with = |flags: u32, start: u32| {
        let mut nt = vec![0_u8; 44];
        nt[16..18].fill(1);
        nt.extend([6, 0, 4, 0]);
        nt.extend(flags.to_le_bytes());
        nt.extend([0; 8]);
        let mut bytes = authenticate(1, [&[], &nt, b"", b"u\0", b"", b""]);
        let room = vec![7_u8; start as usize - 64];
        bytes.splice(64..64, room);
        for place in [12, 20, 28, 36, 44, 52] {
            let offset = u32::from_le_bytes(*bytes[place + 4..].first_chunk().unwrap()) + start - 64;
            bytes[place + 4..place + 8].copy_from_slice(&offset.to_le_bytes());
        }
        let tree = dissect(&bytes);
        let Ntlm::Authenticate(fact) = ntlm(&tree) else { panic!() };
        (value(&tree, &f::MIC).len(), fact.mic, marks(&tree).len())
    };
    assert_eq!(with(2, 88), (32, true, 0));
    assert_eq!(with(0, 88), (32, false, 0));
    assert_eq!(with(2, 72), ("(absent)".len(), false, 1));
}

#[test]
fn a_list_that_does_not_end_is_marked() {
    let mut bytes = unhex(CHALLENGE).unwrap();
    // AvLen of the first attribute, far beyond the list.
    bytes[70..72].copy_from_slice(&0x4000_u16.to_le_bytes());
    let tree = dissect(&bytes);
    assert!(marks(&tree).contains(&"malformed: an attribute runs beyond its list".to_owned()));
    assert_eq!(value(&tree, &f::TARGET_NAME), "Server");
    let Ntlm::Challenge(fact) = ntlm(&tree) else { panic!() };
    assert_eq!(fact.nb_domain, None);
}

#[test]
fn old_and_short_forms() {
    // Flags alone, as some clients send them.
    let tree = dissect(b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2");
    assert_eq!(value(&tree, &f::FLAGS), "0xa2088207");
    assert_eq!(*ntlm(&tree), Ntlm::Negotiate { flags: 0xa208_8207 });
    // A challenge of 32 bytes: no Reserved, no TargetInfo.
    let mut old = b"NTLMSSP\0\x02\0\0\0\0\0\0\0\x20\0\0\0\x02\x82\0\0".to_vec();
    old.extend([9; 8]);
    assert_eq!(value(&dissect(&old), &f::SERVER_CHALLENGE), "0909090909090909");
    assert!(Challenge::read(&old).info.is_none());
    // Without session key and flags: 52 bytes of header.
    let mut bytes = authenticate(0, [&[2; 24], &[2; 24], b"", b"u\0s\0", b"", b""]);
    bytes.drain(52..64);
    for place in [12, 20, 28, 36, 44] {
        bytes[place + 4] -= 12;
    }
    let tree = dissect(&bytes);
    assert_eq!((value(&tree, &f::USER), value(&tree, &f::FLAGS)), ("us", "(absent)"));
}

#[test]
fn a_signature_is_named() {
    let bytes = unhex("01000000ff2aeb52f681793a00000000").unwrap();
    let tree = dissect(&bytes);
    assert_eq!(value(&tree, &f::VERIFIER_BODY), "ff2aeb52f681793a00000000");
    assert_eq!(value(&tree, &f::NTLMSSP), "(absent)");
    assert!(tree.facts.is_empty());
}

#[test]
fn claims_reach_it() {
    use crate::protocol::Claim;
    assert_eq!(registry::find(Claim::AuthScheme("ntlm")).unwrap().name, "ntlmssp");
    assert_eq!(registry::find(Claim::Mechanism(super::MECHANISM)).unwrap().name, "ntlmssp");
    assert_eq!(crate::wire::der::oid(super::MECHANISM), "1.3.6.1.4.1.311.2.2.10");
}
