//! The logon information of a PAC ([MS-PAC] 2.5, KERB_VALIDATION_INFO): NDR, little-endian. What a pointer of the fixed part
//! points to follows it, in the order of the pointers.
//!
//! Of the structure's members those are shown that tell who the user is; Wireshark's names are of its NETLOGON dissector.

use super::fields;
use crate::field::{Field, Value};
use crate::protocol::Out;
use crate::wire::{Timestamp, utf16};
use std::fmt::Write;

/// A walk over NDR.
struct Ndr<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Ndr<'b> {
    /// The next bytes.
    fn run(&mut self, length: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(length)?;
        let part = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(part)
    }

    fn long(&mut self) -> Option<u32> {
        self.align();
        self.run(4)?.first_chunk().map(|raw| u32::from_le_bytes(*raw))
    }

    /// Numbers begin at multiples of four.
    fn align(&mut self) {
        self.at = self.at.next_multiple_of(4);
    }
}

/// A string of the fixed part, whose text comes later.
#[derive(Clone, Copy)]
struct Later {
    field: &'static Field,
    there: bool,
}

/// Describes the buffer.
pub fn info<'b>(out: &mut Out<'_, 'b>, bytes: &'b [u8]) {
    let mut ndr = Ndr { bytes, at: 0 };
    if walk(out, &mut ndr).is_none() {
        out.malformed(bytes.get(ndr.at..).unwrap_or(&[]), "the logon information ends early");
    }
}

fn walk<'b>(out: &mut Out<'_, 'b>, ndr: &mut Ndr<'b>) -> Option<()> {
    // Headers of the serialization, and the pointer to the whole.
    ndr.run(16)?;
    ndr.long()?;
    for field in [
        &fields::LOGON_TIME,
        &fields::LOGOFF_TIME,
        &fields::KICKOFF_TIME,
        &fields::PWD_LAST_SET,
        &fields::PWD_CAN_CHANGE,
        &fields::PWD_MUST_CHANGE,
    ] {
        time(out, field, ndr)?;
    }
    let mut later = Vec::new();
    for field in [
        &fields::ACCT_NAME,
        &fields::FULL_NAME,
        &fields::LOGON_SCRIPT,
        &fields::PROFILE_PATH,
        &fields::HOME_DIR,
        &fields::DIR_DRIVE,
    ] {
        later.push(string(ndr, field)?);
    }
    short(out, &fields::LOGON_COUNT, ndr)?;
    short(out, &fields::BAD_PW_COUNT, ndr)?;
    long(out, &fields::USER_RID, ndr)?;
    long(out, &fields::GROUP_RID, ndr)?;
    long(out, &fields::NUM_RIDS, ndr)?;
    let groups = ndr.long()? != 0;
    long(out, &fields::USER_FLAGS, ndr)?;
    out.bytes(&fields::USER_SESSION_KEY, ndr.run(16)?);
    let server = string(ndr, &fields::LOGON_SERVER)?;
    let domain = string(ndr, &fields::LOGON_DOMAIN)?;
    let domain_sid = ndr.long()? != 0;
    ndr.run(8)?;
    long(out, &fields::ACCOUNT_CONTROL, ndr)?;
    // SubAuthStatus, two times, a count and a reserve: all zero in practice.
    ndr.run(28)?;
    long(out, &fields::NUM_SIDS, ndr)?;
    let extra = ndr.long()? != 0;
    let resource_sid = ndr.long()? != 0;
    long(out, &fields::RESOURCE_GROUPS, ndr)?;
    let resource_groups = ndr.long()? != 0;

    for name in later {
        text(out, ndr, name)?;
    }
    if groups {
        memberships(out, ndr)?;
    }
    text(out, ndr, server)?;
    text(out, ndr, domain)?;
    if domain_sid {
        pointed_sid(out, ndr)?;
    }
    if extra {
        let count = ndr.long()?;
        let mut there = 0_u32;
        for _ in 0..count {
            there = there.saturating_add(u32::from(ndr.long()? != 0));
            long(out, &fields::SID_ATTRIBUTES, ndr)?;
        }
        for _ in 0..there {
            pointed_sid(out, ndr)?;
        }
    }
    if resource_sid {
        pointed_sid(out, ndr)?;
    }
    if resource_groups {
        memberships(out, ndr)?;
    }
    Some(())
}

