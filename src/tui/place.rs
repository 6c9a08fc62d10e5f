//! The views and their panes.

use super::keymap::Context;

/// The views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Who signed in, and how it went.
    #[default]
    SignIns,
    /// One sign-in, step by step.
    Ladder,
    /// Packets, their trees and bytes.
    Packets,
    /// What is weak.
    Findings,
    /// Conversations.
    Streams,
    /// Certificates and tickets.
    Certificates,
    /// The capture as a whole.
    Summary,
    /// A stream that is followed.
    Follow,
    /// Two things that are compared.
    Compare,
}

impl View {
    /// Those with a number, in the order of their numbers.
    pub const TABS: [Self; 7] =
        [Self::SignIns, Self::Ladder, Self::Packets, Self::Findings, Self::Streams, Self::Certificates, Self::Summary];
    /// How many there are with those that have no number.
    pub const COUNT: usize = Self::Compare as usize + 1;

    /// Its place among all.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIns => "Sign-ins",
            Self::Ladder => "Ladder",
            Self::Packets => "Packets",
            Self::Findings => "Findings",
            Self::Streams => "Streams",
            Self::Certificates => "Certs",
            Self::Summary => "Summary",
            Self::Follow => "Follow",
            Self::Compare => "Compare",
        }
    }

    /// Its panes, from top to bottom.
    pub const fn panes(self) -> &'static [Pane] {
        match self {
            Self::SignIns => &[Pane::SignIns, Pane::Verdict],
            Self::Ladder => &[Pane::Ladder, Pane::Tree],
            Self::Packets => &[Pane::Packets, Pane::Tree, Pane::Bytes],
            Self::Findings => &[Pane::Findings, Pane::Reasons],
            Self::Streams => &[Pane::Streams, Pane::Talk],
            Self::Certificates => &[Pane::Certificates, Pane::Validity],
            Self::Summary => &[Pane::Summary],
            Self::Follow => &[Pane::Follow],
            Self::Compare => &[Pane::Compared],
        }
    }
}

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The list of sign-ins.
    SignIns,
    /// What is known of the selected one.
    Verdict,
    /// Its steps.
    Ladder,
    /// The packet list.
    Packets,
    /// The tree of the selected packet.
    Tree,
    /// Its bytes.
    Bytes,
    /// The list of findings.
    Findings,
    /// What is known of the selected one.
    Reasons,
    /// The list of conversations.
    Streams,
    /// What is known of the selected one.
    Talk,
    /// The list of certificates and tickets.
    Certificates,
    /// What is known of the selected one.
    Validity,
    /// The capture as a whole.
    Summary,
    /// A stream that is followed.
    Follow,
    /// Two things that are compared.
    Compared,
}

impl Pane {
    /// Where the keys mean what they mean in this pane.
    pub const fn context(self) -> Context {
        match self {
            Self::SignIns => Context::SignIns,
            Self::Ladder => Context::Ladder,
            Self::Packets => Context::Packets,
            Self::Tree => Context::Tree,
            Self::Bytes => Context::Bytes,
            Self::Findings => Context::Findings,
            Self::Streams => Context::Streams,
            Self::Certificates => Context::Certificates,
            Self::Follow => Context::Follow,
            Self::Compared => Context::Compared,
            Self::Verdict | Self::Reasons | Self::Talk | Self::Validity | Self::Summary => Context::Panel,
        }
    }

    /// Where they mean what they mean in all panes of its kind.
    pub const fn kind(self) -> Option<Context> {
        match self {
            Self::Packets | Self::Tree | Self::Bytes => Some(Context::Packet),
            Self::SignIns | Self::Findings | Self::Streams | Self::Certificates => Some(Context::Table),
            _ => None,
        }
    }

    /// True if it shows lines of text, some of which lead somewhere.
    pub const fn is_panel(self) -> bool {
        matches!(self.context(), Context::Panel)
    }

    /// True if its first row is a line of column titles.
    pub const fn has_titles(self) -> bool {
        matches!(self, Self::SignIns | Self::Packets | Self::Findings | Self::Streams | Self::Certificates)
    }
}
