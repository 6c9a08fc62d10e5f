//! Compressed bodies: taken apart, written anew, and compressed again into as many bytes as before.

use crate::protocol::http::expand;
use libdeflater::{CompressionLvl, Compressor};

/// The flag of a gzip member that has a name (RFC 1952 §2.3.1), and bytes of the header before it.
const FNAME: u8 = 8;
const HEADER: usize = 10;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950.
    Zlib,
    /// RFC 1951 alone, which some servers take `deflate` for.
    Deflate,
}

/// Writes a body in this coding (in lower case) anew. False if it was not, and may not stay: the coding is another one, the
/// body is cut or broken, or what it says does not fit into as many bytes any more.
pub(super) fn replace(body: &mut [u8], coding: &[u8], anew: impl FnOnce(&mut [u8])) -> bool {
    let coding = match (coding, body.first()) {
        (b"gzip" | b"x-gzip", _) => Coding::Gzip,
        // The method and the size of the window, of which the first two bytes are a multiple of 31.
        (b"deflate", Some(first)) if first & 15 == 8 => Coding::Zlib,
        (b"deflate", _) => Coding::Deflate,
        _ => return false,
    };
    let name = if coding == Coding::Gzip { &b"gzip"[..] } else { b"deflate" };
    let Some(mut plain) = expand(name, body).filter(|expanded| expanded.mark.is_none()) else { return false };
    anew(&mut plain.bytes);
    let Some(new) = compressed(&plain.bytes, coding, body.len()) else { return false };
    body.copy_from_slice(&new);
    true
}

/// What compresses to exactly so many bytes.
fn compressed(plain: &[u8], coding: Coding, len: usize) -> Option<Vec<u8>> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut new = vec![0; len];
    let written = match coding {
        Coding::Gzip => compressor.gzip_compress(plain, &mut new),
        Coding::Zlib => compressor.zlib_compress(plain, &mut new),
        Coding::Deflate => compressor.deflate_compress(plain, &mut new),
    };
    let written = written.ok()?;
    let room = len.checked_sub(written)?;
    // Bytes behind the end belong to no stream. Behind a member of gzip another one may follow: it gets a name that fills.
    if coding == Coding::Gzip && room > 0 {
        new.truncate(written);
        *new.get_mut(3)? |= FNAME;
        let name = std::iter::repeat_n(b'-', room.checked_sub(1)?).chain([0]);
        new.splice(HEADER..HEADER, name);
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upper(bytes: &mut [u8]) {
        bytes.make_ascii_uppercase();
    }

    fn packed(plain: &[u8], coding: Coding) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::default());
        let mut bytes = vec![0; plain.len() * 2 + 100];
        let len = match coding {
            Coding::Gzip => compressor.gzip_compress(plain, &mut bytes),
            Coding::Zlib => compressor.zlib_compress(plain, &mut bytes),
            Coding::Deflate => compressor.deflate_compress(plain, &mut bytes),
        };
        bytes.truncate(len.unwrap());
        bytes
    }

    #[test]
    fn a_body_is_as_long_as_before_and_says_something_else() {
        let plain = b"<User>mona.reyes@corvid.example</User>".repeat(40);
        for (coding, name) in [
            (Coding::Gzip, &b"gzip"[..]),
            (Coding::Gzip, b"x-gzip"),
            (Coding::Zlib, b"deflate"),
            (Coding::Deflate, b"deflate"),
        ] {
            let mut body = packed(&plain, coding);
            let len = body.len();
            assert!(replace(&mut body, name, upper), "{coding:?}");
            assert_eq!(body.len(), len);
            let back = expand(name, &body).unwrap();
            assert_eq!((back.bytes, back.mark), (plain.to_ascii_uppercase(), None), "{coding:?}");
        }
    }

    #[test]
    fn what_is_cut_or_of_another_coding_is_left_to_others() {
        let mut body = packed(&b"mona".repeat(100), Coding::Gzip);
        let end = body.len() - 1;
        assert!(!replace(&mut body[..end], b"gzip", upper));
        assert!(!replace(&mut body, b"br", upper));
        assert!(!replace(&mut body, b"deflate", upper));
        assert!(!replace(&mut [], b"gzip", upper));
        // What does not repeat any more needs more room.
        let noise = |bytes: &mut [u8]| {
            let mut state = 1_u32;
            for byte in bytes {
                state = state.wrapping_mul(0x9e37_79b1).wrapping_add(7);
                *byte = (state >> 24) as u8;
            }
        };
        assert!(!replace(&mut body, b"gzip", noise));
    }
}
