//! Whole sign-ins of the published worked examples: what passwords and key logs prove of them, and what they do not.

use crate::analysis::{Analysis, Evidence, Negotiation, PasswordCheck};
use crate::fact::{
    Assurance, Credential, Direction, Fact, FactRow, Head, Hidden, Language, Ntlm, NtlmAnswer, NtlmAuthenticate,
    NtlmChallenge, NtlmVersion, Offer, Place, Scheme, Signature, SignedText, SipHead, Start, TlsFlight, Token,
};
use crate::secrets::passwords::Passwords;
use crate::secrets::prf::Prf;
use crate::secrets::private::{self, PrivateKey};
use crate::secrets::tlsdsk::{Hash, SigningKeys};
use crate::secrets::{Secrets, Side, pem};
use crate::wire::Timestamp;
use crate::wire::text::unhex;

const OPAQUE: &str = "2BDBAC9D";

/// What a message of an example says besides its head.
fn head(status: Option<u16>, cseq: u32) -> Fact {
    let start = match status {
        Some(status) => Start::Response { status, phrase: String::new() },
        None => Start::Request { method: "REGISTER".into(), target: "sip:contoso.com".into() },
    };
    let sip =
        SipHead { call_id: "c".into(), cseq, method: "REGISTER".into(), from: "sip:u@x".into(), ..SipHead::default() };
    Fact::Head(Box::new(Head {
        language: Language::Sip,
        start,
        host: None,
        user_agent: None,
        server: None,
        date: None,
        transaction: 0,
        sip: Some(Box::new(sip)),
        web: None,
        diagnostics: Vec::new(),
        whole: true,
    }))
}

fn signature(number: u32, value: &str) -> Signature {
    Signature { rand: "r".into(), number, value: value.into() }
}

fn credential(scheme: &Scheme, opaque: bool, token: Token, signature: Option<Signature>) -> Fact {
    Fact::Credential(Box::new(Credential {
        scheme: scheme.clone(),
        proxy: true,
        realm: None,
        target: None,
        opaque: opaque.then(|| OPAQUE.into()),
        version: Some(4),
        user: None,
        token,
        signature,
    }))
}

fn offer(scheme: &Scheme) -> Fact {
    Fact::Offer(Box::new(Offer {
        scheme: scheme.clone(),
        proxy: true,
        realm: None,
        target: None,
        opaque: Some(OPAQUE.into()),
        version: Some(4),
        sts_uri: None,
        stale: false,
        token: Token::Bytes(8),
    }))
}

fn assurance(scheme: &Scheme, signature: Signature) -> Fact {
    Fact::Assurance(Box::new(Assurance {
        scheme: scheme.clone(),
        opaque: Some(OPAQUE.into()),
        target: None,
        realm: None,
        signature: Some(signature),
        token: Token::Absent,
    }))
}

/// The text; where the URI of `To` and both identities stand in it is found by counting brackets.
fn signed(text: &str) -> Fact {
    let ends: Vec<usize> = text.match_indices('>').map(|(at, _)| at + 1).collect();
    let (to, identity) = ((ends[9], ends[10] - ends[9]), (ends[11], ends[13] - ends[11]));
    Fact::Signed(Box::new(SignedText::new(text.as_bytes().to_vec(), to, identity).unwrap()))
}

/// Messages, each a list of facts; a request goes to the server.
fn judged(messages: Vec<Vec<Fact>>, secrets: &Secrets) -> Evidence {
    let mut analysis = Analysis::default();
    for (facts, nth) in messages.into_iter().zip(1_u64..) {
        let Fact::Head(head) = &facts[0] else { panic!("no head") };
        let from = if matches!(head.start, Start::Request { .. }) { Direction::ToServer } else { Direction::ToClient };
        let place = Place {
            frame: nth,
            time: Timestamp(0),
            flow: 0,
            pdu: nth,
            from,
            client: "192.0.2.1:50000".parse().unwrap(),
            server: "192.0.2.2:5060".parse().unwrap(),
            tcp: true,
            encrypted: false,
        };
        for fact in facts {
            analysis.observe(FactRow { place, fact });
        }
    }
    analysis.finish_with(secrets)
}

fn passwords(lines: &str) -> Secrets {
    Secrets { passwords: Passwords::parse(lines.as_bytes()).unwrap(), ..Secrets::default() }
}

fn counts(n: &Negotiation) -> (PasswordCheck, [u32; 3]) {
    (
        n.password,
        [n.association().signatures.verified, n.association().signatures.invalid, n.association().signatures.unchecked],
    )
}

