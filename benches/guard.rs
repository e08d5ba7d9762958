//! What the guard in front of the HTML parser costs on real pages, and what hostile ones cost.
//!
//! `RESSORT_CORPUS=… cargo bench --bench guard` prints, for real pages, the time of the guarded
//! parse over that of the plain one, and for hostile ones time and memory.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink};
use ressort::html::{Limits, guard};
use scraper::{Html, HtmlTreeSink};

fn main() {
    hostile_pages();
    real_pages();
}

fn hostile_pages() {
    let numbered = |count: usize, make: &dyn Fn(usize) -> String| (0..count).map(make).collect::<String>();
    let cells = "<li><a href='/a'>a</a> b</li>";
    for (name, page) in [
        ("100k <div>", "<div>".repeat(100_000)),
        ("<div> hidden behind </body>", "<div></body><!---->".repeat(50_000)),
        ("20k <ul><li>", "<ul><li>".repeat(20_000)),
        ("20k <font size=i>", numbered(20_000, &|i| format!("<font size={i}>"))),
        ("10k <b id=i><p>", numbered(10_000, &|i| format!("<b id={i}><p>"))),
        ("200 <b>, then <p>", format!("<p>{}{}", numbered(200, &|i| format!("<b id={i}>")), "<p>".repeat(100_000))),
        ("200k attributes", format!("<a{}>", numbered(200_000, &|i| format!(" a{i}=b")))),
        ("short attributes", format!("<a{}>", numbered(1 << 20, &|i| format!(" {i:x}")))),
        ("as many attributes as allowed", format!("<a{}>", numbered(128, &|i| format!(" {i:x}"))).repeat(26_000)),
        ("200k <span>", "<span>".repeat(200_000)),
        ("nested tables", "<table><tr><td>".repeat(60_000)),
        ("svg <g>", format!("<svg>{}", "<g>".repeat(200_000))),
        ("3.3M <b>", "<b>".repeat(3_300_000)),
        ("10 MB of <", "<".repeat(10 << 20)),
        ("10 MB of tag soup", "<i>a</i>".repeat(1_300_000)),
        ("10 MB of comments", "<!-->".repeat(2 << 20)),
        ("10 MB of &", "&".repeat(10 << 20)),
        ("10 MB of NUL", "\0".repeat(10 << 20)),
        ("10 MB of lines", "\r\n".repeat(5 << 20)),
        ("240k nodes of list, allowed", cells.repeat(60_000)),
        ("10 MB of text, allowed", "a word ".repeat(1_490_000)),
    ] {
        // Since Linux 4.0 this begins the peak anew (proc(5), clear_refs).
        fs::write("/proc/self/clear_refs", "5").expect("Linux");
        let before = memory("VmRSS:");
        let started = cpu_seconds();
        let outcome = guard::parse(&page, &Limits::default());
        let took = (cpu_seconds() - started) * 1000.0;
        let more = memory("VmHWM:").saturating_sub(before) / 1024;
        let outcome =
            outcome.map_or_else(|error| error.to_string(), |html| format!("{} nodes", html.tree.nodes().len()));
        println!("{name:30} {:5} kB {took:>6.1} ms CPU {more:4} MB more  {outcome}", page.len() / 1024);
    }
}

fn memory(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("the field");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

type Parse = &'static dyn Fn(&str) -> Html;

fn real_pages() {
    let corpus = std::env::var("RESSORT_CORPUS")
        .map_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut pages = Vec::new();
    for directory in ["sections", "articles/pages"] {
        let Ok(entries) = fs::read_dir(corpus.join(directory)) else { continue };
        for path in entries.map(|entry| entry.expect("a readable directory").path()) {
            if path.to_string_lossy().ends_with(".html.gz") {
                let mut bytes = Vec::new();
                GzDecoder::new(fs::File::open(&path).expect("a file")).read_to_end(&mut bytes).expect("gzip");
                pages.push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    if pages.is_empty() {
        println!("no corpus at {}; set RESSORT_CORPUS", corpus.display());
        return;
    }
    let refused = pages.iter().filter(|page| guard::parse(page, &Limits::default()).is_err()).count();
    // The parser as scraper calls it, and the same code compiled into a crate of ours, which
    // cannot inline what scraper does for each node.
    let parsers: [(&str, Parse); 3] = [
        ("scraper's parse", &|page| Html::parse_document(page)),
        ("the same from here", &|page| {
            driver::parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default())
                .one(StrTendril::from_slice(page))
        }),
        ("guarded parse", &|page| guard::parse(page, &Limits::default()).expect("not refused")),
    ];
    let mut best = [f64::MAX; 3];
    for _ in 0..12 {
        for ((_, parse), best) in parsers.iter().zip(&mut best) {
            let before = cpu_seconds();
            pages.iter().for_each(|page| drop(std::hint::black_box(parse(page))));
            *best = best.min(cpu_seconds() - before);
        }
    }
    let bytes: usize = pages.iter().map(String::len).sum();
    println!("{} real pages, {} MB, {refused} refused", pages.len(), bytes >> 20);
    for ((name, _), seconds) in parsers.iter().zip(best) {
        println!("{name:20} {seconds:.3} s CPU, {:.3} of scraper's", seconds / best[0]);
    }
}

/// What this thread has used of the processor; what others do at the same time does not count.
fn cpu_seconds() -> f64 {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = statistics.split(' ').next().expect("a field").parse::<f64>().expect("a number");
    nanoseconds / 1e9
}
