//! `config.toml`: colours, keys, saved filters, and colours of packets. Read, never written.
//!
//! What cannot be used is told with its line and with what to write instead; a name nobody knows is told and passed over,
//! so that a file can serve two versions.

use super::columns::{self, Columns};
use super::keymap::{Context, Key, Keymap, id};
use super::model::Clock;
use super::theme::{COLOURS, Palette};
use crate::filter::Filter;
use crate::scan::schema;
use ratatui::style::Color;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Rules for colours of packets that are used; each is put to every packet in view.
const MAX_RULES: usize = 32;

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Which colours.
    pub palette: Option<Palette>,
    /// In place of some of them, in the order of `COLOURS`.
    pub colours: [Option<Color>; COLOURS.len()],
    /// With ASCII only.
    pub ascii: Option<bool>,
    /// The mouse is ours.
    pub mouse: Option<bool>,
    /// How times of packets are told.
    pub time: Option<Clock>,
    /// Columns of the lists.
    pub columns: Columns,
    /// The keys.
    pub keys: Keymap,
    /// Saved filters: name and text.
    pub filters: Vec<(String, String)>,
    /// Colours of packets in the list.
    pub rules: Vec<Rule>,
    /// What was passed over, in sentences.
    pub unknown: Vec<String>,
}

/// Packets that pass this filter have this colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The filter; it was checked.
    pub filter: String,
    /// The colour.
    pub colour: Color,
}

/// What cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}\n  {hint}")]
pub struct ConfigError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
    /// What to write instead.
    pub hint: String,
}

/// A file to begin with; every line of it is a comment.
pub const TEMPLATE: &str = r##"# handshark. Uncomment what you want otherwise.

# theme = "dark"            # 16, dark, light, mono
# ascii = true              # no lines and arrows outside ASCII

# mouse = false             # the terminal keeps the mouse
# time = "of-day"           # since-first, since-previous, of-day, full

# [columns]                 # sign-ins, packets, findings, streams, certificates
# packets = ["No", "Time", "Source", "Destination", "Proto", "Len", "Info"]

# [colors]                  # names, "#rrggbb", or a number of the 256
# good = "green"
# bad = "red"
# warn = "yellow"
# note = "cyan"

# [keys]                    # handshark config keys lists the names
# follow = ["f", "F6"]
# [keys.packets]            # in one pane only
# mark = ["m", "Space"]

# [filters]                 # Ctrl-O in the filter bar offers them
# refused = "sip.Status-Code >= 400"

# [[rows]]                  # colours of the packet list, the first that fits
# filter = "sip.Status-Code >= 400"
# color = "red"
"##;

type Table<'t> = DeTable<'t>;
type Value<'t> = Spanned<DeValue<'t>>;
type Name<'t> = Spanned<DeString<'t>>;

/// A text being read.
struct Reader<'t> {
    text: &'t str,
    config: Config,
}

impl Config {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let (table, wrong) = DeTable::parse_recoverable(text);
        // One slip is often told several times; the first place is where it is.
        if let Some(error) = wrong.iter().min_by_key(|error| error.span().map_or(0, |span| span.start)) {
            let at = error.span().map_or(0, |span| span.start);
            let why = error.message().lines().next().unwrap_or_default().to_owned();
            return Err(ConfigError {
                line: line(text, at),
                why,
                hint: "it is written as TOML: name = \"text\"".into(),
            });
        }
        let mut reader = Reader { text, config: Self::default() };
        reader.file(table.get_ref())?;
        let config = reader.config;
        if let Some((key, context, [a, b])) = config.keys.conflict() {
            let why = format!("{} would stand for both {a} and {b} in {}", key.written(), context.title());
            let at = text.find("[keys").unwrap_or(0);
            let hint = format!("give {a} or {b} another key as well; handshark config keys lists them");
            return Err(ConfigError { line: line(text, at), why, hint });
        }
        Ok(config)
    }
}

