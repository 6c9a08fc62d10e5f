//! Names of the RTP payload types (RFC 3551 §6), as Wireshark writes them.

use std::borrow::Cow;

/// The name of a payload type in a line of RTP media; what is no number below 128 stays as it is.
pub fn name(format: &[u8]) -> Cow<'_, [u8]> {
    let number = std::str::from_utf8(format).ok().and_then(|text| text.parse::<u8>().ok());
    let Some(number @ 0..128) = number else { return format.into() };
    let name = match number {
        0 => "ITU-T G.711 PCMU",
        1 => "USA Federal Standard FS-1016",
        2 => "ITU-T G.721",
        3 => "GSM 06.10",
        4 => "ITU-T G.723",
        5 => "DVI4 8000 samples/s",
        6 => "DVI4 16000 samples/s",
        7 => "Experimental linear predictive encoding from Xerox PARC",
        8 => "ITU-T G.711 PCMA",
        9 => "ITU-T G.722",
        10 => "16-bit uncompressed audio, stereo",
        11 => "16-bit uncompressed audio, monaural",
        12 => "Qualcomm Code Excited Linear Predictive coding",
        13 => "Comfort noise",
        14 => "MPEG-I/II Audio",
        15 => "ITU-T G.728",
        16 => "DVI4 11025 samples/s",
        17 => "DVI4 22050 samples/s",
        18 => "ITU-T G.729",
        19 => "Comfort noise (old)",
        25 => "Sun CellB video encoding",
        26 => "JPEG-compressed video",
        28 => "'nv' program",
        31 => "ITU-T H.261",
        32 => "MPEG-I/II Video",
        33 => "MPEG-II transport streams",
        34 => "ITU-T H.263",
        72..=76 => "Reserved for RTCP conflict avoidance",
        96.. => return format!("DynamicRTP-Type-{number}").into_bytes().into(),
        _ => "Unassigned",
    };
    name.as_bytes().into()
}
