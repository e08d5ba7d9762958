//! Kinds of articles that are not a column of paragraphs, in markup like that of real sites with
//! text of our own. Each page says by itself what must come out: what stands in `YES` elements
//! is text, what contains `FOREIGN` must not.

use super::lines;

/// Wraps a main part into what surrounds articles everywhere.
fn page(title: &str, main: &str) -> String {
    let menu: String = ["Politik", "Wirtschaft", "Sport", "Kultur", "Wissen", "Reise"]
        .map(|section| format!("<li><a href='/{section}/'>{section} FOREIGN</a></li>"))
        .concat();
    let teasers: String = (0..6)
        .map(|n| {
            format!(
                "<div class='teaser'><a href='/a-{n}.html'><h3>FOREIGN Der Rat streitet über Vorlage {n}</h3>\
                 <p>Die FOREIGN Fraktionen werfen sich gegenseitig vor, den Haushalt nicht gelesen zu haben.</p></a></div>"
            )
        })
        .collect();
    format!(
        "<!doctype html><html lang=de><head><title>{title} - Blatt</title><meta property=og:title content='{title}'></head>\
         <body><header><nav><ul>{menu}</ul></nav></header><main>{main}</main>\
         <section class='more'><h2>Mehr FOREIGN aus dem Ressort</h2>{teasers}</section>\
         <footer><p>© 2026 FOREIGN Blatt Verlag. Alle Rechte vorbehalten.</p><ul>{menu}</ul></footer></body></html>"
    )
}

fn check(title: &str, main: &str, want: &[&str]) {
    let got = lines(&page(title, main));
    assert_eq!(got, want, "{main}");
}

const A: &str = "Die alte Mühle am Fluss stand zwanzig Jahre leer, bevor die Gemeinde sie im Herbst kaufte.";
const B: &str =
    "Nun soll ein Museum einziehen, sagt die Bürgermeisterin, und im Keller ein Café mit Blick auf das Wehr.";
const C: &str = "Der Umbau kostet nach ihren Angaben zwei Millionen Euro, die Hälfte davon zahlt das Land.";
const D: &str = "Eröffnet wird im Mai, sofern das Hochwasser die Baustelle im Frühjahr verschont.";
const E: &str = "Am Wochenende dürfen die Nachbarn schon einmal hinein und sich die Räume ansehen.";

#[test]
fn a_plain_column() {
    check(
        "Die Mühle wird Museum",
        &format!(
            "<article><h1>Die Mühle wird Museum</h1><p>{A}</p><p>{B}</p><h2>Geld vom Land</h2><p>{C}</p><p>{D}</p></article>"
        ),
        &[A, B, "Geld vom Land", C, D],
    );
}

#[test]
fn a_blog_with_comments_and_a_biography() {
    check(
        "Warum ich Mühlen mag",
        &format!(
            "<div id=primary><article class='post-17 post type-post hentry'><header class=entry-header><h1 class=entry-title>Warum ich Mühlen mag</h1>\
             <div class=entry-meta>Veröffentlicht am <time>3. März 2026</time> von <a href=/author/anna/>FOREIGN anna</a></div></header>\
             <div class=entry-content><p>{A}</p><p>{B}</p><figure class=wp-block-image><img src=/m.jpg><figcaption>FOREIGN Die Mühle im Schnee</figcaption></figure>\
             <p>{C}</p><blockquote class=wp-block-quote><p>{D}</p></blockquote><p>{E}</p></div>\
             <footer class=entry-footer>Kategorien: <a href=/c/muehlen>FOREIGN Mühlen</a></footer></article>\
             <div class=author-box><h4>Über FOREIGN Anna</h4><p>Anna FOREIGN schreibt seit zehn Jahren über Mühlen und lebt am Fluss.</p></div>\
             <div id=comments class=comments-area><h2>3 Kommentare FOREIGN</h2><ol class=comment-list>\
             <li class=comment><div class=comment-content><p>FOREIGN Schöner Text! Ich war im Sommer dort und kann den Weg am Wehr empfehlen.</p></div></li>\
             <li class=comment><div class=comment-content><p>FOREIGN Leider fehlt der Hinweis auf die Öffnungszeiten, die stehen nirgends im Netz.</p></div></li></ol>\
             <form class=comment-form><p>FOREIGN Deine E-Mail-Adresse wird nicht veröffentlicht.</p></form></div></div>"
        ),
        &[A, B, C, D, E],
    );
}

