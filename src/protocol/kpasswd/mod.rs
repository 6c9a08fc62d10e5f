//! Changes of passwords (RFC 3244) on port 464: an AP-REQ that says who asks, and a KRB-PRIV with what only the server may
//! read. Over TCP each message has its length in four bytes before it.
//!
//! ```text
//! message length(2) version(2) AP-REQ length(2) AP-REQ KRB-PRIV
//! ```
//!
//! An answer has the same form, with an AP-REP; where that is missing, a KRB-ERROR follows instead of a KRB-PRIV. Whether
//! the password was taken stands in the KRB-PRIV, sealed.

#[cfg(test)]
mod tests;

use super::{Claim, Conversation, Found, Input, Likelihood, Message, Opening, Out, Progress, Protocol, registry};
use crate::fact::{Direction, Fact, Login, LoginAsk, LoginRefusal, LoginStep, Scheme, Service};

/// Note of a message over TCP: its record mark stands before it.
const RECORD: u64 = 1;
/// Lengths and version.
const HEAD: usize = 6;

fn version(n: u64) -> Option<&'static str> {
    Some(match n {
        1 => "Reply",
        0xff80 => "Request",
        _ => return None,
    })
}

crate::fields! {
    KPASSWD    = Protocol "kpasswd"             "MS Kpasswd";
    LENGTH     = Number   "kpasswd.message_len" "Message Length";
    VERSION    = Hex4     "kpasswd.version"     "Version", names version;
    AP_LENGTH  = Number   "kpasswd.ap_req_len"  "AP_REQ Length";
    AP_REQ     = Group    "kpasswd.ap_req"      "AP_REQ";
    KRB_PRIV   = Group    "kpasswd.krb_priv"    "KRB-PRIV";
}

/// Changes of passwords.
pub static PROTOCOL: Protocol = Protocol {
    name: "kpasswd",
    column: "KPASSWD",
    fields: ALL,
    claims: &[Claim::UdpPort(464), Claim::TcpPort(464)],
    probe,
    open: Some(open),
    dissect,
    ..Protocol::NONE
};

/// The lengths and the version of a message; nothing if it is none.
fn head(bytes: &[u8]) -> Option<(usize, usize, u16)> {
    let [l0, l1, v0, v1, a0, a1, rest @ ..] = bytes else { return None };
    let number = |high: u8, low: u8| usize::from(u16::from_be_bytes([high, low]));
    let (length, ap, version) = (number(*l0, *l1), number(*a0, *a1), u16::from_be_bytes([*v0, *v1]));
    let fits = matches!(version, 1 | 0xff80) && length > HEAD && ap.saturating_add(HEAD) < length;
    // What follows is a Kerberos message: AP-REQ, AP-REP, or KRB-ERROR.
    let kerberos = rest.first().is_none_or(|tag| matches!(tag, 0x6e | 0x6f | 0x7e));
    (fits && kerberos).then_some((length, ap, version))
}

fn probe(bytes: &[u8]) -> Likelihood {
    let behind_mark = || {
        let (mark, rest) = bytes.split_first_chunk::<4>()?;
        let (length, ..) = head(rest)?;
        (u32::from_be_bytes(*mark) == u32::try_from(length).ok()?).then_some(())
    };
    match () {
        () if head(bytes).is_some_and(|(length, ..)| length == bytes.len()) || behind_mark().is_some() => {
            Likelihood::Perhaps
        }
        () if bytes.len() < 11 && bytes.first() == Some(&0) => Likelihood::Unsure,
        () => Likelihood::No,
    }
}

#[derive(Debug, Default)]
struct Records {
    lost: [bool; 2],
}

fn open(_: &Opening<'_>) -> Box<dyn Conversation> {
    Box::new(Records::default())
}

impl Conversation for Records {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let Some(lost) = self.lost.get_mut(from.index()) else { return Progress::NotMine };
        let bytes = match input {
            Input::Bytes(bytes) => bytes,
            Input::Gap(_) => {
                *lost = true;
                return Progress::Took(0);
            }
            Input::End(rest) => return Progress::Took(rest.len()),
        };
        if *lost && probe(bytes) < Likelihood::Perhaps {
            return Progress::Took(bytes.len());
        }
        *lost = false;
        let Some(mark) = bytes.first_chunk::<4>() else { return Progress::More { took: 0, need: 4 } };
        let length = usize::try_from(u32::from_be_bytes(*mark)).unwrap_or(usize::MAX);
        if !(HEAD..=0xffff).contains(&length) {
            return Progress::NotMine;
        }
        let whole = length.saturating_add(4);
        let Some(message) = bytes.get(..whole) else { return Progress::More { took: 0, need: whole } };
        found.message(message, RECORD);
        Progress::Took(whole)
    }
}

fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    let whole = message.bytes;
    let bytes = whole.get(if message.note & RECORD == 0 { 0 } else { 4 }..).unwrap_or(&[]);
    out.group(&KPASSWD, whole, |out| {
        let Some((length, ap, version)) = head(bytes) else {
            return out.malformed(bytes, "not a message of the protocol");
        };
        let part = |from: usize, to: usize| bytes.get(from..to).unwrap_or(&[]);
        out.number(&LENGTH, part(0, 2), u64::try_from(length).unwrap_or(0));
        out.number(&VERSION, part(2, 4), version);
        out.number(&AP_LENGTH, part(4, 6), u64::try_from(ap).unwrap_or(0));
        if length != bytes.len() {
            out.malformed(bytes, "another length than its own");
        }
        // Datagrams say who is asked by where they go.
        let step = match (message.from, ap) {
            (Direction::ToServer, _) => {
                let scheme = Some(Scheme::Kerberos);
                LoginStep::Ask(LoginAsk { scheme, begins: true, ..LoginAsk::default() })
            }
            (Direction::ToClient, 0) => LoginStep::Refuse(LoginRefusal::default()),
            (Direction::ToClient, _) => LoginStep::Accept,
        };
        let said = Login { service: Service::Kpasswd, exchange: 0, association: 0, step };
        out.fact(Fact::Login(Box::new(said)), bytes);
        let split = HEAD.saturating_add(ap);
        if ap > 0 {
            out.group(&AP_REQ, part(HEAD, split), |out| kerberos(message, part(HEAD, split), out));
        }
        let rest = bytes.get(split..).unwrap_or(&[]);
        out.group(&KRB_PRIV, rest, |out| kerberos(message, rest, out));
    });
    out.column("KPASSWD", format_args!("{}", if message.from == Direction::ToServer { "Request" } else { "Reply" }));
}

fn kerberos<'b>(message: &Message<'b>, bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    if let Some(kerberos) = registry::find(Claim::Named("kerberos")) {
        out.give_inside(kerberos, &message.with(bytes));
    }
}
