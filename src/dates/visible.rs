//! Dates written for people, in the languages of [`super::tables`].
//!
//! A text is cut into numbers, words and marks; at each place the forms below are tried. The
//! time may stand behind the day ("5. Februar 2026, 10:15 Uhr") or before it ("10:15 AM EST,
//! February 5, 2026").

use chrono::Duration;

use super::days::{What, Written, day_at};
use super::lexicon::{Meaning, Reading};
use super::tokens::tokens;
use super::{Date, Found, Locale, Precision, Role, times};

/// The date of a text: the one named as publication, else the first that is not named as a
/// change, else the first.
pub fn visible(text: &str, locale: &Locale<'_>) -> Option<Date> {
    let all = visible_all(text, locale);
    let role = |role| all.iter().find(|found| found.role == role);
    role(Role::Published).or_else(|| role(Role::Unnamed)).or(all.first()).map(|found| found.date)
}

/// All dates of a text in order, with what the words before them say they are.
pub fn visible_all(text: &str, locale: &Locale<'_>) -> Vec<Found> {
    let tokens = tokens(text);
    let reading = Reading::new(&tokens, locale.language);
    let mut all = Vec::new();
    let (mut at, mut free) = (0, 0);
    while at < tokens.len() {
        let Some(written) = day_at(&reading, at, locale) else {
            at += 1;
            continue;
        };
        let (date, end) = with_time(&reading, &written, free, at, locale);
        if let Some(date) = date.filter(|date| is_past(date, locale)) {
            all.push(Found { date, role: role(&reading, free, at) });
        }
        (at, free) = (end, end);
    }
    all
}

/// Joins day and time; looks behind the day first, then before it.
fn with_time(
    reading: &Reading<'_>,
    day: &Written,
    free: usize,
    start: usize,
    locale: &Locale<'_>,
) -> (Option<Date>, usize) {
    let date = match day.what {
        What::Instant(date) => return (Some(date), day.end),
        What::Day(date) => date,
    };
    let after = times::after(reading, day.end);
    let end = after.as_ref().map_or(day.end, |time| time.end);
    let time = after.or_else(|| times::before(reading, free, start));
    let date = match time {
        None => Date::day(date, locale.zone),
        Some(time) => match time.zone {
            Some(zone) => zone.instant(date.and_time(time.time)).and_then(Date::instant),
            None => Date::minute(date.and_time(time.time), locale.zone),
        },
    };
    (date, end)
}

/// The nearest label before the date, back to the date before it, or directly behind it.
fn role(reading: &Reading<'_>, free: usize, start: usize) -> Role {
    let label = |at| {
        reading.find(at, |meaning| match meaning {
            Meaning::Label(role) => Some(role),
            _ => None,
        })
    };
    (free..start).rev().find_map(label).map_or(Role::Unnamed, |(role, _)| role)
}

