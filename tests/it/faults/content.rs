//! C3 to C11: pages that are not what they should be, and what of them reaches a feed.

use ressort::entry::EntryId;
use ressort::health::State;

use super::*;

const WALL: &str = "<!DOCTYPE html><html><head><title>Zustimmung</title></head><body><h1>Wir brauchen Ihre Zustimmung</h1>\
    <p>Mit Werbung weiterlesen oder ein Abonnement abschließen. Wir und unsere Partner verarbeiten Daten.</p></body></html>";

/// A wall that calls itself by the name of the article and has a text like an article's.
fn disguised_wall(number: u32) -> String {
    article_with(number, "", &text(9999))
}

#[tokio::test]
async fn c3_a_consent_wall_is_never_taken_for_the_text_and_the_article_follows_when_it_is_gone() {
    for wall in [|_: u32| WALL.to_owned(), disguised_wall] {
        let site = USUAL.fold(paper(), |site, number| site.page(&path(number), &wall(number))).start();
        let room = Room::of(&site).await;
        let mut now = printed() + minutes(30);
        for _ in 0..4 {
            room.refresh(now).await;
            now += minutes(45);
        }
        for item in room.items() {
            let content = item["content_html"].as_str().unwrap();
            assert!(!content.contains("Partner verarbeiten") && !content.contains("Berichts 9999"), "{content}");
        }
        let before = room.ids();
        for number in USUAL {
            site.set(&path(number), Answer::html(article(number)));
        }
        for _ in 0..6 {
            now += minutes(120);
            room.refresh(now).await;
        }
        assert_eq!(room.ids(), before, "the same entries, now complete");
        for number in USUAL {
            assert!(room.item(number)["content_html"].as_str().unwrap().contains(&format!("des Berichts {number}:")));
        }
    }
}

/// Agency pieces stand several times on one site, and search engines are told another headline.
#[tokio::test]
async fn c3_one_text_under_headlines_that_its_pages_name_somewhere_is_no_wall() {
    let page = |number: u32| {
        let name = title(number);
        let data = format!(
            "<script type=application/ld+json>{{\"@type\": \"NewsArticle\", \"headline\": \"{name}\"}}</script>"
        );
        let other = "Alles, was man dazu in diesen Tagen wissen muss";
        article_with(number, &data, &text(1))
            .replace(&format!("<title>{name}"), &format!("<title>{other}"))
            .replace(&format!("<h1>{name}"), &format!("<h1>{other}"))
    };
    let site = (1..=4).fold(paper(), |site, number| site.page(&path(number), &page(number))).start();
    let room = Room::of(&site).await;
    room.refresh(printed() + minutes(30)).await;
    assert_eq!(room.items().len(), USUAL.count());
    for number in 1..=4 {
        assert!(room.item(number)["content_html"].as_str().unwrap().contains("des Berichts 1:"), "{number}");
    }
}

#[tokio::test]
async fn c4_an_error_page_with_status_200_is_no_article() {
    let missing = "<!DOCTYPE html><html><head><title>Artikel nicht gefunden</title></head><body><h1>Artikel nicht gefunden</h1>\
        <p>Der Artikel, den Sie suchen, ist nicht mehr da. Vielleicht finden Sie ihn über die Suche.</p></body></html>";
    let home = section(1..=30).replace("<title>Politik", "<title>Startseite").replace("<h1>Politik", "<h1>Start");
    let site = paper().page(&path(1), missing).page(&path(2), &home).start();
    let room = Room::of(&site).await;
    for round in 0..4 {
        room.refresh(printed() + minutes(30 + 45 * round)).await;
    }
    for item in room.items() {
        let content = item["content_html"].as_str().unwrap();
        assert!(!content.contains("nicht mehr da") && !content.contains("Bericht 17"), "{content}");
    }
    assert!(room.items().len() >= 10);
}

#[tokio::test]
async fn c5_a_section_without_articles_keeps_the_feed() {
    let advertisements: String =
        (1..9).map(|ad| format!("<div class=ad><a href=\"https://ads.example/{ad}\">Anzeige {ad}</a></div>")).collect();
    let empty = section([]);
    let only_advertisements = empty.replace("<h1>Politik</h1>", &format!("<h1>Politik</h1>{advertisements}"));
    for page in [empty, only_advertisements] {
        let site = paper().start();
        let room = Room::of(&site).await;
        room.refresh(noon()).await;
        let before = room.feed_files();
        site.set("/politik/", Answer::html(page));
        let report = room.refresh(noon() + minutes(30)).await;
        assert_eq!(report.state, State::Degraded, "{report}");
        assert_eq!(room.feed_files(), before);
    }
}