impl Reader<'_> {
    fn fail<T>(&self, at: usize, why: impl Into<String>, hint: impl Into<String>) -> Result<T, ConfigError> {
        Err(ConfigError { line: line(self.text, at), why: why.into(), hint: hint.into() })
    }

    fn pass_over(&mut self, name: &Name<'_>, place: &str) {
        let at = line(self.text, name.span().start);
        let name = crate::wire::text::escape(name.get_ref().as_bytes()).into_owned();
        self.config.unknown.push(format!("line {at}: nothing is called {name}{place}; it is passed over"));
    }

    fn file(&mut self, table: &Table<'_>) -> Result<(), ConfigError> {
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "theme" => {
                    let theme = self.text(value, "theme = \"dark\"")?;
                    let known = Palette::ALL.into_iter().find(|palette| palette.name() == theme);
                    let names = Palette::ALL.map(Palette::name).join(", ");
                    let Some(known) = known else {
                        return self.fail(value.span().start, format!("no theme is called {theme}"), names);
                    };
                    self.config.palette = Some(known);
                }
                "ascii" => match value.get_ref() {
                    DeValue::Boolean(ascii) => self.config.ascii = Some(*ascii),
                    _ => return self.fail(value.span().start, "ascii is true or false", "ascii = true"),
                },
                "mouse" => match value.get_ref() {
                    DeValue::Boolean(mouse) => self.config.mouse = Some(*mouse),
                    _ => return self.fail(value.span().start, "mouse is true or false", "mouse = false"),
                },
                "time" => {
                    let name = self.text(value, "time = \"of-day\"")?;
                    let known = Clock::CONSTANT.into_iter().find(|clock| id(clock) == name);
                    let names = Clock::CONSTANT.map(id).join(", ");
                    let Some(known) = known else {
                        return self.fail(value.span().start, format!("no time is called {name}"), names);
                    };
                    self.config.time = Some(known);
                }
                "columns" => self.columns(value)?,
                "colors" => self.colours(value)?,
                "keys" => self.keys(value)?,
                "filters" => self.filters(value)?,
                "rows" => self.rows(value)?,
                _ => self.pass_over(name, ""),
            }
        }
        Ok(())
    }

    fn text<'v>(&self, value: &'v Value<'_>, example: &str) -> Result<&'v str, ConfigError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.as_ref()),
            _ => self.fail(value.span().start, "here stands a text in quotes", example),
        }
    }

    fn table<'v, 't>(&self, value: &'v Value<'t>, example: &str) -> Result<&'v Table<'t>, ConfigError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => self.fail(value.span().start, "this is a section of its own", example),
        }
    }

    fn colour(&self, value: &Value<'_>) -> Result<Color, ConfigError> {
        let name = self.text(value, "color = \"red\"")?;
        let wrong = format!("{name} is no colour");
        let hint = "red, light red, dark gray, \"#ff8800\", or a number from 0 to 255 in quotes";
        name.parse().or_else(|_| self.fail(value.span().start, wrong, hint))
    }

    fn colours(&mut self, value: &Value<'_>) -> Result<(), ConfigError> {
        for (name, value) in self.table(value, "[colors]")? {
            match COLOURS.iter().position(|colour| *colour == name.get_ref().as_ref()) {
                Some(at) => {
                    let colour = self.colour(value)?;
                    if let Some(place) = self.config.colours.get_mut(at) {
                        *place = Some(colour);
                    }
                }
                None => self.pass_over(name, " in [colors]"),
            }
        }
        Ok(())
    }

    fn columns(&mut self, value: &Value<'_>) -> Result<(), ConfigError> {
        const EXAMPLE: &str = "packets = [\"No\", \"Time\", \"Info\"]";
        for (name, value) in self.table(value, "[columns]")? {
            let Some(pane) = columns::TABLES.into_iter().find(|pane| id(pane) == name.get_ref().as_ref()) else {
                self.pass_over(name, " in [columns]");
                continue;
            };
            let DeValue::Array(all) = value.get_ref() else {
                return self.fail(value.span().start, "here stand the names of columns", EXAMPLE);
            };
            let named = all.iter().map(|one| self.text(one, EXAMPLE)).collect::<Result<Vec<_>, _>>()?;
            let unknown = self.config.columns.show_only(pane, &named).map(str::to_owned);
            if let Some(unknown) = unknown {
                let hint = columns::all(pane).iter().map(|column| column.title).collect::<Vec<_>>().join(", ");
                return self.fail(value.span().start, format!("no column is called {unknown}"), hint);
            }
            if named.is_empty() {
                return self.fail(value.span().start, "one column stays", EXAMPLE);
            }
        }
        Ok(())
    }

    fn keys(&mut self, value: &Value<'_>) -> Result<(), ConfigError> {
        for (name, value) in self.table(value, "[keys]")? {
            if let DeValue::Table(table) = value.get_ref() {
                let context = Context::ALL.into_iter().find(|context| id(context) == name.get_ref().as_ref());
                let Some(context) = context else {
                    self.pass_over(name, " in [keys]");
                    continue;
                };
                for (name, value) in table {
                    self.bind(Some(context), name, value)?;
                }
            } else {
                self.bind(None, name, value)?;
            }
        }
        Ok(())
    }

    fn bind(&mut self, context: Option<Context>, name: &Name<'_>, value: &Value<'_>) -> Result<(), ConfigError> {
        let example = format!("{} = [\"x\", \"F5\", \"Ctrl-X\"]", name.get_ref());
        let written: Vec<(usize, &str)> = match value.get_ref() {
            DeValue::Array(all) => {
                let one = |value: &Value<'_>| Ok((value.span().start, self.text(value, &example)?.to_owned()));
                let all = all.iter().map(one).collect::<Result<Vec<_>, ConfigError>>()?;
                return self.bound(context, name, &all);
            }
            _ => vec![(value.span().start, self.text(value, &example)?)],
        };
        let all: Vec<_> = written.into_iter().map(|(at, text)| (at, text.to_owned())).collect();
        self.bound(context, name, &all)
    }

    fn bound(
        &mut self,
        context: Option<Context>,
        name: &Name<'_>,
        written: &[(usize, String)],
    ) -> Result<(), ConfigError> {
        let mut keys = Vec::new();
        for (at, text) in written {
            let Some(key) = Key::parse(text) else {
                let hint = "a character, or Enter, Esc, Tab, Space, Up, PgDn, Home, Del, F5, Ctrl-X";
                return self.fail(*at, format!("no key is called {text}"), hint);
            };
            keys.push(key);
        }
        if !self.config.keys.bind(context, name.get_ref(), &keys) {
            self.pass_over(name, " in [keys]; handshark config keys lists the names");
        }
        Ok(())
    }

    fn filter(&self, value: &Value<'_>) -> Result<String, ConfigError> {
        let text = self.text(value, "filter = \"sip.Status-Code >= 400\"")?;
        match Filter::compile(text, schema()) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => self.fail(value.span().start, error.why, "handshark fields lists what filters can name"),
        }
    }

    fn filters(&mut self, value: &Value<'_>) -> Result<(), ConfigError> {
        for (name, value) in self.table(value, "[filters]")? {
            let filter = self.filter(value)?;
            self.config.filters.push((name.get_ref().clone().into_owned(), filter));
        }
        Ok(())
    }

    fn rows(&mut self, value: &Value<'_>) -> Result<(), ConfigError> {
        let DeValue::Array(rows) = value.get_ref() else {
            return self.fail(value.span().start, "each row is a section of its own", "[[rows]]");
        };
        for row in rows.iter().take(MAX_RULES) {
            let at = row.span().start;
            let table = self.table(row, "[[rows]]")?;
            let (Some(filter), Some(colour)) = (table.get("filter"), table.get("color")) else {
                return self.fail(at, "a row has a filter and a color", "filter = \"dns\" and color = \"blue\"");
            };
            let rule = Rule { filter: self.filter(filter)?, colour: self.colour(colour)? };
            self.config.rules.push(rule);
        }
        Ok(())
    }
}

