//! The parser reads what html5ever reads, on real pages and on what is left of them.
//!
//! Uses the corpus (`RESSORT_CORPUS`, else `../shared/corpus`); says so and skips where it is absent.

use std::fs;
use std::path::{Path, PathBuf};

use ressort::html::{Limits, guard};
use scraper::Html;

use crate::support::{corpus, unpacked};

fn pages() -> Vec<(PathBuf, String)> {
    let folders = ["articles/pages", "sections"].into_iter().filter_map(corpus);
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ending| ending == "gz")).collect();
    pages.sort();
    pages.into_iter().map(|path| (path.clone(), unpacked(&path))).collect()
}

#[test]
fn pages_of_the_corpus_become_the_trees_that_html5ever_makes() {
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for (path, page) in pages() {
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
    let limits = Limits { with_programs: true, ..Limits::default() };
    let Ok(ours) = guard::parse(page, &limits) else { return };
    let theirs = Html::parse_document(page);
    assert!(ours.tree == theirs.tree, "{}: {} bytes", path.display(), page.len());
    assert_eq!(ours.quirks_mode, theirs.quirks_mode, "{}", path.display());
}
