//! Which links are articles, whatever the layout.

use super::paper::*;

/// IPPEN.MEDIA: the link lies over the card, last and empty to the eye; the first link of the card
/// may lead to a picture series.
fn overlay_card(number: usize, related: &str) -> String {
    format!(
        r#"<div class="id-Box"><div class="id-Overlay id-Teaser id-Teaser--even"><div class="id-Teaser-image"><img src="/bild/{number}.jpg" alt="{title}"></div>
        <div class="id-Teaser-content"><p class="id-Teaser-kicker"><span>Nachricht {number}</span></p><h3 class="id-Teaser-headline"><span>{title}</span></h3>
        <div class="id-Teaser-text"><span>{summary}</span></div><ul class="id-Teaser-related"><li><span>Kommentare</span></li>{related}</ul></div>
        <a class="id-Overlay-link" href="//www.tageblatt.example{address}" title="{title}">{title}</a></div></div>"#,
        title = HEADLINES[number],
        summary = summary(number),
        address = address(number),
    )
}

#[test]
fn finds_overlay_links_beside_their_headline() {
    let html = page(&(0..12).map(|number| overlay_card(number, "")).collect::<String>());
    let section = read(&html);
    assert_found(&section, 0..12);
    let first = &section.teasers[0];
    assert_eq!(first.kicker.as_deref(), Some("Nachricht 0"));
    assert_eq!(first.summary, Some(summary(0)));
    assert_eq!(first.image.as_ref().unwrap().path(), "/bild/0.jpg");
}

#[test]
fn takes_the_article_and_not_the_picture_series_linked_first_in_its_card() {
    let series = |number: usize| {
        let to = address(number + 12);
        format!(
            r#"<li class="id-Teaser-related-gallery"><a href="{to}"><span>{}</span></a></li>"#,
            HEADLINES[number + 12]
        )
    };
    let html = page(&(0..10).map(|number| overlay_card(number, &series(number))).collect::<String>());
    let section = read(&html);
    for (number, headline) in HEADLINES.iter().enumerate().take(10) {
        let teaser = section.teasers.iter().find(|teaser| teaser.url.path() == address(number));
        let teaser = teaser.unwrap_or_else(|| panic!("article {number} is missing"));
        assert_eq!(teaser.title, *headline);
        assert_eq!(teaser.summary, Some(summary(number)));
    }
    // The series are links of their own and must not borrow the text of the teaser around them.
    for teaser in section.teasers.iter().filter(|teaser| (12..22).any(|number| teaser.url.path() == address(number))) {
        assert_eq!((teaser.summary.as_ref(), teaser.kicker.as_ref()), (None, None), "{}", teaser.title);
    }
}

#[test]
fn finds_headlines_inside_their_link_and_links_inside_their_headline() {
    let inside = |number: usize| {
        format!(
            r#"<li><a href="{}"><div><h3>{}</h3><p>{}</p></div></a></li>"#,
            address(number),
            HEADLINES[number],
            summary(number)
        )
    };
    assert_found(&read(&page(&format!("<ul>{}</ul>", (0..12).map(inside).collect::<String>()))), 0..12);
    let around = |number: usize| {
        format!(
            r#"<div class="item"><h3><a href="{}">{}</a></h3><p>{}</p></div>"#,
            address(number),
            HEADLINES[number],
            summary(number)
        )
    };
    assert_found(&read(&page(&(0..12).map(around).collect::<String>())), 0..12);
}

#[test]
fn merges_picture_headline_and_read_more_of_one_article() {
    let card = |number: usize| {
        let to = address(number);
        format!(
            r#"<div class="story"><a href="{to}"><img src="/bild/{number}.jpg" alt="Ein Bild"></a><h3><a href="{to}#start">{}</a></h3>
            <p>{}</p><a href="{to}?utm_source=start">Weiterlesen</a> <a href="{to}#kommentare">12 Kommentare</a></div>"#,
            HEADLINES[number],
            summary(number)
        )
    };
    let section = read(&page(&(0..12).map(card).collect::<String>()));
    assert_found(&section, 0..12);
    assert!(section.teasers.iter().all(|teaser| teaser.url.query().is_none() && teaser.url.fragment().is_none()));
}

