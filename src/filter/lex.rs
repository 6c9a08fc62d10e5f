//! Filter text into tokens. Words, numbers, addresses and bytes are all words here: what a word is depends on where it
//! stands, and that is for the checker.

use super::{FilterError, quote, range};
use std::ops::Range;

/// A token of the language.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A field name, a function name or an unquoted value.
    Word,
    /// A field name, said to be one by a dot before it.
    Field,
    /// A string, escapes resolved.
    Quoted(Vec<u8>),
    /// A character constant.
    Character(u8),
    /// `==` and the like.
    Compare(Compare),
    Contains,
    Matches,
    In,
    And,
    Or,
    Xor,
    Not,
    Any,
    All,
    Math(Math),
    Open,
    Close,
    OpenBrace,
    CloseBrace,
    Comma,
    To,
    /// `[0:3]`
    Slice(Vec<range::Range>),
    /// `#2`
    Layer(Vec<range::Range>),
}

/// A comparison: the relation, and whether all values must satisfy it or one is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Compare {
    pub(super) relation: Relation,
    pub(super) all: bool,
}

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Math {
    And,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// A token and where it stands.
pub(super) type Spanned = (Token, Range<usize>);

/// Longest filter accepted, in bytes.
const MAX_LEN: usize = 16 << 10;

const fn compare(relation: Relation, all: bool) -> Token {
    Token::Compare(Compare { relation, all })
}

/// Symbols, the longer before the shorter.
const SYMBOLS: [(&str, Token); 26] = [
    ("===", compare(Relation::Equal, true)),
    ("!==", compare(Relation::Unequal, false)),
    ("==", compare(Relation::Equal, false)),
    ("!=", compare(Relation::Unequal, true)),
    ("~=", compare(Relation::Unequal, false)),
    ("<=", compare(Relation::LessEqual, false)),
    (">=", compare(Relation::GreaterEqual, false)),
    ("&&", Token::And),
    ("||", Token::Or),
    ("^^", Token::Xor),
    ("..", Token::To),
    ("<", compare(Relation::Less, false)),
    (">", compare(Relation::Greater, false)),
    ("~", Token::Matches),
    ("!", Token::Not),
    ("&", Token::Math(Math::And)),
    ("+", Token::Math(Math::Add)),
    ("-", Token::Math(Math::Subtract)),
    ("*", Token::Math(Math::Multiply)),
    ("/", Token::Math(Math::Divide)),
    ("%", Token::Math(Math::Modulo)),
    ("(", Token::Open),
    (")", Token::Close),
    ("{", Token::OpenBrace),
    ("}", Token::CloseBrace),
    (",", Token::Comma),
];

/// Words that are operators.
pub(super) const OPERATORS: [(&str, Token); 21] = [
    ("and", Token::And),
    ("or", Token::Or),
    ("xor", Token::Xor),
    ("not", Token::Not),
    ("any", Token::Any),
    ("all", Token::All),
    ("in", Token::In),
    ("contains", Token::Contains),
    ("matches", Token::Matches),
    ("eq", compare(Relation::Equal, false)),
    ("any_eq", compare(Relation::Equal, false)),
    ("all_eq", compare(Relation::Equal, true)),
    ("ne", compare(Relation::Unequal, true)),
    ("all_ne", compare(Relation::Unequal, true)),
    ("any_ne", compare(Relation::Unequal, false)),
    ("lt", compare(Relation::Less, false)),
    ("le", compare(Relation::LessEqual, false)),
    ("gt", compare(Relation::Greater, false)),
    ("ge", compare(Relation::GreaterEqual, false)),
    ("bitand", Token::Math(Math::And)),
    ("bitwise_and", Token::Math(Math::And)),
];

/// Cuts `text` into tokens.
pub(super) fn lex(text: &str) -> Result<Vec<Spanned>, FilterError> {
    if text.len() > MAX_LEN {
        return Err(FilterError::new("", 0..0, format!("a filter is at most {MAX_LEN} bytes long")));
    }
    let mut tokens = Vec::new();
    let mut at = 0_usize;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blank = rest.len().saturating_sub(rest.trim_start().len());
        at = at.saturating_add(blank);
        let rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(tokens);
        }
        let (token, len) = one(rest).map_err(|(span, why)| {
            FilterError::new(text, at.saturating_add(span.start)..at.saturating_add(span.end), why)
        })?;
        let end = at.saturating_add(len);
        tokens.push((token, at..end));
        at = end;
    }
}

type Fault = (Range<usize>, String);

/// The token at the start of `rest`, which is not empty, and its length.
fn one(rest: &str) -> Result<(Token, usize), Fault> {
    match rest.as_bytes() {
        [b'"', ..] => return quoted(rest, 1, false),
        [b'r' | b'R', b'"', ..] => return quoted(rest, 2, true),
        [b'\'', ..] => {
            let inside = rest.get(1..).unwrap_or_default();
            let (value, taken) = quote::character(inside)
                .map_err(|(at, why)| (0..at.saturating_add(2).min(rest.len()), why.to_owned()))?;
            return Ok((Token::Character(value), taken.saturating_add(1)));
        }
        [b'[', ..] => {
            let (ranges, len) = ranges(rest, 0)?;
            return Ok((Token::Slice(ranges), len));
        }
        [b'#', ..] => return layer(rest),
        [b'.', next, ..] if is_word(char::from(*next)) => {
            let len = word(rest.get(1..).unwrap_or_default());
            return Ok((Token::Field, len.saturating_add(1)));
        }
        _ => {}
    }
    if let Some((symbol, token)) = SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol)) {
        return Ok((token.clone(), symbol.len()));
    }
    let len = word(rest);
    if len == 0 {
        let first = rest.chars().next().unwrap_or(' ');
        return Err((0..first.len_utf8(), stranger(rest, first)));
    }
    let text = rest.get(..len).unwrap_or_default();
    let token = OPERATORS.iter().find(|(name, _)| *name == text).map_or(Token::Word, |(_, token)| token.clone());
    Ok((token, len))
}

