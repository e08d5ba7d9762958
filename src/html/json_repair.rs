//! Mends JSON that was put together by hand: the faults that stand on news pages, no others.
//!
//! Trailing commas, control characters and bare line breaks in strings, comments, CDATA and
//! HTML-comment wrappers, unknown escapes, half a surrogate pair, quotes that nobody escaped,
//! semicolons at the end, a text that was cut off.

use serde_json::Value;

use super::entities;

/// Reads a text as JSON, mending it where needed; several values behind each other are all read.
/// Nothing comes of what cannot be mended.
pub fn values(text: &str) -> Vec<Value> {
    if let Ok(value) = serde_json::from_str(text) {
        return vec![value];
    }
    let mended = mend(text);
    let read = |text: &str| -> Vec<Value> {
        serde_json::Deserializer::from_str(text).into_iter().map_while(Result::ok).collect()
    };
    let values = read(&mended);
    // Some templates escape the whole block as if it were text.
    if values.is_empty() && text.contains("&quot;") { read(&mend(&entities::decode(text))) } else { values }
}

/// Rewrites a text so that a strict parser can read it.
fn mend(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 16);
    // Which brackets are open, to close them where the text was cut off.
    let mut open = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string(text, at, &mut out),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                // "//<![CDATA[" may stand on one line with the data.
                let line = text[at..].find('\n').map_or(text.len(), |length| at + length);
                at = text[at..line].find("[CDATA[").map_or(line, |length| at + length + "[CDATA[".len());
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at + 2..].find("*/").map_or(text.len(), |length| at + 2 + length + 2);
            }
            byte @ (b'{' | b'[') if !text[at..].starts_with("[CDATA[") => {
                open.push(if byte == b'{' { '}' } else { ']' });
                out.push(byte as char);
                at += 1;
            }
            byte @ (b'}' | b']') => {
                // "]]>" closes CDATA, and a bracket too many closes nothing.
                if open.last() == Some(&(byte as char)) {
                    open.pop();
                    drop_trailing_comma(&mut out);
                    out.push(byte as char);
                }
                at += 1;
            }
            b',' | b':' => {
                if open.is_empty() {
                    out.push(' ');
                } else {
                    out.push(bytes[at] as char);
                }
                at += 1;
            }
            b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let length = bytes[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_'))
                    .count();
                if !open.is_empty() {
                    bare_word(&text[at..at + length], &mut out);
                }
                at += length;
            }
            // White space, and everything that cannot stand outside a string.
            _ => {
                if bytes[at].is_ascii_whitespace() {
                    out.push(' ');
                }
                at += 1;
            }
        }
    }
    if !open.is_empty() {
        drop_trailing_comma(&mut out);
        // A key without its value.
        if out.ends_with(':') {
            out.push_str("null");
        }
        out.extend(open.iter().rev());
    }
    out
}

fn bare_word(word: &str, out: &mut String) {
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "true" | "false" | "null" => out.push_str(&lower),
        _ if serde_json::from_str::<serde_json::Number>(word).is_ok() => out.push_str(word),
        // A key without quotes, or a value such as `undefined`.
        _ => {
            out.push('"');
            out.push_str(&word.replace('"', ""));
            out.push('"');
        }
    }
}

fn drop_trailing_comma(out: &mut String) {
    let kept = out.trim_end().trim_end_matches([',', ' ']).len();
    if out[kept..].contains(',') {
        out.truncate(kept);
    }
}

/// Copies a string so that it is valid; returns the place behind it.
fn string(text: &str, start: usize, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    out.push('"');
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' if ends_string(text, at) => {
                out.push('"');
                return at + 1;
            }
            b'"' => {
                out.push_str("\\\"");
                at += 1;
            }
            b'\\' => at = escape(text, at, out),
            b'\n' | b'\r' | b'\t' => {
                out.push_str(if bytes[at] == b'\t' { "\\t" } else { "\\n" });
                at += 1;
            }
            0..=0x1f => at += 1,
            _ => {
                let length = text[at..].chars().next().map_or(1, char::len_utf8);
                out.push_str(&text[at..at + length]);
                at += length;
            }
        }
    }
    out.push('"');
    at
}

