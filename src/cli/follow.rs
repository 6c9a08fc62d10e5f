//! `follow`: a stream as a dialogue, laid out as tshark's `-z follow` does.
//!
//! Secrets that stand in it are masked in every format, byte by byte, unless `--show-secrets` is given.

use super::args::{Common, Follow, FollowFormat, FollowLayer, Side};
use super::{Exit, Failure, input, secrets};
use crate::report::dialogue::{self, Form, Layer, Layout};
use crate::scan::{self, Chunk, Scan};
use std::io::{self, BufWriter, Write};

/// Runs the command.
pub fn run(common: &Common, options: &Follow) -> Result<Exit, Failure> {
    let capture = super::copy::twice(&options.file)?;
    let common = Common { read: vec![capture.path().to_owned()], ..common.clone() };
    let layer = match options.layer {
        FollowLayer::Tcp => Layer::Tcp,
        FollowLayer::Udp => Layer::Udp,
        FollowLayer::Tls => Layer::Tls,
        FollowLayer::Http => Layer::Http,
        FollowLayer::Sip => Layer::Sip,
    };
    let transports: &[bool] = match layer {
        Layer::Udp => &[false],
        // SIP goes over both: the TCP stream of this number if there is SIP in it, else the UDP stream.
        Layer::Sip => &[true, false],
        Layer::Tcp | Layer::Tls | Layer::Http => &[true],
    };
    let mut streams = 0;
    for tcp in transports {
        let keys = secrets::read(&common)?.tls();
        let mut lens = scan::Follow::new(layer.followed(), *tcp, options.index, !common.show_secrets);
        let mut scan = Scan::new(input::rules(&common)?).with_keys(keys.clone());
        let mut reading = input::Reading::open(capture.path(), &common, &keys)?;
        reading.each(|record| {
            scan.frame(record, &mut lens);
            Ok(true)
        })?;
        scan.finish(&mut lens);
        streams = streams.max(lens.streams());
        let (ends, dropped) = (lens.ends(), lens.dropped());
        let chunks = lens.finish();
        let last = tcp == transports.last().unwrap_or(&true);
        if let Some((client, server)) = ends.filter(|_| !chunks.is_empty() || last) {
            let nodes = [client.to_string(), server.to_string()];
            let side = match options.side {
                Side::Client => dialogue::Side::Client,
                Side::Server => dialogue::Side::Server,
                Side::Both => dialogue::Side::Both,
            };
            let form = match options.format {
                FollowFormat::Text => Form::Text,
                FollowFormat::Hex => Form::Hex,
                FollowFormat::Raw => Form::Raw,
            };
            let layout = Layout { layer, side, form, tcp: *tcp, number: options.index, nodes: &nodes };
            dialogue::write(&mut BufWriter::new(io::stdout().lock()), &layout, &chunks)?;
            tell(&common, &chunks, dropped);
            return Ok(reading.conclude(&common));
        }
    }
    Err(Failure::Unknown {
        what: match streams {
            0 => "there is no such stream: the capture has none of this kind".into(),
            n => format!("there is no stream {}: they are counted from 0 to {}", options.index, n - 1),
        },
        hint: "handshark packets FILE -T fields -e tcp.stream -e udp.stream tells which packet is in which".into(),
    })
}

/// What the output itself does not say.
fn tell(common: &Common, chunks: &[Chunk], dropped: u64) {
    if common.quiet {
        return;
    }
    let hidden: usize = chunks.iter().flat_map(|chunk| &chunk.secret).map(ExactSizeIterator::len).sum();
    if hidden > 0 {
        let _ = writeln!(io::stderr(), "handshark: {hidden} bytes of secrets are masked; --show-secrets shows them");
    }
    if dropped > 0 {
        let _ = writeln!(io::stderr(), "handshark: {dropped} bytes are beyond the budget and not shown");
    }
}