fn quoted(rest: &str, opening: usize, raw: bool) -> Result<(Token, usize), Fault> {
    let inside = rest.get(opening..).unwrap_or_default();
    match quote::string(inside, raw) {
        Ok((value, taken)) => Ok((Token::Quoted(value), taken.saturating_add(opening))),
        Err((at, why)) if at >= inside.len() => Err((0..rest.len(), why.to_owned())),
        Err((at, why)) => {
            let at = at.saturating_add(opening);
            let width = rest.get(at..).unwrap_or_default().chars().take(2).map(char::len_utf8).sum::<usize>();
            Err((at..at.saturating_add(width), why.to_owned()))
        }
    }
}

/// The ranges in brackets that begin at `start`.
fn ranges(rest: &str, start: usize) -> Result<(Vec<range::Range>, usize), Fault> {
    let inside = rest.get(start.saturating_add(1)..).unwrap_or_default();
    let Some(len) = inside.find(']') else {
        return Err((start..rest.len(), "this bracket is never closed".to_owned()));
    };
    let end = start.saturating_add(len).saturating_add(2);
    let ranges = range::parse(inside.get(..len).unwrap_or_default()).map_err(|why| (start..end, why))?;
    Ok((ranges, end))
}

/// `#2` or `#[1-2]`.
fn layer(rest: &str) -> Result<(Token, usize), Fault> {
    let inside = rest.get(1..).unwrap_or_default();
    if inside.starts_with('[') {
        let (ranges, len) = ranges(rest, 1)?;
        return Ok((Token::Layer(ranges), len));
    }
    let len = inside.bytes().take_while(u8::is_ascii_digit).count();
    let ranges = range::parse(inside.get(..len).unwrap_or_default());
    match ranges {
        Ok(ranges) if len > 0 => Ok((Token::Layer(ranges), len.saturating_add(1))),
        _ => Err((0..1, "a layer is counted from 1: ip.addr#2, or a range: ip.addr#[1-2]".to_owned())),
    }
}

/// True for what words are made of, besides the dots inside them.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '/' | '-')
}

/// The length of the word at the start of `rest`: it does not begin with a minus or a slash, and no dot ends it.
fn word(rest: &str) -> usize {
    if rest.starts_with(['-', '/']) {
        return 0;
    }
    let mut len = 0_usize;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let inside = c == '.' && len > 0 && chars.peek().is_some_and(|next| is_word(*next));
        if !is_word(c) && !inside {
            break;
        }
        len = len.saturating_add(c.len_utf8());
    }
    len
}

/// What to say of a character that has no place in a filter.
fn stranger(rest: &str, first: char) -> String {
    match first {
        '=' => "a comparison for equality is written ==".to_owned(),
        '|' => "or is written ||; there is no bitwise or".to_owned(),
        '^' => "exclusive or is written ^^ or xor".to_owned(),
        '$' if rest.starts_with("${") => {
            "there are no macros, and no references to the selected packet's fields".to_owned()
        }
        '\u{201c}' | '\u{201d}' => "strings stand in straight double quotes".to_owned(),
        '.' => "a dot stands inside a field name, a range is written with two".to_owned(),
        _ => "this character means nothing here; strings stand in double quotes".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        lex(text).unwrap_or_default().into_iter().map(|(_, span)| &text[span]).collect()
    }

    #[test]
    fn words_hold_addresses_bytes_and_times() {
        assert_eq!(words("ip.addr==10.0.0.0/8"), ["ip.addr", "==", "10.0.0.0/8"]);
        assert_eq!(words("a in {::1..fe80::2}"), ["a", "in", "{", "::1", "..", "fe80::2", "}"]);
        assert_eq!(words("tcp.port-1"), ["tcp.port-1"]);
        assert_eq!(words("tcp.port -1"), ["tcp.port", "-", "1"]);
        assert_eq!(words("frame.time>2020-01-01T00:00:00.5Z"), ["frame.time", ">", "2020-01-01T00:00:00.5Z"]);
        assert_eq!(words("a[0:3,-1]#2#[1-2]"), ["a", "[0:3,-1]", "#2", "#[1-2]"]);
        assert_eq!(words("!a&&b^^c"), ["!", "a", "&&", "b", "^^", "c"]);
        assert_eq!(words("x~r\"a\\\"b\""), ["x", "~", "r\"a\\\"b\""]);
        assert_eq!(words(".tcp.port"), [".tcp.port"]);
    }

    #[test]
    fn errors_stand_where_they_are() {
        for (text, at) in [
            ("tcp = 1", 4..5),
            ("a == \"b", 5..7),
            ("a == \"b\\q\"", 7..9),
            ("a[0:0]", 1..6),
            ("a[", 1..2),
            ("a#x", 1..2),
            ("tcp.", 3..4),
            ("é $", 3..4),
        ] {
            let error = lex(text).unwrap_err();
            assert_eq!(error.span, at, "{text}: {error}");
        }
    }
}