/// A quote ends its string only where something can follow a string: `"He said "no" to it"`.
fn ends_string(text: &str, at: usize) -> bool {
    let rest = text[at + 1..].trim_start();
    match rest.chars().next() {
        None | Some('}' | ']' | ':') => true,
        // Behind a comma comes the next value, and not the rest of a sentence.
        Some(',') => {
            let next = rest[1..].trim_start();
            next.starts_with(['"', '{', '[', '}', ']', '-', '/'])
                || ["true", "false", "null"].iter().any(|word| next.starts_with(word))
                || next.starts_with(|c: char| c.is_ascii_digit())
                || next.is_empty()
        }
        Some('/') => rest.starts_with("//") || rest.starts_with("/*"),
        _ => false,
    }
}

/// Copies an escape if it is one, else the character behind the backslash.
fn escape(text: &str, at: usize, out: &mut String) -> usize {
    let Some(next) = text[at + 1..].chars().next() else { return at + 1 };
    let after = at + 1 + next.len_utf8();
    match next {
        '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {
            out.push_str(&text[at..after]);
            after
        }
        'u' => match unit(text, at) {
            // A pair, or half of one: JavaScript cuts strings between the halves.
            Some(0xd800..=0xdbff) => match unit(text, at + 6) {
                Some(0xdc00..=0xdfff) => {
                    out.push_str(&text[at..at + 12]);
                    at + 12
                }
                _ => at + 6,
            },
            Some(0xdc00..=0xdfff) => at + 6,
            Some(_) => {
                out.push_str(&text[at..at + 6]);
                at + 6
            }
            None => after,
        },
        other if (other as u32) < 0x20 => after,
        other => {
            out.push(other);
            after
        }
    }
}

/// The number of `\uXXXX`.
fn unit(text: &str, at: usize) -> Option<u32> {
    let escape = text.get(at..at + 6)?;
    let digits = escape.strip_prefix("\\u").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, want: &[Value]) {
        assert_eq!(values(text), want, "{text}");
    }

    #[test]
    fn mends_what_stands_on_news_pages() {
        check(r#"{"a": "b"}"#, &[json!({"a": "b"})]);
        check(r#"{"a": ["b", "c",], }"#, &[json!({"a": ["b", "c"]})]);
        check("{\"a\": \"one\ntwo\u{1}\tthree\"}", &[json!({"a": "one\ntwo\tthree"})]);
        check("//<![CDATA[\n{\"a\": 1}\n//]]>", &[json!({"a": 1})]);
        check("/*<![CDATA[*/{\"a\": 1}/*]]>*/", &[json!({"a": 1})]);
        check("<!-- {\"a\": 1} -->", &[json!({"a": 1})]);
        check("{\"a\": 1, // of a kind\n /* and */ \"b\": 2}", &[json!({"a": 1, "b": 2})]);
        check(r#"{"a": "http://x.example/b"};"#, &[json!({"a": "http://x.example/b"})]);
        check(r#"{"a": "half \ud83d pair", "b": "\ud83d\ude00"}"#, &[json!({"a": "half  pair", "b": "😀"})]);
        check(r#"{"a": "it\'s", "b": "\x"}"#, &[json!({"a": "it's", "b": "x"})]);
        check(
            r#"{"a": "He said "no", then "yes".", "b": 1}"#,
            &[json!({"a": "He said \"no\", then \"yes\".", "b": 1})],
        );
        check(r#"{"a": 1}{"b": 2}"#, &[json!({"a": 1}), json!({"b": 2})]);
        check(r#"{"a": True, "b": undefined, "c": 1.5}"#, &[json!({"a": true, "b": "undefined", "c": 1.5})]);
        check(r#"{"a": {"b": ["c", "d"#, &[json!({"a": {"b": ["c", "d"]}})]);
        check(r#"{"a": "b", "c":"#, &[json!({"a": "b", "c": null})]);
        check("{&quot;a&quot;: &quot;b&quot;}", &[json!({"a": "b"})]);
        check("\u{feff}{\"a\": 1}", &[json!({"a": 1})]);
    }

    #[test]
    fn gives_up_quietly() {
        for text in ["", "   ", "null and void", "]]]", "{{{{", "\"", "\\", "{\"a\" \"b\"}", "{\"\\u12"] {
            let _survived = values(text);
        }
        check("", &[]);
        check(&"[".repeat(100_000), &[]);
    }
}
