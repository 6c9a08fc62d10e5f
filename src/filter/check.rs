//! From what was written to what can be evaluated: names become fields, values get the type of what they stand beside,
//! and what makes no sense is refused with its place. After this, evaluating cannot fail.

use super::eval::{Constant, Function, Term, Test};
use super::lex::Math;
use super::literal::{self, Literal};
use super::parse::{self, Expr, Quantifier};
use super::range::Range as Part;
use super::schema::Schema;
use super::value::{Datum, Type};
use super::{FilterError, Want};
use crate::field::Field;
use crate::wire::text;
use regex::bytes::{Regex, RegexBuilder};
use std::ops::Range;

/// Bytes a compiled regular expression may take.
const MAX_REGEX: usize = 1 << 20;

/// A term and what is known of it.
struct Typed {
    term: Term,
    kind: Type,
    field: Option<&'static Field>,
}

/// Checks expressions and collects the fields they look at.
pub(super) struct Checker<'c> {
    text: &'c str,
    schema: &'c Schema,
    pub(super) wants: Vec<Want>,
}

impl<'c> Checker<'c> {
    pub(super) const fn new(text: &'c str, schema: &'c Schema) -> Self {
        Self { text, schema, wants: Vec::new() }
    }

    fn fail(&self, span: &Range<usize>, why: impl Into<String>) -> FilterError {
        FilterError::new(self.text, span.clone(), why)
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Result<Test, FilterError> {
        Ok(match expr {
            Expr::Holds(term) => self.holds(term)?,
            Expr::Not(inner) => Test::Not(Box::new(self.expr(inner)?)),
            Expr::And(parts) => Test::All(self.all(parts)?),
            Expr::Or(parts) => Test::Any(self.all(parts)?),
            Expr::Xor(parts) => Test::Odd(self.all(parts)?),
            Expr::Compare(quantifier, first, rest) => {
                let mut pairs = Vec::new();
                let mut left = first;
                for (compare, right) in rest {
                    let (from, to) = self.pair(left, right)?;
                    pairs.push(Test::Compare {
                        relation: compare.relation,
                        all: quantifier.map_or(compare.all, |q| q == Quantifier::All),
                        unsigned: from.kind == Type::Unsigned,
                        left: from.term,
                        right: to.term,
                    });
                    left = right;
                }
                match pairs.pop() {
                    Some(only) if pairs.is_empty() => only,
                    last => Test::All(pairs.into_iter().chain(last).collect()),
                }
            }
            Expr::Contains(quantifier, left, right) => {
                let from = self.searched(left, "contains")?;
                let expected = if from.kind == Type::Text { Type::Text } else { Type::Bytes };
                let to = self.value(right, Some((expected, from.field)))?;
                if to.kind != expected && !(expected == Type::Bytes && to.kind.is_bytes()) {
                    return Err(self.mismatch(left, &from, right, &to));
                }
                Test::Contains { all: *quantifier == Some(Quantifier::All), left: from.term, right: to.term }
            }
            Expr::Matches(quantifier, left, right) => {
                let from = self.searched(left, "matches")?;
                let parse::Kind::Quoted(pattern) = &right.kind else {
                    return Err(self.fail(&right.span, "matches takes a pattern in double quotes"));
                };
                let regex = regex(pattern).map_err(|why| self.fail(&right.span, why))?;
                Test::Matches { all: *quantifier == Some(Quantifier::All), left: from.term, regex }
            }
            Expr::In(quantifier, left, elements) => {
                let from = self.value(left, None)?;
                if from.kind == Type::Nothing {
                    return Err(self.fail(&left.span, format!("it is {}", from.kind.words())));
                }
                let mut set = Vec::new();
                for (low, high) in elements {
                    let low = self.beside(left, &from, low)?.term;
                    let high = high.as_ref().map(|high| self.beside(left, &from, high)).transpose()?;
                    set.push((low, high.map(|high| high.term)));
                }
                Test::In {
                    all: *quantifier == Some(Quantifier::All),
                    unsigned: from.kind == Type::Unsigned,
                    term: from.term,
                    set,
                }
            }
        })
    }

    fn all(&mut self, parts: &[Expr]) -> Result<Vec<Test>, FilterError> {
        parts.iter().map(|part| self.expr(part)).collect()
    }

    /// A term that stands alone: a field that is there, or a result that is not zero.
    fn holds(&mut self, term: &parse::Term) -> Result<Test, FilterError> {
        match &term.kind {
            parse::Kind::Word(name) => {
                let field = self.named(name, &term.span)?;
                Ok(Test::Present(self.want(field, false), None))
            }
            parse::Kind::Field(name, layers) => {
                let field = self.named(name, &term.span)?;
                Ok(Test::Present(self.want(field, false), layers.clone()))
            }
            parse::Kind::Quoted(_) | parse::Kind::Character(_) => {
                Err(self.fail(&term.span, "a value alone says nothing; a field it is compared with is missing"))
            }
            parse::Kind::Call(name, _) => {
                let why = format!("the result of {name} is always there; compare it with a value");
                Err(self.fail(&term.span, why))
            }
            parse::Kind::Slice(..) => Ok(Test::Exists(self.value(term, None)?.term)),
            parse::Kind::Math(..) | parse::Kind::Negate(_) => Ok(Test::Holds(self.value(term, None)?.term)),
        }
    }

    /// Both sides of a comparison.
    fn pair(&mut self, left: &parse::Term, right: &parse::Term) -> Result<(Typed, Typed), FilterError> {
        let from = self.value(left, None)?;
        let to = self.beside(left, &from, right)?;
        Ok((from, to))
    }

    /// What stands beside `from` and must be of its type.
    fn beside(&mut self, left: &parse::Term, from: &Typed, right: &parse::Term) -> Result<Typed, FilterError> {
        if from.kind == Type::Nothing {
            return Err(self.fail(&left.span, format!("it is {}", from.kind.words())));
        }
        let to = self.value(right, Some((from.kind, from.field)))?;
        if from.kind.suits(to.kind) { Ok(to) } else { Err(self.mismatch(left, from, right, &to)) }
    }

    fn mismatch(&self, left: &parse::Term, from: &Typed, right: &parse::Term, to: &Typed) -> FilterError {
        let quote = matches!((&right.kind, to.kind), (parse::Kind::Word(_), Type::Protocol | Type::Nothing));
        let name = |term: &parse::Term| {
            text::escape(self.text.get(term.span.clone()).unwrap_or_default().as_bytes()).into_owned()
        };
        let hint = if quote { "; a value that is also a field's name stands in double quotes" } else { "" };
        let why = format!(
            "{} is {}, {} is {}; they cannot be compared{hint}",
            name(left),
            from.kind.words(),
            name(right),
            to.kind.words()
        );
        self.fail(&right.span, why)
    }

    /// The left side of `contains` and `matches`.
    fn searched(&mut self, left: &parse::Term, operator: &str) -> Result<Typed, FilterError> {
        let from = self.value(left, None)?;
        if from.kind == Type::Text || from.kind.is_bytes() {
            return Ok(from);
        }
        let hint = if matches!(from.kind, Type::Unsigned | Type::Signed | Type::Address) {
            "; string(..) makes text of it"
        } else {
            ""
        };
        Err(self.fail(&left.span, format!("{operator} searches text and bytes, this is {}{hint}", from.kind.words())))
    }

    fn named(&self, name: &str, span: &Range<usize>) -> Result<&'static Field, FilterError> {
        self.schema.field(name).ok_or_else(|| {
            let near = self.schema.suggestions(name);
            let hint = if near.is_empty() { String::new() } else { format!(". Did you mean {}?", near.join(", ")) };
            let why = format!("no field is called '{}'{hint}", text::escape(name.as_bytes()));
            FilterError { suggestions: near, ..self.fail(span, why) }
        })
    }

