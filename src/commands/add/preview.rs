//! The preview: what the feed will be, on one screen.

use std::fmt::Write;

use crate::article::Article;
use crate::config::Render;
use crate::html::text;
use crate::scout::{Native, Sample, Scouted};
use crate::section::{Kind, Teaser, native};

/// Articles that are listed.
const LISTED: usize = 8;

/// Paragraphs of each article that is shown.
const PARAGRAPHS: usize = 2;

/// Columns: what most terminals have, and still easy to read.
const WIDTH: usize = 96;

/// The whole preview.
pub fn preview(scouted: &Scouted) -> String {
    let mut out = String::new();
    let section = &scouted.section;
    line(&mut out, "", section.title.as_deref().unwrap_or("(no title)"));
    line(&mut out, "", section.url.as_str());
    if !section.breadcrumb.is_empty() {
        line(&mut out, "breadcrumb  ", &section.breadcrumb.join(" › "));
    }
    line(&mut out, "language    ", section.language.as_deref().unwrap_or("(the page does not say)"));
    if scouted.feed.render == Render::Browser {
        line(&mut out, "browser     ", "the page is empty without JavaScript and is read with one");
    }
    let paid = section.teasers.iter().filter(|teaser| teaser.paywalled).count();
    let paid = if paid > 0 { format!(", {paid} of them paid") } else { String::new() };
    line(&mut out, "found       ", &format!("{} articles{paid}", section.teasers.len()));
    if native::is_native(&scouted.page.text) {
        line(&mut out, "full text   ", "this is a feed itself; each of its articles is read for its text");
        return out + &articles(scouted);
    }
    for native in &scouted.native {
        line(&mut out, "own feed    ", &compared(native, section.teasers.len()));
    }
    if scouted.native.is_empty() {
        line(&mut out, "own feed    ", "none found");
    }
    out + &articles(scouted)
}

/// The first ones, and how two of them read.
fn articles(scouted: &Scouted) -> String {
    let section = &scouted.section;
    let mut out = "\n".to_owned();
    for teaser in section.teasers.iter().take(LISTED) {
        line(&mut out, "  ", &shown(teaser, scouted));
    }
    if section.teasers.len() > LISTED {
        line(&mut out, "  ", &format!("… and {} more", section.teasers.len() - LISTED));
    }
    for sample in &scouted.samples {
        out.push('\n');
        out += &read(sample);
    }
    out
}

fn line(out: &mut String, label: &str, value: &str) {
    writeln!(out, "{label}{}", text::shorten(value, 120)).expect("a string takes everything");
}

/// "https://…: 20 items, summaries only; has 12 of these 31 articles".
fn compared(native: &Native, found: usize) -> String {
    let text = match native.with_text {
        0 => "summaries only".to_owned(),
        all if all == native.items => "with full text".to_owned(),
        some => format!("{some} with full text"),
    };
    format!("{}: {} items, {text}; has {} of these {found} articles", native.url, native.items, native.covers)
}

fn shown(teaser: &Teaser, scouted: &Scouted) -> String {
    let time = teaser
        .published
        .map(|time| time.with_timezone(&scouted.feed.zone).format("%d.%m. %H:%M").to_string())
        .unwrap_or_default();
    let marks = [
        (teaser.paywalled, "paid"),
        (teaser.image.is_some(), "image"),
        (teaser.kind == Kind::Live, "live"),
        (teaser.kind == Kind::Video, "video"),
        (teaser.kind == Kind::Gallery, "gallery"),
        (teaser.kind == Kind::Podcast, "podcast"),
    ];
    let marks: Vec<&str> = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
    let marks = if marks.is_empty() { String::new() } else { format!("  [{}]", marks.join(", ")) };
    format!("{time:12} {}{marks}", text::shorten(&teaser.title, 72))
}

/// The beginning of an article as it will be read.
fn read(sample: &Sample) -> String {
    let article = match &sample.article {
        Ok(article) => article,
        Err(trouble) => {
            return format!("── {}\n   cannot be read: {trouble}\n", text::shorten(&sample.teaser.title, 80));
        }
    };
    let mut out = format!("── {}\n", article.title.as_deref().unwrap_or(&sample.teaser.title));
    let facts = facts(article);
    for line in wrapped(&facts).iter().filter(|line| !line.is_empty()) {
        out += &format!("   {line}\n");
    }
    let paragraphs = article.lede.iter().map(String::as_str);
    let body = article.body.iter().map(|block| block.text.as_str()).filter(|text| !text.is_empty());
    for paragraph in paragraphs.chain(body.take(PARAGRAPHS)) {
        for line in wrapped(&text::shorten(paragraph, 320)) {
            out += &format!("   {line}\n");
        }
    }
    let words = article.text().split_whitespace().count();
    out + &format!("   … {words} words in {} paragraphs\n", article.body.len())
}

fn facts(article: &Article) -> String {
    let mut facts = article.authors.clone();
    facts.extend(article.published.map(|time| time.format("%d.%m.%Y %H:%M").to_string()));
    facts.extend((!article.categories.is_empty()).then(|| article.categories.join(" › ")));
    facts.extend(article.image.as_ref().map(|image| match &image.credit {
        Some(credit) => format!("image © {credit}"),
        None => "image".to_owned(),
    }));
    facts.extend(article.paywalled.then(|| "paid: only its beginning can be read".to_owned()));
    facts.join(" · ")
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}
