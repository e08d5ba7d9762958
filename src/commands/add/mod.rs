//! `ressort add`: from an address to a definition, with a look at what the feed will be.

mod preview;
mod prompt;
mod target;

pub use target::{name_of_url, understand};

use std::io::IsTerminal;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use url::Url;

use super::Failure;
use super::inspect::article;
use super::writing::write;
use crate::cli::Add;
use crate::config::{Definition, Feed, FeedId, Render, Settings, feed_of_definition, load_feeds};
use crate::fetch::Fetcher;
use crate::html::{Document, Limits};
use crate::report::Trouble;
use crate::scout::{self, MenuEntry, Scouted};

use prompt::Steps;
use target::Target;

pub async fn run(arguments: &Add, settings: &Settings) -> Result<ExitCode, Failure> {
    let now = Utc::now();
    let target = target::understand(&arguments.target)?;
    let existing = existing(settings)?;
    if arguments.unseen {
        let name = name_of(arguments, &target, None, &existing)?;
        return written(arguments, settings, &name, &target.definition, json!({}));
    }
    let steps = Steps::new(arguments.json);
    let fetcher =
        Fetcher::new(settings).map_err(|error| Failure::usage(error.to_string(), "see `[fetch]` in the settings"))?;
    let feed = feed_of(&target.definition, settings)?;
    let (target, feed) = match is_home_page(&feed.url) && !arguments.whole_page {
        true => match section_of(arguments, &fetcher, &feed, &steps, now).await? {
            Some(url) => {
                let target = Target { definition: Definition::of(url), ..target };
                let feed = feed_of(&target.definition, settings)?;
                (target, feed)
            }
            None => (target, feed),
        },
        false => (target, feed),
    };
    let scouted = scout::scout(&fetcher, feed, now, &|step| steps.show(step)).await;
    steps.end();
    let scouted = scouted.map_err(|trouble| in_words(trouble, &arguments.target))?;
    let definition = decided(&target.definition, &scouted);
    let name = name_of(arguments, &target, Some(&scouted), &existing)?;
    if !arguments.json {
        print!("{}", preview::preview(&scouted));
    }
    written(arguments, settings, &name, &definition, json_of(&scouted))
}

fn feed_of(definition: &Definition, settings: &Settings) -> Result<Feed, Failure> {
    let id: FeedId = "inspected".parse().expect("a legal name");
    Ok(feed_of_definition(id, definition.clone(), &settings.feeds, settings)?)
}

/// Asks, writes and says where the feed will be.
fn written(
    arguments: &Add,
    settings: &Settings,
    name: &Name,
    definition: &Definition,
    found: Value,
) -> Result<ExitCode, Failure> {
    let text = definition.to_toml();
    let path = settings.feeds.join(format!("{}.toml", name.id));
    let addresses = Addresses::of(settings, &name.id);
    let is_known = name.known_as.is_some();
    if !arguments.json {
        println!("\n{}\n\n{}", path.display(), indented(&text));
    }
    let is_written = match (arguments.dry_run || is_known, arguments.yes || arguments.json) {
        (true, _) => false,
        (false, true) => true,
        (false, false) => prompt::confirm(&format!("Write {}?", path.display())),
    };
    if is_written {
        write(&path, &text)?;
    }
    if arguments.json {
        let mut all = json!({
            "name": name.id, "path": path, "definition": text, "written": is_written, "addresses": addresses.json(),
        });
        all.as_object_mut().expect("an object").extend(found.as_object().cloned().unwrap_or_default());
        println!("{all:#}");
        return Ok(ExitCode::SUCCESS);
    }
    match (&name.known_as, is_written) {
        (Some(known), _) => println!("This section is feed `{known}` already; nothing was written.\n"),
        (None, true) => {
            println!("Written. `ressort run {}` reads it now, `ressort serve` keeps it up to date.\n", name.id)
        }
        (None, false) => println!("Nothing was written.\n"),
    }
    if is_written || is_known {
        println!("Subscribe to one of:\n\n{}", addresses.lines());
    }
    Ok(ExitCode::SUCCESS)
}

/// What the definition says beyond what was asked for.
fn decided(asked: &Definition, scouted: &Scouted) -> Definition {
    let mut definition = asked.clone();
    definition.url.0 = scouted.feed.url.clone();
    definition.title = definition.title.or_else(|| title_of(scouted));
    if scouted.feed.render == Render::Browser {
        definition.render = Render::Browser;
    }
    definition
}

/// What the page calls itself; "Politik" alone would be the name of many feeds.
fn title_of(scouted: &Scouted) -> Option<String> {
    let title = scouted.section.title.clone()?;
    match scouted.section.url.domain() {
        Some(host) if !title.contains(' ') => Some(format!("{}: {title}", crate::section::publisher(host))),
        _ => Some(title),
    }
}

/// The name of the feed, and the feed that reads the same section already.
struct Name {
    id: FeedId,
    known_as: Option<FeedId>,
}

