//! `ressort import`: definitions made of what other programs have.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::Failure;
use super::add::name_of_url;
use super::writing::write;
use crate::cli::Import;
use crate::config::{Feed, FeedId, Settings, load_feeds};
use crate::import::{self, Becomes, Imported};

pub fn run(arguments: &Import, settings: &Settings) -> Result<ExitCode, Failure> {
    let existing = if settings.feeds.is_dir() { load_feeds(&settings.feeds, settings)? } else { Vec::new() };
    let mut taken: HashSet<String> = existing.iter().map(|feed| feed.id.to_string()).collect();
    let mut rows = Vec::new();
    for file in &arguments.files {
        for imported in read(file, arguments)? {
            let outcome = settle(&imported, &existing, &mut taken, settings);
            if let (Outcome::New(path, text), false) = (&outcome, arguments.dry_run) {
                write(path, text)?;
            }
            rows.push((imported, outcome));
        }
    }
    if arguments.json {
        let rows: Vec<_> = rows.iter().map(|(imported, outcome)| outcome.json(imported)).collect();
        println!("{:#}", json!(rows));
    } else {
        for (imported, outcome) in &rows {
            println!("{}", outcome.line(imported));
            imported.lost.iter().for_each(|lost| println!("      not carried over: {lost}"));
        }
        let new = rows.iter().filter(|(_, outcome)| matches!(outcome, Outcome::New(..))).count();
        let done = if arguments.dry_run { "would be written" } else { "written" };
        println!("\n{new} of {} {done}", rows.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path, arguments: &Import) -> Result<Vec<Imported>, Failure> {
    let shown = file.display();
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::usage(format!("{shown}: cannot be read: {error}"), "name a file that is there"))?;
    let text = String::from_utf8_lossy(&bytes);
    let Some(format) = arguments.format.or_else(|| import::recognise(file, &text)) else {
        return Err(Failure::usage(
            format!("{shown}: it cannot be told what this file is"),
            "say so with `--format opml`, `html2rss`, `rss-bridge`, `rsspls` or `fivefilters`",
        ));
    };
    import::import(format, file, &text).map_err(|reason| {
        Failure::usage(format!("{shown}: {reason}"), "if it is something else, say so with `--format FORMAT`")
    })
}

/// What becomes of an imported recipe.
enum Outcome {
    New(PathBuf, String),
    /// There is a feed of this address.
    Known(FeedId),
    Nothing,
}

impl Outcome {
    fn line(&self, imported: &Imported) -> String {
        match self {
            Outcome::New(path, _) => format!("  +   {}  ({})", path.display(), imported.called),
            Outcome::Known(id) => format!("  =   {} is feed `{id}` already", imported.called),
            Outcome::Nothing => format!("  –   {}", imported.called),
        }
    }

    fn json(&self, imported: &Imported) -> serde_json::Value {
        let (path, text, known) = match self {
            Outcome::New(path, text) => (Some(path), Some(text), None),
            Outcome::Known(id) => (None, None, Some(id)),
            Outcome::Nothing => (None, None, None),
        };
        json!({"called": imported.called, "path": path, "definition": text, "known_as": known, "lost": imported.lost})
    }
}

fn settle(imported: &Imported, existing: &[Feed], taken: &mut HashSet<String>, settings: &Settings) -> Outcome {
    match &imported.becomes {
        Becomes::Nothing => Outcome::Nothing,
        Becomes::Site(site) => {
            let path = settings.feeds.join("sites").join(format!("{}.toml", named(&imported.called, "site")));
            Outcome::New(path, site.to_toml())
        }
        Becomes::Feed(definition) => {
            if let Some(known) = existing.iter().find(|feed| feed.url == definition.url.0) {
                return Outcome::Known(known.id.clone());
            }
            let base = named(&imported.called, name_of_url(&definition.url.0).as_str());
            let mut names = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
            let name = names.find(|name| taken.insert(name.clone())).expect("numbers never end");
            Outcome::New(settings.feeds.join(format!("{name}.toml")), definition.to_toml())
        }
    }
}

/// A legal name made of what it was called.
fn named(called: &str, otherwise: &str) -> String {
    if called.contains("://") {
        return otherwise.to_owned();
    }
    let plain = called.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let parts: Vec<&str> =
        plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|part| !part.is_empty()).collect();
    let name: String = parts.join("-").chars().take(48).collect();
    let name = name.trim_matches(['-', '.']).to_owned();
    if name.parse::<FeedId>().is_ok() { name } else { otherwise.to_owned() }
}
