//! What XML must be, and what the two feed crates leave to us.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

/// Writes `&` and `<` of RSS text as hexadecimal references.
///
/// Half of the readers take titles for HTML and half for text; hexadecimal references are what
/// both show alike (<https://www.rssboard.org/rss-profile#data-types-characterdata>).
pub(super) fn hex_references(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(start) = rest.find("<![CDATA[") {
        let end = rest[start..].find("]]>").map_or(rest.len(), |at| start + at);
        push_hex(&rest[..start], &mut out);
        out.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    push_hex(rest, &mut out);
    out
}

fn push_hex(xml: &str, out: &mut String) {
    out.push_str(&xml.replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;"));
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
    let text = std::str::from_utf8(bytes).map_err(|error| Malformed(error.to_string()))?;
    if text.starts_with('\u{feff}') {
        return Err(Malformed("it begins with a byte order mark".to_owned()));
    }
    if let Some(at) = forbidden(text) {
        return Err(Malformed(format!("byte {at} begins a character that XML forbids")));
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    let (mut depth, mut is_after_root) = (0usize, false);
    loop {
        let begins = reader.buffer_position();
        let wrong = |what: &str| Err(Malformed(format!("{what} at byte {begins}")));
        let event = reader.read_event().map_err(|error| Malformed(format!("{error} at byte {begins}")))?;
        match event {
            Event::Start(_) | Event::Empty(_) if depth == 0 && is_after_root => return wrong("a second root"),
            Event::Start(element) => {
                check_element(&reader, &element, begins)?;
                depth += 1;
            }
            Event::Empty(element) => {
                check_element(&reader, &element, begins)?;
                is_after_root |= depth == 0;
            }
            // Names are compared by the reader.
            Event::End(_) => {
                depth -= 1;
                is_after_root |= depth == 0;
            }
            Event::Text(text) if depth == 0 && !text.trim_ascii().is_empty() => return wrong("text outside the root"),
            Event::Text(text) if text.contains("]]>") => return wrong("the end of a section that did not begin"),
            Event::GeneralRef(_) | Event::CData(_) if depth == 0 => return wrong("text outside the root"),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) if forbidden(c.encode_utf8(&mut [0; 4])).is_none() => {}
                Ok(None) if resolve_predefined_entity(&reference).is_some() => {}
                _ => return wrong("a reference to nothing"),
            },
            Event::Decl(_) if begins > 0 => return wrong("a declaration that is not at the beginning"),
            Event::DocType(_) => return wrong("a document type"),
            Event::Text(_) | Event::CData(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof if depth > 0 || !is_after_root => return wrong("the end before that of the root"),
            Event::Eof => return Ok(()),
        }
    }
}

/// Prefixes are declared, attributes named once, and their values free of `<` and of references to nothing.
fn check_element(reader: &NsReader<&[u8]>, element: &BytesStart<'_>, begins: u64) -> Result<(), Malformed> {
    let wrong = |what: String| Malformed(format!("{what} at byte {begins}"));
    let declared = |resolved: ResolveResult<'_>, name: &str| match resolved {
        ResolveResult::Unknown(_) => Err(wrong(format!("the undeclared prefix of {name}"))),
        _ => Ok(()),
    };
    let resolver = reader.resolver();
    declared(resolver.resolve_element(element.name()).0, element.name().as_ref())?;
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| wrong(error.to_string()))?;
        declared(resolver.resolve_attribute(attribute.key).0, attribute.key.as_ref())?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| wrong(error.to_string()))?;
        if attribute.value.contains('<') || forbidden(&value).is_some() {
            return Err(wrong(format!("a value of {} that XML forbids", attribute.key.as_ref())));
        }
    }
    Ok(())
}

/// Where the first character stands that XML 1.0 forbids (<https://www.w3.org/TR/xml/#charsets>).
fn forbidden(text: &str) -> Option<usize> {
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let has_control = |block: &[u8]| block.iter().fold(false, |found, byte| found | is_control(byte));
    // Whole blocks first: the compiler makes sixteen or more comparisons one.
    let control = match text.as_bytes().chunks(64).any(has_control) {
        true => text.as_bytes().iter().position(is_control),
        false => None,
    };
    let character = |character: &str| memchr::memmem::find(text.as_bytes(), character.as_bytes());
    control.or_else(|| character("\u{fffe}")).or_else(|| character("\u{ffff}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_gets_hex_references_and_cdata_stays() {
        assert_eq!(
            hex_references("<t>a &amp; b &lt; c</t><d><![CDATA[a &amp; b]]]]><![CDATA[> &lt;]]></d><t>&amp;</t>"),
            "<t>a &#x26; b &#x3C; c</t><d><![CDATA[a &amp; b]]]]><![CDATA[> &lt;]]></d><t>&#x26;</t>"
        );
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
        check("", false);
        assert!(check_xml(b"<a>\xff</a>").is_err());
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
