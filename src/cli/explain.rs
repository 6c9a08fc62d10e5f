//! `explain`: what a finding, a cause or a number of a server means, and how to mend it.

use super::{Exit, Failure};
use crate::findings::{RULES, rule};
use crate::knowledge::code::{self, Space};
use crate::knowledge::diagnostics;
use crate::signin::{CAUSES, Cause, cause};
use crate::wire::text::escape;
use std::io::{self, Write};

/// Known numbers that are named beside one that is not.
const NEIGHBOURS: usize = 4;

/// Runs the command.
pub fn run(id: &str) -> Result<Exit, Failure> {
    if let Some((space, number)) = id.split_once(':') {
        return explain_number(id, space, number);
    }
    if let Some(cause) = cause(id) {
        return explain_cause(cause);
    }
    // `0x80090322` says by its shape whose it is: numbers of other kinds are not written so, and Windows gives each once.
    let is_hex = id.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    for space in [Space::HResult, Space::NtStatus].into_iter().filter(|_| is_hex) {
        if code::number(space, id).is_some_and(|number| code::find(space, number).is_some()) {
            return explain_number(id, space.name(), id);
        }
    }
    let Some(rule) = rule(id) else {
        // A bare number is one of a server, whose is not said.
        let known = |space: &Space| code::number(*space, id).is_some_and(|number| code::find(*space, number).is_some());
        let spaces_of: Vec<_> =
            Space::ALL.iter().filter(|space| known(space)).map(|s| format!("{}:{id}", s.name())).collect();
        if !spaces_of.is_empty() {
            return Err(Failure::Unknown {
                what: format!("{id} is a number of a server, and does not say of which kind"),
                hint: format!("one of: handshark explain {}", spaces_of.join(", ")),
            });
        }
        let list = |codes: Vec<&str>| codes.join(" ");
        let (rules, causes) = (RULES.iter().map(|r| r.code).collect(), CAUSES.iter().map(|c| c.code).collect());
        return Err(Failure::Unknown {
            what: format!("nothing is known by the id '{}'", escape(id.as_bytes())),
            hint: format!(
                "there are {} and {}; handshark rules lists them with their names; numbers of servers are written {}",
                list(rules),
                list(causes),
                spaces()
            ),
        });
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{} {} ({})", rule.code, rule.title, rule.severity.name())?;
    writeln!(out, "{}\n", rule.name)?;
    writeln!(out, "Why it matters\n  {}\n", rule.why)?;
    writeln!(out, "What to do\n  {}\n", rule.remedy)?;
    writeln!(out, "Read on\n  {}", rule.references.join("\n  "))?;
    Ok(Exit::Done)
}

/// `ms:4004`, `krb:7`: what a number of a server means in a sign-in.
fn explain_number(id: &str, space: &str, number: &str) -> Result<Exit, Failure> {
    let unknown = |hint: String| Failure::Unknown {
        what: format!("nothing is known by the id '{}'", escape(id.as_bytes())),
        hint,
    };
    let Some(space) = Space::named(space) else {
        return Err(unknown(format!("numbers of servers are written {}", spaces())));
    };
    let Some(code) = code::number(space, number) else {
        return Err(unknown(format!("{} wants a number behind the colon", space.name())));
    };
    let Some(known) = code::find(space, code) else {
        let near: Vec<_> =
            code::nearest(space, code, NEIGHBOURS).into_iter().map(|near| written(space, near)).collect();
        let maker = diagnostics::producer(code).filter(|_| space == Space::Ms);
        let maker = maker.map_or_else(String::new, |maker| format!("; ids of this range come from {maker}"));
        return Err(unknown(format!("the nearest known are {}{maker}", near.join(" "))));
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{} {} ({})", written(space, code), known.name, space.title())?;
    if !known.confirmed {
        writeln!(out, "(known from the field; number and wording are unconfirmed)")?;
    }
    let Some(note) = known.note else {
        writeln!(out, "\nNothing particular to a sign-in is known of it.")?;
        return Ok(Exit::Done);
    };
    writeln!(out, "\nIn a sign-in\n  {}", note.says)?;
    if !note.causes.is_empty() {
        writeln!(out, "\nUsual causes")?;
        for id in note.causes {
            writeln!(out, "  {id} {}", cause(id).map_or("", |cause| cause.title))?;
        }
    }
    writeln!(out, "\nWhat to do\n  {}", note.remedy)?;
    Ok(Exit::Done)
}

fn written(space: Space, code: u32) -> String {
    format!("{}:{}", space.name(), space.write(code))
}

/// How numbers of servers are written.
fn spaces() -> String {
    Space::ALL.map(|space| format!("{}:N", space.name())).join(" ")
}

fn explain_cause(cause: &Cause) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{} {} (stage {})", cause.code, cause.title, cause.stage.name())?;
    writeln!(out, "{}\n", cause.name)?;
    writeln!(out, "What the wire shows\n  {}\n", cause.signature)?;
    writeln!(out, "What to do")?;
    for (at, step) in cause.remedy.iter().enumerate() {
        writeln!(out, "  {}. {step}", at + 1)?;
    }
    if !cause.weakened.is_empty() {
        writeln!(out, "\nBut\n  {}", cause.weakened)?;
    }
    Ok(Exit::Done)
}