/// The line of a place in a text.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count().saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    fn wrong(text: &str) -> (usize, String) {
        let error = Config::parse(text).expect_err(text);
        assert!(!error.hint.is_empty(), "{error}");
        (error.line, error.why)
    }

    #[test]
    fn the_template_changes_nothing_and_says_what_works() {
        assert!(Config::parse(TEMPLATE).unwrap().unknown.is_empty());
        let told =
            |line: &str| line.strip_prefix("# ").filter(|l| l.contains('=') || l.starts_with('[')).map(str::to_owned);
        let all: Vec<String> = TEMPLATE.lines().skip(1).filter_map(told).collect();
        let config = Config::parse(&all.join("\n")).unwrap();
        assert_eq!((config.palette, config.ascii), (Some(Palette::Dark), Some(true)));
        assert_eq!((config.filters.len(), config.rules.len(), config.unknown.len()), (1, 1, 0));
        assert_eq!(config.rules[0].colour, Color::Red);
    }

    #[test]
    fn keys_are_changed_everywhere_or_in_one_place() {
        let config = Config::parse("[keys]\nfollow = \"F12\"\n[keys.packets]\nmark = [\"M\"]").unwrap();
        let press = |context, code| config.keys.command(&[context], &KeyEvent::new(code, KeyModifiers::NONE));
        use crate::tui::message::Command;
        assert_eq!(press(Context::Anywhere, KeyCode::F(12)), Some(Command::Follow));
        assert_eq!(press(Context::Packet, KeyCode::Char('f')), None);
        assert_eq!(press(Context::Packets, KeyCode::Char('M')), Some(Command::Mark));
        assert_eq!(press(Context::Packets, KeyCode::Char('m')), None);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(wrong("theme = \"dark\"\n\nascii = 3").0, 3);
        assert_eq!(wrong("theme = \"pink\""), (1, "no theme is called pink".into()));
        assert_eq!(wrong("\n[colors]\nbad = \"nocolour\"").0, 3);
        assert_eq!(wrong("[keys]\nfollow = \"Hyper-F\"").0, 2);
        assert_eq!(wrong("[filters]\nx = \"nosuchfield == 3\"").0, 2);
        assert_eq!(wrong("[[rows]]\ncolor = \"red\"").0, 1);
        assert_eq!(wrong("theme = \"da\nrk\"").0, 1);
        assert_eq!(wrong("a = 1\nb").0, 2);
        assert_eq!(wrong("mouse = 1").0, 1);
        assert_eq!(wrong("time = \"never\"").0, 1);
        assert_eq!(wrong("[columns]\npackets = [\"Moon\"]"), (2, "no column is called Moon".into()));
        assert_eq!(wrong("[columns]\npackets = []").0, 2);
        let (line, why) = wrong("theme = \"16\"\n[keys.packets]\nmark = \"a\"");
        assert!(line == 2 && why.contains("as-filter") && why.contains("mark"), "{line} {why}");
    }

    #[test]
    fn names_nobody_knows_are_told_and_passed_over() {
        let config =
            Config::parse("colour = 1\n[keys]\nfly = \"x\"\n[keys.moon]\nx = \"y\"\n[colors]\nnice = \"red\"").unwrap();
        assert_eq!(config.unknown.len(), 4, "{:?}", config.unknown);
        assert!(config.unknown[0].contains("line"));
    }
}
