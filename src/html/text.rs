//! Reading text out of a tree, and making strings fit to publish.

use std::borrow::Cow;
use std::ops::Range;

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Elements whose text nobody reads.
const INVISIBLE: [&str; 7] = ["script", "style", "template", "noscript", "svg", "head", "iframe"];

/// The text that stands directly in an element: all there is where it is no markup, as in scripts.
pub fn raw(element: ElementRef<'_>) -> String {
    let texts = element.children().filter_map(|child| child.value().as_text());
    texts.map(|text| &*text.text).collect()
}

/// Elements that end a word even without white space around them.
pub(super) const BREAKS_LINE: [&str; 36] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "button",
    "caption",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "tr",
    "ul",
];

/// Whether nobody reads the text of such an element.
pub fn is_invisible(name: &str) -> bool {
    INVISIBLE.contains(&name)
}

/// Whether such an element ends a word, as a block or a line break does.
pub fn breaks_line(name: &str) -> bool {
    BREAKS_LINE.contains(&name)
}

/// The visible text below an element, white space folded.
///
/// `ElementRef::text` also returns what stands in `<script>`.
pub fn text_of(element: ElementRef<'_>) -> String {
    let mut out = String::new();
    push_text(*element, &mut out);
    squash(&out)
}

fn push_text(node: NodeRef<'_, Node>, out: &mut String) {
    for child in node.children() {
        match child.value() {
            Node::Text(text) => out.push_str(&text.text),
            Node::Element(element) if is_invisible(element.name()) => {}
            Node::Element(element) => {
                let breaks = breaks_line(element.name());
                if breaks {
                    out.push(' ');
                }
                push_text(child, out);
                if breaks {
                    out.push(' ');
                }
            }
            _ => {}
        }
    }
}

/// First bytes of the characters that a search is about: all others are passed over without
/// decoding them. A page's text is read several times, and nearly all of it is letters.
struct FirstBytes<const N: usize> {
    /// Both ends included.
    ranges: [(u8, u8); N],
    table: [bool; 256],
}

impl<const N: usize> FirstBytes<N> {
    const fn of(ranges: [(u8, u8); N]) -> FirstBytes<N> {
        let mut table = [false; 256];
        let mut range = 0;
        while range < N {
            let mut byte = ranges[range].0 as usize;
            while byte <= ranges[range].1 as usize {
                table[byte] = true;
                byte += 1;
            }
            range += 1;
        }
        FirstBytes { ranges, table }
    }

    /// Where the first of these characters stands, and where it ends.
    fn find(&self, text: &str, is: impl Fn(char) -> bool) -> Option<Range<usize>> {
        let mut from = 0;
        loop {
            let start = from + text.as_bytes()[from..].iter().position(|byte| self.table[usize::from(*byte)])?;
            let found = text[start..].chars().next()?;
            let end = start + found.len_utf8();
            if is(found) {
                return Some(start..end);
            }
            from = end;
        }
    }

    /// The same for characters that most texts have none of: blocks without one are passed over.
    fn find_rare(&self, text: &str, is: impl Fn(char) -> bool) -> Option<Range<usize>> {
        let is_one =
            |byte: u8| self.ranges.iter().fold(false, |one, (low, high)| one | (*low <= byte && byte <= *high));
        let mut from = 0;
        while from < text.len() {
            let blocks = text.as_bytes()[from..].chunks_exact(BLOCK_BYTES);
            let passed = blocks.take_while(|block| !has_byte(block, is_one)).count() * BLOCK_BYTES;
            // A character that begins in a block and ends behind it is none of them either.
            from = text.ceil_char_boundary(from + passed);
            let end = text.ceil_char_boundary(from + BLOCK_BYTES);
            if let Some(found) = self.find(&text[from..end], &is) {
                return Some(from + found.start..from + found.end);
            }
            from = end;
        }
        None
    }
}

/// What is passed over at once.
const BLOCK_BYTES: usize = 32;

/// Whether there is such a byte. Whole blocks are looked at: the compiler makes sixteen or more comparisons one.
pub fn has_byte(bytes: &[u8], is: impl Fn(u8) -> bool) -> bool {
    bytes.chunks(BLOCK_BYTES).any(|block| block.iter().fold(false, |found, byte| found | is(*byte)))
}

/// Of all that [`is_blank`] picks: ASCII white space, U+0085 and U+00A0, U+1680, U+2000 to U+2060, U+3000, U+FEFF.
static BLANK: FirstBytes<5> = FirstBytes::of([(b'\t', b'\r'), (b' ', b' '), (0xc2, 0xc2), (0xe1, 0xe3), (0xef, 0xef)]);