#[test]
fn a_recipe_with_ingredients_and_steps() {
    check(
        "Mühlenbrot",
        &format!(
            "<article><h1>Mühlenbrot</h1><p>{A}</p><p>{B} Dieses Brot buken die Müller dort:</p><h2>Zutaten</h2><ul><li>500 g Roggenmehl</li><li>300 ml Wasser</li>\
             <li>10 g Salz</li></ul><h2>Zubereitung</h2><ol><li>Das Mehl in eine Schüssel geben und eine Mulde formen.</li>\
             <li>Wasser und Salz hineingeben und alles zu einem Teig kneten.</li><li>Bei 220 Grad eine Stunde backen.</li></ol><p>{E}</p></article>"
        ),
        &[
            A,
            &format!("{B} Dieses Brot buken die Müller dort:"),
            "Zutaten",
            "500 g Roggenmehl",
            "300 ml Wasser",
            "10 g Salz",
            "Zubereitung",
            "Das Mehl in eine Schüssel geben und eine Mulde formen.",
            "Wasser und Salz hineingeben und alles zu einem Teig kneten.",
            "Bei 220 Grad eine Stunde backen.",
            E,
        ],
    );
}

#[test]
fn an_interview_with_bold_questions() {
    check(
        "„Ich rechne nicht“",
        &format!(
            "<article><h1>„Ich rechne nicht“</h1><p>{A}</p><p><strong>Frau Muster, wann wird eröffnet?</strong></p><p>{D}</p>\
             <p><b>Und wenn nicht?</b></p><p>Dann später.</p><h3>Wer bezahlt das?</h3><p>{C}</p><p>{E}</p></article>"
        ),
        &[A, "Frau Muster, wann wird eröffnet?", D, "Und wenn nicht?", "Dann später.", "Wer bezahlt das?", C, E],
    );
}

#[test]
fn paragraphs_parted_by_line_breaks() {
    check(
        "Die Mühle wird Museum",
        &format!(
            "<div class=artikel><h1>Die Mühle wird Museum</h1><div class=text>{A}<br><br>{B}<br/>\n<br/>{C}<br><br>{D}</div></div>"
        ),
        &[A, B, C, D],
    );
}

#[test]
fn a_list_article_with_pictures() {
    check(
        "Drei Mühlen",
        &format!(
            "<article><h1>Drei Mühlen</h1><p>{A}</p><h2>1. Die Obermühle</h2><figure><img src=/1.jpg width=800><figcaption>FOREIGN Foto: Ben Beispiel</figcaption></figure><p>{B}</p>\
             <h2>2. Die Mittelmühle</h2><figure><img src=/2.jpg width=800><figcaption>FOREIGN Foto: Ben Beispiel</figcaption></figure><p>{C}</p>\
             <h2>3. Die Untermühle</h2><figure><img src=/3.jpg width=800><figcaption>FOREIGN Foto: Ben Beispiel</figcaption></figure><p>{D}</p></article>"
        ),
        &[A, "1. Die Obermühle", B, "2. Die Mittelmühle", C, "3. Die Untermühle", D],
    );
}

#[test]
fn a_live_ticker() {
    check(
        "Ticker: Die Mühle öffnet",
        &format!(
            "<article><h1>Ticker: Die Mühle öffnet</h1><p>{A}</p><div class=liveblog><div class=liveblog-entry><time>12:10 Uhr</time><h3>Das Band ist durchgeschnitten</h3><p>{B}</p></div>\
             <div class=liveblog-entry><time>11:30 Uhr</time><h3>Die Kapelle spielt</h3><p>{C}</p><p>{D}</p></div>\
             <div class=liveblog-entry><time>11:00 Uhr</time><h3>Das Tor geht auf</h3><p>{E}</p></div></div></article>"
        ),
        &[A, "Das Band ist durchgeschnitten", B, "Die Kapelle spielt", C, D, "Das Tor geht auf", E],
    );
}

