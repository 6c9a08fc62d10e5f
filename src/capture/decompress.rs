//! Compressed captures as plain readers: gzip, zstd and lz4, each with any number of members or frames.
//!
//! A cut file must give all that can be unpacked before it fails, and must fail rather than end. The decoders need help
//! with that: the one for zstd holds back a window until its frame is complete, and the one for lz4 takes the end of the
//! file for the end of a frame. (A block of lz4, 4 MiB at most, is unpacked whole or not at all.) Memory is bounded by what the formats allow a window to be; what comes out is not
//! limited, since it is read through a buffer of fixed size.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder as Lz4Decoder;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder as ZstdDecoder};

/// Bytes of compressed input asked for at once.
const INPUT: usize = 128 << 10;
/// gzip output asked for at once: where the data is damaged, no more than this is lost of what was sound.
const GZIP_PIECE: usize = 16 << 10;

/// A reader whose next bytes can be looked at.
pub(super) struct Peek<R> {
    seen: Vec<u8>,
    at: usize,
    reader: R,
}

impl<R: Read> Peek<R> {
    /// Nothing looked at yet.
    pub fn new(reader: R) -> Self {
        Self { seen: Vec::new(), at: 0, reader }
    }

    /// The next `n` bytes, or as many as there are. For small `n`.
    pub fn peek(&mut self, n: usize) -> io::Result<&[u8]> {
        self.seen.drain(..self.at.min(self.seen.len()));
        self.at = 0;
        let missing = n.saturating_sub(self.seen.len());
        if missing > 0 {
            let missing = u64::try_from(missing).unwrap_or(u64::MAX);
            self.reader.by_ref().take(missing).read_to_end(&mut self.seen)?;
        }
        Ok(self.seen.get(..n).unwrap_or(&self.seen))
    }

    /// Passes over one skippable frame (RFC 8878 3.1.2): four bytes of signature, four of length, and the content.
    pub fn skip_frame(&mut self) -> io::Result<()> {
        let head = self.peek(8)?;
        let len = head.get(4..8).and_then(|len| len.try_into().ok()).map(u32::from_le_bytes).ok_or_else(early)?;
        let len = u64::from(len).saturating_add(8);
        let skipped = io::copy(&mut self.take(len), &mut io::sink())?;
        if skipped == len { Ok(()) } else { Err(early()) }
    }

    /// Passes over skippable frames; false if nothing follows them.
    fn more_frames(&mut self) -> io::Result<bool> {
        while let [0x50..=0x5f, 0x2a, 0x4d, 0x18] = self.peek(4)? {
            self.skip_frame()?;
        }
        Ok(!self.peek(1)?.is_empty())
    }
}

impl<R: Read> Read for Peek<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.seen.get(self.at..) {
            Some(mut seen) if !seen.is_empty() => {
                let n = seen.read(into)?;
                self.at = self.at.saturating_add(n);
                Ok(n)
            }
            _ => self.reader.read(into),
        }
    }
}

fn early() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "unexpected end of file")
}

/// What is inside gzip.
pub(super) fn gzip<R: Read>(input: R) -> impl Read {
    Gzip(MultiGzDecoder::new(BufReader::with_capacity(INPUT, input)))
}

struct Gzip<R>(MultiGzDecoder<BufReader<R>>);

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let piece = into.len().min(GZIP_PIECE);
        self.0.read(into.get_mut(..piece).unwrap_or_default())
    }
}

/// What is inside zstd.
pub(super) fn zstd<R: Read>(input: R) -> impl Read {
    let input = Peek::new(BufReader::with_capacity(INPUT, input));
    Zstd { input, frame: None, failure: None }
}

struct Zstd<R> {
    input: Peek<R>,
    frame: Option<ZstdDecoder>,
    failure: Option<io::Error>,
}

/// The last block of a frame, raw and empty, and a checksum that nobody compares.
const EMPTY_LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(frame) = &mut self.frame else {
                if !self.input.more_frames()? {
                    return Ok(0);
                }
                // A new decoder grows its window as bytes arrive; one that is used again reserves it at once.
                let mut frame = ZstdDecoder::new();
                if let Err(e) = frame.init(&mut self.input) {
                    return Err(self.failed(&e));
                }
                self.frame = Some(frame);
                continue;
            };
            let n = frame.read(into)?;
            if n > 0 || into.is_empty() {
                return Ok(n);
            }
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            if frame.is_finished() {
                let differ = frame
                    .get_checksum_from_data()
                    .zip(frame.get_calculated_checksum())
                    .is_some_and(|(told, counted)| told != counted);
                self.frame = None;
                if differ {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of a zstd frame differs"));
                }
                continue;
            }
            if let Err(e) = frame.decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1)) {
                // Ending the frame makes the decoder give away what it holds back for later references.
                let ended = frame.decode_blocks(&EMPTY_LAST_BLOCK[..], BlockDecodingStrategy::UptoBlocks(1));
                let failure = self.failed(&e);
                if ended.is_err() {
                    return Err(failure);
                }
                self.failure = Some(failure);
            }
        }
    }
}

impl<R: Read> Zstd<R> {
    /// What went wrong, in the words of a person: an early end if nothing is left to read.
    fn failed(&mut self, error: &FrameDecoderError) -> io::Error {
        match (self.input.peek(1), error) {
            (Ok([]), _) => early(),
            (_, FrameDecoderError::WindowSizeTooBig { requested, .. }) => {
                io::Error::other(format!("it needs a window of {requested} bytes, more than is allowed"))
            }
            (_, FrameDecoderError::DictNotProvided { .. }) => io::Error::other("it needs a zstd dictionary"),
            _ => io::Error::new(io::ErrorKind::InvalidData, "damaged zstd data"),
        }
    }
}

/// What is inside lz4 (the frame format).
pub(super) fn lz4<R: Read>(input: R) -> impl Read {
    let input = Endless(Peek::new(BufReader::with_capacity(INPUT, input)));
    Lz4 { decoder: Lz4Decoder::new(input), inside: false }
}

/// Fails at the end of the input: a frame ends with its end mark, never there.
struct Endless<R>(Peek<R>);

impl<R: Read> Read for Endless<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.read(into) {
            // The decoder would take the kind `UnexpectedEof` for the end of a frame.
            Ok(0) if !into.is_empty() => Err(io::Error::other("unexpected end of file")),
            other => other,
        }
    }
}

struct Lz4<R: Read> {
    decoder: Lz4Decoder<Endless<R>>,
    inside: bool,
}

impl<R: Read> Read for Lz4<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside {
                if !self.decoder.get_mut().0.more_frames()? {
                    return Ok(0);
                }
                self.inside = true;
            }
            let n = self.decoder.read(into)?;
            if n > 0 || into.is_empty() {
                return Ok(n);
            }
            self.inside = false;
        }
    }
}
