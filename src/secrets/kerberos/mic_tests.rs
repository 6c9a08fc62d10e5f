//! Signatures that MIT krb5 1.20 made (captures/sip/krb-*.pcap), and what is none.

use super::*;
use crate::wire::text::unhex;

fn key(etype: i32, digits: &str) -> EncryptionKey {
    EncryptionKey::new(etype, &unhex(digits).unwrap())
}

fn text(call: &str, rand: &str, number: u8, cseq: u8, answer: bool) -> Vec<u8> {
    let (tag, status) = if answer { ("7f3a", "<200>") } else { ("", "") };
    format!(
        "<Kerberos><{rand}><{number}><SIP Communications Service><sip/pool01.corvid.example><{call}><{cseq}><REGISTER>\
         <sip:mona@corvid.example><a1b2c3><sip:mona@corvid.example><{tag}><><><600>{status}"
    )
    .into_bytes()
}

struct Signed {
    context: Context,
    side: Side,
    text: Vec<u8>,
    token: Vec<u8>,
}

/// A client's and a server's signature of each kind of context.
fn signed() -> Vec<Signed> {
    let plain = Context {
        session: key(18, "4ba446af8561e91e11316a70bc7a87ee0df0b6c801649bad81a37a655aa17000"),
        subkey: Some(key(18, "d1262ff1c57e10bede803991be89af03edb2c43595490d8d502ad982b156f1d2")),
        acceptor: None,
        answer_closed: false,
    };
    let mutual = Context {
        session: key(18, "57bac20c23ef8eb75a838f5f3f4421764f3089330bc70db87229a6357e366a0d"),
        subkey: Some(key(18, "9780562f67beb93eb388bce9b5410422f85c1357bb2ae020cf5e4adb1c8b9fd4")),
        acceptor: Some(key(18, "f6c42ab7faf1b9902e4655232a19448e3bcc4aeb029ac86f09951a7a177c6dae")),
        answer_closed: false,
    };
    let rc4 = Context {
        session: key(23, "f07ec212e02e80300b50ba6cf8f02bb4"),
        subkey: Some(key(23, "2a7110c3664b48c1f9be9b9ba67563f2")),
        acceptor: Some(key(23, "2a7110c3664b48c1f9be9b9ba67563f2")),
        answer_closed: false,
    };
    let sha2 = Context {
        session: key(19, "2127a4dd827804678dd1c8c8aa1d2dd1"),
        subkey: Some(key(19, "636644168d93d6ea778e97ef26c55a1d")),
        acceptor: None,
        answer_closed: false,
    };
    let row = |context: &Context, side, text, token: &str| Signed {
        context: context.clone(),
        side,
        text,
        token: unhex(token).unwrap(),
    };
    let (client, server) = (Side::Client, Side::Server);
    vec![
        row(
            &plain,
            client,
            text("krb-plain", "79eb32c8", 1, 2, false),
            "040400ffffffffff0000000028b83e3a50d3c22c1d58ce86e4f62d2c",
        ),
        row(
            &plain,
            server,
            text("krb-plain", "E48D51AC", 1, 2, true),
            "040401ffffffffff0000000028b83e3a52b76e31098415707529a623",
        ),
        row(
            &mutual,
            client,
            text("krb-mutual", "855bf97f", 1, 3, false),
            "040404ffffffffff00000000101f9afa6f1a53297c625ba3a1b4d4c1",
        ),
        row(
            &mutual,
            server,
            text("krb-mutual", "B646B48B", 1, 2, true),
            "040405ffffffffff000000003d7781b4720b8ab258f6ab0df3902b7f",
        ),
        row(
            &rc4,
            client,
            text("krb-mutual", "b4cf5a98", 1, 3, false),
            "602306092a864886f71201020201011100ffffffff2ded2fb9c750446e6f932d635fe4641c",
        ),
        row(
            &rc4,
            server,
            text("krb-mutual", "CA914996", 1, 2, true),
            "602306092a864886f71201020201011100ffffffff608c86a901beb8c6ca8f2c2b98d1efe9",
        ),
        row(
            &sha2,
            client,
            text("krb-plain", "a3e7a753", 1, 2, false),
            "040400ffffffffff0000000032e458aea068b9896faf4366b166cbf6b8d6f704",
        ),
        row(
            &sha2,
            server,
            text("krb-plain", "F687F751", 1, 2, true),
            "040401ffffffffff0000000032e458aeafb61efb31a8f61751c9305e64758fd9",
        ),
    ]
}

#[test]
fn each_kind_of_context_signs_both_ways() {
    for (n, row) in signed().iter().enumerate() {
        assert_eq!(verify(&row.context, row.side, &row.text, &row.token), Verdict::Right, "{n}");
    }
}

#[test]
fn another_text_side_key_or_bit_is_wrong() {
    for (n, row) in signed().iter().enumerate() {
        let other = if row.side == Side::Client { Side::Server } else { Side::Client };
        assert_eq!(verify(&row.context, other, &row.text, &row.token), Verdict::Wrong, "{n}: the other side");
        assert_eq!(verify(&row.context, row.side, &row.text[1..], &row.token), Verdict::Wrong, "{n}: another text");
        let turned = |key: &EncryptionKey| {
            let mut bytes = key.value.bytes().to_vec();
            bytes[3] ^= 4;
            EncryptionKey::new(key.etype, &bytes)
        };
        let others = Context {
            session: turned(&row.context.session),
            subkey: row.context.subkey.as_ref().map(turned),
            acceptor: row.context.acceptor.as_ref().map(turned),
            answer_closed: false,
        };
        assert_eq!(verify(&others, row.side, &row.text, &row.token), Verdict::Wrong, "{n}: other keys");
        // The sequence number of RC4's token is covered by nothing: SIP counts in cnum and snum, which are.
        let covered = |bit: &usize| row.token[0] == 4 || !(21..25).contains(&(bit / 8));
        for bit in (0..row.token.len() * 8).filter(covered) {
            let mut token = row.token.clone();
            token[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(verify(&row.context, row.side, &row.text, &token), Verdict::Right, "{n}: bit {bit}");
        }
        for length in 0..row.token.len() {
            assert_ne!(
                verify(&row.context, row.side, &row.text, &row.token[..length]),
                Verdict::Right,
                "{n}: {length}"
            );
        }
    }
}

#[test]
fn without_the_key_nothing_is_called_wrong() {
    let rows = signed();
    // The answer stayed closed: the acceptor's subkey is not known.
    let closed = Context { acceptor: None, answer_closed: true, ..rows[2].context.clone() };
    assert_eq!(verify(&closed, Side::Client, &rows[2].text, &rows[2].token), Verdict::Unknown);
    let elsewhere = Context { subkey: None, acceptor: None, answer_closed: true, ..rows[4].context.clone() };
    assert_eq!(verify(&elsewhere, Side::Client, &rows[4].text, &rows[4].token), Verdict::Unknown);
    let des = Context { session: key(3, "0123456789abcdef"), subkey: None, acceptor: None, answer_closed: false };
    for row in &rows {
        assert_eq!(verify(&des, row.side, &row.text, &row.token), Verdict::Unknown);
    }
}
