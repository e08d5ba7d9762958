//! What holds for the whole program: `ressort.toml`, overridden by environment and arguments.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Schedule;
use super::audience::{LogFormat, NotifySettings, Reservations, SecretPath};
use super::combine::{Combine, Written};
use super::feed::{Content, KeepDefinition};
use super::places::{BucketSettings, StateAddress, Target};
use super::problem::{self, Problem, Problems};
use super::values::{Address, Size, Span, written_as_string};
use super::zone::Zone;

/// `ressort.toml`. Every key has a default; without the file the defaults hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The directory of feed definitions.
    pub feeds: PathBuf,
    /// Where feeds are published: a directory, or a bucket (`s3://…`, `gs://…`, `az://…`).
    pub publish: Target,
    /// What is remembered between runs: a SQLite file, or a PostgreSQL database that several workers
    /// share (`postgres://…`).
    pub state: StateAddress,
    /// The address under which readers see what is published; it becomes `rel="self"`.
    pub base_url: Option<Address>,
    /// Where `serve` listens.
    pub listen: String,
    /// Who may read the feeds: `private` (you, the default), or `public` (anyone).
    pub access: Option<Access>,
    /// What readers must know to read private feeds from anywhere: the password of HTTP Basic;
    /// any user name will do.
    pub password: Option<String>,
    /// What readers must know instead of a password: `serve` hands feeds out below this path only,
    /// `http://…/SECRET/NAME/rss.xml`. At least 16 letters, digits, `-` or `_`.
    pub secret_path: Option<SecretPath>,
    /// What public feeds carry of articles whose site reserves text and data mining.
    pub reservations: Reservations,
    /// Whether pages on private and loopback addresses may be fetched.
    pub allow_private_addresses: bool,
    /// How sites can reach the operator, part of the User-Agent: an address or a mail address.
    pub contact: Option<Contact>,
    /// The schedule of feeds that have none of their own.
    pub schedule: Option<Schedule>,
    /// The time zone of feeds whose site has none.
    pub time_zone: Option<Zone>,
    /// What feeds carry that do not say.
    pub content: Option<Content>,
    /// How long entries stay in feeds that do not say.
    pub keep: KeepDefinition,
    pub bucket: BucketSettings,
    /// A command that is run after something was published, by `sh -c`; it reads the paths that
    /// changed from its standard input, one a line.
    pub after_publishing: Option<String>,
    /// How log lines are written: `text` for people, `json` for programs.
    pub log_format: LogFormat,
    /// Who is told how feeds are doing.
    pub notify: NotifySettings,
    /// The WebSub hub that is told of changes, so that readers need not ask: its address.
    pub hub: Option<Address>,
    /// Feeds made of several others.
    pub combine: Vec<Combine>,
    pub fetch: FetchSettings,
    /// The file, to point at what is wrong in it.
    #[serde(skip)]
    pub written: Option<Written>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            feeds: PathBuf::from("feeds"),
            publish: Target::Directory(PathBuf::from("out")),
            state: StateAddress::Sqlite(PathBuf::from("ressort.db")),
            base_url: None,
            listen: "127.0.0.1:8080".to_owned(),
            access: None,
            password: None,
            secret_path: None,
            reservations: Reservations::default(),
            allow_private_addresses: false,
            contact: None,
            schedule: None,
            time_zone: None,
            content: None,
            keep: KeepDefinition::default(),
            bucket: BucketSettings::default(),
            after_publishing: None,
            log_format: LogFormat::default(),
            notify: NotifySettings::default(),
            hub: None,
            combine: Vec::new(),
            fetch: FetchSettings::default(),
            written: None,
        }
    }
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// What is wrong in it, with its place.
    pub fn load(path: &Path) -> Result<Settings, Problems> {
        let mut problems = Problems::default();
        let text = problem::read(path, &mut problems);
        let settings = text.as_ref().map(|text| problem::parse::<Settings>(path, text)).transpose()?;
        let mut settings = problems.into_result(settings)?.unwrap_or_default();
        settings.written = text.map(|text| Written { path: path.to_owned(), text: text.into() });
        settings.check().map_err(|(message, hint)| {
            let mut problem = Problem::of_file(path, message);
            problem.hint = Some(hint);
            problem
        })?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), (String, String)> {
        match &self.base_url {
            Some(base) if !base.0.path().ends_with('/') => {
                Err(("`base_url` must end with `/`".to_owned(), format!("write `base_url = \"{base}/\"`")))
            }
            _ => Ok(()),
        }
    }
}

/// Who may read the feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Private,
    Public,
}

/// How sites are treated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FetchSettings {
    /// The longest a page may take, from the first byte sent to the last received.
    pub timeout: Span,
    /// The pause between two requests to one host; two seconds by default. Hosts on this machine
    /// (`localhost`, 127.0.0.0/8, ::1) are given one only if it is written here.
    pub host_gap: Option<Span>,
    /// How many requests may be under way at once, each to another host.
    pub connections: usize,
    /// The largest page, decompressed.
    pub max_page: Size,
    /// The most new articles one feed reads in one run.
    pub articles_per_run: usize,
    /// A proxy, `http://…` or `socks5h://…`. The environment is not looked at. Behind a proxy it
    /// is the proxy that finds the addresses of names, so that it must refuse private ones.
    pub proxy: Option<ProxyAddress>,
    /// A PEM file of certificate authorities that are trusted beside those of the system.
    pub authorities: Option<PathBuf>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        FetchSettings {
            timeout: Span(Duration::from_secs(30)),
            host_gap: None,
            connections: 8,
            max_page: Size(10 << 20),
            articles_per_run: 60,
            proxy: None,
            authorities: None,
        }
    }
}

/// Through which all requests go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProxyAddress(pub Url);

impl FromStr for ProxyAddress {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.has_host())
            .map(ProxyAddress)
            .ok_or_else(|| {
                format!("`{text}` is not a proxy such as `http://127.0.0.1:3128` or `socks5h://127.0.0.1:1080`")
            })
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

written_as_string!(ProxyAddress, "Proxy", {"type": "string", "examples": ["http://127.0.0.1:3128", "socks5h://127.0.0.1:1080"]});

/// How the operator can be reached, as it stands in the User-Agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Contact(String);

impl FromStr for Contact {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // RFC 9110 §5.6.5: a comment ends at the first parenthesis.
        let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\');
        match !text.is_empty() && text.len() <= 200 && text.chars().all(fits) {
            true => Ok(Contact(text.to_owned())),
            false => {
                Err(format!("`{text}` is not a contact such as `https://example.org/about` or `feeds@example.org`"))
            }
        }
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

written_as_string!(Contact, "Contact", {"type": "string", "examples": ["https://example.org/about", "feeds@example.org"]});
