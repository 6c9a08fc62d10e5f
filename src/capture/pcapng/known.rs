//! The blocks of pcapng, read one by one, and what they say of later ones: sections, interfaces, names.
//!
//! Section headers, interfaces, packets, statistics and secrets are read by `pcap_parser`. Name resolution and the old
//! packet block are walked here: the library loses all names if the list has no end, and does not know the other.
//! Three things it gives are not used, because it reads them wrongly: options behind the end of their list, numbers in
//! the options of big-endian files, and resolutions that are powers of two.

use std::net::IpAddr;

use nom::Parser;
use nom::bytes::complete::take;
use pcap_parser::traits::PcapNGPacketBlock;
use pcap_parser::{
    Block, DecryptionSecretsBlock, InterfaceDescriptionBlock, InterfaceStatisticsBlock, PcapNGOption, SecretsType,
    SectionHeaderBlock,
};

use super::options::{self, Texts};
use crate::capture::order::Order;
use crate::capture::{Interface, NO_INTERFACE, Name, Resolution, Section, Trouble, UNKNOWN_LINK_TYPE, notice::Notices};
use crate::wire::{Parsed, Span, Timestamp};

// Types of blocks.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const NAMES: u32 = 4;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;
const SECRETS: u32 = 10;
/// Custom blocks, to be copied or not: they say themselves that others need not read them.
const CUSTOM: [u32; 2] = [0x0bad, 0x4000_0bad];

/// Most interfaces described, sections told apart, and names kept.
const INTERFACES: usize = 65_536;
const SECTIONS: usize = 1_024;
const NAMES_KEPT: usize = 65_536;
/// Most comments on one packet.
const COMMENTS: usize = 64;
/// Most bytes of text kept for sections and interfaces, and for names.
const TEXT: usize = 4 << 20;

/// A later section header cannot be read: byte order and interfaces of what follows are unknown.
pub(super) struct Lost;

/// What a block has to hand out; spans are in the block.
pub(super) enum Pending {
    Packet(Packet),
    Secrets(Span),
}

/// A packet before it is borrowed.
pub(super) struct Packet {
    pub time: Timestamp,
    pub timed: bool,
    pub interface: u32,
    pub link_type: u32,
    pub wire_len: u32,
    pub data: Span,
}

/// What is known of the capture so far.
pub(super) struct Known {
    pub order: Order,
    pub sections: Vec<Section>,
    pub interfaces: Vec<Interface>,
    pub names: Vec<Name>,
    pub notices: Notices,
    /// Sections begun.
    section: u32,
    /// Index of the first interface of this section.
    first: usize,
    texts: Texts,
    name_texts: Texts,
    comments: Vec<String>,
    packets: u64,
    last: Timestamp,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            order: Order::Little,
            sections: Vec::new(),
            interfaces: Vec::new(),
            names: Vec::new(),
            notices: Notices::default(),
            section: 0,
            first: 0,
            texts: Texts(TEXT),
            name_texts: Texts(TEXT),
            comments: Vec::new(),
            packets: 0,
            last: Timestamp(0),
        }
    }
}

/// Fields of the old packet block: interface (16 bits), drops (16 bits), time (high, low), captured, original.
struct OldPacket {
    interface: u16,
    high: u32,
    low: u32,
    captured: u32,
    original: u32,
}

fn old_packet(order: Order, block: &[u8]) -> Parsed<'_, OldPacket> {
    (take(8_usize), order.u16(), order.u16(), order.u32(), order.u32(), order.u32(), order.u32())
        .map(|(_, interface, _drops, high, low, captured, original)| OldPacket {
            interface,
            high,
            low,
            captured,
            original,
        })
        .parse(block)
}

/// One record of a name resolution block: kind, value.
fn name_record(order: Order, input: &[u8]) -> Parsed<'_, (u16, &[u8])> {
    let (rest, (kind, len)) = (order.u16(), order.u16()).parse(input)?;
    let (rest, value) = take(len).parse(rest)?;
    // Padding of the last record may be missing.
    let padding = usize::from(len.wrapping_neg() & 3).min(rest.len());
    let (rest, _) = take(padding).parse(rest)?;
    Ok((rest, (kind, value)))
}

