//! What XML must be, and what the two feed crates leave to us.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart};
use quick_xml::name::{NamespaceResolver, ResolveResult};

use super::contents::write_replacing;
use crate::html::text::has_byte;

/// Writes text into a CDATA section that is open.
pub(super) fn cdata(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr::memmem::find(rest, b"]]>") {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(b"]]]]><![CDATA[");
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(rest);
}

/// Writes text between two tags.
pub(super) fn escape_text(text: &str, out: &mut Vec<u8>) {
    write_replacing(text, [(b'&', "&amp;"), (b'<', "&lt;"), (b'>', "&gt;")], out);
}

/// Writes `&` and `<` of RSS text as hexadecimal references.
///
/// Half of the readers take titles for HTML and half for text; hexadecimal references are what
/// both show alike (<https://www.rssboard.org/rss-profile#data-types-characterdata>).
pub(super) fn hex_references(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(xml.len() + xml.len() / 32);
    let mut rest = xml;
    while let Some(start) = memchr::memmem::find(rest, b"<![CDATA[") {
        let end = memchr::memmem::find(&rest[start..], b"]]>").map_or(rest.len(), |at| start + at);
        push_hex(&rest[..start], &mut out);
        out.extend_from_slice(&rest[start..end]);
        rest = &rest[end..];
    }
    push_hex(rest, &mut out);
    out
}

fn push_hex(xml: &[u8], out: &mut Vec<u8>) {
    let mut rest = xml;
    while let Some(at) = memchr::memchr(b'&', rest) {
        let (before, reference) = rest.split_at(at);
        out.extend_from_slice(before);
        let (hexadecimal, length) = match reference {
            [b'&', b'a', b'm', b'p', b';', ..] => ("&#x26;", 5),
            [b'&', b'l', b't', b';', ..] => ("&#x3C;", 4),
            _ => ("&", 1),
        };
        out.extend_from_slice(hexadecimal.as_bytes());
        rest = &reference[length..];
    }
    out.extend_from_slice(rest);
}

/// The file is not XML that every reader can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not well-formed: {0}")]
pub struct Malformed(String);

/// Reads XML as strictly as the strictest reader: one bad byte and newsboat, Miniflux and the
/// W3C validator refuse the whole file.
///
/// Namespaces are held to <https://www.w3.org/TR/xml-names/#ns-decl>; document types are refused.
///
/// # Errors
/// What is wrong and where.
pub fn check_xml(bytes: &[u8]) -> Result<(), Malformed> {
    let text = simdutf8::compat::from_utf8(bytes).map_err(|error| Malformed(error.to_string()))?;
    if text.starts_with('\u{feff}') {
        return Err(Malformed("it begins with a byte order mark".to_owned()));
    }
    if let Some(at) = forbidden(text) {
        return Err(Malformed(format!("byte {at} begins a character that XML forbids")));
    }
    let mut reading = Reading { text, open: Vec::new(), namespaces: NamespaceResolver::default(), had_root: false };
    let mut at = 0;
    while at < text.len() {
        at += reading.piece(at).map_err(|what| Malformed(format!("{what} at byte {at}")))?;
    }
    match reading.had_root && reading.open.is_empty() {
        true => Ok(()),
        false => Err(Malformed("the end before that of the root".to_owned())),
    }
}

/// XML that is read piece by piece. A feed is mostly escaped markup, so what stands between tags is searched here;
/// `quick_xml` makes events of every reference in it.
struct Reading<'a> {
    text: &'a str,
    /// The names of the elements around.
    open: Vec<&'a str>,
    namespaces: NamespaceResolver,
    had_root: bool,
}

