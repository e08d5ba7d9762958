//! Where an article stands in its paper: the breadcrumb without its root.

use super::evidence::{Evidence, Spot, Tag};
use super::marks::Marks;
use super::title::{folded, is_same};
use super::{Found, Source, first};
use crate::html::json_ld::Node;
use crate::html::text;

/// A breadcrumb has at most so many steps.
const MOST: usize = 6;

/// What the root of a breadcrumb is called.
const ROOTS: &[&str] = &[
    "startseite",
    "start",
    "home",
    "homepage",
    "home page",
    "accueil",
    "inicio",
    "início",
    "portada",
    "strona główna",
    "forside",
    "forsiden",
    "hjem",
    "etusivu",
    "hem",
    "главная",
    "головна",
    "anasayfa",
    "ana sayfa",
    "トップ",
    "ホーム",
    "top",
    "홈",
    "首頁",
    "首页",
    "beranda",
    "página inicial",
    "titelseite",
    "front page",
    "voorpagina",
    "voorkant",
    "domů",
    "főoldal",
    "acasă",
];

/// Names that a first step has in place of the root; alone they are a section.
const NEAR_ROOTS: &[&str] =
    &["news", "nachrichten", "übersicht", "index", "front", "haberler", "ニュース", "actualité", "actualités"];

/// A section's name has at most so many words; longer steps are the article's own.
const MOST_WORDS: usize = 5;

pub fn categories(evidence: &Evidence<'_>) -> Option<Found<Vec<String>>> {
    first(SOURCES, evidence)
}

const SOURCES: &[Source<Vec<String>>] = &[
    ("selector", selected),
    ("breadcrumb", shown),
    ("json-ld-breadcrumb", structured),
    ("microdata", microdata),
    ("list", listed),
    ("json-ld", |evidence| accepted(evidence, evidence.article?.texts("articleSection"))),
    ("meta", |evidence| accepted(evidence, evidence.metas("article:section").map(str::to_owned).collect())),
    ("address", addressed),
];

fn selected(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let selector = evidence.context.feed.article.category.as_ref()?;
    accepted(evidence, evidence.document.html.select(selector.selector()).map(text::text_of).collect())
}

/// A marked list of links; the last one is the innermost that holds more than one step.
fn shown(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    // The breadcrumb is often a `nav`, which is foreign to the article otherwise.
    let trails =
        evidence.spots().iter().filter(|spot| spot.marks.has(Marks::CRUMBS) && evidence.length_of(spot) < 3000);
    let mut best: Option<Vec<String>> = None;
    for trail in trails {
        let links = evidence.links_in(trail);
        let texts: Vec<String> = links.map(|link| evidence.text_of(link)).collect();
        if let Some(found) = accepted(evidence, texts)
            && best.as_ref().is_none_or(|best| found.len() > best.len())
        {
            best = Some(found);
        }
    }
    best
}

fn structured(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let trails = evidence.data.of_type(&["BreadcrumbList"]);
    let steps = |trail: Node<'_>| -> Vec<String> {
        let mut steps: Vec<(u32, String)> = trail
            .nodes("itemListElement")
            .take(4 * MOST)
            .enumerate()
            .filter_map(|(at, step)| {
                let name = step.text("name").or_else(|| step.node("item")?.text("name"))?;
                let position =
                    step.text("position").and_then(|position| position.parse().ok()).unwrap_or(at as u32 + 1);
                Some((position, name))
            })
            .collect();
        steps.sort_by_key(|(position, _)| *position);
        steps.into_iter().map(|(_, name)| name).collect()
    };
    trails.filter_map(|trail| accepted(evidence, steps(trail))).max_by_key(Vec::len)
}

fn microdata(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let trail = evidence.spots().iter().find(|spot| {
        let kind = spot.element.attr("itemtype").or(spot.element.attr("typeof")).unwrap_or_default();
        kind.contains("BreadcrumbList")
    })?;
    let links = evidence.links_in(trail);
    accepted(evidence, links.map(|link| evidence.text_of(link)).collect())
}

