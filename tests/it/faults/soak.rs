//! Two hundred feeds on forty hosts for a quarter of an hour, while ten of the hosts misbehave in
//! every way there is: the others must not notice.
//!
//! It takes its time, so it runs only when it is asked for, with the seconds it may take:
//!
//! ```sh
//! RESSORT_SOAK=900 cargo test --test it soak -- --nocapture
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::super::newsroom::Newsroom;
use super::serving::Serving;
use super::*;

const HOSTS: u32 = 40;
const SECTIONS: u32 = 5;
/// The first hosts are always well, the last ten are not.
const WELL: u32 = 30;
const PERIOD: Duration = Duration::from_secs(120);
/// A section shows a new article this often.
const NEWS_EVERY: u64 = 90;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    None,
    Error,
    Pause,
    Silence,
    Drip,
    Stall,
    Large,
    Bomb,
    CutOff,
    Empty,
    Wall,
    Circle,
    Gone,
    Deep,
}

use Fault::*;

const FAULTS: [Fault; 14] =
    [None, Error, Pause, Silence, Drip, Stall, Large, Bomb, CutOff, Empty, Wall, Circle, Gone, Deep];

impl Fault {
    fn answer(self, page: String, path: &str) -> Answer {
        match self {
            None => Answer::html(page),
            Error => Answer::new(500),
            Pause => Answer::new(429).header("retry-after", "90"),
            Silence => Answer::silence(),
            Drip => Answer::html(page).dripping(Duration::from_millis(300)),
            Stall => Answer::html(page).stalling_after(500),
            Large => Answer::html("x".repeat(11 << 20)),
            Bomb => Answer::html("\0".repeat(40 << 20)).gzip(),
            CutOff => Answer::html(page[..page.len() / 3].to_owned()).unframed(),
            Empty => Answer::new(200),
            Wall => Answer::html("<title>Just a moment...</title><p>Checking"),
            Circle => Answer::redirect(302, path),
            Gone => Answer::new(404),
            Deep => Answer::html("<div>".repeat(40_000)),
        }
    }
}

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

fn host(number: u32, began: Instant, rounds: u32, fault: &Arc<Mutex<Fault>>) -> Running {
    let mut site = Site::new();
    for index in 0..SECTIONS {
        let first = (number * SECTIONS + index) * 1000;
        let at = format!("/s{index}/");
        let (fault_now, path_here) = (fault.clone(), at.clone());
        site = site.live(&at, move |_| {
            let newest = first + (began.elapsed().as_secs() / NEWS_EVERY) as u32;
            let page = section((newest..newest + 12).rev());
            fault_now.lock().unwrap().answer(page, &path_here)
        });
        for article_number in first..first + 12 + rounds {
            let (fault_now, at) = (fault.clone(), path(article_number));
            site = site.live(&at.clone(), move |_| fault_now.lock().unwrap().answer(article(article_number), &at));
        }
    }
    site.start_on(&format!("127.0.10.{}", number + 1))
}

