//! The parser reads what html5ever reads, on real pages and on what is left of them.
//!
//! Uses the corpus (`RESSORT_CORPUS`, else `../shared/corpus`); says so and skips where it is absent.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use ressort::fetch::encoding;
use ressort::html::{Limits, guard};
use scraper::Html;

fn pages() -> Vec<(PathBuf, String)> {
    let root = std::env::var_os("RESSORT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut pages = Vec::new();
    for folder in ["articles/pages", "sections"] {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let mut bytes = Vec::new();
            if GzDecoder::new(fs::File::open(&path).unwrap()).read_to_end(&mut bytes).is_ok() {
                pages.push((path, encoding::decode(&bytes, None)));
            }
        }
    }
    pages.sort();
    pages
}

#[test]
fn pages_of_the_corpus_become_the_trees_that_html5ever_makes() {
    let pages = pages();
    if pages.is_empty() {
        println!("skipped: no corpus");
        return;
    }
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for (path, page) in pages {
        check(&path, &page);
        // Bytes are lost in the middle of tags, values and comments.
        let mut holed = String::new();
        let mut rest = page.as_str();
        while rest.len() > 3000 {
            let (kept, after) = rest.split_at(rest.floor_char_boundary(1 + random(2500)));
            holed.push_str(kept);
            rest = &after[after.floor_char_boundary(random(4))..];
        }
        check(&path, &holed);
    }
}

fn check(path: &Path, page: &str) {
    let Ok(ours) = guard::parse(page, &Limits::default()) else { return };
    let theirs = Html::parse_document(page);
    assert!(ours.tree == theirs.tree, "{}: {} bytes", path.display(), page.len());
    assert_eq!(ours.quirks_mode, theirs.quirks_mode, "{}", path.display());
}
