//! Exchanges after the examples of RFC 4954, RFC 9051 and RFC 1939.

use super::note::{Kind, Note};
use super::{IMAP, POP, SMTP};
use crate::fact::{Direction, Fact, LoginStep, Scheme};
use crate::protocol::sample::{Talk, converse, facts, marks, message, values};
use crate::protocol::{Likelihood, Protocol};

const TO: Direction = Direction::ToServer;
const BACK: Direction = Direction::ToClient;

/// The steps of a conversation, one word each.
fn steps(protocol: &'static Protocol, turns: &[(Direction, &[u8])]) -> (Vec<String>, Talk) {
    let talk = converse(protocol, turns, 7);
    assert_eq!(talk, converse(protocol, turns, usize::MAX), "however it is cut");
    let mut steps = Vec::new();
    for (from, bytes, note) in &talk.seen {
        let tree = message(protocol, *from, bytes, *note);
        for fact in facts(&tree) {
            let Fact::Login(login) = fact else { continue };
            steps.push(match login.step {
                LoginStep::Ask(ask) => {
                    let scheme = ask.scheme.map(|s| s.to_string()).unwrap_or_default();
                    let secret = if ask.credentials { "+secret" } else { "" };
                    format!("{scheme}:{}{secret}", ask.user.unwrap_or_default())
                }
                LoginStep::More => "more".into(),
                LoginStep::Accept => "accept".into(),
                LoginStep::Refuse(refusal) => format!("refuse {}", refusal.text),
            });
        }
    }
    (steps, talk)
}

#[test]
fn smtp_with_a_first_response() {
    let (steps, talk) = steps(
        &SMTP,
        &[
            (BACK, b"220-smtp.example.com ESMTP Server\r\n220 ready\r\n"),
            (TO, b"EHLO client.example.com\r\n"),
            (BACK, b"250-smtp.example.com Hello\r\n250 AUTH PLAIN LOGIN\r\n"),
            // The example of RFC 4954 4.1: \0test\01234
            (TO, b"AUTH PLAIN dGVzdAB0ZXN0ADEyMzQ=\r\n"),
            (BACK, b"235 2.7.0 Authentication successful\r\n"),
        ],
    );
    assert_eq!(steps, ["PLAIN:test+secret", "accept"]);
    assert_eq!(talk.seen.len(), 7);
}

