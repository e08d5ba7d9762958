//! Pages with their truths: which passages belong to the text.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use chrono::Utc;
use flate2::read::GzDecoder;
use ressort::article::Context;
use ressort::article::body::Hints;
use ressort::article::body::features::Row;
use ressort::article::body::outline::Outline;
use ressort::article::body::survey::Survey;
use ressort::config::{Definition, Feed, Settings};
use ressort::html::{Document, Limits};
use serde_json::Value;
use url::Url;

use crate::boost::Random;
use crate::score::{Truth, words};
use crate::variants::{self, Example, Known};

/// A page with everything measured.
pub struct Page {
    pub id: String,
    pub family: String,
    pub german: bool,
    pub truth: Truth,
    pub document: &'static Document,
    pub hints: Hints,
    pub survey: Survey<'static, 'static>,
    pub rows: Vec<Vec<f32>>,
    /// More to learn from: passages far from the text, and variants of the page.
    pub more: Vec<Example>,
    pub words: Vec<Vec<String>>,
    pub labels: Vec<bool>,
    pub weights: Vec<f64>,
    /// Passages that are the truth's lede, which counts neither way.
    pub lede: Vec<bool>,
}

impl Page {
    pub fn text(&self, at: usize) -> &str {
        let outline = self.survey.outline;
        outline.text(&outline.passages[self.survey.texts[at]])
    }

    pub fn path(&self, at: usize) -> String {
        let outline = self.survey.outline;
        let places = outline.around(outline.passages[self.survey.texts[at]].place).take(4);
        let names: Vec<String> = places
            .map(|place| {
                let place = &outline.places[place];
                format!("{}.{}", place.element.value().name(), place.class.chars().take(40).collect::<String>())
            })
            .collect();
        names.join(" < ")
    }
}

/// Reads all pages of a corpus, and the names of the features.
pub fn load(corpus: &Path) -> (Vec<Page>, Vec<&'static str>) {
    let directory = std::fs::read_dir(corpus.join("truth")).expect("the corpus has a folder `truth`");
    let mut paths: Vec<_> = directory.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let mut names = Vec::new();
    let pages = paths.iter().map(|path| page(corpus, path, &mut names)).collect();
    (pages, names)
}

fn page(corpus: &Path, path: &Path, names: &mut Vec<&'static str>) -> Page {
    let id = path.file_stem().expect("a file").to_string_lossy().into_owned();
    let truth = std::fs::read_to_string(path).expect("a readable truth");
    let truth: Value = serde_json::from_str(&truth).expect("JSON");
    let get = |key: &str| truth[key].as_str().unwrap_or_default();
    let file = std::fs::File::open(corpus.join("pages").join(format!("{id}.html.gz"))).expect("a page for each truth");
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
    let html = ressort::fetch::encoding::decode(bytes, None);
    let url = Url::parse(get("url")).expect("an address");
    // The tool ends when it is done with its pages.
    let document: &'static Document =
        Box::leak(Box::new(Document::parse(&html, &url, &Limits::default()).expect("within limits")));
    let outline: &'static Outline<'static> = Box::leak(Box::new(Outline::of(document)));
    // Without the site's facts: what is learned must do without them.
    let name = "corpus".parse().expect("a legal name");
    let feed = Feed::new(name, Definition::of(url), Arc::default(), &Settings::default());
    let context = Context { feed: &feed, now: Utc::now(), teaser: None };
    let hints = ressort::article::hints(document, &context);
    let survey = Survey::of(outline, &hints);
    let mut rows = Vec::new();
    for at in 0..survey.texts.len() {
        let mut values = Vec::new();
        let mut list = Vec::new();
        survey.row(at, &mut Row { values: &mut values, names: names.is_empty().then_some(&mut list) });
        if names.is_empty() {
            *names = list;
        }
        rows.push(values);
    }
    let words = survey.texts.iter().map(|&index| words(outline.text(&outline.passages[index]))).collect();
    let mut page = Page {
        german: get("lang") == "de",
        family: id.split('_').next().unwrap_or_default().to_owned(),
        truth: Truth::new(get("text"), get("lede"), get("title")),
        id,
        document,
        hints,
        survey,
        rows,
        more: Vec::new(),
        words,
        labels: Vec::new(),
        weights: Vec::new(),
        lede: Vec::new(),
    };
    label(&mut page);
    page.more = more(&page, &html);
    page
}

