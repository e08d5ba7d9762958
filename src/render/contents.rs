//! The contents of the items: most of a file, written once everything around them is.
//!
//! `rss`, `atom_syndication` and `serde_json` know what a file consists of, but they copy each text and look at it
//! byte by byte. They are given a mark in its place.

use super::item::Item;

/// Stands for a content until it is put there. No text that is published has this character
/// ([`permitted`](crate::html::text::permitted)).
const MARK: &str = "\u{ffff}";

/// What a crate is given for the content of an item; `None` for an item without one.
pub(super) fn mark(item: &Item<'_>) -> Option<String> {
    (!item.content.is_empty()).then(|| MARK.to_owned())
}

/// Puts the contents of the items where their [`mark`]s stand, each behind what begins a content.
///
/// # Panics
/// When a content has no place.
pub(super) fn with_contents(
    file: &[u8],
    begins: &str,
    items: &[Item<'_>],
    write: impl Fn(&str, &mut Vec<u8>),
) -> Vec<u8> {
    let begun = format!("{begins}{MARK}");
    let contents: usize = items.iter().map(|item| item.content.len()).sum();
    let mut out = Vec::with_capacity(file.len() + contents * 5 / 4 + 1);
    let mut rest = file;
    for item in items.iter().filter(|item| mark(item).is_some()) {
        let at = memchr::memmem::find(rest, begun.as_bytes()).expect("each content has its place");
        out.extend_from_slice(&rest[..at + begins.len()]);
        write(&item.content, &mut out);
        rest = &rest[at + begun.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// Writes a text with something else in place of three of its characters.
pub(super) fn write_replacing(text: &str, [a, b, c]: [(u8, &str); 3], out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for at in memchr::memchr3_iter(a.0, b.0, c.0, bytes) {
        out.extend_from_slice(&bytes[copied..at]);
        let (_, replacement) = [a, b].into_iter().find(|(replaced, _)| *replaced == bytes[at]).unwrap_or(c);
        out.extend_from_slice(replacement.as_bytes());
        copied = at + 1;
    }
    out.extend_from_slice(&bytes[copied..]);
}
