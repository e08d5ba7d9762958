//! Pages of any kind: what passes the guard is what the parser alone would have made of it, and
//! keeps to the limits.

#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use ressort::html::{Limits, guard};
use scraper::Html;

/// Between two counts the tree may grow by a little.
const SLACK: usize = 16;

fuzz_target!(|text: &str| {
    let limits =
        Limits { nodes: 3000, depth: 64, tokens: 6000, attributes: 2000, attributes_of_tag: 50, ..Limits::default() };
    let started = Instant::now();
    let guarded = guard::parse(text, &limits);
    // Far more than it takes; a machine that is busy must not look like a fault.
    assert!(started.elapsed() < Duration::from_secs(1), "{} bytes took {:?}", text.len(), started.elapsed());
    let Ok(guarded) = guarded else { return };
    let deepest = guarded.tree.nodes().map(|node| node.ancestors().count()).max().unwrap_or_default();
    assert!(deepest <= 2 * limits.depth + SLACK, "{deepest} levels");
    assert!(guarded.tree.nodes().len() <= limits.nodes + SLACK * limits.depth);
    assert_eq!(guarded.html(), Html::parse_document(text).html());
});
