//! Fits the weights of the section model and prints them as Rust source.
//!
//! ```text
//! cargo run --release --example train_sections -- LINKS.csv PAGES… > src/section/weights.rs
//! ```
//!
//! `LINKS.csv` has the columns `text,url,handle,is_story`; each `PAGES` directory has `INDEX.tsv`
//! (name and address), `NAME.html.gz` and `NAME.expected.json`. The report of the cross-validation,
//! each site held out in turn, goes to stderr. Same input, same weights.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use flate2::read::GzDecoder;
use ressort::config::{Feed, Settings, feed_of_url};
use ressort::entry::normalised;
use ressort::fetch::encoding;
use ressort::html::{Document, Limits};
use ressort::section::features::{ADDRESS_FEATURES, Speaks, TITLE_FEATURES};
use ressort::section::model::{Model, Regression};
use ressort::section::survey::Survey;
use ressort::section::training::{company_names, link_names, link_row, page_names};
use serde::Deserialize;
use url::Url;

/// How strongly weights are held small; chosen by the cross-validation.
const LINK_RIDGE: f64 = 5.0;
const PAGE_RIDGE: f64 = 60.0;
const COMPANY_RIDGE: f64 = 5.0;

/// Folds for the company model's first look.
const FOLDS: usize = 6;

struct Page {
    name: String,
    site: String,
    document: Document,
    feed: Feed,
    required: HashSet<String>,
    optional: HashSet<String>,
}

#[derive(Deserialize)]
struct Expected {
    url: String,
    #[serde(default)]
    optional: bool,
}

struct Link {
    row: Vec<f32>,
    is_story: bool,
}

/// A row to learn from.
struct Example {
    row: Vec<f32>,
    is_article: bool,
    weight: f64,
}

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [links, directories @ ..] = arguments.as_slice() else { bail!("usage: train_sections LINKS.csv PAGES…") };
    let links = read_links(links)?;
    let mut pages = Vec::new();
    for directory in directories {
        pages.extend(read_pages(directory)?);
    }
    let sites: BTreeSet<&str> = pages.iter().map(|page| page.site.as_str()).collect();
    eprintln!("{} links, {} pages of {} sites", links.len(), pages.len(), sites.len());

    let all: Vec<&Page> = pages.iter().collect();
    if std::env::var_os("NO_CV").is_none() {
        let mut held_out = BTreeMap::new();
        let mut hidden: Vec<BTreeMap<&str, Score>> = MASKS.iter().map(|_| BTreeMap::new()).collect();
        let groups = env("GROUPS", 99.0) as usize;
        let list: Vec<&str> = sites.iter().copied().collect();
        for group in 0..groups.min(list.len()) {
            let site: Vec<&str> =
                list.iter().copied().enumerate().filter(|(at, _)| at % groups == group).map(|(_, s)| s).collect();
            if std::env::var("DEBUG").is_ok_and(|name| {
                !pages.iter().any(|page| site.contains(&page.site.as_str()) && page.name.contains(&name))
            }) {
                continue;
            }
            let training: Vec<&Page> = pages.iter().filter(|page| !site.contains(&page.site.as_str())).collect();
            let model = fit(&links, &training);
            for page in pages.iter().filter(|page| site.contains(&page.site.as_str())) {
                if std::env::var("DEBUG").is_ok_and(|name| page.name.contains(&name)) {
                    debug(page, &model);
                }
                held_out.insert(page.name.as_str(), score(page, &model));
                for (mask, of) in MASKS.iter().zip(&mut hidden) {
                    of.insert(page.name.as_str(), score_masked(page, &model, mask));
                }
            }
        }
        report("each site held out", &held_out);
        for (mask, of) in MASKS.iter().zip(&hidden) {
            brief(mask, of);
        }
    }
    let model = fit(&links, &all);
    let plain = pages.iter().map(|page| (page.name.as_str(), score(page, &model))).collect();
    report("trained on all", &plain);
    print_model(&model);
    Ok(())
}

// --- reading

