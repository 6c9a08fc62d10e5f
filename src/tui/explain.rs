//! What a field, a finding or a cause means, as a text to read.

use super::model::{Model, Pane};
use super::overlay::Sheet;
use super::panel::Jump;
use super::rows::attempts::What;
use super::text::safe;
use super::theme::Role;
use super::unfold::row;
use crate::findings::rule;
use crate::signin::cause;

/// Explains what is selected; nothing if there is nothing to say.
pub fn selected(model: &Model) -> Option<Sheet> {
    match model.pane() {
        Pane::SignIns | Pane::Ladder => verdict(model),
        Pane::Verdict => {
            let line = model.lines(Pane::Verdict).get(model.list(Pane::Verdict).cursor).and_then(|line| line.jump);
            match line {
                Some(Jump::Finding(at)) => model.report.findings.get(at).and_then(|f| finding(f.id)),
                _ => verdict(model),
            }
        }
        Pane::Findings | Pane::Reasons => model.finding().and_then(|(_, f)| finding(f.id)),
        Pane::Packets | Pane::Tree | Pane::Bytes => field(model),
        _ => None,
    }
}

fn verdict(model: &Model) -> Option<Sheet> {
    let attempt = model.attempt()?;
    let What::SignIn(at) = attempt.what else { return None };
    let cause = cause(model.report.sign_ins.get(at)?.cause?)?;
    let mut sheet = Sheet { title: format!("{} {}", cause.code, cause.name), ..Sheet::default() };
    sheet.add(format!("{} (stage {})", cause.title, cause.stage.name()), Role::Strong);
    sheet.add("", Role::Plain);
    sheet.add("What the wire shows", Role::Dim);
    sheet.add(cause.signature, Role::Plain);
    sheet.add("", Role::Plain);
    sheet.add("What to do", Role::Dim);
    for (at, step) in cause.remedy.iter().enumerate() {
        sheet.add(format!("{}. {step}", at.saturating_add(1)), Role::Plain);
    }
    if !cause.weakened.is_empty() {
        sheet.add("", Role::Plain);
        sheet.add("But", Role::Dim);
        sheet.add(cause.weakened, Role::Warn);
    }
    Some(sheet)
}

fn finding(id: &str) -> Option<Sheet> {
    let rule = rule(id)?;
    let mut sheet = Sheet { title: format!("{} {}", rule.code, rule.name), ..Sheet::default() };
    sheet.add(format!("{} ({})", rule.title, rule.severity.name()), Role::Strong);
    for (heading, text) in [("Why it matters", rule.why), ("What to do", rule.remedy)] {
        sheet.add("", Role::Plain);
        sheet.add(heading, Role::Dim);
        sheet.add(text, Role::Plain);
    }
    sheet.add("", Role::Plain);
    sheet.add("Read on", Role::Dim);
    for reference in rule.references {
        sheet.add(*reference, Role::Plain);
    }
    Some(sheet)
}

fn field(model: &Model) -> Option<Sheet> {
    let detail = model.packets.detail.as_ref()?;
    let node = detail.tree.nodes.get(row(model)?.node)?;
    let Some(field) = node.field else {
        let mark = node.mark?;
        let mut sheet = Sheet { title: "A mark".into(), ..Sheet::default() };
        sheet.add(safe(&mark.text()), Role::Plain);
        return Some(sheet);
    };
    let mut sheet = Sheet { title: field.name.to_owned(), ..Sheet::default() };
    sheet.add(field.title, Role::Strong);
    sheet.add(format!("Type: {}", format!("{:?}", field.kind).to_lowercase()), Role::Plain);
    if field.secret {
        sheet.add(
            "A secret: shown as its length and the start of its SHA-256, so that equal ones can be told. R shows it.",
            Role::Warn,
        );
    }
    sheet.add("", Role::Plain);
    sheet.add("Here", Role::Dim);
    sheet.add(safe(&detail.tree.line(node)), Role::Plain);
    let buffer = detail.tree.buffers.get(usize::from(node.buffer)).map_or("", |b| b.title);
    if !node.at.is_empty() {
        sheet.add(format!("Bytes {} to {} of {buffer}", node.at.start, node.at.end.saturating_sub(1)), Role::Plain);
    }
    if let Some(names) = field.names {
        sheet.add("", Role::Plain);
        sheet.add("Values", Role::Dim);
        for (value, name) in (0..=u64::from(u16::MAX)).filter_map(|n| Some((n, names(n)?))).take(60) {
            sheet.add(format!("{value:>6}  {name}"), Role::Plain);
        }
    }
    Some(sheet)
}
