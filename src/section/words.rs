//! The words that tell on pages: in class names, in addresses, on labels.
//!
//! Only whole words count. A class name is taken apart at every character that is no letter or
//! digit and where a capital follows a small letter: `id-Teaser-el-relatedItem` has the words
//! `id`, `teaser`, `el`, `related`, `item`.

use super::Kind;

/// What the class and id of an element say of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// A menu, a box beside the news, an advertisement.
    pub is_box: bool,
    pub is_ad: bool,
    pub is_footer: bool,
    pub is_hidden: bool,
    pub is_headline: bool,
    pub is_kicker: bool,
    pub is_summary: bool,
    pub is_author: bool,
    pub is_date: bool,
    /// Links to more on the same subject, below a teaser.
    pub is_related: bool,
    /// Buttons, counters, shares: text that is no sentence of the teaser.
    pub is_label: bool,
    /// Set on a line of its own or in capitals, as kickers are.
    pub is_line: bool,
}

impl Tokens {
    /// Reads a class or id attribute.
    pub fn of(names: &str) -> Tokens {
        let mut tokens = Tokens::default();
        for_each_word(names, |word| tokens.add(word));
        tokens
    }

    /// What either says.
    pub fn and(self, other: Tokens) -> Tokens {
        Tokens {
            is_box: self.is_box || other.is_box,
            is_ad: self.is_ad || other.is_ad,
            is_footer: self.is_footer || other.is_footer,
            is_hidden: self.is_hidden || other.is_hidden,
            is_headline: self.is_headline || other.is_headline,
            is_kicker: self.is_kicker || other.is_kicker,
            is_summary: self.is_summary || other.is_summary,
            is_author: self.is_author || other.is_author,
            is_date: self.is_date || other.is_date,
            is_related: self.is_related || other.is_related,
            is_label: self.is_label || other.is_label,
            is_line: self.is_line || other.is_line,
        }
    }

    fn add(&mut self, word: &str) {
        match word {
            "nav" | "navi" | "navbar" | "navigation" | "subnav" | "topnav" | "mainnav" | "menu" | "menue"
            | "submenu" | "dropdown" | "sidebar" | "sitemap" | "breadcrumb" | "breadcrumbs" | "pagination"
            | "pager" | "toolbar" | "topbar" | "footer" | "cookie" | "consent" | "cmp" | "login" | "search"
            | "social" | "share" | "sharing" | "newsletter" | "widget" | "servicebar" | "services" | "tags"
            | "topics" | "masthead" => self.is_box = true,
            "ad" | "ads" | "advert" | "adverts" | "advertisement" | "advertorial" | "anzeige" | "anzeigen"
            | "werbung" | "sponsor" | "sponsored" | "promo" | "promotion" | "promoted" | "partner" | "outbrain"
            | "taboola" | "publicidad" | "affiliate" => {
                self.is_box = true;
                self.is_ad = true;
            }
            "headline" | "title" | "hed" | "hdln" | "titel" | "heading" | "titre" | "titulo" | "titular" => {
                self.is_headline = true;
            }
            "kicker" | "overline" | "topline" | "eyebrow" | "dachzeile" | "roofline" | "spitzmarke" | "subject"
            | "superheadline" | "pretitle" | "supertitle" | "antetitulo" | "rubrik" => self.is_kicker = true,
            "teasertext" | "summary" | "intro" | "lead" | "lede" | "dek" | "standfirst" | "excerpt" | "description"
            | "snippet" | "abstract" | "vorspann" | "anrisstext" | "shorttext" | "blurb" => self.is_summary = true,
            "author" | "authors" | "byline" | "autor" | "autoren" | "creator" | "auteur" => self.is_author = true,
            "date" | "datetime" | "time" | "timestamp" | "datum" | "published" | "pubdate" | "fecha" | "zeit" => {
                self.is_date = true;
            }
            "related" | "more" | "weitere" | "linklist" | "comments" | "comment" | "kommentare" => {
                self.is_related = true
            }
            "btn" | "button" | "cta" | "badge" | "label" | "count" | "counter" | "meta" | "icon" | "credit"
            | "copyright" | "caption" | "tag" | "category" | "section" | "duration" => self.is_label = true,
            "hidden" | "invisible" | "hide" => self.is_hidden = true,
            "block" | "uppercase" => self.is_line = true,
            _ => {}
        }
        self.is_footer |= matches!(word, "footer" | "sitefooter" | "pagefooter" | "colophon");
    }
}

/// Calls `each` with the small letters of every word of a name.
pub(super) fn for_each_word(names: &str, mut each: impl FnMut(&str)) {
    let mut word = String::with_capacity(24);
    let mut was_small = false;
    for c in names.chars() {
        let breaks_here = !c.is_ascii_alphanumeric() || c.is_ascii_uppercase() && was_small;
        if breaks_here && !word.is_empty() {
            each(&word);
            word.clear();
        }
        was_small = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
    }
    if !word.is_empty() {
        each(&word);
    }
}