#[test]
fn leaves_out_comment_share_topic_and_author_links_of_cards() {
    let card = |number: usize| {
        let to = address(number);
        format!(
            r#"<article><a class="topic" href="/thema/haushalt/">Haushalt</a><h3><a href="{to}">{}</a></h3><p>{}</p>
            <span class="byline">Von <a rel="author" href="/autoren/erika-probe-{number}/">Erika Probe</a></span>
            <a href="{to}#comments">{number} Kommentare</a>
            <a href="https://social.example/share?u={to}">Teilen</a><a href="mailto:?body={to}">Mailen</a></article>"#,
            HEADLINES[number],
            summary(number)
        )
    };
    let section = read(&page(&(0..12).map(card).collect::<String>()));
    assert_found(&section, 0..12);
    assert_eq!(section.teasers[3].authors, ["Erika Probe"]);
}

#[test]
fn finds_a_lead_story_unlike_the_list() {
    let lead = format!(
        r#"<section class="stage"><a class="stage__link" href="{}"><figure><img src="/bild/gross.jpg"></figure><div><strong class="stage__title">{}</strong></div></a></section>"#,
        address(0),
        HEADLINES[0]
    );
    assert_found(&read(&page(&format!("{lead}<div class='list'>{}</div>", cards(1..12)))), 0..12);
}

#[test]
fn finds_three_blocks_of_three_shapes() {
    let large = cards(0..4);
    let list: String = (4..10).map(|n| format!("<li><a href='{}'>{}</a></li>", address(n), HEADLINES[n])).collect();
    let rows: String = (10..16)
        .map(|n| {
            format!(
                "<tr><td><time datetime='2026-02-05T0{}:30:00+01:00'>0{}:30</time></td><td><a href='{}'><b>{}</b></a></td></tr>",
                n - 10,
                n - 10,
                address(n),
                HEADLINES[n]
            )
        })
        .collect();
    let html = page(&format!(
        "<h1>Politik</h1>{large}<section><h2>Kurz gemeldet</h2><ul>{list}</ul></section><section><h2>Ticker</h2><table>{rows}</table></section>"
    ));
    let section = read(&html);
    assert_found(&section, 0..16);
    let headings: Vec<_> = section
        .blocks
        .iter()
        .filter(|block| block.left_out.is_none())
        .map(|block| (block.heading.as_deref(), block.count))
        .collect();
    assert_eq!(headings, [(Some("Politik"), 4), (Some("Kurz gemeldet"), 6), (Some("Ticker"), 6)]);
    assert_eq!(section.teasers[11].published.unwrap().to_rfc3339(), "2026-02-05T01:30:00+01:00");
}

#[test]
fn leaves_out_what_is_read_most_and_keeps_the_order_of_what_is_there_twice() {
    let most_read: String =
        [5, 20, 2, 21].iter().map(|&n| format!("<li><a href='{}'>{}</a></li>", address(n), HEADLINES[n])).collect();
    let html = page(&format!("<aside><h2>Meistgelesen</h2><ol>{most_read}</ol></aside><div>{}</div>", cards(0..12)));
    let section = read(&html);
    assert_found(&section, 0..12);
    let left_out = section.blocks.iter().find(|block| block.left_out == Some(ressort::section::Reason::MostRead));
    assert_eq!(left_out.map(|block| (block.heading.as_deref(), block.count)), Some((Some("Meistgelesen"), 2)));
}

#[test]
fn leaves_out_advertisements() {
    let own = r#"<article class="teaser"><span class="label">Anzeige</span><a href="/sonderthema/ein-langer-titel-ueber-matratzen"><h2>Warum so viele jetzt diese Matratze kaufen</h2></a></article>"#;
    let foreign = r#"<article class="teaser"><a href="https://matratzen.example/aktion?id=1234567"><h2>So schlafen Sie endlich wieder ruhig durch</h2></a></article>"#;
    let empty = r#"<article class="teaser ad"><a href=""><h2></h2></a></article>"#;
    let html = page(&format!("{}{own}{empty}{}{foreign}{}", cards(0..4), cards(4..8), cards(8..12)));
    assert_found(&read(&html), 0..12);
}

#[test]
fn leaves_out_blocks_of_other_sections() {
    let elsewhere: String = (20..24).map(|n| card(n).replace("/politik/", "/sport/")).collect();
    let html = page(&format!("<div>{}</div><section><h2>Sport</h2>{elsewhere}</section>", cards(0..20)));
    assert_found(&read(&html), 0..20);
    assert_eq!(read_as(&html, "section = 'off'").teasers.len(), 24);
}

