//! One file a pane: how its part of the model is drawn.

pub mod findings;
pub mod help;
pub mod hex;
pub mod packets;
pub mod panel;
pub mod sessions;
pub mod status;
pub mod table;
pub mod tree;
