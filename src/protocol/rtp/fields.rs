//! The field table of RTP.

crate::fields! {
    RTP           = Protocol "rtp" "Real-Time Transport Protocol";
    SETUP         = Text     "rtp.setup" "Stream setup";
    SETUP_FRAME   = Number   "rtp.setup-frame" "Setup frame";
    SETUP_METHOD  = Text     "rtp.setup-method" "Setup Method";
    VERSION       = Number   "rtp.version" "Version", names version_name;
    PADDING       = Flag     "rtp.padding" "Padding";
    EXTENSION     = Flag     "rtp.ext" "Extension";
    CSRC_COUNT    = Number   "rtp.cc" "Contributing source identifiers count";
    MARKER        = Flag     "rtp.marker" "Marker";
    PAYLOAD_TYPE  = Number   "rtp.p_type" "Payload type";
    SEQUENCE      = Number   "rtp.seq" "Sequence number";
    TIMESTAMP     = Number   "rtp.timestamp" "Timestamp";
    SSRC          = Hex8     "rtp.ssrc" "Synchronization Source identifier";
    CSRCS         = Group    "rtp.csrc.items" "Contributing Source identifiers";
    CSRC          = Hex8     "rtp.csrc.item" "CSRC item";
    EXT_PROFILE   = Hex4     "rtp.ext.profile" "Defined by profile";
    EXT_LENGTH    = Number   "rtp.ext.len" "Extension length";
    EXT_HEADERS   = Group    "rtp.hdr_exts" "Header extensions";
    EXT_HEADER    = Hex8     "rtp.hdr_ext" "Header extension";
    EXT_ID        = Number   "rtp.ext.rfc5285.id" "Identifier";
    EXT_LEN       = Number   "rtp.ext.rfc5285.len" "Length";
    EXT_DATA      = Bytes    "rtp.ext.rfc5285.data" "Extension Data";
    PAYLOAD       = Bytes    "rtp.payload" "Payload";
    ENCRYPTED     = Bytes    "srtp.enc_payload" "SRTP Encrypted Payload";
    PADDING_DATA  = Bytes    "rtp.padding.data" "Padding data";
    PADDING_COUNT = Number   "rtp.padding.count" "Padding count";
}

/// Names of versions.
pub fn version_name(version: u64) -> Option<&'static str> {
    Some(match version {
        0 => "Old VAT Version",
        1 => "First Draft Version",
        2 => "RFC 1889 Version",
        _ => return None,
    })
}