#[test]
fn tells_the_header_of_an_article_from_the_header_of_the_page() {
    let card = |number: usize| {
        format!(
            "<article><header><h3><a href='{}'>{}</a></h3></header><p>{}</p><footer><a href='/thema/deiche/'>Deiche</a></footer></article>",
            address(number),
            HEADLINES[number],
            summary(number)
        )
    };
    let html = page(&(0..12).map(card).collect::<String>());
    let html = html.replace(
        "</nav>",
        "</nav><a href='/aktion/jetzt-vier-wochen-kostenlos-lesen'>Jetzt vier Wochen kostenlos lesen</a>",
    );
    assert_found(&read(&html), 0..12);
}

#[test]
fn does_without_a_nav_element() {
    let html = page(&cards(0..12)).replace("<nav class=\"main-nav\">", "<div>").replace("</nav>", "</div>");
    let html = html.replace("<header class=\"page-head\">", "<div>").replace("</header>", "</div>");
    let html =
        html.replace("<footer class=\"page-foot\">", "<div>").replace("</footer>", "</div>").replace("main>", "div>");
    assert_found(&read(&html), 0..12);
}

#[test]
fn believes_the_page_more_than_its_item_list() {
    let item = |(at, path): (usize, String)| {
        format!(r#"{{"@type":"ListItem","position":{at},"url":"https://www.tageblatt.example{path}"}}"#)
    };
    let listed: Vec<String> = [address(1), address(0), "/thema/haushalt/".to_owned(), "/abo/".to_owned(), address(23)]
        .into_iter()
        .enumerate()
        .map(item)
        .collect();
    let list = format!(
        r#"<script type="application/ld+json">{{"@type":"ItemList","itemListElement":[{}]}}</script>"#,
        listed.join(",")
    );
    let html = page(&format!("{list}<a href='/thema/haushalt/'>Haushalt</a>{}", cards(0..12)));
    assert_found(&read(&html), 0..12);
}

#[test]
fn reads_a_list_that_calls_itself_an_article() {
    let html = page(&cards(0..12)).replace("<head>", "<head><meta property='og:type' content='article'>");
    assert_found(&read(&html), 0..12);
}

#[test]
fn resolves_links_of_every_form_and_skips_what_is_none() {
    let link =
        |to: &str, number: usize| format!("<article><h2><a href='{to}'>{}</a></h2></article>", HEADLINES[number]);
    let relative = |number: usize| address(number).trim_start_matches("/politik/").to_owned();
    let none: String = [
        "",
        "#oben",
        "javascript:void(0)",
        "${teaser.url}",
        "{{url}}",
        "mailto:a@b.example",
        "tel:+49301234",
        "data:text/html,x",
    ]
    .iter()
    .map(|to| link(to, 20))
    .collect();
    let html = page(&format!(
        "{}{}{}{}{none}{}",
        link(&relative(0), 0),
        link(&format!("//www.tageblatt.example{}", address(1)), 1),
        link(&format!("https://www.tageblatt.example:443{}", address(2)), 2),
        link(&format!("http://tageblatt.example{}?utm_source=x&fbclid=y#z", address(3)), 3),
        (4..12).map(|n| link(&address(n), n)).collect::<String>(),
    ))
    .replace("<head>", "<head><base href='/politik/'>");
    assert_found(&read(&html), 0..12);
}

#[test]
fn knows_articles_by_number_where_the_address_has_no_words() {
    let link = |number: usize| {
        format!(
            "<div class='post'><h2><a href='/?p={}'>{}</a></h2><p>{}</p></div>",
            4100 + number * 3,
            HEADLINES[number],
            summary(number)
        )
    };
    let section = read(&page(&(0..10).map(link).collect::<String>()));
    assert_eq!(section.teasers.iter().map(|teaser| teaser.title.as_str()).collect::<Vec<_>>(), HEADLINES[..10]);
}

#[test]
fn reads_lists_without_any_markup_but_links() {
    let list: String = (0..14).map(|n| format!("<a href='{}'>{}</a><br>", address(n), HEADLINES[n])).collect();
    assert_found(&read(&page(&list)), 0..14);
}