/// RPC_UNICODE_STRING: Length(2) MaximumLength(2) pointer(4)
fn string(ndr: &mut Ndr<'_>, field: &'static Field) -> Option<Later> {
    ndr.long()?;
    Some(Later { field, there: ndr.long()? != 0 })
}

/// What such a pointer points to: maximum count(4), offset(4), actual count(4), and so many characters.
fn text<'b>(out: &mut Out<'_, 'b>, ndr: &mut Ndr<'b>, Later { field, there }: Later) -> Option<()> {
    if there {
        ndr.long()?;
        ndr.long()?;
        let length = usize::try_from(ndr.long()?).ok()?.checked_mul(2)?;
        let raw = ndr.run(length)?;
        if !raw.is_empty() {
            out.value(field, raw, Value::Text(utf16::decode(raw).as_bytes()));
        }
        ndr.align();
    }
    Some(())
}

/// GROUP_MEMBERSHIP: RelativeId(4) Attributes(4), behind their number.
fn memberships<'b>(out: &mut Out<'_, 'b>, ndr: &mut Ndr<'b>) -> Option<()> {
    let count = ndr.long()?;
    for _ in 0..count {
        let raw = ndr.run(8)?;
        let mut inside = Ndr { bytes: raw, at: 0 };
        out.group(&fields::MEMBERSHIP, raw, |out| {
            long(out, &fields::GROUP_RID, &mut inside)?;
            long(out, &fields::GROUP_ATTRIBUTES, &mut inside)
        })?;
    }
    Some(())
}

fn pointed_sid<'b>(out: &mut Out<'_, 'b>, ndr: &mut Ndr<'b>) -> Option<()> {
    let count = usize::try_from(ndr.long()?).ok()?;
    let raw = ndr.run(count.checked_mul(4)?.checked_add(8)?)?;
    sid(out, &fields::SID, raw);
    Some(())
}

/// A security identifier ([MS-DTYP] 2.4.2.2): Revision(1) SubAuthorityCount(1) IdentifierAuthority(6, big-endian) and
/// sub-authorities(4, little-endian).
pub fn sid<'b>(out: &mut Out<'_, 'b>, field: &'static Field, raw: &'b [u8]) {
    let Some(([revision, count, authority @ ..], rest)) = raw.split_first_chunk::<8>() else {
        return out.malformed(raw, "shorter than a SID");
    };
    let authority = authority.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
    let mut text = format!("S-{revision}-{authority}");
    for part in rest.as_chunks::<4>().0.iter().take(usize::from(*count)) {
        let _ = write!(text, "-{}", u32::from_le_bytes(*part));
    }
    out.value(field, raw, Value::Text(text.as_bytes()));
}

/// A time; the largest number says never, and zero that nobody set it.
fn time<'b>(out: &mut Out<'_, 'b>, field: &'static Field, ndr: &mut Ndr<'b>) -> Option<()> {
    let raw = ndr.run(8)?;
    let ticks = raw.first_chunk().map(|raw| u64::from_le_bytes(*raw))?;
    if ticks == 0 || ticks >= i64::MAX.unsigned_abs() {
        out.group(field, raw, |out| {
            out.label(format_args!("{}: {}", field.title, if ticks == 0 { "not set" } else { "never" }));
        });
    } else {
        out.value(field, raw, Value::Time(Timestamp::from_filetime(ticks)));
    }
    Some(())
}

fn short<'b>(out: &mut Out<'_, 'b>, field: &'static Field, ndr: &mut Ndr<'b>) -> Option<()> {
    let raw = ndr.run(2)?;
    out.number(field, raw, raw.first_chunk().map(|raw| u16::from_le_bytes(*raw))?);
    Some(())
}

fn long<'b>(out: &mut Out<'_, 'b>, field: &'static Field, ndr: &mut Ndr<'b>) -> Option<()> {
    let raw = ndr.run(4)?;
    out.number(field, raw, raw.first_chunk().map(|raw| u32::from_le_bytes(*raw))?);
    Some(())
}
