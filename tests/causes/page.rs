//! `docs/causes.md` is the table of causes, as it stands in the code.

use handshark::signin::{CAUSES, Stage};
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "# Why sign-ins stop\n\n\
    The failure catalogue, as `handshark explain F16` and `handshark rules` tell it too. A cause is named where the\n\
    capture proves it; what the capture cannot tell apart from it is named beside it. Causes that weaken a sign-in\n\
    without ending it are listed for completeness: the report tells of them among the findings.\n\n\
    This page is made from the table in `src/signin/causes`: `UPDATE=1 cargo test --test causes page`.\n";

fn page() -> String {
    let mut out = HEAD.to_owned();
    for stage in Stage::ALL {
        let mine: Vec<_> = CAUSES.iter().filter(|cause| cause.stage == stage).collect();
        if mine.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n## Stage `{}`", stage.name());
        for cause in mine {
            let _ = writeln!(out, "\n### {} {}\n\n{}.\n", cause.code, cause.name, cause.title);
            let _ = writeln!(out, "On the wire: {}.\n", cause.signature);
            for (at, step) in cause.remedy.iter().enumerate() {
                let _ = writeln!(out, "{}. {}", at + 1, plain(step));
            }
            if !cause.weakened.is_empty() {
                let _ = writeln!(out, "\nBut: {}", cause.weakened);
            }
        }
    }
    out
}

/// Words in angle brackets are to be filled in; Markdown would take them for tags.
fn plain(text: &str) -> String {
    text.replace('<', "\\<").replace('>', "\\>")
}

#[test]
fn the_page_says_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/causes.md");
    let now = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "docs/causes.md differs from the table; UPDATE=1 writes it");
}
