//! `config`, and the user's `config.toml`: where it lies, and what it says.
//!
//! A flag counts more than the environment, that more than the file, that more than what is built in.

use super::args::{Common, ConfigPart};
use super::{Exit, Failure, given, output};
use crate::tui::config::{Config, TEMPLATE};
use std::io;
use std::path::PathBuf;

/// Runs the command.
pub fn run(common: &Common, what: ConfigPart) -> Result<Exit, Failure> {
    let text = match what {
        ConfigPart::Path => path(common).map_or_else(String::new, |path| format!("{}\n", path.display())),
        ConfigPart::Init => TEMPLATE.to_owned(),
        ConfigPart::Keys => read(common)?.keys.markdown(),
    };
    output::write(None, |out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

/// Where the file lies, whether there is one or not.
fn path(common: &Common) -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = || variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")));
    common.config.clone().or_else(|| folder().map(|folder| folder.join("handshark").join("config.toml")))
}

/// What the file says; without one, what is built in.
pub fn read(common: &Common) -> Result<Config, Failure> {
    let Some(path) = path(common).filter(|_| !common.no_config) else { return Ok(Config::default()) };
    let text = match given::text(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && common.config.is_none() => {
            return Ok(Config::default());
        }
        Err(source) => return Err(Failure::File { doing: "read", path, source }),
    };
    let wrong = |error| Failure::Usage(format!("{}, {error}\n  --no-config starts without it", path.display()));
    Config::parse(&text).map_err(wrong)
}
