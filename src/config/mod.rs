//! What the operator writes: settings, feed definitions and facts about sites.
//!
//! Strings become types here, and every mistake is found here, with its file, line and a caret,
//! before anything is fetched.

mod audience;
mod combine;
mod edited;
mod feed;
mod places;
mod problem;
mod schedule;
mod settings;
mod site;
mod values;
mod written;
mod zone;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

pub use audience::{LogFormat, NotifySettings, Reservations, SecretPath};
pub use combine::{Combine, Combined, Names, combined};
pub use edited::edited;
pub use feed::{Content, Definition, Feed, Filter, Keep, Paid, Render, SectionRule, SourceKind};
pub use places::{BucketAddress, BucketEncoding, BucketSettings, Provider, StateAddress, Target};
pub use problem::{Problem, Problems, parse};
pub use schedule::Schedule;
pub use settings::{Access, Contact, FetchSettings, ProxyAddress, Settings};
pub use site::{ArticleSelectors, Site, Sites, TeaserSelectors};
pub use values::{Address, Css, FeedId, Language, Pattern, Size, Span, nearest};
pub use zone::Zone;

/// Reads all definitions of a directory, in the order of their names, and holds the combined feeds
/// of the settings against them.
///
/// # Errors
/// All mistakes of all files at once.
pub fn load_feeds(directory: &Path, settings: &Settings) -> Result<Vec<Feed>, Problems> {
    let mut problems = Problems::default();
    let mut sites = Sites::load(&directory.join("sites"), &mut problems);
    let mut feeds = Vec::new();
    for path in problem::toml_files(directory, &mut problems) {
        let Some(text) = problem::read(&path, &mut problems) else { continue };
        match read_feed(&path, &text, settings, &mut sites) {
            Ok(feed) => feeds.push(feed),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.0.is_empty() {
        combine::check(settings, &feeds, &mut problems);
    }
    problems.into_result(feeds)
}

fn read_feed(path: &Path, text: &str, settings: &Settings, sites: &mut Sites) -> Result<Feed, Problem> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let id: FeedId = stem.parse().map_err(|message: String| Problem::of_file(path, message))?;
    let definition: Definition = problem::parse(path, text)?;
    let site = sites.of(&definition.url.0);
    Ok(Feed::new(id, definition, site, settings))
}

/// A feed that stands in no file: an address on the command line.
pub fn feed_of_url(url: url::Url, directory: &Path, settings: &Settings) -> Result<Feed, Problems> {
    let id: FeedId = "inspected".parse().expect("a legal name");
    feed_of_definition(id, Definition::of(url), directory, settings)
}

/// A feed of a definition that stands in no file yet.
pub fn feed_of_definition(
    id: FeedId,
    definition: Definition,
    directory: &Path,
    settings: &Settings,
) -> Result<Feed, Problems> {
    let mut problems = Problems::default();
    let mut sites = Sites::load(&directory.join("sites"), &mut problems);
    let site = sites.of(&definition.url.0);
    problems.into_result(Feed::new(id, definition, site, settings))
}

/// Site facts by host, read once each.
type SitesByHost = HashMap<String, Arc<Site>>;
