//! Character references: read in strings that no HTML parser has seen (structured data, attributes
//! that were escaped twice), and written.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The longest name of a reference, `&CounterClockwiseContourIntegral;`.
const LONGEST_NAME: usize = 33;

/// Makes plain text part of an element or of a quoted attribute.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    escape(text, &mut out);
    out
}

/// The same, at the end of what is written already.
pub fn escape(text: &str, out: &mut String) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[copied..at]);
        out.push_str(reference);
        copied = at + 1;
    }
    out.push_str(&text[copied..]);
}

/// Decodes character references once: `&amp;quot;` becomes `&quot;`.
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((decoded, length)) => {
                out.push_str(&decoded);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The reference a text begins with, and its length. Only with its semicolon: `&lang=de` is
/// part of an address.
fn reference(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(LONGEST_NAME).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let length = end + 1;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        // Windows-1252 numbers, as browsers read them.
        let replaced = code.checked_sub(0x80).and_then(|at| *C1_REPLACEMENTS.get(at as usize)?);
        return Some((replaced.or_else(|| char::from_u32(code))?.to_string(), length));
    }
    let (first, second) = *NAMED_ENTITIES.get(&text[1..length])?;
    let decoded: String = [first, second].into_iter().filter(|&code| code != 0).filter_map(char::from_u32).collect();
    (!decoded.is_empty()).then_some((decoded, length))
}

/// The text of a string that may hold HTML: tags dropped, references decoded, also those that
/// were escaped twice.
///
/// Block elements and `<br>` become line breaks.
pub fn plain(markup: &str) -> String {
    let mut text = decode(&untagged(markup));
    // "&amp;quot;", and "&lt;p&gt;" that hid a tag from the first look.
    if text.contains('&') || text.contains("</") || text.contains("<p") {
        text = decode(&untagged(&text));
    }
    text
}

fn untagged(markup: &str) -> String {
    if !markup.contains('<') {
        return markup.to_owned();
    }
    // Behind the last ">" there is no tag; looking for one from every "<" would be quadratic.
    let (markup, behind) = markup.split_at(markup.rfind('>').map_or(0, |last| last + 1));
    let mut out = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].trim_start_matches('/');
        let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
        match rest.find('>').filter(|_| is_tag) {
            Some(end) => {
                let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
                let name = name[..length].to_ascii_lowercase();
                if matches!(
                    name.as_str(),
                    "p" | "br"
                        | "div"
                        | "li"
                        | "ul"
                        | "ol"
                        | "h1"
                        | "h2"
                        | "h3"
                        | "h4"
                        | "h5"
                        | "h6"
                        | "blockquote"
                        | "tr"
                ) {
                    out.push('\n');
                }
                rest = &rest[end + 1..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.push_str(behind);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_once() {
        let check = |text: &str, want: &str| assert_eq!(decode(text), want, "{text}");
        check("Fisch &amp; Brot", "Fisch & Brot");
        check("&#8222;So&#x201C; &quot;geht&quot;&nbsp;es&hellip;", "„So“ \"geht\"\u{a0}es…");
        check("&#150;", "–");
        check("&amp;quot;", "&quot;");
        check(
            "a & b &; &unknown; &lang=de &#x110000; &#xd83d; 5&",
            "a & b &; &unknown; &lang=de &#x110000; &#xd83d; 5&",
        );
    }

    #[test]
    fn reads_text_out_of_markup() {
        let check = |text: &str, want: &str| assert_eq!(plain(text), want, "{text}");
        check("<p>Ein <b>Satz</b>.</p>", "\nEin Satz.\n");
        check("&lt;p&gt;Ein Satz.&lt;/p&gt;", "\nEin Satz.\n");
        check("5 < 6 und 7 > 3", "5 < 6 und 7 > 3");
        check("Ein &amp;quot;Wort&amp;quot;", "Ein \"Wort\"");
        check("offen <b", "offen <b");
    }
}
