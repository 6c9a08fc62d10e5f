//! The report as one HTML file: nothing is fetched, nothing runs, it prints, and it follows light and dark.
//!
//! What came from the wire meets the page in `escape` alone: every text is written by `Page::text` or by a helper that
//! calls it, and the policy in the head forbids scripts and loads even if something slipped through.

mod sections;
mod signins;

use super::ladder::{Ladder, svg};
use super::markup::escape;
use super::model::Report;
use super::words;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Ladders drawn on one page; the command `ladder` draws the others.
pub const MAX_LADDERS: usize = 100;
/// Rows of one section; the rest is counted.
const MAX_ROWS: usize = 1_000;

/// What the page is made of.
#[derive(Clone, Copy, Debug)]
pub struct Content<'r> {
    /// The report.
    pub report: &'r Report,
    /// Ladders of sign-ins, by their number.
    pub ladders: &'r BTreeMap<u32, Ladder>,
    /// True if secrets stand in it as they are.
    pub shows_secrets: bool,
}

/// The page.
pub fn html(content: &Content<'_>) -> String {
    let report = content.report;
    let mut page = Page::begin(&format!("Sign-ins in {}", report.capture.files.join(", ")));
    sections::verdict(&mut page, report);
    sections::scope(&mut page, report);
    sections::visibility(&mut page, report);
    signins::sign_ins(&mut page, content);
    sections::negotiations(&mut page, report);
    sections::findings(&mut page, report);
    signins::clients(&mut page, report);
    sections::certificates(&mut page, report);
    sections::kerberos(&mut page, report);
    sections::method(&mut page, content);
    page.end()
}

/// A page with nothing but a ladder.
pub fn ladder(ladder: &Ladder) -> String {
    let mut page = Page::begin(&ladder.title);
    page.paragraph("", &ladder.sentence);
    page.raw("<div class=\"scroll\">");
    page.raw(&svg::svg(ladder));
    page.raw("</div>\n");
    page.end()
}

/// The page as far as it is written.
#[derive(Default)]
struct Page(String);

impl Page {
    /// A page with this title, up to its first section.
    fn begin(title: &str) -> Self {
        let mut page = Self::default();
        page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        page.raw("<meta http-equiv=\"Content-Security-Policy\" ");
        page.raw("content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
        page.text(title);
        page.raw("</title>\n<style>\n");
        page.raw(include_str!("style.css"));
        page.raw(svg::STYLE);
        page.raw("</style>\n</head>\n<body>\n<h1>");
        page.text(title);
        page.raw("</h1>\n");
        page
    }

    /// The whole page.
    fn end(mut self) -> String {
        self.raw("</body>\n</html>\n");
        self.0
    }

    /// Markup of this program's own. Never a text from outside.
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Text from wherever it comes.
    fn text(&mut self, text: &str) {
        self.0.push_str(&escape(text));
    }

    /// `<p>text</p>`
    fn paragraph(&mut self, class: &'static str, text: &str) {
        let _ = write!(self.0, "<p class=\"{class}\">{}</p>", escape(text));
    }

    /// A section begins.
    fn heading(&mut self, text: &str) {
        let _ = write!(self.0, "\n<h2>{}</h2>\n", escape(text));
    }

    /// A word in a box, coloured by its own name; the word is one of ours.
    fn tag(&mut self, word: &str) {
        let _ = write!(self.0, "<span class=\"tag {0}\">{0}</span>", escape(word));
    }

    /// A table. The cells are texts.
    fn table<const N: usize>(&mut self, head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        self.raw("<div class=\"scroll\"><table><thead><tr>");
        for name in head {
            let _ = write!(self.0, "<th scope=\"col\">{}</th>", escape(name));
        }
        self.raw("</tr></thead><tbody>\n");
        let (mut shown, mut more) = (0_usize, 0_u64);
        for row in rows {
            if shown >= MAX_ROWS {
                more = more.saturating_add(1);
                continue;
            }
            shown = shown.saturating_add(1);
            self.raw("<tr>");
            for cell in row {
                let _ = write!(self.0, "<td>{}</td>", escape(&cell));
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody></table></div>\n");
        self.more(more);
    }

    /// Names and what they stand for; what is unknown is left out.
    fn list(&mut self, rows: &[(&str, &str)]) {
        self.raw("<dl>");
        for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = write!(self.0, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value));
        }
        self.raw("</dl>\n");
    }

    /// Something that opens.
    fn fold(&mut self, open: bool, summary: impl FnOnce(&mut Self), body: impl FnOnce(&mut Self)) {
        self.raw(if open { "<details open><summary>" } else { "<details><summary>" });
        summary(self);
        self.raw("</summary><div>");
        body(self);
        self.raw("</div></details>\n");
    }

    fn more(&mut self, more: u64) {
        if more > 0 {
            self.paragraph("soft", &format!("and {} more; -T json lists them all", words::plural(more, "row", "rows")));
        }
    }
}
