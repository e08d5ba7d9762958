//! Learns which passages of a page are the article's text.
//!
//! ```sh
//! cargo run --release --example train_body -- CORPUS [--write src/article/body/weights.rs]
//! ```
//!
//! `CORPUS` has `pages/ID.html.gz` and `truth/ID.json` (`url`, `text`, `lede`, `title`, `lang`). Printed are the
//! scores of a cross-validation by publisher: each page is judged by trees that saw no page of
//! its publisher.

mod boost;
mod corpus;
mod score;
mod variants;

use std::collections::BTreeMap;
use std::path::Path;

use corpus::Page;
use ressort::article::body;
use ressort::article::body::forest::Forest;
use score::{Score, words};

const FOLDS: usize = 8;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |value| value.parse().expect("a number"))
}

fn main() {
    let corpus = std::env::args().nth(1).expect("the folder of the corpus");
    let (pages, names) = corpus::load(Path::new(&corpus));
    let rows: usize = pages.iter().map(|page| page.rows.len()).sum();
    eprintln!("{} pages, {rows} rows, {} features", pages.len(), names.len());
    if std::env::var("LIST").is_ok() {
        for p in &pages {
            for at in 0..p.rows.len() {
                println!(
                    "{}\t{}\t{}\t{:.2}\t{}\t{}\t{}",
                    p.id,
                    u8::from(p.labels[at]),
                    u8::from(p.lede[at]),
                    p.weights[at],
                    p.rows[at][names.iter().position(|n| *n == "in core").unwrap()],
                    p.text(at).chars().take(160).collect::<String>(),
                    p.path(at)
                );
            }
        }
        return;
    }
    let settings = boost::Settings {
        trees: number("TREES", 120),
        rate: number("RATE", 100) as f64 / 1000.0,
        columns: number("COLS", 30) as f64 / 100.0,
        least_weight: number("LEAST", 2) as f64,
        shrink: number("SHRINK", 2) as f64,
        ..Default::default()
    };
    if let Ok(path) = std::env::var("WRITE") {
        let all: Vec<&Page> = pages.iter().collect();
        write_weights(Path::new(&path), &[("FOREST", &fit(&all, &settings))]);
        return;
    }
    let oracle: Vec<Score> = pages.iter().map(|p| p.truth.score(&pick(p, |at| p.labels[at] && !p.lede[at]))).collect();
    report("oracle", &pages, &oracle);
    let mut families: Vec<&String> = pages.iter().map(|p| &p.family).collect();
    families.sort();
    families.dedup();
    let fold_of: BTreeMap<&String, usize> = families.iter().enumerate().map(|(i, f)| (*f, i % FOLDS)).collect();
    let fold = |p: &Page| fold_of[&p.family];
    let seeds = number("SEEDS", 3);
    let mut scores = vec![Score::default(); pages.len()];
    let mut probs: Vec<Vec<f32>> = vec![vec![]; pages.len()];
    let mut totals = [[0.0; 6]; 2];
    let mut mean_probs: Vec<Vec<f32>> = pages.iter().map(|p| vec![0.0; p.rows.len()]).collect();
    for seed in 1..=seeds {
        let settings = boost::Settings { seed: seed as u64, ..settings.clone() };
        for f in 0..FOLDS {
            let train: Vec<&Page> = pages.iter().filter(|p| fold(p) != f).collect();
            let forest = fit(&train, &settings);
            for (i, p) in pages.iter().enumerate().filter(|(_, p)| fold(p) == f) {
                probs[i] = p.rows.iter().map(|r| forest.probability(r)).collect();
                scores[i] = p.truth.score(&written(p, &forest));
                if std::env::var("ERRORS").is_ok() && seed == 1 {
                    errors(p, &probs[i], &scores[i], &written(p, &forest));
                }
            }
        }
        for (mean, probs) in mean_probs.iter_mut().zip(&probs) {
            for (mean, p) in mean.iter_mut().zip(probs) {
                *mean += p / seeds as f32;
            }
        }
        add(&mut totals[0], report(&format!("1st seed {seed}"), &pages, &scores), seeds);
    }
    for (stage, t) in totals.iter().enumerate().take(1) {
        println!(
            "mean {}    all F1 {:.2} exact {:.1} leak {:.2} | German F1 {:.2} exact {:.1} leak {:.2}",
            stage + 1,
            t[0],
            t[1],
            t[2],
            t[3],
            t[4],
            t[5]
        );
    }
    for cut in [0.4, 0.45, 0.5, 0.55, 0.6] {
        let scores: Vec<Score> = pages
            .iter()
            .zip(&mean_probs)
            .map(|(p, m)| p.truth.score(&pick(p, |at| m[at] > cut && !p.lede[at])))
            .collect();
        report(&format!("bag at {cut}"), &pages, &scores);
    }
}

