//! Articles as the pipeline reads them: over several pages, in another form, without the boxes
//! that a site repeats, and never from a wall.

use serde_json::Value;

use super::newsroom::Newsroom;
use super::support::{Answer, Running, Site};

const TOPICS: [&str; 10] =
    ["Mühle", "Brücke", "Schule", "Bahnhof", "Hallenbad", "Rathaus", "Friedhof", "Markt", "Bücherei", "Turnhalle"];

fn title(topic: &str) -> String {
    format!("Gemeinderat streitet lange über die Zukunft: {topic}")
}

/// Paragraphs of a report, different from topic to topic.
fn report(topic: &str) -> Vec<String> {
    [
        format!("Die Sitzung begann mit einem Antrag, der alles über den Haufen warf, was zum Thema {topic} geplant war."),
        format!("„Wir haben zu lange gewartet“, sagte die Bürgermeisterin am Montag, als es um das Projekt {topic} ging."),
        format!("Zwei Fraktionen wollen das Vorhaben {topic} erst im Herbst wieder auf die Tagesordnung setzen, die dritte schon im Mai."),
        format!("Bis dahin soll ein Gutachten klären, was {topic} kostet, und zwar mit allen Nebenkosten und ohne Zuschüsse."),
        format!("Eine Entscheidung über {topic} fällt wohl erst, wenn das Landratsamt den Haushalt genehmigt hat."),
    ]
    .into()
}

fn paragraphs(texts: &[String]) -> String {
    texts.iter().map(|text| format!("<p>{text}</p>")).collect()
}

fn page(title: &str, head: &str, main: &str) -> String {
    format!(
        "<!doctype html><html lang=de><head><title>{title} | Musterblatt</title><meta property=og:title content='{title}'>\
         <meta property=og:type content=article><meta property=article:published_time content='2026-03-01T10:00:00+01:00'>{head}</head>\
         <body><header><a href=/>Musterblatt</a><nav><a href=/politik/>Politik</a><a href=/sport/>Sport</a></nav></header>\
         <main><article><h1>{title}</h1>{main}</article></main><footer><a href=/impressum>Impressum</a></footer></body></html>"
    )
}

fn path(at: usize) -> String {
    format!("/politik/bericht-{}.html", 7_000_001 + at)
}

/// A section page with a teaser for each topic.
fn section() -> String {
    let cards: String = TOPICS
        .iter()
        .enumerate()
        .map(|(at, topic)| {
            format!(
                "<article class=teaser><a href='{}'><h2>{}</h2></a><p>Worum es beim Thema {topic} geht und wer dagegen ist.</p></article>",
                path(at),
                title(topic)
            )
        })
        .collect();
    format!(
        "<!doctype html><html lang=de><head><title>Politik | Musterblatt</title></head><body><main><h1>Politik</h1>{cards}</main></body></html>"
    )
}

/// A site of ten articles; the first is given, the others are plain reports.
fn paper(first: &str) -> Site {
    let site = Site::new().page("/politik/", &section()).page(&path(0), first);
    TOPICS
        .iter()
        .enumerate()
        .skip(1)
        .fold(site, |site, (at, topic)| site.page(&path(at), &page(&title(topic), "", &paragraphs(&report(topic)))))
}

/// Everything published of a site, by title.
fn published(site: &Running) -> Vec<(String, String)> {
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = \"{}\"\n", site.url("/politik/")));
    newsroom.ressort(&["run"]).expect(0);
    let feed = std::fs::read(newsroom.path("out/politik/feed.json")).unwrap();
    let feed: Value = serde_json::from_slice(&feed).unwrap();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let items = feed["items"].as_array().unwrap().iter();
    items.map(|item| (text(item, "title"), text(item, "content_html"))).collect()
}

fn story(site: &Running, topic: &str) -> String {
    let all = published(site);
    let found = all.into_iter().find(|(own, _)| *own == title(topic));
    found.unwrap_or_else(|| panic!("nothing is published about {topic}")).1
}

#[test]
fn joins_the_pages_of_an_article() {
    let texts = report("Mühle");
    let heading = title("Mühle");
    let lede = "<p class=lead><b>Ein alter Streit beginnt von vorn, und keiner weiß, wie er endet.</b></p>";
    let picture = "<figure><img src=/bilder/muehle-gross.jpg width=1200><figcaption>Die Mühle</figcaption></figure>";
    // Each page with an address of its own, `rel=next` and a pager, headline and picture repeated.
    let own = |at: usize| match at {
        0 => path(0),
        _ => format!("{}/seite-{}", path(0).trim_end_matches(".html"), at + 1),
    };
    let pages: Vec<String> = (0..3)
        .map(|at| {
            let next = if at < 2 { format!("<link rel=next href='{}'>", own(at + 1)) } else { String::new() };
            let pager: String = (0..3).map(|to| format!("<li><a href='{}'>{}</a></li>", own(to), to + 1)).collect();
            let text = [
                paragraphs(&texts[at..=at]),
                paragraphs(&[format!(
                    "Was auf Seite {} noch folgt, steht im Protokoll der Sitzung.",
                    ["eins", "zwei", "drei"][at]
                )]),
            ]
            .concat();
            let head = format!("<link rel=canonical href='{}'>{next}", own(at));
            page(&heading, &head, &format!("{lede}{picture}{text}<ul class=pagination>{pager}</ul>"))
        })
        .collect();
    let site = paper(&pages[0]).page(&own(1), &pages[1]).page(&own(2), &pages[2]).start();
    let content = story(&site, "Mühle");
    let places: Vec<usize> = [&texts[0], "Seite eins", &texts[1], "Seite zwei", &texts[2], "Seite drei"]
        .iter()
        .map(|text| content.find(*text).unwrap_or_else(|| panic!("`{text}` is missing: {content}")))
        .collect();
    assert!(places.is_sorted(), "{content}");
    assert_eq!(content.matches("Ein alter Streit").count(), 1, "{content}");
    assert_eq!(content.matches("<img").count(), 1, "{content}");
}

