//! `packets`: one line, one tree, or some fields a packet, with tshark's spelling.

use super::args::{Common, Packets, PacketsFormat};
use super::view::View;
use super::{Exit, Failure, input, secrets};
use crate::field::Tree;
use crate::protocol::FrameView;
use crate::report::packet::{self, Clock};
use crate::scan::{Gather, Scan, Select, field_named, schema};
use crate::secrets::kerberos::Keyring;
use crate::wire::Timestamp;
use std::io::{self, BufWriter, Write};

/// What is printed of a packet.
enum Shape {
    Line(Clock),
    Tree {
        open: Vec<String>,
        line: Option<Clock>,
        hex: bool,
    },
    Fields {
        cells: Vec<Cell>,
        style: Style,
    },
    /// With only these fields, if any are named.
    Json {
        only: Vec<String>,
    },
}

/// What a cell of `-T fields` holds.
enum Cell {
    /// The values of a field.
    Want(usize),
    /// A column of the packet list.
    Column(packet::Column),
}

/// `-E`
struct Style {
    bom: bool,
    header: bool,
    separator: String,
    aggregator: String,
    occurrence: Occurrence,
    quote: &'static str,
}

#[derive(Clone, Copy)]
enum Occurrence {
    First,
    Last,
    All,
}

/// Runs the command.
pub fn run(common: &Common, options: &Packets) -> Result<Exit, Failure> {
    let path = input::path(common, &options.input)?;
    let fields = options.format == PacketsFormat::Fields;
    if fields && options.fields.is_empty() {
        return Err(Failure::Usage(
            "-T fields prints what -e names; name at least one field, as in -e frame.number".into(),
        ));
    }
    if options.format == PacketsFormat::Text && !options.fields.is_empty() {
        return Err(Failure::Usage("-e names a field for -T fields or -T json; add one of them".into()));
    }
    // A field that is named is asked for: the value is what this format is for. Whoever named a secret one is told.
    let secret = |name: &&String| field_named(name).is_some_and(|f| f.secret);
    if let Some(name) = options.fields.iter().find(secret).filter(|_| !common.show_secrets && !common.quiet) {
        eprintln!("handshark: {name} holds secrets; -T fields prints what -e names as it is");
    }
    let mut gather = Gather::new(fields || common.show_secrets);
    let clock = Clock::parse(&options.time).ok_or_else(|| {
        Failure::Usage(format!(
            "-t {} is not a time format; there are r, a, ad, adoy, d, dd, e, u, ud and udoy",
            options.time
        ))
    })?;
    let shape = shape(options, clock, &mut gather)?;
    let select = options.filter.as_deref().map(|text| Select::new(text, &mut gather)).transpose()?;
    let columns = matches!(&shape, Shape::Fields { cells, .. } if cells.iter().any(|c| matches!(c, Cell::Column(_))));
    let tree = (!fields || columns).then(|| Tree::new(common.show_secrets));
    let mut view = View::new(gather, select, tree);
    if fields || matches!(shape, Shape::Line(_)) {
        view = view.with_columns_only(fields);
    }
    let mut given = secrets::read(common)?;
    let keyring = Keyring::new(std::mem::take(&mut given.keytab));
    if keyring.is_none() {
        view = view.with_patience();
    }
    let keys = given.tls();
    let mut scan = Scan::new(input::rules(common)?).with_keys(keys.clone()).with_keyring(keyring);
    let mut reading = input::Reading::open(&path, common, &keys)?;
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    head(&mut out, &shape, &options.fields)?;
    let (mut first, mut previous, mut shown, mut printed) = (None::<Timestamp>, None, None, 0_u64);
    let outcome = reading.each(|record| {
        view.turn();
        scan.frame(record, &mut view);
        if view.passes() {
            let frame = FrameView {
                number: view.frame(),
                time: record.time,
                first: *first.get_or_insert(record.time),
                previous: if clock == Clock::Displayed { shown } else { previous },
                wire_len: record.wire_len,
                ..FrameView::default()
            };
            print(&mut out, &shape, &view, &frame, printed)?;
            shown = Some(record.time);
            printed += 1;
        }
        previous = Some(record.time);
        first.get_or_insert(record.time);
        Ok(options.count.is_none_or(|count| view.frame() < count))
    });
    if matches!(shape, Shape::Json { .. }) {
        writeln!(out, "{}]", if printed > 0 { "\n" } else { "" })?;
    }
    out.flush()?;
    outcome?;
    Ok(reading.conclude(common))
}

