//! The corpus: labelled links and labelled pages.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use anyhow::Context as _;
use flate2::read::GzDecoder;
use ressort::config::{Feed, Settings, feed_of_url};
use ressort::entry::normalised;
use ressort::fetch::encoding;
use ressort::html::{Document, Limits};
use ressort::section::training::link_row;
use serde::Deserialize;
use url::Url;

pub struct Page {
    pub name: String,
    pub site: String,
    pub document: Document,
    pub feed: Feed,
    pub required: HashSet<String>,
    pub optional: HashSet<String>,
}

#[derive(Deserialize)]
struct Expected {
    url: String,
    #[serde(default)]
    optional: bool,
}

pub struct Link {
    pub row: Vec<f32>,
    pub is_story: bool,
}

pub fn read_pages(directory: &Path) -> anyhow::Result<Vec<Page>> {
    let index = std::fs::read_to_string(directory.join("INDEX.tsv")).context("INDEX.tsv")?;
    let mut pages = Vec::new();
    for line in index.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(url)) = (fields.next(), fields.next()) else { continue };
        let path = directory.join(format!("{name}.html.gz"));
        let Ok(compressed) = std::fs::read(&path) else { continue };
        let mut bytes = Vec::new();
        GzDecoder::new(compressed.as_slice()).read_to_end(&mut bytes)?;
        let url = Url::parse(url)?;
        let expected: Vec<Expected> =
            serde_json::from_slice(&std::fs::read(directory.join(format!("{name}.expected.json")))?)?;
        let key = |expected: &Expected| Url::parse(&expected.url).map(|url| normalised(&url));
        let required: HashSet<String> = expected.iter().filter(|e| !e.optional).filter_map(|e| key(e).ok()).collect();
        let optional = expected.iter().filter(|e| e.optional).filter_map(|e| key(e).ok()).collect();
        pages.push(Page {
            name: name.to_owned(),
            site: site_of(&url),
            document: Document::parse(&encoding::decode(bytes, None), &url, &Limits::default())?,
            feed: feed_of_url(url, Path::new("/nonexistent"), &Settings::default())
                .map_err(|problems| anyhow::anyhow!("{problems}"))?,
            required,
            optional,
        });
    }
    Ok(pages)
}

/// The publisher, by the name that was registered.
fn site_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    ressort::section::publisher(host).to_owned()
}

pub fn read_links(path: &Path) -> anyhow::Result<Vec<Link>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut seen = HashSet::new();
    let mut links = Vec::new();
    for record in records(&text).into_iter().skip(1) {
        let [title, url, handle, is_story] = record.as_slice() else { continue };
        let base = Url::parse(&format!("https://{}.example/", handle.replace('_', "-")))?;
        let Some(url) = ressort::html::resolve(&base, url) else { continue };
        if seen.insert((url.clone(), title.clone())) {
            let row = link_row(&url, title);
            links.push(Link { row, is_story: is_story.eq_ignore_ascii_case("true") });
        }
    }
    Ok(links)
}

/// The records of a CSV file (RFC 4180).
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let record = records.last_mut().expect("one to begin with");
        let field = record.last_mut().expect("one to begin with");
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            '\r' if !quoted => {}
            c => field.push(c),
        }
    }
    records
}

/// Whether an address is an article's; `None` where it counts neither way.
pub fn label(page: &Page, url: &Url) -> Option<bool> {
    let key = normalised(url);
    match (page.required.contains(&key), page.optional.contains(&key)) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}
