//! What XML must be, and what the two feed crates leave to us.

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
/// # Errors
/// What is wrong and where.
pub fn check_xml(bytes: &[u8]) -> Result<(), Malformed> {
    let text = std::str::from_utf8(bytes).map_err(|error| Malformed(error.to_string()))?;
    if text.starts_with('\u{feff}') {
        return Err(Malformed("it begins with a byte order mark".to_owned()));
    }
    // Document types are refused by default.
    roxmltree::Document::parse(text).map(|_| ()).map_err(|error| Malformed(error.to_string()))
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
        assert!(check_xml(b"<a>\xff</a>").is_err());
    }
}
