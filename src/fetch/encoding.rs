//! From bytes to text: which encoding a document is in.
//!
//! The order is: byte order mark, `Content-Type` header, the declaration of XML, `<meta>` in the
//! first 4 KiB (browsers look at 1 KiB, but real pages declare it later) unless the bytes are
//! UTF-8, valid UTF-8, windows-1252. `reqwest` itself reads the header only.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

const META_WINDOW_BYTES: usize = 4096;

/// Decodes a page. Malformed sequences become U+FFFD. What is UTF-8 is looked at once and not copied.
pub fn decode(bytes: Vec<u8>, content_type: Option<&str>) -> String {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(&bytes) {
        return decoded(encoding, &bytes[mark_bytes..]);
    }
    let header = content_type.and_then(charset_of);
    if let Some(encoding) = header.filter(|encoding| *encoding != UTF_8) {
        return decoded(encoding, &bytes);
    }
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(malformed) => {
            let bytes = malformed.as_bytes();
            return decoded(header.or_else(|| declared_in_page(bytes)).unwrap_or(WINDOWS_1252), bytes);
        }
    };
    // Bytes beyond ASCII that are valid UTF-8 are UTF-8: a browser that saves a page, or a server
    // that converts it, leaves the old `<meta>` in it. Text in another encoding never looks like that.
    let may_be_another = header.is_none() && text.is_ascii();
    let another = if may_be_another { declared_in_page(text.as_bytes()) } else { None };
    match another.filter(|encoding| *encoding != UTF_8) {
        Some(encoding) => decoded(encoding, text.as_bytes()),
        None => {
            // It grew while it came in, and lives as long as its page is read.
            text.shrink_to_fit();
            text
        }
    }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Decodes XML and takes out its declaration, which names the encoding it is no longer in.
pub fn decode_xml(bytes: Vec<u8>, content_type: Option<&str>) -> String {
    let mut text = decode(bytes, content_type);
    if let Some(declaration) = xml_declaration(&text) {
        let end = declaration.len();
        text.drain(..end);
    }
    text
}

fn xml_declaration(text: &str) -> Option<&str> {
    let text = text.strip_prefix("<?xml").filter(|rest| rest.starts_with(char::is_whitespace)).map(|_| text)?;
    Some(&text[..text.find("?>")? + "?>".len()])
}

/// The encoding named after `charset=`.
fn charset_of(text: &str) -> Option<&'static Encoding> {
    value_after(text, "charset").and_then(for_label)
}

/// What stands after `name=`, in quotes or without.
fn value_after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    let after = &text[lower.find(name)? + name.len()..];
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(['"', '\'', ';', ' ', '>', '/', '\n', '\t']).unwrap_or(value.len());
    Some(&value[..end])
}

/// WHATWG labels, and the name MySQL uses, which some pages print.
fn for_label(label: &str) -> Option<&'static Encoding> {
    match label.trim().to_ascii_lowercase().as_str() {
        "utf8mb4" | "utf8mb3" => Some(UTF_8),
        other => Encoding::for_label(other.as_bytes()),
    }
}

fn declared_in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(META_WINDOW_BYTES)];
    let head = String::from_utf8_lossy(head);
    if let Some(declaration) = xml_declaration(&head) {
        return value_after(declaration, "encoding").and_then(for_label).map(readable_as_ascii);
    }
    let lower = head.to_ascii_lowercase();
    let encoding = lower.match_indices("<meta").find_map(|(at, _)| {
        let end = lower[at..].find('>').map_or(lower.len(), |end| at + end);
        charset_of(&head[at..end])
    })?;
    Some(readable_as_ascii(encoding))
}

/// A page whose declaration could be read as ASCII is not in UTF-16 (HTML standard, 13.2.3.2).
fn readable_as_ascii(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decides_by_mark_then_header_then_meta_then_content() {
        fn check(bytes: &[u8], content_type: Option<&str>, want: &str) {
            assert_eq!(decode(bytes.to_vec(), content_type), want);
        }
        let late = format!("{}<meta charset=iso-8859-1>\u{0}", " ".repeat(2000)).replace('\0', "");
        let late = [late.as_bytes(), b"\xfc"].concat();
        check(b"\xfc", Some("text/html; charset=utf-8"), "\u{fffd}");
        check(b"\xef\xbb\xbf\xc3\xbc", Some("text/html; charset=iso-8859-1"), "ü");
        check(b"\xff\xfe\xfc\x00", None, "ü");
        check(b"\xfc", Some("text/html; charset=ISO-8859-1"), "ü");
        check(b"\xc3\xbc", Some("text/html; charset=\"utf8mb4\""), "ü");
        check(b"<meta charset=\"iso-8859-1\">\x80", None, "<meta charset=\"iso-8859-1\">€");
        check(
            b"<meta http-equiv=x content='text/html; charset=utf-16'>\xc3\xbc",
            None,
            "<meta http-equiv=x content='text/html; charset=utf-16'>ü",
        );
        check(b"<meta charset=utf-8>\xc3\xbc", Some("text/html; charset=iso-8859-1"), "<meta charset=utf-8>Ã¼");
        check(b"<meta charset=windows-1251>\xc3\xbc", None, "<meta charset=windows-1251>ü");
        check(b"\xc3\xbc", None, "ü");
        check(b"\xfc", None, "ü");
        check(b"\xfc", Some("text/html; charset=unknown-8bit"), "ü");
        assert!(decode(late, None).ends_with('ü'));
        let xml = b"<?xml version='1.0' encoding='ISO-8859-1'?>\n<rss>\xfc</rss>";
        assert_eq!(decode_xml(xml.to_vec(), None), "\n<rss>ü</rss>");
        assert_eq!(
            decode_xml(b"<?xml-stylesheet href='a'?><rss/>".to_vec(), None),
            "<?xml-stylesheet href='a'?><rss/>"
        );
    }
}
