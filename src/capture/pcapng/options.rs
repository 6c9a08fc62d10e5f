//! Options of pcapng blocks (draft-ietf-opsawg-pcapng, 3.5): code, length, value, padding to four bytes.
//!
//! The list ends with `opt_endofopt`, or where the block ends. What stands behind the end is not looked at.

use pcap_parser::PcapNGOption;

/// Most bytes of options in one block. A single option has at most 64 KiB; this leaves room for many comments, and keeps
/// a block of nothing but empty options from costing ten times its size.
pub(super) const MOST: usize = 1 << 20;

pub(super) const COMMENT: u16 = 1;
pub(super) const SHB_HARDWARE: u16 = 2;
pub(super) const SHB_OS: u16 = 3;
pub(super) const SHB_USERAPPL: u16 = 4;
pub(super) const IF_NAME: u16 = 2;
pub(super) const IF_DESCRIPTION: u16 = 3;
pub(super) const IF_TSRESOL: u16 = 9;
pub(super) const IF_FILTER: u16 = 11;
pub(super) const IF_OS: u16 = 12;
pub(super) const IF_FCSLEN: u16 = 13;
pub(super) const IF_TSOFFSET: u16 = 14;
pub(super) const ISB_IFDROP: u16 = 5;
pub(super) const ISB_FILTERACCEPT: u16 = 6;
pub(super) const ISB_OSDROP: u16 = 7;
pub(super) const ISB_USRDELIV: u16 = 8;

const END: u16 = 0;

/// The options before the end of the list, with their values.
pub(super) fn each<'o>(options: &'o [PcapNGOption<'_>]) -> impl Iterator<Item = (u16, &'o [u8])> {
    options.iter().take_while(|o| o.code.0 != END).map(|o| (o.code.0, o.as_bytes().unwrap_or_default()))
}

/// True if the list fills `area` bytes or ends with its end mark: no option was cut off.
pub(super) fn are_whole(options: &[PcapNGOption<'_>], area: usize) -> bool {
    let read = options.iter().fold(0_usize, |sum, o| sum.saturating_add(o.value.len()).saturating_add(4));
    options.iter().any(|o| o.code.0 == END) || read >= area
}

/// Text keeps to a budget: what a hostile file describes at length is left out.
pub(super) struct Texts(pub usize);

impl Texts {
    /// The text of `value`, without the zero byte that some programs end it with.
    pub fn keep(&mut self, value: &[u8]) -> Option<String> {
        let end = value.iter().rposition(|b| *b != 0).map_or(0, |last| last.saturating_add(1));
        let text = String::from_utf8_lossy(value.get(..end).unwrap_or(value)).into_owned();
        self.0 = self.0.checked_sub(text.len())?;
        (!text.is_empty()).then_some(text)
    }
}