fn existing(settings: &Settings) -> Result<Vec<Feed>, Failure> {
    match settings.feeds.is_dir() {
        true => Ok(load_feeds(&settings.feeds, settings)?),
        false => Ok(Vec::new()),
    }
}

fn name_of(arguments: &Add, target: &Target, scouted: Option<&Scouted>, existing: &[Feed]) -> Result<Name, Failure> {
    let url = scouted.map_or(&target.definition.url.0, |scouted| &scouted.feed.url);
    let taken = |id: &FeedId| existing.iter().any(|feed| feed.id == *id);
    if let Some(known) = existing.iter().find(|feed| feed.url == *url) {
        return Ok(Name { id: known.id.clone(), known_as: Some(known.id.clone()) });
    }
    if let Some(id) = &arguments.name {
        if taken(id) {
            return Err(Failure::usage(
                format!("there is a feed `{id}` already, of another section"),
                "choose another name with `--name NAME`",
            ));
        }
        return Ok(Name { id: id.clone(), known_as: None });
    }
    let base = target.name.clone().unwrap_or_else(|| target::name_of_url(url));
    let numbered = std::iter::once(base.to_string()).chain((2..).map(|number| format!("{base}-{number}")));
    let id = numbered.filter_map(|name| name.parse().ok()).find(|id| !taken(id)).expect("numbers never end");
    Ok(Name { id, known_as: None })
}

fn is_home_page(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none()
}

/// The section of a home page that is wanted; `None` for the home page itself.
async fn section_of(
    arguments: &Add,
    fetcher: &Fetcher,
    feed: &Feed,
    steps: &Steps,
    now: DateTime<Utc>,
) -> Result<Option<Url>, Failure> {
    steps.show(scout::Step::Page);
    let page = scout::fetch(fetcher, feed, now).await;
    steps.end();
    let page = page.map_err(|trouble| in_words(trouble, &arguments.target))?;
    let document = Document::parse(&page.text, &page.url, &Limits::default()).map_err(Trouble::from)?;
    let sections = scout::menu(&document);
    if sections.is_empty() {
        return Ok(None);
    }
    if arguments.yes && sections[0].is_politics {
        return Ok(Some(sections[0].url.clone()));
    }
    let list: String = sections
        .iter()
        .enumerate()
        .map(|(at, entry)| format!("  {:>2}  {:30}  {}\n", at + 1, entry.name, entry.url))
        .collect();
    if arguments.json || arguments.yes || !prompt::is_possible() {
        return Err(no_choice(&feed.url, &list, &sections));
    }
    println!("{} is a home page. It leads to these sections:\n\n{list}   0  the home page itself\n", feed.url);
    Ok(prompt::choose("Which one?", sections.len())?.map(|at| sections[at].url.clone()))
}

fn no_choice(url: &Url, list: &str, sections: &[MenuEntry]) -> Failure {
    Failure::usage(
        format!("{url} is a home page; it leads to these sections:\n\n{}", list.trim_end()),
        format!("name one: `ressort add {}`, or take the home page itself with `--whole-page`", sections[0].url),
    )
}

/// What went wrong, with the address that was asked for in the place of the feed.
fn in_words(trouble: Trouble, target: &str) -> Failure {
    let message = match &trouble {
        // There is no published feed yet that could be kept.
        Trouble::NoArticles { url, .. } => format!("no articles found on {url}"),
        _ => trouble.to_string(),
    };
    Failure::Failed { code: 1, hint: trouble.hint_for_address(target), message }
}

/// Where the feed will be found.
struct Addresses {
    rss: String,
    atom: String,
    json: String,
}

impl Addresses {
    fn of(settings: &Settings, id: &FeedId) -> Addresses {
        let base =
            settings.base_url.as_ref().map_or_else(|| format!("http://{}/", settings.listen), |base| base.to_string());
        let at = |file: &str| format!("{base}{id}/{file}");
        Addresses { rss: at("rss.xml"), atom: at("atom.xml"), json: at("feed.json") }
    }

    fn lines(&self) -> String {
        format!("    RSS        {}\n    Atom       {}\n    JSON Feed  {}", self.rss, self.atom, self.json)
    }

    fn json(&self) -> Value {
        json!({"rss": self.rss, "atom": self.atom, "json": self.json})
    }
}

fn json_of(scouted: &Scouted) -> Value {
    let section = &scouted.section;
    let samples: Vec<Value> = scouted
        .samples
        .iter()
        .map(|sample| match &sample.article {
            Ok(found) => article::json(found, &found.url),
            Err(trouble) => json!({"url": sample.teaser.url, "error": trouble.to_string()}),
        })
        .collect();
    json!({
        "url": section.url,
        "title": section.title,
        "language": section.language,
        "breadcrumb": section.breadcrumb,
        "articles": section.teasers,
        "native_feeds": scouted.native,
        "samples": samples,
    })
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// Whether somebody sits there who can be asked.
fn is_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}