fn read_pages(directory: &Path) -> anyhow::Result<Vec<Page>> {
    let index = std::fs::read_to_string(directory.join("INDEX.tsv")).context("INDEX.tsv")?;
    let mut pages = Vec::new();
    for line in index.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(url)) = (fields.next(), fields.next()) else { continue };
        let path = directory.join(format!("{name}.html.gz"));
        let Ok(compressed) = std::fs::read(&path) else { continue };
        let mut bytes = Vec::new();
        GzDecoder::new(compressed.as_slice()).read_to_end(&mut bytes)?;
        let url = Url::parse(url)?;
        let expected: Vec<Expected> =
            serde_json::from_slice(&std::fs::read(directory.join(format!("{name}.expected.json")))?)?;
        let key = |expected: &Expected| Url::parse(&expected.url).map(|url| normalised(&url));
        let required: HashSet<String> = expected.iter().filter(|e| !e.optional).filter_map(|e| key(e).ok()).collect();
        let optional = expected.iter().filter(|e| e.optional).filter_map(|e| key(e).ok()).collect();
        pages.push(Page {
            name: name.to_owned(),
            site: site_of(&url),
            document: Document::parse(&encoding::decode(&bytes, None), &url, &Limits::default())?,
            feed: feed_of_url(url, Path::new("/nonexistent"), &Settings::default())
                .map_err(|problems| anyhow::anyhow!("{problems}"))?,
            required,
            optional,
        });
    }
    Ok(pages)
}

/// The publisher, by the name that was registered.
fn site_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    ressort::section::publisher(host).to_owned()
}

fn read_links(path: &Path) -> anyhow::Result<Vec<Link>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut seen = HashSet::new();
    let mut links = Vec::new();
    for record in records(&text).into_iter().skip(1) {
        let [title, url, handle, is_story] = record.as_slice() else { continue };
        let base = Url::parse(&format!("https://{}.example/", handle.replace('_', "-")))?;
        let Some(url) = ressort::html::resolve(&base, url) else { continue };
        if seen.insert((url.clone(), title.clone())) {
            let row = link_row(&url, title);
            links.push(Link { row, is_story: is_story.eq_ignore_ascii_case("true") });
        }
    }
    Ok(links)
}

/// The records of a CSV file (RFC 4180).
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let record = records.last_mut().expect("one to begin with");
        let field = record.last_mut().expect("one to begin with");
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            '\r' if !quoted => {}
            c => field.push(c),
        }
    }
    records
}

// --- fitting

