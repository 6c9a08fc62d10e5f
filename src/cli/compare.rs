//! `compare`: two sign-ins step by step, or the sign-ins of two captures, with the first step where they part.

use super::args::{Common, Compare, Input};
use super::story::{self, Story, Wanted};
use super::{Exit, Failure, output};
use crate::report::ladder::{Ladder, compare};
use std::path::PathBuf;

/// Columns where nobody says otherwise.
const COLUMNS: usize = 120;

/// Runs the command.
pub fn run(common: &Common, options: &Compare) -> Result<Exit, Failure> {
    let [a, b] = [one(common, &options.a)?, one(common, &options.b)?];
    let mut text = String::new();
    // Of two captures the sign-ins are held against each other in the order in which they began.
    for at in 0..a.0.len().max(b.0.len()) {
        match (a.0.get(at), b.0.get(at)) {
            (Some(left), Some(right)) => {
                text.push_str(&compare::text(left, right, options.width.unwrap_or(COLUMNS)));
                text.push('\n');
            }
            (left, right) => {
                let (here, file) = if left.is_some() { (left, &options.a) } else { (right, &options.b) };
                let title = here.map_or("", |ladder| &ladder.title);
                let said = format!("only in {file}: {title}");
                text.push_str(&crate::wire::text::escape(said.as_bytes()));
                text.push('\n');
            }
        }
    }
    output::write(None, |out| out.write_all(text.as_bytes()))?;
    Ok(a.1.worse(b.1))
}

/// The ladders of `FILE#N`, or of every sign-in of `FILE`.
fn one(common: &Common, named: &str) -> Result<(Vec<Ladder>, Exit), Failure> {
    let (file, id) = match named.rsplit_once('#') {
        // A file may be called so.
        Some((file, id)) if !PathBuf::from(named).exists() => {
            let id = id
                .parse::<u32>()
                .map_err(|_| Failure::Usage(format!("{named}: behind # stands the number of a sign-in")))?;
            (file, Some(id))
        }
        _ => (named, None),
    };
    let input = Input { files: vec![PathBuf::from(file)] };
    let story: Story = story::read(&Common { read: Vec::new(), ..common.clone() }, &input, Wanted::ALL)?;
    let ids: Vec<u32> = id.map_or_else(|| story.sign_ins.iter().map(|s| s.id).collect(), |id| vec![id]);
    if ids.is_empty() {
        return Err(Failure::Unknown {
            what: format!("there is no sign-in in {file}"),
            hint: "handshark report tells what was found in it".into(),
        });
    }
    let ladders = ids.into_iter().map(|id| story.ladder(id)).collect::<Result<_, _>>()?;
    Ok((ladders, story.exit))
}
