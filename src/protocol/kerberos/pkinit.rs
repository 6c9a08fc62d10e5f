//! PKINIT (RFC 4556): who signs in with a certificate. The SignedData of CMS (RFC 5652 section 5) is opened as far as its
//! certificates, the names of its signers, and what they signed. Nothing is verified.

use super::{fields, walk};
use crate::protocol::{Claim, Context, Direction, Message, Out, registry};
use crate::wire::der::{self, Tlv, tag};

/// id-pkauthdata
const AUTH_DATA: &[u8] = &[0x2b, 6, 1, 5, 2, 3, 1];

/// ```text
/// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] SignedData }
/// SignedData  ::= SEQUENCE {
///     version          INTEGER,
///     digestAlgorithms SET OF AlgorithmIdentifier,
///     encapContentInfo SEQUENCE { eContentType OBJECT IDENTIFIER, eContent [0] OCTET STRING OPTIONAL },
///     certificates     [0] IMPLICIT SET OF Certificate OPTIONAL,
///     crls             [1] IMPLICIT … OPTIONAL,
///     signerInfos      SET OF SignerInfo
/// }
/// ```
pub fn signed<'b>(out: &mut Out<'_, 'b>, content: &'b [u8]) {
    let mut rest = content;
    let Some(info) = out.read(&mut rest, der::tlv) else { return };
    let Some(data) = info.children().nth(1).filter(|t| t.is_context(0)).and_then(|t| t.inner()) else {
        return out.malformed(info.raw, "not signed data");
    };
    out.layer("cms");
    let mut parts = data.children().peekable();
    let version = parts.next();
    let digests = parts.next();
    let (Some(_), Some(digests), Some(inside)) = (version, digests, parts.next()) else {
        return out.malformed(data.raw, "not signed data");
    };
    let mut said = inside.children();
    let kind = said.next().map(|t| t.body);
    if kind == Some(AUTH_DATA) {
        out.layer("pkinit");
    }
    digests.children().for_each(|algorithm| of_x509(out, "x509if", algorithm));
    if let Some(certificates) = parts.next_if(|t| t.is_context(0)) {
        certificates.children().for_each(|certificate| of_x509(out, "x509af", certificate));
    }
    let _ = parts.next_if(|t| t.is_context(1));
    if let Some(signers) = parts.next() {
        signers.children().for_each(|signer| signer_info(out, signer));
    }
    let pack = said.next().and_then(|t| t.inner()).filter(|t| t.is_universal(tag::OCTET_STRING));
    if let Some(pack) = pack.filter(|_| kind == Some(AUTH_DATA)) {
        let mut rest = pack.body;
        if let Some(sequence) = out.read(&mut rest, der::tlv) {
            out.group(&fields::AUTH_PACK, sequence.raw, |out| auth_pack(out, sequence));
        }
    }
}

/// ```text
/// SignerInfo ::= SEQUENCE {
///     version            INTEGER,
///     sid                CHOICE { SEQUENCE { issuer Name, serialNumber INTEGER }, [0] … },
///     digestAlgorithm    AlgorithmIdentifier,
///     signedAttrs        [0] IMPLICIT … OPTIONAL,
///     signatureAlgorithm AlgorithmIdentifier, …
/// }
/// ```
fn signer_info<'b>(out: &mut Out<'_, 'b>, signer: Tlv<'b>) {
    let mut parts = signer.children().filter(|t| t.is_universal(tag::SEQUENCE));
    // A key identifier stands under a tag of its own.
    let named = signer.children().nth(1).is_some_and(|sid| sid.is_universal(tag::SEQUENCE));
    if let Some(issuer) = named.then(|| parts.next()).flatten().and_then(|sid| sid.inner()) {
        of_x509(out, "x509if", issuer);
    }
    for algorithm in parts.take(2) {
        of_x509(out, "x509if", algorithm);
    }
}

