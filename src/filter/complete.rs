//! What may come next where the cursor stands: names of fields and functions, operators, values that have names.

use super::Schema;
use super::eval::Function;
use super::lex::{self, Spanned, Token};
use super::value::Type;
use crate::field::{Field, Kind};
use std::ops::Range;

/// Offers made at most.
const MOST: usize = 50;
/// Numbers below this are looked up for their names.
const MOST_NAMED: u64 = 0x1_0000;

/// What is offered for the word at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the text that an offer replaces.
    pub span: Range<usize>,
    /// The offers, the likeliest first.
    pub items: Vec<Item>,
}

/// One offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What to put in.
    pub text: String,
    /// What it means.
    pub title: String,
}

impl Item {
    fn new(text: impl Into<String>, title: impl Into<String>) -> Self {
        Self { text: text.into(), title: title.into() }
    }
}

/// What is possible at a place.
enum Place {
    /// A field or a function.
    Name,
    /// A value of this field, or another field.
    Value(Option<&'static Field>),
    /// An operator behind this field.
    Operator(Option<&'static Field>),
    /// Nothing that could be offered.
    Nothing,
}

/// What may stand at `cursor`, a byte offset into `text`.
pub fn complete(text: &str, cursor: usize, schema: &Schema) -> Completion {
    let before = text.get(..cursor).unwrap_or(text);
    let inside = |c: char| lex::is_word(c) || c == '.';
    let start = before.trim_end_matches(inside).len();
    let word = before.get(start..).unwrap_or_default();
    let head = before.get(..start).unwrap_or_default();
    let span = start..before.len();
    let items = match lex::lex(head) {
        Ok(tokens) => match place(head, &tokens, schema) {
            Place::Name => names(word, schema),
            Place::Value(field) => values(word, field, schema),
            Place::Operator(field) => operators(word, field),
            Place::Nothing => Vec::new(),
        },
        // Within a string.
        Err(_) => Vec::new(),
    };
    Completion { span, items }
}

fn place(head: &str, tokens: &[Spanned], schema: &Schema) -> Place {
    let field = |at: Option<usize>| {
        let (token, span) = tokens.get(at?)?;
        let name = head.get(span.clone())?.trim_start_matches('.');
        matches!(token, Token::Word | Token::Field).then(|| schema.field(name)).flatten()
    };
    let Some(last) = tokens.len().checked_sub(1) else { return Place::Name };
    let before = last.checked_sub(1);
    let relates = |at: Option<usize>| {
        let token = at.and_then(|at| tokens.get(at)).map(|(token, _)| token);
        matches!(token, Some(Token::Compare(_) | Token::Contains | Token::Matches))
    };
    // The field before `in`, if the braces of its set are open.
    let set = || {
        let open = tokens.iter().rposition(|(token, _)| matches!(token, Token::OpenBrace | Token::CloseBrace))?;
        let at = open.checked_sub(1)?;
        let is_in =
            matches!(tokens.get(at), Some((Token::In, _))) && matches!(tokens.get(open), Some((Token::OpenBrace, _)));
        is_in.then(|| field(at.checked_sub(1)))
    };
    match tokens.get(last).map(|(token, _)| token) {
        Some(Token::Compare(_) | Token::Contains) => Place::Value(field(before)),
        Some(Token::OpenBrace | Token::Comma | Token::To) => set().map_or(Place::Name, Place::Value),
        Some(Token::Word | Token::Field | Token::Quoted(_) | Token::Character(_)) if set().is_some() => Place::Nothing,
        Some(Token::Word | Token::Field) if !relates(before) => Place::Operator(field(Some(last))),
        Some(Token::Slice(_) | Token::Layer(_)) => Place::Operator(field(before)),
        Some(
            Token::Word | Token::Field | Token::Quoted(_) | Token::Character(_) | Token::Close | Token::CloseBrace,
        ) => Place::Operator(None),
        Some(Token::Matches | Token::In) => Place::Nothing,
        _ => Place::Name,
    }
}

/// Names that begin with `word` before names that hold it; without a word, the protocols.
fn names(word: &str, schema: &Schema) -> Vec<Item> {
    let lower = word.to_ascii_lowercase();
    let item = |field: &&'static Field| Item::new(field.name, field.title);
    if lower.is_empty() {
        return schema.fields().iter().filter(|f| f.kind == Kind::Protocol).take(MOST).map(item).collect();
    }
    let starts = |name: &str| name.to_ascii_lowercase().starts_with(&lower);
    let first = schema.fields().iter().filter(|f| starts(f.name));
    let then = schema.fields().iter().filter(|f| !starts(f.name) && f.name.to_ascii_lowercase().contains(&lower));
    let functions = Function::ALL
        .iter()
        .filter(|(name, _)| starts(name))
        .map(|(name, _)| Item::new(format!("{name}("), "Function"));
    first.map(item).chain(functions).chain(then.map(item)).take(MOST).collect()
}

fn values(word: &str, field: Option<&'static Field>, schema: &Schema) -> Vec<Item> {
    let lower = word.to_ascii_lowercase();
    let fits = |text: &str| text.to_ascii_lowercase().starts_with(&lower);
    let mut items = Vec::new();
    if let Some(field) = field {
        if field.kind == Kind::Flag {
            items.extend(["True", "False"].iter().filter(|t| fits(t)).map(|t| Item::new(*t, field.title)));
        }
        if let Some(names) = field.names {
            let named = (0..MOST_NAMED).filter_map(|n| Some((n, names(n)?)));
            let near = named.filter(|(n, name)| fits(name) || fits(&n.to_string()));
            items.extend(near.take(MOST).map(|(n, name)| Item::new(n.to_string(), name)));
        }
    }
    if !word.is_empty() {
        let kind = field.map(|f| Type::from(f.kind));
        let suits = |name: &str| kind.is_none_or(|kind| schema.field(name).is_some_and(|f| kind.suits(f.kind.into())));
        items.extend(names(word, schema).into_iter().filter(|item| suits(&item.text)));
    }
    items.truncate(MOST);
    items
}

fn operators(word: &str, field: Option<&'static Field>) -> Vec<Item> {
    const EQUALITY: [(&str, &str); 2] = [("==", "Equal"), ("!=", "Not equal")];
    const ORDER: [(&str, &str); 4] =
        [(">", "Greater than"), ("<", "Less than"), (">=", "Greater or equal"), ("<=", "Less or equal")];
    const SET: (&str, &str) = ("in", "One of a set: in {1, 5..8}");
    const SEARCH: [(&str, &str); 2] =
        [("contains", "Has these bytes or this text in it"), ("matches", "Fits a pattern")];
    const LOGIC: [(&str, &str); 3] = [("and", "Both"), ("or", "One of both"), ("xor", "One, but not both")];
    let kind = field.map(|f| Type::from(f.kind));
    let mut all: Vec<(&str, &str)> = Vec::new();
    match kind {
        None | Some(Type::Nothing) => {}
        Some(kind) if kind == Type::Text || kind.is_bytes() => {
            all.extend(EQUALITY.iter().chain(&SEARCH).chain([&SET]).chain(&ORDER));
        }
        Some(Type::Flag) => all.extend(EQUALITY),
        Some(_) => all.extend(EQUALITY.iter().chain(&ORDER).chain([&SET])),
    }
    all.extend(LOGIC);
    all.into_iter().filter(|(text, _)| text.starts_with(word)).map(|(text, title)| Item::new(text, title)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protocol(n: u64) -> Option<&'static str> {
        [(6, "TCP"), (17, "UDP")].iter().find(|(number, _)| *number == n).map(|(_, name)| *name)
    }

    crate::fields! {
        IP     = Protocol "ip"       "Internet Protocol";
        PROTO  = Number   "ip.proto" "Protocol", names protocol;
        SRC    = Address  "ip.src"   "Source";
        DST    = Address  "ip.dst"   "Destination";
        SYN    = Flag     "tcp.syn"  "Syn";
        METHOD = Text     "sip.Method" "Method";
    }

    fn offered(text: &str) -> Vec<String> {
        let schema = Schema::new(ALL.iter().copied());
        complete(text, text.len(), &schema).items.into_iter().map(|item| item.text).collect()
    }

    #[test]
    fn names_values_and_operators_are_offered_where_they_fit() {
        assert_eq!(offered(""), ["ip"]);
        assert_eq!(offered("ip.s"), ["ip.src"]);
        assert_eq!(offered("not meth"), ["sip.Method"]);
        assert_eq!(offered("lo"), ["lower("]);
        assert_eq!(offered("ip.proto == TC"), ["6"]);
        assert_eq!(offered("ip.proto == "), ["6", "17"]);
        assert_eq!(offered("ip.proto in {6, "), ["6", "17"]);
        assert_eq!(offered("ip.src == ip.d"), ["ip.dst"]);
        assert_eq!(offered("tcp.syn == "), ["True", "False"]);
        assert_eq!(offered("tcp.syn "), ["==", "!=", "and", "or", "xor"]);
        assert_eq!(offered("sip.Method c"), ["contains"]);
        assert_eq!(offered("ip.proto == 6 "), ["and", "or", "xor"]);
        assert_eq!(offered("(ip) a"), ["and"]);
        assert_eq!(offered("sip.Method == \"ip."), [""; 0]);
    }

    #[test]
    fn an_offer_replaces_the_word_at_the_cursor() {
        let schema = Schema::new(ALL.iter().copied());
        assert_eq!(complete("ip.s == ip.dst", 4, &schema).span, 0..4);
        assert_eq!(complete("é && ip.s", 10, &schema).span, 6..10);
        assert_eq!(complete("ip", 99, &schema).items.len(), 5);
    }
}
