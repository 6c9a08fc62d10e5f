//! What a capture holds, frame by frame and message by message, with the places of everything that must not be shared.
//!
//! The same walk serves both passes: the first learns names, secrets and addresses from it, the second writes them anew.

use super::answer::{self, Part};
use super::conceal::unescaped;
use super::free;
use super::options;
use super::told::{Headers, Layer, Site, Spot, Sum, Take, Told, What, is_words};
use crate::fact::{Fact, Place};
use crate::field::{Field, Kind, Secret, Sink, Value};
use crate::protocol::jwt;
use crate::scan::{FrameRow, Lens, MessageRow, PieceRow, Pieces, TlsRow};
use crate::wire::{Span, base64};
use memchr::memmem;

/// Protocols of which the whole header is kept.
const HEADERS: [&str; 21] = [
    "eth", "ip", "ipv6", "tcp", "udp", "sll", "vlan", "pppoe", "pppoes", "pppoed", "ppp", "gre", "vxlan", "geneve",
    "arp", "llc", "null", "loop", "wlan", "radiotap", "igmp",
];
/// Secret fields that hold more than a secret: what is inside them is told by fields of its own.
const CONTAINERS: [&str; 23] = [
    "tcp.payload",
    "tcp.segment_data",
    "tcp.reassembled.data",
    "udp.payload",
    "data.data",
    "http.file_data",
    "http2.headers",
    "http2.data.data",
    "http.chunk_data",
    "http.authbasic",
    "auth.gssapi_data",
    "auth.token",
    "spnego.mechToken",
    "spnego.responseToken",
    "spnego.krb5.blob",
    "kerberos.padata_value",
    "kerberos.ad_data",
    "kerberos.user_data",
    "ntlmssp.ntlmv2_response",
    "ntlmssp.auth.ntresponse",
    "tls.app_data",
    "ppp.data",
    "kerberos.armor_value",
];
/// Parts of the names of fields that hold names.
const NAMING: [&str; 14] = [
    "username",
    "user",
    "domain",
    "host",
    "realm",
    "namestring",
    "name_string",
    "server_name",
    "dns.qry.name",
    "dns.resp.name",
    "x509sat",
    "display.info",
    "target_name",
    "workstation",
];
/// Protocols of texts.
const TEXTUAL: [&str; 8] = ["http", "sip", "sdp", "xml", "json", "mime_multipart", "urlencoded-form", "websocket"];
/// Fields whose bytes are shown as they are where nobody reads them.
const UNREAD: [&str; 4] = ["dns.data", "dns.opt.data", "dhcp.option.value", "dhcp.option.vendor.value"];
/// Fields of bytes that are told by fields of their own, if they can be read.
const READ_ON: [&str; 3] = ["tls.handshake.certificate", "tls.handshake.extension.data", "ldap.AttributeValue"];
/// Bytes of the longest number, time or address.
const ONE: usize = 16;
/// Bytes of the headers of IPv4 and TCP without options.
const IP: usize = 20;
const TCP: usize = 20;
/// The buffer of what came out of records.
const DECRYPTED: &str = "Decrypted TLS";
/// Most bytes of a value that is looked at as a name.
const MAX_NAME: usize = 1024;

/// The lens.
pub(super) struct Watch<T> {
    pub(super) take: T,
    headers: Option<Headers>,
    now: Option<Told>,
    buffers: Vec<(&'static str, Vec<u8>)>,
    /// The innermost IP header so far: its offset, and whether it is IPv6.
    ip: Option<(usize, bool)>,
    pieces: Pieces,
    frame: u64,
}

impl<T: Take> Watch<T> {
    pub(super) fn new(take: T) -> Self {
        Self { take, headers: None, now: None, buffers: Vec::new(), ip: None, pieces: Pieces::default(), frame: 0 }
    }

