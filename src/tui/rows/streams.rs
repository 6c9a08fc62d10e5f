//! View 5: conversations, and whether what they carry can be read.

use crate::analysis::Evidence;
use crate::fact::Access;
use crate::scan::{Capture, Conversation};
use std::collections::HashMap;

/// A row.
#[derive(Clone, Debug)]
pub struct Stream {
    /// The conversation.
    pub talk: Conversation,
    /// The host name asked for in TLS.
    pub name: Option<String>,
    /// Whether it can be read.
    pub state: State,
}

/// Whether a conversation can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is no TLS.
    Clear,
    /// It is TLS, and this is how it was opened.
    Opened(&'static str),
    /// It is TLS, and this is why it stays closed.
    Closed(&'static str),
}

/// The rows, in the order they began.
pub fn rows(capture: &Capture, evidence: &Evidence) -> Vec<Stream> {
    let tls: HashMap<_, _> = evidence.tls.iter().map(|talk| (talk.flow, talk)).collect();
    let row = |talk: Conversation| {
        let said = tls.get(&talk.flow);
        let state = said.map_or(State::Clear, |said| {
            let why = said.access.map_or("no keys were given", Access::why);
            if said.decrypted { State::Opened(why) } else { State::Closed(why) }
        });
        Stream { name: said.and_then(|said| said.server_name.as_deref()).map(str::to_owned), state, talk }
    };
    capture.conversations().into_iter().map(row).collect()
}
