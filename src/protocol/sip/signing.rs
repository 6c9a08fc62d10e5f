//! The text that a signature of [MS-SIPAE] covers (3.2.5.2; [MS-SIP] 3.1.4.2): parts of the message, each in angle
//! brackets, as they are spelled there.
//!
//! The body, the Request-URI, Contact and Via are not among them: a signed message can be changed without breaking its
//! signature.

use super::credentials::Credentials;
use super::head::Head;
use crate::fact::SignedText;

/// The parts, as spelled in the message; what is absent is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signed<'a> {
    /// `NTLM`, `Kerberos`, `TLS-DSK`
    pub scheme: &'a [u8],
    /// `crand` or `srand`
    pub rand: &'a [u8],
    /// `cnum` or `snum`
    pub number: &'a [u8],
    /// `realm`
    pub realm: &'a [u8],
    /// `targetname`, for Kerberos with its `sip/`.
    pub target: &'a [u8],
    /// `Call-ID`
    pub call_id: &'a [u8],
    /// `CSeq` number
    pub cseq: &'a [u8],
    /// `CSeq` method
    pub method: &'a [u8],
    /// URI of `From`
    pub from: &'a [u8],
    /// `tag` of `From`
    pub from_tag: &'a [u8],
    /// URI of `To`
    pub to: &'a [u8],
    /// `tag` of `To`
    pub to_tag: &'a [u8],
    /// `sip:` URI of `P-Asserted-Identity` or `P-Preferred-Identity`
    pub identity: &'a [u8],
    /// `tel:` URI of the same
    pub identity_tel: &'a [u8],
    /// `Expires`
    pub expires: &'a [u8],
    /// Status code of a response.
    pub status: Option<u16>,
}

