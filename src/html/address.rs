//! Addresses fit to publish.

use std::fmt::Write;

use url::{Position, Url};

/// An address as it stands in every published file: http(s), RFC 3986, no credentials. `None`
/// for every other scheme.
///
/// `Url` follows the browsers, who leave a few characters raw that validators refuse.
pub fn address(url: &Url) -> Option<String> {
    let url = super::web(url.clone())?;
    // Brackets are legal around an IPv6 host and nowhere else.
    let (head, tail) = (&url[..Position::AfterHost], &url[Position::AfterHost..]);
    if tail.bytes().all(|byte| byte != b'%' && byte != b';' && is_legal(byte)) {
        return Some(url.into());
    }
    let fragment = tail.find('#').unwrap_or(tail.len());
    let mut out = head.to_owned();
    for (at, byte) in tail.bytes().enumerate() {
        let two = tail.as_bytes().get(at + 1..at + 3);
        let is_escape = byte == b'%' && two.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        if (is_legal(byte) && !ends_reference(tail, at)) || is_escape || at == fragment {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes everything");
        }
    }
    Some(out)
}

/// Whether a character needs no escape.
fn is_legal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte)
}

/// Whether a `;` makes what stands before it look like `&amp;`: readers that decode once too often
/// would follow another address.
fn ends_reference(text: &str, at: usize) -> bool {
    if text.as_bytes()[at] != b';' {
        return false;
    }
    let name = text[..at].rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    !name.is_empty() && text[..at - name.len()].ends_with('&')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_rfc_3986() {
        fn check(url: &str, want: &str) {
            assert_eq!(address(&Url::parse(url).unwrap()).as_deref(), Some(want));
        }
        check(
            "https://example.org/a b/ü.html?q=ä|b&c=[d]#e^f",
            "https://example.org/a%20b/%C3%BC.html?q=%C3%A4%7Cb&c=%5Bd%5D#e%5Ef",
        );
        check("https://user:secret@example.org/", "https://example.org/");
        check("http://[::1]:80/[x]%20%zz", "http://[::1]/%5Bx%5D%20%25zz");
        check("https://bücher.example/%C3%BC", "https://xn--bcher-kva.example/%C3%BC");
        check("https://example.org/?a=1&amp;b=2;c&;", "https://example.org/?a=1&amp%3Bb=2;c&;");
        check("https://example.org/a#b#c", "https://example.org/a#b%23c");
        assert_eq!(address(&Url::parse("javascript:alert(1)").unwrap()), None);
        assert_eq!(address(&Url::parse("data:text/html,x").unwrap()), None);
    }
}
