//! The field table of RTCP.

use super::fields::version_name;

crate::fields! {
    RTCP          = Protocol "rtcp" "Real-time Transport Control Protocol";
    SETUP         = Text     "rtcp.setup" "Stream setup";
    SETUP_FRAME   = Number   "rtcp.setup-frame" "Setup frame";
    SETUP_METHOD  = Text     "rtcp.setup-method" "Setup Method";
    VERSION       = Number   "rtcp.version" "Version", names version_name;
    PADDING       = Flag     "rtcp.padding" "Padding";
    REPORTS       = Number   "rtcp.rc" "Reception report count";
    SOURCES       = Number   "rtcp.sc" "Source count";
    TYPE          = Number   "rtcp.pt" "Packet type", names type_name;
    LENGTH        = Number   "rtcp.length" "Length";
    LENGTH_CHECK  = Flag     "rtcp.length_check" "RTCP frame length check";
    SENDER        = Hex8     "rtcp.senderssrc" "Sender SSRC";
    MEDIA         = Hex8     "rtcp.mediassrc" "Media source SSRC";
    NTP_MSW       = Number   "rtcp.timestamp.ntp.msw" "Timestamp, MSW";
    NTP_LSW       = Number   "rtcp.timestamp.ntp.lsw" "Timestamp, LSW";
    NTP           = Time     "rtcp.timestamp.ntp" "MSW and LSW as NTP timestamp";
    RTP_TIME      = Number   "rtcp.timestamp.rtp" "RTP timestamp";
    PACKETS       = Number   "rtcp.sender.packetcount" "Sender's packet count";
    OCTETS        = Number   "rtcp.sender.octetcount" "Sender's octet count";
    SOURCE        = Group    "rtcp.source" "Source";
    SSRC          = Hex8     "rtcp.ssrc.identifier" "Identifier";
    FRACTION      = Number   "rtcp.ssrc.fraction" "Fraction lost";
    LOST          = Signed   "rtcp.ssrc.cum_nr" "Cumulative number of packets lost";
    HIGHEST       = Number   "rtcp.ssrc.ext_high" "Extended highest sequence number received";
    CYCLES        = Number   "rtcp.ssrc.high_cycles" "Sequence number cycles count";
    HIGH_SEQ      = Number   "rtcp.ssrc.high_seq" "Highest sequence number received";
    JITTER        = Number   "rtcp.ssrc.jitter" "Interarrival jitter";
    LSR           = Number   "rtcp.ssrc.lsr" "Last SR timestamp";
    DLSR          = Number   "rtcp.ssrc.dlsr" "Delay since last SR timestamp";
    SDES_TYPE     = Number   "rtcp.sdes.type" "Type", names sdes_name;
    SDES_LENGTH   = Number   "rtcp.sdes.length" "Length";
    SDES_TEXT     = Text     "rtcp.sdes.text" "Text";
    APP_SUBTYPE   = Number   "rtcp.app.subtype" "Subtype";
    APP_NAME      = Text     "rtcp.app.name" "Name (ASCII)";
    APP_DATA      = Bytes    "rtcp.app.data" "Application specific data";
    RTPFB_FORMAT  = Number   "rtcp.rtpfb.fmt" "RTCP Feedback message type (FMT)", names rtpfb_name;
    NACK_PID      = Number   "rtcp.rtpfb.nack_pid" "RTCP Transport Feedback NACK PID";
    NACK_BLP      = Hex4     "rtcp.rtpfb.nack_blp" "RTCP Transport Feedback NACK BLP";
    PSFB_FORMAT   = Number   "rtcp.psfb.fmt" "RTCP Feedback message type (FMT)", names psfb_name;
    AFB_TYPE      = Number   "rtcp.psfb.ms.afb_type" "Application Layer Feedback Type";
    AFB_LENGTH    = Number   "rtcp.psfb.ms.length" "Length";
    AFB_MSI       = Hex8     "rtcp.psfb.ms.msi" "Requested Media Source ID (MSI)";
    VSR_REQUEST   = Number   "rtcp.psfb.ms.vsr.request_id" "Request Id";
    VSR_VERSION   = Number   "rtcp.psfb.ms.vsr.version" "Version";
    VSR_KEY_FRAME = Flag     "rtcp.psfb.ms.vsr.key_frame_request" "Key Frame Request";
    VSR_ENTRIES   = Number   "rtcp.psfb.ms.vsr.num_entries" "Number of Entries";
    VSR_LENGTH    = Number   "rtcp.psfb.ms.vsr.entry_length" "Entry Length";
    EXT           = Group    "rtcp.profile-specific" "Payload Specific Extension";
    EXT_TYPE      = Number   "rtcp.profile-specific-extension.type" "Extension Type", names super::extension::name;
    EXT_LENGTH    = Number   "rtcp.profile-specific-extension.length" "Extension Length";
    EXT_DATA      = Bytes    "rtcp.profile-specific-extension" "Profile-specific extension";
    BANDWIDTH     = Number   "rtcp.ms_pse.bandwidth" "Bandwidth";
    CONFIDENCE    = Number   "rtcp.ms_pse.confidence_level" "Confidence Level";
    SEQ_NUM       = Number   "rtcp.ms_pse.seq_num" "Sequence Number";
    WIDTH         = Number   "rtcp.ms_pse.frame_res_width" "Frame Resolution Width";
    HEIGHT        = Number   "rtcp.ms_pse.frame_res_height" "Frame Resolution Height";
    BITRATE       = Number   "rtcp.ms_pse.bitrate" "Bitrate";
    FRAME_RATE    = Number   "rtcp.ms_pse.frame_rate" "Frame Rate";
    CONCEALED     = Number   "rtcp.ms_pse.concealed_frames" "Concealed Frames";
    STRETCHED     = Number   "rtcp.ms_pse.stretched_frames" "Stretched Frames";
    COMPRESSED    = Number   "rtcp.ms_pse.compressed_frames" "Compressed Frames";
    TOTAL         = Number   "rtcp.ms_pse.total_frames" "Total Frames";
    QUALITY       = Number   "rtcp.ms_pse.receive_quality_state" "Received Quality State";
    FEC           = Number   "rtcp.ms_pse.fec_distance_request" "FEC Distance Request";
    TRAIN_LAST    = Flag     "rtcp.ms_pse.last_packet_train" "Last Packet Train Flag";
    TRAIN_INDEX   = Number   "rtcp.ms_pse.packet_index" "Packet Index";
    TRAIN_COUNT   = Number   "rtcp.ms_pse.packet_count" "Packet Count";
    TRAIN_BYTES   = Number   "rtcp.ms_pse.packet_train_byte_count" "Packet Train Byte Count";
    INBOUND       = Number   "rtcp.ms_pse.inbound_bandwidth" "Inbound Link Bandwidth";
    OUTBOUND      = Number   "rtcp.ms_pse.outbound_bandwidth" "Outbound Link Bandwidth";
    NO_CACHE      = Flag     "rtcp.ms_pse.no_cache" "No Cache Flag";
    CONGESTION    = Number   "rtcp.ms_pse.congestion_info" "Congestion Information";
    MODALITY      = Number   "rtcp.ms_pse.modality" "Modality";
    ENCRYPTED     = Bytes    "srtcp.encrypted_payload" "Encrypted RTCP Payload - not dissected";
}

