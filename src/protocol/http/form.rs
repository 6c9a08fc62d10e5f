//! Forms (`application/x-www-form-urlencoded`), and what a client says in one when it signs in (RFC 6749 §4.3.2).

use super::fields as f;
use super::ticket::percent_decoded;
use crate::fact::{Fact, Grant, Passphrase, Scheme, Web};
use crate::field::{Value, mask};
use crate::knowledge::secret::is_telling;
use crate::protocol::{Out, lync};
use memchr::memchr;

/// Bytes of a value that are looked at.
const MAX_TEXT: usize = 1024;
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

/// What the form says of a sign-in: an OAuth grant, the result of another token service on its way, a password typed
/// into a page. The password of a grant is told apart, for it authenticates.
pub fn facts(form: &[u8], out: &mut Out<'_, '_>) {
    let get = |wanted: &[u8]| {
        let found = items(form).find(|(_, name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, _, value)| decoded(value.get(..MAX_TEXT).unwrap_or(value)))
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let user = get(b"username").or_else(|| get(b"login")).map(text);
    let password = get(b"password").or_else(|| get(b"passwd")).filter(|password| !password.is_empty());
    let grant = Grant {
        kind: get(b"grant_type").map(text).unwrap_or_default(),
        password: password.is_some(),
        passive_result: get(b"wresult").is_some_and(|result| !result.is_empty()),
        conference: get(b"ms_rtc_conferenceuri").map(text),
        user: user.filter(|user| !user.is_empty()),
    };
    if grant.kind.is_empty() && !grant.passive_result && !grant.password {
        return;
    }
    if let ("password", Some(user), Some(password)) = (grant.kind.as_str(), &grant.user, &password) {
        let length = String::from_utf8_lossy(password).chars().count();
        let passphrase = Passphrase {
            scheme: Scheme::Form,
            user: user.clone(),
            length: u32::try_from(length).unwrap_or(u32::MAX),
            readable: true,
        };
        out.fact(Fact::Passphrase(Box::new(passphrase)), form);
    }
    lync::tell(Web::Grant(grant), form, out);
}

/// Shows the items.
pub fn show(form: &[u8], out: &mut Out<'_, '_>) {
    out.group(&f::FORM, form, |out| {
        for (pair, name, value) in items(form).take(MAX_ITEMS) {
            let (key, mut text) = (decoded(name), decoded(value));
            if is_telling(&key) {
                out.secret(value, &text);
                if !out.shows_secrets() {
                    text = mask(Value::Text(&text)).into_bytes();
                }
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