/// Of control characters and white space.
static CONTROL_OR_SPACE: FirstBytes<5> =
    FirstBytes::of([(0, 0x1f), (b' ', b' '), (0x7f, 0x7f), (0xc2, 0xc2), (0xe1, 0xe3)]);

/// Of all that [`is_legal`] refuses: controls, U+00AD, U+202A to U+2069, U+FDD0 and beyond.
static ILLEGAL: FirstBytes<5> = FirstBytes::of([(0, 0x1f), (0x7f, 0x7f), (0xc2, 0xc2), (0xe2, 0xe2), (0xef, 0xff)]);

/// Of all from U+0300 on, which may be composed.
static COMPOSED: FirstBytes<1> = FirstBytes::of([(0xcc, 0xff)]);

/// Of both.
static ILLEGAL_OR_COMPOSED: FirstBytes<4> = FirstBytes::of([(0, 0x1f), (0x7f, 0x7f), (0xc2, 0xc2), (0xcc, 0xff)]);

/// Folds white space (also no-break and zero-width spaces) to single spaces and trims.
pub fn squash(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Words with one space between them are copied together.
    let (mut words, mut from) = (0, 0);
    while let Some(blank) = BLANK.find(&text[from..], is_blank) {
        let (start, end) = (from + blank.start, from + blank.end);
        let follows_a_letter = start > words;
        let precedes_a_letter = text.as_bytes().get(end).is_some_and(|byte| !BLANK.table[usize::from(*byte)]);
        if &text[start..end] != " " || !follows_a_letter || !precedes_a_letter {
            push_words(&text[words..start], &mut out);
            words = end;
        }
        from = end;
    }
    push_words(&text[words..], &mut out);
    out
}

fn push_words(words: &str, out: &mut String) {
    if !words.is_empty() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(words);
    }
}

/// Adds a text with a space in place of each control character and each kind of white space.
pub fn push_spaced(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(found) = CONTROL_OR_SPACE.find(rest, |c| c != ' ' && (c.is_whitespace() || c.is_control())) {
        out.push_str(&rest[..found.start]);
        out.push(' ');
        rest = &rest[found.end..];
    }
    out.push_str(rest);
}

/// White space, also of no width.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}')
}

/// How many letters and digits a text has.
pub fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Makes plain text fit for XML and JSON: what [`permitted`] drops is dropped, the rest is
/// composed (NFC).
///
/// Neither `rss` nor `atom_syndication` does it, and one U+000B makes a feed unreadable.
pub fn legal(text: &str) -> Cow<'_, str> {
    match ILLEGAL_OR_COMPOSED.find_rare(text, |c| !is_legal(c) || !is_never_composed(c)) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(composed(&permitted(text))),
    }
}

/// Composes a text (NFC). Only what stands between two ASCII characters is looked at: none of these
/// is ever joined to what stands before it (<https://www.unicode.org/reports/tr15/#Stability_of_Normalized_Forms>).
fn composed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = COMPOSED.find_rare(rest, |c| !is_never_composed(c)) {
        let start = rest[..found.start].bytes().rposition(|byte| byte.is_ascii()).unwrap_or(0);
        let length = rest[found.end..].bytes().position(|byte| byte.is_ascii());
        let end = length.map_or(rest.len(), |length| found.end + length);
        out.push_str(&rest[..start]);
        let run = &rest[start..end];
        if is_nfc(run) {
            out.push_str(run);
        } else {
            out.extend(run.nfc());
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Whether composing leaves a character and its neighbours as they are: true of all below the first
/// combining character, and of dashes and quotation marks.
fn is_never_composed(c: char) -> bool {
    c < '\u{300}' || ('\u{2010}'..='\u{2027}').contains(&c)
}

/// Drops characters that XML 1.0 forbids (<https://www.w3.org/TR/xml/#charsets>), C1 controls,
/// carriage returns, soft hyphens, bidirectional overrides, and U+FFFD, which only says that a
/// character was lost and which the W3C feed validator objects to.
///
/// This is all that may be done to markup: NFC would turn `<p>` before U+0338 into `<p≯`.
pub fn permitted(text: &str) -> Cow<'_, str> {
    match ILLEGAL.find_rare(text, |c| !is_legal(c)) {
        None => Cow::Borrowed(text),
        Some(_) => text.chars().filter(|&c| is_legal(c)).collect(),
    }
}

fn is_legal(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\t' | '\n' => true,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => false,
        '\u{ad}' | '\u{fffd}' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        c => (c as u32) & 0xfffe != 0xfffe && !('\u{fdd0}'..='\u{fdef}').contains(&c),
    }
}

