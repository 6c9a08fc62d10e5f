//! What can be shown and filtered: fields, values, marks, and the sink that receives them.
//!
//! A protocol describes a message once, as a walk of [`Sink::open`] and [`Sink::close`]. What becomes of the walk (a
//! tree, a column, a filter's verdict, nothing) is the sink's business.

mod asked;
mod format;
mod secret;
mod tree;
mod value;

pub use asked::Asked;
pub use format::display;
pub use secret::{Secret, hide, mask};
pub use tree::{Buffer, Node, Tree};
pub use value::{Kind, Names, Value};

use crate::fact::Fact;
use crate::wire::Span;

/// A registered field: its filter name is Wireshark's wherever Wireshark has the field.
#[derive(Debug)]
pub struct Field {
    /// The filter name, `sip.Method`.
    pub name: &'static str,
    /// The title in the tree.
    pub title: &'static str,
    /// How its values are typed and printed.
    pub kind: Kind,
    /// Names of its values.
    pub names: Option<Names>,
    /// True if its value is a secret that is masked unless the user asks.
    pub secret: bool,
    /// True if it serves filters and columns only and is left out of trees: `ip.addr` beside `ip.src`.
    pub hidden: bool,
}

impl PartialEq for &'static Field {
    fn eq(&self, other: &&'static Field) -> bool {
        std::ptr::eq(*self, *other)
    }
}

/// Something noteworthy about bytes. A mark never stops anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The bytes contradict the protocol; why, in a few words.
    Malformed(&'static str),
    /// The capture holds fewer bytes than the wire had.
    Truncated,
    /// So many bytes are missing before this place.
    Gap(u64),
    /// Encrypted, and no key opens it.
    Undecrypted(&'static str),
    /// Nested deeper than is followed.
    TooDeep,
    /// Larger than is kept.
    TooLarge,
    /// Worth knowing, not wrong.
    Note(&'static str),
}

impl Mark {
    /// The mark in words.
    pub fn text(self) -> String {
        match self {
            Self::Malformed(why) => format!("malformed: {why}"),
            Self::Truncated => "cut short by the capture".into(),
            Self::Gap(n) => format!("{n} bytes missing from the capture"),
            Self::Undecrypted(why) => format!("not decrypted: {why}"),
            Self::TooDeep => "nested too deep, not followed".into(),
            Self::TooLarge => "too large, not kept".into(),
            Self::Note(what) => what.into(),
        }
    }

    /// The letter that stands for it in lists: `M`alformed, `T`runcated, `G`ap, `E`ncrypted, `D`eep, `L`arge, `N`ote.
    pub const fn letter(self) -> char {
        match self {
            Self::Malformed(_) => 'M',
            Self::Truncated => 'T',
            Self::Gap(_) => 'G',
            Self::Undecrypted(_) => 'E',
            Self::TooDeep => 'D',
            Self::TooLarge => 'L',
            Self::Note(_) => 'N',
        }
    }
}

/// Receives the description of a packet.
///
/// `open` and `close` nest. A span refers to the innermost buffer: the frame at first, then whatever `enter` brought.
/// Every method but `fact` may be left out by a sink that does not care.
pub trait Sink {
    /// False if fields would be thrown away; dissectors then skip what only serves display.
    fn wants_fields(&self) -> bool;

    /// The fields that are not thrown away. One sink asks for the same from [`Sink::enter`] of a frame to its end.
    fn asked(&self) -> Asked {
        Asked::ALL
    }

    /// False if nothing is wanted that stands in bodies: they need not be unpacked.
    fn wants_bodies(&self) -> bool {
        true
    }

    /// True if secrets may be seen: a dissector that composes text need not mask what is secret in it.
    fn shows_secrets(&self) -> bool {
        false
    }

    /// A field begins. Its children follow until `close`.
    fn open(&mut self, field: &'static Field, at: Span, value: Value<'_>) {
        let _ = (field, at, value);
    }

    /// The field opened last ends.
    fn close(&mut self) {}

    /// Text shown for the field just opened instead of its title and value.
    fn label(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = text;
    }

    /// Something noteworthy about bytes of the current buffer.
    fn mark(&mut self, mark: Mark, at: Span) {
        let _ = (mark, at);
    }

    /// These bytes of the current buffer are a secret, whatever field they are in. Whoever shows bytes, or writes them
    /// anew, needs no other word; of fields that are [`Field::secret`] as a whole, those say it themselves.
    fn secret(&mut self, secret: Secret<'_>, at: Span) {
        let _ = (secret, at);
    }

    /// Something the analysis wants to know.
    fn fact(&mut self, fact: Fact, at: Span);

    /// A protocol layer begins; the names joined by `:` are `frame.protocols`.
    fn layer(&mut self, name: &'static str) {
        let _ = name;
    }

    /// What the packet list says: protocol column and info text. `append` adds to what an earlier layer wrote.
    fn column(&mut self, protocol: &'static str, info: std::fmt::Arguments<'_>, append: bool) {
        let _ = (protocol, info, append);
    }

    /// What the packet list says so far stays; what comes is added behind it.
    fn fence(&mut self) {}

    /// What was said of a message only stands until somebody says more of what is inside: the next fence is left out.
    fn yields(&mut self) {}

    /// A new buffer begins: decoded, decrypted or reassembled bytes.
    fn enter(&mut self, title: &'static str, bytes: &[u8]) {
        let _ = (title, bytes);
    }

    /// The newest buffer ends.
    fn leave(&mut self) {}
}

/// Declares a protocol's field table: one static per field, and `ALL`.
///
/// ```
/// handshark::fields! {
///     PROTO  = Protocol "toy"        "Toy Protocol";
///     LENGTH = Hex4     "toy.length" "Length";
///     SECRET = Text     "toy.secret" "Secret", secret;
///     EITHER = Number   "toy.either" "Either", hidden;
/// }
/// assert_eq!(ALL.len(), 4);
/// ```
#[macro_export]
macro_rules! fields {
    ($($id:ident = $kind:ident $name:literal $title:literal $(, names $names:expr)? $(, secret $($never:literal)?)? $(, hidden $($also:literal)?)?;)*) => {
        $(
            #[doc = concat!("`", $name, "`: `", $title, "`")]
            pub static $id: $crate::field::Field = $crate::field::Field {
                name: $name,
                title: $title,
                kind: $crate::field::Kind::$kind,
                names: $crate::fields!(@names $($names)?),
                secret: $crate::fields!(@secret $(secret $($never)?)?),
                hidden: $crate::fields!(@hidden $(hidden $($also)?)?),
            };
        )*
        /// Every field of this table, in the order of the page.
        pub static ALL: &[&$crate::field::Field] = &[$(&$id),*];
    };
    (@names) => { None };
    (@names $names:expr) => { Some($names) };
    (@secret) => { false };
    (@secret secret) => { true };
    (@hidden) => { false };
    (@hidden hidden) => { true };
}