    fn want(&mut self, field: &'static Field, bytes: bool) -> usize {
        let known = self.wants.iter().position(|want| want.field.name == field.name);
        let at = known.unwrap_or_else(|| {
            self.wants.push(Want { field, bytes: false });
            self.wants.len().saturating_sub(1)
        });
        if let Some(want) = self.wants.get_mut(at) {
            want.bytes |= bytes;
        }
        at
    }

    fn field(&mut self, name: &str, layers: Option<Vec<Part>>, span: &Range<usize>) -> Result<Typed, FilterError> {
        let field = self.named(name, span)?;
        let kind = Type::from(field.kind);
        let at = self.want(field, kind == Type::Protocol);
        Ok(Typed { term: Term::Field(at, layers), kind, field: Some(field) })
    }

    /// A value. A literal takes the type that is expected; on the left of a comparison none is, and a literal is refused.
    fn value(
        &mut self,
        term: &parse::Term,
        expected: Option<(Type, Option<&'static Field>)>,
    ) -> Result<Typed, FilterError> {
        let literal = match &term.kind {
            parse::Kind::Word(word) => {
                let number = word.starts_with(|c: char| c.is_ascii_digit());
                if self.schema.field(word).is_some() || expected.is_none() && !number {
                    return self.field(word, None, &term.span);
                }
                Literal::Word(word)
            }
            parse::Kind::Quoted(bytes) => Literal::Quoted(bytes),
            parse::Kind::Character(byte) => Literal::Character(*byte),
            parse::Kind::Field(name, layers) => return self.field(name, layers.clone(), &term.span),
            parse::Kind::Slice(inner, parts) => {
                let inner_typed = self.value(inner, None)?;
                let kind = inner_typed.kind;
                if kind != Type::Text && kind != Type::Address && !kind.is_bytes() {
                    return Err(
                        self.fail(&inner.span, format!("only text and bytes have parts, this is {}", kind.words()))
                    );
                }
                let term = Term::Slice(Box::new(inner_typed.term), parts.clone());
                return Ok(Typed { term, kind: Type::Bytes, field: None });
            }
            parse::Kind::Call(name, arguments) => return self.call(name, arguments, term),
            parse::Kind::Math(math, left, right) => return self.math(*math, left, right, expected),
            parse::Kind::Negate(inner) => {
                let typed = self.value(inner, expected)?;
                if !typed.kind.is_number() && !matches!(typed.kind, Type::Duration | Type::Float) {
                    return Err(self.fail(&term.span, format!("{} has no sign", typed.kind.words())));
                }
                let field = typed.field;
                return Ok(match &typed.term {
                    Term::Constant(Constant(values)) => {
                        let negative = values.first().and_then(|v| v.value.negated());
                        let value = negative.ok_or_else(|| self.fail(&term.span, "too large"))?;
                        Typed { term: Term::constant(value), kind: typed.kind, field }
                    }
                    _ => Typed { term: Term::Negate(Box::new(typed.term)), kind: typed.kind, field },
                });
            }
        };
        let Some((kind, field)) = expected else {
            return Err(self.fail(&term.span, "a field or a function stands on the left, a value on the right"));
        };
        let value = literal::value(literal, kind, field).map_err(|why| self.fail(&term.span, why))?;
        Ok(Typed { term: Term::constant(value), kind, field })
    }

    fn math(
        &mut self,
        math: Math,
        left: &parse::Term,
        right: &parse::Term,
        expected: Option<(Type, Option<&'static Field>)>,
    ) -> Result<Typed, FilterError> {
        let from = self.value(left, expected)?;
        let to = self.value(right, Some((from.kind, from.field)))?;
        let possible = match from.kind {
            Type::Unsigned | Type::Signed => true,
            Type::Float => math != Math::And,
            Type::Duration => matches!(math, Math::Add | Math::Subtract),
            Type::Bytes | Type::Mac | Type::Address => math == Math::And,
            _ => false,
        };
        let span = left.span.start..right.span.end;
        if !possible {
            return Err(self.fail(&span, format!("this operation is not possible with {}", from.kind.words())));
        }
        if !from.kind.suits(to.kind) {
            return Err(self.mismatch(left, &from, right, &to));
        }
        let term = match (&from.term, &to.term) {
            (Term::Constant(Constant(a)), Term::Constant(Constant(b))) => {
                let value = a.first().zip(b.first()).and_then(|(a, b)| a.value.compute(math, &b.value));
                Term::constant(value.ok_or_else(|| self.fail(&span, "this has no result"))?)
            }
            _ => Term::Math(math, Box::new(from.term), Box::new(to.term)),
        };
        Ok(Typed { term, kind: from.kind, field: from.field })
    }

    fn call(&mut self, name: &str, arguments: &[parse::Term], whole: &parse::Term) -> Result<Typed, FilterError> {
        let Some((_, function)) = Function::ALL.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = Function::ALL.iter().map(|(name, _)| *name).collect();
            let why =
                format!("no function is called '{}'; there are {}", text::escape(name.as_bytes()), known.join(", "));
            return Err(self.fail(&whole.span, why));
        };
        let [first, rest @ ..] = arguments else {
            return Err(self.fail(&whole.span, format!("{name} takes a field")));
        };
        let many = matches!(function, Function::Max | Function::Min);
        if let Some(second) = rest.first().filter(|_| !many) {
            return Err(self.fail(&second.span, format!("{name} takes one field")));
        }
        if matches!(&first.kind, parse::Kind::Quoted(_) | parse::Kind::Character(_)) {
            return Err(self.fail(&first.span, format!("{name} takes a field, this is a value")));
        }
        let typed = self.value(first, None)?;
        let (kind, field) = (typed.kind, typed.field);
        if let (Function::Len, Some(field)) = (function, field) {
            self.want(field, true);
        }
        let refuse = |what: &str| Err(self.fail(&first.span, format!("{name} takes {what}, this is {}", kind.words())));
        let numeric = kind.is_number() || matches!(kind, Type::Duration | Type::Float);
        let result = match function {
            Function::Lower | Function::Upper if kind != Type::Text => return refuse("text"),
            Function::String
                if !kind.is_number() && !matches!(kind, Type::Float | Type::Address | Type::Mac | Type::Oid) =>
            {
                return refuse("numbers, addresses and object identifiers");
            }
            Function::Abs if !numeric => return refuse("numbers and spans of time"),
            Function::Max | Function::Min if kind == Type::Nothing => return refuse("values"),
            Function::Lower | Function::Upper | Function::String => Type::Text,
            Function::Len | Function::Count => Type::Unsigned,
            Function::Max | Function::Min | Function::Abs => kind,
        };
        let mut terms = vec![typed.term];
        for argument in rest {
            let other = self.value(argument, Some((kind, field)))?;
            if !kind.suits(other.kind) {
                let why =
                    format!("{name} compares values of one type: {} and {} are two", kind.words(), other.kind.words());
                return Err(self.fail(&argument.span, why));
            }
            terms.push(other.term);
        }
        let field = field.filter(|_| result == kind);
        Ok(Typed { term: Term::Call(*function, terms), kind: result, field })
    }
}

/// Compiles a pattern over bytes, any case unless `(?-i)`. Time is linear in what is searched.
fn regex(pattern: &[u8]) -> Result<Regex, String> {
    let mut spelled = String::new();
    match std::str::from_utf8(pattern) {
        Ok(text) => spelled.push_str(text),
        Err(_) => {
            for byte in pattern {
                match byte {
                    0x00..0x80 => spelled.push(char::from(*byte)),
                    _ => spelled.extend(["\\x", &text::hex(&[*byte])]),
                }
            }
        }
    }
    let built = RegexBuilder::new(&spelled).case_insensitive(true).unicode(false).size_limit(MAX_REGEX).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "this pattern is too large".to_owned(),
        other => {
            let told = other.to_string();
            let last = told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("this pattern cannot be used: {}", text::escape(last.as_bytes()))
        }
    })
}

/// A constant that is a set of one.
impl Term {
    fn constant(value: Datum) -> Self {
        Self::Constant(Constant(vec![value.into()]))
    }
}
