//! What the screen shows, for people and programs who are not at the screen.

pub mod model;
pub mod packet;
pub mod signin;
mod story;
pub mod text;