/// Bytes of options in a block, as far as its fixed fields tell.
fn options_area(order: Order, kind: u32, block: &[u8]) -> usize {
    let padded = |at: usize| {
        let len = block.get(at..).and_then(|b| order.u32().parse(b).ok()).map_or(u32::MAX, |(_, len)| len);
        usize::try_from(len.checked_next_multiple_of(4).unwrap_or(u32::MAX)).unwrap_or(usize::MAX)
    };
    let fixed = match kind {
        SECTION => 28,
        INTERFACE => 20,
        STATISTICS => 24,
        PACKET | OLD_PACKET => padded(20).saturating_add(32),
        SECRETS => padded(12).saturating_add(20),
        _ => usize::MAX,
    };
    block.len().saturating_sub(fixed)
}

fn block_name(kind: u32) -> &'static str {
    match kind {
        SECTION => "section header",
        INTERFACE => "interface description",
        OLD_PACKET | SIMPLE_PACKET | PACKET => "packet block",
        NAMES => "name resolution block",
        STATISTICS => "statistics block",
        SECRETS => "secrets block",
        _ => "block",
    }
}

impl Known {
    /// Notes what is wrong at byte `at`.
    pub fn note(&mut self, trouble: Trouble, at: u64) {
        self.notices.push(trouble, at, self.packets);
    }

    /// The comments on the packet read last.
    pub fn comments(&self) -> &[String] {
        &self.comments
    }

    /// Reads a block, which begins at byte `at` of the capture.
    pub fn read(&mut self, kind: u32, block: &[u8], at: u64) -> Result<Option<Pending>, Lost> {
        let area = options_area(self.order, kind, block);
        if area > options::MOST {
            return self.damaged(kind, "its options are too long", at);
        }
        match kind {
            NAMES => {
                self.read_names(block, at);
                return Ok(None);
            }
            OLD_PACKET => return self.old_packet(block, area, at),
            SECTION | INTERFACE | SIMPLE_PACKET | STATISTICS | PACKET | SECRETS => {}
            _ => {
                if !CUSTOM.contains(&kind) {
                    self.note(Trouble::UnknownBlock(kind), at);
                }
                return Ok(None);
            }
        }
        let parsed = match self.order {
            Order::Little => pcap_parser::parse_block_le(block),
            Order::Big => pcap_parser::parse_block_be(block),
        };
        match parsed {
            Ok((_, Block::EnhancedPacket(packet))) => {
                self.read_comments(&packet.options, area, kind, at);
                let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                let data = Span::of(block, packet.packet_data());
                return Ok(Some(self.packet(packet.if_id, Some(units), packet.origlen, data, at)));
            }
            Ok((_, Block::SimplePacket(packet))) => {
                self.comments.clear();
                let limit = self.interface(0).map_or(0, |(_, interface)| interface.snaplen);
                let limit = usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
                let data = packet.packet_data();
                let data = Span::of(block, data.get(..limit).unwrap_or(data));
                return Ok(Some(self.packet(0, None, packet.origlen, data, at)));
            }
            Ok((_, Block::DecryptionSecrets(secrets))) => return Ok(self.secrets(&secrets, block, at)),
            Ok((_, Block::SectionHeader(header))) => {
                if header.major_version != 1 {
                    self.note(
                        Trouble::Lost(format!(
                            "a section header says version {}.{}, and only 1.x is known",
                            header.major_version, header.minor_version
                        )),
                        at,
                    );
                    return Err(Lost);
                }
                self.begin_section(&header, area, at);
            }
            Ok((_, Block::InterfaceDescription(description))) => self.describe(&description, area, at),
            Ok((_, Block::InterfaceStatistics(statistics))) => self.count_drops(&statistics),
            Ok(_) => {}
            Err(_) => return self.damaged(kind, "its lengths do not fit", at),
        }
        Ok(None)
    }

    /// Leaves a block out. Without its header a section cannot be read.
    fn damaged(&mut self, kind: u32, why: &'static str, at: u64) -> Result<Option<Pending>, Lost> {
        if kind == SECTION {
            self.note(Trouble::Lost(format!("a section header is damaged: {why}")), at);
            return Err(Lost);
        }
        // Later packets count interfaces by their place, so a place is kept for one that cannot be read.
        if kind == INTERFACE && self.interfaces.len() < INTERFACES {
            let mut interface = Interface::new(UNKNOWN_LINK_TYPE, Resolution::MICROSECONDS);
            interface.section = self.section.saturating_sub(1);
            self.interfaces.push(interface);
        }
        self.note(Trouble::Damaged { block: block_name(kind), why }, at);
        Ok(None)
    }