/// How much a passage far from the text counts, and one of a variant.
const FAR: f64 = 0.3;
const VARIANT: f64 = 0.5;

fn more(page: &Page, html: &str) -> Vec<Example> {
    let outline = page.survey.outline;
    let whole = Survey::reaching(outline, &page.hints, usize::MAX);
    let far = (0..whole.texts.len()).filter(|&at| page.survey.texts.binary_search(&whole.texts[at]).is_err());
    let mut more: Vec<Example> = far
        .map(|at| {
            let mut row = Vec::new();
            whole.row(at, &mut Row { values: &mut row, names: None });
            Example { row, label: false, weight: FAR }
        })
        .collect();
    let spots = variants::spots(outline, &page.survey.texts);
    let known = spots.into_iter().zip(page.labels.iter().zip(&page.weights));
    let known = known.map(|(spot, (&label, &weight))| (spot, Known { label, weight })).collect();
    let seed = page.id.bytes().fold(1, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut random = Random(seed);
    for _ in 0..crate::number("VARIANTS", 2) {
        let mut examples = variants::variant(html, page.document, &page.hints, &known, &mut random);
        let positive = examples.iter().filter(|example| example.label).count();
        let weight = VARIANT * evened(positive);
        examples.iter_mut().for_each(|example| example.weight = weight * example.weight.min(1.0));
        more.extend(examples);
    }
    more
}

/// Long pages must not outweigh the rest.
fn evened(positive: usize) -> f64 {
    (30.0 / positive.max(1) as f64).sqrt().min(2.5)
}

/// A passage is the text's if it is one of its lines, or long and mostly in it. Of several with
/// the same words only the one among its like is.
fn label(page: &mut Page) {
    let n = page.words.len();
    let lines: HashMap<&Vec<String>, usize> = page.truth.lines.iter().fold(HashMap::new(), |mut lines, line| {
        *lines.entry(line).or_default() += 1;
        lines
    });
    let mut labels = vec![false; n];
    let mut weights = vec![1.0; n];
    let lede = &page.truth.lede;
    page.lede = page.words.iter().map(|words| !lede.is_empty() && words == lede).collect();
    for at in 0..n {
        let words = &page.words[at];
        if words.is_empty() {
            weights[at] = 0.0;
            continue;
        }
        let is_line = lines.contains_key(words);
        let share = page.truth.own_share(words);
        labels[at] = is_line || (words.len() >= 6 && share >= 0.75);
        if !is_line && words.len() >= 5 && (0.25..0.9).contains(&share) {
            weights[at] = 0.3;
        }
        if page.lede[at] && !is_line {
            weights[at] = 0.0;
            labels[at] = false;
        }
    }
    let mut alike: HashMap<&Vec<String>, Vec<usize>> = HashMap::new();
    for at in (0..n).filter(|&at| labels[at]) {
        alike.entry(&page.words[at]).or_default().push(at);
    }
    let first = labels.clone();
    for (words, mut group) in alike {
        let allowed = lines.get(words).copied().unwrap_or(1);
        let near = |at: usize| (at.saturating_sub(6)..(at + 7).min(n)).filter(|&other| first[other]).count();
        group.sort_by_key(|&at| (std::cmp::Reverse(near(at)), at));
        for &at in group.iter().skip(allowed) {
            labels[at] = false;
        }
    }
    let evened = evened(labels.iter().filter(|label| **label).count());
    weights.iter_mut().for_each(|weight| *weight *= evened);
    page.labels = labels;
    page.weights = weights;
}