/// A visible date is never in the future; clocks and zones may be off by a day.
fn is_past(date: &Date, locale: &Locale<'_>) -> bool {
    let slack = match date.precision {
        Precision::Day => Duration::days(1),
        Precision::Minute => Duration::hours(15),
    };
    date.at <= locale.now + slack
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Zone;
    use chrono::{TimeZone, Utc};

    fn check_in(language: &str, zone: Zone, text: &str, want: &str) {
        let now = Utc.with_ymd_and_hms(2026, 2, 6, 12, 0, 0).unwrap();
        let locale = Locale { zone, now, language: Some(language).filter(|code| !code.is_empty()) };
        let got = visible(text, &locale).map(|date| match date.precision {
            Precision::Minute => date.at.format("%Y-%m-%d %H:%M %:z").to_string(),
            Precision::Day => date.at.format("%Y-%m-%d").to_string(),
        });
        assert_eq!(got.as_deref().unwrap_or("none"), want, "{language}: {text}");
    }

    fn berlin(language: &str, text: &str, want: &str) {
        let want = if want.contains(':') { format!("{want} +01:00") } else { want.to_owned() };
        check_in(language, Zone::named("Europe/Berlin").unwrap(), text, &want);
    }

    #[test]
    fn reads_german_dates() {
        let check = |text, want| berlin("de", text, want);
        check("5. Februar 2026, 10:15 Uhr", "2026-02-05 10:15");
        check("Donnerstag, 5. Februar 2026 | 10.15 Uhr", "2026-02-05 10:15");
        check("05.02.2026, 10:15", "2026-02-05 10:15");
        check("05.02.26", "2026-02-05");
        check("5.2.2026 um 9 Uhr", "2026-02-05 09:00");
        check("5. Feb. 2026", "2026-02-05");
        check("5. Februar", "2026-02-05");
        check("24. Dezember", "2025-12-24");
        check("05.02., 10:15 Uhr", "2026-02-05 10:15");
        check("10:15 Uhr, 5. Februar 2026", "2026-02-05 10:15");
        check("vor 3 Stunden", "2026-02-06 10:00");
        check("vor einer Stunde", "2026-02-06 12:00");
        check("vor 20 Min.", "2026-02-06 12:40");
        check("vor 2 Tagen", "2026-02-04");
        check("heute, 09:30 Uhr", "2026-02-06 09:30");
        check("gestern, 14:02 Uhr", "2026-02-05 14:02");
        check("Gestern", "2026-02-05");
        check("Stand: 05.02.2026", "2026-02-05");
        check("Von Anna Muster · 3. Jänner 2026 · 5 Min. Lesezeit", "2026-01-03");
        check("Stand: 05.02.2026, 10:15 Uhr Erstellt: 04.02.2026, 08:00 Uhr", "2026-02-04 08:00");
        check("5. Februar 2026 um 10:15 Uhr (MEZ)", "2026-02-05 10:15");
    }

    #[test]
    fn reads_english_dates() {
        let check = |text, want| berlin("en", text, want);
        check("February 5, 2026", "2026-02-05");
        check("Feb. 5, 2026 at 3:14 p.m.", "2026-02-05 15:14");
        check("Thursday, 5th of February 2026 10:15", "2026-02-05 10:15");
        check("5 Feb 2026 10:15am", "2026-02-05 10:15");
        check("Published 3 hours ago", "2026-02-06 10:00");
        check("an hour ago", "2026-02-06 12:00");
        check("2h ago", "2026-02-06 11:00");
        check("yesterday at 7 pm", "2026-02-05 19:00");
        check("Feb 5", "2026-02-05");
        check("Updated Feb 6, 2026, Published Feb 5, 2026", "2026-02-05");
        check_in(
            "en",
            Zone::named("Europe/Berlin").unwrap(),
            "3:14 PM EST, Thu February 5, 2026",
            "2026-02-05 15:14 -05:00",
        );
        check_in("en", Zone::named("Europe/Berlin").unwrap(), "2 July 2025 15:14 ET", "2025-07-02 15:14 -04:00");
        check_in("en-US", Zone::UTC, "2/5/2026", "2026-02-05");
        check_in("en-GB", Zone::named("Europe/London").unwrap(), "2/5/2025", "2025-05-02");
        check_in("en", Zone::named("America/New_York").unwrap(), "2/5/2026 3:14 PM", "2026-02-05 15:14 -05:00");
        check_in("en-GB", Zone::named("Europe/London").unwrap(), "1/29/2026", "2026-01-29");
    }

    #[test]
    fn reads_dates_of_other_languages() {
        for (language, text, want) in [
            ("fr", "Publié le 5 février 2026 à 10h15", "2026-02-05 10:15"),
            ("fr", "1er février 2026", "2026-02-01"),
            ("fr", "il y a 3 heures", "2026-02-06 10:00"),
            ("fr", "Mis à jour le 6 févr. 2026, publié le 5 févr. 2026", "2026-02-05"),
            ("es", "5 de febrero de 2026 a las 10:15 h", "2026-02-05 10:15"),
            ("es", "05/02/2026 10:15", "2026-02-05 10:15"),
            ("es", "hace una hora", "2026-02-06 12:00"),
            ("es", "Actualizado a las 10:15h.", "none"),
            ("it", "5 febbraio 2026 alle 10:15", "2026-02-05 10:15"),
            ("it", "3 ore fa", "2026-02-06 10:00"),
            ("pt", "5 de fevereiro de 2026 às 10:15", "2026-02-05 10:15"),
            ("pt", "há 3 horas", "2026-02-06 10:00"),
            ("nl", "5 februari 2026 om 10:15 uur", "2026-02-05 10:15"),
            ("nl", "3 uur geleden", "2026-02-06 10:00"),
            ("pl", "5 lutego 2026, godz. 10:15", "2026-02-05 10:15"),
            ("pl", "Publikacja: 05.02.2026 10:15", "2026-02-05 10:15"),
            ("pl", "3 godziny temu", "2026-02-06 10:00"),
            ("da", "5. februar 2026 kl. 10.15", "2026-02-05 10:15"),
            ("nb", "Publisert 5. feb. 2026, kl. 10:15", "2026-02-05 10:15"),
            ("no", "for 3 timer siden", "2026-02-06 10:00"),
            ("sv", "5 februari 2026 10:15", "2026-02-05 10:15"),
            ("sv", "för 3 timmar sedan", "2026-02-06 10:00"),
            ("sv", "igår 14.02", "2026-02-05"),
            ("fi", "5. helmikuuta 2026 klo 10.15", "2026-02-05 10:15"),
            ("ru", "5 февраля 2026, 10:15", "2026-02-05 10:15"),
            ("ru", "3 часа назад", "2026-02-06 10:00"),
            ("ru", "вчера в 14:02", "2026-02-05 14:02"),
            ("uk", "5 лютого 2026, 10:15", "2026-02-05 10:15"),
            ("tr", "5 Şubat 2026 - 10:15", "2026-02-05 10:15"),
            ("tr", "Giriş: 05.02.2026 - 10:15 Güncelleme: 06.02.2026 - 11:00", "2026-02-05 10:15"),
            ("tr", "3 saat önce", "2026-02-06 10:00"),
            ("cs", "5. února 2026 v 10:15", "2026-02-05 10:15"),
            ("hu", "2026. február 5. 10:15", "2026-02-05 10:15"),
            ("ro", "5 februarie 2026, ora 10:15", "2026-02-05 10:15"),
            ("id", "5 Februari 2026, 10:15", "2026-02-05 10:15"),
            ("ja", "2026年2月5日 10時15分", "2026-02-05 10:15"),
            ("ja", "2026/2/5 午後3:14", "2026-02-05 15:14"),
            ("ja", "3時間前", "2026-02-06 10:00"),
            ("ja", "2月5日", "2026-02-05"),
            ("ja", "令和8年2月5日", "2026-02-05"),
            ("zh", "2026-02-05 10:15:00", "2026-02-05 10:15"),
            ("zh", "3小时前", "2026-02-06 10:00"),
            ("ko", "2026년 2월 5일 오후 3시 14분", "2026-02-05 15:14"),
            ("ko", "입력 2026.02.05. 10:15", "2026-02-05 10:15"),
            ("ko", "3시간 전", "2026-02-06 10:00"),
            ("", "5 février 2026", "2026-02-05"),
        ] {
            berlin(language, text, want);
        }
        check_in("id", Zone::UTC, "Kamis, 5 Februari 2026 10:15 WIB", "2026-02-05 10:15 +07:00");
    }

    #[test]
    fn takes_a_word_in_the_language_of_the_page() {
        // November in Polish, in Ukrainian November too, a Tuesday in Spanish.
        berlin("pl", "5 lis 2025", "2025-11-05");
        berlin("es", "mar 5 feb 2026", "2026-02-05");
    }

    #[test]
    fn invents_nothing() {
        for text in [
            "",
            "Kommentare",
            "10:15 Uhr",
            "Version 3.5.2",
            "192.168.1.10",
            "5 Min. Lesezeit",
            "3:2 (1:1)",
            "Platz 5",
            "im Februar 2026",
            "2026",
            "1/2",
            "24/7",
            "99.99.2026",
            "31.02.2026",
            "05.02.2099",
            "5. Februar 2050",
            "vor 99999999999 Jahren",
            "12. Mai 1066",
            "5 Stunden",
            "in 3 Stunden",
            "9.99",
            "Mai",
            "vor dem Spiel",
            "+49 30 123456",
            "Seite 2 von 3",
        ] {
            berlin("de", text, "none");
        }
    }

    #[test]
    fn survives_any_text() {
        let hostile =
            ["9".repeat(1000), "1.".repeat(5000), "vor ".repeat(5000), "年月日".repeat(1000), "\u{0}\u{307}İ'-".into()];
        for text in hostile {
            let _read_without_panic = visible(&text, &Locale { zone: Zone::UTC, now: Utc::now(), language: None });
        }
    }
}