/// The first class of an element that will still be there after the next build of the site:
/// classes with a digit, a hash or a prefix of a style compiler change with every release
/// (fixed class paths broke on 29 % of eleven German sections within a year).
pub(super) fn lasting_class(class: &str) -> Option<&str> {
    class.split_ascii_whitespace().find(|name| is_lasting(name))
}

fn is_lasting(name: &str) -> bool {
    const COMPILED: [&str; 5] = ["css-", "sc-", "jsx-", "svelte-", "emotion-"];
    let is_plain = name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'));
    let hash = name.rsplit_once("__").map_or(name, |(_, last)| last);
    is_plain && name.len() > 1 && !COMPILED.iter().any(|prefix| name.starts_with(prefix)) && !looks_random(hash)
}

/// `kXfQzs`, `BaRtQe`: capitals in the middle of a short name that is no camelCase word.
fn looks_random(name: &str) -> bool {
    let mut changes = 0;
    let bytes = name.as_bytes();
    for pair in bytes.windows(2) {
        changes += usize::from(pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
        changes += usize::from(pair[0].is_ascii_uppercase() && pair[1].is_ascii_uppercase());
    }
    let vowels = bytes.iter().filter(|b| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u')).count();
    bytes.len() >= 5 && bytes.len() <= 10 && (changes >= 2 || vowels == 0)
}

/// Words of addresses that lead to anything but an article.
pub(super) fn is_service_word(word: &str) -> bool {
    matches!(
        word,
        "tag"
            | "tags"
            | "author"
            | "authors"
            | "autor"
            | "autoren"
            | "topic"
            | "topics"
            | "thema"
            | "themen"
            | "category"
            | "categories"
            | "kategorie"
            | "contact"
            | "kontakt"
            | "impressum"
            | "imprint"
            | "datenschutz"
            | "privacy"
            | "terms"
            | "agb"
            | "login"
            | "signin"
            | "signup"
            | "register"
            | "registration"
            | "account"
            | "konto"
            | "profile"
            | "profil"
            | "user"
            | "users"
            | "about"
            | "abo"
            | "abos"
            | "abonnement"
            | "subscribe"
            | "subscription"
            | "subscriptions"
            | "newsletter"
            | "newsletters"
            | "shop"
            | "store"
            | "rss"
            | "feed"
            | "feeds"
            | "search"
            | "suche"
            | "archive"
            | "archiv"
            | "jobs"
            | "career"
            | "careers"
            | "karriere"
            | "help"
            | "hilfe"
            | "faq"
            | "advertise"
            | "advertising"
            | "werbung"
            | "mediadaten"
            | "podcasts"
            | "videos"
            | "mediathek"
            | "epaper"
            | "e-paper"
            | "apps"
            | "app"
            | "mobile"
            | "index"
            | "home"
            | "startseite"
            | "page"
            | "seite"
            | "sitemap"
            | "wetter"
            | "weather"
            | "horoskop"
            | "horoscopes"
            | "games"
            | "spiele"
            | "raetsel"
            | "quiz"
            | "crossword"
            | "people"
            | "person"
            | "staff"
            | "team"
            | "events"
            | "kalender"
            | "calendar"
            | "classifieds"
            | "anzeigen"
            | "cookies"
            | "cookie"
            | "policy"
            | "policies"
            | "accessibility"
            | "barrierefreiheit"
            | "donate"
            | "spenden"
            | "share"
            | "sharer"
            | "comments"
            | "kommentare"
            | "live"
            | "tv"
            | "radio"
            | "series"
            | "serie"
    )
}

/// Labels that stand in a link in place of the headline: "Read more", "12 Kommentare", "Video".
pub(super) fn is_boilerplate(title: &str) -> bool {
    if title.len() > 60 {
        return false;
    }
    let lower = title.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    words.clone().all(|word| is_number(word) || is_media_label(word))
        || words.clone().any(is_comment_word)
            && words.clone().filter(|word| !is_number(word) && !is_comment_word(word)).count() <= 1
        || lower.chars().count() < 30 && words.next().is_some_and(begins_invitation)
}

fn is_media_label(word: &str) -> bool {
    matches!(
        word,
        "video"
            | "videos"
            | "audio"
            | "podcast"
            | "foto"
            | "fotos"
            | "photo"
            | "photos"
            | "bilder"
            | "bild"
            | "galerie"
            | "gallery"
            | "fotostrecke"
            | "bilderstrecke"
            | "slideshow"
            | "live"
            | "ticker"
            | "liveticker"
            | "liveblog"
            | "anzeige"
            | "exklusiv"
            | "neu"
            | "new"
            | "plus"
            | "premium"
            | "abo"
            | "opinion"
            | "analyse"
            | "analysis"
            | "interview"
            | "kommentar"
            | "kolumne"
            | "watch"
            | "and"
            | "und"
            | "min"
            | "mins"
            | "видео"
            | "фото"
            | "vidéo"
            | "vídeo"
    )
}

fn is_comment_word(word: &str) -> bool {
    matches!(
        word,
        "comment"
            | "comments"
            | "kommentare"
            | "kommentar"
            | "kommentieren"
            | "comentarios"
            | "comentario"
            | "commentaires"
            | "commentaire"
            | "commenti"
            | "reacties"
            | "комментарии"
            | "комментариев"
            | "комментарий"
    )
}

fn begins_invitation(word: &str) -> bool {
    matches!(
        word,
        "read"
            | "continue"
            | "more"
            | "mehr"
            | "weiterlesen"
            | "lesen"
            | "zum"
            | "zur"
            | "permalink"
            | "lire"
            | "leer"
            | "leggi"
            | "подробнее"
            | "читать"
            | "lees"
            | "full"
            | "artikel"
            | "artikelverlinkung"
    )
}

/// Headings of lists of what others read, which come from all sections.
pub(super) const MOST_READ: [&str; 34] = [
    "meistgelesen",
    "meistgelesene",
    "meistgelesenen",
    "meist gelesen",
    "am meisten gelesen",
    "das interessiert gerade",
    "beliebteste artikel",
    "beliebteste",
    "meistkommentiert",
    "meist kommentiert",
    "meistgeklickt",
    "meistgesehen",
    "most read",
    "most popular",
    "most viewed",
    "most commented",
    "most emailed",
    "most shared",
    "trending",
    "trending now",
    "les plus lus",
    "les plus lues",
    "les plus partagés",
    "lo más leído",
    "lo más visto",
    "más leídas",
    "i più letti",
    "le più lette",
    "più letti",
    "meest gelezen",
    "mais lidas",
    "najczęściej czytane",
    "самое читаемое",
    "mest lest",
];

/// Headings of what others paid for.
pub(super) const PARTNER: [&str; 20] = [
    "anzeige",
    "anzeigen",
    "partner-anzeigen",
    "partnerangebote",
    "partnerangebot",
    "partnerinhalte",
    "unsere partner",
    "von unseren partnern",
    "werbung",
    "advertorial",
    "advertorials",
    "sponsored",
    "sponsored by",
    "sponsored content",
    "paid content",
    "from our partners",
    "around the web",
    "publicidad",
    "contenu partenaire",
    "реклама",
];

pub(super) const NEWSLETTER: [&str; 6] =
    ["newsletter", "newsletters", "newsletter-angebote", "infolettre", "boletín", "boletines"];

/// Headings of shops and vouchers.
pub(super) const SHOP: [&str; 12] = [
    "shop",
    "gutscheine",
    "gutschein",
    "gutschein des tages",
    "produktvergleiche",
    "produktvergleich",
    "kaufberatung",
    "angebote des tages",
    "deals",
    "coupons",
    "vouchers",
    "bons plans",
];

/// What a short label on a card means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Paid,
    Kind(Kind),
}

/// Reads a label: "F+", "SZ Plus", "abopflichtiger Inhalt", "Video", "Anzeige".
pub(super) fn label(text: &str) -> Option<Label> {
    let text = text.trim();
    if text.len() < 2 || text.len() > 40 {
        return None;
    }
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '+').filter(|word| !word.is_empty()).collect();
    let (first, last) = (*words.first()?, *words.last()?);
    let is_brand_plus = |word: &str| {
        word.len() >= 2
            && word.len() <= 12
            && word.ends_with('+')
            && word[..word.len() - 1].chars().all(char::is_alphabetic)
    };
    let is_paid = words.len() <= 2 && is_brand_plus(last)
        || words.len() == 2 && last == "plus" && first.len() <= 10 && first.chars().all(char::is_alphabetic)
        || words.len() == 1 && is_plus_brand(first)
        || words.iter().any(|word| {
            matches!(
                *word,
                "paid"
                    | "paywall"
                    | "abopflichtiger"
                    | "abopflichtig"
                    | "zahlungspflichtig"
                    | "kostenpflichtig"
                    | "premium"
            )
        })
        || words.len() <= 3
            && words
                .iter()
                .any(|word| matches!(*word, "abonnenten" | "abonnés" | "suscriptores" | "abbonati" | "subscribers"))
        || words.len() == 1 && matches!(first, "abo" | "exklusiv");
    if is_paid {
        return Some(Label::Paid);
    }
    if words.len() > 3 {
        return None;
    }
    Some(Label::Kind(match first {
        "anzeige" | "advertorial" | "sponsored" | "werbung" | "publicidad" | "реклама" => Kind::Ad,
        "video" | "videos" | "vidéo" | "vídeo" | "видео" if words.len() <= 2 => Kind::Video,
        "podcast" | "podcasts" => Kind::Podcast,
        "fotostrecke" | "bilderstrecke" | "bildergalerie" | "galerie" | "gallery" | "slideshow" | "fotos"
        | "photos" => Kind::Gallery,
        "liveblog" | "liveticker" | "livestream" | "live" => Kind::Live,
        _ => return None,
    }))
}

/// Class names such as `zplus`, `heiseplus`, `bildplus`: a paper's paid articles.
fn is_plus_brand(word: &str) -> bool {
    word.strip_suffix("plus").is_some_and(|brand| {
        (1..=10).contains(&brand.len())
            && brand.bytes().all(|b| b.is_ascii_alphabetic())
            && !matches!(brand, "google" | "sur")
    })
}