#[test]
fn a_table_among_the_paragraphs() {
    check(
        "Was der Umbau kostet",
        &format!(
            "<article><h1>Was der Umbau kostet</h1><p>{A}</p><p>{C}</p><table><tr><th>Posten</th><th>Euro</th></tr><tr><td>Dach</td><td>300.000</td></tr>\
             <tr><td>Wehr</td><td>150.000</td></tr></table><p>{D}</p></article>"
        ),
        &[A, C, "Posten | Euro", "Dach | 300.000", "Wehr | 150.000", D],
    );
}

#[test]
fn a_layout_of_tables() {
    check(
        "Die Mühle wird Museum",
        &format!(
            "<table><tr><td><a href=/>FOREIGN Start</a><br><a href=/b>FOREIGN Archiv</a></td><td><h1>Die Mühle wird Museum</h1><p>{A}</p><p>{B}</p><p>{C}</p><p>{D}</p></td>\
             <td><b>FOREIGN Werbung</b></td></tr></table>"
        ),
        &[A, B, C, D],
    );
}

#[test]
fn a_short_report() {
    check(
        "Mühle geöffnet",
        &format!("<article><h1>Mühle geöffnet</h1><div class=byline>Von FOREIGN Anna Muster</div><p>{A}</p></article>"),
        &[A],
    );
}

#[test]
fn boxes_in_the_text() {
    check(
        "Die Mühle wird Museum",
        &format!(
            "<article><h1>Die Mühle wird Museum</h1><p>{A}</p><div class=newsletter-signup><h3>FOREIGN Der Morgen im Postfach</h3><p>FOREIGN Abonnieren Sie unseren Newsletter und erfahren Sie alles zuerst.</p></div>\
             <p>{B}</p><p><strong>Lesen Sie auch: <a href=/x>FOREIGN Der Streit um das Wehr</a></strong></p><p>{C}</p>\
             <aside class=related><h4>FOREIGN Zum Thema</h4><ul><li><a href=/y>FOREIGN Mühlen im Land</a></li><li><a href=/z>FOREIGN Museen im Land</a></li></ul></aside>\
             <p>{D}</p><div class=paywall><p>FOREIGN Jetzt weiterlesen mit dem Digital-Abo: vier Wochen gratis testen, jederzeit kündbar.</p></div><p class=agency>(dpa)</p></article>"
        ),
        &[A, B, C, D],
    );
}

#[test]
fn a_part_streamed_behind_the_page() {
    let html = format!(
        "<html><body><div id=__next><main><article><h1>Die Mühle wird Museum</h1><p>{A}</p><template id='B:0'></template></article></main>\
         <footer><p>FOREIGN Impressum</p></footer></div><div hidden id='S:0'><p>{B}</p><p>{C}</p><p>{D}</p></div></body></html>"
    );
    assert_eq!(lines(&html), [A, B, C, D]);
}

#[test]
fn a_second_article_below() {
    check(
        "Die Mühle wird Museum",
        &format!(
            "<article><h1>Die Mühle wird Museum</h1><p>{A}</p><p>{B}</p><p>{C}</p></article>\
             <article><h1>Der Fluss FOREIGN steigt</h1><p>Der Pegel FOREIGN stieg am Montag um zwanzig Zentimeter, wie das Amt mitteilte.</p>\
             <p>Die Anwohner FOREIGN stapeln Sandsäcke vor ihren Türen, die Feuerwehr hilft ihnen dabei.</p>\
             <p>Am Abend FOREIGN soll der Regen nachlassen, dann sinkt auch das Wasser wieder.</p>\
             <p>Das Amt FOREIGN rät, Keller und Garagen bis zum Wochenende zu meiden.</p></article>"
        ),
        &[A, B, C],
    );
}

#[test]
fn a_text_in_the_data_of_a_script() {
    let data = serde_json::json!({"props": {"article": {"title": "Die Mühle wird Museum", "body": [
        {"type": "paragraph", "text": A}, {"type": "paragraph", "text": B}, {"type": "image", "url": "/m.jpg"}, {"type": "paragraph", "text": C}, {"type": "paragraph", "text": D}]}}});
    let html = format!(
        "<html><head><meta property=og:title content='Die Mühle wird Museum'></head><body><div id=__next></div>\
         <script id=__NEXT_DATA__ type='application/json'>{data}</script></body></html>"
    );
    assert_eq!(lines(&html), [A, B, C, D]);
}
