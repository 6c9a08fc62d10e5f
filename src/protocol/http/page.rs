//! Pages of HTML, as far as a sign-in asks: where a service was expected a title tells who answered instead, and passive
//! sign-in runs through pages (a form for a password, a result to be posted on, an error of ADFS).
//!
//! Only the beginning of a page that is not compressed is looked at; nothing is parsed.

use super::head::{Head, media_type};
use crate::fact::{Fact, Page, Web};
use crate::protocol::{Out, lync};
use crate::wire::text::trim;
use memchr::{memchr, memmem};

/// Bytes of a page that are looked at.
const MAX_PAGE: usize = 16 << 10;
/// Bytes of a title that are kept.
const MAX_TITLE: usize = 200;

/// Tells of the page that follows `head`, if one does.
pub fn tell<'b>(head: &Head<'b>, out: &mut Out<'_, 'b>) {
    let html = head.content_type.is_some_and(|t| media_type(t).eq_ignore_ascii_case(b"text/html"));
    if !html || head.encoding.is_some() || head.body.is_empty() {
        return;
    }
    let text = head.body.get(..MAX_PAGE).unwrap_or(head.body);
    let page = Page {
        title: title(text),
        asks_password: [&b"type=\"password\""[..], b"type='password'", b"type=password"].iter().any(|t| holds(text, t)),
        passive_result: holds(text, b"\"wresult\"") || holds(text, b"'wresult'"),
        adfs_error: adfs_error(text),
    };
    if page.asks_password || page.passive_result || page.adfs_error.is_some() {
        lync::tell(Web::Page(page), head.body, out);
    } else if !page.title.is_empty() {
        // Any page has a title: told, in case a service was expected, and not worth a field.
        out.fact(Fact::Web(Box::new(Web::Page(page))), head.body);
    }
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    memmem::find(text, word).is_some()
}

fn title(text: &[u8]) -> String {
    let begin = memmem::find(text, b"<title").or_else(|| memmem::find(text, b"<TITLE"));
    let inside = begin.and_then(|at| text.get(at..)).and_then(|tag| tag.get(memchr(b'>', tag)?.checked_add(1)?..));
    let title = inside.map(|t| t.get(..memchr(b'<', t).unwrap_or(t.len())).unwrap_or(t)).unwrap_or_default();
    String::from_utf8_lossy(trim(title.get(..MAX_TITLE).unwrap_or(title))).into_owned()
}

/// `MSIS7065`
fn adfs_error(text: &[u8]) -> Option<String> {
    let found = text.get(memmem::find(text, b"MSIS")?..)?;
    let digits = found.iter().skip(4).take_while(|b| b.is_ascii_digit()).take(5).count();
    (digits >= 3)
        .then(|| String::from_utf8_lossy(found.get(..digits.saturating_add(4)).unwrap_or_default()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_errors() {
        assert_eq!(title(b"<html><title lang=en> Sign in\n</title>"), "Sign in");
        assert_eq!(title(b"<TITLE>cut"), "cut");
        assert_eq!((title(b"<title"), title(b"none")), (String::new(), String::new()));
        assert_eq!(adfs_error(b"<p>MSIS7065: There are no registered").as_deref(), Some("MSIS7065"));
        assert_eq!((adfs_error(b"MSIS is short"), adfs_error(b"MSIS12")), (None, None));
    }
}
