//! Articles that are split over several pages, and pages that have another form: put together.

use std::collections::HashSet;

use super::{Article, Block, Verdict, repeats, title};
use crate::html::text;

/// A text shorter than this, in letters, may stand in another form of the page in full.
const THIN: usize = 250;

/// Another form must hold so many times the text to take its place.
const BETTER: usize = 2;

/// The share of words that the titles of two pages of one article have in common.
const SAME_TITLE: f64 = 0.5;

/// Places of the lede where it was read as the text's own first paragraph.
const READ_IN_TEXT: &[&str] = &["mark", "style", "subheading", "emphasis", "dateline"];

/// Adds the next page of an article. Returns whether it brought anything: some sites answer with
/// the first page, or with another article, whatever number is asked for.
pub fn join(article: &mut Article, next: Article) -> bool {
    if next.verdict != Verdict::Article || !is_continued(article, &next) {
        return false;
    }
    let known: HashSet<_> = article.body.iter().map(identity).collect();
    let is_lede = |line: &str| article.lede.as_deref().is_some_and(|lede| title::is_same(lede, line));
    // On a further page the first paragraph is set apart by its place alone.
    let from_text = next.provenance.get("lede").is_some_and(|source| READ_IN_TEXT.contains(source));
    let first = next.lede.filter(|_| from_text).map(Block::paragraph);
    let new: Vec<Block> = first
        .into_iter()
        .chain(next.body)
        .filter(|block| !known.contains(&identity(block)) && !is_lede(&block.text))
        .collect();
    article.next_page = next.next_page;
    let is_more = new.iter().any(|block| !block.text.is_empty());
    article.body.extend(new);
    is_more
}

/// Whether it is worth looking at another form of the page. What is paid for stays paid for.
pub fn is_thin(article: &Article) -> bool {
    matches!(article.verdict, Verdict::Article | Verdict::Empty) && !article.paywalled && letters(article) < THIN
}

/// Takes the text of another form of the page where that holds much more.
pub fn prefer(article: &mut Article, other: Article) {
    let is_better = other.verdict == Verdict::Article
        && letters(&other) >= THIN.max(BETTER * letters(article))
        && is_continued(article, &other);
    if !is_better {
        return;
    }
    article.verdict = Verdict::Article;
    article.body = other.body;
    article.title = article.title.take().or(other.title);
    article.lede = article.lede.take().or(other.lede);
    article.image = article.image.take().or(other.image);
    article.provenance.insert("text", "alternative");
}

fn is_continued(article: &Article, next: &Article) -> bool {
    let (Some(one), Some(other)) = (&article.title, &next.title) else { return true };
    let (one, other) = (title::folded(one), title::folded(other));
    title::shared_words(&one, &other).max(title::shared_words(&other, &one)) >= SAME_TITLE
}

fn letters(article: &Article) -> usize {
    article.body.iter().map(|block| text::letters(&block.text)).sum()
}

/// What makes two blocks the same: their fingerprint, or all of it where they are short.
fn identity(block: &Block) -> Result<repeats::Fingerprint, String> {
    repeats::fingerprint(block).ok_or_else(|| block.text.clone())
}
