//! Lists of signed certificate timestamps (RFC 6962 §3.3), in an extension of a hello and in one of a certificate. They are
//! written as TLS writes everything.
//!
//! ```text
//! list: length(2) { length(2) version(1) log(32) time(8) extensions length(2) … algorithm(2) signature length(2) … } …
//! ```

use super::fields as f;
use super::parse::vector16;
use crate::field::Value;
use crate::protocol::Out;
use crate::wire::{Timestamp, at};
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_u8, be_u16, be_u64};

/// Shows a list as far as it can be read; what cannot is marked where it stands.
pub fn list<'b>(bytes: &'b [u8], out: &mut Out<'_, 'b>) {
    let mut rest = bytes;
    let Some((length, mut list)) = out.read(&mut rest, vector16) else { return };
    out.number(&f::SCTS_LENGTH, length.raw, length.value);
    while !list.is_empty() {
        let before = list;
        let Some((length, one)) = out.read(&mut list, vector16) else { return };
        let raw = before.get(..before.len().saturating_sub(list.len())).unwrap_or(before);
        out.group(&f::SCT, raw, |out| {
            out.number(&f::SCT_LENGTH, length.raw, length.value);
            let _ = timestamp(one, out);
        });
    }
}

fn timestamp<'b>(one: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let mut rest = one;
    let version = out.read(&mut rest, |i| at(be_u8).parse(i))?;
    out.number(&f::SCT_VERSION, version.raw, version.value);
    if version.value != 0 {
        // Only the first version is written so.
        return None;
    }
    let log: &[u8] = out.read(&mut rest, |i| take(32_usize).parse(i))?;
    out.bytes(&f::SCT_LOG, log);
    let time = out.read(&mut rest, |i| at(be_u64).parse(i))?;
    let millis = i64::try_from(time.value).unwrap_or(i64::MAX);
    let since = Timestamp::new(millis.div_euclid(1_000), millis.rem_euclid(1_000).saturating_mul(1_000_000));
    out.value(&f::SCT_TIME, time.raw, Value::Time(since));
    let (length, _) = out.read(&mut rest, vector16)?;
    out.number(&f::SCT_EXTENSIONS_LENGTH, length.raw, length.value);
    let algorithm = out.read(&mut rest, |i| at(be_u16).parse(i))?;
    out.number(&f::SIGNATURE_ALG, algorithm.raw, algorithm.value);
    let (length, signature) = out.read(&mut rest, vector16)?;
    out.number(&f::SCT_SIGNATURE_LENGTH, length.raw, length.value);
    out.bytes(&f::SCT_SIGNATURE, signature);
    Some(())
}
