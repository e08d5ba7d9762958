//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{StateAddress, Target};

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
    /// Fetch pages on private and loopback addresses too
    #[arg(long, env = "RESSORT_ALLOW_PRIVATE_ADDRESSES", global = true, value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub allow_private_addresses: Option<bool>,
    /// Say more on stderr: `-v` each article, `-vv` each request
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Say less on stderr: only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Refresh feeds once
    Run(Run),
    /// Refresh every feed on its schedule, and serve what is published
    Serve(Serve),
    /// Check definitions and show the next runs
    Check(Check),
    /// Show how each feed is doing
    Status(Status),
    /// Print the JSON Schema of a definition, a site file or the settings
    Schema(Schema),
    /// Print completions for a shell
    Completions(Completions),
    /// Show what one page yields and where each field came from
    Inspect(Inspect),
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
