//! `[[combine]]` of the settings: several sections as one feed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::feed::{Content, Feed, Filter, Keep, KeepDefinition};
use super::problem::{Problem, Problems};
use super::settings::{Access, Settings};
use super::values::{FeedId, Language, nearest, written_as_string};

/// A feed made of others: each article once, an agency's piece once with all who carry it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Combine {
    /// The name of the feed; no definition may have the same.
    #[schemars(with = "FeedId")]
    pub name: Spanned<FeedId>,
    /// What it is called; by default its name.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The feeds it is made of; `*` stands for anything: `"*-politik"`.
    #[schemars(with = "Vec<Names>")]
    pub feeds: Vec<Spanned<Names>>,
    /// By default the language that all of them have.
    pub language: Option<Language>,
    /// Full text, or only the summary.
    pub content: Option<Content>,
    #[serde(default)]
    pub keep: KeepDefinition,
    /// Beside the filters that the feeds have themselves.
    #[serde(default)]
    pub filter: Filter,
}

/// The name of a feed, or of several with `*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Names(String);

impl Names {
    /// Whether a feed is meant.
    pub fn include(&self, id: &FeedId) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| id.as_str().strip_prefix(first)) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

impl FromStr for Names {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // With something legal in place of each `*` it must be a name.
        text.replace('*', "a").parse::<FeedId>().map(|_| Names(text.to_owned())).map_err(|_| {
            format!(
                "`{}` is not the name of a feed, nor a pattern such as `*-politik`",
                crate::html::text::shorten(text, 80)
            )
        })
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

written_as_string!(Names, "FeedNames", {"type": "string", "pattern": "^[a-z0-9*][a-z0-9._*-]{0,63}$", "examples": ["merkur-politik", "*-politik"]});

/// A hundred of a day's pieces are what fits into a visit; the feeds it is made of have the rest.
const DEFAULT_KEEP_ENTRIES: u32 = 100;
const DEFAULT_KEEP_AT_LEAST: Duration = Duration::from_secs(24 * 60 * 60);

/// A combined feed with everything decided.
#[derive(Debug, Clone)]
pub struct Combined {
    pub id: FeedId,
    pub title: String,
    pub description: Option<String>,
    pub language: Option<Language>,
    pub content: Content,
    pub keep: Keep,
    pub filter: Filter,
    /// In the order of their names.
    pub members: Vec<FeedId>,
}

/// The combined feeds of the settings, made of the feeds there are.
pub fn combined<'a>(settings: &Settings, feeds: impl Iterator<Item = &'a Feed>) -> Vec<Combined> {
    let mut ids: Vec<&FeedId> = feeds.map(|feed| &feed.id).collect();
    ids.sort();
    let members = |names: &[Spanned<Names>]| {
        let is_meant = |id: &&&FeedId| names.iter().any(|names| names.get_ref().include(id));
        ids.iter().filter(is_meant).map(|id| (*id).clone()).collect()
    };
    let decide = |combine: &Combine| Combined {
        id: combine.name.get_ref().clone(),
        title: combine.title.clone().unwrap_or_else(|| combine.name.get_ref().to_string()),
        description: combine.description.clone(),
        language: combine.language.clone(),
        content: combine.content.or(settings.content).unwrap_or(match settings.access {
            None | Some(Access::Private) => Content::Full,
            Some(Access::Public) => Content::Summary,
        }),
        keep: Keep {
            entries: combine.keep.entries.unwrap_or(DEFAULT_KEEP_ENTRIES),
            at_least: combine.keep.at_least.map_or(DEFAULT_KEEP_AT_LEAST, |span| span.0),
            archive: None,
        },
        filter: combine.filter.clone(),
        members: members(&combine.feeds),
    };
    settings.combine.iter().map(decide).collect()
}

/// The settings file as it was read, to point at what is wrong in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub path: PathBuf,
    pub text: Arc<str>,
}

/// Holds the combined feeds against the definitions.
pub fn check(settings: &Settings, feeds: &[Feed], problems: &mut Problems) {
    let mut problem = |message: String, hint: String, span: std::ops::Range<usize>| {
        problems.push(match &settings.written {
            Some(Written { path, text }) => Problem::at(path, text, span, message, Some(hint)),
            None => Problem::of_file(Path::new("[[combine]]"), message),
        });
    };
    for (position, combine) in settings.combine.iter().enumerate() {
        let name = combine.name.get_ref();
        if feeds.iter().any(|feed| feed.id == *name) {
            let hint = format!("the definition {name}.toml has it; choose another");
            problem(format!("there is a feed `{name}` already"), hint, combine.name.span());
        } else if settings.combine[..position].iter().any(|other| other.name.get_ref() == name) {
            let hint = "choose another for one of them".to_owned();
            problem(format!("two combined feeds are called `{name}`"), hint, combine.name.span());
        }
        if combine.keep.archive.is_some() {
            let hint = "give one to the feeds it is made of".to_owned();
            problem(format!("the combined feed `{name}` can have no archive"), hint, combine.name.span());
        }
        if combine.feeds.is_empty() {
            let hint = "name the feeds it is made of: feeds = [\"*-politik\"]".to_owned();
            problem(format!("the combined feed `{name}` is made of nothing"), hint, combine.name.span());
        }
        for names in &combine.feeds {
            let (text, span) = (names.get_ref().to_string(), names.span());
            if feeds.iter().any(|feed| names.get_ref().include(&feed.id)) {
                continue;
            }
            let hint = match nearest(&text, feeds.iter().map(|feed| feed.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`ressort check` lists all feeds".to_owned(),
            };
            problem(format!("there is no feed `{text}`"), hint, span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        fn check(names: &str, good: &[&str], bad: &[&str]) {
            let names: Names = names.parse().unwrap();
            for (id, want) in good.iter().map(|id| (id, true)).chain(bad.iter().map(|id| (id, false))) {
                assert_eq!(names.include(&id.parse().unwrap()), want, "{names} and {id}");
            }
        }
        check("merkur-politik", &["merkur-politik"], &["merkur-politik2", "a-merkur-politik"]);
        check("*-politik", &["fr-politik", "a-b-politik"], &["politik", "fr-politik-2"]);
        check("*", &["a", "fr-politik"], &[]);
        check("a*b*c", &["abc", "axbxc"], &["ab", "acb"]);
        assert!("".parse::<Names>().is_err() && "Ä*".parse::<Names>().is_err() && "a/*".parse::<Names>().is_err());
    }
}
