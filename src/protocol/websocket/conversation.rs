//! One frame, one message. A stream of frames has no mark to find one by: after lost bytes nothing more is read.

use super::dissect::Header;
use crate::protocol::{Conversation, Direction, Found, Input, Progress};

/// A payload that is longer is passed over.
const MAX_PAYLOAD: u64 = 1 << 20;

/// Both directions of one connection.
#[derive(Debug, Default)]
pub struct Frames {
    lost: [bool; 2],
}

impl Conversation for Frames {
    fn feed(&mut self, from: Direction, input: Input<'_>, found: &mut dyn Found) -> Progress {
        let [to_server, to_client] = &mut self.lost;
        let lost = if from == Direction::ToServer { to_server } else { to_client };
        let bytes = match input {
            Input::Bytes(bytes) if *lost => return Progress::Took(bytes.len()),
            Input::Bytes(bytes) => bytes,
            Input::Gap(_) => {
                *lost = true;
                return Progress::Took(0);
            }
            Input::End(rest) => {
                if !*lost && Header::read(rest).is_some() {
                    found.message(rest, 0);
                }
                return Progress::Took(rest.len());
            }
        };
        let Some((header, payload)) = Header::read(bytes) else { return Progress::More { took: 0, need: 0 } };
        let head_len = bytes.len().saturating_sub(payload.len());
        if header.length > MAX_PAYLOAD {
            found.message(bytes.get(..head_len).unwrap_or(bytes), 0);
            return Progress::Skip { took: head_len, skip: header.length };
        }
        let len = head_len.saturating_add(usize::try_from(header.length).unwrap_or(usize::MAX));
        let Some(frame) = bytes.get(..len) else { return Progress::More { took: 0, need: len } };
        found.message(frame, 0);
        Progress::Took(len)
    }
}