impl<'a> Reading<'a> {
    /// The length of the piece that begins here: a tag, a section, a comment, or the text before the next one.
    fn piece(&mut self, begins: usize) -> Result<usize, String> {
        let rest = &self.text[begins..];
        if let Some(section) = rest.strip_prefix("<![CDATA[") {
            let length = before(section, "]]>")?.len();
            return if self.open.is_empty() { wrong("text outside the root") } else { Ok(9 + length + 3) };
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            let length = before(comment, "--")?.len();
            return if comment[length..].starts_with("-->") {
                Ok(4 + length + 3)
            } else {
                wrong("a comment with `--`")
            };
        }
        if let Some(instruction) = rest.strip_prefix("<?") {
            let instruction = before(instruction, "?>")?;
            let is_declaration = instruction.split_ascii_whitespace().next() == Some("xml");
            return match is_declaration && begins > 0 {
                true => wrong("a declaration that is not at the beginning"),
                false => Ok(2 + instruction.len() + 2),
            };
        }
        if rest.starts_with("<!") {
            return wrong("a document type");
        }
        if let Some(tag) = rest.strip_prefix("</") {
            let name = before(tag, ">")?;
            self.close(name.trim_ascii_end())?;
            return Ok(2 + name.len() + 1);
        }
        if let Some(tag) = rest.strip_prefix('<') {
            let tag = &tag[..length_of_tag(tag)?];
            self.open(tag)?;
            return Ok(1 + tag.len() + 1);
        }
        let text = &rest[..memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())];
        self.check_text(text)?;
        Ok(text.len())
    }

    fn open(&mut self, tag: &'a str) -> Result<(), String> {
        if self.open.is_empty() && self.had_root {
            return wrong("a second root");
        }
        self.had_root = true;
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        if name.is_empty() || name.contains(['<', '/', '&']) {
            return wrong("a tag without a name");
        }
        let element = BytesStart::from_content(tag, name.len());
        self.namespaces.push(&element).map_err(|error| error.to_string())?;
        check_element(&self.namespaces, &element)?;
        match is_empty {
            true => self.namespaces.pop(),
            false => self.open.push(name),
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), String> {
        self.namespaces.pop();
        match self.open.pop() {
            Some(open) if open == name => Ok(()),
            _ => wrong("the end of an element that is not open"),
        }
    }

    fn check_text(&self, text: &str) -> Result<(), String> {
        if self.open.is_empty() && !text.trim_ascii().is_empty() {
            return wrong("text outside the root");
        }
        // Escaped text has no `>` at all.
        if memchr::memchr(b'>', text.as_bytes()).is_some() && text.contains("]]>") {
            return wrong("the end of a section that did not begin");
        }
        for at in memchr::memchr_iter(b'&', text.as_bytes()) {
            let name = &text[at + 1..];
            // Nearly all that an escaped text refers to.
            if matches!(name.as_bytes(), [b'l' | b'g', b't', b';', ..]) {
                continue;
            }
            match name.bytes().position(|byte| byte == b';') {
                Some(length) if stands_for_something(&name[..length]) => {}
                _ => return wrong("a reference to nothing"),
            }
        }
        Ok(())
    }
}

fn wrong<T>(what: &str) -> Result<T, String> {
    Err(what.to_owned())
}

/// What stands before an end.
fn before<'a>(text: &'a str, end: &str) -> Result<&'a str, String> {
    let found = memchr::memmem::find(text.as_bytes(), end.as_bytes());
    found.map(|at| &text[..at]).ok_or_else(|| format!("no `{end}` behind what begins"))
}

/// How far it is to the end of a tag; a `>` in quotes is none.
fn length_of_tag(tag: &str) -> Result<usize, String> {
    let bytes = tag.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &bytes[at..]) {
        at += found;
        match bytes[at] {
            b'>' => return Ok(at),
            quote => {
                let length = memchr::memchr(quote, &bytes[at + 1..]).ok_or("a value without an end")?;
                at += 1 + length + 1;
            }
        }
    }
    wrong("a tag without an end")
}

/// Whether `&name;` is a character that XML knows and allows.
fn stands_for_something(name: &str) -> bool {
    match BytesRef::new(name).resolve_char_ref() {
        Ok(Some(c)) => is_allowed(c),
        Ok(None) => resolve_predefined_entity(name).is_some(),
        Err(_) => false,
    }
}

/// Prefixes are declared, attributes named once, and their values free of `<` and of references to nothing.
fn check_element(namespaces: &NamespaceResolver, element: &BytesStart<'_>) -> Result<(), String> {
    let declared = |resolved: ResolveResult<'_>, name: &str| match resolved {
        ResolveResult::Unknown(_) => Err(format!("the undeclared prefix of {name}")),
        _ => Ok(()),
    };
    declared(namespaces.resolve_element(element.name()).0, element.name().as_ref())?;
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        declared(namespaces.resolve_attribute(attribute.key).0, attribute.key.as_ref())?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| error.to_string())?;
        if attribute.value.contains('<') || !value.chars().all(is_allowed) {
            return Err(format!("a value of {} that XML forbids", attribute.key.as_ref()));
        }
    }
    Ok(())
}

