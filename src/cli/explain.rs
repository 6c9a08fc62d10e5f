//! `explain`
use super::{Exit, Failure};
/// Runs the command.
pub fn run(_id: &str) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
