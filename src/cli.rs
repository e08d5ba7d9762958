//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{FeedId, LogFormat, StateAddress, Target};

/// Turns news section pages into full-text RSS, Atom and JSON feeds, without selectors.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Arguments every command takes; they come before what stands in the settings file.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Settings file; `ressort.toml` is read if it exists
    #[arg(long, env = "RESSORT_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Directory of feed definitions
    #[arg(long, env = "RESSORT_FEEDS", value_name = "DIR", global = true)]
    pub feeds: Option<PathBuf>,
    /// Where feeds are published
    #[arg(long, env = "RESSORT_OUT", value_name = "DIR", global = true)]
    pub out: Option<Target>,
    /// What is remembered between runs
    #[arg(long, env = "RESSORT_STATE", value_name = "FILE", global = true)]
    pub state: Option<StateAddress>,
    /// Address under which readers see what is published
    #[arg(long, env = "RESSORT_BASE_URL", value_name = "URL", global = true)]
    pub base_url: Option<crate::config::Address>,
    /// Password that readers of private feeds must know
    #[arg(long, env = "RESSORT_PASSWORD", value_name = "PASSWORD", global = true, hide_env_values = true)]
    pub password: Option<String>,
    /// How log lines are written on stderr
    #[arg(long, env = "RESSORT_LOG_FORMAT", value_name = "FORMAT", global = true)]
    pub log_format: Option<LogFormat>,
    /// Fetch pages on private and loopback addresses too
    #[arg(long, env = "RESSORT_ALLOW_PRIVATE_ADDRESSES", global = true, value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub allow_private_addresses: Option<bool>,
    /// Say more on stderr: `-v` each request, `-vv` also what libraries say
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Say less on stderr: only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at a section and make a feed of it
    Add(Add),
    /// Refresh feeds once
    Run(Run),
    /// Refresh every feed on its schedule, and serve what is published
    Serve(Serve),
    /// Check definitions and show the next runs
    Check(Check),
    /// Show how each feed is doing
    Status(Status),
    /// Check the set-up: directories, address, time zones, names, and every site when asked
    Doctor(Doctor),
    /// Make definitions of what other programs have: OPML, html2rss, RSS-Bridge, rsspls, Full-Text RSS
    Import(Import),
    /// List sections known by name
    Catalogue(Catalogue),
    /// Print the JSON Schema of a definition, a site file or the settings
    Schema(Schema),
    /// Print the manual page, or that of one command
    Man(Man),
    /// Print completions for a shell
    Completions(Completions),
    /// Show what one page yields and where each field came from
    Inspect(Inspect),
}

/// Names of the pages of the manual, and the pages: `ressort`, `ressort-add`, …
///
/// # Panics
/// Never: a manual is written into memory.
pub fn manual() -> Vec<(String, Vec<u8>)> {
    use clap::CommandFactory;
    let page = |command: clap::Command| {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).expect("a vector takes everything");
        page
    };
    let mut root = Cli::command();
    // Passes arguments that every command takes on to the commands.
    root.build();
    let commands = root.get_subcommands().map(|command| {
        let name = format!("ressort-{}", command.get_name());
        let named = command.clone().bin_name(format!("ressort {}", command.get_name())).display_name(name.clone());
        (name, page(named))
    });
    std::iter::once(("ressort".to_owned(), page(Cli::command()))).chain(commands).collect()
}

/// What kind of page an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageKind {
    Section,
    Article,
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// Name of a feed, or an address
    #[arg(value_name = "FEED|URL")]
    pub target: String,
    /// Read the page as this
    #[arg(long = "as", value_name = "KIND", default_value = "section")]
    pub kind: PageKind,
    /// Read a saved page instead of fetching; the address is then what links are relative to
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Write a page that shows the original beside the result, what was found outlined
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub html: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Add {
    /// The address of a section or a home page, or a name of `ressort catalogue`
    #[arg(value_name = "URL|NAME")]
    pub target: String,
    /// The name of the feed; made from the address by default
    #[arg(long, value_name = "NAME")]
    pub name: Option<FeedId>,
    /// Ask nothing: write what was found, take the politics section of a home page
    #[arg(short, long)]
    pub yes: bool,
    /// Only look, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Make a feed of the home page itself instead of one of its sections
    #[arg(long)]
    pub whole_page: bool,
    /// Write the definition without looking at the page
    #[arg(long)]
    pub unseen: bool,
    /// Print JSON, and ask nothing
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// Ask every site: robots.txt, the section, one article
    #[arg(long)]
    pub live: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Import {
    /// Files to import
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What the files are; recognised by default
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<crate::import::Format>,
    /// Only say what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Catalogue {
    /// Only sections whose country, outlet, name or address has all of these
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Run {
    /// Names of feeds; all of them by default
    #[arg(value_name = "FEED")]
    pub names: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on
    #[arg(long, env = "RESSORT_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Names of feeds; all of them by default
    #[arg(value_name = "FEED")]
    pub names: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Names of feeds; all of them by default
    #[arg(value_name = "FEED")]
    pub names: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    Feed,
    Site,
    Settings,
}

#[derive(Debug, Args)]
pub struct Schema {
    /// The kind of file
    #[arg(value_name = "KIND", default_value = "feed")]
    pub of: SchemaOf,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// The command
    #[arg(value_name = "COMMAND")]
    pub of: Option<String>,
}
