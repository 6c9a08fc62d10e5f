//! Forms (`application/x-www-form-urlencoded`), and the password an OAuth client may send in one (RFC 6749 §4.3.2).

use super::fields as f;
use super::secret;
use super::ticket::percent_decoded;
use crate::fact::{Fact, Passphrase, Scheme};
use crate::field::Value;
use crate::knowledge::secret::is_telling;
use crate::protocol::Out;
use memchr::memchr;

/// Items shown of one form.
const MAX_ITEMS: usize = 1000;

/// `name=value` items with what they decode to.
fn items(form: &[u8]) -> impl Iterator<Item = (&[u8], &[u8], &[u8])> {
    form.split(|b| *b == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let at = memchr(b'=', pair).unwrap_or(pair.len());
        let (name, value) = pair.split_at_checked(at).unwrap_or((pair, &[]));
        (pair, name, value.get(1..).unwrap_or(&[]))
    })
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let blanks: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    percent_decoded(&blanks).into_owned()
}

/// The password grant, if the form is one.
pub fn facts(form: &[u8], out: &mut Out<'_, '_>) {
    let get = |wanted: &[u8]| items(form).find(|(_, name, _)| *name == wanted).map(|(_, _, value)| decoded(value));
    if get(b"grant_type").as_deref() != Some(b"password") {
        return;
    }
    let (Some(user), Some(password)) = (get(b"username"), get(b"password")) else { return };
    let length = String::from_utf8_lossy(&password).chars().count();
    let passphrase = Passphrase {
        scheme: Scheme::Form,
        user: String::from_utf8_lossy(&user).into_owned(),
        length: u32::try_from(length).unwrap_or(u32::MAX),
        readable: true,
    };
    out.fact(Fact::Passphrase(Box::new(passphrase)), form);
}

/// Shows the items.
pub fn show(form: &[u8], out: &mut Out<'_, '_>) {
    let shows_secrets = out.shows_secrets();
    out.group(&f::FORM, form, |out| {
        for (pair, name, value) in items(form).take(MAX_ITEMS) {
            let (key, mut text) = (decoded(name), decoded(value));
            if !shows_secrets && is_telling(&key) && !text.is_empty() {
                text = secret::masked(&text);
            }
            out.group(&f::FORM_ITEM, pair, |out| {
                let shown = [&key[..], b" = ", &text].concat();
                out.label(format_args!("Form item: {}", String::from_utf8_lossy(&shown)));
                out.value(&f::FORM_KEY, name, Value::Text(&key));
                out.value(&f::FORM_VALUE, value, Value::Text(&text));
            });
        }
    });
}
