//! The same weaknesses in other shapes, and what only looks like one: names in another case or order, references that mean
//! another host than they seem to, a greeting that two protocols share.

use super::near::pages;
use super::*;

/// A redirect by HTTP to what the reference means.
fn moved_to(scene: &mut Scene, location: &str) {
    let mut web = Browser::new(scene, CLIENT, WEB, "lyncdiscover.contoso.com");
    web.get(scene, "/?sipuri=alice@contoso.com", &[]);
    web.told(scene, "302 Found", &[&format!("Location: {location}")], "");
}

/// A line of the server's or the client's each, on a port.
fn lines(scene: &mut Scene, port: u16, talk: &[(Side, &str)]) {
    let mut line = scene.connect(CLIENT, SocketAddr::new(WEB.ip(), port));
    for (side, text) in talk {
        scene.say(&mut line, *side, format!("{text}\r\n").as_bytes());
    }
}

/// Mail is handed in to a server that greets without the name of its protocol.
fn hands_in_mail(scene: &mut Scene, port: u16, mechanism: &str, secret: &str) {
    lines(
        scene,
        port,
        &[
            (Side::Server, "220 mail.contoso.com"),
            (Side::Client, "EHLO pc17.contoso.com"),
            (Side::Server, "250 AUTH PLAIN CRAM-MD5"),
            (Side::Client, mechanism),
            (Side::Server, "334 "),
            (Side::Client, secret),
            (Side::Server, "235 In"),
        ],
    );
}

/// `alice`, and her password, without a name in front of them.
const PLAIN: &str = "AGFsaWNlAE5pZ2h0amFyNDI=";
const DIGEST: &str = "YWxpY2UgMDEyMzQ1Njc4OWFiY2RlZg==";

const CAPITALS: (u8, &[u8]) = (120, b"\x00\x06POOL01\x07Contoso\x03com\x00");
const BOTH: (u8, &[u8]) = (120, b"\x00\x06pool01\x07contoso\x03com\x00\x06pool02\x07contoso\x03com\x00");
const BOTH_TURNED: (u8, &[u8]) = (120, b"\x00\x06pool02\x07contoso\x03com\x00\x06pool01\x07contoso\x03com\x00");

pub(super) const CASES: &[Case] = &[
    clear(
        "W01",
        |scene| pages(scene, "Authorization: basic YWxpY2U6TmlnaHRqYXI0Mg==", "200 OK", "X-A: b"),
        |scene| pages(scene, "Authorization: Basic", "401 Unauthorized", "WWW-Authenticate: Basic realm=\"s\""),
    ),
    clear(
        "W27",
        |scene| moved_to(scene, "https://web.contoso.com:x@evil.example/"),
        |scene| moved_to(scene, "https://alice:x@web.contoso.com/"),
    ),
    clear(
        "W27",
        |scene| moved_to(scene, "//evil.example/?u=https://web.contoso.com/"),
        |scene| moved_to(scene, "/my.policy?u=https://portal.fabrikam.net/"),
    ),
    clear(
        "W27",
        |scene| moved_to(scene, "https://evil.example#.contoso.com"),
        |scene| moved_to(scene, "https://WEB.contoso.com.:443/#https://portal.fabrikam.net/"),
    ),
    clear(
        "W27",
        |scene| moved_to(scene, "https://evil.example\\.contoso.com/"),
        |scene| moved_to(scene, "https://web.contoso.com\\evil.example/"),
    ),
    clear(
        "W55",
        |scene| phone_led(scene, &[POOL], &[BOTH]),
        |scene| {
            phone_led(scene, &[POOL], &[CAPITALS]);
            phone_led(scene, &[BOTH], &[BOTH_TURNED]);
        },
    ),
    clear(
        "W57",
        |scene| answers_with(scene, "X-AspNet-Version: 4.0.30319"),
        |scene| answers_with(scene, "X-AspNet-Version: hidden"),
    ),
    tls(
        "W59",
        |scene| answers_with(scene, "Strict-Transport-Security: max-age=; includeSubDomains"),
        |scene| {
            answers_with(scene, "Strict-Transport-Security: includeSubDomains; Max-Age = \"31536000\"");
            answers_with(scene, "Strict-Transport-Security: max-age=99999999999");
        },
    ),
    clear(
        "W65",
        |scene| hands_in_mail(scene, 587, "AUTH PLAIN", PLAIN),
        |scene| hands_in_mail(scene, 587, "AUTH CRAM-MD5", DIGEST),
    ),
    clear(
        "W65",
        |scene| hands_in_mail(scene, 2525, "AUTH PLAIN", PLAIN),
        |scene| hands_in_mail(scene, 2525, "AUTH CRAM-MD5", DIGEST),
    ),
];

#[test]
fn a_greeting_without_a_name_is_read_by_its_port_and_the_first_word() {
    for (port, play) in [
        (587, (|scene: &mut Scene| hands_in_mail(scene, 587, "AUTH PLAIN", PLAIN)) as fn(&mut Scene)),
        (2525, |scene| hands_in_mail(scene, 2525, "AUTH PLAIN", PLAIN)),
    ] {
        let all = found(play, false);
        let titles: Vec<_> = all.iter().filter(|f| f.rule.code == "W65").map(|f| f.title.to_string()).collect();
        assert_eq!(titles, ["Password for a mail service in clear text (smtp, PLAIN)"], "{port}");
    }
}
