//! What messages say: fields as Wireshark prints them, and facts.

use super::*;
use crate::fact::KerberosKind;
use crate::knowledge::kerberos::{error_name, wireshark_error_name};
use crate::protocol::kerberos::{fields, names, parse};
use crate::wire::Timestamp;

#[test]
fn the_first_request_names_user_realm_and_what_the_client_can() {
    let tree = describe(AS_REQ, 0);
    assert_eq!((tree.protocol, &*tree.info), ("KRB5", "AS-REQ"));
    assert_eq!(values(&tree, "kerberos.CNameString"), ["mona.reyes"]);
    assert_eq!(values(&tree, "kerberos.SNameString"), ["krbtgt", "CORVID.EXAMPLE"]);
    assert_eq!(values(&tree, "kerberos.name_type"), ["1", "2"]);
    assert_eq!(values(&tree, "kerberos.kdc_options"), ["00000010"]);
    assert_eq!(values(&tree, "kerberos.KDCOptions.renewable.ok"), ["1"]);
    assert_eq!(values(&tree, "kerberos.KDCOptions.forwardable"), ["0"]);
    assert_eq!(values(&tree, "kerberos.till"), ["Nov 23, 2026 09:57:54.000000000 UTC"]);
    assert_eq!(values(&tree, "kerberos.nonce"), ["1899931744"]);
    assert_eq!(values(&tree, "kerberos.ENCTYPE"), ["18", "17", "23"]);
    assert_eq!(values(&tree, "kerberos.kdc-req-body.etype"), ["3"]);
    assert_eq!(values(&tree, "kerberos.padata_type"), ["150", "149"]);
    let fact = fact(&tree);
    assert_eq!(fact.kind, KerberosKind::AsReq);
    assert_eq!(fact.client, Some(principal("mona.reyes", "CORVID.EXAMPLE")));
    assert_eq!(fact.service, Some(principal("krbtgt/CORVID.EXAMPLE", "CORVID.EXAMPLE")));
    assert_eq!(fact.offered_etypes, [18, 17, 23]);
    assert_eq!(fact.nonce, Some(1_899_931_744));
    assert!(!fact.preauthenticated);
    assert_eq!(marks(&tree), []);
}

#[test]
fn a_timestamp_under_the_users_key_is_proof() {
    let tree = describe(AS_REQ_TIMESTAMP, 0);
    assert_eq!(values(&tree, "kerberos.padata_type"), ["133", "2", "150", "149"]);
    assert_eq!(values(&tree, "kerberos.etype"), ["18"]);
    assert!(fact(&tree).preauthenticated);
}

#[test]
fn an_offer_of_proof_is_none() {
    assert!(!fact(&describe(&as_req(&[&padata(2, b""), &padata(136, b"")]), 0)).preauthenticated);
    assert!(fact(&describe(&as_req(&[&padata(138, &sealed(b"c"))]), 0)).preauthenticated);
    assert!(fact(&describe(&as_req(&[&padata(16, &seq(&[]))]), 0)).preauthenticated);
    assert!(!fact(&describe(&as_req(&[&padata(128, &seq(&[&at(0, &[1, 1, 0xff])]))]), 0)).preauthenticated);
    // SPAKE: the first step asks, the answer to the challenge proves.
    assert!(!fact(&describe(&as_req(&[&padata(151, &at(0, &seq(&[])))]), 0)).preauthenticated);
    assert!(fact(&describe(&as_req(&[&padata(151, &at(2, &seq(&[])))]), 0)).preauthenticated);
    // What a KDC offers in an error proves nothing either.
    let offer = at(12, &octets(&seq(&[&padata(2, &sealed(b"c"))])));
    assert!(!fact(&describe(&krb_error(25, &[&offer]), 0)).preauthenticated);
}

#[test]
fn replies_tell_ticket_and_keys() {
    let tree = describe(AS_REP, 0);
    assert_eq!(tree.info, "AS-REP");
    assert_eq!(values(&tree, "kerberos.info2_salt"), ["CORVID.EXAMPLEmona.reyes"]);
    assert_eq!(values(&tree, "kerberos.etype"), ["18", "18", "18"]);
    assert_eq!(values(&tree, "kerberos.kvno"), ["1"]);
    let granting = fact(&tree);
    assert_eq!(granting.client, Some(principal("mona.reyes", "CORVID.EXAMPLE")));
    assert_eq!(granting.service, Some(principal("krbtgt/CORVID.EXAMPLE", "CORVID.EXAMPLE")));
    assert_eq!((granting.ticket_etype, granting.kvno, granting.reply_etype), (Some(18), Some(1), Some(18)));

    let tree = describe(TGS_REP, 0);
    let service = fact(&tree);
    assert_eq!(service.service, Some(principal("sip/pool01.corvid.example", "CORVID.EXAMPLE")));
    assert_eq!((service.ticket_etype, service.kvno), (Some(18), Some(2)));
    assert!(service.ticket.is_some() && service.ticket != granting.ticket);
    assert_eq!(values(&tree, "kerberos.enc_fast_rep_element").len(), 1);
}