#[tokio::test]
async fn that_the_page_still_shows_an_article_is_noted_every_few_hours() {
    let site = paper().start();
    let room = Room::of(&site).await;
    let mut noted = Vec::new();
    for (last, time) in [(12, 0), (13, 30), (14, 370)] {
        site.set(&path(last), Answer::html(article(last)));
        site.set("/politik/", Answer::html(section(1..=last)));
        room.refresh(noon() + minutes(time)).await;
        let ids: Vec<EntryId> = room.ids().iter().map(|(id, _)| EntryId::published(id)).collect();
        let members = room.desk.store.members(&room.feed.id, &ids).await.unwrap();
        let mut times: Vec<i64> = members.iter().map(|(_, seen, _)| (*seen - noon()).num_minutes()).collect();
        times.sort_unstable();
        noted.push(times);
    }
    assert_eq!(noted, [vec![0; 12], [vec![0; 12], vec![30]].concat(), [vec![30], vec![370; 13]].concat()]);
}

#[tokio::test]
async fn c6_an_article_is_one_entry_whatever_becomes_of_its_address() {
    let site = paper().start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    let before = room.ids();
    // Another slug with the same number, a tracking parameter, http instead of https, twice on one page.
    let renamed = path(1).replace("bericht", "neuer-titel");
    let page = section(USUAL)
        .replace(&path(1), &renamed)
        .replace(&format!("{}\"", path(2)), &format!("{}?utm_source=start#kommentare\"", path(2)));
    let twice = page.replace(
        "</main>",
        &format!("<article class=teaser><h3><a href=\"{renamed}\">{}</a></h3></article></main>", title(1)),
    );
    site.set(&renamed, Answer::html(article(1)));
    site.set("/politik/", Answer::html(twice));
    room.refresh(noon() + minutes(30)).await;
    assert_eq!(room.ids(), before);
    // An article leaves the page and comes back after months.
    site.set("/politik/", Answer::html(section(2..=13)));
    site.set(&path(13), Answer::html(article(13)));
    room.refresh(noon() + minutes(60)).await;
    let with_new = room.ids();
    assert_eq!(with_new.len(), 13);
    site.set("/politik/", Answer::html(section(1..=13)));
    room.refresh(noon() + days(100)).await;
    assert_eq!(room.ids(), with_new);
}

#[tokio::test]
async fn c6_two_addresses_with_one_canonical_address_are_one_entry() {
    let canonical = |site: &str| format!("<link rel=canonical href=\"{site}/politik/der-eine-text\">");
    let site = paper().start();
    let host = site.url("").to_string();
    let host = host.trim_end_matches('/');
    for slug in ["/politik/der-eine-text", "/politik/der-eine-text-update"] {
        site.set(slug, Answer::html(article_with(40, &canonical(host), &text(40))));
    }
    let card = |slug: &str| {
        format!("<article class=teaser><h3><a href=\"{slug}\">{}</a></h3><p>Anreißer.</p></article>", title(40))
    };
    let both = format!("{}{}</main>", card("/politik/der-eine-text"), card("/politik/der-eine-text-update"));
    site.set("/politik/", Answer::html(section(USUAL).replace("</main>", &both)));
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    room.refresh(noon() + minutes(60)).await;
    assert_eq!(room.items().len(), 13);
    // What only says where a reader came from does not make another article.
    for (round, query) in ["", "?utm_source=start", "?wt_zmc=a&fbclid=b"].into_iter().enumerate() {
        let address = format!("/politik/ohne-nummer{query}");
        site.set(&address, Answer::html(article(41)));
        let shown = format!("{}{both}", card(&address).replace(&title(40), &title(41)));
        site.set("/politik/", Answer::html(section(USUAL).replace("</main>", &shown)));
        room.refresh(noon() + minutes(90 + 30 * round as i64)).await;
        assert_eq!(room.items().len(), 14, "{address}");
    }
}

