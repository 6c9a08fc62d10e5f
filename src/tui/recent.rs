//! What a name may be that is being typed: files that are there, and captures that were opened before.

use super::overlay::Ask;
use super::pane::status::bytes;

/// Offers made at a time.
const MAX_OFFERS: usize = 200;

/// A capture that was opened before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// Where it lies.
    pub path: String,
    /// Its size now, in bytes.
    pub size: u64,
    /// What came of it, in a few words.
    pub said: String,
}

/// What may be put in the place of what is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The text itself.
    pub text: String,
    /// What is known of it.
    pub said: String,
}

/// True if a line is the name of a file.
pub const fn is_name(ask: Ask) -> bool {
    matches!(ask, Ask::Keys | Ask::Open | Ask::Save(_) | Ask::Baseline(_))
}

/// What can stand here: captures opened before if it is a capture that is asked for, then files that are there.
pub fn offers(ask: Ask, typed: &str, recent: &[Recent], names: &[Offer]) -> Vec<Offer> {
    let before = recent.iter().filter(|recent| ask == Ask::Open && resembles(&recent.path, typed));
    let before = before.map(|recent| Offer {
        text: recent.path.clone(),
        said: if recent.said.is_empty() {
            bytes(recent.size)
        } else {
            format!("{}, {}", bytes(recent.size), recent.said)
        },
    });
    before.chain(names.iter().cloned()).take(MAX_OFFERS).collect()
}

/// True if the letters typed stand in a name in this order.
fn resembles(name: &str, typed: &str) -> bool {
    let mut name = name.chars().flat_map(char::to_lowercase);
    typed.trim().chars().flat_map(char::to_lowercase).all(|wanted| name.any(|c| c == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_opened_before_are_found_by_some_of_their_letters() {
        let recent = [Recent { path: "/caps/office-wed.pcapng".into(), size: 1_200, said: "4 of 11 failed".into() }];
        let found = offers(Ask::Open, "offWED", &recent, &[Offer { text: "offline/".into(), said: String::new() }]);
        assert_eq!(found[0].text, "/caps/office-wed.pcapng");
        assert_eq!(found[0].said, "1.2 kB, 4 of 11 failed");
        assert_eq!(found[1].text, "offline/");
        assert_eq!(offers(Ask::Open, "wedoff", &recent, &[]), []);
        assert_eq!(offers(Ask::Keys, "", &recent, &[]), [], "they are no keys");
    }
}
