//! What the screen shows, for people and programs who are not at the screen.

pub mod baseline;
pub mod compare;
pub mod csv;
pub mod dialogue;
pub mod html;
pub mod ladder;
mod limits;
pub mod markdown;
mod markup;
pub mod model;
pub mod ndjson;
pub mod packet;
pub mod sarif;
pub mod signin;
pub mod text;
pub mod tls;
pub mod words;

#[cfg(test)]
mod tests;
