//! Tokens into an expression: `||` binds weakest, then `&&`, then `!`.

use super::FilterError;
use super::lex::{Compare, Spanned, Token};
use std::ops::Range;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Present(Name),
    Compare(Name, Compare, Literal),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
}

/// A field name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Literal {
    pub(super) bytes: Vec<u8>,
    pub(super) quoted: bool,
    pub(super) span: Range<usize>,
}

/// Parentheses and negations that may nest.
const MAX_DEPTH: usize = 200;

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
    let expr = parser.either()?;
    match parser.peek() {
        None => Ok(Some(expr)),
        Some((Token::Close, span)) => Err(parser.fail(span.clone(), "nothing was opened that this could close")),
        Some((_, span)) => Err(parser.fail(span.clone(), "an operator is missing before this")),
    }
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Spanned> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Spanned> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    fn fail(&self, span: Range<usize>, why: &str) -> FilterError {
        FilterError { text: self.text.to_owned(), span, why: why.to_owned() }
    }

    fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }

    fn either(&mut self) -> Result<Expr, FilterError> {
        let mut left = self.both()?;
        while matches!(self.peek(), Some((Token::Or, _))) {
            self.at += 1;
            left = Expr::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Expr, FilterError> {
        let mut left = self.single()?;
        while matches!(self.peek(), Some((Token::And, _))) {
            self.at += 1;
            left = Expr::And(Box::new(left), Box::new(self.single()?));
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Expr, FilterError> {
        let Some((token, span)) = self.next() else {
            return Err(self.fail(self.end(), "a field name is missing here"));
        };
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fail(span.clone(), "nested too deep"));
        }
        let expr = match token {
            Token::Not => Expr::Not(Box::new(self.single()?)),
            Token::Open => {
                let inner = self.either()?;
                match self.next() {
                    Some((Token::Close, _)) => inner,
                    Some((_, at)) => return Err(self.fail(at.clone(), "a closing parenthesis is missing before this")),
                    None => return Err(self.fail(span.clone(), "this parenthesis is never closed")),
                }
            }
            Token::Word(word) => self.comparison(Name { text: word.clone(), span: span.clone() })?,
            Token::Quoted(_) => {
                return Err(self.fail(span.clone(), "a field name stands on the left, a value on the right"));
            }
            _ => return Err(self.fail(span.clone(), "a field name is missing before this")),
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn comparison(&mut self, name: Name) -> Result<Expr, FilterError> {
        let Some((Token::Compare(compare), at)) = self.peek() else { return Ok(Expr::Present(name)) };
        self.at += 1;
        let literal = match self.next() {
            Some((Token::Word(word), span)) => {
                Literal { bytes: word.clone().into_bytes(), quoted: false, span: span.clone() }
            }
            Some((Token::Quoted(bytes), span)) => Literal { bytes: bytes.clone(), quoted: true, span: span.clone() },
            _ => return Err(self.fail(at.clone(), "a value is missing after this")),
        };
        Ok(Expr::Compare(name, *compare, literal))
    }
}