fn label(page: &Page, url: &Url) -> Option<bool> {
    let key = normalised(url);
    match (page.required.contains(&key), page.optional.contains(&key)) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

/// A large page must not outvote ten small ones.
fn page_weight(candidates: usize) -> f64 {
    (200.0 / candidates.max(20) as f64).sqrt()
}

fn empty(size: usize) -> Regression {
    Regression { bias: 0.0, weights: vec![0.0; size] }
}

fn fit(links: &[Link], pages: &[&Page]) -> Model {
    let mut model = Model { title: empty(0), address: empty(0), link: empty(0), page: empty(0), company: empty(0) };
    let link_examples: Vec<Example> =
        links.iter().map(|link| Example { row: link.row.clone(), is_article: link.is_story, weight: 1.0 }).collect();
    fit_links(&mut model, &link_examples);
    if env("LP", 0.0) > 0.0 {
        let mut both = link_examples;
        for page in pages {
            let survey = Survey::of(&page.document, &page.feed, &model);
            let weight = page_weight(survey.urls().count()) * env("LP", 0.0);
            for ((url, title), own) in survey.urls().zip(survey.titles()).zip(survey.is_own()) {
                if own && let Some(is_article) = label(page, url) {
                    both.push(Example { row: link_row(url, title), is_article, weight });
                }
            }
        }
        fit_links(&mut model, &both);
    }

    let surveys: Vec<Survey<'_>> = pages.iter().map(|page| Survey::of(&page.document, &page.feed, &model)).collect();
    let examples = |wanted: &dyn Fn(usize) -> bool| -> Vec<Example> {
        let mut examples = Vec::new();
        for (at, (page, survey)) in pages.iter().zip(&surveys).enumerate().filter(|(at, _)| wanted(*at)) {
            let _ = at;
            let weight = page_weight(survey.urls().count());
            for ((row, url), own) in survey.page_rows().into_iter().zip(survey.urls()).zip(survey.is_own()) {
                if own && let Some(is_article) = label(page, url) {
                    for mask in MASKS {
                        let weight = weight * env("MW", 0.6);
                        examples.push(Example { row: masked(&row, mask), is_article, weight });
                    }
                    examples.push(Example { row, is_article, weight });
                }
            }
        }
        examples
    };
    model.page = regression(&examples(&|_| true), env("PR", PAGE_RIDGE), &prior(), &page_names());

    let sites: Vec<&str> = pages.iter().map(|page| page.site.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    let fold = |at: usize| sites.iter().position(|site| *site == pages[at].site).unwrap_or_default() % FOLDS;
    let mut company = Vec::new();
    for held_out in 0..FOLDS {
        let page_model =
            regression(&examples(&|at| fold(at) != held_out), env("PR", PAGE_RIDGE), &prior(), &page_names());
        for (at, survey) in surveys.iter().enumerate().filter(|(at, _)| fold(*at) == held_out) {
            let first: Vec<f32> =
                survey.page_rows().into_iter().map(|row| page_model.probability(row.into_iter())).collect();
            let weight = page_weight(survey.urls().count());
            for ((row, url), own) in survey.company_rows(&first).into_iter().zip(survey.urls()).zip(survey.is_own()) {
                if own && let Some(is_article) = label(pages[at], url) {
                    company.push(Example { row, is_article, weight });
                }
            }
        }
    }
    model.company = regression(&company, env("CR", COMPANY_RIDGE), &[(0, env("CP", 0.0))], &company_names());
    model
}

fn fit_links(model: &mut Model, examples: &[Example]) {
    let names = link_names();
    let part = |from: usize, to: usize| -> Vec<Example> {
        examples
            .iter()
            .map(|e| Example { row: e.row[from..to].to_vec(), is_article: e.is_article, weight: e.weight })
            .collect()
    };
    let (t, a) = (TITLE_FEATURES, TITLE_FEATURES + ADDRESS_FEATURES);
    model.title = regression(&part(0, t), env("LR", LINK_RIDGE), &[], &names[..t]);
    model.address = regression(&part(t, a), env("LR", LINK_RIDGE), &[], &names[t..a]);
    model.link = regression(examples, env("LR", LINK_RIDGE), &[], &names);
}

/// Logistic regression with a ridge, by Newton's method on standardised features. Features whose
/// weight has a sign they cannot have are taken out, the worst first, until none is left.
fn regression(examples: &[Example], ridge: f64, prior: &[(usize, f64)], names: &[(&str, Speaks)]) -> Regression {
    let size = examples.first().map_or(0, |example| example.row.len());
    assert_eq!(size, names.len());
    let total: f64 = examples.iter().map(|example| example.weight).sum();
    let mut mean = vec![0.0; size];
    let mut spread = vec![0.0; size];
    for example in examples {
        for (at, &value) in example.row.iter().enumerate() {
            mean[at] += example.weight * f64::from(value) / total;
        }
    }
    for example in examples {
        for (at, &value) in example.row.iter().enumerate() {
            spread[at] += example.weight * (f64::from(value) - mean[at]).powi(2) / total;
        }
    }
    // Features that hardly ever differ would get a weight out of all proportion.
    let scale: Vec<f64> = spread.iter().map(|spread| spread.sqrt().max(env("MS", 0.05))).collect();
    let mut weights = vec![0.0; size + 1];
    let mut kept: Vec<usize> = (0..size).collect();
    let mut expected = vec![0.0; size];
    for (at, weight) in prior {
        expected[*at] = weight * scale[*at];
    }
    loop {
        let rows: Vec<Vec<(usize, f64)>> = examples
            .iter()
            .map(|example| {
                let scaled = |(place, &at): (usize, &usize)| (place, f64::from(example.row[at]) / scale[at]);
                kept.iter()
                    .enumerate()
                    .map(scaled)
                    .chain([(kept.len(), 1.0)])
                    .filter(|(_, value)| *value != 0.0)
                    .collect()
            })
            .collect();
        let mut found: Vec<f64> = kept.iter().map(|&at| weights[at]).chain([weights[size]]).collect();
        let expect: Vec<f64> = kept.iter().map(|&at| expected[at]).collect();
        newton(examples, &rows, ridge, &expect, &mut found);
        weights = vec![0.0; size + 1];
        for (at, weight) in kept.iter().zip(&found) {
            weights[*at] = *weight;
        }
        weights[size] = found[kept.len()];
        let wrongness = |at: usize| match names[at].1 {
            Speaks::For => -weights[at],
            Speaks::Against => weights[at],
            Speaks::Either => 0.0,
        };
        let before = kept.len();
        let worst = kept.iter().map(|&at| wrongness(at)).fold(0.0_f64, f64::max);
        kept.retain(|&at| wrongness(at) <= 0.0 || wrongness(at) < worst * 0.5);
        if kept.len() == before || std::env::var_os("NOSIGN").is_some() {
            break;
        }
    }
    let raw: Vec<f64> = weights[..size].iter().zip(&scale).map(|(weight, scale)| weight / scale).collect();
    let bias = weights[size];
    Regression { bias: bias as f32, weights: raw.iter().map(|weight| *weight as f32).collect() }
}

fn newton(examples: &[Example], rows: &[Vec<(usize, f64)>], ridge: f64, expected: &[f64], weights: &mut [f64]) {
    let size = weights.len() - 1;
    for _ in 0..25 {
        let mut slope = vec![0.0; size + 1];
        let mut curve = vec![vec![0.0; size + 1]; size + 1];
        for (example, row) in examples.iter().zip(rows) {
            let sum: f64 = row.iter().map(|&(at, value)| value * weights[at]).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            let error = example.weight * (f64::from(u8::from(example.is_article)) - p);
            let steep = (example.weight * p * (1.0 - p)).max(1e-9);
            for (place, &(at, value)) in row.iter().enumerate() {
                slope[at] += error * value;
                let scaled = steep * value;
                let curve = &mut curve[at];
                for &(other, value) in &row[..=place] {
                    curve[other] += scaled * value;
                }
            }
        }
        for at in 0..size {
            slope[at] -= ridge * (weights[at] - expected[at]);
            curve[at][at] += ridge;
        }
        curve[size][size] += 1e-6;
        let step = solve(&mut curve, &slope);
        let before = loss(examples, rows, ridge, expected, weights);
        let start = weights.to_vec();
        let mut share = 1.0;
        loop {
            for (weight, (start, step)) in weights.iter_mut().zip(start.iter().zip(&step)) {
                *weight = start + share * step;
            }
            if loss(examples, rows, ridge, expected, weights) <= before || share < 1e-3 {
                break;
            }
            share *= 0.5;
        }
        let largest = step.iter().fold(0.0_f64, |largest, step| largest.max(share * step.abs()));
        if largest < 1e-3 {
            break;
        }
    }
}

fn loss(examples: &[Example], rows: &[Vec<(usize, f64)>], ridge: f64, expected: &[f64], weights: &[f64]) -> f64 {
    let misfit = |(example, row): (&Example, &Vec<(usize, f64)>)| {
        let sum: f64 = row.iter().map(|&(at, value)| value * weights[at]).sum();
        let wrong = if example.is_article { -sum } else { sum };
        example.weight * if wrong > 30.0 { wrong } else { wrong.exp().ln_1p() }
    };
    let penalty: f64 = weights.iter().zip(expected).map(|(weight, expected)| (weight - expected).powi(2)).sum();
    examples.iter().zip(rows).map(misfit).sum::<f64>() + 0.5 * ridge * penalty
}

/// Solves `matrix · x = right` by Cholesky; only the lower half of the matrix is read.
fn solve(matrix: &mut [Vec<f64>], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    for row in 0..size {
        for column in 0..=row {
            let dot: f64 = (0..column).map(|k| matrix[row][k] * matrix[column][k]).sum();
            let rest = matrix[row][column] - dot;
            matrix[row][column] = if row == column { rest.max(1e-12).sqrt() } else { rest / matrix[column][column] };
        }
    }
    let mut x = right.to_vec();
    for row in 0..size {
        let dot: f64 = (0..row).map(|k| matrix[row][k] * x[k]).sum();
        x[row] = (x[row] - dot) / matrix[row][row];
    }
    for row in (0..size).rev() {
        let dot: f64 = (row + 1..size).map(|k| matrix[k][row] * x[k]).sum();
        x[row] = (x[row] - dot) / matrix[row][row];
    }
    x
}

// --- reporting

struct Score {
    precision: f64,
    recall: f64,
    f1: f64,
    missed: Vec<String>,
    wrong: Vec<String>,
}

/// What a page may lack; its features are as if nothing of it were there.
const MASKS: [&str; 7] = ["address", "heading", "picture", "text", "place", "picture text", "heading place"];

fn is_hidden(name: &str, mask: &str) -> bool {
    mask.split(' ').any(|mask| match mask {
        "address" => {
            ["address", "link", "template", "above"].iter().any(|part| name.contains(part))
                && name != "card is the link"
        }
        "heading" => name.contains("heading") || name.contains("headline class"),
        "picture" => name.contains("picture"),
        "text" => name.contains(": text") || name.contains("letters more"),
        _ => [
            "in a menu",
            "in the footer",
            "in an aside",
            "in the page header",
            "main",
            "box",
            "hidden",
            "template: menu",
        ]
        .iter()
        .any(|part| name.contains(part)),
    })
}

fn masked(row: &[f32], mask: &str) -> Vec<f32> {
    row.iter().zip(page_names()).map(|(value, (name, _))| if is_hidden(name, mask) { 0.0 } else { *value }).collect()
}

fn score_masked(page: &Page, model: &Model, mask: &str) -> Score {
    let survey = Survey::of(&page.document, &page.feed, model);
    let first: Vec<f32> =
        survey.page_rows().iter().map(|row| model.page.probability(masked(row, mask).into_iter())).collect();
    let judged: Vec<f32> = survey
        .company_rows(&first)
        .into_iter()
        .zip(survey.is_own())
        .map(|(row, own)| if own { model.company.probability(row.into_iter()) } else { 0.0 })
        .collect();
    score_of(page, &survey, &judged)
}

fn score(page: &Page, model: &Model) -> Score {
    let survey = Survey::of(&page.document, &page.feed, model);
    let judged = survey.judge(model);
    score_of(page, &survey, &judged)
}

fn brief(title: &str, scores: &BTreeMap<&str, Score>) {
    let mean = |prefix: &str| {
        let of: Vec<f64> = scores.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, s)| s.f1).collect();
        100.0 * of.iter().sum::<f64>() / of.len().max(1) as f64
    };
    eprintln!("  without {title}: F1 {:.2}, German {:.2}", mean(""), mean("de-"));
}

