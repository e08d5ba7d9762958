//! Facts about publishers: what their pages do not say by themselves.
//!
//! One file per family of papers. The files in `feeds/sites/` of the project are part of the
//! program; those in the operator's own `feeds/sites/` come first.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::SitesByHost;
use super::problem::{self, Problems};
use super::values::{Css, Language, Pattern};
use super::zone::Zone;

/// `feeds/sites/NAME.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Hosts these facts hold for, with all their subdomains: `merkur.de`.
    pub hosts: Vec<String>,
    /// The zone of dates that carry none.
    pub time_zone: Option<Zone>,
    /// The language of pages that declare none.
    pub language: Option<Language>,
    /// Finds the number of an article in its path; the first group is the number.
    /// Without it the usual forms are tried.
    pub article_number: Option<Pattern>,
    /// Where a section's own feed lies, relative to the section: `rssfeed.rdf`.
    pub native_feed: Option<String>,
    /// Where the section page shows what, in place of the automatic choice.
    #[serde(default)]
    pub select: TeaserSelectors,
    /// Where the article page shows what, in place of the automatic choice.
    #[serde(default)]
    pub article: ArticleSelectors,
}

/// Overrides for section pages. Each stands alone; one that matches nothing gives way to the
/// automatic value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeaserSelectors {
    /// The part of the page to look at.
    pub scope: Option<Css>,
    /// One card, that is, one article.
    pub item: Option<Css>,
    /// The link to the article, inside a card.
    pub link: Option<Css>,
    pub title: Option<Css>,
    pub kicker: Option<Css>,
    pub summary: Option<Css>,
    pub image: Option<Css>,
    pub published: Option<Css>,
    pub author: Option<Css>,
    /// Parts of the page to leave out.
    pub exclude: Option<Css>,
}

/// Overrides for article pages. Each stands alone; one that matches nothing gives way to the
/// automatic value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleSelectors {
    pub title: Option<Css>,
    pub kicker: Option<Css>,
    pub lede: Option<Css>,
    /// The container of the text.
    pub body: Option<Css>,
    pub author: Option<Css>,
    pub published: Option<Css>,
    /// The element of the lead image, or one around it.
    pub image: Option<Css>,
    pub caption: Option<Css>,
    pub credit: Option<Css>,
    /// The links of the breadcrumb.
    pub category: Option<Css>,
    /// Parts of the page that are not the article's.
    pub exclude: Option<Css>,
}

impl ArticleSelectors {
    /// These selectors where they say something, else the others.
    pub fn over(&self, other: &ArticleSelectors) -> ArticleSelectors {
        let pick = |mine: &Option<Css>, theirs: &Option<Css>| mine.clone().or_else(|| theirs.clone());
        ArticleSelectors {
            title: pick(&self.title, &other.title),
            kicker: pick(&self.kicker, &other.kicker),
            lede: pick(&self.lede, &other.lede),
            body: pick(&self.body, &other.body),
            author: pick(&self.author, &other.author),
            published: pick(&self.published, &other.published),
            image: pick(&self.image, &other.image),
            caption: pick(&self.caption, &other.caption),
            credit: pick(&self.credit, &other.credit),
            category: pick(&self.category, &other.category),
            exclude: pick(&self.exclude, &other.exclude),
        }
    }
}

impl TeaserSelectors {
    /// These selectors where they say something, else the others.
    pub fn over(&self, other: &TeaserSelectors) -> TeaserSelectors {
        let pick = |mine: &Option<Css>, theirs: &Option<Css>| mine.clone().or_else(|| theirs.clone());
        TeaserSelectors {
            scope: pick(&self.scope, &other.scope),
            item: pick(&self.item, &other.item),
            link: pick(&self.link, &other.link),
            title: pick(&self.title, &other.title),
            kicker: pick(&self.kicker, &other.kicker),
            summary: pick(&self.summary, &other.summary),
            image: pick(&self.image, &other.image),
            published: pick(&self.published, &other.published),
            author: pick(&self.author, &other.author),
            exclude: pick(&self.exclude, &other.exclude),
        }
    }
}

/// The site files of the project: name and text.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sites.rs"));

/// Finds the facts for a host. Files of the project are only parsed when a host needs them.
pub struct Sites {
    own: Vec<Arc<Site>>,
    found: SitesByHost,
}

impl Sites {
    /// Reads the operator's own site files; the directory may be missing.
    pub fn load(directory: &Path, problems: &mut Problems) -> Sites {
        let mut own = Vec::new();
        if directory.is_dir() {
            for path in problem::toml_files(directory, problems) {
                let Some(text) = problem::read(&path, problems) else { continue };
                match problem::parse::<Site>(&path, &text) {
                    Ok(site) => own.push(Arc::new(site)),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        Sites { own, found: SitesByHost::new() }
    }

    /// The facts for an address; empty ones where nothing is known.
    pub fn of(&mut self, url: &Url) -> Arc<Site> {
        let host = url.host_str().unwrap_or_default();
        if let Some(site) = self.found.get(host) {
            return site.clone();
        }
        let site =
            self.own.iter().find(|site| site.covers(host)).cloned().or_else(|| embedded(host)).unwrap_or_default();
        self.found.insert(host.to_owned(), site.clone());
        site
    }
}

fn embedded(host: &str) -> Option<Arc<Site>> {
    let suffixes = std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, rest)| rest));
    for suffix in suffixes {
        let quoted = format!("\"{suffix}\"");
        for (name, text) in EMBEDDED.iter().filter(|(_, text)| text.contains(&quoted)) {
            let site: Site = problem::parse(Path::new(name), text).expect("a test parses every embedded site file");
            if site.covers(host) {
                return Some(Arc::new(site));
            }
        }
    }
    None
}

impl Site {
    fn covers(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|own| host == own || host.strip_suffix(own.as_str()).is_some_and(|rest| rest.ends_with('.')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_site_file_parses() {
        assert!(!EMBEDDED.is_empty());
        for (name, text) in EMBEDDED {
            let site: Site =
                problem::parse(Path::new(name), text).unwrap_or_else(|problem| panic!("{}", problem.render(false)));
            assert!(!site.hosts.is_empty(), "{name} names no hosts");
        }
    }

    #[test]
    fn finds_facts_by_host_and_subdomain() {
        let mut sites = Sites { own: Vec::new(), found: SitesByHost::new() };
        let hosts_of = |sites: &mut Sites, url: &str| sites.of(&Url::parse(url).unwrap()).hosts.len();
        assert!(hosts_of(&mut sites, "https://www.merkur.de/politik/") > 10);
        assert_eq!(hosts_of(&mut sites, "https://www.notmerkur.de/"), 0);
    }
}