#[test]
fn a_ticket_is_known_again() {
    use sha2::{Digest, Sha256};
    let granting = fact(&describe(AS_REP, 0)).ticket.unwrap();
    let request = fact(&describe(TGS_REQ, 0));
    assert_eq!(request.ticket, Some(granting));
    assert_eq!(request.service, Some(principal("sip/pool01.corvid.example", "CORVID.EXAMPLE")));
    // The ticket-granting ticket is not the service's: its key is nobody's who is asked for.
    assert_eq!((request.ticket_etype, request.kvno, request.client), (None, None, None));
    let ticket = |cipher: &[u8]| {
        let ticket = seq(&[&at(0, &int(5)), &at(1, &general("R")), &at(2, &name(2, &["a"])), &at(3, &sealed(cipher))]);
        let ap = seq(&[&at(0, &int(5)), &at(1, &int(14)), &at(3, &tlv(0x61, &[&ticket]))]);
        fact(&describe(&tlv(0x6e, &[&ap]), 0)).ticket
    };
    let digest: [u8; 8] = Sha256::digest(b"sealed")[..8].try_into().unwrap();
    assert_eq!(ticket(b"sealed"), Some(u64::from_be_bytes(digest)));
    assert_ne!(ticket(b"sealed"), ticket(b"other"));
}

#[test]
fn tokens_ask_for_mutual_authentication() {
    let tree = describe(AP_REQ, 0);
    let request = fact(&tree);
    assert_eq!(request.kind, KerberosKind::ApReq);
    assert!(request.mutual);
    assert_eq!(values(&tree, "kerberos.ap_options"), ["20000000"]);
    assert_eq!(values(&tree, "kerberos.APOptions.mutual.required"), ["1"]);
    assert_eq!(values(&tree, "kerberos.SNameString").first().map(|s| s.to_ascii_lowercase()), Some("http".into()));
    assert_eq!(fact(&describe(AP_REP, 0)).kind, KerberosKind::ApRep);
    assert!(!fact(&describe(TGS_REQ, 0)).mutual);
}

#[test]
fn errors_tell_code_text_and_clock() {
    let tree = describe(PREAUTH_REQUIRED, 0);
    assert_eq!(tree.info, "KRB Error: KRB5KDC_ERR_PREAUTH_REQUIRED");
    assert_eq!(values(&tree, "kerberos.padata_type"), ["136", "19", "2", "133"]);
    assert_eq!(values(&tree, "kerberos.stime"), ["Nov 22, 2026 09:57:54.000000000 UTC"]);
    assert_eq!(values(&tree, "kerberos.e_text"), ["NEEDED_PREAUTH"]);
    let required = fact(&tree);
    assert_eq!((required.error, required.text.as_deref()), (Some(25), Some("NEEDED_PREAUTH")));
    let time = Timestamp::from_civil(2026, 11, 22, 9, 57, 54).0 + 660_243_000;
    assert_eq!(required.server_time, Some(Timestamp(time)));
    assert_eq!(required.client_time, None);

    let unknown = describe(UNKNOWN_SERVICE, 0);
    assert_eq!(unknown.info, "KRB Error: KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN");
    assert_eq!(fact(&unknown).service, Some(principal("sip/nospn.corvid.example", "CORVID.EXAMPLE")));
    assert_eq!(fact(&unknown).client, Some(principal("mona.reyes", "CORVID.EXAMPLE")));
    assert_eq!(values(&unknown, "kerberos.padata_type"), [""; 0]);
    assert_eq!(fact(&describe(SKEW, 0)).error, Some(37));
}

#[test]
fn the_clients_clock_counts_only_with_its_microseconds() {
    let ctime = at(2, &tlv(24, &[b"19900811142417Z"]));
    assert_eq!(fact(&describe(&krb_error(37, &[&ctime]), 0)).client_time, None);
    let both = fact(&describe(&krb_error(37, &[&ctime, &at(3, &int(5))]), 0));
    assert_eq!(both.client_time.unwrap().rfc3339(), "1990-08-11T14:24:17.000005000Z");
}

