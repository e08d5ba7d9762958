//! Fits the weights of the section model and prints them as Rust source.
//!
//! ```text
//! cargo run --release --example train_sections -- CORPUS > src/section/weights.rs
//! ```
//!
//! `CORPUS/links.csv` has the columns `text,url,handle,is_story`; `CORPUS/sections` has `INDEX.tsv`
//! (name and address), `NAME.html.gz` and `NAME.expected.json`. The figures go to stderr: first of a
//! cross-validation with each site held out in turn, then of the same with a part of the page
//! hidden, then of the model that was trained on all. Same input, same weights.

mod fit;
mod masks;
mod pages;
mod regression;
mod score;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::bail;
use ressort::section::features::{ADDRESS_FEATURES, TITLE_FEATURES};
use ressort::section::model::Model;
use ressort::section::training::{company_names, link_names, page_names};

use fit::fit;
use masks::MASKS;
use pages::{Link, Page};
use score::{Listing, Score, brief, report, score, score_masked};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [corpus] = arguments.as_slice() else { bail!("usage: train_sections CORPUS") };
    let links = pages::read_links(&corpus.join("links.csv"))?;
    let pages = pages::read_pages(&corpus.join("sections"))?;
    cross_validate(&links, &pages);
    let model = fit(&links, &pages.iter().collect::<Vec<_>>());
    let plain = pages.iter().map(|page| (page.name.as_str(), score(page, &model))).collect();
    report("trained on all", &plain, Listing::Figures);
    print_model(&model);
    Ok(())
}

/// Judges every page by a model that saw no page of its site.
fn cross_validate(links: &[Link], pages: &[Page]) {
    let sites: BTreeSet<&str> = pages.iter().map(|page| page.site.as_str()).collect();
    eprintln!("{} links, {} pages of {} sites", links.len(), pages.len(), sites.len());
    let mut held_out = BTreeMap::new();
    let mut hidden: Vec<BTreeMap<&str, Score>> = MASKS.iter().map(|_| BTreeMap::new()).collect();
    for site in sites {
        let training: Vec<&Page> = pages.iter().filter(|page| page.site != site).collect();
        let model = fit(links, &training);
        for page in pages.iter().filter(|page| page.site == site) {
            held_out.insert(page.name.as_str(), score(page, &model));
            for (mask, of) in MASKS.iter().zip(&mut hidden) {
                of.insert(page.name.as_str(), score_masked(page, &model, mask));
            }
        }
    }
    report("each site held out", &held_out, Listing::Pages);
    for (mask, of) in MASKS.iter().zip(&hidden) {
        brief(mask, of);
    }
}

fn print_model(model: &Model) {
    println!("//! The weights of the model, written by `examples/train_sections/`.");
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