    /// What is at hand is complete.
    pub(super) fn told(&mut self) {
        if let Some(headers) = self.headers.take() {
            let data = self.buffers.first().map_or(&[][..], |(_, data)| data);
            self.take.headers(&headers, data);
        }
        if let Some(told) = self.now.take() {
            self.take.message(&told);
        }
    }

    fn is_outermost(&self) -> bool {
        match self.buffers.as_slice() {
            [_] => true,
            [_, (title, _)] => title.starts_with("Reassembled") || *title == DECRYPTED,
            _ => false,
        }
    }

    fn spot(&mut self, at: Span, what: What) {
        let range = at.start as usize..at.end as usize;
        // The headers of a datagram that was put together are its fragments'.
        if range.is_empty() || !self.is_outermost() || (self.now.is_none() && self.buffers.len() > 1) {
            return;
        }
        if let Some(told) = &mut self.now {
            let from = range.start.saturating_sub(told.start);
            let to = range.end.saturating_sub(told.start).min(told.bytes.len());
            if range.start >= told.start && from < to {
                let spot = Spot { at: from..to, what };
                // Who knows the parts of an answer says more than who knows that it is masked.
                let known = told
                    .spots
                    .iter_mut()
                    .find(|known| known.at == spot.at && matches!(known.what, What::Answer | What::Wrapped));
                match known {
                    Some(known) if what != What::Secret => known.what = what,
                    Some(_) => {}
                    None => told.spots.push(spot),
                }
            }
        } else if let Some(headers) = &mut self.headers {
            headers.spots.push(Spot { at: range, what });
        }
    }

    /// A part of a message that says one thing, or that is bytes and no more.
    fn understood(&mut self, field: &'static Field, (raw, wire): (&[u8], &[u8]), at: Span) {
        let one = match field.kind {
            Kind::Protocol | Kind::Group => false,
            // A name of DNS has its own form on the wire; one that cannot be read has another.
            Kind::Text => {
                let told = raw.to_ascii_lowercase();
                let holds = |word: &[u8]| memmem::find(&told, &word.to_ascii_lowercase()).is_some();
                raw == wire || free::words(wire).into_iter().all(|at| wire.get(at).is_some_and(holds))
            }
            Kind::Bytes => {
                let more = [&CONTAINERS[..], &UNREAD, &READ_ON].iter().any(|names| names.contains(&field.name));
                // What is secret has a stand-in as a whole; by its random a connection is known.
                let stays = field.secret || field.name.starts_with("tls.handshake.random");
                !more && (stays || free::readable(wire).is_empty())
            }
            _ => at.len() <= ONE,
        };
        let outermost = self.is_outermost();
        if let Some(told) = self.now.as_mut().filter(|_| one && outermost && !at.is_empty()) {
            let [from, to] = [at.start, at.end].map(|n| (n as usize).saturating_sub(told.start));
            told.known.push(from..to);
        }
    }

    fn hardware(&mut self, mac: [u8; 6], at: Span) {
        self.take.mac(mac);
        if at.len() == 6 {
            self.spot(at, What::Mac(mac));
        }
    }

    /// The name and password of Basic.
    fn basic(&mut self, plain: &[u8]) {
        let at = memchr::memchr(b':', plain).unwrap_or(plain.len());
        let (user, password) = plain.split_at(at);
        self.take.name(user);
        self.take.secret(password.get(1..).unwrap_or(&[]));
    }

    /// A text of a protocol that is not written in words.
    fn free(&mut self, field: &'static Field, raw: &[u8], wire: &[u8], at: Span) {
        let words = self.now.as_ref().is_some_and(|told| is_words(told.protocol));
        let outermost = self.is_outermost();
        // Words are replaced wherever they stand; what is no text inside them (a token) tells of names.
        let textual = || TEXTUAL.iter().any(|of| field.name.strip_prefix(of).is_some_and(|rest| rest.starts_with('.')));
        if words && (outermost || textual()) {
            return;
        }
        let printable = raw.len() >= 4 && raw.iter().all(|b| matches!(b, b' '..=b'~'));
        if UNREAD.contains(&field.name) && !printable {
            return self.spot(at, What::Unread);
        }
        if field.kind == Kind::Text && raw.len() <= MAX_NAME {
            self.take.free(raw, raw != wire);
        } else if field.kind != Kind::Text && !(field.kind == Kind::Bytes && printable) {
            return;
        }
        if raw == wire {
            self.spot(at, What::Free);
        }
    }