/// AUTHENTICATE of Communicator 2007 R2 to OCS 2007 R2.
const AUTHENTICATE: &str = "4E544C4D53535000030000001800180072000000C600C6008A0000000A000A00480000000800080052000000180018005A0000001000100050010000558298620502CE0E0000000F43004F0053004D004F00550073006500720043004F0053004D004F002D004F00430053002D0052003200A1E92EFE4E078BF7C5C0049ACC6166C2D6AE875CB0FDAA418DC0C800AE76ECA606D2B9FBEBD04731010100000000000059519A1727B9CA01D6AE875CB0FDAA410000000002000A0043004F0053004D004F000100180043004F0053004D004F002D004F00430053002D00520032000400160063006F0073006D006F002E006C006F00630061006C000300300063006F0073006D006F002D006F00630073002D00720032002E0063006F0073006D006F002E006C006F00630061006C000500160063006F0073006D006F002E006C006F00630061006C00000000000000000031CB739E1CA80A498591E8AE797115E4";
const REQUEST: &str = "<NTLM><13317733><1><SIP Communications Service><cosmo-ocs-r2.cosmo.local><4037df9284354df39065195bd57a4b14><3><REGISTER><sip:user@cosmo.local><3e49177a52><sip:user@cosmo.local><><><><>";
const RESPONSE: &str = "<NTLM><9616454F><1><SIP Communications Service><cosmo-ocs-r2.cosmo.local><4037df9284354df39065195bd57a4b14><3><REGISTER><sip:user@cosmo.local><3e49177a52><sip:user@cosmo.local><5E61CCD925D17E043D9A74835A88F664><><><7200><200>";

fn challenge() -> Fact {
    let server_challenge = Some([0xdd, 0x1b, 0xaa, 0xf4, 0xe7, 0xe2, 0x18, 0xd1]);
    Fact::Ntlm(Box::new(Ntlm::Challenge(NtlmChallenge { server_challenge, ..NtlmChallenge::default() })))
}

fn authenticate(user: &str) -> Fact {
    let bytes = unhex(AUTHENTICATE).unwrap();
    let part = |at: usize, length: usize| Hidden::new(&bytes[at..at + length], NtlmAnswer::MAX_RESPONSE);
    let answer = NtlmAnswer { lm: part(0x72, 0x18), nt: part(0x8a, 0xc6), session_key: part(0x150, 0x10) };
    Fact::Ntlm(Box::new(Ntlm::Authenticate(NtlmAuthenticate {
        flags: 0x6298_8255,
        domain: "COSMO".into(),
        user: user.into(),
        version: NtlmVersion::V2,
        answer,
        ..NtlmAuthenticate::default()
    })))
}

/// The sign-in of that example; the server's signature covers `response`.
fn communicator(user: &str, response: &str) -> Vec<Vec<Fact>> {
    let ntlm = &Scheme::Ntlm;
    let first = signature(1, "0100000029618e9651b65a7764000000");
    let second = signature(1, "01000000E615438A917661BE64000000");
    vec![
        vec![head(None, 2), credential(ntlm, false, Token::Empty, None)],
        vec![head(Some(401), 2), offer(ntlm), challenge()],
        vec![head(None, 3), credential(ntlm, true, Token::Bytes(8), Some(first)), signed(REQUEST), authenticate(user)],
        vec![head(Some(200), 3), assurance(ntlm, second), signed(response)],
    ]
}

#[test]
fn the_password_proves_itself_and_the_signatures_of_both_sides() {
    for lines in ["Pa$$word", "wrong\nPa$$word", "COSMO\\user\tPa$$word"] {
        let found = judged(communicator("User", RESPONSE), &passwords(lines));
        assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Matches, [2, 0, 0]), "{lines}");
    }
}

#[test]
fn a_changed_message_has_an_invalid_signature() {
    let found = judged(communicator("User", &RESPONSE.replace("<7200>", "<7201>")), &passwords("Pa$$word"));
    assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Matches, [1, 1, 0]));
    let [bad] = &found.negotiations[0].association().invalid[..] else { panic!("one is bad") };
    assert_eq!((bad.frame, bad.from_client, bad.number), (4, false, 1));
}

#[test]
fn an_identity_that_was_added_after_signing_does_no_harm() {
    let added = RESPONSE
        .replace("<5E61CCD925D17E043D9A74835A88F664><><>", "<5E61CCD925D17E043D9A74835A88F664><sip:a@b><tel:1>");
    let found = judged(communicator("User", &added), &passwords("Pa$$word"));
    assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Matches, [2, 0, 0]));
}

#[test]
fn a_wrong_password_differs_and_leaves_signatures_unchecked() {
    for lines in ["Pa$$w0rd", "user\tPa$$w0rd"] {
        let found = judged(communicator("User", RESPONSE), &passwords(lines));
        assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Differs, [0, 0, 2]), "{lines}");
    }
    // No line speaks of this user.
    for lines in ["", "other\tPa$$word"] {
        let found = judged(communicator("User", RESPONSE), &passwords(lines));
        assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Unchecked, [0, 0, 2]), "{lines}");
    }
}

