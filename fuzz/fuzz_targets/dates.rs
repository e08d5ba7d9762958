//! Dates for machines and for people, in any language: read alike each time, within the years that
//! formats can hold.

#![no_main]

use chrono::{DateTime, Datelike, Utc};
use libfuzzer_sys::fuzz_target;
use ressort::dates::{self, Locale, Precision};

const LANGUAGES: [Option<&str>; 8] =
    [None, Some("de"), Some("en-US"), Some("fr"), Some("pl"), Some("ru"), Some("tr"), Some("zh-Hans")];

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let now: DateTime<Utc> = DateTime::from_timestamp(1_772_366_400, 0).expect("1 March 2026");
    let zone = if choice & 1 == 0 { "Europe/Berlin" } else { "America/St_Johns" };
    let zone = zone.parse().expect("a zone");
    let locale = Locale { zone, now, language: LANGUAGES[usize::from(choice >> 1) % LANGUAGES.len()] };
    let machine = dates::machine(text, zone);
    let visible = dates::visible(text, &locale);
    let all = dates::visible_all(text, &locale);
    assert_eq!(visible, dates::visible(text, &locale));
    assert_eq!(visible.is_some(), !all.is_empty(), "{text:?}");
    for date in machine.into_iter().chain(visible) {
        assert!((0..=9999).contains(&date.at.year()), "{text:?}: {}", date.at);
        if date.precision == Precision::Day {
            assert_eq!(date.at.to_rfc3339().len(), 25, "{text:?}");
        }
    }
});
