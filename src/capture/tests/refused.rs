//! What is no capture is refused by name, with what to do.

use std::io;
use std::path::Path;

use super::make::{self, Order, read};
use crate::capture::{Block, CaptureError, Extent, Store, open};

#[test]
fn other_formats_are_named() {
    for (start, name, advice) in [
        (&b"GMBU\x00\x02\x01\x00"[..], "Network Monitor 2", "editcap -F pcapng"),
        (b"RTSS\x00\x01", "Network Monitor 1", "editcap"),
        (b"snoop\0\0\0\0\0\0\x02", "snoop", "editcap"),
        (b"PK\x03\x04\x14\0", "zip archive", "unpack"),
        (b"<html><body>Sign in</body>", "web page", "fetch it again"),
        (b"{\"log\":{\"version\":\"1.2\"", "HAR log", "capture"),
        (b"ElfFile\0\0\0", "event log", "network trace"),
        (b"\xfd7zXZ\0\0\x04", "compressed with xz", "xz -d"),
    ] {
        let text = read(start).unwrap_err().to_string();
        assert!(text.contains(name) && text.contains(advice), "{text}");
        assert!(text.lines().count() < 3);
    }
    let text = read(b"hello").unwrap_err().to_string();
    assert!(text.starts_with("test is not a capture: it starts with 'hello';"), "{text}");
    let text = read(b"\x1b]0;gotcha\x07").unwrap_err().to_string();
    assert!(!text.contains('\x1b') && text.contains("the bytes 1b5d303b"), "{text}");
}

#[test]
fn three_bytes_are_not_a_capture() {
    assert!(matches!(read(b""), Err(CaptureError::Empty { .. })));
    assert!(matches!(read(&[0xd4, 0xc3, 0xb2]), Err(CaptureError::NotACapture { .. })));
    assert!(matches!(read(&[0xd4, 0xc3, 0xb2, 0xa1]), Err(CaptureError::Damaged { .. })));
}

fn refusal(path: &Path) -> CaptureError {
    match open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(e) => e,
    }
}

#[test]
fn files_that_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(refusal(folder.path()), CaptureError::Folder { .. }));
    let missing = refusal(&folder.path().join("no\x1b[31mne.pcap"));
    assert!(matches!(missing, CaptureError::NotFound { .. }));
    assert!(missing.to_string().ends_with("no\\x1b[31mne.pcap: no such file"), "{missing}");
    let empty = folder.path().join("empty.pcap");
    std::fs::write(&empty, b"").unwrap();
    assert!(matches!(refusal(&empty), CaptureError::Empty { .. }));

    let opening = |kind: io::ErrorKind| CaptureError::opening("f".to_owned(), kind.into());
    assert!(opening(io::ErrorKind::PermissionDenied).to_string().starts_with("f: permission denied"));
    assert!(matches!(opening(io::ErrorKind::ResourceBusy), CaptureError::Busy { .. }));
    assert!(matches!(opening(io::ErrorKind::TimedOut), CaptureError::Unreadable { .. }));
}

#[test]
fn a_file_is_read_and_its_packets_are_found_again() {
    let folder = tempfile::tempdir().unwrap();
    for (n, file) in [make::three(Order::Little), make::medley(Order::Big)].into_iter().enumerate() {
        let path = folder.path().join(format!("{n}.txt"));
        std::fs::write(&path, &file).unwrap();
        let store = Store::for_path(&path).unwrap();
        let (mut source, mut buffer, mut packets) = (open(&path).unwrap(), Vec::new(), 0);
        assert_eq!(source.progress().total, Some(file.len() as u64));
        while let Some(block) = source.next().unwrap() {
            let Block::Packet(packet) = block else { continue };
            let extent = Extent { at: packet.at, len: u32::try_from(packet.data.len()).unwrap() };
            assert_eq!(store.read(extent, &mut buffer).unwrap(), packet.data);
            packets += 1;
        }
        assert!(packets >= 3);
        assert_eq!(source.progress().read, file.len() as u64);

        std::fs::write(&path, super::compressed::gzip(&file)).unwrap();
        assert!(Store::for_path(&path).is_none(), "offsets are of the bytes inside");
        assert!(open(&path).is_ok());
    }
    assert!(Store::for_path(folder.path()).is_none() && Store::for_path(Path::new("-")).is_none());
}
