//! The screen: model, update, view.
//!
//! Everything on the screen is in the [`Model`]; [`update()`] changes it and asks for work as [`Effect`]s; [`view()`] draws
//! it. None of the three does I/O or knows a clock. [`run`] is the only file with a terminal, a thread or a channel.
//! What a packet says reaches the model only in escaped form.

mod bar;
mod effect;
pub mod keymap;
mod layout;
mod list;
mod message;
mod model;
mod navigate;
mod pane;
mod panel;
mod rows;
mod run;
mod text;
mod theme;
mod tree;
mod update;
mod view;

pub use effect::{Effect, answer};
pub use message::{Command, Loaded, Message};
pub use model::{Model, Pane, View};
pub use rows::Opened;
pub use run::{Options, RunError, run};
pub use theme::Theme;
pub use update::update;
pub use view::view;
