//! `report`
use super::{
    Exit, Failure,
    args::{Common, Report},
};
/// Runs the command.
pub fn run(_common: &Common, _report: &Report) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