fn score_of(page: &Page, survey: &Survey<'_>, judged: &[f32]) -> Score {
    let found: BTreeMap<String, f32> =
        survey.urls().map(normalised).zip(judged.iter().copied()).filter(|(_, p)| *p >= 0.5).collect();
    let all: BTreeMap<String, f32> = survey.urls().map(normalised).zip(judged.iter().copied()).collect();
    let hits = found.keys().filter(|key| page.required.contains(*key)).count() as f64;
    let wrong: Vec<String> = found
        .iter()
        .filter(|(key, _)| !page.required.contains(*key) && !page.optional.contains(*key))
        .map(|(key, p)| format!("{p:.2} {key}"))
        .collect();
    let missed = page
        .required
        .iter()
        .filter(|key| !found.contains_key(*key))
        .map(|key| format!("{:.2} {key}", all.get(key).copied().unwrap_or(-1.0)))
        .collect();
    let precision = if hits > 0.0 { hits / (hits + wrong.len() as f64) } else { 0.0 };
    let recall = if page.required.is_empty() { 1.0 } else { hits / page.required.len() as f64 };
    let f1 = if hits > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    Score { precision, recall, f1, missed, wrong }
}

fn report(title: &str, scores: &BTreeMap<&str, Score>) {
    eprintln!("{title}:");
    for (group, wanted) in [("all", ""), ("German", "de-")] {
        let of: Vec<&Score> = scores.iter().filter(|(name, _)| name.starts_with(wanted)).map(|(_, s)| s).collect();
        let mean =
            |read: fn(&Score) -> f64| 100.0 * of.iter().map(|score| read(score)).sum::<f64>() / of.len().max(1) as f64;
        let exact = mean(|score| f64::from(u8::from(score.f1 == 1.0)));
        eprintln!(
            "  {group:6} {:3} pages  F1 {:.2}  P {:.2}  R {:.2}  exact {exact:.1}",
            of.len(),
            mean(|score| score.f1),
            mean(|score| score.precision),
            mean(|score| score.recall)
        );
    }
    if std::env::var_os("SHOW").is_some() {
        let mut worst: Vec<_> = scores.iter().filter(|(_, score)| score.f1 < 1.0).collect();
        worst.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
        for (name, score) in worst {
            eprintln!(
                "  {name}: F1 {:.1} P {:.1} R {:.1}",
                100.0 * score.f1,
                100.0 * score.precision,
                100.0 * score.recall
            );
            for line in score.missed.iter().take(12) {
                eprintln!("    missed {line}");
            }
            for line in score.wrong.iter().take(12) {
                eprintln!("    wrong  {line}");
            }
        }
    }
}

