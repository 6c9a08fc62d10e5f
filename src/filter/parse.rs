//! Tokens into an expression.
//!
//! ```text
//! filter   = [ or ]
//! or       = xor  { ("||" | "or")  xor }
//! xor      = and  { ("^^" | "xor") and }
//! and      = not  { ("&&" | "and") not }
//! not      = ("!" | "not") not | "(" or ")" | relation
//! relation = [ "any" | "all" ] term [ { compare term }
//!                                    | ("contains" | "matches") entity
//!                                    | [ "not" ] "in" "{" element { "," element } "}" ]
//! element  = signed [ ".." signed ]
//! term     = arithmetic: & binds weakest, then + -, then * / %
//! signed   = [ "+" | "-" ] entity
//! entity   = ( word [ layer ] | word "(" [ term { "," term } ] ")" | string | character | "{" term "}" ) { slice }
//! ```
//!
//! Parentheses group logic, braces group arithmetic, as in Wireshark 4.0. `a < b < c` means `a < b && b < c`.

use super::FilterError;
use super::lex::{Compare, Math, Spanned, Token};
use super::range::Range as Part;
use std::ops::Range;

/// A logical expression.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    /// Something that is there, or not zero.
    Holds(Term),
    /// `first == second < third`, each with its neighbour.
    Compare(Option<Quantifier>, Term, Vec<(Compare, Term)>),
    Contains(Option<Quantifier>, Term, Term),
    Matches(Option<Quantifier>, Term, Term),
    In(Option<Quantifier>, Term, Vec<(Term, Option<Term>)>),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Xor(Vec<Expr>),
}

/// What is asked of a field that occurs several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    Any,
    All,
}

/// Something with a value, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
    /// How deep it nests.
    depth: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A field or an unquoted value; which, the checker knows.
    Word(String),
    /// A field, with the layers it is looked for in.
    Field(String, Option<Vec<Part>>),
    Quoted(Vec<u8>),
    Character(u8),
    Slice(Box<Term>, Vec<Part>),
    /// A function by name, with its arguments.
    Call(String, Vec<Term>),
    Math(Math, Box<Term>, Box<Term>),
    Negate(Box<Term>),
}

/// Parentheses, negations and operators that may nest.
const MAX_DEPTH: usize = 100;

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Spanned],
    at: usize,
    depth: usize,
}

