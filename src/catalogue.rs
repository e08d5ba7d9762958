//! Sections that are known by name: outlet, address, language and time zone of each.
//!
//! One file per country in `feeds/catalogue/`, part of the program. Nothing of it is fetched until
//! somebody asks for it with `ressort add NAME`; a clone of the project scrapes no outlet it did
//! not choose. Whether an address was seen to work is said of each ([`Listed::standing`]).

use std::fmt::Write;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::{Address, Definition, FeedId, Language, Problem, Render, Zone, nearest, parse};

/// `feeds/catalogue/COUNTRY.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// What the country calls itself.
    pub country: String,
    /// The language of sections that name none.
    pub language: Language,
    /// The time zone of sections that name none.
    pub time_zone: Zone,
    pub section: Vec<Listed>,
}

/// A section of an outlet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The name of the feed, and what `ressort add` takes.
    pub name: FeedId,
    pub outlet: String,
    pub section: String,
    pub url: Address,
    pub kind: OutletKind,
    pub language: Option<Language>,
    pub time_zone: Option<Zone>,
    #[serde(default)]
    pub render: Render,
    /// The day on which the address was last seen to yield articles: `2026-11-24`.
    pub verified: Option<String>,
    /// The month a saved page of this section is of, on which the reading was tested.
    pub saved_page: Option<String>,
}

/// What kind of outlet it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutletKind {
    Daily,
    Weekly,
    Broadcaster,
    Agency,
    Portal,
    Parliament,
    Government,
}

/// The countries of the project: name of the file and text.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// All countries, in the order of their files.
pub fn countries() -> Vec<Country> {
    let read = |(name, text): &(&str, &str)| read(name, text).expect("a test reads every file of the catalogue");
    EMBEDDED.iter().map(read).collect()
}

fn read(name: &str, text: &str) -> Result<Country, Problem> {
    let country: Country = parse(Path::new(name), text)?;
    let Country { language, time_zone, .. } = country.clone();
    let section = country.section.into_iter().map(|listed| Listed {
        language: listed.language.or_else(|| Some(language.clone())),
        time_zone: listed.time_zone.or(Some(time_zone)),
        ..listed
    });
    Ok(Country { section: section.collect(), ..country })
}

/// Finds a section by its name, or by its address with or without `https://www.`.
pub fn find(asked: &str) -> Option<Listed> {
    let mut listed = countries().into_iter().flat_map(|country| country.section);
    let plain = plain(asked);
    listed.find(|listed| listed.name.as_str() == asked || self::plain(listed.url.0.as_str()) == plain)
}

/// The names most like what was asked for: those it is a part of, else the one it was mistyped from.
pub fn suggestions(asked: &str) -> Vec<String> {
    const MOST: usize = 5;
    let asked = asked.to_lowercase();
    let all: Vec<Listed> = countries().into_iter().flat_map(|country| country.section).collect();
    let is_part = |listed: &&Listed| {
        let host = listed.url.0.host_str().unwrap_or_default();
        [listed.name.as_str(), &listed.outlet.to_lowercase(), host].iter().any(|text| text.contains(asked.as_str()))
    };
    let parts: Vec<String> = all.iter().filter(is_part).map(|listed| listed.name.to_string()).take(MOST).collect();
    if !parts.is_empty() && asked.len() >= 2 {
        return parts;
    }
    nearest(&asked, all.iter().map(|listed| listed.name.as_str())).map(str::to_owned).into_iter().collect()
}

/// An address as people type it: no scheme, no `www.`, no slash at the end.
fn plain(address: &str) -> &str {
    let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    address.strip_prefix("www.").unwrap_or(address).trim_end_matches('/')
}

impl Listed {
    /// The definition of the section.
    pub fn definition(&self) -> Definition {
        Definition {
            title: Some(format!("{}: {}", self.outlet, self.section)),
            language: self.language.clone(),
            time_zone: self.time_zone,
            render: self.render,
            ..Definition::of(self.url.0.clone())
        }
    }

