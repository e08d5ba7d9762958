//! `sitemap.xml`: the generated pages, for search engines (<https://www.sitemaps.org/protocol.html>).

use bytes::Bytes;
use url::Url;

use super::{FeedFile, Overview, rfc_3339};
use crate::html::address;
use crate::html::entities::escaped;

/// Renders `sitemap.xml`; none without a public address, which the format requires.
pub fn sitemap(base_url: Option<&Url>, feeds: &[Overview<'_>]) -> Option<FeedFile> {
    let root = base_url.and_then(address)?;
    let pages = feeds.iter().filter_map(|feed| Some((feed.info.url_of("index.html")?, feed.totals.changed)));
    let newest = feeds.iter().filter_map(|feed| feed.totals.changed).max();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (url, changed) in std::iter::once((root, newest)).chain(pages) {
        let changed = changed.map(|date| format!("<lastmod>{}</lastmod>", rfc_3339(date))).unwrap_or_default();
        xml.push_str(&format!(" <url><loc>{}</loc>{changed}</url>\n", escaped(&url)));
    }
    xml.push_str("</urlset>\n");
    Some(FeedFile { path: "sitemap.xml".to_owned(), bytes: Bytes::from(xml), media_type: "application/xml" })
}