#[tokio::test]
async fn c7_dates_are_read_once_and_never_invented_twice() {
    let dated = |number: u32, date: &str| article(number).replace(&printed().to_rfc3339(), date);
    let at = |date: &str| date.parse::<DateTime<chrono::FixedOffset>>().unwrap();
    let now = noon();
    let seen = "2026-03-01T13:00:00+01:00";
    let cases = [
        (1, "", seen),
        (2, "2026-02-28T10:15:00", "2026-02-28T10:15:00+01:00"),
        (3, "2026-02-28T10:15:00+0200", "2026-02-28T09:15:00+01:00"),
        (4, "1970-01-01T00:00:00Z", seen),
        (5, "0000-00-00T00:00:00Z", seen),
        (6, "2099-01-01T00:00:00Z", seen),
        (7, "2026-03-01T12:14:00Z", "2026-03-01T13:14:00+01:00"),
        (8, "2026-03-01T12:16:00Z", seen),
        // 30 March 2025 has no 02:30 in Berlin, 26 October has two.
        (9, "2025-03-30T02:30:00", "2025-03-30T03:30:00+02:00"),
        (10, "2025-10-26T02:30:00", "2025-10-26T02:30:00+02:00"),
        (11, "irgendwann", seen),
    ];
    let site =
        cases.iter().fold(paper(), |site, (number, date, _)| site.page(&path(*number), &dated(*number, date))).start();
    let room = Room::with(&site, "[keep]\nentries = 100\n", |_| {}).await;
    room.refresh(now).await;
    for (number, date, want) in cases {
        let got = at(room.item(number)["date_published"].as_str().unwrap());
        // Entries without a date keep the order of the page: each a second before the one above.
        let apart = (at(want) - got).num_seconds();
        assert!((0..=i64::from(number)).contains(&apart), "`{date}`: {got} instead of {want}");
        let updated = at(room.item(number)["date_modified"].as_str().unwrap());
        assert!(updated >= got, "`{date}`: updated {updated} before published {got}");
    }
    let before = room.ids();
    // A correction is published, with the date as it was.
    for (number, date, _) in cases {
        site.set(&path(number), Answer::html(dated(number, date).replace("und so weiter.", "und noch mehr.")));
    }
    for hour in 1..5 {
        room.refresh(now + minutes(60 * hour)).await;
    }
    assert_eq!(room.ids(), before, "a date moved");
    assert!(room.item(1)["content_html"].as_str().unwrap().contains("und noch mehr."), "not read again");
}

#[tokio::test]
async fn c8_what_xml_cannot_hold_and_what_is_far_too_long_is_taken_out() {
    let odd = "A\u{b}B\u{0}C\u{fffe}D\u{202e}E ]]> &amp; <b>F</b>";
    let ld = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Kopf \ud800 und Zeile","description":"a\u0000b"}</script>"#;
    let long = "sehr langer Titel ".repeat(60_000);
    let site = paper()
        .page(&path(1), &article_with(1, ld, &format!("<p>{odd} und noch ein ganzer Satz dazu.</p>{}", text(1))))
        .page(&path(2), &article_with(2, "", &text(2).repeat(120)))
        .page(&path(3), &article(3).replace(&title(3), &long))
        .start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    for name in ["rss.xml", "atom.xml"] {
        let file = room.published(name);
        roxmltree::Document::parse(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!file.contains(['\u{b}', '\u{0}', '\u{fffe}', '\u{202e}']), "{name}");
    }
    assert_eq!(room.items().len(), 12);
    for item in room.items() {
        assert!(item["title"].as_str().unwrap().chars().count() <= 301, "{}", item["title"]);
        assert!(item["content_html"].as_str().unwrap().len() <= 210 * 1024);
    }
}

