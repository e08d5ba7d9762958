//! A section page as a person looks at it: which articles were found, block by block, and what
//! was left out and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::html::text;
use crate::section::{Block, Kind, Reason, Section, Teaser};

/// What is left out with less certainty than this nobody would take for an article.
const NEAR: f32 = 0.05;

/// Blocks shown of what was left out for one reason; the rest is counted.
const EXAMPLES: usize = 4;

/// Letters of a headline with its kicker: a line then fits into most terminals.
const TITLE_WIDTH: usize = 84;

/// How the view is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// Headings stand out, technical details stand back.
    Terminal,
}

impl Style {
    fn strong(self, text: &str) -> String {
        self.wrapped("1", text)
    }

    fn faint(self, text: &str) -> String {
        self.wrapped("2", text)
    }

    fn wrapped(self, code: &str, text: &str) -> String {
        match self {
            Style::Plain => text.to_owned(),
            Style::Terminal => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// The whole view.
pub fn view(section: &Section, style: Style) -> String {
    let mut out = String::new();
    head(&mut out, section, style);
    let has_dates = section.teasers.iter().any(|teaser| teaser.published.is_some());
    let mut teasers = section.teasers.iter();
    let found: Vec<&Block> = section.blocks.iter().filter(|block| block.left_out.is_none()).collect();
    // Teasers that each stand for themselves are one run for whoever looks at them.
    for run in found.chunk_by(|a, b| a.heading.is_none() && b.heading.is_none()) {
        let count: usize = run.iter().map(|block| block.count).sum();
        let certainty = run.iter().map(|block| block.score * block.count as f32).sum::<f32>() / count.max(1) as f32;
        let most = run.iter().max_by_key(|block| block.count).expect("a run has a block");
        let heading = run[0].heading.as_deref().unwrap_or("(no heading)");
        line(&mut out, format_args!(""));
        let heading = style.strong(&text::shorten(heading, TITLE_WIDTH));
        line(&mut out, format_args!("{heading}: {}, certainty {certainty:.2}", articles(count)));
        line(&mut out, format_args!("  {}", style.faint(&format!("{}   {}", most.signature, most.template))));
        for teaser in teasers.by_ref().take(count) {
            line(&mut out, format_args!("  + {}", shown(teaser, has_dates)));
        }
    }
    left_out(&mut out, section, style);
    out
}

fn head(out: &mut String, section: &Section, style: Style) {
    line(out, format_args!("{}", style.strong(section.title.as_deref().unwrap_or("(no title)"))));
    line(out, format_args!("{}", section.url));
    if !section.breadcrumb.is_empty() {
        line(out, format_args!("breadcrumb  {}", section.breadcrumb.join(" › ")));
    }
    line(out, format_args!("language    {}", section.language.as_deref().unwrap_or("(unknown)")));
    if let Some(next) = &section.next_page {
        line(out, format_args!("next page   {next} (`pages` reads further ones)"));
    }
    line(out, format_args!("found       {}{}", articles(section.teasers.len()), known(&section.teasers)));
    native_feeds(out, section);
    if section.needs_browser {
        line(out, format_args!("the page is empty until its scripts run; it needs `render = \"browser\"`"));
    }
    for name in &section.unmatched {
        let proposal = section.proposals.iter().find(|proposal| proposal.field == *name);
        let advice = proposal.map(|proposal| format!("; `{name} = \"{}\"` would do the same", proposal.selector));
        let advice = advice.unwrap_or_default();
        line(out, format_args!("selector `{name}` matches nothing; the automatic choice stands in for it{advice}"));
    }
}

/// What is known of the articles: ", 15 with date, 22 with picture".
fn known(teasers: &[Teaser]) -> String {
    let count = |is: fn(&Teaser) -> bool| teasers.iter().filter(|teaser| is(teaser)).count();
    [
        (count(|teaser| teaser.published.is_some()), "with date"),
        (count(|teaser| teaser.summary.is_some()), "with summary"),
        (count(|teaser| teaser.image.is_some()), "with picture"),
        (count(|teaser| teaser.paywalled), "paid"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!(", {count} {what}"))
    .collect()
}

fn native_feeds(out: &mut String, section: &Section) {
    let is_feed_itself = section.native_feeds.iter().any(|feed| feed.url == section.url);
    if is_feed_itself {
        line(out, format_args!("this is a feed itself; its articles are read in full"));
        return;
    }
    let own = section.native_feeds.iter().filter(|feed| feed.is_own).take(2);
    let mut has_own = false;
    for feed in own {
        has_own = true;
        let title = feed.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
        line(out, format_args!("own feed    {}{title}; `sources = [\"page\", \"feed\"]` joins it", feed.url));
    }
    if has_own {
        return;
    }
    for url in section.feed_guesses.iter().take(2) {
        line(out, format_args!("own feed    perhaps {url}; `sources = [\"page\", \"feed\"]` tries it"));
    }
    for feed in section.native_feeds.iter().take(2) {
        line(out, format_args!("paper feed  {}", feed.url));
    }
}

fn articles(count: usize) -> String {
    if count == 1 { "1 article".to_owned() } else { format!("{count} articles") }
}

/// One article on one line: date, title, and what is known beside it.
fn shown(teaser: &Teaser, has_dates: bool) -> String {
    let date = teaser.published.map(|date| date.format("%d.%m. %H:%M").to_string()).unwrap_or_default();
    let date = if has_dates { format!("{date:12} ") } else { String::new() };
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
    let title = text::shorten(&format!("{kicker}{}", teaser.title), TITLE_WIDTH);
    let known = if known.is_empty() { String::new() } else { format!("  [{}]", known.join(", ")) };
    format!("{date}{title}{known}")
}

/// By reason, what could be mistaken for an article first.
fn left_out(out: &mut String, section: &Section, style: Style) {
    let mut by_reason: BTreeMap<Reason, Vec<&Block>> = BTreeMap::new();
    for block in &section.blocks {
        if let Some(reason) = block.left_out {
            by_reason.entry(reason).or_default().push(block);
        }
    }
    if by_reason.is_empty() {
        return;
    }
    let links = |blocks: &[&Block]| blocks.iter().map(|block| block.count).sum::<usize>();
    let all: usize = by_reason.values().map(|blocks| links(blocks)).sum();
    line(out, format_args!(""));
    line(out, format_args!("{}", style.strong(&format!("left out: {all} links"))));
    let mut reasons: Vec<(Reason, Vec<&Block>)> = by_reason.into_iter().collect();
    reasons.sort_by_key(|(reason, _)| *reason == Reason::NotArticles);
    for (reason, mut blocks) in reasons {
        line(out, format_args!("  - {:3} {}", links(&blocks), explained(reason)));
        if reason == Reason::OtherSite {
            line(out, format_args!("        {}", style.faint(&hosts(&blocks))));
            continue;
        }
        // By what they could be mistaken for; of equals the larger one. The sort is stable.
        blocks.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.count.cmp(&a.count)));
        let is_shown = |block: &&&Block| block.score >= NEAR || reason != Reason::NotArticles;
        for block in blocks.iter().filter(is_shown).take(EXAMPLES) {
            let heading = block.heading.as_ref().map(|heading| format!("{heading}: ")).unwrap_or_default();
            let example = text::shorten(&format!("{heading}{}", block.example), 60);
            line(out, format_args!("        {:3} × certainty {:.2}: {example}", block.count, block.score));
            let form = format!("{}   {}", block.signature, block.template);
            line(out, format_args!("              {}", style.faint(&form)));
        }
    }
}

/// The hosts that links lead to, the most frequent first: "rmm.de 5, meinezeitung.example 1".
fn hosts(blocks: &[&Block]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for block in blocks {
        let host = block.template.split(['/', '?']).next().unwrap_or_default();
        *counts.entry(host).or_default() += block.count;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named: Vec<String> = counts.iter().take(6).map(|(host, count)| format!("{host} {count}")).collect();
    let rest = counts.len().saturating_sub(6);
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

fn explained(reason: Reason) -> &'static str {
    match reason {
        Reason::NotArticles => "menus, services, topics: no articles",
        Reason::OtherSite => "to other sites (`extra_hosts` lets them in)",
        Reason::MostRead => "most read, from all sections",
        Reason::Advertisement => "advertisements",
        Reason::Newsletter => "newsletters",
        Reason::Shop => "shop",
        Reason::OtherSection => "articles of other sections (`section = \"off\"` lets them in)",
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a string takes everything");
}