fn shape(options: &Packets, clock: Clock, gather: &mut Gather) -> Result<Shape, Failure> {
    Ok(match options.format {
        PacketsFormat::Json => {
            for name in &options.fields {
                field_named(name).ok_or_else(|| unknown(name))?;
            }
            Shape::Json { only: options.fields.clone() }
        }
        PacketsFormat::Fields => {
            let style = style(&options.style)?;
            let cells = options.fields.iter().map(|name| match packet::Column::named(name) {
                Some(column) => Ok(Cell::Column(column)),
                None => gather.want_shown(name).map(Cell::Want).ok_or_else(|| unknown(name)),
            });
            Shape::Fields { cells: cells.collect::<Result<_, _>>()?, style }
        }
        PacketsFormat::Text if options.tree || !options.open.is_empty() || options.hex => {
            let tree = options.tree || !options.open.is_empty();
            Shape::Tree { open: options.open.clone(), line: (!tree).then_some(clock), hex: options.hex }
        }
        PacketsFormat::Text => Shape::Line(clock),
    })
}

/// No field has this name.
fn unknown(name: &str) -> Failure {
    let near = schema().suggestions(name);
    let hint = if near.is_empty() {
        "handshark fields lists every field".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Failure::Unknown { what: format!("no field is called '{}'", crate::wire::text::escape(name.as_bytes())), hint }
}

fn style(given: &[String]) -> Result<Style, Failure> {
    let mut style = Style {
        bom: false,
        header: false,
        separator: "\t".into(),
        aggregator: ",".into(),
        occurrence: Occurrence::All,
        quote: "",
    };
    for option in given {
        let fail = || {
            Failure::Usage(format!(
                "-E {option} is not known; there are header=y, separator=/t, aggregator=, occurrence=f|l|a, quote=d|s|n and bom=y"
            ))
        };
        let (name, value) = option.split_once('=').ok_or_else(fail)?;
        let symbol = match value {
            "/t" => "\t".to_owned(),
            "/s" => " ".to_owned(),
            other => other.to_owned(),
        };
        match (name, value) {
            ("bom", "y" | "n") => style.bom = value == "y",
            ("header", "y" | "n") => style.header = value == "y",
            ("quote", "d") => style.quote = "\"",
            ("quote", "s") => style.quote = "'",
            ("quote", "n") => style.quote = "",
            ("separator", _) => style.separator = symbol,
            ("aggregator", _) => style.aggregator = symbol,
            ("occurrence", "f") => style.occurrence = Occurrence::First,
            ("occurrence", "l") => style.occurrence = Occurrence::Last,
            ("occurrence", "a") => style.occurrence = Occurrence::All,
            _ => return Err(fail()),
        }
    }
    Ok(style)
}

fn head(out: &mut impl Write, shape: &Shape, fields: &[String]) -> io::Result<()> {
    match shape {
        Shape::Fields { style, .. } => {
            if style.bom {
                write!(out, "\u{feff}")?;
            }
            if style.header { writeln!(out, "{}", fields.join(&style.separator)) } else { Ok(()) }
        }
        Shape::Json { .. } => write!(out, "["),
        _ => Ok(()),
    }
}

fn print(out: &mut impl Write, shape: &Shape, view: &View, frame: &FrameView<'_>, printed: u64) -> io::Result<()> {
    match (shape, view.tree()) {
        (Shape::Fields { cells, style }, tree) => {
            for (i, cell) in cells.iter().enumerate() {
                if i > 0 {
                    write!(out, "{}", style.separator)?;
                }
                let column;
                let values = match cell {
                    Cell::Want(want) => view.shown(*want),
                    Cell::Column(shown) => {
                        column = [tree.map(|tree| shown.text(tree, &view.ends(), frame)).unwrap_or_default()];
                        &column
                    }
                };
                let chosen = match style.occurrence {
                    Occurrence::First => values.get(..1).unwrap_or(values),
                    Occurrence::Last => values.get(values.len().saturating_sub(1)..).unwrap_or(values),
                    Occurrence::All => values,
                };
                if !chosen.is_empty() {
                    write!(out, "{0}{1}{0}", style.quote, chosen.join(&style.aggregator))?;
                }
            }
            writeln!(out)
        }
        (Shape::Line(clock), Some(tree)) => writeln!(out, "{}", packet::line(tree, &view.ends(), frame, *clock)),
        (Shape::Tree { open, line, hex }, Some(tree)) => {
            if let Some(clock) = line {
                writeln!(out, "{}", packet::line(tree, &view.ends(), frame, *clock))?;
            } else {
                write!(out, "{}", packet::tree(tree, open))?;
            }
            writeln!(out)?;
            if *hex {
                packet::bytes(out, tree)?;
            }
            Ok(())
        }
        (Shape::Json { only }, Some(tree)) => {
            write!(out, "{}\n{}", if printed > 0 { "," } else { "" }, packet::json(tree, frame, only))
        }
        _ => Ok(()),
    }
}
