//! A section page as a person looks at it: which articles were found, block by block, and what
//! was left out and why.

use std::fmt::Write;

use crate::html::text;
use crate::section::{Block, Kind, Reason, Section, Teaser};

/// Blocks of menu entries are many and alike; what comes near to an article is shown first.
const LEFT_OUT_SHOWN: usize = 12;

/// What is left out with less certainty than this nobody would take for an article.
const NEAR: f32 = 0.05;

/// The whole view.
pub fn view(section: &Section) -> String {
    let mut out = String::new();
    head(&mut out, section);
    let mut teasers = section.teasers.iter();
    for block in section.blocks.iter().filter(|block| block.left_out.is_none()) {
        line(&mut out, format_args!(""));
        let heading = block.heading.as_deref().unwrap_or("(no heading)");
        line(&mut out, format_args!("{heading}: {}, certainty {:.2}", articles(block.count), block.score));
        line(&mut out, format_args!("  {}   {}", block.signature, block.template));
        for teaser in teasers.by_ref().take(block.count) {
            line(&mut out, format_args!("  + {}", shown(teaser)));
        }
    }
    left_out(&mut out, section);
    out
}

fn head(out: &mut String, section: &Section) {
    line(out, format_args!("{}", section.title.as_deref().unwrap_or("(no title)")));
    line(out, format_args!("{}", section.url));
    if !section.breadcrumb.is_empty() {
        line(out, format_args!("breadcrumb  {}", section.breadcrumb.join(" › ")));
    }
    line(out, format_args!("language    {}", section.language.as_deref().unwrap_or("(unknown)")));
    for feed in section.native_feeds.iter().take(4) {
        line(out, format_args!("own feed    {}", feed.url));
    }
    if let Some(next) = &section.next_page {
        line(out, format_args!("next page   {next}"));
    }
    line(out, format_args!("found       {}", articles(section.teasers.len())));
    if section.needs_browser {
        line(out, format_args!("the page is empty until its scripts run; it needs `render = \"browser\"`"));
    }
    for name in &section.unmatched {
        line(out, format_args!("selector `{name}` matches nothing; the automatic choice stands in for it"));
    }
}

fn articles(count: usize) -> String {
    if count == 1 { "1 article".to_owned() } else { format!("{count} articles") }
}

/// One article on one line: date, title, and what is known beside it.
fn shown(teaser: &Teaser) -> String {
    let date = teaser.published.map(|date| date.format("%d.%m. %H:%M").to_string()).unwrap_or_default();
    let mut known = Vec::new();
    match teaser.kind {
        Kind::Article => {}
        Kind::Video => known.push("video"),
        Kind::Podcast => known.push("podcast"),
        Kind::Gallery => known.push("gallery"),
        Kind::Live => known.push("live"),
        Kind::Ad => known.push("advertisement"),
    }
    known.extend(teaser.paywalled.then_some("paid"));
    known.extend(teaser.image.as_ref().map(|_| "picture"));
    known.extend(teaser.summary.as_ref().map(|_| "summary"));
    let kicker = teaser.kicker.as_ref().map(|kicker| format!("{kicker} | ")).unwrap_or_default();
    let title = text::shorten(&format!("{kicker}{}", teaser.title), 90);
    let known = if known.is_empty() { String::new() } else { format!("  [{}]", known.join(", ")) };
    format!("{date:12} {title}{known}")
}

fn left_out(out: &mut String, section: &Section) {
    let mut blocks: Vec<&Block> = section.blocks.iter().filter(|block| block.left_out.is_some()).collect();
    if blocks.is_empty() {
        return;
    }
    // By what they could be mistaken for; of equals the larger one. The sort is stable.
    blocks.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.count.cmp(&a.count)));
    let is_shown = |block: &&&Block| block.score >= NEAR || block.left_out != Some(Reason::NotArticles);
    let shown: Vec<&Block> = blocks.iter().filter(is_shown).take(LEFT_OUT_SHOWN).copied().collect();
    let links = |blocks: &[&Block]| blocks.iter().map(|block| block.count).sum::<usize>();
    line(out, format_args!(""));
    line(out, format_args!("left out: {} links", links(&blocks)));
    for block in &shown {
        let reason = block.left_out.map(reason).unwrap_or_default();
        let heading = block.heading.as_ref().map(|heading| format!("{heading}: ")).unwrap_or_default();
        let example = text::shorten(&format!("{heading}{}", block.example), 60);
        line(out, format_args!("  - {:3} {reason}, certainty {:.2}: {example}", block.count, block.score));
        line(out, format_args!("        {}   {}", block.signature, block.template));
    }
    let rest = links(&blocks) - links(&shown);
    if rest > 0 {
        line(out, format_args!("  - {rest:3} others: menus, services, topics"));
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NotArticles => "no articles",
        Reason::OtherSite => "another site (`extra_hosts` lets it in)",
        Reason::MostRead => "most read, from all sections",
        Reason::Advertisement => "advertisement",
        Reason::Newsletter => "newsletters",
        Reason::Shop => "shop",
        Reason::OtherSection => "articles of other sections (`section = \"off\"` lets them in)",
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a string takes everything");
}
