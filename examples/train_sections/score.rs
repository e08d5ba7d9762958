//! How good a model is on labelled pages.

use std::collections::BTreeMap;

use ressort::entry::normalised;
use ressort::section::model::Model;
use ressort::section::survey::Survey;

use super::masks::masked;
use super::pages::Page;

pub struct Score {
    precision: f64,
    recall: f64,
    f1: f64,
    missed: Vec<String>,
    wrong: Vec<String>,
}

pub fn score_masked(page: &Page, model: &Model, mask: &str) -> Score {
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

pub fn score(page: &Page, model: &Model) -> Score {
    let survey = Survey::of(&page.document, &page.feed, model);
    let judged = survey.judge(model);
    score_of(page, &survey, &judged)
}

pub fn brief(title: &str, scores: &BTreeMap<&str, Score>) {
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

/// Whether a report names the pages that are not exact.
#[derive(Debug, Clone, Copy)]
pub enum Listing {
    Pages,
    Figures,
}

/// Macro figures of a model, as `score_sections.py` counts.
pub fn report(title: &str, scores: &BTreeMap<&str, Score>, listing: Listing) {
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
    if let Listing::Pages = listing {
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
