//! A newspaper nobody wrote: stories made of chance, the same in every run, and its pages.

use chrono::{DateTime, Utc};

/// The numbers of Steele, Lea and Flood, <https://doi.org/10.1145/2714064.2660195>.
pub struct Chance(pub u64);

impl Chance {
    pub fn number(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }

    /// Whether something happens that happens so often out of a hundred times.
    pub fn happens(&mut self, percent: u64) -> bool {
        self.number(100) < percent
    }

    /// Around the median: half of it to twice as much mostly, sometimes far more.
    pub fn span(&mut self, median: u64) -> u64 {
        let halvings = 1 + self.number(1000);
        // The quantile of an exponential distribution, by its median.
        ((median as f64) * (1000.0 / halvings as f64).log2()).round() as u64
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.number(words.len() as u64) as usize]
    }
}

const WHO: [&str; 16] = [
    "Der Landtag",
    "Die Ministerin",
    "Der Stadtrat",
    "Die Opposition",
    "Das Verfassungsgericht",
    "Der Kreistag",
    "Die Bürgermeisterin",
    "Der Ausschuss",
    "Die Fraktion",
    "Das Kabinett",
    "Der Rechnungshof",
    "Die Kommission",
    "Der Verband",
    "Die Gewerkschaft",
    "Das Bündnis",
    "Die Verwaltung",
];
const DOES: [&str; 16] = [
    "streitet über",
    "beschließt",
    "vertagt",
    "prüft",
    "verteidigt",
    "bezweifelt",
    "verhandelt über",
    "erklärt",
    "verwirft",
    "fordert",
    "bremst",
    "beschleunigt",
    "veröffentlicht",
    "kritisiert",
    "rechnet mit",
    "ordnet neu:",
];
const WHAT: [&str; 20] = [
    "den Haushalt",
    "die Brücke",
    "das Schulgesetz",
    "den Deich",
    "die Grundsteuer",
    "den Fahrplan",
    "die Klinik",
    "das Stadion",
    "den Windpark",
    "die Wahlkreise",
    "das Archiv",
    "den Hafen",
    "die Polizeireform",
    "das Moor",
    "den Marktplatz",
    "die Kitagebühren",
    "das Wassernetz",
    "den Flughafen",
    "die Theatersanierung",
    "das Stromnetz",
];
const WHEN: [&str; 12] = [
    "am Morgen",
    "nach langer Nacht",
    "ohne Mehrheit",
    "gegen den Rat der Fachleute",
    "zum dritten Mal",
    "mit knapper Not",
    "unter Protest",
    "nach Jahren",
    "in aller Stille",
    "vor der Wahl",
    "trotz leerer Kassen",
    "auf den letzten Metern",
];

/// A sentence without its full stop.
pub fn sentence(chance: &mut Chance) -> String {
    format!("{} {} {} {}", chance.pick(&WHO), chance.pick(&DOES), chance.pick(&WHAT), chance.pick(&WHEN))
}

/// So many paragraphs of prose.
pub fn prose(chance: &mut Chance, paragraphs: usize) -> Vec<String> {
    (0..paragraphs)
        .map(|_| (0..4).map(|_| format!("{}, {}. ", sentence(chance), chance.pick(&WHEN))).collect::<String>())
        .map(|paragraph| paragraph.trim_end().to_owned())
        .collect()
}

/// An article page; `canonical` is the address it calls its own.
pub fn article_page(
    canonical: &str,
    title: &str,
    lede: &str,
    paragraphs: &[String],
    published: DateTime<Utc>,
) -> String {
    let data = serde_json::json!({
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "description": lede,
        "url": canonical, "datePublished": published.to_rfc3339(), "isAccessibleForFree": true,
    });
    let text: String = paragraphs.iter().map(|paragraph| format!("<p>{paragraph}</p>")).collect();
    format!(
        "<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>{title} | Die Gazette</title>\
         <link rel=canonical href=\"{canonical}\"><meta property=og:type content=article>\
         <script type=\"application/ld+json\">{data}</script></head><body><header><a href=\"/\">Die Gazette</a></header>\
         <main><article><nav class=breadcrumb><a href=\"/\">Startseite</a> <a href=\"/politik/\">Politik</a></nav>\
         <h1>{title}</h1><p class=lede>{lede}</p><div class=text>{text}</div></article></main></body></html>"
    )
}

/// A card of a section page.
pub fn card(href: &str, title: &str, lede: &str) -> String {
    format!("<article class=teaser><a href=\"{href}\"><h3>{title}</h3></a><p>{lede}</p></article>")
}

pub fn section_page(head: &str, cards: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>Politik | Die Gazette</title>{head}</head><body>\
         <header><a href=\"/\">Die Gazette</a><nav><ul><li><a href=\"/politik/\">Politik</a></li><li><a href=\"/sport/\">Sport</a></li></ul></nav>\
         </header><main><h1>Politik</h1><div class=teasers>{cards}</div></main>\
         <footer><a href=\"/impressum/\">Impressum</a></footer></body></html>"
    )
}
