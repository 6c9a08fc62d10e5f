//! A checked filter put to a frame.
//!
//! What is not known yet of a frame makes a verdict open, not false: that is how a filter over what the headers say
//! decides before anything is described. Dissecting costs a thousand times more than comparing; the checked tree is
//! walked as it is.

use super::lex::{Math, Relation};
use super::range::{self, Range as Part};
use super::value::{Datum, Occurrence};
use memchr::memmem;
use regex::bytes::Regex;
use std::borrow::Cow;

/// Answers for one frame.
pub trait Lookup {
    /// The values of the filter's want number `want`, in the order they occur; nothing if they are not known yet.
    fn values(&self, want: usize) -> Option<&[Occurrence]>;
}

/// A value written in the filter.
#[derive(Clone, Debug)]
pub(super) struct Constant(pub(super) Vec<Occurrence>);

/// Something with values.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Field(usize, Option<Vec<Part>>),
    Constant(Constant),
    Slice(Box<Term>, Vec<Part>),
    Call(Function, Vec<Term>),
    Math(Math, Box<Term>, Box<Term>),
    Negate(Box<Term>),
}

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Lower,
    Upper,
    Len,
    Count,
    String,
    Max,
    Min,
    Abs,
}

impl Function {
    pub(super) const ALL: [(&'static str, Self); 8] = [
        ("lower", Self::Lower),
        ("upper", Self::Upper),
        ("len", Self::Len),
        ("count", Self::Count),
        ("string", Self::String),
        ("max", Self::Max),
        ("min", Self::Min),
        ("abs", Self::Abs),
    ];
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// The field occurs.
    Present(usize, Option<Vec<Part>>),
    /// The term has a value.
    Exists(Term),
    /// The term has a value that is not zero.
    Holds(Term),
    Compare {
        relation: Relation,
        all: bool,
        unsigned: bool,
        left: Term,
        right: Term,
    },
    Contains {
        all: bool,
        left: Term,
        right: Term,
    },
    Matches {
        all: bool,
        left: Term,
        regex: Regex,
    },
    In {
        all: bool,
        unsigned: bool,
        term: Term,
        set: Vec<(Term, Option<Term>)>,
    },
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
    /// An odd number of them.
    Odd(Vec<Test>),
}

type Values<'v> = Cow<'v, [Occurrence]>;

/// True if one pair of values, or with `all` each pair, satisfies `holds`. Without a pair nothing does.
fn pairs(left: &[Occurrence], right: &[Occurrence], all: bool, holds: impl Fn(&Datum, &Datum) -> bool) -> bool {
    let mut each = left.iter().flat_map(|a| right.iter().map(move |b| (a, b))).map(|(a, b)| holds(&a.value, &b.value));
    if all { !left.is_empty() && !right.is_empty() && each.all(|held| held) } else { each.any(|held| held) }
}

impl Test {
    /// True or false, or nothing where that depends on what is not known.
    pub(super) fn verdict(&self, frame: &dyn Lookup) -> Option<bool> {
        Some(match self {
            Self::Present(want, None) => !frame.values(*want)?.is_empty(),
            Self::Present(want, Some(layers)) => !layered(frame.values(*want)?, layers).is_empty(),
            Self::Exists(term) => term.values(frame)?.iter().any(|o| !is_nothing(o)),
            Self::Holds(term) => term.values(frame)?.iter().any(|o| o.value.holds()),
            Self::Compare { relation, all, unsigned, left, right } => {
                let (left, right) = (left.values(frame)?, right.values(frame)?);
                pairs(&left, &right, *all, |a, b| relation.satisfied(a.order(b, *unsigned)))
            }
            Self::Contains { all, left, right } => {
                let (left, right) = (left.values(frame)?, right.values(frame)?);
                pairs(&left, &right, *all, |a, b| match (a.searched(), b.bytes()) {
                    (Some(a), Some(b)) => !b.is_empty() && memmem::find(a, &b).is_some(),
                    _ => false,
                })
            }
            Self::Matches { all, left, regex } => {
                let left = left.values(frame)?;
                let matches =
                    |o: &Occurrence| !is_nothing(o) && o.value.searched().is_some_and(|bytes| regex.is_match(bytes));
                if *all { !left.is_empty() && left.iter().all(matches) } else { left.iter().any(matches) }
            }
            Self::In { all, unsigned, term, set } => {
                let values = term.values(frame)?;
                let mut found = false;
                for (low, high) in set {
                    let low = low.values(frame)?;
                    let is = |relation: Relation, other: &[Occurrence]| {
                        pairs(&values, other, *all, |a, b| relation.satisfied(a.order(b, *unsigned)))
                    };
                    found |= match high {
                        None => is(Relation::Equal, &low),
                        Some(high) if *all => {
                            is(Relation::GreaterEqual, &low) && is(Relation::LessEqual, &high.values(frame)?)
                        }
                        // One value that lies between.
                        Some(high) => {
                            let high = high.values(frame)?;
                            values.iter().any(|value| {
                                let value = std::slice::from_ref(value);
                                let holds = |relation: Relation, other: &[Occurrence]| {
                                    pairs(value, other, false, |a, b| relation.satisfied(a.order(b, *unsigned)))
                                };
                                holds(Relation::GreaterEqual, &low) && holds(Relation::LessEqual, &high)
                            })
                        }
                    };
                }
                found
            }
            Self::Not(inner) => !inner.verdict(frame)?,
            Self::All(parts) => return joined(parts, frame, false),
            Self::Any(parts) => return joined(parts, frame, true),
            Self::Odd(parts) => {
                let mut odd = false;
                for part in parts {
                    odd ^= part.verdict(frame)?;
                }
                odd
            }
        })
    }
}

/// One part that is `decides` decides; else one that is not known leaves it open.
fn joined(parts: &[Test], frame: &dyn Lookup, decides: bool) -> Option<bool> {
    let mut open = false;
    for part in parts {
        match part.verdict(frame) {
            Some(verdict) if verdict == decides => return Some(decides),
            Some(_) => {}
            None => open = true,
        }
    }
    (!open).then_some(!decides)
}

/// True for the part of a value behind its end: it can be compared, but is not there.
const fn is_nothing(value: &Occurrence) -> bool {
    matches!(&value.value, Datum::Bytes(bytes) if bytes.is_empty())
}

/// The values that stand in these layers.
fn layered(values: &[Occurrence], layers: &[Part]) -> Vec<Occurrence> {
    let count = values.iter().map(|o| o.layer).max().unwrap_or(0);
    values.iter().filter(|o| range::holds(layers, o.layer, count)).cloned().collect()
}

impl Term {
    fn values<'f>(&'f self, frame: &'f dyn Lookup) -> Option<Values<'f>> {
        let each = |term: &Self, change: &dyn Fn(&Occurrence) -> Option<Datum>| {
            let values = term.values(frame)?;
            Some(Cow::Owned(values.iter().filter_map(change).map(Occurrence::from).collect()))
        };
        Some(match self {
            Self::Field(want, None) => Cow::Borrowed(frame.values(*want)?),
            Self::Field(want, Some(layers)) => Cow::Owned(layered(frame.values(*want)?, layers)),
            Self::Constant(Constant(values)) => Cow::Borrowed(values),
            Self::Slice(inner, parts) => {
                return each(inner, &|o| Some(Datum::Bytes(range::slice(&o.value.bytes()?, parts))));
            }
            Self::Negate(inner) => return each(inner, &|o| o.value.negated()),
            Self::Math(math, left, right) => {
                let (left, right) = (left.values(frame)?, right.values(frame)?);
                let results = left.iter().flat_map(|a| right.iter().map(move |b| a.value.compute(*math, &b.value)));
                Cow::Owned(results.flatten().map(Occurrence::from).collect())
            }
            Self::Call(function, terms) => {
                let first = terms.first()?;
                match function {
                    Function::Lower => return each(first, &|o| text(o, <[u8]>::to_ascii_lowercase)),
                    Function::Upper => return each(first, &|o| text(o, <[u8]>::to_ascii_uppercase)),
                    Function::Len => return each(first, &|o| Some(length(o))),
                    Function::String => return each(first, &|o| Some(Datum::Text(o.value.string()?.into_bytes()))),
                    Function::Abs => return each(first, &|o| o.value.absolute()),
                    Function::Count => {
                        let count = first.values(frame)?.len();
                        let count = i128::try_from(count).ok().filter(|n| *n > 0);
                        Cow::Owned(count.map(|n| Datum::Number(n).into()).into_iter().collect())
                    }
                    Function::Max | Function::Min => {
                        let wanted = if *function == Function::Max { Relation::Greater } else { Relation::Less };
                        let mut best: Option<Occurrence> = None;
                        for term in terms {
                            for value in term.values(frame)?.iter() {
                                let better = |b: &Occurrence| wanted.satisfied(value.value.order(&b.value, false));
                                if best.as_ref().is_none_or(better) {
                                    best = Some(value.clone());
                                }
                            }
                        }
                        Cow::Owned(best.into_iter().collect())
                    }
                }
            }
        })
    }
}

fn text(value: &Occurrence, change: fn(&[u8]) -> Vec<u8>) -> Option<Datum> {
    match &value.value {
        Datum::Text(raw) => Some(Datum::Text(change(raw))),
        _ => None,
    }
}

/// Bytes of a value. Of a number, how many it was read from; generated ones are taken for the usual four. A flag has none.
fn length(value: &Occurrence) -> Datum {
    let len = match &value.value {
        Datum::Flag(_) => 0,
        Datum::Number(_) if value.len == 0 => 4,
        other => other.bytes().map_or(value.len, |bytes| bytes.len()),
    };
    Datum::Number(i128::try_from(len).unwrap_or(i128::MAX))
}
