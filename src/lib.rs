//! Puts the sign-in negotiations of Lync and Skype for Business clients back together from a capture.
//!
//! The layers, from top to bottom; a module uses what is below it, never what is beside or above it (`tests/layers.rs`).

pub mod analysis;
pub mod capture;
pub mod cli;
pub mod export;
pub mod fact;
pub mod field;
pub mod filter;
pub mod findings;
pub mod knowledge;
pub mod network;
pub mod protocol;
pub mod redact;
pub mod report;
pub mod scan;
pub mod secrets;
pub mod signin;
pub mod stream;
pub mod tui;
pub mod wire;