#[test]
fn joins_pages_that_are_parameters_and_stops_at_the_last() {
    let texts = report("Mühle");
    let pager = "<div><a href='?page=1'>1</a> <a href='?page=2'>2</a> <a href='?page=3'>3</a></div>";
    let pages: Vec<String> =
        texts.chunks(2).map(|texts| page(&title("Mühle"), "", &format!("{}{pager}", paragraphs(texts)))).collect();
    // The third page is gone: what there is stays the article.
    let site = paper(&pages[0]).page(&format!("{}?page=2", path(0)), &pages[1]).start();
    let content = story(&site, "Mühle");
    for text in &texts[..4] {
        assert_eq!(content.matches(text.as_str()).count(), 1, "`{text}`: {content}");
    }
}

#[test]
fn a_series_is_not_an_article_of_several_pages() {
    let texts = report("Mühle");
    let first = page(
        &title("Mühle"),
        "",
        &format!("{}<p><a href='/politik/bericht-7000001-2.html'>Teil 2 der Serie</a></p>", paragraphs(&texts)),
    );
    let second = page(
        "Etwas ganz anderes steht im nächsten Teil",
        "",
        "<p>Dieser Absatz gehört in den zweiten Teil der Serie und nirgends sonst hin.</p>",
    );
    let site = paper(&first).page("/politik/bericht-7000001-2.html", &second).start();
    assert!(!story(&site, "Mühle").contains("zweiten Teil der Serie"));
}

#[test]
fn takes_another_form_of_the_page_only_where_it_is_better() {
    let texts = report("Mühle");
    let head = "<link rel=amphtml href=/amp/muehle>";
    let amp = page(&title("Mühle"), "", &paragraphs(&texts));
    let check = |first: &str, is_read: bool, is_taken: bool| {
        let site = paper(first).page("/amp/muehle", &amp).start();
        let content = story(&site, "Mühle");
        assert_eq!(site.count("/amp/muehle") > 0, is_read, "{first}");
        assert_eq!(content.contains(&texts[3]), is_taken, "{content}");
    };
    // Scripts would bring the text.
    check(&page(&title("Mühle"), head, "<div id=app></div>"), true, true);
    check(&page(&title("Mühle"), head, &paragraphs(&texts)), false, true);
    let paid = format!(
        "{head}<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"{}\",\"isAccessibleForFree\":false}}</script>",
        title("Mühle")
    );
    check(&page(&title("Mühle"), &paid, &paragraphs(&texts[..1])), false, false);
}

#[test]
fn never_publishes_a_wall() {
    let walls = [
        (
            "consent",
            "<title>Ihre Einwilligung</title><h1>Mit Werbung weiterlesen</h1><p>Um unsere Seiten zu nutzen, stimmen Sie bitte der Verwendung von Cookies durch uns und 184 Partner zu. Ihre Einwilligung können Sie jederzeit widerrufen.</p><button>Akzeptieren</button>",
        ),
        (
            "bot check",
            "<title>Just a moment...</title><h1>Checking your browser before accessing the site</h1><p>Please enable JavaScript and cookies to continue. This process is automatic and your browser will redirect shortly.</p>",
        ),
        (
            "login",
            "<title>Anmelden</title><h1>Anmelden</h1><form><label>E-Mail<input type=email></label><label>Passwort<input type=password></label><button>Anmelden</button></form><p>Noch kein Konto? Registrieren Sie sich jetzt kostenlos und lesen Sie weiter.</p>",
        ),
        (
            "soft 404",
            "<title>Seite nicht gefunden</title><h1>Seite nicht gefunden</h1><p>Die angeforderte Seite wurde leider nicht gefunden. Vielleicht hilft Ihnen die Suche weiter, oder Sie kehren zur Startseite zurück.</p>",
        ),
    ];
    let foreign = [
        "184 Partner",
        "enable JavaScript",
        "Registrieren Sie sich",
        "leider nicht gefunden",
        "Just a moment",
        "Anmelden",
    ];
    for (name, wall) in walls {
        let site = paper(&format!("<!doctype html><html><head></head><body>{wall}</body></html>")).start();
        let all = published(&site);
        assert!(all.len() >= TOPICS.len() - 1, "{name}: {} entries", all.len());
        for (title, content) in &all {
            let found = foreign.iter().find(|foreign| title.contains(**foreign) || content.contains(**foreign));
            assert_eq!(found, None, "{name}: {title}: {content}");
        }
    }
}