/// Whether a word is one of a list written as `one|two|three`, which stays readable where a
/// hundred strings do not.
pub fn is_listed(word: &str, list: &str) -> bool {
    list.split('|').any(|listed| listed == word)
}

/// One line of plain text fit to publish: legal characters, white space folded.
pub fn line(text: &str) -> String {
    squash(&legal(text))
}

/// Cuts at a word boundary so that at most `limit` characters remain, the ellipsis included.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let end = text.char_indices().nth(limit.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    let cut = text[..end].rfind(char::is_whitespace).filter(|&at| at > end / 2).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches(|c: char| c.is_whitespace() || c == ','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_white_space() {
        assert_eq!(squash("  a\u{a0}b \n\t c\u{200b}"), "a b c");
    }

    proptest::proptest! {
        #[test]
        fn rare_characters_are_found_where_others_are(text in "[a-zü€😀]{0,70}[\u{ad}\u{300}\u{7}]{0,2}[a-zü€😀]{0,70}[\u{ad}\n]{0,2}") {
            let is = |c: char| !is_legal(c) || !is_never_composed(c);
            proptest::prop_assert_eq!(ILLEGAL_OR_COMPOSED.find_rare(&text, is), ILLEGAL_OR_COMPOSED.find(&text, is));
        }

        #[test]
        fn folds_white_space_as_if_word_by_word(parts in proptest::collection::vec("[ab]|[ \u{a0}\u{200b}\t\u{a3}\u{2013}]", 0..12)) {
            let text = parts.concat();
            let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
            proptest::prop_assert_eq!(squash(&text), words.join(" "));
        }
    }

    #[test]
    fn first_bytes_cover_all_characters_of_their_kind() {
        fn check<const N: usize>(table: &FirstBytes<N>, is: &dyn Fn(char) -> bool) {
            for c in ('\0'..=char::MAX).filter(|c| is(*c)) {
                assert!(table.find(c.encode_utf8(&mut [0; 4]), is).is_some(), "{c:?}");
                let text = format!("{}{c}", "ü".repeat(BLOCK_BYTES - 1));
                let found = table.find_rare(&text, is);
                assert!(found.is_some_and(|found| found.end <= text.len() && text[found].chars().all(is)), "{c:?}");
            }
        }
        check(&BLANK, &is_blank);
        check(&CONTROL_OR_SPACE, &|c| c.is_whitespace() || c.is_control());
        check(&ILLEGAL, &|c| !is_legal(c));
        check(&COMPOSED, &|c| !is_never_composed(c));
        check(&ILLEGAL_OR_COMPOSED, &|c| !is_legal(c) || !is_never_composed(c));
    }

    #[test]
    fn puts_a_space_in_place_of_controls_and_blanks() {
        let mut out = "a".to_owned();
        push_spaced("\u{a0}b \u{7}ü\u{85}„c“\u{2003}\n", &mut out);
        assert_eq!(out, "a b  ü „c“  ");
    }

    #[test]
    fn drops_what_xml_forbids() {
        assert_eq!(legal("a\u{0}b\u{b}c\u{fffe}d\u{ffff}e\rf\u{85}g\u{202e}h\u{1fffe}\u{fffd}"), "abcdefgh");
        assert_eq!(legal("u\u{308}ber\n\t😀"), "über\n\t😀");
        // The soft hyphen keeps the two from composing until it is dropped.
        assert_eq!(legal("u\u{ad}\u{308}"), "ü");
    }

    #[test]
    fn composes_what_stands_between_ascii() {
        let check = |text: &str| assert_eq!(composed(text), text.nfc().collect::<String>(), "{text:?}");
        check("u\u{308}ber");
        check("\u{308}u\u{308}\u{301}e\u{301}");
        check("é\u{323}\u{301} und ü\u{304}\u{301}x\u{338}");
        check("각\u{11a8}\u{1112}\u{1161} „\u{212b}“");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]

        #[test]
        fn composes_as_the_library_does(parts in proptest::collection::vec("[ -~]|[à-ü]|[\u{300}-\u{345}]|[\u{1100}-\u{11ff}]|[a-zぁ-ゖ]|\\PC", 0..12)) {
            let text = parts.concat();
            proptest::prop_assert_eq!(composed(&text), text.nfc().collect::<String>());
        }
    }

    #[test]
    fn shortens_at_a_word() {
        assert_eq!(shorten("Ein kurzer Satz", 40), "Ein kurzer Satz");
        assert_eq!(shorten("Ein etwas längerer Satz", 16), "Ein etwas…");
        assert_eq!(shorten("Donaudampfschifffahrt", 6), "Donau…");
    }
}