#[test]
fn windows_adds_its_status_to_an_error() {
    let status = [0xc000_0234_u32, 0, 1].map(u32::to_le_bytes).concat();
    let ext = at(12, &octets(&padata(3, &status)));
    let tree = describe(&krb_error(18, &[&ext]), 0);
    assert_eq!(tree.info, "KRB Error: KRB5KDC_ERR_CLIENT_REVOKED NT Status: STATUS_ACCOUNT_LOCKED_OUT");
    assert_eq!(values(&tree, "kerberos.smb.nt_status"), ["0xc0000234"]);
    assert_eq!(values(&tree, "kerberos.ext_error.flags"), ["0x00000001"]);
    assert_eq!(fact(&tree).ntstatus, Some(0xc000_0234));
    // Near misses: no flags, another length, a salt in a reply.
    let near = [0xc000_0234_u32, 0, 0].map(u32::to_le_bytes).concat();
    for salt in [&near[..], &status[..11]] {
        let tree = describe(&krb_error(18, &[&at(12, &octets(&padata(3, salt)))]), 0);
        assert_eq!((fact(&tree).ntstatus, values(&tree, "kerberos.pw_salt").len()), (None, 1));
    }
    assert_eq!(fact(&describe(&as_req(&[&padata(3, &status)]), 0)).ntstatus, None);
}

#[test]
fn error_data_is_told_by_its_shape() {
    let typed = seq(&[&seq(&[&at(0, &int(109)), &at(1, &octets(b"dh"))])]);
    let tree = describe(&krb_error(65, &[&at(12, &octets(&typed))]), 0);
    assert_eq!(values(&tree, "kerberos.typed_data.type"), ["109"]);
    let other = describe(&krb_error(60, &[&at(12, &octets(b"\x01\x02"))]), 0);
    assert_eq!(values(&other, "kerberos.e_data"), ["0102"]);
    assert_eq!(marks(&other), []);
}

#[test]
fn every_kind_of_preauthentication_data_is_typed() {
    let checksum = seq(&[&at(0, &int(-138)), &at(1, &octets(b"sum"))]);
    let user =
        seq(&[&at(0, &name(10, &["u@r"])), &at(1, &general("R")), &at(2, &checksum), &at(3, &general("Kerberos"))]);
    let info = seq(&[&seq(&[&at(0, &int(18)), &at(1, &octets(b"SALT"))])]);
    let info2 = seq(&[&seq(&[&at(0, &int(18)), &at(1, &general("SALT")), &at(2, &octets(&[0, 0, 0x10, 0]))])]);
    let cases: [(i32, Vec<u8>, &str, &str); 12] = [
        (2, sealed(b"c"), "kerberos.etype", "23"),
        (3, b"salt".to_vec(), "kerberos.pw_salt", "73616c74"),
        (11, info, "kerberos.info_salt", "53414c54"),
        (19, info2, "kerberos.s2kparams", "00001000"),
        (128, seq(&[&at(0, &[1, 1, 0])]), "kerberos.include_pac", "0"),
        (129, user, "kerberos.KerberosString", "u@r"),
        (136, at(0, &seq(&[&at(1, &checksum), &at(2, &sealed(b"c"))])), "kerberos.cksumtype", "-138"),
        (138, sealed(b"c"), "kerberos.etype", "23"),
        (149, checksum.clone(), "kerberos.checksum", "73756d"),
        (161, seq(&[&int(23)]), "kerberos.ENCTYPE", "23"),
        (165, vec![0x1f, 0, 1, 0], "kerberos.supported_entypes", "0x0001001f"),
        (167, seq(&[&at(0, &[3, 5, 0, 0x40, 0, 0, 0])]), "kerberos.PAC.OPTIONS.FLAGS.branch.aware", "1"),
    ];
    for (kind, value, field, expected) in cases {
        let tree = describe(&as_req(&[&padata(kind, &value)]), 0);
        assert_eq!(values(&tree, field).first(), Some(&expected), "padata {kind}");
        assert_eq!(marks(&tree), [], "padata {kind}");
    }
}

#[test]
fn addresses_by_type() {
    let address = |kind: i32, raw: &[u8]| seq(&[&at(0, &int(kind)), &at(1, &octets(raw))]);
    let list =
        [address(2, &[192, 0, 2, 1]), address(20, b"MONA-PC         "), address(24, &[0x20; 16]), address(2, b"x")];
    let body = seq(&[&at(9, &seq(&[&list.concat()]))]);
    let tree = describe(&tlv(0x6c, &[&seq(&[&at(1, &int(5)), &at(2, &int(12)), &at(4, &body)])]), 0);
    assert_eq!(values(&tree, "kerberos.addr_ip"), ["192.0.2.1"]);
    assert_eq!(values(&tree, "kerberos.addr_nb"), ["MONA-PC"]);
    assert_eq!(values(&tree, "kerberos.addr_ipv6").len(), 1);
    assert_eq!(values(&tree, "kerberos.address"), ["78"]);
}