/// ```text
/// AuthPack ::= SEQUENCE {
///     pkAuthenticator   [0] SEQUENCE { cusec [0] INTEGER, ctime [1] KerberosTime, nonce [2] INTEGER, paChecksum [3] … },
///     clientPublicValue [1] SEQUENCE { AlgorithmIdentifier, BIT STRING } OPTIONAL,
///     supportedCMSTypes [2] SEQUENCE OF AlgorithmIdentifier OPTIONAL, …
/// }
/// ```
fn auth_pack<'b>(out: &mut Out<'_, 'b>, sequence: Tlv<'b>) {
    walk::tagged(out, sequence, |out, n, value| match n {
        0 => walk::tagged(out, value, |out, n, value| match n {
            0 => _ = walk::unsigned(out, &fields::PK_CUSEC, value),
            1 => _ = walk::time(out, &fields::CTIME, value),
            2 => _ = walk::unsigned(out, &fields::PK_NONCE, value),
            3 => _ = walk::octets(out, &fields::PK_CHECKSUM, value),
            _ => {}
        }),
        1 => value.children().take(1).for_each(|algorithm| of_x509(out, "x509if", algorithm)),
        2 => value.children().for_each(|algorithm| of_x509(out, "x509if", algorithm)),
        _ => {}
    });
}

/// Lets the reader of certificates describe one, or a part of one.
fn of_x509<'b>(out: &mut Out<'_, 'b>, reader: &'static str, part: Tlv<'b>) {
    let message = Message { bytes: part.raw, from: Direction::ToServer, note: 0, context: &Context::NONE };
    if let Some(reader) = registry::find(Claim::Named(reader)) {
        out.give_inside(reader, &message);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields;
    use crate::field::{Sink, Tree};
    use crate::protocol::{Budget, Out};

    /// An element of less than 64 KiB.
    fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, &body].concat()
    }

    /// Signed data with one signer, without certificates.
    fn sample() -> Vec<u8> {
        let sha1 = der(0x30, &[&[6, 5, 0x2b, 0x0e, 3, 2, 0x1a]]);
        let dh = der(0x30, &[&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3e, 2, 1]]);
        let time = der(0xa1, &[&der(0x18, &[b"20150119225528Z"])]);
        let authenticator = der(0x30, &[&der(0xa0, &[&[2, 1, 7]]), &time, &der(0xa2, &[&[2, 1, 9]])]);
        let key = der(0x30, &[&dh, &[3, 1, 0]]);
        let pack = der(0x30, &[&der(0xa0, &[&authenticator]), &der(0xa1, &[&key])]);
        let content = [der(6, &[super::AUTH_DATA]), der(0xa0, &[&der(4, &[&pack])])].concat();
        let name = der(0x30, &[&der(0x31, &[&der(0x30, &[&[6, 3, 0x55, 4, 3], &der(12, &[b"CA"])])])]);
        let signer = der(0x30, &[&[2, 1, 1], &der(0x30, &[&name, &[2, 1, 5]]), &sha1, &sha1, &[4, 1, 0]]);
        let data = der(0x30, &[&[2, 1, 3], &der(0x31, &[&sha1]), &der(0x30, &[&content]), &der(0x31, &[&signer])]);
        der(0x30, &[&der(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]]), &der(0xa0, &[&data])])
    }

    fn describe(bytes: &[u8]) -> Tree {
        let mut tree = Tree::new(true);
        tree.enter("Frame", bytes);
        super::signed(&mut Out::new(&mut tree, &mut Budget::default(), bytes), bytes);
        tree
    }

    fn values(tree: &Tree, name: &str) -> Vec<String> {
        let of = tree.nodes.iter().filter(|n| n.field.is_some_and(|f| f.name == name));
        of.map(|n| n.value.to_string()).collect()
    }

    #[test]
    fn who_signed_and_what() {
        let tree = describe(&sample());
        let sha1 = "1.3.14.3.2.26";
        assert_eq!(values(&tree, "x509af.algorithm.id"), [sha1, sha1, sha1, "1.2.840.10046.2.1"]);
        assert_eq!(values(&tree, "x509sat.uTF8String"), ["CA"]);
        assert_eq!(
            (values(&tree, fields::PK_CUSEC.name), values(&tree, fields::PK_NONCE.name)),
            (vec!["7".to_owned()], vec!["9".to_owned()])
        );
        assert_eq!(values(&tree, "kerberos.ctime").len(), 1);
        assert_eq!(tree.layers, ["cms", "pkinit", "x509sat"]);
    }

    #[test]
    fn every_prefix_and_every_changed_byte_is_described_inside_its_bounds() {
        let bytes = sample();
        for length in 0..bytes.len() {
            describe(&bytes[..length]);
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x30, 0x7f, 0x80, 0x84, 0xa0, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = value;
                for node in &describe(&changed).nodes {
                    assert!(node.at.end as usize <= bytes.len() && node.at.start <= node.at.end, "{node:?}");
                }
            }
        }
    }
}