    /// The interface of number `id` in this section, with its number over all.
    fn interface(&self, id: u32) -> Option<(u32, &Interface)> {
        let index = usize::try_from(id).ok().and_then(|id| self.first.checked_add(id))?;
        Some((u32::try_from(index).ok()?, self.interfaces.get(index)?))
    }

    /// A packet of interface `id`, `units` after the epoch if its block gives a time.
    fn packet(&mut self, id: u32, units: Option<u64>, wire_len: u32, data: Span, at: u64) -> Pending {
        let (interface, link_type, resolution, offset) = match self.interface(id) {
            Some((index, it)) => (index, it.link_type, it.resolution, it.offset),
            None => (NO_INTERFACE, UNKNOWN_LINK_TYPE, Resolution::MICROSECONDS, 0),
        };
        if interface == NO_INTERFACE {
            self.note(Trouble::NoInterface { id }, at);
        }
        self.packets = self.packets.saturating_add(1);
        if let Some(units) = units {
            self.last = resolution.time(units, offset);
        }
        Pending::Packet(Packet { time: self.last, timed: units.is_some(), interface, link_type, wire_len, data })
    }

    fn old_packet(&mut self, block: &[u8], area: usize, at: u64) -> Result<Option<Pending>, Lost> {
        let Ok((rest, packet)) = old_packet(self.order, block) else {
            return self.damaged(OLD_PACKET, "it is too short", at);
        };
        let end = rest.len().saturating_sub(4);
        let captured = usize::try_from(packet.captured).unwrap_or(usize::MAX);
        let Some(data) = rest.get(..end).and_then(|r| r.get(..captured)) else {
            return self.damaged(OLD_PACKET, "its lengths do not fit", at);
        };
        let start = end.saturating_sub(area);
        let options = rest.get(start..end).unwrap_or(&[]);
        let option = match self.order {
            Order::Little => pcap_parser::parse_option_le::<nom::error::Error<&[u8]>>,
            Order::Big => pcap_parser::parse_option_be,
        };
        let options = nom::multi::many0(nom::combinator::complete(option)).parse(options);
        let options = options.map(|(_, options)| options).unwrap_or_default();
        self.read_comments(&options, area, OLD_PACKET, at);
        let units = u64::from(packet.high) << 32 | u64::from(packet.low);
        let data = Span::of(block, data);
        Ok(Some(self.packet(u32::from(packet.interface), Some(units), packet.original, data, at)))
    }