/// Types of packets (IANA registry "RTCP Control Packet Types").
pub fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        192 => "Full Intra-frame Request (H.261)",
        193 => "Negative Acknowledgement (H.261)",
        194 => "SMPTE time-code mapping",
        195 => "Extended inter-arrival jitter report",
        200 => "Sender Report",
        201 => "Receiver Report",
        202 => "Source description",
        203 => "Goodbye",
        204 => "Application specific",
        205 => "Generic RTP Feedback",
        206 => "Payload-specific Feedback",
        207 => "Extended report (RFC 3611)",
        208 => "AVB RTCP packet (IEEE1733)",
        209 => "Receiver Summary Information",
        210 => "Port Mapping",
        _ => return None,
    })
}

/// Items that describe a source (RFC 3550 §6.5).
fn sdes_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "END",
        1 => "CNAME (user and domain)",
        2 => "NAME (common name)",
        3 => "EMAIL (e-mail address)",
        4 => "PHONE (phone number)",
        5 => "LOC (geographic location)",
        6 => "TOOL (name/version of source app)",
        7 => "NOTE (note about source)",
        8 => "PRIV (private extensions)",
        _ => return None,
    })
}

/// Feedback of the transport (RFC 4585 §6.2).
fn rtpfb_name(format: u64) -> Option<&'static str> {
    Some(match format {
        1 => "Generic negative acknowledgement (NACK)",
        3 => "Temporary Maximum Media Stream Bit Rate Request (TMMBR)",
        4 => "Temporary Maximum Media Stream Bit Rate Notification (TMMBN)",
        15 => "Transport-wide Congestion Control (Transport-cc)",
        _ => return None,
    })
}

/// Feedback of the payload (RFC 4585 §6.3, RFC 5104 §4.3).
fn psfb_name(format: u64) -> Option<&'static str> {
    Some(match format {
        1 => "Picture Loss Indication",
        2 => "Slice Loss Indication",
        3 => "Reference Picture Selection Indication",
        4 => "Full Intra Request (FIR) Command",
        5 => "Temporal-Spatial Trade-off Request (TSTR)",
        6 => "Temporal-Spatial Trade-off Notification (TSTN)",
        7 => "Video Back Channel Message (VBCM)",
        15 => "Application Layer Feedback",
        _ => return None,
    })
}