#[test]
fn soak() {
    let Some(seconds) = std::env::var("RESSORT_SOAK").ok().and_then(|seconds| seconds.parse().ok()) else {
        println!("skipped: RESSORT_SOAK=900 runs it for a quarter of an hour");
        return;
    };
    let length = Duration::from_secs(seconds);
    let seed = Utc::now().timestamp() as u64;
    let mut dice = Dice(seed);
    let began = Instant::now();
    let faults: Vec<Arc<Mutex<Fault>>> = (0..HOSTS).map(|_| Arc::new(Mutex::new(None))).collect();
    let rounds = (seconds / NEWS_EVERY + 2) as u32;
    let hosts: Vec<Running> = (0..HOSTS).map(|number| host(number, began, rounds, &faults[number as usize])).collect();
    let newsroom = Newsroom::new();
    for (number, site) in hosts.iter().enumerate() {
        for index in 0..SECTIONS {
            let url = site.url(&format!("/s{index}/"));
            newsroom.define(&format!("h{number:02}-s{index}"), &format!("url = '{url}'\nschedule = '*/2 * * * *'\n"));
        }
    }
    std::fs::write(newsroom.path("ressort.toml"), "[fetch]\ntimeout = '10s'\nhost_gap = '50ms'\n").unwrap();
    let started = Instant::now();
    let mut serving = Serving::start(&newsroom, &[]);
    let (mut samples, mut switched) = (Vec::new(), BTreeMap::<Fault, usize>::new());
    while started.elapsed() < length {
        std::thread::sleep(Duration::from_secs(5));
        // Two of the ten change their ways every five seconds.
        for _ in 0..2 {
            let (which, fault) = (WELL as usize + dice.roll((HOSTS - WELL) as usize), FAULTS[dice.roll(FAULTS.len())]);
            *faults[which].lock().unwrap() = fault;
            *switched.entry(fault).or_default() += 1;
        }
        assert!(serving.child.try_wait().unwrap().is_none(), "it ended:\n{}", serving.said());
        samples.push((resident_of(serving.child.id()), descriptors_of(serving.child.id())));
    }
    let metrics = serving.get("/metrics", "").1;
    let (status, took) = serving.stop();

    let mut report = format!("soak: {HOSTS} hosts, {} feeds, {seconds} s, seed {seed}\n", HOSTS * SECTIONS);
    let longest = (0..WELL).flat_map(|number| (0..SECTIONS).map(move |index| (number, index)));
    let longest =
        longest.map(|(number, index)| longest_wait(&hosts[number as usize], &format!("/s{index}/"), started, length));
    let longest = longest.max().unwrap();
    let third = samples.len() / 3;
    let mean =
        |samples: &[(u64, usize)]| samples.iter().map(|sample| sample.0).sum::<u64>() / samples.len().max(1) as u64;
    let most = |samples: &[(u64, usize)]| samples.iter().map(|sample| sample.1).max().unwrap_or_default();
    let (middle, end) = (&samples[third..2 * third], &samples[2 * third..]);
    let peak = samples.iter().map(|sample| sample.0).max().unwrap_or_default();
    let lines: usize = serving.said().lines().count();
    let _ = writeln!(report, "faults switched on: {switched:?}"); // a string takes all
    let _ = writeln!(report, "healthy feeds: longest time between two looks {longest:?}, period {PERIOD:?}");
    let _ = writeln!(
        report,
        "memory: peak {peak} MiB, mean {} MiB in the middle third, {} MiB in the last",
        mean(middle),
        mean(end)
    );
    let _ = writeln!(report, "descriptors: at most {} in the middle third, {} in the last", most(middle), most(end));
    let _ = writeln!(report, "log: {lines} lines; stopped in {took:?} with {status}");
    for line in metrics.lines().filter(|line| line.starts_with("ressort_") && !line.starts_with("ressort_feed_")) {
        let _ = writeln!(report, "{line}");
    }
    println!("{report}");

    assert!(status.success());
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(longest <= 2 * PERIOD, "a healthy feed was late by more than a period: {longest:?}");
    assert!(peak < 300, "{peak} MiB");
    assert!(mean(end) <= mean(middle) * 11 / 10 + 5, "memory grows");
    assert!(most(end) <= most(middle) + 16, "descriptors leak");
    for (name, bytes) in newsroom.published() {
        match name.rsplit('.').next() {
            Some("xml") => drop(roxmltree::Document::parse(std::str::from_utf8(&bytes).unwrap()).unwrap()),
            Some("json") => drop(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()),
            _ => {}
        }
    }
    let feeds = newsroom.published().keys().filter(|name| name.ends_with("rss.xml")).count() as u32;
    assert!(feeds >= WELL * SECTIONS, "{feeds} feeds are published");
}

/// The longest time a section was not looked at, from the start to the end.
fn longest_wait(site: &Running, path: &str, started: Instant, length: Duration) -> Duration {
    let mut last = started;
    let mut longest = Duration::ZERO;
    for seen in site.seen().iter().filter(|seen| seen.path == path) {
        longest = longest.max(seen.began.saturating_duration_since(last));
        last = seen.began;
    }
    longest.max((started + length).saturating_duration_since(last))
}

/// Memory in use, in MiB.
fn resident_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
}

fn descriptors_of(process: u32) -> usize {
    std::fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count)
}
