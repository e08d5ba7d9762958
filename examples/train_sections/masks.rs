//! Pages that lack something: the same rows with a part of the features hidden.

use ressort::section::training::page_names;

/// What a page may lack; its features are as if nothing of it were there.
pub const MASKS: [&str; 7] = ["address", "heading", "picture", "text", "place", "picture text", "heading place"];

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

pub fn masked(row: &[f32], mask: &str) -> Vec<f32> {
    row.iter().zip(page_names()).map(|(value, (name, _))| if is_hidden(name, mask) { 0.0 } else { *value }).collect()
}
