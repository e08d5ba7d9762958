//! Walls, error pages and lists come with status 200; none of them is published as an article.

use ressort::article::Verdict;

use super::{PROSE, URL, read, read_with, teaser};

fn check(page: &str, want: Verdict) {
    let article = read(page, URL);
    assert_eq!(article.verdict, want, "{page}");
    assert_eq!(article.body.is_empty(), want != Verdict::Article, "{page}");
}

#[test]
fn an_article_is_an_article() {
    check(&format!("<title>Der Rat kauft die Mühle</title><h1>Der Rat kauft die Mühle</h1>{PROSE}"), Verdict::Article);
    // Words of walls in a headline.
    check(
        &format!(
            "<title>Login-Daten im Rathaus gestohlen</title><meta property=og:type content=article><h1>Login-Daten im Rathaus gestohlen</h1>{PROSE}"
        ),
        Verdict::Article,
    );
    check(
        &format!(
            "<title>Zustimmung im Rat für die Mühle</title><h1>Zustimmung im Rat für die Mühle</h1>{PROSE}{PROSE}{PROSE}"
        ),
        Verdict::Article,
    );
}

#[test]
fn consent_walls_and_bot_checks_are_walls() {
    check(
        "<title>Just a moment...</title><h1>www.musterblatt.example</h1><p>Checking your browser before accessing the site. This process is automatic and takes a few seconds.</p>",
        Verdict::Wall,
    );
    check(
        "<title>Zustimmung</title><h1>Mit Werbung weiterlesen</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Details zu Cookies finden Sie in der Datenschutzerklärung, Ihre Zustimmung ist jederzeit widerrufbar.</p>",
        Verdict::Wall,
    );
    check(
        "<title>Access Denied</title><h1>Access Denied</h1><p>You don't have permission to access this page on this server, please contact us.</p>",
        Verdict::Wall,
    );
    check("<title>Anmelden</title><h1>Anmelden</h1><form><input name=user><input type=password></form>", Verdict::Wall);
}

#[test]
fn a_wall_behind_a_redirect_is_a_wall() {
    let page = "<title>Musterblatt</title><h1>Ihre Privatsphäre</h1><p>Wir und unsere 230 Partner verarbeiten Daten auf Ihrem Gerät, damit diese Seite finanziert werden kann. Sie können zustimmen oder ein Abo abschließen.</p>";
    assert_eq!(read(page, "https://consent.musterblatt.example/?to=x").verdict, Verdict::Wall);
    assert_eq!(read(page, "https://www.musterblatt.example/zustimmung?to=x").verdict, Verdict::Wall);
}

#[test]
fn error_pages_are_missing() {
    check(
        "<title>Seite nicht gefunden - Musterblatt</title><h1>Seite nicht gefunden</h1><p>Der Artikel, den Sie suchen, ist leider nicht mehr verfügbar. Vielleicht hilft Ihnen unsere Suche weiter.</p>",
        Verdict::Missing,
    );
    check(
        "<title>404</title><h1>404</h1><p>Diese Seite gibt es nicht, oder es gibt sie nicht mehr.</p>",
        Verdict::Missing,
    );
}

#[test]
fn the_home_page_in_place_of_an_article_is_missing() {
    let home = format!(
        "<title>Musterblatt</title><link rel=canonical href='https://www.musterblatt.example/'><h1>Musterblatt</h1>{PROSE}"
    );
    assert_eq!(read(&home, URL).verdict, Verdict::Listing);
    assert_eq!(read_with(&home, URL, Some(&teaser("Der Rat kauft die Mühle", URL))).verdict, Verdict::Missing);
}

#[test]
fn a_list_of_articles_is_a_listing() {
    let cards: String = (1..30).map(|i| format!("<div><h3><a href=/politik/artikel-{i}.html>Artikel Nummer {i} über die Mühle</a></h3><p>Kurz.</p></div>")).collect();
    check(&format!("<title>Politik - Musterblatt</title><h1>Politik</h1>{cards}"), Verdict::Listing);
}

#[test]
fn an_empty_page_is_empty() {
    check("", Verdict::Empty);
    check("<html><body><div id=app></div></body></html>", Verdict::Empty);
}

#[test]
fn agreement_with_the_teaser_speaks_for_the_article() {
    let page =
        format!("<title>Nicht gefunden: Wo ist die Mühle?</title><h1>Nicht gefunden: Wo ist die Mühle?</h1>{PROSE}");
    assert_eq!(
        read_with(&page, URL, Some(&teaser("Nicht gefunden: Wo ist die Mühle?", URL))).verdict,
        Verdict::Article
    );
}
