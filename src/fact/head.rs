//! Heads of SIP and HTTP messages, and name look-ups.

use super::WebHead;
use crate::wire::Timestamp;
use std::net::IpAddr;

/// SIP or HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// RFC 3261
    Sip,
    /// RFC 9110
    Http,
}

/// The first line of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// A request: method and target.
    Request {
        /// `REGISTER`, `GET`
        method: String,
        /// Request-URI
        target: String,
    },
    /// A response: status code and phrase.
    Response {
        /// Status code
        status: u16,
        /// Reason phrase
        phrase: String,
    },
}

/// A message head.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// SIP or HTTP.
    pub language: Language,
    /// The first line.
    pub start: Start,
    /// `Host` (HTTP)
    pub host: Option<String>,
    /// `User-Agent`
    pub user_agent: Option<String>,
    /// `Server`
    pub server: Option<String>,
    /// `Date`, as the sender's clock reads.
    pub date: Option<Timestamp>,
    /// Which request of its connection this is, or answers, counted from 0 (HTTP; 0 in SIP).
    pub transaction: u32,
    /// The SIP dialog and transaction.
    pub sip: Option<Box<SipHead>>,
    /// What HTTP fields say of a web service; nothing if they say nothing.
    pub web: Option<Box<WebHead>>,
    /// `ms-diagnostics`, `ms-diagnostics-public`, `X-Ms-diagnostics`, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// Head and body came to their end. Else what they do not say may have been cut off.
    pub whole: bool,
}

/// What SIP says about dialog, transaction and endpoint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SipHead {
    /// `Call-ID`
    pub call_id: String,
    /// `CSeq` number
    pub cseq: u32,
    /// `CSeq` method
    pub method: String,
    /// `branch` of the topmost `Via`: the transaction.
    pub branch: Option<String>,
    /// URI of `From`, without brackets and header parameters.
    pub from: String,
    /// `tag` of `From`
    pub from_tag: Option<String>,
    /// `epid` of `From`
    pub epid: Option<String>,
    /// URI of `To`
    pub to: String,
    /// `tag` of `To`
    pub to_tag: Option<String>,
    /// `+sip.instance` of `Contact`
    pub instance: Option<String>,
    /// `Expires`
    pub expires: Option<u32>,
    /// `ms-user-logon-data` ("RemoteUser": the client came through the Edge)
    pub logon_data: Option<String>,
    /// The `sip:` URI of `P-Asserted-Identity` or `P-Preferred-Identity`; signed since version 3.
    pub identity: Option<String>,
    /// The `tel:` URI of the same headers.
    pub identity_tel: Option<String>,
}

/// One diagnostics header ([MS-OCER]).
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The error id.
    pub id: u32,
    /// `reason`
    pub reason: String,
    /// `source`
    pub source: String,
    /// A number of Windows in it, an HRESULT or NTSTATUS that tells of a failure: `HRESULT="0x80090322(…)"`.
    pub result: Option<u32>,
}

impl Diagnostic {
    /// The first number of Windows in a diagnostics header or a text of a server: `0x` and eight digits, of which the first
    /// bit says that something failed.
    pub fn result_in(text: &[u8]) -> Option<u32> {
        memchr::memmem::find_iter(text, b"x")
            .filter(|at| at.checked_sub(1).is_some_and(|at| text.get(at) == Some(&b'0')))
            .find_map(|at| {
                let rest = text.get(at.checked_add(1)?..)?;
                let digits = rest.get(..8).filter(|_| !rest.get(8).is_some_and(u8::is_ascii_hexdigit))?;
                let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
                (number >= 0x8000_0000).then_some(number)
            })
    }
}

/// A DNS message.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Transaction id.
    pub id: u16,
    /// The name asked for.
    pub name: String,
    /// The type asked for (1 A, 28 AAAA, 33 SRV, 5 CNAME).
    pub kind: u16,
    /// Response code, in an answer.
    pub code: Option<u8>,
    /// Addresses answered.
    pub addresses: Vec<IpAddr>,
    /// SRV targets answered: host and port.
    pub services: Vec<(String, u16)>,
    /// Canonical names answered, in order.
    pub aliases: Vec<String>,
    /// Not all records are here: the server or the capture cut them off.
    pub cut: bool,
}

#[cfg(test)]
mod tests {
    use super::Diagnostic;

    #[test]
    fn numbers_of_windows_in_the_words_of_a_server() {
        let read = |text: &str| Diagnostic::result_in(text.as_bytes());
        assert_eq!(read(";HRESULT=\"0x80090322(SEC_E_WRONG_PRINCIPAL)\""), Some(0x8009_0322));
        assert_eq!(read("reason=\"x0x; refused 0xc000006d\""), Some(0xC000_006D));
        for near in ["80090322", "0x8009032", "0x800903221", "0x00000005", "0xG0090322", "x80090322", "0x"] {
            assert_eq!(read(near), None, "{near}");
        }
    }
}
