//! `ressort check`: are all definitions right, and when does each feed run next?

use std::process::ExitCode;

use chrono::Utc;
use serde_json::json;

use super::{Failure, select_feeds};
use crate::cli::Check;
use crate::config::{Content, Feed, FeedId, Settings, combined, load_feeds};

/// How many of the next runs are shown.
const RUNS: usize = 3;

pub fn run(arguments: &Check, settings: &Settings) -> Result<ExitCode, Failure> {
    let feeds = select_feeds(load_feeds(&settings.feeds, settings)?, &arguments.names)?;
    if arguments.json {
        let rows: Vec<_> = feeds
            .iter()
            .map(|feed| json!({"id": feed.id, "url": feed.url, "schedule": feed.schedule, "zone": feed.zone.name(), "next_runs": next_runs(feed)}))
            .collect();
        println!("{:#}", json!(rows));
    } else {
        for feed in &feeds {
            println!(
                "{}  {}\n    {} ({}): {}",
                feed.id,
                feed.url,
                feed.schedule,
                feed.zone,
                next_runs(feed).join(", ")
            );
        }
        for combined in combined(settings, feeds.iter()).iter().filter(|_| arguments.names.is_empty()) {
            let names: Vec<&str> = combined.members.iter().map(FeedId::as_str).collect();
            println!("{}  combined of {}", combined.id, names.join(", "));
        }
        println!("{} feed{}, no mistakes", feeds.len(), if feeds.len() == 1 { "" } else { "s" });
    }
    if let Some(warning) = exposure(settings, &feeds) {
        eprintln!(
            "\nwarning: {warning}\n\nhint: say `access = \"public\"` (summaries for anyone) or `access = \"private\"` (only you read them) in the settings"
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn next_runs(feed: &Feed) -> Vec<String> {
    let mut now = Utc::now();
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let Some(next) = feed.schedule.next_after(now, feed.zone) else { break };
        let wall_clock = next.with_timezone(&feed.zone).format("%a %F %H:%M");
        runs.push(format!("{wall_clock} {}", feed.zone.abbreviation(next)));
        now = next;
    }
    runs
}

/// Full texts under a public address need a decision, not a default.
fn exposure(settings: &Settings, feeds: &[Feed]) -> Option<String> {
    let base = settings.base_url.as_ref()?;
    let is_local = match base.0.host()? {
        url::Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        url::Host::Ipv4(address) => address.is_loopback() || address.is_private(),
        url::Host::Ipv6(address) => address.is_loopback(),
    };
    let full = feeds.iter().filter(|feed| feed.content == Content::Full).count();
    (settings.access.is_none() && !is_local && full > 0).then(|| {
        format!("{full} feeds with full text are to be published at {base}, and nothing says who may read them")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Access;

    #[test]
    fn asks_for_a_decision_only_where_anyone_could_read() {
        let full = {
            let settings = Settings::default();
            crate::config::feed_of_url(
                "https://example.org/a/".parse().unwrap(),
                std::path::Path::new("missing"),
                &settings,
            )
            .unwrap()
        };
        let check = |base: &str, access: Option<Access>| {
            let settings = Settings { base_url: Some(base.parse().unwrap()), access, ..Settings::default() };
            exposure(&settings, std::slice::from_ref(&full)).is_some()
        };
        assert!(check("https://feeds.example.org/", None));
        assert!(!check("https://feeds.example.org/", Some(Access::Private)));
        assert!(!check("http://127.0.0.1:8080/", None));
        assert!(!check("http://localhost:8080/", None));
    }
}
