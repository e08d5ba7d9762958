//! What can only be seen by asking: names, robots.txt, the sections, the clocks of the sites.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Finding;
use crate::config::{Feed, Settings};
use crate::fetch::Fetcher;
use crate::report::Trouble;
use crate::scout;

/// A clock that is off by more makes dates of new articles wrong.
const CLOCK_OFF_MINUTES: i64 = 5;

/// Names that are looked up; one is enough to know whether there is a name server.
const NAMES: usize = 5;

/// Whether the names of the sites can be resolved.
pub async fn names(feeds: &[Feed]) -> Vec<Finding> {
    let mut hosts: BTreeMap<&str, &Feed> = BTreeMap::new();
    for feed in feeds {
        if let Some(host) = feed.url.host_str().filter(|_| feed.url.domain().is_some()) {
            hosts.entry(host).or_insert(feed);
        }
    }
    let mut findings = Vec::new();
    for host in hosts.keys().take(NAMES) {
        let is_known =
            tokio::net::lookup_host((*host, 443)).await.is_ok_and(|mut addresses| addresses.next().is_some());
        findings.push(match is_known {
            true => Finding::good("DNS", format!("{host} can be resolved")),
            false => Finding::bad(
                "DNS",
                format!("{host} cannot be resolved"),
                "check the address, and whether this machine is online and has a name server",
            ),
        });
    }
    findings
}

/// Looks at every section and reads one article of each.
pub async fn definitions(feeds: &[Feed], settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    let fetcher = match Fetcher::new(settings) {
        Ok(fetcher) => fetcher,
        Err(error) => return vec![Finding::bad("fetch", error.to_string(), "see `[fetch]` in the settings")],
    };
    let mut findings = Vec::new();
    for feed in feeds {
        let looked = scout::look(&fetcher, feed.clone(), now, &|_| ()).await;
        findings.extend(match looked {
            Ok(scouted) => {
                let off = scouted.page.date.map(|date| (date - Utc::now()).num_minutes().abs());
                let mut found = vec![section(&fetcher, feed, &scouted, now).await];
                found.extend(off.filter(|off| *off >= CLOCK_OFF_MINUTES).map(|off| {
                    Finding::doubtful(
                        "clock",
                        format!("{}: the site's clock and this machine's are {off} minutes apart", feed.id),
                        "if several sites say so, set this machine's clock by NTP",
                    )
                }));
                found
            }
            Err(trouble) => vec![bad(feed, &trouble)],
        });
    }
    findings
}

async fn section(fetcher: &Fetcher, feed: &Feed, scouted: &scout::Scouted, now: DateTime<Utc>) -> Finding {
    let found = scouted.section.teasers.len();
    let Some(teaser) = scouted.section.teasers.first() else {
        return bad(feed, &Trouble::NoArticles { url: feed.url.to_string(), last_time: None });
    };
    match scout::article(fetcher, &scouted.feed, teaser, now).await {
        Ok(article) if !article.body.is_empty() => {
            let words = article.text().split_whitespace().count();
            Finding::good("live", format!("{}: {found} articles; the first has {words} words", feed.id))
        }
        Ok(_) => Finding::doubtful(
            "live",
            format!("{}: {found} articles, but no text in the first, {}", feed.id, teaser.url),
            format!("look at it with `ressort inspect --as article {}`", teaser.url),
        ),
        Err(trouble) => Finding::doubtful(
            "live",
            format!("{}: {found} articles, but the first cannot be read: {trouble}", feed.id),
            trouble.hint(feed.id.as_str()).unwrap_or_else(|| "it is tried again at the next run".to_owned()),
        ),
    }
}

fn bad(feed: &Feed, trouble: &Trouble) -> Finding {
    let hint = trouble.hint(feed.id.as_str()).unwrap_or_else(|| format!("see `ressort inspect {}`", feed.id));
    Finding::bad("live", format!("{}: {trouble}", feed.id), hint)
}
