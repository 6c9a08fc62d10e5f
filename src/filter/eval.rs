//! A checked filter and its verdict on one frame.
//!
//! The filter does not know where fields come from or how values are kept: whoever evaluates it answers [`Lookup`].

use super::FilterError;
use super::lex::{Compare, lex};
use super::parse::{Expr, Literal, Name, parse};
use crate::field::{Field, Kind};
use crate::wire::text;
use std::cmp::Ordering;
use std::net::IpAddr;

/// A value to compare with, typed by the field it stands beside.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Text or bytes.
    Bytes(Vec<u8>),
    /// A number.
    Number(i128),
    /// An address and the length of its prefix.
    Address(IpAddr, u8),
    /// Nanoseconds.
    Duration(i64),
    /// A floating number.
    Float(f64),
}

#[derive(Clone, Debug)]
enum Node {
    Present(usize),
    Compare(usize, Compare, Operand),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
}

/// A filter ready to be asked.
#[derive(Clone, Debug)]
pub struct Filter {
    root: Option<Node>,
    names: Vec<&'static str>,
}

/// Answers for one frame.
pub trait Lookup {
    /// How the values of the filter's field number `name` compare with `operand`, one verdict each. `None` for a value
    /// that cannot be ordered against it.
    fn compare(&self, name: usize, operand: &Operand, each: &mut dyn FnMut(Option<Ordering>));

    /// True if any value of field number `name` contains `bytes`.
    fn contains(&self, name: usize, bytes: &[u8]) -> bool;

    /// True if the field occurs.
    fn present(&self, name: usize) -> bool;
}

impl Filter {
    /// Reads and checks a filter against the fields there are.
    pub fn compile(
        text: &str,
        fields: &dyn Fn(&str) -> Option<&'static Field>,
        all: &[&'static str],
    ) -> Result<Self, FilterError> {
        let tokens = lex(text)?;
        let mut compiler = Compiler { text, fields, all, names: Vec::new() };
        let root = parse(text, &tokens)?.map(|expr| compiler.node(&expr)).transpose()?;
        Ok(Self { root, names: compiler.names })
    }

    /// The fields it looks at, by number.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// The verdict on a frame.
    pub fn matches(&self, frame: &dyn Lookup) -> bool {
        self.root.as_ref().is_none_or(|root| root.holds(frame))
    }
}

impl Node {
    fn holds(&self, frame: &dyn Lookup) -> bool {
        match self {
            Self::Present(name) => frame.present(*name),
            Self::Compare(name, Compare::Contains, Operand::Bytes(bytes)) => frame.contains(*name, bytes),
            Self::Compare(name, compare, operand) => {
                let (mut any, mut all, mut some) = (false, true, false);
                frame.compare(*name, operand, &mut |order| {
                    let holds = satisfies(*compare, order);
                    (any, all, some) = (any | holds, all & holds, true);
                });
                if *compare == Compare::AllUnequal { some && all } else { any }
            }
            Self::Not(inner) => !inner.holds(frame),
            Self::And(a, b) => a.holds(frame) && b.holds(frame),
            Self::Or(a, b) => a.holds(frame) || b.holds(frame),
        }
    }
}

fn satisfies(compare: Compare, order: Option<Ordering>) -> bool {
    let Some(order) = order else { return matches!(compare, Compare::AllUnequal | Compare::AnyUnequal) };
    match compare {
        Compare::Equal => order.is_eq(),
        Compare::AllUnequal | Compare::AnyUnequal => order.is_ne(),
        Compare::Less => order.is_lt(),
        Compare::LessEqual => order.is_le(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterEqual => order.is_ge(),
        Compare::Contains => false,
    }
}

struct Compiler<'c> {
    text: &'c str,
    fields: &'c dyn Fn(&str) -> Option<&'static Field>,
    all: &'c [&'static str],
    names: Vec<&'static str>,
}

