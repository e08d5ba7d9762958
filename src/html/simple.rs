//! What most of a page is made of, read faster than html5ever does.
//!
//! html5ever's tokenizer takes every character of a name through its state machine, some 300
//! instructions each; on news pages that is more than half of the parse. Nearly all tags and texts
//! need none of its care: lower-case names, quoted values, no character reference but the usual
//! ones. Those are read here and become the very tokens html5ever would make; at anything else
//! this gives up and html5ever reads on (<https://html.spec.whatwg.org/multipage/parsing.html#tokenization>).

use std::borrow::Cow;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token};
use html5ever::{Attribute, LocalName, QualName, ns};

/// Looking for two attributes of one name is quadratic; tags with more are left to html5ever.
const MOST_ATTRIBUTES: usize = 48;

/// After these the tokenizer reads in another way, so it has to see them.
const CHANGE_THE_TOKENIZER: [&str; 10] =
    ["script", "style", "title", "textarea", "noscript", "iframe", "noframes", "noembed", "xmp", "plaintext"];

/// References that stand for the same everywhere, in texts and in values, because they end in `;`.
const REFERENCES: [(&str, &str); 17] = [
    ("amp;", "&"),
    ("quot;", "\""),
    ("nbsp;", "\u{a0}"),
    ("lt;", "<"),
    ("gt;", ">"),
    ("#39;", "'"),
    ("#039;", "'"),
    ("#x27;", "'"),
    ("#34;", "\""),
    ("auml;", "ä"),
    ("ouml;", "ö"),
    ("uuml;", "ü"),
    ("Auml;", "Ä"),
    ("Ouml;", "Ö"),
    ("Uuml;", "Ü"),
    ("szlig;", "ß"),
    ("shy;", "\u{ad}"),
];

/// The token a text begins with and how many bytes it takes, if it is a simple one. The tokenizer
/// has to be between two tokens (in the data state).
pub(super) fn token(text: &str) -> Option<(Token, usize)> {
    match text.as_bytes() {
        [b'<', b'/', ..] => end_tag(text),
        [b'<', ..] => start_tag(text),
        _ => characters(text),
    }
}

fn characters(text: &str) -> Option<(Token, usize)> {
    let length = memchr::memchr(b'<', text.as_bytes()).unwrap_or(text.len());
    let run = &text[..length];
    (length > 0).then_some(())?;
    Some((Token::CharacterTokens(StrTendril::from_slice(&decoded(run)?)), length))
}

fn end_tag(text: &str) -> Option<(Token, usize)> {
    let name = name(&text[2..])?;
    let length = 2 + name.len() + 1;
    (text.as_bytes().get(length - 1) == Some(&b'>')).then_some(())?;
    Some((tag(TagKind::EndTag, name, Vec::new(), false), length))
}

fn start_tag(text: &str) -> Option<(Token, usize)> {
    let bytes = text.as_bytes();
    let name = name(&text[1..])?;
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut at = 1 + name.len();
    loop {
        let next = skip_blanks(bytes, at);
        match bytes.get(next)? {
            b'>' => return Some((tag(TagKind::StartTag, name, attributes, false), next + 1)),
            b'/' if bytes.get(next + 1) == Some(&b'>') => {
                return Some((tag(TagKind::StartTag, name, attributes, true), next + 2));
            }
            // Two attributes need a blank between them.
            _ if next == at => return None,
            _ => {}
        }
        let (attribute, end) = attribute(text, next)?;
        if attributes.len() == MOST_ATTRIBUTES || attributes.iter().any(|known| known.name == attribute.name) {
            return None;
        }
        attributes.push(attribute);
        at = end;
    }
}

/// An attribute and where it ends.
fn attribute(text: &str, start: usize) -> Option<(Attribute, usize)> {
    let bytes = text.as_bytes();
    let is_name = |byte: &&u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b':' | b'.' | b'@' | b'*');
    let name_end = start + bytes[start..].iter().take_while(is_name).count();
    (name_end > start).then_some(())?;
    let (value, end): (Cow<'_, str>, usize) = match bytes.get(name_end)? {
        b'=' => match bytes.get(name_end + 1)? {
            quote @ (b'"' | b'\'') => {
                let value = name_end + 2;
                let end = value + memchr::memchr(*quote, &bytes[value..])?;
                (decoded(&text[value..end])?, end + 1)
            }
            _ => {
                let value = name_end + 1;
                let is_plain = |byte: &&u8| {
                    byte.is_ascii_alphanumeric()
                        || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'#' | b'%' | b'?' | b',' | b';' | b'+')
                };
                let end = value + bytes[value..].iter().take_while(is_plain).count();
                (end > value && matches!(bytes.get(end)?, b'>' | b' ' | b'\n' | b'\t')).then_some(())?;
                (text[value..end].into(), end)
            }
        },
        b'>' | b' ' | b'\n' | b'\t' | b'/' => {
            // A blank may come before `=`.
            let next = skip_blanks(bytes, name_end);
            (bytes.get(next)? != &b'=').then_some(())?;
            ("".into(), name_end)
        }
        _ => return None,
    };
    let name = QualName::new(None, ns!(), LocalName::from(&text[start..name_end]));
    Some((Attribute { name, value: StrTendril::from_slice(&value) }, end))
}

/// The name of a tag, if it leaves the tokenizer as it is.
fn name(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    bytes.first()?.is_ascii_lowercase().then_some(())?;
    let is_name = |byte: &&u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let name = &text[..bytes.iter().take_while(is_name).count()];
    let follows = bytes.get(name.len())?;
    (matches!(follows, b'>' | b'/' | b' ' | b'\n' | b'\t') && !CHANGE_THE_TOKENIZER.contains(&name)).then_some(name)
}

fn tag(kind: TagKind, name: &str, attrs: Vec<Attribute>, self_closing: bool) -> Token {
    Token::TagToken(Tag { kind, name: LocalName::from(name), self_closing, attrs, had_duplicate_attributes: false })
}

fn skip_blanks(bytes: &[u8], start: usize) -> usize {
    start + bytes[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t')).count()
}

/// A text or value as a reader sees it; `None` where html5ever has to decide.
fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    let bytes = raw.as_bytes();
    let Some(first) = memchr::memchr3(b'&', b'\r', b'\0', bytes) else { return Some(raw.into()) };
    if memchr::memchr(b'\0', &bytes[first..]).is_some() {
        return None;
    }
    let raw = with_line_feeds(raw);
    let mut parts = raw.split('&');
    let mut out = String::with_capacity(raw.len());
    out.push_str(parts.next()?);
    for part in parts {
        let (reference, meaning) = REFERENCES.iter().find(|(reference, _)| part.starts_with(reference))?;
        out.push_str(meaning);
        out.push_str(&part[reference.len()..]);
    }
    Some(out.into())
}

/// As the input stream is to be normalised
/// (<https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream>).
pub(super) fn with_line_feeds(raw: &str) -> Cow<'_, str> {
    let mut rest = raw;
    let mut out = String::new();
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        out.reserve(rest.len());
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    match out.is_empty() {
        true => raw.into(),
        false => (out + rest).into(),
    }
}
