//! The text of an article: which passages of the page belong to it.

pub mod choose;
pub mod facts;
pub mod features;
mod flow;
pub mod forest;
mod markup;
mod media;
pub mod names;
mod notices;
pub mod outline;
pub mod phrases;
mod state;
pub mod survey;
mod tags;
mod walk;
mod weights;

use forest::Forest;
use outline::Outline;
use survey::Survey;

use url::Url;

use super::Block;
use crate::config::Css;
use crate::html::{Document, text};

/// What is known of an article before its text is looked for.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// The headline of the page.
    pub title: Option<String>,
    /// The paragraph before the text, which is published beside it.
    pub lede: Option<String>,
    /// What the page says the article is about: `og:description`.
    pub description: Option<String>,
    /// JSON-LD `articleBody`, as plain text.
    pub article_body: Option<String>,
    /// The lead image, which is published beside the text.
    pub image: Option<Url>,
    /// The operator's choice of the container.
    pub body: Option<Css>,
    /// The operator's choice of what to leave out.
    pub exclude: Option<Css>,
}

/// The text of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    pub blocks: Vec<Block>,
    /// Where the text was found; absent where there is none.
    pub source: Option<&'static str>,
    /// Lines behind the text that name agencies and helpers.
    pub tail: Vec<String>,
}

/// Finds the text of an article.
pub fn read(document: &Document, hints: &Hints) -> Body {
    let outline = Outline::of(document);
    let survey = Survey::of(&outline, hints);
    write(document, &survey, hints, &weights::FOREST)
}

/// The text of a page that was surveyed, judged by a forest of one's own: the training tool
/// scores those it has just learned.
pub fn write(document: &Document, survey: &Survey<'_, '_>, hints: &Hints, forest: &Forest) -> Body {
    let body = judge(document, survey, hints, forest);
    state::instead_of(&body, document, hints).unwrap_or(body)
}

/// Finds the text in the markup.
fn judge(document: &Document, survey: &Survey<'_, '_>, hints: &Hints, forest: &Forest) -> Body {
    let outline = survey.outline;
    let choice = choose::choose(survey, hints, forest);
    let kept: Vec<usize> = choice.kept.iter().map(|&at| survey.texts[at]).collect();
    let writer = markup::Writer { outline, document, image: hints.image.as_ref() };
    let blocks = writer.blocks(&kept, &media::between(survey, &kept));
    let tail = choice.tail.iter().map(|&at| text::line(survey.text(at))).collect();
    Body { source: (!blocks.is_empty()).then_some("blocks"), blocks, tail }
}
