//! The screen: model, update, view.
//!
//! Everything on the screen is in the [`Model`]; [`update()`] changes it and asks for work as [`Effect`]s; [`view()`] draws
//! it. None of the three does I/O or knows a clock. [`run`] is the only file with a thread or a channel,
//! `screen` the only one with a terminal.
//! What a packet says reaches the screen only in escaped form.

mod anchor;
mod archive;
mod bar;
mod clipboard;
pub mod columns;
mod comparing;
pub mod config;
mod dialog;
mod effect;
mod explain;
mod exporting;
mod find;
mod following;
mod frames;
mod hash;
mod input;
pub mod keymap;
mod layout;
mod list;
mod live;
mod menu;
mod message;
mod model;
mod mouse;
mod navigate;
mod opened;
mod order;
pub mod overlay;
mod packets;
mod pane;
mod panel;
pub mod picker;
mod place;
pub mod recent;
mod rounds;
pub mod rows;
mod run;
mod save;
mod screen;
mod search;
mod session;
mod settings;
mod signals;
mod text;
mod theme;
mod tree;
mod unfold;
mod update;
mod view;

pub use effect::{Among, Effect, answer};
pub use exporting::{ExportFailed, Order};
pub use following::{Ask as FollowAsk, Followed};
pub use hash::sha256;
pub use live::{Live, Running};
pub use message::{Command, Message, Mouse};
pub use model::{Clock, Grouping, Model, Pane, View};
pub use opened::{Facts, Loaded, Opened};
pub use panel::Jump;
pub use run::{Control, Options, RunError, Standing, run, state_folder};
pub use search::{Kind as SoughtKind, Places, Sought};
pub use session::{Bounds, Session};
pub use theme::{Look, Palette, Theme};
pub use update::update;
pub use view::view;
