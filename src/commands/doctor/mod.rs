//! `ressort doctor`: is everything here as a long run needs it?
//!
//! Each check is a function that returns findings. Nothing is changed; sites are asked only with
//! `--live`.

mod live;
mod place;

use std::process::ExitCode;

use chrono::{DateTime, TimeZone, Utc};
use serde::Serialize;
use serde_json::json;

use super::Failure;
use crate::cli::Doctor;
use crate::config::{Access, Feed, Problems, Render, Settings, Zone, load_feeds};
use crate::fetch::browser;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub verdict: Verdict,
    pub message: String,
    /// What to do, where something is to be done.
    pub hint: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Good,
    /// It works, but perhaps not as it is meant.
    Doubtful,
    Bad,
}

impl Finding {
    fn good(check: &'static str, message: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Good, message: message.into(), hint: None }
    }

    fn doubtful(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Doubtful, message: message.into(), hint: Some(hint.into()) }
    }

    fn bad(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Bad, message: message.into(), hint: Some(hint.into()) }
    }
}

pub async fn run(arguments: &Doctor, settings: &Settings) -> Result<ExitCode, Failure> {
    let now = Utc::now();
    let loaded = load_feeds(&settings.feeds, settings);
    let feeds = loaded.as_deref().unwrap_or_default();
    let mut findings = vec![definitions(&loaded)];
    findings.extend(place::check(settings).await);
    findings.push(base_address(settings));
    findings.extend(time_zones(feeds));
    findings.push(clock(now));
    findings.extend(contact(settings));
    findings.extend(chromium(feeds));
    findings.extend(live::names(feeds).await);
    if arguments.live {
        findings.extend(live::definitions(feeds, settings, now).await);
    }
    if arguments.json {
        println!("{:#}", json!(findings));
    } else {
        print!("{}", list(&findings, arguments.live));
    }
    Ok(ExitCode::from(u8::from(findings.iter().any(|finding| finding.verdict == Verdict::Bad))))
}

fn list(findings: &[Finding], was_live: bool) -> String {
    let mut out = String::new();
    for finding in findings {
        let mark = match finding.verdict {
            Verdict::Good => "ok ",
            Verdict::Doubtful => "?  ",
            Verdict::Bad => "bad",
        };
        out += &format!("{mark}  {:12} {}\n", finding.check, finding.message);
        if let Some(hint) = &finding.hint {
            out += &format!("{:18}hint: {hint}\n", "");
        }
    }
    let bad = findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count();
    out += &match bad {
        0 if was_live => "\nnothing is in the way\n".to_owned(),
        0 => "\nnothing is in the way; `ressort doctor --live` also asks every site\n".to_owned(),
        1 => "\n1 thing is in the way\n".to_owned(),
        bad => format!("\n{bad} things are in the way\n"),
    };
    out
}

fn definitions(loaded: &Result<Vec<Feed>, Problems>) -> Finding {
    match loaded {
        Ok(feeds) if feeds.is_empty() => {
            Finding::doubtful("definitions", "there are none", "make one with `ressort add URL`")
        }
        Ok(feeds) => Finding::good("definitions", format!("{} without mistakes", feeds.len())),
        Err(problems) => {
            let first = problems.0.first().map(|problem| format!("{}: {}", problem.path.display(), problem.message));
            let message = format!("{} with mistakes; {}", problems.0.len(), first.unwrap_or_default());
            Finding::bad("definitions", message, "`ressort check` shows each with its line")
        }
    }
}

fn base_address(settings: &Settings) -> Finding {
    const CHECK: &str = "base address";
    let Some(base) = &settings.base_url else {
        return Finding::doubtful(
            CHECK,
            format!("not set; readers on this machine use http://{}/", settings.listen),
            "set `base_url` if readers elsewhere should find the feeds",
        );
    };
    if settings.access.is_none() && !is_local(&base.0) {
        return Finding::doubtful(
            CHECK,
            format!("{base}, and nothing says who may read the feeds there"),
            "say `access = \"public\"` (summaries for anyone) or `access = \"private\"` (only you) in the settings",
        );
    }
    if settings.access == Some(Access::Private) && base.0.scheme() == "http" && !is_local(&base.0) {
        return Finding::doubtful(CHECK, format!("{base} sends the password readably"), "use `https://`");
    }
    Finding::good(CHECK, base.to_string())
}

fn is_local(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_private(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A section whose zone nobody knows has dates that are hours off.
fn time_zones(feeds: &[Feed]) -> Vec<Finding> {
    let unknown: Vec<&str> = feeds.iter().filter(|feed| feed.zone == Zone::UTC).map(|feed| feed.id.as_str()).collect();
    match unknown.is_empty() {
        true => vec![Finding::good("time zone", "known for every feed")],
        false => vec![Finding::doubtful(
            "time zone",
            format!("unknown for {}; schedules and dates without a zone count as UTC", unknown.join(", ")),
            "set `time_zone = \"Europe/Berlin\"` or the like in these definitions, or in the settings for all",
        )],
    }
}

/// The clock of this machine cannot be earlier than this program.
fn clock(now: DateTime<Utc>) -> Finding {
    let earliest = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).single().expect("an existing date");
    match now < earliest {
        true => Finding::bad(
            "clock",
            format!("this machine thinks it is {}", now.format("%F %H:%M UTC")),
            "set the clock, best by NTP; certificates and dates depend on it",
        ),
        false => Finding::good("clock", now.format("%F %H:%M UTC").to_string()),
    }
}

fn contact(settings: &Settings) -> Vec<Finding> {
    match &settings.contact {
        Some(contact) => vec![Finding::good("contact", contact.to_string())],
        None => vec![Finding::doubtful(
            "contact",
            "sites cannot reach you",
            "set `contact` to an address or a mail address; it becomes part of the User-Agent",
        )],
    }
}

fn chromium(feeds: &[Feed]) -> Vec<Finding> {
    let need: Vec<&str> =
        feeds.iter().filter(|feed| feed.render == Render::Browser).map(|feed| feed.id.as_str()).collect();
    match (need.is_empty(), browser::is_installed()) {
        (true, _) => Vec::new(),
        (false, true) => vec![Finding::good("browser", "Chromium is installed")],
        (false, false) => vec![Finding::bad(
            "browser",
            format!("{} need Chromium, which is not installed", need.join(", ")),
            "install it (Debian: `apt install chromium`), or take `render` out of these definitions",
        )],
    }
}