impl Compiler<'_> {
    fn node(&mut self, expr: &Expr) -> Result<Node, FilterError> {
        Ok(match expr {
            Expr::Present(name) => Node::Present(self.name(name)?.0),
            Expr::Compare(name, compare, literal) => {
                let (number, field) = self.name(name)?;
                let operand = if *compare == Compare::Contains {
                    Operand::Bytes(contained(literal, field))
                } else {
                    self.operand(field, literal)?
                };
                Node::Compare(number, *compare, operand)
            }
            Expr::Not(inner) => Node::Not(Box::new(self.node(inner)?)),
            Expr::And(a, b) => Node::And(Box::new(self.node(a)?), Box::new(self.node(b)?)),
            Expr::Or(a, b) => Node::Or(Box::new(self.node(a)?), Box::new(self.node(b)?)),
        })
    }

    fn name(&mut self, name: &Name) -> Result<(usize, &'static Field), FilterError> {
        let Some(field) = (self.fields)(&name.text) else {
            let near = suggestions(&name.text, self.all);
            let hint = if near.is_empty() { String::new() } else { format!(". Did you mean {}?", near.join(", ")) };
            let why = format!("no field is called '{}'{hint}", text::escape(name.text.as_bytes()));
            return Err(FilterError { text: self.text.to_owned(), span: name.span.clone(), why });
        };
        let number = self.names.iter().position(|n| *n == field.name).unwrap_or_else(|| {
            self.names.push(field.name);
            self.names.len() - 1
        });
        Ok((number, field))
    }

    fn operand(&self, field: &'static Field, literal: &Literal) -> Result<Operand, FilterError> {
        let fail = |what: &str| FilterError {
            text: self.text.to_owned(),
            span: literal.span.clone(),
            why: format!("{} is {what}", field.name),
        };
        let word = std::str::from_utf8(&literal.bytes).unwrap_or_default();
        match field.kind {
            Kind::Text | Kind::Oid => Ok(Operand::Bytes(literal.bytes.clone())),
            Kind::Number | Kind::Hex2 | Kind::Hex4 | Kind::Hex6 | Kind::Hex8 | Kind::Hex16 | Kind::Signed => {
                number(word, field).map(Operand::Number).ok_or_else(|| fail("a number, or one of its names"))
            }
            Kind::Flag => match word.to_ascii_lowercase().as_str() {
                "1" | "true" => Ok(Operand::Number(1)),
                "0" | "false" => Ok(Operand::Number(0)),
                _ => Err(fail("1 or 0")),
            },
            Kind::Address => {
                address(word).ok_or_else(|| fail("an IP address, or one with a prefix length (10.0.0.0/8)"))
            }
            Kind::Mac | Kind::Bytes if !literal.quoted => {
                let digits: String = word.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
                text::unhex(&digits).map(Operand::Bytes).ok_or_else(|| fail("bytes, as in 00:1b:2c"))
            }
            Kind::Mac | Kind::Bytes => Ok(Operand::Bytes(literal.bytes.clone())),
            Kind::Duration => seconds(word).map(Operand::Duration).ok_or_else(|| fail("a time in seconds")),
            Kind::Float => word.parse().map(Operand::Float).map_err(|_| fail("a number")),
            Kind::Time => Err(fail("a time; comparing times is not possible yet, frame.time_relative is in seconds")),
            Kind::Protocol | Kind::Group => Err(fail("present or absent; it has no value")),
        }
    }
}

/// What `contains` looks for: text as it is; for byte fields also written as 4e:54:4c:4d.
fn contained(literal: &Literal, field: &Field) -> Vec<u8> {
    let word = std::str::from_utf8(&literal.bytes).unwrap_or_default();
    let bytes = matches!(field.kind, Kind::Bytes | Kind::Mac) && !literal.quoted;
    bytes.then(|| text::unhex(&word.replace([':', '-', '.'], ""))).flatten().unwrap_or_else(|| literal.bytes.clone())
}

fn number(word: &str, field: &Field) -> Option<i128> {
    let (sign, digits) = word.strip_prefix('-').map_or((1, word), |digits| (-1, digits));
    let parsed = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => i128::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    };
    if let Some(n) = parsed {
        return Some(n * sign);
    }
    let names = field.names?;
    (0..=0xffff_u64).find(|n| names(*n).is_some_and(|name| name.eq_ignore_ascii_case(word))).map(i128::from)
}

fn address(word: &str) -> Option<Operand> {
    let (ip, prefix) = word.split_once('/').map_or((word, None), |(ip, prefix)| (ip, Some(prefix)));
    let ip: IpAddr = ip.parse().ok()?;
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Some(longest), |p| p.parse().ok().filter(|p| *p <= longest))?;
    Some(Operand::Address(ip, prefix))
}

fn seconds(word: &str) -> Option<i64> {
    let (sign, digits) = word.strip_prefix('-').map_or((1, word), |digits| (-1, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: i64 = whole.parse().ok()?;
    let part = format!("{part:0<9}");
    let nanos: i64 = part.get(..9)?.parse().ok()?;
    whole.checked_mul(1_000_000_000)?.checked_add(nanos)?.checked_mul(sign)
}

/// At most five names like the one asked for, those of the same protocol first.
pub fn suggestions<'n>(asked: &str, all: &[&'n str]) -> Vec<&'n str> {
    let protocol = asked.split('.').next().unwrap_or_default();
    let lower = asked.to_ascii_lowercase();
    let mut ranked: Vec<(usize, bool, &str)> = all
        .iter()
        .map(|name| {
            let other = name.to_ascii_lowercase();
            let same = name.split('.').next() == Some(protocol);
            (edits(&lower, &other), !same, *name)
        })
        .filter(|(edits, _, _)| *edits <= 1 + asked.len() / 4)
        .collect();
    ranked.sort_unstable();
    ranked.dedup_by_key(|r| r.2);
    ranked.into_iter().take(5).map(|r| r.2).collect()
}

/// Edit distance with neighbouring letters swapped counted once; long names are not measured.
fn edits(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > 64 || a.len().abs_diff(b.len()) > 8 {
        return usize::MAX;
    }
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect::<Vec<_>>(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[1][j] + 1).min(rows[2][j - 1] + 1).min(rows[1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = best;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}
