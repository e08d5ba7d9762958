//! The yardstick: what fetching, parsing and writing one section costs, with nothing done well.
//!
//! It reads a section page, takes the links of its main part that end in a number, reads every `<p>` of each page,
//! and writes one RSS file. No robots.txt, no memory, no repair, no cleaning, no pictures. What
//! ressort costs above this is the price of doing it right; `benches/phases` measures the ratio.
//!
//! `lower_bound OUT URL…`, a directory that exists and section pages.

use std::collections::HashSet;
use std::path::Path;

use futures_util::{StreamExt, stream};
use reqwest::Client;
use rss::{ChannelBuilder, GuidBuilder, Item, ItemBuilder};
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// Requests in flight; one core is busy from two on.
const IN_FLIGHT: usize = 4;

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("usage: lower_bound OUT URL…")?;
    let client = Client::builder().gzip(true).build()?;
    for (number, url) in arguments.enumerate() {
        let section = Url::parse(&url)?;
        let links = links(&client.get(section.clone()).send().await?.text().await?, &section);
        let items = stream::iter(links).map(|link| item(&client, link)).buffered(IN_FLIGHT);
        let items: Vec<Item> = items.filter_map(|item| async { item.ok() }).collect().await;
        let channel = ChannelBuilder::default().title("Lower bound").link(url).items(items).build();
        std::fs::write(Path::new(&out).join(format!("{number}.xml")), channel.to_string())?;
    }
    Ok(())
}

fn links(page: &str, base: &Url) -> Vec<Url> {
    let html = Html::parse_document(page);
    let mut seen = HashSet::new();
    let anchors = selector("main a[href]");
    let links = html.select(&anchors).filter_map(|link| base.join(link.attr("href")?).ok());
    let digits = |url: &Url| url.path().trim_end_matches(".html").bytes().rev().take_while(u8::is_ascii_digit).count();
    links.filter(|url| url.host() == base.host() && digits(url) >= 5 && seen.insert(url.clone())).collect()
}

async fn item(client: &Client, url: Url) -> Result<Item, Failure> {
    let page = client.get(url.clone()).send().await?.text().await?;
    let html = Html::parse_document(&page);
    let text = |element: ElementRef<'_>| element.text().collect::<String>();
    let title = html.select(&selector("h1")).next().map(text);
    let body: String = html.select(&selector("article p, main p")).map(|p| format!("<p>{}</p>", text(p))).collect();
    let date = html.select(&selector("time[datetime]")).next().and_then(|time| time.attr("datetime"));
    let guid = GuidBuilder::default().value(url.to_string()).permalink(true).build();
    let date = date.map(str::to_owned);
    Ok(ItemBuilder::default().title(title).link(url.to_string()).guid(guid).content(body).pub_date(date).build())
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector of this file")
}
