//! Captures written anew: where they go, and what of the old one goes along.
//!
//! As with editcap and tshark a file that exists is replaced; the input never is. The new file is written beside its place
//! and moved there when it is whole, so that a run that fails leaves what was there.

use super::{Failure, input};
use crate::capture::{Block, Interface, NO_INTERFACE, Outgoing, Record, Resolution, Section, Source, Writer};
use crate::wire::Timestamp;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A capture that can be read twice.
pub enum Twice {
    /// The file itself.
    File(PathBuf),
    /// A copy of what came once.
    Spool(NamedTempFile),
}

impl Twice {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Spool(file) => file.path(),
        }
    }
}

/// Makes sure that a capture can be read twice: standard input and pipes are copied to a temporary file.
pub fn twice(path: &Path) -> Result<Twice, Failure> {
    let regular = fs::metadata(path).is_ok_and(|meta| meta.is_file() || meta.is_dir());
    if regular || (path != Path::new("-") && !path.exists()) {
        return Ok(Twice::File(path.to_owned()));
    }
    let fail = |doing| move |source| Failure::File { doing, path: path.to_owned(), source };
    let mut spool = NamedTempFile::new().map_err(fail("copy"))?;
    if path == Path::new("-") {
        io::copy(&mut io::stdin().lock(), &mut spool).map_err(fail("read"))?;
    } else {
        io::copy(&mut File::open(path).map_err(fail("read"))?, &mut spool).map_err(fail("read"))?;
    }
    Ok(Twice::Spool(spool))
}

/// Lets `write` make the file that goes to `to`; `-` is standard output.
pub fn to<T>(to: &Path, from: &Path, write: impl FnOnce(&mut File) -> Result<T, Failure>) -> Result<T, Failure> {
    let fail = |source| Failure::File { doing: "write", path: to.to_owned(), source };
    if same(to, from) {
        return Err(Failure::Usage(format!("{} is the capture that is read; name another file", to.display())));
    }
    // What is no plain file (standard output, /dev/null, a pipe) is written to, not replaced.
    let special = to == Path::new("-") || fs::metadata(to).is_ok_and(|meta| !meta.is_file());
    let target = fs::canonicalize(to).unwrap_or_else(|_| to.to_owned());
    let folder = target.parent().filter(|_| !special).map_or_else(std::env::temp_dir, |folder| {
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
    });
    let mut file = beside(&folder).map_err(fail)?;
    let done = write(file.as_file_mut())?;
    if special {
        file.as_file_mut().seek(SeekFrom::Start(0)).map_err(fail)?;
        if to == Path::new("-") {
            io::copy(file.as_file_mut(), &mut io::stdout().lock())?;
        } else {
            io::copy(file.as_file_mut(), &mut File::options().write(true).open(to).map_err(fail)?).map_err(fail)?;
        }
    } else {
        file.persist(&target).map_err(|error| fail(error.error))?;
    }
    Ok(done)
}

fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".handshark-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the user's mask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// A packet that outlives the reading of the next one.
#[derive(Clone, Debug, Default)]
pub struct Packet {
    /// When it was captured.
    pub time: Timestamp,
    /// Its interface.
    pub interface: u32,
    /// The link type of that.
    pub link_type: u32,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub data: Vec<u8>,
    /// Comments on it.
    pub comments: Vec<String>,
}

/// What a capture consists of.
pub enum Part<'p> {
    /// A packet.
    Packet(&'p mut Packet),
    /// TLS secrets.
    Secrets(&'p [u8]),
}

/// Reads a capture to its end; each part comes with the source, for what it says of interfaces.
pub fn each(
    reading: &mut input::Reading,
    mut take: impl FnMut(Part<'_>, &dyn Source) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut packet, mut secrets) = (Packet::default(), Vec::new());
    loop {
        let is_packet = match reading.next()? {
            Some(Block::Packet(record)) => {
                packet.fill(&record);
                true
            }
            Some(Block::Secrets(content)) => {
                secrets.clear();
                secrets.extend_from_slice(content);
                false
            }
            None => return Ok(()),
        };
        take(if is_packet { Part::Packet(&mut packet) } else { Part::Secrets(&secrets) }, reading.source())?;
    }
}

impl Packet {
    fn fill(&mut self, record: &Record<'_>) {
        (self.time, self.interface, self.link_type) = (record.time, record.interface, record.link_type);
        self.wire_len = record.wire_len;
        self.data.clear();
        self.data.extend_from_slice(record.data);
        self.comments.clear();
        self.comments.extend_from_slice(record.comments);
    }
}

/// A new capture with the interfaces of an old one.
pub struct Copy<W: Write> {
    writer: Writer<BufWriter<W>>,
    interfaces: HashMap<u32, u32>,
    last: Timestamp,
    /// What is said of an interface.
    describe: fn(&Interface, u32) -> Interface,
}

impl<W: Write> Copy<W> {
    /// Begins it.
    pub fn new(out: W, section: &Section, describe: fn(&Interface, u32) -> Interface) -> io::Result<Self> {
        let writer = Writer::new(BufWriter::new(out), section)?;
        Ok(Self { writer, interfaces: HashMap::new(), last: Timestamp::default(), describe })
    }

    /// Writes a packet; the place of its first byte.
    pub fn packet(&mut self, packet: &Packet, source: &dyn Source) -> io::Result<u64> {
        let interface = self.interface(packet, source)?;
        self.last = packet.time;
        self.writer.packet(&Outgoing {
            interface,
            time: packet.time,
            wire_len: packet.wire_len,
            data: &packet.data,
            comments: &packet.comments,
        })
    }

    /// Writes TLS secrets.
    pub fn secrets(&mut self, content: &[u8]) -> io::Result<()> {
        self.writer.secrets(content)
    }

    fn interface(&mut self, packet: &Packet, source: &dyn Source) -> io::Result<u32> {
        if let Some(known) = self.interfaces.get(&packet.interface) {
            return Ok(*known);
        }
        let unknown = Interface::new(packet.link_type, Resolution::NANOSECONDS);
        let at = usize::try_from(packet.interface).ok().filter(|_| packet.interface != NO_INTERFACE);
        let number = u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX);
        let described = (self.describe)(at.and_then(|at| source.interfaces().get(at)).unwrap_or(&unknown), number);
        let id = self.writer.interface(&described)?;
        self.interfaces.insert(packet.interface, id);
        Ok(id)
    }

    /// Ends it with what the source says at its end: names if they are wanted, and what was dropped.
    pub fn end(mut self, source: &dyn Source, names: bool) -> io::Result<W> {
        if names {
            self.writer.names(source.names())?;
        }
        for (at, interface) in (0_u32..).zip(source.interfaces()) {
            if let (Some(id), Some(dropped)) = (self.interfaces.get(&at), interface.dropped) {
                self.writer.dropped(*id, self.last, dropped)?;
            }
        }
        self.writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)
    }
}