    fn read_comments(&mut self, options: &[PcapNGOption<'_>], area: usize, kind: u32, at: u64) {
        self.comments.clear();
        if area == 0 {
            return;
        }
        self.check_options(options, area, kind, at);
        for (code, value) in options::each(options) {
            if code != options::COMMENT {
                continue;
            }
            if self.comments.len() >= COMMENTS {
                self.note(Trouble::Full("comments on a packet"), at);
                break;
            }
            self.comments.extend(Texts(usize::MAX).keep(value));
        }
    }

    fn check_options(&mut self, options: &[PcapNGOption<'_>], area: usize, kind: u32, at: u64) {
        if !options::are_whole(options, area) {
            self.note(Trouble::Options(block_name(kind)), at);
        }
    }

    fn begin_section(&mut self, header: &SectionHeaderBlock<'_>, area: usize, at: u64) {
        self.check_options(&header.options, area, SECTION, at);
        self.first = self.interfaces.len();
        self.section = self.section.saturating_add(1);
        if self.sections.len() >= SECTIONS {
            self.note(Trouble::Full("sections"), at);
            return;
        }
        let mut section = Section::default();
        for (code, value) in options::each(&header.options) {
            let text = self.texts.keep(value);
            match code {
                options::COMMENT => section.comments.extend(text),
                options::SHB_HARDWARE => section.hardware = text,
                options::SHB_OS => section.os = text,
                options::SHB_USERAPPL => section.application = text,
                _ => {}
            }
        }
        self.sections.push(section);
    }

    fn describe(&mut self, description: &InterfaceDescriptionBlock<'_>, area: usize, at: u64) {
        self.check_options(&description.options, area, INTERFACE, at);
        if self.interfaces.len() >= INTERFACES {
            self.note(Trouble::Full("interfaces"), at);
            return;
        }
        let link_type = u32::try_from(description.linktype.0).unwrap_or(UNKNOWN_LINK_TYPE);
        let mut interface = Interface::new(link_type, Resolution::MICROSECONDS);
        interface.snaplen = description.snaplen;
        interface.section = self.section.saturating_sub(1);
        for (code, value) in options::each(&description.options) {
            match (code, value) {
                (options::IF_TSRESOL, [byte, ..]) => interface.resolution = Resolution::from_option(*byte),
                (options::IF_FCSLEN, [len, ..]) => interface.fcs_len = Some(*len),
                (options::IF_TSOFFSET, value) => {
                    interface.offset = self.order.u64().parse(value).map_or(0, |(_, seconds)| seconds.cast_signed());
                }
                (options::COMMENT, value) => interface.comments.extend(self.texts.keep(value)),
                (options::IF_NAME, value) => interface.name = self.texts.keep(value),
                (options::IF_DESCRIPTION, value) => interface.description = self.texts.keep(value),
                // The first byte tells text (0) from a compiled filter.
                (options::IF_FILTER, [0, text @ ..]) => interface.filter = self.texts.keep(text),
                (options::IF_OS, value) => interface.os = self.texts.keep(value),
                _ => {}
            }
        }
        self.interfaces.push(interface);
    }

    fn count_drops(&mut self, statistics: &InterfaceStatisticsBlock<'_>) {
        let (mut by_card, mut by_system, mut accepted, mut delivered) = (None, None, None, None);
        for (code, value) in options::each(&statistics.options) {
            let Ok((_, n)) = self.order.u64().parse(value) else { continue };
            match code {
                options::ISB_IFDROP => by_card = Some(n),
                options::ISB_FILTERACCEPT => accepted = Some(n),
                options::ISB_OSDROP => by_system = Some(n),
                options::ISB_USRDELIV => delivered = Some(n),
                _ => {}
            }
        }
        let index = usize::try_from(statistics.if_id).ok().and_then(|id| self.first.checked_add(id));
        let Some(interface) = index.and_then(|i| self.interfaces.get_mut(i)) else { return };
        if let (Some(_), _) | (_, Some(_)) = (by_card, by_system) {
            interface.dropped = Some(by_card.unwrap_or(0_u64).saturating_add(by_system.unwrap_or(0)));
        }
        if let (Some(accepted), Some(delivered)) = (accepted, delivered) {
            let came = u64::saturating_sub(accepted, by_system.unwrap_or(0));
            interface.behind = Some(came.saturating_sub(delivered));
        }
    }

    fn secrets(&mut self, secrets: &DecryptionSecretsBlock<'_>, block: &[u8], at: u64) -> Option<Pending> {
        if secrets.secrets_type != SecretsType::TlsKeyLog {
            self.note(Trouble::UnknownSecrets(secrets.secrets_type.0), at);
            return None;
        }
        let len = usize::try_from(secrets.secrets_len).unwrap_or(usize::MAX);
        let data = secrets.data.get(..len).unwrap_or(secrets.data);
        Some(Pending::Secrets(Span::of(block, data)))
    }

    fn read_names(&mut self, block: &[u8], at: u64) {
        let mut rest = block.get(8..block.len().saturating_sub(4)).unwrap_or(&[]);
        loop {
            let Ok((behind, (kind, value))) = name_record(self.order, rest) else {
                self.note(Trouble::Damaged { block: block_name(NAMES), why: "its list of names has no end" }, at);
                return;
            };
            rest = behind;
            let (address, names): (IpAddr, _) = match kind {
                0 => return,
                1 => match value.split_first_chunk::<4>() {
                    Some((address, names)) => ((*address).into(), names),
                    None => continue,
                },
                2 => match value.split_first_chunk::<16>() {
                    Some((address, names)) => ((*address).into(), names),
                    None => continue,
                },
                _ => continue,
            };
            for name in names.split(|b| *b == 0).filter(|name| !name.is_empty()) {
                let room = self.names.len() < NAMES_KEPT;
                let Some(name) = room.then(|| self.name_texts.keep(name)).flatten() else {
                    self.note(Trouble::Full("names of addresses"), at);
                    return;
                };
                self.names.push(Name { address, name });
            }
        }
    }
}