    /// An answer of SASL. True if it is one that is written anew by its parts.
    fn answer(&mut self, text: &[u8], at: Span, named: bool, learns: bool) -> bool {
        let Some(plain) = base64::decode(text).filter(|plain| !plain.is_empty()) else { return false };
        if answer::is_token(&plain) {
            return true;
        }
        let parts = answer::parts(&plain);
        for (range, part) in &parts {
            let bytes = plain.get(range.clone()).unwrap_or(&[]);
            match part {
                Part::Name => self.take.name(bytes),
                Part::Secret => self.take.secret(bytes),
            }
        }
        if parts.is_empty() && named {
            self.take.name(&plain);
        } else if parts.is_empty() && learns {
            self.take.secret(&plain);
        }
        self.spot(at, if named { What::Wrapped } else { What::Answer });
        true
    }

    /// A protocol of the headers.
    fn header(&mut self, field: &'static Field, at: Span) {
        let (Some(headers), Some((_, buffer))) = (&mut self.headers, self.buffers.last()) else { return };
        let range = at.start as usize..at.end as usize;
        let mut keep = range.clone();
        let sum = match field.name {
            "ip" => {
                self.ip = Some((range.start, false));
                keep.end = keep.end.min(keep.start.saturating_add(IP));
                Some(Sum::Ip)
            }
            "ipv6" => {
                self.ip = Some((range.start, true));
                None
            }
            "tcp" => {
                let options = keep.start.saturating_add(TCP)..keep.end;
                keep.end = keep.end.min(options.start);
                headers.keep.extend(options::known(buffer, options));
                Some(Sum::Tcp)
            }
            "udp" => Some(Sum::Udp),
            "icmp" => {
                keep.end = keep.end.min(keep.start.saturating_add(8));
                Some(Sum::Icmp)
            }
            "icmpv6" => {
                // Neighbours and routers: addresses only. Everything else quotes or echoes.
                let kind = buffer.get(range.start).copied().unwrap_or(0);
                if !(133..=137).contains(&kind) {
                    keep.end = keep.end.min(keep.start.saturating_add(8));
                }
                Some(Sum::Icmpv6)
            }
            name if HEADERS.contains(&name) => None,
            _ => return,
        };
        headers.keep.push(keep);
        if let (Some(sum), Some((ip, v6))) = (sum, self.ip) {
            headers.sites.push(Site { sum, at: range.start, ip, v6 });
        }
    }
}

/// Bytes before the value in `opaque=...`, `cwt=...`: the value is the ticket, and stands elsewhere without the name.
fn name_len(text: &[u8]) -> usize {
    let name = memchr::memchr(b'=', text).filter(|at| *at < 16 && at.saturating_add(4) < text.len());
    name.map_or(0, |at| at.saturating_add(1))
}

impl<T: Take> Lens for Watch<T> {
    fn shows(&self) -> bool {
        true
    }

    fn sink(&mut self, place: &Place) -> &mut dyn Sink {
        self.frame = place.frame;
        self
    }

    fn indexes(&self) -> bool {
        true
    }

    fn piece(&mut self, row: &PieceRow) {
        self.pieces.add(row);
        self.take.piece(row);
    }