fn add(totals: &mut [f64; 6], sums: [f64; 6], seeds: usize) {
    for (total, sum) in totals.iter_mut().zip(sums) {
        *total += sum / seeds as f64;
    }
}

fn written(page: &Page, forest: &Forest) -> Vec<Vec<String>> {
    let body = body::write(page.document, &page.survey, &page.hints, forest);
    let lines = body.blocks.iter().flat_map(|block| block.text.split('\n'));
    lines.map(words).filter(|words| !words.is_empty()).collect()
}

fn fit(pages: &[&Page], settings: &boost::Settings) -> Forest {
    let mut rows: Vec<&[f32]> = Vec::new();
    let (mut labels, mut weights) = (Vec::new(), Vec::new());
    for page in pages {
        for at in 0..page.rows.len() {
            if page.weights[at] > 0.0 {
                rows.push(&page.rows[at]);
                labels.push(page.labels[at]);
                weights.push(page.weights[at]);
            }
        }
        for example in &page.more {
            rows.push(&example.row);
            labels.push(example.label);
            weights.push(example.weight);
        }
    }
    boost::train(&rows, &labels, &weights, settings)
}

fn pick(page: &Page, keep: impl Fn(usize) -> bool) -> Vec<Vec<String>> {
    (0..page.rows.len()).filter(|&at| keep(at)).map(|at| page.words[at].clone()).filter(|w| !w.is_empty()).collect()
}

fn report(name: &str, pages: &[Page], scores: &[Score]) -> [f64; 6] {
    let mean = |german: bool, value: &dyn Fn(&Score) -> f64| {
        let values: Vec<f64> =
            pages.iter().zip(scores).filter(|(p, _)| p.german || !german).map(|(_, s)| value(s)).collect();
        100.0 * values.iter().sum::<f64>() / values.len() as f64
    };
    let t: Vec<f64> = [false, true]
        .iter()
        .flat_map(|&german| [mean(german, &|s| s.f1), mean(german, &|s| s.exact), mean(german, &|s| s.leak)])
        .collect();
    println!(
        "{name:12} all F1 {:.2} exact {:.1} leak {:.2} | German F1 {:.2} exact {:.1} leak {:.2}",
        t[0], t[1], t[2], t[3], t[4], t[5]
    );
    t.try_into().expect("six")
}

/// Prints what is wrong with a text that was written: lines that are not in the truth, lines of
/// the truth that are not in it, and what the forest said of them.
fn errors(page: &Page, probabilities: &[f32], score: &Score, written: &[Vec<String>]) {
    if score.exact == 1.0 {
        return;
    }
    println!("== {} F1 {:.1} leaks {}", page.id, score.f1 * 100.0, score.leaks);
    let start = |line: &[String]| line.join(" ").chars().take(150).collect::<String>();
    let said = |line: &[String]| {
        let at = page.words.iter().position(|words| words == line)?;
        Some(format!("{:.2} | {}", probabilities[at], page.path(at)))
    };
    for line in written.iter().filter(|line| page.truth.own_share(line) < 0.5) {
        println!("  + {} {}", start(line), said(line).unwrap_or_default());
    }
    let known = |line: &&Vec<String>| written.contains(line) || **line == page.truth.lede;
    for line in page.truth.lines.iter().filter(|line| !known(line)) {
        println!("  - {} {}", start(line), said(line).unwrap_or_default());
    }
}

fn write_forest(name: &str, forest: &Forest, out: &mut String) {
    use std::fmt::Write;
    writeln!(out, "pub static {name}: Forest = Forest {{\n    base: {:?},\n    trees: Cow::Borrowed(&[", forest.base)
        .unwrap();
    for tree in forest.trees.iter() {
        let thresholds: Vec<String> =
            tree.thresholds.iter().map(|t| if *t == f32::MAX { "MAX".to_owned() } else { format!("{t:?}") }).collect();
        writeln!(out, "        tree({:?}, [{}], {:?}),", tree.features, thresholds.join(", "), tree.answers).unwrap();
    }
    writeln!(out, "    ]),\n}};").unwrap();
}

fn write_weights(path: &Path, forests: &[(&str, &Forest)]) {
    let mut out = String::from(
        "//! What the training learned. Written by `examples/train_body`; do not edit.\n\nuse std::borrow::Cow;\n\nuse super::forest::{ANSWERS, Forest, QUESTIONS, Tree};\n\nconst MAX: f32 = f32::MAX;\n\nconst fn tree(features: [u8; QUESTIONS], thresholds: [f32; QUESTIONS], answers: [f32; ANSWERS]) -> Tree {\n    Tree { features, thresholds, answers }\n}\n",
    );
    for (name, forest) in forests {
        out.push_str("\n#[rustfmt::skip]\n");
        write_forest(name, forest, &mut out);
    }
    std::fs::write(path, out).unwrap();
}
