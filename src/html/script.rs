//! Scripts: which of them hold data, and where it begins.
//!
//! Pages that are put together in the browser carry what they show as JSON: as a script of its own
//! (`application/json`), assigned (`window.__STATE__ = {…}`), or handed over in pieces.

use scraper::ElementRef;

use super::text;

/// Larger scripts are programs.
const LARGEST_BYTES: usize = 4 * 1024 * 1024;

/// What comes later in a script is a program.
const HEAD_BYTES: usize = 200;

/// How a page of Next.js hands itself over, piece by piece.
pub const HANDED_OVER: &str = "self.__next_f.push(";

/// The text of a script that may hold data.
pub fn source(script: ElementRef<'_>) -> Option<String> {
    Some(text::raw(script)).filter(|source| source.len() <= LARGEST_BYTES)
}

/// Where the first object may begin: `window.__DATA__.push({…})`.
pub fn first_object(source: &str) -> Option<usize> {
    head(source).find('{')
}

/// Where a value may begin that is assigned: `window.__STATE__ = [`.
pub fn assigned_value(source: &str) -> Option<usize> {
    let head = head(source);
    let assigned = head.find('=')?;
    Some(assigned + head[assigned..].find(['{', '['])?)
}

fn head(source: &str) -> &str {
    &source[..source.floor_char_boundary(HEAD_BYTES)]
}

/// Whether a script is one of JavaScript, by its type.
pub(super) fn is_program(kind: &str) -> bool {
    let kind = kind.trim();
    kind.is_empty() || kind.eq_ignore_ascii_case("module") || kind.to_ascii_lowercase().ends_with("javascript")
}

/// Whether a script without a type of its own may hold data: only then is its text kept.
pub(super) fn may_hold_data(source: &str) -> bool {
    source.trim_start().starts_with(HANDED_OVER)
        || [first_object(source), assigned_value(source)].into_iter().flatten().any(|at| begins_json(&source[at..]))
}

/// Whether an object or array begins as one of JSON does: `{"a":`, not `{"use strict";`.
fn begins_json(value: &str) -> bool {
    let inside = value[1..].trim_start();
    match value.as_bytes()[0] {
        b'{' => inside.starts_with('}') || inside.strip_prefix('"').is_some_and(is_key),
        _ => inside.starts_with(|c: char| c.is_ascii_digit() || "{[]\"-tfn".contains(c)),
    }
}

/// Whether a string goes on to be the key of an object.
fn is_key(string: &str) -> bool {
    let mut is_escaped = false;
    let end = string.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.is_some_and(|end| string[end + 1..].trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_data_from_programs() {
        let check = |source: &str, holds: bool| assert_eq!(may_hold_data(source), holds, "{source}");
        check("window.__STATE__ = {\"a\": 1};", true);
        check("window.__STATE__={ \"a \\\" b\" : 1}", true);
        check("window.data=[{\"a\":1}]", true);
        check("var a = [-1]", true);
        check("window.dataLayer = []", true);
        check("window.__DATA__.push({\n\"a\":1})", true);
        check("\n self.__next_f.push([1,\"a\"])", true);
        check("{}", true);
        check("!function(){\"use strict\";var a={b:1}}()", false);
        check("var a = { b: 1 };", false);
        check("a(b)", false);
        check("", false);
        check(&format!("/*{}*/ window.__STATE__ = {{\"a\": 1}}", "ü".repeat(100)), false);
    }
}