    fn message(&mut self, row: &MessageRow) {
        self.told();
        let start = if row.place.tcp {
            let first = self.pieces.take(row).first().map_or(0, |piece| piece.at as usize);
            if row.carried { 0 } else { first }
        } else {
            usize::try_from(row.offset).unwrap_or(usize::MAX)
        };
        let mut told = Told { start, ..Told::of(row, Layer::Wire) };
        // What was put together is shown when it is described; what lies in the frame is there already.
        if !row.carried
            && let Some((_, buffer)) = self.buffers.first()
        {
            let end = start.saturating_add(row.len as usize).min(buffer.len());
            told.bytes = buffer.get(start..end).unwrap_or(&[]).to_vec();
        }
        self.now = Some(told);
    }

    fn decrypted(&mut self, row: &MessageRow, bytes: &[u8]) {
        self.told();
        let layer = if row.place.encrypted { Layer::Stream } else { Layer::Handshake };
        self.now = Some(Told { bytes: bytes.to_vec(), ..Told::of(row, layer) });
    }

    fn tls_record(&mut self, row: &TlsRow) {
        self.told();
        self.take.tls_record(row);
    }

    fn frame(&mut self, row: &FrameRow) {
        self.told();
        self.take.frame(row);
    }
}

impl<T: Take> Sink for Watch<T> {
    fn wants_fields(&self) -> bool {
        true
    }

    fn open(&mut self, field: &'static Field, at: Span, value: Value<'_>) {
        if field.kind == Kind::Protocol && self.buffers.len() == 1 && self.now.is_none() {
            self.header(field, at);
        }
        match value {
            // Written like an address, and what tells DHCP from anything else (RFC 2131 §3).
            _ if field.name == "dhcp.cookie" => return,
            Value::Address(ip) => {
                self.take.address(ip);
                let len = if ip.is_ipv4() { 4 } else { 16 };
                if at.len() == len {
                    self.spot(at, What::Address(ip));
                }
            }
            Value::Mac(mac) => self.hardware(mac, at),
            // Whose form depends on the link is shown as bytes.
            Value::Bytes(bytes) if field.name.contains("linkaddr") => {
                if let Ok(mac) = <[u8; 6]>::try_from(bytes) {
                    self.hardware(mac, at);
                }
            }
            _ => {}
        }
        let raw = match value {
            Value::Text(raw) | Value::Bytes(raw) => raw,
            _ => &[],
        };
        if self.now.is_none() && !field.secret && raw.is_empty() {
            return;
        }
        let wire = self.buffers.last().map_or(&[][..], |(_, buffer)| at.slice(buffer)).to_vec();
        if self.now.is_none() && !field.secret {
            return self.free(field, raw, &wire, at);
        }
        self.understood(field, (raw, &wire), at);
        match field.name {
            "tls.app_data" => return self.spot(at, What::Blank),
            // Its lines are told by fields of their own.
            "sip.msg_hdr" => return,
            "http.chunk_data" => return self.spot(at, What::Chunk),
            // A response of 24 bytes is NTLM version 1, or LM: all of it comes from the password.
            // One of eight is no response but says where one would be: anonymous users have none.
            "ntlmssp.auth.ntresponse" | "ntlmssp.auth.lmresponse" | "ntlmssp.auth.sesskey"
                if wire.len() == 8 && wire.starts_with(&[0; 4]) =>
            {
                return;
            }
            "ntlmssp.auth.ntresponse" if wire.len() <= 24 => {
                self.take.secret(&wire);
                return self.spot(at, What::Secret);
            }
            // A client's challenge and sixteen zeros: that there is no more shows which kind of response stands beside it.
            "ntlmssp.auth.lmresponse"
                if wire.get(8..24).is_some_and(|rest| rest.iter().all(|b| *b == 0)) && wire.len() == 24 =>
            {
                self.take.secret(wire.get(..8).unwrap_or(&[]));
                return self.spot(Span { end: at.start.saturating_add(8), ..at }, What::Secret);
            }
            "http.authbasic" => return self.basic(raw),
            "auth.sasl.response" if self.answer(&wire, at, false, false) => return,
            "smtp.auth.password" if self.answer(&wire, at, false, true) => return,
            "smtp.auth.username" if self.answer(&wire, at, true, false) => return,
            // Tokens are told by the protocols that read them.
            "smb.security_blob" | "smb2.security_blob" | "ldap.credentials" | "ldap.serverSaslCreds"
                if answer::is_token(&wire) =>
            {
                return;
            }
            // The realm and the name in one: letters beside it may be bytes of the next value.
            "kerberos.info2_salt" | "kerberos.info_salt" | "kerberos.pw_salt" => {
                self.take.secret(&wire);
                return self.spot(at, What::Secret);
            }
            // Of Basic the base64 of name and password, of any other scheme the credential itself.
            "auth.token" => {
                let plain =
                    base64::decode(&wire).filter(|plain| plain.contains(&b':') && std::str::from_utf8(plain).is_ok());
                if let Some(plain) = plain {
                    return self.basic(&plain);
                }
                self.take.secret(&wire);
                return self.spot(at, What::Secret);
            }
            _ => {}
        }
        if field.secret && !CONTAINERS.contains(&field.name) {
            let named = if field.kind == Kind::Text { name_len(&wire) } else { 0 };
            self.take.secret(wire.get(named..).unwrap_or(&[]));
            if raw != wire {
                self.take.secret(raw);
            }
            let start = at.start.saturating_add(u32::try_from(named).unwrap_or(0));
            return self.spot(Span { start, ..at }, What::Secret);
        }
        self.free(field, raw, &wire, at);
        let named = NAMING.iter().any(|part| field.name.to_ascii_lowercase().contains(part));
        // A realm in several words is a title: "SIP Communications Service".
        let title = field.name.contains("realm") && raw.contains(&b' ');
        if named && !title && !field.name.contains("gent") && raw.len() <= MAX_NAME {
            self.take.name(raw);
        }
    }

