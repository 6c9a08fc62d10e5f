//! What the outside must do.

use super::message::Message;
use super::rows::Opened;

/// Work for the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The tree of a frame is wanted.
    Detail(u32),
    /// Lines of the packet list are wanted.
    Summarise(Vec<u32>),
    /// A filter is to be put to every packet.
    Select {
        /// Its number; answers carry it.
        generation: u64,
        /// The filter. It was checked.
        text: String,
    },
    /// The filter at work is not wanted any more.
    StopSelecting,
    /// Reading is to end here.
    StopReading,
    /// The program is to stop until the shell goes on with it.
    Suspend,
    /// Everything is to be drawn anew.
    Redraw,
    /// Out.
    Quit,
}

/// Does what takes no time worth mentioning; nothing for the other effects.
pub fn answer(effect: &Effect, opened: &Opened, show_secrets: bool) -> Option<Message> {
    match effect {
        Effect::Detail(frame) => Some(Message::Detail(*frame, Box::new(opened.capture.detail(*frame, show_secrets)))),
        Effect::Summarise(frames) => {
            Some(Message::Summaries(frames.iter().map(|frame| opened.capture.summary(*frame)).collect()))
        }
        _ => None,
    }
}
