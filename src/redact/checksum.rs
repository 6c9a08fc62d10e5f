//! Checksums after the bytes they cover have changed: brought up to date by the difference (RFC 1624), so that one that was
//! right stays right, and one that was wrong (computed by the network card, after the capture) stays as wrong as it was.

use super::told::{Site, Sum};
use std::ops::Range;

/// Brings the checksums of a frame up to date, the innermost first: it is covered by those around it.
pub(super) fn repair(old: &[u8], new: &mut [u8], sites: &[Site]) {
    for site in sites.iter().rev() {
        let end = end_of_packet(old, site).unwrap_or(old.len()).min(old.len());
        let (field, ranges): (usize, [Range<usize>; 2]) = match site.sum {
            Sum::Ip => {
                let words = usize::from(old.get(site.at).copied().unwrap_or(0) & 0xf).saturating_mul(4);
                (site.at.saturating_add(10), [0..0, site.at..site.at.saturating_add(words)])
            }
            Sum::Icmp => (site.at.saturating_add(2), [0..0, site.at..end]),
            Sum::Tcp => (site.at.saturating_add(16), [addresses(site), site.at..end]),
            Sum::Udp => (site.at.saturating_add(6), [addresses(site), site.at..end]),
            Sum::Icmpv6 => (site.at.saturating_add(2), [addresses(site), site.at..end]),
        };
        let Some(before) = word(old, field) else { continue };
        // UDP without a checksum has none afterwards.
        if site.sum == Sum::Udp && before == 0 {
            continue;
        }
        let mut sum = u64::from(!before);
        for range in ranges {
            let mut at = range.start;
            while at < range.end.min(old.len()) {
                if at != field {
                    let half = at.saturating_add(1) >= range.end;
                    sum = sum.saturating_add(u64::from(!padded(old, at, half)));
                    sum = sum.saturating_add(u64::from(padded(new, at, half)));
                }
                at = at.saturating_add(2);
            }
        }
        while sum > 0xffff {
            sum = (sum & 0xffff).saturating_add(sum >> 16);
        }
        let after = match !u16::try_from(sum).unwrap_or(0) {
            0 if site.sum == Sum::Udp => 0xffff,
            n => n,
        };
        if let Some(place) = new.get_mut(field..field.saturating_add(2)) {
            place.copy_from_slice(&after.to_be_bytes());
        }
    }
}

/// Where the packet around a header ends.
fn end_of_packet(data: &[u8], site: &Site) -> Option<usize> {
    let len = if site.v6 {
        usize::from(word(data, site.ip.checked_add(4)?)?).checked_add(40)?
    } else {
        usize::from(word(data, site.ip.checked_add(2)?)?)
    };
    // Segmentation offload writes 0.
    (len > 0).then(|| site.ip.saturating_add(len))
}

/// The addresses that count into a checksum.
const fn addresses(site: &Site) -> Range<usize> {
    let (from, len) = if site.v6 { (8, 32) } else { (12, 8) };
    site.ip.saturating_add(from)..site.ip.saturating_add(from).saturating_add(len)
}

fn word(data: &[u8], at: usize) -> Option<u16> {
    let [high, low] = *data.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes([high, low]))
}

/// The word at a place; of the last odd byte the rest is zero.
fn padded(data: &[u8], at: usize, half: bool) -> u16 {
    let high = data.get(at).copied().unwrap_or(0);
    let low = data.get(at.saturating_add(1)).copied().filter(|_| !half).unwrap_or(0);
    u16::from_be_bytes([high, low])
}
