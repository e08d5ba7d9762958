//! What the studio remembers for a while: pages that were looked at, so that no click asks a site
//! again, and how they were drawn.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use chrono::Utc;

use super::drawing::{Drawn, draw_article, draw_section};
use super::form::Wish;
use super::kinds;
use crate::article::Article;
use crate::config::{ArticleSelectors, Css, Definition, Feed, FeedId, Settings, feed_of_definition};
use crate::fetch::Page;
use crate::html::{Document, Limits};
use crate::pipeline::{read_article, read_section};
use crate::section::Section;

/// So many looks are kept, the newest: a person works on one.
const KEPT: usize = 12;

/// A section that is looked at.
#[derive(Clone)]
pub struct Look {
    pub definition: Definition,
    pub name: FeedId,
    /// What stood in the file of the feed when it was opened; absent for a new feed.
    pub opened: Option<String>,
    pub page: Page,
    /// The article that is looked at.
    pub article: Option<Page>,
}

/// How a look is shown.
pub struct Shown {
    pub section: Section,
    pub drawn: Drawn,
    pub article: Option<(Article, String)>,
}

/// The names of what is kept of a look.
pub struct Views {
    pub look: String,
    pub section: String,
    pub article: Option<String>,
}

#[derive(Default)]
pub struct Looks(Mutex<VecDeque<Kept>>);

struct Kept {
    names: [String; 3],
    look: Look,
    section: String,
    article: String,
}

impl Looks {
    /// Keeps a look and what was drawn of it.
    pub fn keep(&self, look: Look, shown: &Shown) -> Views {
        let names = [secret(), secret(), secret()];
        let article = shown.article.as_ref().map(|(_, html)| html.clone());
        let views = Views {
            look: names[0].clone(),
            section: names[1].clone(),
            article: article.is_some().then(|| names[2].clone()),
        };
        let kept = Kept { names, look, section: shown.drawn.html.clone(), article: article.unwrap_or_default() };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_front(kept);
        all.truncate(KEPT);
        views
    }

    pub fn get(&self, name: &str) -> Option<Look> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|kept| kept.names[0] == name).map(|kept| kept.look.clone())
    }

    /// A drawn page.
    pub fn view(&self, name: &str) -> Option<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.iter().find(|kept| kept.names[1..].iter().any(|known| known == name))?;
        Some(if kept.names[1] == name { kept.section.clone() } else { kept.article.clone() })
    }
}

/// A name nobody can guess: the keys of hash maps are made for just that.
pub fn secret() -> String {
    let (first, second) = (RandomState::new().hash_one(0_u8), RandomState::new().hash_one(1_u8));
    format!("{first:016x}{second:016x}")
}

/// Reads and draws the pages of a look.
pub fn drawn(look: &Look, feed: &Feed) -> Result<Shown, String> {
    let now = look.page.date.unwrap_or_else(Utc::now);
    let section = read_section(&look.page.text, &look.page.url, feed, None, now).map_err(|error| error.to_string())?;
    let document = parsed(&look.page)?;
    let drawn = draw_section(&document, &section, feed);
    let article = match &look.article {
        Some(page) => {
            let article = read_article(page, feed, None, Utc::now()).map_err(|error| error.to_string())?;
            Some((article, draw_article(&parsed(page)?, &feed.article)))
        }
        None => None,
    };
    Ok(Shown { section, drawn, article })
}

/// The page as it is drawn, with its styles.
fn parsed(page: &Page) -> Result<Document, String> {
    let limits = Limits { with_programs: true, ..Limits::default() };
    Document::parse(&page.text, &page.url, &limits).map_err(|error| error.to_string())
}

/// The definition with a wish fulfilled.
pub fn changed(look: Look, wish: &Wish, settings: &Settings) -> Result<Definition, String> {
    let mut definition = look.definition.clone();
    match wish {
        Wish::Nothing | Wish::Read(_) => {}
        Wish::Exclude(kind) | Wish::Include(kind) => {
            let id: FeedId = "inspected".parse().expect("a legal name");
            let feed = feed_of_definition(id, look.definition.clone(), &settings.feeds, settings)
                .map_err(|problems| problems.to_string())?;
            let now = look.page.date.unwrap_or_else(Utc::now);
            let section =
                read_section(&look.page.text, &look.page.url, &feed, None, now).map_err(|error| error.to_string())?;
            let kinds = draw_section(&parsed(&look.page)?, &section, &feed).kinds;
            let wanted = kinds.get(*kind).ok_or("there is no such kind of card")?;
            let select = &mut definition.select;
            if matches!(wish, Wish::Exclude(_)) {
                match &select.item {
                    // Where cards are chosen, an unwanted one is simply not chosen.
                    Some(item) if listed(item).contains(&wanted.selector) => {
                        select.item = without(item, &wanted.selector)
                    }
                    _ => select.exclude = Some(with(select.exclude.as_ref(), &wanted.selector)?),
                }
            } else if select.exclude.as_ref().is_some_and(|exclude| listed(exclude).contains(&wanted.selector)) {
                select.exclude = select.exclude.as_ref().and_then(|exclude| without(exclude, &wanted.selector));
            } else {
                let mut item = select.item.clone();
                if item.is_none() {
                    for own in kinds.iter().filter(|own| own.is_in_feed) {
                        item = Some(with(item.as_ref(), &own.selector)?);
                    }
                }
                select.item = Some(with(item.as_ref(), &wanted.selector)?);
            }
        }
        Wish::Field { name, element } => {
            let page = look.article.as_ref().ok_or("no article is looked at")?;
            let document = parsed(page)?;
            let selector = kinds::of_element(&document, *element).ok_or("there is no such element")?;
            let place = field(&mut definition.article, name).ok_or("there is no such field")?;
            *place = match (name.as_str(), place.as_ref()) {
                ("exclude", before) => Some(with(before, &selector)?),
                _ => Some(selector.parse()?),
            };
        }
        Wish::Automatic(name) => {
            *field(&mut definition.article, name).ok_or("there is no such field")? = None;
        }
    }
    Ok(definition)
}

/// The fields of an article that can be pointed at.
pub const FIELDS: [&str; 11] =
    ["title", "kicker", "lede", "body", "author", "published", "image", "caption", "credit", "category", "exclude"];

pub fn field<'a>(selectors: &'a mut ArticleSelectors, name: &str) -> Option<&'a mut Option<Css>> {
    Some(match name {
        "title" => &mut selectors.title,
        "kicker" => &mut selectors.kicker,
        "lede" => &mut selectors.lede,
        "body" => &mut selectors.body,
        "author" => &mut selectors.author,
        "published" => &mut selectors.published,
        "image" => &mut selectors.image,
        "caption" => &mut selectors.caption,
        "credit" => &mut selectors.credit,
        "category" => &mut selectors.category,
        "exclude" => &mut selectors.exclude,
        _ => return None,
    })
}

/// The selectors of a list.
pub fn listed(css: &Css) -> Vec<String> {
    css.to_string().split(", ").map(str::to_owned).collect()
}

fn with(css: Option<&Css>, selector: &str) -> Result<Css, String> {
    let mut all = css.map(listed).unwrap_or_default();
    if !all.iter().any(|known| known == selector) {
        all.push(selector.to_owned());
    }
    all.join(", ").parse()
}

fn without(css: &Css, selector: &str) -> Option<Css> {
    let rest: Vec<String> = listed(css).into_iter().filter(|known| known != selector).collect();
    rest.join(", ").parse().ok()
}