impl<'a> Signed<'a> {
    /// The parts of this head under the signature of this header.
    pub fn of(head: &Head<'a>, by: &Credentials<'a>) -> Self {
        let uri = |of: Option<(super::address::Address<'a>, _)>| of.map_or(&[][..], |(address, _)| address.uri.raw);
        let [identity, identity_tel] = head.identity;
        Self {
            scheme: by.name.unwrap_or_default(),
            rand: by.rand.unwrap_or_default(),
            number: by.number.unwrap_or_default(),
            realm: by.realm.unwrap_or_default(),
            target: by.target.unwrap_or_default(),
            call_id: head.call_id,
            cseq: head.cseq.0,
            method: head.cseq.1,
            from: uri(head.from),
            from_tag: Head::parameter(head.from, "tag").unwrap_or_default(),
            to: uri(head.to),
            to_tag: Head::parameter(head.to, "tag").unwrap_or_default(),
            identity: identity.unwrap_or_default(),
            identity_tel: identity_tel.unwrap_or_default(),
            expires: head.expires.unwrap_or_default(),
            status: head.status(),
        }
    }

    /// The text; nothing if it is longer than anybody would sign.
    pub fn text(&self) -> Option<SignedText> {
        let before = [
            self.scheme,
            self.rand,
            self.number,
            self.realm,
            self.target,
            self.call_id,
            self.cseq,
            self.method,
            self.from,
            self.from_tag,
        ];
        let mut text = Vec::with_capacity(320);
        let mut add = |parts: &[&[u8]]| {
            let start = text.len();
            for part in parts {
                text.push(b'<');
                text.extend_from_slice(part);
                text.push(b'>');
            }
            (start, text.len().saturating_sub(start))
        };
        add(&before);
        let to = add(&[self.to]);
        add(&[self.to_tag]);
        let identity = add(&[self.identity, self.identity_tel]);
        add(&[self.expires]);
        if let Some(status) = self.status {
            add(&[status.to_string().as_bytes()]);
        }
        SignedText::new(text, to, identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::sip::header::Name;

    /// The text signed in `message`, whose signature stands in the header called `name`.
    fn text(message: &str, name: &str, version: u8) -> String {
        let message = message.replace('\n', "\r\n");
        let head = Head::read(message.as_bytes()).unwrap();
        let header = head.headers().find(|h| h.name == name.as_bytes()).unwrap();
        let by = Credentials::read(Name::of(header.name), header.value);
        let text = Signed::of(&head, &by).text().unwrap();
        String::from_utf8(if version < 3 { text.old() } else { text.whole().to_vec() }).unwrap()
    }

    const COMMUNICATOR: &str = "REGISTER sip:cosmo.local SIP/2.0
From: <sip:user@cosmo.local>;tag=3e49177a52;epid=c8ca638a15
To: <sip:user@cosmo.local>
CSeq: 3 REGISTER
Call-ID: 4037df9284354df39065195bd57a4b14
Proxy-Authorization: NTLM qop=\"auth\", realm=\"SIP Communications Service\", opaque=\"2BDBAC9D\", targetname=\"cosmo-ocs-r2.cosmo.local\", version=4, gssapi-data=\"\", crand=\"13317733\", cnum=\"1\", response=\"0100000029618e9651b65a7764000000\"
Content-Length: 0

";

    const OCS_R2: &str = "SIP/2.0 200 OK
Authentication-Info: NTLM rspauth=\"01000000E615438A917661BE64000000\", srand=\"9616454F\", snum=\"1\", opaque=\"2BDBAC9D\", qop=\"auth\", targetname=\"cosmo-ocs-r2.cosmo.local\", realm=\"SIP Communications Service\"
From: \"User\"<sip:user@cosmo.local>;tag=3e49177a52;epid=c8ca638a15
To: <sip:user@cosmo.local>;tag=5E61CCD925D17E043D9A74835A88F664
Call-ID: 4037df9284354df39065195bd57a4b14
CSeq: 3 REGISTER
Expires: 7200
Server: RTC/3.5

";

    #[test]
    fn communicator_signs_its_register_with_version_4() {
        assert_eq!(
            text(COMMUNICATOR, "Proxy-Authorization", 4),
            "<NTLM><13317733><1><SIP Communications Service><cosmo-ocs-r2.cosmo.local><4037df9284354df39065195bd57a4b14><3>\
             <REGISTER><sip:user@cosmo.local><3e49177a52><sip:user@cosmo.local><><><><>"
        );
    }

    #[test]
    fn the_server_signs_its_200_with_version_4() {
        assert_eq!(
            text(OCS_R2, "Authentication-Info", 4),
            "<NTLM><9616454F><1><SIP Communications Service><cosmo-ocs-r2.cosmo.local><4037df9284354df39065195bd57a4b14><3>\
             <REGISTER><sip:user@cosmo.local><3e49177a52><sip:user@cosmo.local><5E61CCD925D17E043D9A74835A88F664><><><7200>\
             <200>"
        );
    }

    #[test]
    fn version_2_has_neither_the_uri_of_to_nor_identities() {
        let message = "SIP/2.0 200 OK
Authentication-Info: NTLM rspauth=\"0100000000000000BF2E52667DDF6DED\", srand=\"0878F41B\", snum=\"1\", realm=\"SIP Communications Service\", targetname=\"ocs1.ocs.provo.novell.com\"
From: <sip:gabriel@ocs.provo.novell.com>;tag=2947328781;epid=1234567890
To: <sip:gabriel@ocs.provo.novell.com>;tag=B816D65C2300A32CFA6D371F2AF537FD
Call-ID: 8592g5DCBa1694i5887m0D0Bt2247b3F38xAE9Fx
CSeq: 3 REGISTER
P-Asserted-Identity: <sip:gabriel@ocs.provo.novell.com>
Expires: 900

";
        assert_eq!(
            text(message, "Authentication-Info", 2),
            "<NTLM><0878F41B><1><SIP Communications Service><ocs1.ocs.provo.novell.com>\
             <8592g5DCBa1694i5887m0D0Bt2247b3F38xAE9Fx><3><REGISTER><sip:gabriel@ocs.provo.novell.com><2947328781>\
             <B816D65C2300A32CFA6D371F2AF537FD><900><200>"
        );
    }

    #[test]
    fn tls_dsk_signs_both_ways() {
        let request = "REGISTER sip:contoso.com SIP/2.0
From: <sip:alice@contoso.com>;tag=4a2b44d131;epid=00112233aa
To: <sip:alice@contoso.com>
CSeq: 3 REGISTER
Call-ID: 0123456789abcdef0123456789abcdef
Authorization: TLS-DSK realm=\"SIP Communications Service\", targetname=\"fe01.contoso.com\", crand=\"0a1b2c3d\", cnum=\"1\", response=\"3fee12483ae7c67150883dfd3df031e9a663bfc5\"

";
        assert_eq!(
            text(request, "Authorization", 4),
            "<TLS-DSK><0a1b2c3d><1><SIP Communications Service><fe01.contoso.com><0123456789abcdef0123456789abcdef><3>\
             <REGISTER><sip:alice@contoso.com><4a2b44d131><sip:alice@contoso.com><><><><>"
        );
        let response = "SIP/2.0 200 OK
Proxy-Authentication-Info: TLS-DSK srand=\"1D9666D9\", snum=\"1\", rspauth=\"64e4908679999486428bc33ca3f307824001b57b\", realm=\"SIP Communications Service\", targetname=\"fe01.contoso.com\"
From: <sip:alice@contoso.com>;tag=4a2b44d131
To: <sip:alice@contoso.com>;tag=0858513FA91D3AAE1A5840DDB99599DF
CSeq: 3 REGISTER
Call-ID: 0123456789abcdef0123456789abcdef
Expires: 7200

";
        assert_eq!(
            text(response, "Proxy-Authentication-Info", 4),
            "<TLS-DSK><1D9666D9><1><SIP Communications Service><fe01.contoso.com><0123456789abcdef0123456789abcdef><3>\
             <REGISTER><sip:alice@contoso.com><4a2b44d131><sip:alice@contoso.com><0858513FA91D3AAE1A5840DDB99599DF><><>\
             <7200><200>"
        );
    }

    #[test]
    fn an_asserted_identity_comes_before_a_preferred_one() {
        let message = "INVITE sip:bob@contoso.com SIP/2.0
From: Alice <sip:alice@contoso.com>;tag=a
To: sip:bob@contoso.com
CSeq: 1 INVITE
Call-ID: c
P-Preferred-Identity: <sip:wrong@contoso.com>
P-Asserted-Identity: \"Alice\" <sip:alice@contoso.com>, <tel:+46123>
Authorization: Kerberos realm=\"R\", targetname=\"sip/fe01.contoso.com\", crand=\"1\", cnum=\"2\", response=\"0\"

";
        assert_eq!(
            text(message, "Authorization", 3),
            "<Kerberos><1><2><R><sip/fe01.contoso.com><c><1><INVITE><sip:alice@contoso.com><a><sip:bob@contoso.com><>\
             <sip:alice@contoso.com><tel:+46123><>"
        );
    }
}
