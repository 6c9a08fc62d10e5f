//! The pages of docs/ that list what the program knows are held to it.

use handshark::protocol::registry;
use handshark::scan::schema;
use std::collections::BTreeSet;

/// Words in backquotes of a cell.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_protocol_has_its_line_and_every_field_named_exists() {
    let page = include_str!("../docs/protocols.md");
    let rows: Vec<Vec<&str>> = page.lines().filter(|l| l.starts_with("| `")).map(|l| l.split('|').collect()).collect();
    let listed: BTreeSet<&str> = rows.iter().filter_map(|row| quoted(row[1]).next()).collect();
    let known: BTreeSet<&str> = registry::ALL.iter().map(|p| p.name).collect();
    let missing: Vec<_> = known.difference(&listed).collect();
    assert!(missing.is_empty(), "docs/protocols.md has no line for {missing:?}");
    let unknown: Vec<_> = listed.difference(&known).collect();
    assert!(unknown.is_empty(), "docs/protocols.md lists {unknown:?}, which the registry does not");
    let wrong: Vec<&str> =
        rows.iter().flat_map(|row| quoted(row[3])).filter(|name| schema().field(name).is_none()).collect();
    assert!(wrong.is_empty(), "docs/protocols.md names fields that do not exist: {wrong:?}");
    assert!(rows.iter().all(|row| row[2].trim().len() > 3), "a line says nothing");
}