fn print_model(model: &Model) {
    println!("//! The weights of the model, written by `examples/train_sections.rs`.");
    let (t, a) = (TITLE_FEATURES, TITLE_FEATURES + ADDRESS_FEATURES);
    let link = link_names();
    let tables = [
        ("TITLE", &model.title, link[..t].to_vec()),
        ("ADDRESS", &model.address, link[t..a].to_vec()),
        ("LINK", &model.link, link),
        ("PAGE", &model.page, page_names()),
        ("COMPANY", &model.company, company_names()),
    ];
    for (name, regression, names) in tables {
        println!("\npub(super) const {name}_BIAS: f32 = {:.3};", regression.bias);
        println!("pub(super) const {name}: [(&str, f32); {}] = [", names.len());
        for ((name, _), weight) in names.iter().zip(&regression.weights) {
            println!("    ({name:?}, {weight:.3}),");
        }
        println!("];");
    }
}

fn debug(page: &Page, model: &Model) {
    let survey = Survey::of(&page.document, &page.feed, model);
    let judged = survey.judge(model);
    let rows = survey.page_rows();
    let first: Vec<f32> = rows.iter().map(|row| model.page.probability(row.iter().copied())).collect();
    let company = survey.company_rows(&first);
    let names = page_names();
    let mean: Vec<f32> =
        (0..names.len()).map(|k| rows.iter().map(|row| row[k]).sum::<f32>() / rows.len() as f32).collect();
    for ((at, url), title) in survey.urls().enumerate().zip(survey.titles()) {
        let lab = match label(page, url) {
            Some(true) => '+',
            Some(false) => '-',
            None => '?',
        };
        let wrong = lab != '?' && (lab == '+') != (judged[at] >= 0.5);
        if std::env::var_os("ALL").is_none() && !wrong {
            continue;
        }
        println!("{lab}{} {:.2} first {:.2} {url} | {title}", if wrong { '!' } else { ' ' }, judged[at], first[at]);
        let mut parts: Vec<(f32, String)> = rows[at]
            .iter()
            .enumerate()
            .map(|(k, v)| {
                (v * model.page.weights[k], format!("{}={:.2}:{:+.2}", names[k].0, v, v * model.page.weights[k]))
            })
            .filter(|p| p.0.abs() > 0.25)
            .collect();
        parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        println!("     {}", parts.iter().map(|p| p.1.as_str()).collect::<Vec<_>>().join("  "));
        println!("     {:?}", company[at]);
    }
    let _ = mean;
}

fn prior() -> Vec<(usize, f64)> {
    let names = page_names();
    let at = |name: &str| names.iter().position(|n| n.0 == name).unwrap();
    vec![(at("link"), env("P0", 0.0)), (at("title"), env("P1", 0.0)), (at("address"), env("P2", 0.0))]
}