    fn secret(&mut self, secret: Secret<'_>, at: Span) {
        let (Some(_), Secret::Spelled(plain)) = (&self.now, secret) else { return };
        let wire = self.buffers.last().map_or(&[][..], |(_, buffer)| at.slice(buffer)).to_vec();
        // The names in a signed token are replaced as everywhere; the signature makes it one that opens doors.
        let skip = if jwt::read(&wire).is_some() {
            memchr::memrchr(b'.', &wire).map_or(0, |dot| dot.saturating_add(1))
        } else {
            name_len(&wire)
        };
        let hidden = wire.get(skip..).unwrap_or(&[]);
        self.take.secret(hidden);
        if plain != wire {
            self.take.secret(plain);
        }
        let decoded = unescaped(hidden);
        if decoded != hidden {
            self.take.secret(&decoded);
        }
        let start = at.start.saturating_add(u32::try_from(skip).unwrap_or(u32::MAX));
        self.spot(Span { start, ..at }, What::Secret);
    }

    fn fact(&mut self, fact: Fact, _: Span) {
        self.take.fact(&fact);
    }

    fn enter(&mut self, title: &'static str, bytes: &[u8]) {
        if title == "Frame" {
            self.told();
            self.buffers.clear();
            self.ip = None;
            self.headers = Some(Headers { frame: self.frame, ..Headers::default() });
        } else {
            self.take.text(bytes);
        }
        self.buffers.push((title, bytes.to_vec()));
        let outermost = self.is_outermost() && title != "Frame";
        // A datagram of several fragments is entered for its headers, and again for its message.
        if let Some(told) = self.now.as_mut().filter(|_| outermost) {
            let (before, message) = bytes.split_at_checked(told.start).unwrap_or((&[], bytes));
            (told.before, told.bytes) = (before.to_vec(), message.to_vec());
        }
    }

    fn leave(&mut self) {
        self.buffers.pop();
    }
}
