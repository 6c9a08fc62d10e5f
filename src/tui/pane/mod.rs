//! One file a pane: how its part of the model is drawn.

use super::model::{Model, Pane};
use ratatui::layout::Rect;

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

/// The table of a pane that has one, as it lies in its area.
pub fn laid(model: &Model, pane: Pane, area: Rect) -> Option<table::Table> {
    match pane {
        Pane::SignIns => Some(signins::laid(model, area)),
        Pane::Packets => Some(packets::laid(model, area)),
        Pane::Findings => Some(findings::laid(model, area)),
        Pane::Streams => Some(streams::laid(model, area)),
        Pane::Certificates => Some(certificates::laid(model, area)),
        _ => None,
    }
}
