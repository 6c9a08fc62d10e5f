//! The same captures inside gzip, zstd and lz4.

use std::io::Write;

use super::make::{self, Order, read};
use crate::capture::{CaptureError, Trouble};

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

pub fn lz4(bytes: &[u8]) -> Vec<u8> {
    // Small blocks, since one that is cut cannot be unpacked at all.
    let info = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB).content_checksum(true);
    let mut writer = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// A zstd or lz4 frame that readers skip.
fn skippable(content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len()).unwrap();
    [&[0x57, 0x2a, 0x4d, 0x18][..], &len.to_le_bytes(), content].concat()
}

/// `file` in each compression.
pub fn packed(file: &[u8]) -> [Vec<u8>; 3] {
    [gzip(file), zstd(file), lz4(file)]
}

type Pack = fn(&[u8]) -> Vec<u8>;
const PACKS: [(&str, Pack); 3] = [("gzip", gzip), ("zstd", zstd), ("lz4", lz4)];

#[test]
fn what_is_inside_is_read_alike() {
    for file in [make::three(Order::Big), make::medley(Order::Little), make::noise(800, 1_400)] {
        let plain = read(&file).unwrap();
        for (name, pack) in PACKS {
            let all = read(&pack(&file)).unwrap();
            assert_eq!(all.packets, plain.packets, "{name}");
            assert_eq!(all.secrets, plain.secrets);
            assert_eq!(all.format, format!("{} in {name}", plain.format));
            assert!(all.notices.is_empty(), "{:?}", all.said());
        }
    }
}

#[test]
fn members_and_frames_follow_each_other() {
    let file = make::noise(90, 1_000);
    let plain = read(&file).unwrap();
    for (name, pack) in PACKS {
        let parts: Vec<u8> = file.chunks(30_000).flat_map(pack).collect();
        let all = read(&parts).unwrap();
        assert_eq!((all.packets, all.notices), (plain.packets.clone(), Vec::new()), "{name}");
    }
    for (name, pack) in &PACKS[1..] {
        let (a, b) = file.split_at(50_000);
        let parts = [skippable(b"made by"), skippable(b""), pack(a), skippable(b"and"), pack(b), skippable(b"end")];
        let all = read(&parts.concat()).unwrap();
        assert_eq!((all.packets, all.notices), (plain.packets.clone(), Vec::new()), "{name}");
    }
}

#[test]
fn compression_in_compression_is_followed_once() {
    let file = make::three(Order::Little);
    for (outer, pack) in PACKS {
        for (inner, pack_inner) in PACKS {
            let twice = pack(&pack_inner(&file));
            let all = read(&twice).unwrap();
            assert_eq!((all.packets.len(), all.format), (3, format!("pcap in {inner} in {outer}")));
            assert!(matches!(read(&gzip(&twice)), Err(CaptureError::Nested { .. })));
        }
    }
}

#[test]
fn a_cut_archive_gives_what_can_be_unpacked_and_a_notice() {
    for file in [make::three(Order::Little), make::medley(Order::Big)] {
        let plain = read(&file).unwrap().packets;
        for (name, pack) in PACKS {
            let packed = pack(&file);
            for cut in 4..packed.len() {
                match read(&packed[..cut]) {
                    Ok(all) => {
                        assert!(plain.starts_with(&all.packets), "{name} cut at {cut}");
                        assert!(!all.notices.is_empty(), "{name} cut at {cut} of {}", packed.len());
                        assert!(all.error.is_none());
                    }
                    Err(e) => assert!(matches!(e, CaptureError::Packed { .. }), "{name} cut at {cut}: {e}"),
                }
            }
        }
    }
}

#[test]
fn little_is_lost_with_the_end_of_an_archive() {
    // More than one block of any of the three, but less than the window that zstd holds back.
    let file = make::noise(1_000, 1_000);
    for (name, pack) in PACKS {
        let packed = pack(&file);
        let all = read(&packed[..packed.len() * 9 / 10]).unwrap();
        assert!(all.packets.len() > 700, "{name}: {} packets", all.packets.len());
        assert!(matches!(all.notices[..], [ref n] if matches!(n.trouble, Trouble::Unpack(_))), "{:?}", all.said());
    }
}

#[test]
fn a_damaged_archive_gives_what_stands_before() {
    let file = make::noise(1_000, 1_000);
    let plain = read(&file).unwrap().packets;
    for (name, pack) in PACKS {
        let mut packed = pack(&file);
        let last = packed.len() - 1;
        packed[last] ^= 0x55;
        let all = read(&packed).unwrap();
        assert!(plain.starts_with(&all.packets) && all.packets.len() > 700, "{name}: {}", all.packets.len());
        assert!(!all.notices.is_empty(), "{name}: the checksum differs");
    }
    let mut trailing = gzip(&file);
    trailing.extend(b"something else");
    let all = read(&trailing).unwrap();
    assert_eq!((all.packets.len(), all.notices.len()), (1_000, 1));
}

#[test]
fn nothing_inside_is_nothing() {
    for (name, pack) in PACKS {
        assert!(matches!(read(&pack(b"")), Err(CaptureError::Empty { .. })), "{name}");
        let e = read(&pack(b"hello")).unwrap_err();
        assert!(e.to_string().contains("starts with 'hello'"), "{e}");
    }
    assert!(matches!(read(&skippable(b"only this")), Err(CaptureError::Empty { .. })));
}
