//! Describes the frame and hands its bytes to the link layer.

use super::encap;
use super::fields::{
    CAP_LEN, COMMENT, ENCAP_TYPE, FRAME, IGNORED, INTERFACE_DESCRIPTION, INTERFACE_ID, INTERFACE_NAME, LEN, MARKED,
    NUMBER, OFFSET_SHIFT, TIME, TIME_DELTA, TIME_DELTA_DISPLAYED, TIME_EPOCH, TIME_RELATIVE,
};
use crate::field::{Mark, Value};
use crate::protocol::{Claim, Message, Out, Portion, data, registry};

pub(super) fn dissect<'b>(message: &Message<'b>, out: &mut Out<'_, 'b>) {
    // Headers carry no facts; the scan has its own slicer.
    if !out.shows() {
        return;
    }
    let frame = &message.context.frame;
    let bytes = message.bytes;
    let wire = usize::try_from(frame.wire_len).unwrap_or(0).max(bytes.len());
    let delta = frame.previous.map_or(0, |previous| frame.time.since(previous));
    out.group(&FRAME, bytes, |out| {
        out.label(format_args!(
            "Frame {}: {wire} bytes on wire ({} bits), {} bytes captured ({} bits)",
            frame.number,
            wire.saturating_mul(8),
            bytes.len(),
            bytes.len().saturating_mul(8)
        ));
        for comment in frame.comments {
            out.value(&COMMENT, &[], Value::Text(comment.as_bytes()));
        }
        if let Some(interface) = frame.interface {
            let (name, words) = (frame.interface_name, frame.interface_description);
            out.node(&INTERFACE_ID, &[], Value::Number(interface.into()), |out| {
                for (field, text) in [(&INTERFACE_NAME, name), (&INTERFACE_DESCRIPTION, words)] {
                    if !text.is_empty() {
                        out.value(field, &[], Value::Text(text.as_bytes()));
                    }
                }
            });
        }
        out.number(&ENCAP_TYPE, &[], encap::of(frame.link_type));
        out.value(&TIME, &[], Value::Time(frame.time));
        out.value(&OFFSET_SHIFT, &[], Value::Duration(0));
        out.value(&TIME_EPOCH, &[], Value::Duration(frame.time.0));
        out.value(&TIME_DELTA, &[], Value::Duration(delta));
        out.value(&TIME_DELTA_DISPLAYED, &[], Value::Duration(delta));
        out.value(&TIME_RELATIVE, &[], Value::Duration(frame.time.since(frame.first)));
        out.number(&NUMBER, &[], frame.number);
        out.number(&LEN, &[], wire as u64);
        out.number(&CAP_LEN, &[], bytes.len() as u64);
        out.flag(&MARKED, &[], false);
        out.flag(&IGNORED, &[], false);
    });
    let payload = Portion { bytes, wire, hops: 0, quoted: false };
    if let Some(link) = registry::find(Claim::LinkType(frame.link_type)) {
        out.give(link, &payload.message(message));
    } else {
        out.column("Unknown", format_args!("link type {}", frame.link_type));
        out.mark(Mark::Note("link type not described"), bytes);
        data::show(out, message, payload);
    }
}
