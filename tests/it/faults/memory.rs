//! P11: what the program needs, however large the pages are.

use std::process::Stdio;

use super::super::newsroom::Newsroom;
use super::super::support::peak_mib;
use super::*;

/// The most memory that a run over forty hosts with this section page takes, in MiB.
fn peak_of_run(page: &str) -> f64 {
    let newsroom = Newsroom::new();
    let sites: Vec<Running> =
        (0..40).map(|host| Site::new().page("/politik/", page).start_on(&format!("127.0.2.{host}"))).collect();
    for (number, site) in sites.iter().enumerate() {
        newsroom.define(&format!("f{number}"), &format!("url = '{}'", site.url("/politik/")));
    }
    std::fs::write(newsroom.path("ressort.toml"), "[fetch]\nconnections = 40\n").unwrap();
    let mut run = newsroom.command(&["run", "--quiet"]).stderr(Stdio::null()).spawn().unwrap();
    let mut peak = 0.0_f64;
    while run.try_wait().unwrap().is_none() {
        peak = peak.max(peak_mib(run.id()).unwrap_or_default());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let asked = sites.iter().filter(|site| site.count("/politik/") > 0).count();
    assert_eq!(asked, 40);
    peak
}

/// Large pages wait for a room before they are downloaded to the end.
#[test]
fn p11_many_pages_of_ten_megabytes_fit_into_300_mib() {
    let paragraph = format!("<p>{}</p>", "Wort und ".repeat(12));
    let pages = [
        // Scripts make real pages large: few elements, much text.
        format!("<script>var a = \"{}\";</script></head>", "x".repeat(9_400_000)),
        // Nothing but elements, as many as a page of this size may have.
        format!("</head>{}", paragraph.repeat(9_400_000 / paragraph.len())),
    ];
    for page in pages {
        let peak = peak_of_run(&section(USUAL).replace("</head>", &page));
        println!("40 pages of 9.4 MB: {peak:.0} MiB");
        assert!(peak < 300.0, "{peak:.0} MiB");
    }
}

/// A small page needs no room, but becomes thirty times as large while it is parsed.
#[test]
fn p11_many_pages_of_ninety_thousand_elements_fit_into_300_mib() {
    let page = section(USUAL).replace("</head>", &format!("</head>{}", "<i>a</i>".repeat(90_000)));
    let peak = peak_of_run(&page);
    println!("40 pages of 90,000 elements: {peak:.0} MiB");
    assert!(peak < 300.0, "{peak:.0} MiB");
}
