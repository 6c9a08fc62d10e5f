//! The pieces of a message (RFC 2131 §2): a fixed head, a cookie, then options of code, length and value.
//!
//! ```text
//! op htype hlen hops | xid(4) | secs(2) flags(2) | ciaddr yiaddr siaddr giaddr | chaddr(16) | sname(64) | file(128)
//! 99.130.83.99 | code length value … | 255
//! ```
//!
//! A value longer than 255 bytes stands in several options of one code (RFC 3396): each piece is shown where it is.

/// Bytes in front of the cookie.
pub const HEAD: usize = 236;
/// In front of the options (RFC 2131 §3).
pub const COOKIE: [u8; 4] = [99, 130, 83, 99];
/// Fills up; has no length.
const PAD: u8 = 0;
/// Ends the options; has no length.
const END: u8 = 255;

/// An option, or what stands in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'b> {
    /// Code, length, value.
    Option {
        /// All of it.
        raw: &'b [u8],
        /// Its code.
        code: u8,
        /// Its length byte.
        length: &'b [u8],
        /// Its value.
        value: &'b [u8],
    },
    /// Bytes that fill up.
    Padding(&'b [u8]),
    /// The end, as one byte.
    End(&'b [u8]),
    /// An option that is longer than the message.
    Cut(&'b [u8]),
}

/// The options one after the other, up to the end or what is cut.
pub fn options(mut rest: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        let (raw, after) = rest.split_at_checked(1)?;
        let code = *raw.first()?;
        if code == END {
            rest = &[];
            return Some(Piece::End(raw));
        }
        if code == PAD {
            let fill = rest.iter().take_while(|b| **b == PAD).count();
            let (padding, after) = rest.split_at_checked(fill)?;
            rest = after;
            return Some(Piece::Padding(padding));
        }
        let whole = rest;
        rest = &[];
        let Some((length, behind)) = after.split_at_checked(1) else { return Some(Piece::Cut(whole)) };
        let count = length.first().map_or(0, |n| usize::from(*n));
        let Some((value, behind)) = behind.split_at_checked(count) else { return Some(Piece::Cut(whole)) };
        rest = behind;
        let raw = whole.get(..whole.len().saturating_sub(behind.len())).unwrap_or(whole);
        Some(Piece::Option { raw, code, length, value })
    })
}

/// The options of a message, if it has any: what stands behind the cookie.
pub fn behind_cookie(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let (cookie, options) = message.get(HEAD..)?.split_at_checked(COOKIE.len())?;
    (cookie == COOKIE).then_some((cookie, options))
}

/// The option that says that `file` or `sname` hold options too (RFC 2132 §9.3).
pub const OVERLOAD: u8 = 52;

/// The options in `file` and `sname` of a message, as far as `value` says so.
pub fn overloaded<'b>(message: &'b [u8], value: &[u8]) -> impl Iterator<Item = Piece<'b>> {
    let bits = value.first().copied().unwrap_or(0);
    let part = |bit: u8, from: usize, to: usize| message.get(from..to).filter(|_| bits & bit != 0).unwrap_or(&[]);
    options(part(1, 108, HEAD)).chain(options(part(2, 44, 108)))
}

/// Sub-options of options 43 and 82, which have the same shape; nothing of one that is cut.
pub fn sub_options(value: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    options(value).filter_map(|piece| match piece {
        Piece::Option { code, value, .. } => Some((code, value)),
        _ => None,
    })
}

/// Text without the zero bytes some senders end it with.
pub fn text(value: &[u8]) -> &[u8] {
    let end = value.iter().rposition(|b| *b != 0).map_or(0, |last| last.saturating_add(1));
    value.get(..end).unwrap_or(value)
}
