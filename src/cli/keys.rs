//! `keys`: which TLS conversations and Kerberos tickets could be opened with what was given, and why the rest could not.

use super::args::{Common, Input};
use super::{Exit, Failure, input, secrets};
use crate::analysis::{Analysis, Evidence, TlsTalk, key_words};
use crate::protocol::tls::suites;
use crate::scan::{FactsOnly, Scan};
use crate::secrets::kerberos::Keyring;
use crate::wire::text::escape;
use std::io::{self, BufWriter, Write};

/// Runs the command: one line a conversation, then a count.
pub fn run(common: &Common, files: &Input) -> Result<Exit, Failure> {
    let given = secrets::read(common)?;
    let (keys, keyring) = (given.tls(), Keyring::new(given.keytab));
    let tickets = keyring.is_some();
    let mut scan = Scan::new(input::rules(common)?).with_keys(keys.clone()).with_keyring(keyring);
    let mut analysis = Analysis::default();
    let mut exit = Exit::Done;
    {
        let mut lens = FactsOnly::new(|row| analysis.observe(row));
        for path in input::paths(common, files)? {
            let mut reading = input::Reading::open(&path, common, &keys)?;
            reading.each(|record| {
                scan.frame(record, &mut lens);
                Ok(true)
            })?;
            exit = exit.worse(reading.conclude(common));
        }
        scan.finish(&mut lens);
    }
    let evidence = analysis.finish();
    let talks = &evidence.tls;
    let mut out = BufWriter::new(io::stdout().lock());
    for talk in talks {
        let name = talk.server_name.as_deref().map_or(String::new(), |n| format!(" ({})", escape(n.as_bytes())));
        let suite = talk.suite.map(|s| suites::name(s).map_or_else(|| format!("0x{s:04x}"), str::to_owned));
        let suite = suite.map_or(String::new(), |s| format!(", {s}"));
        writeln!(out, "{} \u{2192} {}{name}{suite}: {}", talk.client, talk.server, verdict(talk, !keys.is_empty()))?;
    }
    let read = talks.iter().filter(|talk| talk.decrypted).count();
    writeln!(out, "{read} of {} TLS conversations read; {} secrets at hand", talks.len(), keys.len())?;
    if tickets {
        kerberos(&mut out, &evidence)?;
    }
    out.flush()?;
    Ok(exit)
}

/// One line a ticket that was shown to a service or issued for one, then a count.
fn kerberos(out: &mut impl Write, evidence: &Evidence) -> io::Result<()> {
    let (mut all, mut opened) = (0_u64, 0_u64);
    for n in &evidence.negotiations {
        let Some(fit) = &n.opened().service_key else { continue };
        all += 1;
        opened += u64::from(fit.fits());
        let target = escape(n.target.as_deref().unwrap_or("?").as_bytes());
        let words = key_words(fit);
        writeln!(out, "{} \u{2192} {} ({target}): {}", n.client, n.server, escape(words.as_bytes()))?;
    }
    writeln!(out, "{opened} of {all} Kerberos tickets opened")
}

fn verdict(talk: &TlsTalk, any: bool) -> &'static str {
    match talk.access {
        Some(access) => access.why(),
        None if any => "its handshake did not get as far as encryption",
        None => "no TLS keys were given",
    }
}
