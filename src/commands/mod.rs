//! One file per command. A command reads the clock, calls what it needs, prints, and decides the
//! exit code.

pub mod add;
mod agreement;
pub mod catalogue;
pub mod check;
pub mod doctor;
pub mod import;
pub mod inspect;
pub mod run;
pub mod schema;
pub mod serve;
pub mod status;
pub mod writing;

use std::fmt;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::cli::Global;
use crate::config::{Feed, Problems, Settings, nearest};
use crate::report::Trouble;
use crate::store::StoreError;

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// Mistakes in definitions or settings: exit code 2.
    Wrong(Problems),
    /// Anything else, with its exit code.
    Failed { code: u8, message: String, hint: Option<String> },
}

impl Failure {
    /// Wrong arguments: exit code 2.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::Failed { code: 2, message: message.into(), hint: Some(hint.into()) }
    }

    /// Prints the failure and turns it into the exit code.
    pub fn report(self) -> ExitCode {
        match self {
            Failure::Wrong(problems) => {
                eprintln!("{}", problems.render(has_color()));
                ExitCode::from(2)
            }
            Failure::Failed { code, .. } => {
                eprintln!("{self}");
                ExitCode::from(code)
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Wrong(problems) => write!(f, "{problems}"),
            Failure::Failed { message, hint: None, .. } => write!(f, "error: {message}"),
            Failure::Failed { message, hint: Some(hint), .. } => write!(f, "error: {message}\n\nhint: {hint}"),
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Failure::Wrong(problems)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let code = if matches!(trouble, Trouble::Store(StoreError::Held { .. })) { 75 } else { 1 };
        Failure::Failed { code, hint: trouble.hint("NAME"), message: trouble.to_string() }
    }
}

/// `ressort man`: prints a page of the manual.
pub fn man(of: Option<&str>) -> Result<ExitCode, Failure> {
    let wanted = of.map_or_else(|| "ressort".to_owned(), |command| format!("ressort-{command}"));
    let manual = crate::cli::manual();
    let Some((_, page)) = manual.iter().find(|(name, _)| *name == wanted) else {
        return Err(Failure::usage(
            format!("there is no command `{}`", of.unwrap_or_default()),
            "`ressort --help` lists them",
        ));
    };
    print!("{}", String::from_utf8_lossy(page));
    Ok(ExitCode::SUCCESS)
}

/// The feeds that were named, or all.
pub fn select_feeds(feeds: Vec<Feed>, names: &[String]) -> Result<Vec<Feed>, Failure> {
    if let Some(unknown) = names.iter().find(|name| feeds.iter().all(|feed| feed.id.as_str() != name.as_str())) {
        let hint = match nearest(unknown, feeds.iter().map(|feed| feed.id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`ressort check` lists all feeds".to_owned(),
        };
        return Err(Failure::usage(format!("there is no feed `{unknown}`"), hint));
    }
    Ok(feeds.into_iter().filter(|feed| names.is_empty() || names.iter().any(|name| name == feed.id.as_str())).collect())
}

/// Whether stderr may be coloured: a terminal, and nobody said no (<https://no-color.org>).
pub fn has_color() -> bool {
    let is_off = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    std::io::stderr().is_terminal() && !is_off && !is_dumb
}

/// Cancels `stop` at SIGINT or SIGTERM; a second one ends the program at once.
pub fn stop_on_signals(stop: CancellationToken) {
    // Before anything is spawned: a signal that comes first would end the program on the spot.
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened to");
    tokio::spawn(async move {
        for first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if first {
                tracing::info!("stopping; what was read is still published");
                stop.cancel();
            } else {
                std::process::exit(130);
            }
        }
    });
}

/// Settings file, then environment and arguments over it.
pub fn settings(global: &Global) -> Result<Settings, Failure> {
    let mut settings = match &global.config {
        Some(path) => Settings::load(path)?,
        None if Path::new("ressort.toml").exists() => Settings::load(Path::new("ressort.toml"))?,
        None => Settings::default(),
    };
    let given = global.clone();
    settings.feeds = given.feeds.unwrap_or(settings.feeds);
    settings.publish = given.out.unwrap_or(settings.publish);
    settings.state = given.state.unwrap_or(settings.state);
    settings.base_url = given.base_url.or(settings.base_url);
    settings.password = given.password.or(settings.password);
    settings.log_format = given.log_format.unwrap_or(settings.log_format);
    settings.allow_private_addresses = given.allow_private_addresses.unwrap_or(settings.allow_private_addresses);
    Ok(settings)
}