/// Parses all tokens; `None` for an empty filter.
pub(super) fn parse(text: &str, tokens: &[Spanned]) -> Result<Option<Expr>, FilterError> {
    if tokens.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { text, tokens, at: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(Some(expr)),
        Some(_) => Err(parser.unexpected("an operator is missing before this")),
    }
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    /// The place of the next token; of the end behind the last.
    fn here(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.text.len()..self.text.len(), |(_, span)| span.clone())
    }

    fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn take(&mut self, token: &Token) -> bool {
        let taken = self.peek() == Some(token);
        if taken {
            self.skip();
        }
        taken
    }

    fn fail(&self, span: Range<usize>, why: impl Into<String>) -> FilterError {
        FilterError::new(self.text, span, why)
    }

    /// What stands here is not what could stand here.
    fn unexpected(&self, otherwise: &str) -> FilterError {
        let why = match self.peek() {
            None => "the filter ends here, something is missing",
            Some(Token::Close) => "nothing was opened that this could close",
            Some(Token::CloseBrace) => "nothing was opened that this could close, or nothing is in it",
            Some(Token::Word) if self.shouted() => "operators are written in small letters",
            Some(Token::Compare(_) | Token::Contains | Token::Matches | Token::In)
                if self.at > 0 && matches!(self.tokens.get(self.at.saturating_sub(1)), Some((Token::Close, _))) =>
            {
                "parentheses group conditions; arithmetic is grouped with braces { }"
            }
            Some(_) => otherwise,
        };
        self.fail(self.here(), why)
    }

    fn shouted(&self) -> bool {
        let word = self.text.get(self.here()).unwrap_or_default();
        let small = word.to_ascii_lowercase();
        small != word && super::lex::OPERATORS.iter().any(|(name, _)| *name == small)
    }

    /// Runs `body` one level deeper.
    fn deeper<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, FilterError>) -> Result<T, FilterError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.fail(self.here(), "nested too deep"));
        }
        self.depth = self.depth.saturating_add(1);
        let result = body(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    /// One or several of `part`, with `token` between them.
    fn list(
        &mut self,
        token: &Token,
        part: fn(&mut Self) -> Result<Expr, FilterError>,
        join: fn(Vec<Expr>) -> Expr,
    ) -> Result<Expr, FilterError> {
        let first = part(self)?;
        if self.peek() != Some(token) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(token) {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn or(&mut self) -> Result<Expr, FilterError> {
        self.list(&Token::Or, Self::xor, Expr::Or)
    }

    fn xor(&mut self) -> Result<Expr, FilterError> {
        self.list(&Token::Xor, Self::and, Expr::Xor)
    }

    fn and(&mut self) -> Result<Expr, FilterError> {
        self.list(&Token::And, Self::not, Expr::And)
    }

    fn not(&mut self) -> Result<Expr, FilterError> {
        if self.take(&Token::Not) {
            return self.deeper(Self::not).map(|expr| Expr::Not(Box::new(expr)));
        }
        let opening = self.here();
        if !self.take(&Token::Open) {
            return self.relation();
        }
        let expr = self.deeper(Self::or)?;
        if self.take(&Token::Close) {
            return Ok(expr);
        }
        match self.peek() {
            None => Err(self.fail(opening, "this parenthesis is never closed")),
            Some(_) => Err(self.unexpected("a closing parenthesis is missing before this")),
        }
    }

    fn relation(&mut self) -> Result<Expr, FilterError> {
        let quantifier = match self.peek() {
            Some(Token::Any) => Some(Quantifier::Any),
            Some(Token::All) => Some(Quantifier::All),
            _ => None,
        };
        if quantifier.is_some() {
            self.skip();
        }
        let left = self.term(0)?;
        let expr = match self.peek() {
            Some(Token::Compare(_)) => {
                let mut rest = Vec::new();
                while let Some(Token::Compare(compare)) = self.peek() {
                    self.skip();
                    rest.push((*compare, self.term(0)?));
                }
                return Ok(Expr::Compare(quantifier, left, rest));
            }
            Some(Token::Contains) => {
                self.skip();
                Expr::Contains(quantifier, left, self.signed()?)
            }
            Some(Token::Matches) => {
                self.skip();
                Expr::Matches(quantifier, left, self.signed()?)
            }
            Some(Token::In) => Expr::In(quantifier, left, self.set()?),
            Some(Token::Not) if matches!(self.tokens.get(self.at.saturating_add(1)), Some((Token::In, _))) => {
                self.skip();
                Expr::Not(Box::new(Expr::In(quantifier, left, self.set()?)))
            }
            _ if quantifier.is_some() => {
                return Err(self.unexpected("any and all belong to a comparison: all tcp.port > 1024"));
            }
            _ => return Ok(Expr::Holds(left)),
        };
        Ok(expr)
    }

    /// `in {...}`
    fn set(&mut self) -> Result<Vec<(Term, Option<Term>)>, FilterError> {
        self.skip();
        let opening = self.here();
        if !self.take(&Token::OpenBrace) {
            return Err(self.unexpected("a set in braces follows: in {80, 443, 8000..8080}"));
        }
        let mut elements = Vec::new();
        loop {
            let low = self.signed()?;
            let high = if self.take(&Token::To) { Some(self.signed()?) } else { None };
            elements.push((low, high));
            if self.take(&Token::CloseBrace) {
                return Ok(elements);
            }
            if !self.take(&Token::Comma) {
                return match self.peek() {
                    None => Err(self.fail(opening, "this brace is never closed")),
                    Some(_) => Err(self.unexpected("values of a set are separated by commas, ranges written 1..5")),
                };
            }
        }
    }

    /// Arithmetic by precedence climbing: only operators that bind at least as tight as `least` are taken.
    fn term(&mut self, least: u8) -> Result<Term, FilterError> {
        let mut left = self.signed()?;
        while let Some(Token::Math(math)) = self.peek() {
            let binds = match math {
                Math::And => 1,
                Math::Add | Math::Subtract => 2,
                Math::Multiply | Math::Divide | Math::Modulo => 3,
            };
            if binds < least.max(1) {
                break;
            }
            self.skip();
            let right = self.deeper(|parser| parser.term(binds + 1))?;
            let span = left.span.start..right.span.end;
            let depth = left.depth.max(right.depth).saturating_add(1);
            left = self.node(Kind::Math(*math, Box::new(left), Box::new(right)), span, depth)?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Term, FilterError> {
        let start = self.here().start;
        if self.take(&Token::Math(Math::Add)) {
            return self.entity();
        }
        if self.take(&Token::Math(Math::Subtract)) {
            let term = self.entity()?;
            let (span, depth) = (start..term.span.end, term.depth.saturating_add(1));
            return self.node(Kind::Negate(Box::new(term)), span, depth);
        }
        self.entity()
    }

    fn node(&self, kind: Kind, span: Range<usize>, depth: usize) -> Result<Term, FilterError> {
        if depth > MAX_DEPTH {
            return Err(self.fail(span, "too many operations in a row"));
        }
        Ok(Term { kind, span, depth })
    }

    fn entity(&mut self) -> Result<Term, FilterError> {
        let span = self.here();
        let text = || self.text.get(span.clone()).unwrap_or_default().to_owned();
        let mut term = match self.peek() {
            Some(Token::Word) => {
                let word = text();
                self.skip();
                self.after_word(word, span)?
            }
            Some(Token::Field) => {
                let name = text().trim_start_matches('.').to_owned();
                self.skip();
                let layers = self.layers();
                self.node(Kind::Field(name, layers), span, 1)?
            }
            Some(Token::Quoted(bytes)) => {
                self.skip();
                self.node(Kind::Quoted(bytes.clone()), span, 1)?
            }
            Some(Token::Character(byte)) => {
                self.skip();
                self.node(Kind::Character(*byte), span, 1)?
            }
            Some(Token::OpenBrace) => {
                self.skip();
                let inner = self.deeper(|parser| parser.term(0))?;
                if !self.take(&Token::CloseBrace) {
                    return match self.peek() {
                        None => Err(self.fail(span, "this brace is never closed")),
                        Some(_) => Err(self.unexpected("a closing brace is missing before this")),
                    };
                }
                inner
            }
            Some(Token::Open) => {
                return Err(self.unexpected("parentheses group conditions; arithmetic is grouped with braces { }"));
            }
            _ => return Err(self.unexpected("a field or a value is missing before this")),
        };
        while let Some(Token::Slice(parts)) = self.peek() {
            let (span, depth) = (term.span.start..self.here().end, term.depth.saturating_add(1));
            self.skip();
            term = self.node(Kind::Slice(Box::new(term), parts.clone()), span, depth)?;
        }
        Ok(term)
    }

    fn layers(&mut self) -> Option<Vec<Part>> {
        let Some(Token::Layer(parts)) = self.peek() else { return None };
        self.skip();
        Some(parts.clone())
    }

    /// A word is a function if arguments follow, a field for sure if layers do.
    fn after_word(&mut self, word: String, span: Range<usize>) -> Result<Term, FilterError> {
        if let Some(layers) = self.layers() {
            return self.node(Kind::Field(word, Some(layers)), span, 1);
        }
        if !self.take(&Token::Open) {
            return self.node(Kind::Word(word), span, 1);
        }
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            loop {
                arguments.push(self.deeper(|parser| parser.term(0))?);
                if self.take(&Token::Close) {
                    break;
                }
                if !self.take(&Token::Comma) {
                    return match self.peek() {
                        None => Err(self.fail(span, "the arguments of this function are never closed")),
                        Some(_) => Err(self.unexpected("arguments are separated by commas")),
                    };
                }
            }
        }
        let end = self.tokens.get(self.at.saturating_sub(1)).map_or(span.end, |(_, last)| last.end);
        let depth = arguments.iter().map(|a| a.depth).max().unwrap_or(0).saturating_add(1);
        self.node(Kind::Call(word, arguments), span.start..end, depth)
    }
}