#[test]
fn a_line_for_everybody_says_nothing_of_one_user_among_others() {
    let mut messages = communicator("User", RESPONSE);
    messages.extend(communicator("Other", RESPONSE));
    let found = judged(messages, &passwords("Pa$$w0rd\nother\tPa$$word"));
    assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Unchecked, [0, 0, 2]));
    assert_eq!(found.negotiations[1].password, PasswordCheck::Differs, "a line names this one");
}

#[test]
fn without_the_challenge_nothing_can_be_said() {
    let mut messages = communicator("User", RESPONSE);
    messages[1].pop();
    let found = judged(messages, &passwords("Pa$$word"));
    assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Unchecked, [0, 0, 2]));
}

#[test]
fn an_association_beyond_its_budget_goes_on_unchecked() {
    let mut messages = communicator("User", RESPONSE);
    for n in 0..300 {
        let second = signature(1, "01000000E615438A917661BE64000000");
        messages.push(vec![head(Some(200), 4 + n), assurance(&Scheme::Ntlm, second), signed(RESPONSE)]);
    }
    let found = judged(messages, &passwords("Pa$$word"));
    let (_, [verified, invalid, unchecked]) = counts(&found.negotiations[0]);
    assert_eq!((verified + unchecked, invalid), (302, 0));
    assert!(verified > 100 && unchecked > 50, "{verified} verified, {unchecked} unchecked");
}

#[test]
fn a_number_used_twice_is_named() {
    let mut messages = communicator("User", RESPONSE);
    assert!(
        judged(communicator("User", RESPONSE), &Secrets::default()).negotiations[0].association().replayed.is_empty()
    );
    let again = signature(1, "01000000E615438A917661BE64000000");
    messages.push(vec![head(Some(200), 4), assurance(&Scheme::Ntlm, again), signed(RESPONSE)]);
    let found = judged(messages, &Secrets::default());
    let [replayed] = &found.negotiations[0].association().replayed[..] else { panic!("one number is used twice") };
    assert_eq!((replayed.frame, replayed.from_client, replayed.number), (5, false, 1));
}

const DSK_REQUEST: &str = "<TLS-DSK><0a1b2c3d><1><SIP Communications Service><fe01.contoso.com><0123456789abcdef0123456789abcdef><3><REGISTER><sip:alice@contoso.com><4a2b44d131><sip:alice@contoso.com><><><><>";
const DSK_RESPONSE: &str = "<TLS-DSK><1D9666D9><1><SIP Communications Service><fe01.contoso.com><0123456789abcdef0123456789abcdef><3><REGISTER><sip:alice@contoso.com><4a2b44d131><sip:alice@contoso.com><0858513FA91D3AAE1A5840DDB99599DF><><><7200><200>";

/// The worked example with TLS 1.0; `request` is the client's signature.
fn tls_dsk(version: u16, request: &str, response: &str) -> Vec<Vec<Fact>> {
    let dsk = &Scheme::TlsDsk;
    let hello = |client: bool, random: u8| {
        let (yours, mine) = (client.then_some([random; 32]), (!client).then_some([random; 32]));
        Fact::Tls(Box::new(TlsFlight {
            version: Some(version),
            client_hello: client,
            server_hello: !client,
            client_random: yours,
            server_random: mine,
            suite: (!client).then_some(0x002f),
            ..TlsFlight::default()
        }))
    };
    vec![
        vec![head(None, 2), credential(dsk, false, Token::Bytes(8), None), hello(true, 0x11)],
        vec![head(Some(401), 2), offer(dsk), hello(false, 0x22)],
        vec![head(None, 3), credential(dsk, true, Token::Absent, Some(signature(1, request))), signed(DSK_REQUEST)],
        vec![head(Some(200), 3), assurance(dsk, signature(1, response)), signed(DSK_RESPONSE)],
    ]
}

fn key_log(random: &str) -> Secrets {
    let master = crate::wire::text::hex(&(0..48).collect::<Vec<u8>>());
    let mut secrets = Secrets::default();
    let taken = secrets.keylog.read(format!("CLIENT_RANDOM {} {master}", random.repeat(32)).as_bytes());
    assert_eq!(taken.secrets, 1);
    secrets
}