#[tokio::test]
async fn c9_nothing_that_runs_or_loads_on_its_own_reaches_a_feed() {
    let attack = "<script>alert(1)</script><p onclick=alert(2)>Harmloser Satz mit genug Wörtern für einen Absatz.</p>\
        <iframe src=https://evil.example/></iframe><form action=https://evil.example/><input></form>\
        <svg onload=alert(3)><style><img src=x onerror=alert(4)></style></svg><math><mtext><style><img src=x onerror=alert(5)></style></mtext></math>\
        <meta http-equiv=refresh content='0;url=https://evil.example/'><object data=x></object>\
        <p>Ein <a href=\"java&#10;script:alert(6)\">Link</a>, <a href=\" &#1;vbscript:x\">noch einer</a>, <a href=data:text/html,x>und einer</a>.</p>\
        <img src=\"/bild.jpg\" srcset=\"javascript:alert(7) 2x\">";
    let head = "<meta property=og:image content=\"javascript:alert(8)\"><meta name=author content='<img src=x onerror=alert(9)>'>";
    let site = paper().page(&path(1), &article_with(1, head, &format!("{attack}{}", text(1)))).start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    let item = room.item(1);
    let content = item["content_html"].as_str().unwrap();
    for bad in [
        "<script",
        "onclick",
        "onload",
        "onerror",
        "<iframe",
        "<form",
        "<input",
        "<svg",
        "<style",
        "<meta",
        "<object",
        "javascript:",
        "vbscript:",
        "data:",
    ] {
        assert!(!content.contains(bad), "`{bad}` in {content}");
    }
    assert!(content.contains("Harmloser Satz"), "{content}");
    assert!(item["image"].as_str().is_none_or(|image| image.starts_with("http")), "{item}");
    for file in [room.published("rss.xml"), room.published("atom.xml"), room.published("index.html")] {
        assert!(!file.contains("<img src=x onerror"), "markup in a field that is text");
    }
}

#[tokio::test]
async fn c10_neither_counting_pixels_nor_credentials_reach_a_feed() {
    let picture = |attributes: &str| format!("<figure><img {attributes} alt=\"\"></figure>");
    let pixels = [
        "src=https://count.example/pixel.gif width=1 height=1",
        "src=https://count.example/a.jpg width=1 height=1",
        "src=https://count.example/b.jpg width=800 height=450 style='display: none'",
        "src=https://vg08.met.vgwort.de/na/0123456789abcdef",
        "src=https://vg08.met.vgwort.de/na/0123456789abcdef.jpg width=800 height=450",
        "src=/bilder/bruecke.jpg width=800 height=450",
    ];
    let pixels = format!("</p>{}<p>Absatz 1", pixels.map(picture).concat());
    let link = "<p>Nach <a href=https://anna:geheim@www.example.org/seite>dieser Seite</a> sagt Absatz 0";
    let body = text(1).replacen("<p>Absatz 0", link, 1).replacen("</p><p>Absatz 1", &pixels, 1);
    let site = paper().page(&path(1), &article_with(1, "", &body)).start();
    let room = Room::of(&site).await;
    room.refresh(noon()).await;
    let content = room.item(1)["content_html"].as_str().unwrap().to_owned();
    for bad in ["count.example", "vgwort", "geheim"] {
        assert!(!content.contains(bad), "`{bad}` in {content}");
    }
    assert!(content.contains("https://www.example.org/seite"), "{content}");
    assert!(content.contains("/bilder/bruecke.jpg"), "a picture is a picture: {content}");
}

#[tokio::test]
async fn c11_paid_articles_are_marked_and_carry_what_anybody_may_read() {
    let paid = |number: u32, value: &str| {
        let ld =
            format!("{{\"@type\":\"NewsArticle\",\"headline\":\"{}\",\"isAccessibleForFree\":{value}}}", title(number));
        let head = format!("<script type=\"application/ld+json\">{ld}</script>");
        // What stands before the barrier, and nothing of what is behind it.
        let open = text(number).split_inclusive("</p>").take(2).collect::<String>();
        article_with(number, &head, &open)
    };
    let site = paper()
        .page(&path(1), &paid(1, "false"))
        .page(&path(2), &paid(2, "\"False\""))
        .page(&path(3), &paid(3, "true"))
        .start();
    let room = Room::of(&site).await;
    for round in 0..4 {
        room.refresh(printed() + minutes(30 + 45 * round)).await;
    }
    for (number, is_paid) in [(1, true), (2, true), (3, false)] {
        assert_eq!(room.item(number)["_ressort"]["paywalled"].as_bool().unwrap_or(false), is_paid, "{number}");
    }
    assert!(site.seen().iter().all(|seen| seen.header("cookie").is_none() && seen.header("referer").is_none()));
}
