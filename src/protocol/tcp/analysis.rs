//! Describes what the first pass noticed about a segment, in Wireshark's words.

use super::fields::{
    ACK_LOST_SEGMENT, ACK_RTT, ACKS_FRAME, ANALYSIS, ANALYSIS_FLAGS, BYTES_IN_FLIGHT, DUPLICATE_ACK,
    DUPLICATE_ACK_FRAME, DUPLICATE_ACK_NUM, FAST_RETRANSMISSION, INITIAL_RTT, KEEP_ALIVE, KEEP_ALIVE_ACK, LOST_SEGMENT,
    OUT_OF_ORDER, PUSH_BYTES_SENT, RETRANSMISSION, REUSED_PORTS, RTO, RTO_FRAME, SPURIOUS_RETRANSMISSION, WINDOW_FULL,
    WINDOW_UPDATE, ZERO_WINDOW, ZERO_WINDOW_PROBE, ZERO_WINDOW_PROBE_ACK,
};
use crate::field::{Field, Value};
use crate::protocol::expert::{self, Severity};
use crate::protocol::{Noticed, Out, TcpView, notice};
use std::fmt;

/// A bit, its field, how grave it is, and what the packet list says.
type Row = (u16, &'static Field, Severity, &'static str);

/// In the order in which Wireshark tells them.
const ROWS: [Row; 15] = [
    (notice::REUSED_PORTS, &REUSED_PORTS, Severity::Note, "TCP Port numbers reused"),
    (notice::RETRANSMISSION, &RETRANSMISSION, Severity::Note, "TCP Retransmission"),
    (notice::FAST_RETRANSMISSION, &FAST_RETRANSMISSION, Severity::Note, "TCP Fast Retransmission"),
    (notice::SPURIOUS_RETRANSMISSION, &SPURIOUS_RETRANSMISSION, Severity::Note, "TCP Spurious Retransmission"),
    (notice::OUT_OF_ORDER, &OUT_OF_ORDER, Severity::Warn, "TCP Out-Of-Order"),
    (notice::LOST_BEFORE, &LOST_SEGMENT, Severity::Warn, "TCP Previous segment not captured"),
    (notice::ACKS_UNSEEN, &ACK_LOST_SEGMENT, Severity::Warn, "TCP ACKed unseen segment"),
    (notice::WINDOW_UPDATE, &WINDOW_UPDATE, Severity::Chat, "TCP Window Update"),
    (notice::WINDOW_FULL, &WINDOW_FULL, Severity::Warn, "TCP Window Full"),
    (notice::KEEP_ALIVE, &KEEP_ALIVE, Severity::Note, "TCP Keep-Alive"),
    (notice::KEEP_ALIVE_ACK, &KEEP_ALIVE_ACK, Severity::Note, "TCP Keep-Alive ACK"),
    (notice::DUPLICATE_ACK, &DUPLICATE_ACK, Severity::Note, "TCP Dup ACK"),
    (notice::ZERO_WINDOW_PROBE, &ZERO_WINDOW_PROBE, Severity::Note, "TCP ZeroWindowProbe"),
    (notice::ZERO_WINDOW, &ZERO_WINDOW, Severity::Warn, "TCP ZeroWindow"),
    (notice::ZERO_WINDOW_PROBE_ACK, &ZERO_WINDOW_PROBE_ACK, Severity::Note, "TCP ZeroWindowProbeAck"),
];

fn rows(noticed: Noticed) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |(bit, ..)| noticed.has(*bit))
}

/// What stands before the packet list's text: `[TCP Dup ACK 7#2] `.
pub(super) struct Remarks(pub(super) Noticed);

impl Remarks {
    /// False if there is nothing to say.
    pub(super) fn any(&self) -> bool {
        rows(self.0).next().is_some()
    }
}

impl fmt::Display for Remarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (bit, _, _, words) in rows(self.0) {
            if *bit == notice::DUPLICATE_ACK {
                write!(f, "[{words} {}#{}] ", self.0.related, self.0.duplicate)?;
            } else {
                write!(f, "[{words}] ")?;
            }
        }
        Ok(())
    }
}

/// Describes it, if there is anything to say.
pub(super) fn describe(out: &mut Out<'_, '_>, view: TcpView) {
    let noticed = Noticed { bits: view.noticed.bits & !notice::CLOSES_FIRST, ..view.noticed };
    if noticed == Noticed::default() {
        return;
    }
    out.node(&ANALYSIS, &[], Value::Flag(true), |out| {
        out.label(format_args!("SEQ/ACK analysis"));
        if noticed.acked != 0 {
            out.number(&ACKS_FRAME, &[], noticed.acked);
            out.value(&ACK_RTT, &[], Value::Duration(view.ack_rtt));
        }
        if view.initial_rtt != 0 {
            out.value(&INITIAL_RTT, &[], Value::Duration(view.initial_rtt));
        }
        if noticed.in_flight != 0 {
            out.number(&BYTES_IN_FLIGHT, &[], noticed.in_flight);
        }
        if noticed.since_push != 0 {
            out.number(&PUSH_BYTES_SENT, &[], noticed.since_push);
        }
        if noticed.bits == 0 {
            return;
        }
        out.node(&ANALYSIS_FLAGS, &[], Value::Flag(true), |out| {
            out.label(format_args!("TCP Analysis Flags"));
            for (bit, field, severity, _) in rows(noticed) {
                out.flag(field, &[], true);
                let words = match *bit {
                    notice::DUPLICATE_ACK => {
                        // Wireshark has it as a field and as a remark.
                        out.flag(field, &[], true);
                        format!("Duplicate ACK (#{})", noticed.duplicate)
                    }
                    _ => field.title.to_owned(),
                };
                expert::tell(out, &[], *severity, expert::Group::Sequence, format_args!("{words}"));
                if *bit == notice::FAST_RETRANSMISSION || *bit == notice::SPURIOUS_RETRANSMISSION {
                    out.flag(&RETRANSMISSION, &[], true);
                    let words = RETRANSMISSION.title;
                    expert::tell(out, &[], Severity::Note, expert::Group::Sequence, format_args!("{words}"));
                }
            }
        });
        if noticed.has(notice::RETRANSMISSION) {
            out.value(&RTO, &[], Value::Duration(view.rto));
            out.number(&RTO_FRAME, &[], noticed.related);
        }
        if noticed.has(notice::DUPLICATE_ACK) {
            out.number(&DUPLICATE_ACK_NUM, &[], noticed.duplicate);
            out.number(&DUPLICATE_ACK_FRAME, &[], noticed.related);
        }
    });
}