    /// How far the address was tested, in words.
    pub fn standing(&self) -> String {
        match (&self.verified, &self.saved_page) {
            (Some(day), _) => format!("verified {day}"),
            (None, Some(month)) => format!("tested on a saved page ({month}), not verified live"),
            (None, None) => "not verified live".to_owned(),
        }
    }

    pub fn url(&self) -> &Url {
        &self.url.0
    }
}

/// `feeds/README.md`: the catalogue as a page.
pub fn page() -> String {
    let countries = countries();
    let count: usize = countries.iter().map(|country| country.section.len()).sum();
    let mut page = format!(
        "# Sections known by name\n\n{count} sections in {} countries and the European Union. \
         `ressort add NAME` makes a feed of one, and so does its address: `ressort add merkur.de/politik`.\n\n\
         Nothing here is fetched unless you add it. \"Verified\" names the day an address was last seen to yield \
         articles. Most were **not verified live**: `ressort add` looks before it writes, and says what it found. \
         Whether a paper may be read by programs, and what may be published of it, is not said here: \
         see [docs/publishing.md](../docs/publishing.md).\n\n\
         This page is made from the files in `catalogue/` (`UPDATE=1 cargo test --test it docs`).\n",
        countries.len() - 1,
    );
    for country in &countries {
        let line = format!("\n## {}\n\n| name | outlet | section | language | time zone | tested |\n", country.country);
        page += &line;
        page += "| --- | --- | --- | --- | --- | --- |\n";
        for listed in &country.section {
            let language = listed.language.as_ref().map(Language::to_string).unwrap_or_default();
            let zone = listed.time_zone.as_ref().map(Zone::to_string).unwrap_or_default();
            writeln!(
                page,
                "| `{}` | {} | [{}]({}) | {language} | {zone} | {} |",
                listed.name,
                listed.outlet,
                listed.section,
                listed.url,
                listed.standing()
            )
            .expect("a string takes everything");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_file_is_valid_and_every_name_and_address_is_there_once() {
        let (mut names, mut addresses) = (HashSet::new(), HashSet::new());
        for (name, text) in EMBEDDED {
            let country = read(name, text).unwrap_or_else(|problem| panic!("{}", problem.render(false)));
            for listed in country.section {
                assert!(names.insert(listed.name.to_string()), "{name}: {} is there twice", listed.name);
                assert!(addresses.insert(plain(listed.url.0.as_str()).to_owned()), "{name}: {} twice", listed.url);
                assert_eq!(listed.url.0.scheme(), "https", "{name}: {}", listed.url);
                for day in listed.verified.iter() {
                    assert!(chrono::NaiveDate::parse_from_str(day, "%F").is_ok(), "{name}: `{day}` is no day");
                }
            }
        }
        assert!(names.len() >= 60, "{} sections", names.len());
    }

    #[test]
    fn finds_by_name_and_by_address() {
        let found = |asked: &str| find(asked).map(|listed| listed.name.to_string());
        for asked in [
            "merkur-politik",
            "merkur.de/politik",
            "www.merkur.de/politik/",
            "https://www.merkur.de/politik/",
            "http://merkur.de/politik",
        ] {
            assert_eq!(found(asked).as_deref(), Some("merkur-politik"), "{asked}");
        }
        assert_eq!(found("merkur.de"), None);
        assert_eq!(found("https://www.merkur.de/"), None);
        assert_eq!(suggestions("merkur.de"), ["merkur-politik"]);
        assert_eq!(suggestions("merkur-politk"), ["merkur-politik"]);
        assert!(suggestions("spiegel").contains(&"spiegel-ausland".to_owned()));
        assert_eq!(suggestions("zzzzzz"), Vec::<String>::new());
    }

    #[test]
    fn says_honestly_how_far_an_address_was_tested() {
        let merkur = find("merkur-politik").unwrap();
        assert_eq!(merkur.standing(), "not verified live");
        assert_eq!(find("faz-politik").unwrap().standing(), "tested on a saved page (2026-03), not verified live");
        let verified = Listed { verified: Some("2026-11-24".to_owned()), ..merkur };
        assert_eq!(verified.standing(), "verified 2026-11-24");
    }
}