#[test]
fn a_key_log_proves_the_signatures_of_tls_dsk() {
    let good = [
        (0x0301, "3fee12483ae7c67150883dfd3df031e9a663bfc5", "64e4908679999486428bc33ca3f307824001b57b"),
        (0x0303, "cfcaf39ea4330485e031e8f4b4cf43e209ff454b", "f5e85795e8e84496c23f2ed1f21ff16ae423a519"),
        // Another function than the version names still proves itself.
        (0x0303, "3fee12483ae7c67150883dfd3df031e9a663bfc5", "64e4908679999486428bc33ca3f307824001b57b"),
    ];
    for (version, request, response) in good {
        let found = judged(tls_dsk(version, request, response), &key_log("11"));
        assert_eq!(counts(&found.negotiations[0]), (PasswordCheck::Unchecked, [2, 0, 0]), "{version:#x}");
        let found = judged(tls_dsk(version, request, response), &key_log("12"));
        assert_eq!(counts(&found.negotiations[0]).1, [0, 0, 2], "the key of another handshake");
    }
}

#[test]
fn a_key_that_fits_nothing_makes_nothing_invalid() {
    let (good, bad) = ("3fee12483ae7c67150883dfd3df031e9a663bfc5", "3fee12483ae7c67150883dfd3df031e9a663bfc6");
    let found = judged(tls_dsk(0x0301, good, bad), &key_log("11"));
    assert_eq!(counts(&found.negotiations[0]).1, [1, 1, 0]);
    let found = judged(tls_dsk(0x0301, bad, bad), &key_log("11"));
    assert_eq!(counts(&found.negotiations[0]).1, [0, 0, 2]);
    let found = judged(tls_dsk(0x0301, good, "no number"), &key_log("11"));
    assert_eq!(counts(&found.negotiations[0]).1, [1, 1, 0]);
}

/// A handshake inside TLS-DSK with RSA key exchange: the messages of its three flights in clear.
fn inner_handshake(premaster: &[u8; 48], key: &PrivateKey, extended: bool) -> [Vec<u8>; 3] {
    let PrivateKey::Rsa(key) = key else { panic!("RSA") };
    let sealed = key.to_public_key().encrypt(&mut rsa::rand_core::OsRng, rsa::Pkcs1v15Encrypt, premaster).unwrap();
    let message = |kind: u8, body: &[u8]| {
        let [_, a, b, c] = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, a, b, c], body].concat()
    };
    let extensions: &[u8] = if extended { &[0, 4, 0, 23, 0, 0] } else { &[] };
    let hello = [&[3, 1][..], &[0x11; 32], &[0, 0, 2, 0, 0x2f, 1, 0], extensions].concat();
    let answer = [&[3, 1][..], &[0x22; 32], &[0, 0, 0x2f, 0], extensions].concat();
    let length = u16::try_from(sealed.len()).unwrap().to_be_bytes();
    [
        message(1, &hello),
        [message(2, &answer), message(14, &[])].concat(),
        [message(11, &[0, 0, 0]), message(16, &[&length[..], &sealed].concat())].concat(),
    ]
}

#[test]
fn the_key_of_the_server_proves_the_signatures_of_tls_dsk() {
    let pem: &[u8] = include_bytes!("../../captures/tls/server-key.pem");
    let keys = pem::private_keys(pem, &mut || None).unwrap();
    for extended in [false, true] {
        let flights = inner_handshake(&[7; 48], &keys[0], extended);
        let said: Vec<&[u8]> = flights.iter().map(Vec::as_slice).collect();
        let master = if extended {
            private::extended_master_secret(Prf::Md5Sha1, &[7; 48], &said)
        } else {
            private::master_secret(Prf::Md5Sha1, &[7; 48], &[0x11; 32], &[0x22; 32])
        };
        let signing = SigningKeys::derive(Prf::Md5Sha1, master.bytes(), &[0x11; 32], &[0x22; 32]);
        let sign = |side, text: &str| crate::wire::text::hex(&signing.signature(Hash::Sha1, side, text.as_bytes()));
        let (request, response) = (sign(Side::Client, DSK_REQUEST), sign(Side::Server, DSK_RESPONSE));
        let mut messages = tls_dsk(0x0301, &request, &response);
        for (message, said) in messages.iter_mut().zip(&flights) {
            for fact in message {
                if let Fact::Tls(flight) = fact {
                    flight.said = Hidden::new(said, 9999);
                }
            }
        }
        let flight = TlsFlight { said: Hidden::new(&flights[2], 9999), ..TlsFlight::default() };
        let third =
            vec![head(None, 3), credential(&Scheme::TlsDsk, true, Token::Bytes(8), None), Fact::Tls(Box::new(flight))];
        messages.insert(2, third);
        let given = Secrets { private: keys.clone(), ..Secrets::default() };
        let found = judged(messages.clone(), &given);
        assert_eq!(counts(&found.negotiations[0]).1, [2, 0, 0], "extended: {extended}");
        let found = judged(messages, &Secrets::default());
        assert_eq!(counts(&found.negotiations[0]).1, [0, 0, 2], "without a key");
    }
}
