//! Filter text into tokens.

use super::FilterError;
use std::ops::Range;

/// A word of the language.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A field name or an unquoted value.
    Word(String),
    /// A quoted string, escapes resolved.
    Quoted(Vec<u8>),
    /// `==` and the like.
    Compare(Compare),
    And,
    Or,
    Not,
    Open,
    Close,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    /// At least one value differs.
    AnyUnequal,
    /// Every value differs.
    AllUnequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Contains,
}

/// A token and where it stands.
pub(super) type Spanned = (Token, Range<usize>);

/// Longest filter accepted, in bytes.
const MAX_LEN: usize = 16 << 10;

/// Cuts `text` into tokens.
pub(super) fn lex(text: &str) -> Result<Vec<Spanned>, FilterError> {
    let fail = |span: Range<usize>, why: &str| FilterError { text: text.to_owned(), span, why: why.to_owned() };
    if text.len() > MAX_LEN {
        return Err(FilterError { text: String::new(), span: 0..0, why: format!("longer than {MAX_LEN} bytes") });
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let start = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        const SYMBOLS: [(&str, Token); 14] = [
            ("===", Token::Compare(Compare::Equal)),
            ("!==", Token::Compare(Compare::AllUnequal)),
            ("==", Token::Compare(Compare::Equal)),
            ("!=", Token::Compare(Compare::AllUnequal)),
            ("~=", Token::Compare(Compare::AnyUnequal)),
            ("<=", Token::Compare(Compare::LessEqual)),
            (">=", Token::Compare(Compare::GreaterEqual)),
            ("<", Token::Compare(Compare::Less)),
            (">", Token::Compare(Compare::Greater)),
            ("&&", Token::And),
            ("||", Token::Or),
            ("!", Token::Not),
            ("(", Token::Open),
            (")", Token::Close),
        ];
        if let Some((symbol, token)) = SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol)) {
            tokens.push((token.clone(), start..start + symbol.len()));
            rest = &rest[symbol.len()..];
            continue;
        }
        if first == '"' {
            let (value, len) =
                quoted(rest).ok_or_else(|| fail(start..text.len(), "this string has no closing quote"))?;
            tokens.push((Token::Quoted(value), start..start + len));
            rest = &rest[len..];
            continue;
        }
        let len = rest
            .find(|c: char| {
                !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/' | '\\' | '@' | '%' | '+' | '*'))
            })
            .unwrap_or(rest.len());
        if len == 0 {
            return Err(fail(start..start + first.len_utf8(), "this character means nothing here"));
        }
        let word = &rest[..len];
        let token = match word {
            "and" => Token::And,
            "or" => Token::Or,
            "not" => Token::Not,
            "eq" | "any_eq" | "all_eq" => Token::Compare(Compare::Equal),
            "ne" | "all_ne" => Token::Compare(Compare::AllUnequal),
            "any_ne" => Token::Compare(Compare::AnyUnequal),
            "lt" => Token::Compare(Compare::Less),
            "le" => Token::Compare(Compare::LessEqual),
            "gt" => Token::Compare(Compare::Greater),
            "ge" => Token::Compare(Compare::GreaterEqual),
            "contains" => Token::Compare(Compare::Contains),
            _ => Token::Word(word.to_owned()),
        };
        tokens.push((token, start..start + len));
        rest = &rest[len..];
    }
}

/// A quoted string with `\"`, `\\`, `\n`, `\r`, `\t` and `\xNN`, and the length it took.
fn quoted(text: &str) -> Option<(Vec<u8>, usize)> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'"' => return Some((out, at + 1)),
            b'\\' => {
                at += 1;
                match *bytes.get(at)? {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'x' => {
                        let digits = text.get(at + 1..at + 3)?;
                        out.push(u8::from_str_radix(digits, 16).ok()?);
                        at += 2;
                    }
                    other => out.push(other),
                }
            }
            other => out.push(other),
        }
        at += 1;
    }
}
