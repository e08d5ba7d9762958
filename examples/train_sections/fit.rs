//! From labelled links and pages to the weights of all models.

use std::collections::BTreeSet;

use ressort::section::features::{ADDRESS_FEATURES, TITLE_FEATURES};
use ressort::section::model::{Model, Regression};
use ressort::section::survey::Survey;
use ressort::section::training::{company_names, link_names, page_names};

use super::masks::{MASKS, masked};
use super::pages::{Link, Page, label};
use super::regression::{Example, regression};

/// How strongly weights are held small; chosen by the cross-validation.
const LINK_RIDGE: f64 = 5.0;
const PAGE_RIDGE: f64 = 60.0;
const COMPANY_RIDGE: f64 = 5.0;

/// What a page counts with a part of its features hidden: papers lack headings, pictures or telling
/// addresses, and the model must not rest on any of them.
const MASKED_WEIGHT: f64 = 0.6;

/// Folds for the company model's first look.
const FOLDS: usize = 6;

/// A large page must not outvote ten small ones.
fn page_weight(candidates: usize) -> f64 {
    (200.0 / candidates.max(20) as f64).sqrt()
}

fn empty(size: usize) -> Regression {
    Regression { bias: 0.0, weights: vec![0.0; size] }
}

pub fn fit(links: &[Link], pages: &[&Page]) -> Model {
    let mut model = Model { title: empty(0), address: empty(0), link: empty(0), page: empty(0), company: empty(0) };
    let link_examples: Vec<Example> =
        links.iter().map(|link| Example { row: link.row.clone(), is_article: link.is_story, weight: 1.0 }).collect();
    fit_links(&mut model, &link_examples);

    let surveys: Vec<Survey<'_>> = pages.iter().map(|page| Survey::of(&page.document, &page.feed, &model)).collect();
    let examples = |wanted: &dyn Fn(usize) -> bool| -> Vec<Example> {
        let mut examples = Vec::new();
        for (_, (page, survey)) in pages.iter().zip(&surveys).enumerate().filter(|(at, _)| wanted(*at)) {
            let weight = page_weight(survey.urls().count());
            for ((row, url), own) in survey.page_rows().into_iter().zip(survey.urls()).zip(survey.is_own()) {
                if own && let Some(is_article) = label(page, url) {
                    for mask in MASKS {
                        let weight = weight * MASKED_WEIGHT;
                        examples.push(Example { row: masked(&row, mask), is_article, weight });
                    }
                    examples.push(Example { row, is_article, weight });
                }
            }
        }
        examples
    };
    model.page = regression(&examples(&|_| true), PAGE_RIDGE, &page_names());

    let sites: Vec<&str> = pages.iter().map(|page| page.site.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    let fold = |at: usize| sites.iter().position(|site| *site == pages[at].site).unwrap_or_default() % FOLDS;
    let mut company = Vec::new();
    for held_out in 0..FOLDS {
        let page_model = regression(&examples(&|at| fold(at) != held_out), PAGE_RIDGE, &page_names());
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
    model.company = regression(&company, COMPANY_RIDGE, &company_names());
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
    model.title = regression(&part(0, t), LINK_RIDGE, &names[..t]);
    model.address = regression(&part(t, a), LINK_RIDGE, &names[t..a]);
    model.link = regression(examples, LINK_RIDGE, &names);
}
