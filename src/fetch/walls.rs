//! Recognising that a site refuses us: by its status, its headers, or a page that checks for
//! robots instead of the one that was asked for.
//!
//! A refusal is reported and respected, never evaded. Consent walls and paywalls are pages like
//! others here; `article/` looks at what they say.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// Larger pages are no bot checks; those of the large providers have 2 to 40 kB.
const LARGEST_CHECK_BYTES: usize = 64 * 1024;

/// A bot check links to hardly anything.
const MOST_LINKS: usize = 3;

/// What bot checks call themselves, in lower case.
const TITLES: [&str; 20] = [
    "access denied",
    "access to this page has been denied",
    "are you a robot?",
    "attention required! | cloudflare",
    "bot verification",
    "checking your browser",
    "client challenge",
    "ddos-guard",
    "einen moment",
    "human verification",
    "just a moment",
    "making sure you're not a bot!",
    "making sure you&#39;re not a bot!",
    "nur einen moment",
    "pardon our interruption",
    "please verify you are a human",
    "robot or human?",
    "security check",
    "un instant",
    "vercel security checkpoint",
];

/// What only bot checks load, in lower case.
const SCRIPTS: [&str; 8] = [
    "/cdn-cgi/challenge-platform/",
    "_incapsula_resource",
    "awswafcookiedomainlist",
    "anubis_challenge",
    "geo.captcha-delivery.com",
    "id=\"px-captcha\"",
    "/.within.website/x/cmd/anubis",
    "validate.perfdrive.com",
];

/// Whether status and headers alone say that we are refused.
pub fn is_refusal(status: StatusCode, headers: &HeaderMap) -> bool {
    let challenged = headers.contains_key("cf-mitigated")
        || headers.get("x-amzn-waf-action").is_some_and(|action| action != "allow")
        || headers.get("x-datadome").is_some_and(|action| action == "blocked");
    // 451 is a refusal by law, 407 one of the operator's own proxy.
    challenged || matches!(status.as_u16(), 401 | 402 | 403 | 407 | 451)
}

/// Whether a page is a check for robots.
pub fn is_bot_check(page: &[u8]) -> bool {
    if page.len() > LARGEST_CHECK_BYTES {
        return false;
    }
    let page = String::from_utf8_lossy(page).to_ascii_lowercase();
    let links = page.matches("<a ").take(MOST_LINKS + 1).count();
    if links > MOST_LINKS {
        return false;
    }
    let title = page
        .split_once("<title")
        .and_then(|(_, rest)| rest.split_once('>'))
        .and_then(|(_, rest)| rest.split_once("</title"))
        .map(|(title, _)| title.trim().trim_end_matches(['.', '…']).trim_end());
    title.is_some_and(|title| TITLES.contains(&title)) || SCRIPTS.iter().any(|script| page.contains(script))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_bot_checks_from_pages() {
        let check = |want: bool, page: &str| assert_eq!(is_bot_check(page.as_bytes()), want, "{page}");
        check(true, "<html><head><title>Just a moment...</title></head><body><h1>example.org</h1>");
        check(true, "<TITLE lang=de>\n Nur einen Moment…</TITLE>");
        check(true, "<title>example.org</title><script src=\"https://geo.captcha-delivery.com/c.js\"></script>");
        check(false, "<title>Just a moment: how the vote was lost</title><p>…");
        check(false, "<title>Politik</title><a href=1>a</a>");
        let links = "<a href=/a>a</a>".repeat(10);
        check(false, &format!("<title>Access denied</title>{links}"));
        check(false, &format!("<title>Just a moment...</title>{}", " ".repeat(70_000)));
    }
}
