//! Shares, files and pipes as far as they tell who talks to what ([MS-SMB2] 2.2.9 to 2.2.32).

use super::fields as f;
use crate::field::{Field, Value};
use crate::protocol::fixed::{Row, at};
use crate::protocol::{Claim, Likelihood, Message, Out, registry};
use crate::wire::utf16;

/// TREE_CONNECT request: Flags(2) PathOffset(2) PathLength(2).
pub fn connect<'b>(whole: &'b [u8], row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    row.hidden(out, 2)?;
    let (offset, length) = (row.number(out, &f::BLOB_OFFSET, 2)?, row.number(out, &f::BLOB_LENGTH, 2)?);
    name(&f::TREE, whole, offset, length, out)
}

/// TREE_CONNECT response: ShareType(1) Reserved(1) ShareFlags(4) Capabilities(4) MaximalAccess(4).
pub fn connected<'b>(row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    row.number(out, &f::SHARE_TYPE, 1)?;
    row.bytes(out, &f::RESERVED, 1)?;
    row.number(out, &f::SHARE_FLAGS, 4)?;
    row.number(out, &f::SHARE_CAPS, 4)?;
    Some(())
}

/// CREATE request: NameOffset and NameLength stand 44 bytes behind the header.
pub fn create<'b>(whole: &'b [u8], out: &mut Out<'_, 'b>) -> Option<()> {
    let (offset, length) = (at(whole, 108, 2)?, at(whole, 110, 2)?);
    if length == 0 { Some(()) } else { name(&f::FILE_NAME, whole, offset, length, out) }
}

fn name<'b>(field: &'static Field, whole: &'b [u8], offset: u64, length: u64, out: &mut Out<'_, 'b>) -> Option<()> {
    let (start, length) = (usize::try_from(offset).ok()?, usize::try_from(length).ok()?);
    let Some(raw) = whole.get(start..start.checked_add(length)?) else {
        out.malformed(whole.get(start..).unwrap_or(&[]), "the name does not lie in the message");
        return None;
    };
    let text = utf16::decode(raw);
    out.value(field, raw, Value::Text(text.as_bytes()));
    out.column_more(format_args!(" {}: {text}", if field == &f::TREE { "Tree" } else { "File" }));
    Some(())
}

/// READ response: DataOffset(1) Reserved(1) DataLength(4) DataRemaining(4) Reserved(4).
pub fn read<'b>(message: &Message<'b>, whole: &'b [u8], row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let offset = row.number(out, &f::BLOB_OFFSET, 1)?;
    row.bytes(out, &f::RESERVED, 1)?;
    let length = row.number(out, &f::BLOB_LENGTH, 4)?;
    row.hidden(out, 4)?;
    row.bytes(out, &f::RESERVED, 4)?;
    carried(message, whole, offset, length, out);
    Some(())
}

/// WRITE request: DataOffset(2) Length(4) Offset(8) FileId(16).
pub fn write<'b>(message: &Message<'b>, whole: &'b [u8], row: &mut Row<'b>, out: &mut Out<'_, 'b>) -> Option<()> {
    let offset = row.hidden(out, 2)?;
    let length = row.hidden(out, 4)?;
    row.hidden(out, 8)?;
    row.guid(out, &f::FILE_ID)?;
    carried(message, whole, offset, length, out);
    Some(())
}

/// IOCTL: Reserved(2) CtlCode(4) FileId(16) InputOffset(4) InputCount(4), then in a request MaxInputResponse(4), then
/// OutputOffset(4) OutputCount(4).
pub fn control<'b>(
    message: &Message<'b>,
    whole: &'b [u8],
    response: bool,
    row: &mut Row<'b>,
    out: &mut Out<'_, 'b>,
) -> Option<()> {
    row.bytes(out, &f::RESERVED, 2)?;
    let code = row.number(out, &f::CONTROL, 4)?;
    row.guid(out, &f::FILE_ID)?;
    let mut place = (row.hidden(out, 4)?, row.hidden(out, 4)?);
    if response {
        place = (row.hidden(out, 4)?, row.hidden(out, 4)?);
    }
    // FSCTL_PIPE_TRANSCEIVE: a call and its answer in one exchange.
    if code == 0x0011_c017 {
        carried(message, whole, place.0, place.1, out);
    }
    Some(())
}

/// What a file or pipe carries: a call, if it begins like one.
fn carried<'b>(message: &Message<'b>, whole: &'b [u8], offset: u64, length: u64, out: &mut Out<'_, 'b>) {
    let place = usize::try_from(offset).ok().zip(usize::try_from(length).ok());
    let Some(data) = place.and_then(|(start, length)| whole.get(start..)?.get(..length)) else { return };
    let rpc = registry::find(Claim::Named("dcerpc")).filter(|rpc| (rpc.probe)(data) >= Likelihood::Perhaps);
    match rpc {
        Some(rpc) => out.give(rpc, &message.with(data)),
        None if !data.is_empty() => drop(out.hand_over(message, Claim::Named("data"), data)),
        None => {}
    }
}
