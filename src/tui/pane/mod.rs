//! One file a pane: how its part of the model is drawn.

pub mod certificates;
pub mod compared;
pub mod findings;
pub mod follow;
pub mod help;
pub mod hex;
pub mod ladder;
pub mod menu;
pub mod offers;
pub mod packets;
pub mod panel;
pub mod sheet;
pub mod signins;
pub mod status;
pub mod streams;
pub mod table;
pub mod tree;