/// Whether XML 1.0 allows a character (<https://www.w3.org/TR/xml/#charsets>).
fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Where the first character stands that XML does not allow: [`is_allowed`] for a whole file.
fn forbidden(text: &str) -> Option<usize> {
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let control = match has_byte(text.as_bytes(), is_control) {
        true => text.bytes().position(is_control),
        false => None,
    };
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    let is_forbidden = |at: &usize| matches!(text.as_bytes()[*at..], [0xef, 0xbf, 0xbe | 0xbf, ..]);
    control.or_else(|| memchr::memchr_iter(0xef, text.as_bytes()).find(is_forbidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_gets_hex_references_and_cdata_stays() {
        assert_eq!(
            hex_references(b"<t>a &amp; b &lt; &gt;</t><d><![CDATA[a &amp; b]]]]><![CDATA[> &lt;]]></d><t>&amp;</t>"),
            b"<t>a &#x26; b &#x3C; &gt;</t><d><![CDATA[a &amp; b]]]]><![CDATA[> &lt;]]></d><t>&#x26;</t>"
        );
    }

    #[test]
    fn contents_are_written_as_they_are() {
        let written = |write: fn(&str, &mut Vec<u8>), text: &str| {
            let mut out = Vec::new();
            write(text, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(cdata, "<p>a]]>b]]]>]]&gt;</p>"), "<p>a]]]]><![CDATA[>b]]]]]><![CDATA[>]]&gt;</p>");
        for text in ["", "<p title=\"a\">ü &amp; 'b'</p>", "]]>&", "a]]>]]>", "<![CDATA[x]]>"] {
            let (section, text_node) = (written(cdata, text), written(escape_text, text));
            let xml = format!("<a><b><![CDATA[{section}]]></b><c>{text_node}</c></a>");
            assert_eq!(check_xml(xml.as_bytes()), Ok(()), "{xml}");
            let read = roxmltree::Document::parse(&xml).unwrap();
            for element in read.root_element().children() {
                let found: String = element.children().filter_map(|node| node.text()).collect();
                assert_eq!(found, text, "{xml}");
            }
        }
    }

    #[test]
    fn refuses_what_strict_readers_refuse() {
        let check = |xml: &str, good: bool| assert_eq!(check_xml(xml.as_bytes()).is_ok(), good, "{xml}");
        check("<a>ü</a>", true);
        check("<?xml version=\"1.0\"?><a b=\"c &amp; d\"/>", true);
        check("\u{feff}<a/>", false);
        check("<!DOCTYPE a><a/>", false);
        check("<a>\u{b}</a>", false);
        check("<a>\u{ffff}</a>", false);
        check("<a b=\"c & d\"/>", false);
        check("<m:a/>", false);
        check("<a></b>", false);
        check("<a/><b/>", false);
        check("<a b=\"1\" b=\"2\"/>", false);
        check("<a>&nbsp;</a>", false);
        check("<a>&#0;</a>", false);
        check("<a>&#x41;&#66;&lt;&quot;</a>", true);
        check("<a b=\"&#11;\"/>", false);
        check("<a b=\"&c;\"/>", false);
        check("<a b=\"<\"/>", false);
        check("<a b=c/>", false);
        check("<a b/>", false);
        check("<a xmlns:m=\"https://m.example/\"><m:b m:c=\"d\"/></a>", true);
        check("<a m:b=\"c\"/>", false);
        check("<a>]]></a>", false);
        check("<a><![CDATA[<b>&c;]]></a>", true);
        check("<a><![CDATA[</a>", false);
        check("<a><!-- b -- c --></a>", false);
        check("<a/>b", false);
        check("b<a/>", false);
        check("<a/>&lt;", false);
        check(" <?xml version=\"1.0\"?><a/>", false);
        check("<a>", false);
        check("</a>", false);
        check("< a/>", false);
        check("<a b='>'>c</a >", true);
        check("<a b=\">", false);
        check("<a>&amp</a>", false);
        check("<a><!--></a>", false);
        check("<a><!-- b ---></a>", false);
        check("<a><?b c?><?xml-b?></a>", true);
        check("<a/><?xml version=\"1.0\"?>", false);
        check("", false);
        assert!(check_xml(b"<a>\xff</a>").is_err());
    }

    #[test]
    fn characters_are_forbidden_alone_and_in_texts() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_allowed(c), forbidden(c.encode_utf8(&mut [0; 4])).is_none(), "{c:?}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]

        /// Another parser is the judge: what we let pass, it reads. Only the names of elements and attributes,
        /// which are ours, are held to less.
        #[test]
        fn what_passes_is_read_by_another_parser(
            parts in proptest::collection::vec(proptest::sample::select(PARTS.to_vec()), 1..14)
        ) {
            let xml = format!("<r xmlns:m=\"https://m.example/\">{}</r>", parts.concat());
            for xml in [xml, parts.concat()] {
                if check_xml(xml.as_bytes()).is_ok() {
                    let read = roxmltree::Document::parse(&xml);
                    proptest::prop_assert!(read.is_ok(), "{}: {:?}", xml, read.err());
                }
            }
        }
    }

    const PARTS: [&str; 34] = [
        "<a>",
        "</a>",
        "<a/>",
        "<b c=\"d\">",
        "</b>",
        "<m:a>",
        "</m:a>",
        "<n:a/>",
        "<a m:b=\"1\" m:b=\"2\"/>",
        "<a b='\"'/>",
        "<a b=\"&amp;\"/>",
        "<a b=\"& \"/>",
        "<a b=\">\"/>",
        "text",
        " ",
        "\n",
        "&amp;",
        "&#x26;",
        "&#x3C;",
        "&#xFFFF;",
        "&#55296;",
        "&;",
        "&",
        ";",
        "]]>",
        "<![CDATA[",
        "<![CDATA[x]]>",
        "<!--",
        "-->",
        "<!-- x -->",
        "<?xml version=\"1.0\"?>",
        "<?p x?>",
        "\u{7f}ü\u{2028}😀",
        "\u{b}",
    ];
}