/// A list without a name that begins at the site's root and goes down the article's own path.
fn listed(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let headline = evidence.headline_spot()?.at;
    let is_list = |spot: &&Spot<'_>| {
        matches!(spot.element.value().name(), "ol" | "ul" | "nav")
            && spot.at < headline
            && evidence.length_of(spot) < 600
    };
    for list in evidence.spots().iter().filter(is_list) {
        let links: Vec<&Spot<'_>> = evidence
            .spots()
            .iter()
            .filter(|spot| spot.tag == Tag::Link && spot.at >= list.at && spot.at < list.end)
            .collect();
        let paths: Vec<String> = links
            .iter()
            .filter_map(|link| Some(evidence.document.link(link.element.attr("href")?)?.path().to_owned()))
            .collect();
        let own = evidence.document.url.path();
        let goes_down = paths.windows(2).all(|pair| pair[1].len() > pair[0].len() && pair[1].starts_with(&pair[0]));
        let leads_here = paths.last().is_some_and(|last| own.starts_with(last.as_str()));
        if (2..=MOST).contains(&paths.len()) && paths[0] == "/" && goes_down && leads_here {
            return accepted(evidence, links.iter().map(|link| evidence.text_of(link)).collect());
        }
    }
    None
}

/// Sections are linked in the navigation, among the first elements of a page.
const MOST_LINKS: usize = 800;

/// The links of the navigation that lead to a folder the article lies in.
fn addressed(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let own = evidence.document.url.path();
    let folder = own.trim_start_matches('/').split('/').next().filter(|folder| !folder.is_empty())?;
    let links =
        evidence.spots().iter().take(MOST_LINKS).filter(|spot| spot.tag == Tag::Link && evidence.length_of(spot) < 200);
    let mut steps: Vec<(usize, String)> = Vec::new();
    for link in links {
        // Resolving every link of a page would cost more than all other fields.
        let Some(href) = link.element.attr("href").filter(|href| href.contains(folder)) else { continue };
        let Some(url) = evidence.document.link(href) else { continue };
        let path = url.path().trim_end_matches('/');
        let leads_above = own.strip_prefix(path).is_some_and(|rest| rest.starts_with('/') && rest.len() > 1);
        // "Schleswig-Holstein" beside its short form for small screens.
        let text = evidence.pieces_of(link).into_iter().next().unwrap_or_default();
        if leads_above && !path.is_empty() && !text.is_empty() && !steps.iter().any(|(length, _)| *length == path.len())
        {
            steps.push((path.len(), text));
        }
    }
    steps.sort_by_key(|(length, _)| *length);
    accepted(evidence, steps.into_iter().map(|(_, text)| text).collect())
}

/// Without root, without the article itself, one of each.
fn accepted(evidence: &Evidence<'_>, steps: Vec<String>) -> Option<Vec<String>> {
    let title = evidence.headline.as_ref().map(|headline| headline.text.as_str());
    let mut categories: Vec<String> = Vec::new();
    let count = steps.len();
    for (at, step) in steps.into_iter().enumerate().take(4 * MOST) {
        let step = text::line(step.trim_matches(['›', '>', '/', '»', '|', ' ']));
        let fold = folded(&step);
        let names_root = ROOTS.contains(&fold.as_str());
        let names_near = count > 1 && (NEAR_ROOTS.contains(&fold.as_str()) || evidence.is_site_name(&step));
        let is_root = at == 0 && (names_root || names_near);
        let is_article = title.is_some_and(|title| is_same(title, &step))
            || evidence.titles.page.says(&step)
            || fold.split(' ').count() > MOST_WORDS;
        let is_step = !fold.is_empty() && step.chars().count() <= 60 && !is_root && !is_article;
        if is_step && !categories.iter().any(|known| is_same(known, &step)) {
            categories.push(step);
        }
    }
    (!categories.is_empty() && categories.len() <= MOST).then_some(categories)
}