#[test]
fn smtp_line_by_line_and_refused() {
    let (steps, _) = steps(
        &SMTP,
        &[
            (BACK, b"220 a ESMTP\r\n"),
            (TO, b"AUTH LOGIN\r\n"),
            (BACK, b"334 VXNlcm5hbWU6\r\n"),
            (TO, b"bW9uYQ==\r\n"),
            (BACK, b"334 UGFzc3dvcmQ6\r\n"),
            (TO, b"cHc=\r\n"),
            (BACK, b"535 5.7.8 Error: authentication failed\r\n"),
            (TO, b"AUTH CRAM-MD5\r\n"),
            (BACK, b"334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"),
            (TO, b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n"),
            (BACK, b"235 ok\r\n"),
        ],
    );
    let first = ["LOGIN:", "more", "LOGIN:mona", "more", "LOGIN:+secret", "refuse 5.7.8 Error: authentication failed"];
    assert_eq!(steps[..6], first);
    assert_eq!(steps[6..], ["CRAM-MD5:", "more", "CRAM-MD5:tim+secret", "accept"]);
}

#[test]
fn mail_is_passed_over() {
    let mail = b"From: a\r\nAUTH PLAIN AHgAeQ==\r\n..\r\n.\r\n";
    let (steps, talk) = steps(
        &SMTP,
        &[
            (BACK, b"220 a ESMTP\r\n"),
            (TO, b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"),
            (BACK, b"250 ok\r\n250 ok\r\n354 go on\r\n"),
            (TO, mail),
            (BACK, b"250 queued\r\n"),
            (TO, b"BDAT 14 LAST\r\nAUTH PLAIN x\r\nQUIT\r\n"),
            (BACK, b"250 ok\r\n221 bye\r\n"),
        ],
    );
    assert_eq!(steps, [""; 0]);
    let told: Vec<_> = talk.seen.iter().filter(|(from, ..)| *from == TO).map(|(_, line, _)| line.len()).collect();
    assert_eq!(told, [17, 15, 6, 14, 6]);
}

#[test]
fn tls_begins_where_the_server_agrees() {
    let smtp: &[(Direction, &[u8])] =
        &[(BACK, b"220 a ESMTP\r\n"), (TO, b"EHLO a\r\nSTARTTLS\r\n"), (BACK, b"250 a\r\n220 go\r\n")];
    assert!(steps(&SMTP, smtp).1.became);
    assert!(!steps(&SMTP, &[smtp[0], smtp[1], (BACK, b"250 a\r\n454 no\r\n")]).1.became);
    let imap: &[(Direction, &[u8])] =
        &[(BACK, b"* OK IMAP4rev1\r\n"), (TO, b"a STARTTLS\r\n"), (BACK, b"* X\r\na OK begin\r\n")];
    assert!(steps(&IMAP, imap).1.became);
    assert!(!steps(&IMAP, &[imap[0], imap[1], (BACK, b"a BAD no\r\n")]).1.became);
    let pop: &[(Direction, &[u8])] = &[(BACK, b"+OK ready\r\n"), (TO, b"STLS\r\n"), (BACK, b"+OK begin\r\n")];
    assert!(steps(&POP, pop).1.became);
    assert!(!steps(&POP, &[pop[0], pop[1], (BACK, b"-ERR no\r\n")]).1.became);
}

#[test]
fn imap_by_command_and_by_sasl() {
    let (steps, talk) = steps(
        &IMAP,
        &[
            (BACK, b"* OK [CAPABILITY IMAP4rev1] ready\r\n"),
            (TO, b"a1 LOGIN \"mo\\\"na\" \"p w\"\r\n"),
            (BACK, b"a1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n"),
            (TO, b"a2 AUTHENTICATE PLAIN\r\n"),
            (BACK, b"+ \r\n"),
            (TO, b"AG1vbmEAcHc=\r\n"),
            (BACK, b"* CAPABILITY X\r\na2 OK Logged in\r\n"),
            (TO, b"a3 FETCH 1 BODY[]\r\n"),
            (BACK, b"* 1 FETCH (BODY[] {12}\r\na2 NO a2 NO\n)\r\na3 OK done\r\n"),
        ],
    );
    let refused = "refuse [AUTHENTICATIONFAILED] Authentication failed.";
    assert_eq!(steps, ["LOGIN:mo\\\"na+secret", refused, "PLAIN:", "more", "PLAIN:mona+secret", "accept"]);
    assert_eq!(talk.seen.last().unwrap().1, b"a3 OK done\r\n");
}

#[test]
fn pop_with_its_own_commands() {
    let (steps, talk) = steps(
        &POP,
        &[
            (BACK, b"+OK POP3 ready <1896.697170952@dbc.mtview.ca.us>\r\n"),
            (TO, b"USER mrose\r\n"),
            (BACK, b"+OK\r\n"),
            (TO, b"PASS secret\r\n"),
            (BACK, b"-ERR invalid password\r\n"),
            (TO, b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n"),
            (BACK, b"+OK maildrop\r\n"),
            (TO, b"RETR 1\r\n"),
            (BACK, b"+OK 120 octets\r\n+OK not an answer\r\n.\r\n"),
        ],
    );
    assert_eq!(steps, ["LOGIN:mrose", "LOGIN:+secret", "refuse invalid password", "APOP:mrose+secret", "accept"]);
    // The lines of a mail are nobody's; the dot behind them ends them.
    let last: Vec<&[u8]> = talk.seen.iter().rev().take(2).map(|seen| &*seen.1).collect();
    assert_eq!(last, [&b".\r\n"[..], b"+OK 120 octets\r\n"]);
}

#[test]
fn passwords_are_masked_in_every_text() {
    let plain = Note { mechanism: 1, ..Note::default() }.pack();
    let said = Note { kind: Kind::Response, mechanism: 1, step: 0 }.pack();
    let lines: [(&'static Protocol, &[u8], u64, &str); 7] = [
        (&SMTP, b"AUTH PLAIN AG1vbmEAcHc=\r\n", plain, "AG1vbmEAcHc="),
        (&SMTP, b"AG1vbmEAcHc=\r\n", said, "AG1vbmEAcHc="),
        (&IMAP, b"a LOGIN mona Nightjar\r\n", 0, "Nightjar"),
        (&IMAP, b"AG1vbmEAcHc=\r\n", said, "AG1vbmEAcHc="),
        (&POP, b"PASS Nightjar\r\n", 0, "Nightjar"),
        (&POP, b"APOP mona c4c9334bac560ecc979e58001b3e22fb\r\n", 0, "c4c9334b"),
        (&POP, b"AG1vbmEAcHc=\r\n", said, "AG1vbmEAcHc="),
    ];
    // Behind lost bytes nobody knows that a line is an answer.
    let stray = [&SMTP, &IMAP, &POP].map(|protocol| (protocol, &b"AG1vbmEAcHc=\r\n"[..], 0, "AG1vbmEAcHc="));
    for (protocol, bytes, note, secret) in lines.into_iter().chain(stray) {
        let mut tree = crate::field::Tree::new(false);
        crate::field::Sink::enter(&mut tree, "Frame", bytes);
        let context = crate::protocol::Context::default();
        let told = crate::protocol::Message { bytes, from: TO, note, context: &context };
        let mut budget = crate::protocol::Budget::default();
        (protocol.dissect)(&told, &mut crate::protocol::Out::new(&mut tree, &mut budget, bytes));
        assert!(
            tree.nodes
                .iter()
                .all(|n| !n.value.contains(secret) && n.label.as_ref().is_none_or(|label| !label.contains(secret))),
            "{bytes:?}"
        );
        assert!(!tree.info.contains(secret), "{}", tree.info);
        assert_eq!(facts(&tree).is_empty(), bytes.starts_with(b"AG") && note == 0);
    }
}

#[test]
fn what_is_no_base64_is_marked() {
    let said = Note { kind: Kind::Response, mechanism: 1, step: 0 }.pack();
    assert_eq!(marks(&message(&SMTP, TO, b"no base64!\r\n", said)), ["malformed: not base64"]);
    assert_eq!(facts(&message(&SMTP, TO, b"*\r\n", said)), []);
    assert_eq!(values(&message(&SMTP, TO, b"EHLO a\r\n", 0), "smtp.req.command"), "EHLO");
    assert_eq!(Scheme::of_sasl(b"plain"), Scheme::Plain);
}

#[test]
fn greetings_are_known() {
    for (bytes, smtp, imap, pop) in [
        (&b"220 mail ESMTP Postfix\r\n"[..], Likelihood::Surely, Likelihood::No, Likelihood::No),
        (b"220 mail.contoso.com\r\n", Likelihood::Perhaps, Likelihood::No, Likelihood::No),
        (b"220 ftp ready\r\n", Likelihood::No, Likelihood::No, Likelihood::No),
        (b"EHLO a\r\n", Likelihood::Surely, Likelihood::No, Likelihood::No),
        (b"* OK IMAP4rev1\r\n", Likelihood::No, Likelihood::Surely, Likelihood::No),
        (b"+OK POP3\r\n", Likelihood::No, Likelihood::No, Likelihood::Perhaps),
        (b"GET / HTTP/1.1\r\n", Likelihood::No, Likelihood::No, Likelihood::No),
        (b"REGISTER sip:a SIP/2.0\r\n", Likelihood::No, Likelihood::No, Likelihood::No),
        (b"\x16\x03\x01\x02\0\x01", Likelihood::No, Likelihood::No, Likelihood::No),
    ] {
        assert_eq!(((SMTP.probe)(bytes), (IMAP.probe)(bytes), (POP.probe)(bytes)), (smtp, imap, pop), "{bytes:?}");
    }
}
