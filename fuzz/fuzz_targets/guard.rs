//! Pages of any kind: what passes the guard is what the parser alone would have made of it, and
//! keeps to the limits. How long it takes is libFuzzer's to watch (`-timeout`): a clock on the wall
//! takes a busy machine for a fault.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ressort::html::{Limits, guard};
use scraper::Html;

/// Between two counts the tree may grow by a little.
const SLACK: usize = 16;

fuzz_target!(|text: &str| {
    let limits =
        Limits { nodes: 3000, depth: 64, tokens: 6000, attributes: 2000, attributes_of_tag: 50, ..Limits::default() };
    let Ok(guarded) = guard::parse(text, &limits) else { return };
    let deepest = guarded.tree.nodes().map(|node| node.ancestors().count()).max().unwrap_or_default();
    assert!(deepest <= 2 * limits.depth + SLACK, "{deepest} levels");
    assert!(guarded.tree.nodes().len() <= limits.nodes + SLACK * limits.depth);
    assert_eq!(guarded.html(), Html::parse_document(text).html());
});