#[test]
fn numbers_and_times_in_odd_forms() {
    let number = |body: &[u8]| parse::uint32(crate::wire::der::tlv(&tlv(2, &[body])).unwrap().1);
    assert_eq!(number(&[0xff, 0xff, 0xff, 0xfb]), Some(0xffff_fffb));
    assert_eq!(number(&[0, 0x80, 0, 0, 0]), Some(0x8000_0000));
    assert_eq!(number(&[]), None);
    assert_eq!(number(&[1; 9]), None);
    let time = |text: &str| {
        let raw = tlv(24, &[text.as_bytes()]);
        parse::time(crate::wire::der::tlv(&raw).unwrap().1).map(Timestamp::rfc3339)
    };
    let expected = |text: &str| Some(text.to_owned());
    assert_eq!(time("20261122095754Z"), expected("2026-11-22T09:57:54.000000000Z"));
    assert_eq!(time("20261122095754.5Z"), expected("2026-11-22T09:57:54.500000000Z"));
    assert_eq!(time("20261122095754+0100"), expected("2026-11-22T08:57:54.000000000Z"));
    assert_eq!(time("202611220957Z"), expected("2026-11-22T09:57:00.000000000Z"));
    assert_eq!(time("20261122095760Z"), expected("2026-11-22T09:58:00.000000000Z"));
    for wrong in
        ["", "garbage", "2026112209Z", "20261322095754Z", "20260230000000Z", "202611220957541Z", "20261122095754+1"]
    {
        assert_eq!(time(wrong), None, "{wrong}");
    }
}

#[test]
fn the_parts_behind_the_encryption_are_described_too() {
    let key = seq(&[&at(0, &int(18)), &at(1, &octets(b"key"))]);
    let time = |text: &str| tlv(24, &[text.as_bytes()]);
    let relevant = seq(&[&seq(&[&at(0, &int(128)), &at(1, &octets(b"PAC"))])]);
    let data = seq(&[&seq(&[&at(0, &int(1)), &at(1, &octets(&relevant))])]);
    let part = seq(&[
        &at(0, &[3, 5, 0, 0x40, 0xe1, 0, 0]),
        &at(1, &key),
        &at(2, &general("R")),
        &at(3, &name(1, &["mona"])),
        &at(5, &time("20261122095754Z")),
        &at(7, &time("20261122195754Z")),
        &at(10, &data),
    ]);
    let tree = describe(&tlv(0x63, &[&part]), 0);
    assert_eq!(values(&tree, "kerberos.endtime"), ["Nov 22, 2026 19:57:54.000000000 UTC"]);
    assert_eq!(values(&tree, "kerberos.TicketFlags.initial"), ["1"]);
    assert_eq!(values(&tree, "kerberos.keytype"), ["18"]);
    assert_eq!(values(&tree, "kerberos.ad_type"), ["1", "128"]);
    // Three letters are no PAC.
    assert_eq!((marks(&tree).len(), tree.facts.len()), (1, 0));
    let stamp = describe(&seq(&[&at(0, &time("20261122095754Z")), &at(1, &int(7))]), 0);
    assert_eq!(values(&stamp, "kerberos.pausec"), ["7"]);
}

#[test]
fn secrets_are_masked() {
    let mut tree = Tree::new(false);
    tree.enter("Frame", AS_REQ_TIMESTAMP);
    let mut budget = Budget::default();
    let mut out = Out::new(&mut tree, &mut budget, AS_REQ_TIMESTAMP);
    let context = Context::default();
    let message = Message { bytes: AS_REQ_TIMESTAMP, from: Direction::ToServer, note: 0, context: &context };
    (PROTOCOL.dissect)(&message, &mut out);
    // The first bytes of the encrypted timestamp, as hexadecimal.
    assert!(!tree.text().contains("ee1a4c5996"));
    assert!(describe(AS_REQ_TIMESTAMP, 0).text().contains("ee1a4c5996"));
}

#[test]
fn names_in_both_spellings() {
    assert_eq!(error_name(7), Some("KDC_ERR_S_PRINCIPAL_UNKNOWN"));
    assert_eq!(wireshark_error_name(7), Some("KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN"));
    assert_eq!(error_name(41), Some("KRB_AP_ERR_MODIFIED"));
    assert_eq!(error_name(30), None);
    assert_eq!(names::etype((-135_i64).cast_unsigned()), Some("eTYPE-ARCFOUR-HMAC-OLD-EXP"));
    assert_eq!(names::etype_name(18), Some("aes256-cts-hmac-sha1-96"));
    assert_eq!(names::kdc_option(14), Some("constrained-delegation"));
    let line = describe(AS_REP, 0).text();
    assert!(line.contains("msg-type: krb-as-rep (11)"), "{line}");
    assert!(line.contains("PA-DATA pA-ETYPE-INFO2"), "{line}");
}

#[test]
fn field_names_are_unique() {
    let mut names: Vec<_> = fields::ALL.iter().map(|f| f.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}