/// Boxes of sites as readers see them: nothing in their markup tells them from the text.
const BOXES: [&str; 4] = [
    "Jeden Morgen um sechs Uhr das Wichtigste aus der Region: Mit unserem kostenlosen Brief wissen Sie beim Frühstück Bescheid.",
    "Unsere Arbeit wird von Menschen wie Ihnen bezahlt, denn wir haben keine Großverleger. Schon fünf Euro im Monat helfen.",
    "Anna Muster ist seit 2011 bei uns und schreibt über alles, was im Rathaus beschlossen und wieder verworfen wird.",
    "In einer früheren Fassung hieß es, der Beschluss sei einstimmig gefallen. Wir bitten, solche Fehler zu melden.",
];

/// Where text and boxes stand on a site: the markup around the paragraphs.
type Template = fn(&[String], &str) -> String;

#[test]
fn boxes_that_a_site_repeats_are_gone_from_every_text() {
    let templates: [(&str, Template); 4] = [
        ("plain paragraphs", |texts, boxed| {
            format!("{}<p>{boxed}</p>{}", paragraphs(&texts[..2]), paragraphs(&texts[2..]))
        }),
        ("behind the text", |texts, boxed| {
            format!("<div class=entry-content>{}<p><em>{boxed}</em></p></div>", paragraphs(texts))
        }),
        ("meaningless names", |texts, boxed| {
            let div = |text: &str| format!("<div class=css-1x9v><p class=css-k0s2>{text}</p></div>");
            let lines: Vec<String> = texts.iter().map(|text| div(text)).collect();
            format!("<section class=css-ab12>{}{}{}</section>", lines[..3].concat(), div(boxed), lines[3..].concat())
        }),
        ("a box with a heading", |texts, boxed| {
            format!(
                "{}<div><h3>In eigener Sache</h3><p>{boxed}</p></div>{}",
                paragraphs(&texts[..3]),
                paragraphs(&texts[3..])
            )
        }),
    ];
    for (name, template) in templates {
        let site = TOPICS.iter().enumerate().fold(Site::new().page("/politik/", &section()), |site, (at, topic)| {
            // Every box stands on five of the ten articles, two on each.
            let boxed = [at % 4, (at + 1) % 4].map(|at| BOXES[at]).join("</p><p>");
            site.page(&path(at), &page(&title(topic), "", &template(&report(topic), &boxed)))
        });
        let all = published(&site.start());
        assert_eq!(all.len(), TOPICS.len(), "{name}");
        for topic in TOPICS {
            let (_, content) = all.iter().find(|(own, _)| *own == title(topic)).unwrap();
            for text in report(topic) {
                assert!(content.contains(&text), "{name}: `{text}` is lost: {content}");
            }
            for foreign in BOXES.into_iter().chain(["In eigener Sache"]) {
                assert!(!content.contains(foreign), "{name}: {topic}: `{foreign}` is left");
            }
        }
    }
}

#[test]
fn a_box_is_recognised_over_several_runs() {
    let text = |at: usize| paragraphs(&report(TOPICS[at]));
    let boxed = |at: usize| page(&title(TOPICS[at]), "", &format!("{}<p>{}</p>", text(at), BOXES[0]));
    let few = |count: usize| {
        let cards: String = (0..count)
            .map(|at| {
                format!("<article class=teaser><a href='{}'><h2>{}</h2></a></article>", path(at), title(TOPICS[at]))
            })
            .collect();
        Answer::html(format!(
            "<!doctype html><html lang=de><head><title>Politik</title></head><body><main><h1>Politik</h1>{cards}</main></body></html>"
        ))
    };
    let site = (0..TOPICS.len()).fold(Site::new().in_turn("/politik/", [few(5), few(6)]), |site, at| {
        // Only the last article of the first run and the new one carry the box.
        site.page(&path(at), &if at == 4 || at == 5 { boxed(at) } else { page(&title(TOPICS[at]), "", &text(at)) })
    });
    let site = site.start();
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = \"{}\"\n", site.url("/politik/")));
    newsroom.ressort(&["run"]).expect(0);
    newsroom.ressort(&["run"]).expect(0);
    let feed: Value = serde_json::from_slice(&std::fs::read(newsroom.path("out/politik/feed.json")).unwrap()).unwrap();
    let item = feed["items"].as_array().unwrap().iter().find(|item| item["title"] == title(TOPICS[5])).unwrap();
    let content = item["content_html"].as_str().unwrap();
    assert!(content.contains(&report(TOPICS[5])[4]) && !content.contains(BOXES[0]), "{content}");
}
