//! Exchanges after the examples of RFC 959 §7 and RFC 4217 §12.

use super::PROTOCOL;
use super::conversation::{code, probe};
use crate::fact::{Direction, Fact, LoginStep};
use crate::protocol::Likelihood;
use crate::protocol::sample::{Talk, converse, facts, message, values};

const TO: Direction = Direction::ToServer;
const BACK: Direction = Direction::ToClient;

/// The steps of a sign-in, one word each.
fn steps(turns: &[(Direction, &[u8])]) -> (Vec<String>, Talk) {
    let talk = converse(&PROTOCOL, turns, 7);
    assert_eq!(talk, converse(&PROTOCOL, turns, usize::MAX), "however it is cut");
    let told = talk.seen.iter().flat_map(|(from, bytes, note)| facts(&message(&PROTOCOL, *from, bytes, *note)));
    let steps = told.filter_map(|fact| {
        let Fact::Login(login) = fact else { return None };
        Some(match login.step {
            LoginStep::Ask(ask) => {
                let scheme = ask.scheme.map(|s| s.to_string()).unwrap_or_default();
                format!("{scheme}:{}{}", ask.user.unwrap_or_default(), if ask.credentials { "+secret" } else { "" })
            }
            LoginStep::More => "more".into(),
            LoginStep::Accept => "accept".into(),
            LoginStep::Refuse(refusal) => format!("refuse {:?} {}", refusal.code, refusal.text),
        })
    });
    (steps.collect(), talk)
}

#[test]
fn name_and_password() {
    let (steps, talk) = steps(&[
        (BACK, b"220-Welcome\r\n220-to\r\n the server\r\n220 ftp.contoso.com\r\n"),
        (TO, b"USER alice\r\n"),
        (BACK, b"331 Password, please\r\n"),
        (TO, b"pass Nightjar42\r\n"),
        (BACK, b"230-In\r\n230 Really\r\n"),
        (TO, b"RETR a\r\n"),
        (BACK, b"150 Here it comes\r\n226 Done\r\n"),
    ]);
    assert_eq!(steps, ["LOGIN:alice", "more", ":+secret", "accept"]);
    assert_eq!(talk.seen.len(), 12);
}

#[test]
fn refused_and_let_in_without_a_password() {
    let turns: [(Direction, &[u8]); 5] = [
        (BACK, b"220 Hello\r\n"),
        (TO, b"USER alice\r\n"),
        (BACK, b"331 Password\r\n"),
        (TO, b"PASS wrong\r\n"),
        (BACK, b"530 No\r\n"),
    ];
    assert_eq!(steps(&turns).0.last().unwrap(), "refuse Some(530) No");
    let turns: [(Direction, &[u8]); 3] = [(BACK, b"220 Hello\r\n"), (TO, b"USER anonymous\r\n"), (BACK, b"230 In\r\n")];
    assert_eq!(steps(&turns).0, ["ANONYMOUS:anonymous", "accept"]);
}

#[test]
fn tls_begins_where_the_server_agrees() {
    let talk = |answer: &'static [u8]| steps(&[(BACK, b"220 Hello\r\n"), (TO, b"AUTH TLS\r\n"), (BACK, answer)]).1;
    assert!(talk(b"234 Go on\r\n").became);
    assert!(!talk(b"502 What?\r\n").became);
    assert!(converse(&PROTOCOL, &[(BACK, b"SSH-2.0-x\r\n")], 99).not_mine);
    let mail = converse(&PROTOCOL, &[(BACK, b"220 Hello\r\n"), (TO, b"EHLO a\r\nAUTH LOGIN\r\n")], 99);
    assert!(mail.became && mail.seen.iter().all(|(from, ..)| *from == BACK), "the line is left to SMTP");
}

#[test]
fn codes_first_bytes_and_fields() {
    assert_eq!(code(b"230 In\r\n"), Some((*b"230", true)));
    assert_eq!(code(b"230-In\r\n"), Some((*b"230", false)));
    assert_eq!(code(b"230"), Some((*b"230", true)));
    assert_eq!((code(b"23"), code(b"230x"), code(b"abc ")), (None, None, None));
    assert_eq!(probe(b"220 ftp"), Likelihood::Perhaps);
    assert_eq!(probe(b"22"), Likelihood::Unsure);
    assert_eq!(probe(b"USER alice\r\n"), Likelihood::No);
    let said = message(&PROTOCOL, BACK, b"331 Password, please\r\n", 1);
    let told = ["ftp.response.code", "ftp.response.arg"].map(|field| values(&said, field));
    assert_eq!(told, ["331", "Password, please"]);
    let asked = message(&PROTOCOL, TO, b"CWD /a b\r\n", 0);
    assert_eq!(["ftp.request.command", "ftp.request.arg"].map(|field| values(&asked, field)), ["CWD", "/a b"]);
}
