//! What the model looks at: each feature with its name and how it is read, in the order of the
//! weights.

use std::borrow::Cow;

use super::address::{Address, Tells};
use super::titles::{self, Origin};
use super::words;

/// What a feature can speak for. A weight of the other sign would be an accident of the pages it
/// was learned from, so training sets it to zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    For,
    Against,
    Either,
}
use Speaks::{Against, Either, For};

/// A feature of `T`: its name, what it speaks for, and its value, mostly 0 or 1.
pub type Feature<T> = (&'static str, Speaks, fn(&T) -> f32);

/// A link without the page around it: its address and its title.
pub struct LinkView {
    pub address: Tells,
    pub width: usize,
    words: usize,
    /// Words of the title that stand in the address too.
    shared_words: usize,
    is_label: bool,
    has_punctuation: bool,
    begins_small: bool,
    is_all_capitals: bool,
}

impl LinkView {
    pub fn new(address: &Address, title: &str) -> LinkView {
        let words = || title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let slug = folded(&address.slug);
        let is_in_slug = |word: &Cow<'_, str>| word.len() >= 3 && slug.split(' ').any(|other| other == *word);
        let width = titles::width(title);
        LinkView {
            address: address.tells,
            width,
            words: words().count(),
            shared_words: words().take(40).map(folded).filter(is_in_slug).count(),
            is_label: words::is_boilerplate(title),
            has_punctuation: title.contains([',', ':', '?', '!', '„', '“', '"', '»', '\'', '’', '–', '—']),
            begins_small: title.starts_with(char::is_lowercase),
            is_all_capitals: width >= 4 && !title.contains(char::is_lowercase),
        }
    }
}

/// Small letters as addresses spell them: `ä` is `ae`, `é` is `e`.
fn folded(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return word.into();
    }
    if word.is_ascii() {
        return word.to_ascii_lowercase().into();
    }
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'á' | 'à' | 'â' | 'ã' | 'å' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'í' | 'ì' | 'î' | 'ï' => out.push('i'),
            'ó' | 'ò' | 'ô' | 'õ' | 'ø' => out.push('o'),
            'ú' | 'ù' | 'û' => out.push('u'),
            'ç' => out.push('c'),
            'ñ' => out.push('n'),
            c => out.push(c),
        }
    }
    out.into()
}

fn flag(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

/// How many of the features of [`LINK`], from the first, are the title's; the address's follow.
pub const TITLE_FEATURES: usize = 16;
pub const ADDRESS_FEATURES: usize = 18;

/// The features of the link model.
pub const LINK: [Feature<LinkView>; 37] = [
    ("title is empty", Against, |link| flag(link.width == 0)),
    ("title is a label", Against, |link| flag(link.is_label)),
    ("title of 10 letters", For, |link| flag(link.width >= 10)),
    ("title of 15 letters", For, |link| flag(link.width >= 15)),
    ("title of 20 letters", For, |link| flag(link.width >= 20)),
    ("title of 25 letters", For, |link| flag(link.width >= 25)),
    ("title of 32 letters", For, |link| flag(link.width >= 32)),
    ("title of 40 letters", For, |link| flag(link.width >= 40)),
    ("title of 60 letters", Either, |link| flag(link.width >= 60)),
    ("title of 200 letters", Either, |link| flag(link.width >= 200)),
    ("title of 3 words", For, |link| flag(link.words >= 3)),
    ("title of 4 words", For, |link| flag(link.words >= 4)),
    ("title of 6 words", For, |link| flag(link.words >= 6)),
    ("title has punctuation of a sentence", Either, |link| flag(link.has_punctuation)),
    ("title begins small", Either, |link| flag(link.begins_small)),
    ("title is all capitals", Against, |link| flag(link.is_all_capitals)),
    ("address is the root", Against, |link| flag(link.address.is_root)),
    ("address of 1 part", Either, |link| flag(link.address.segments == 1)),
    ("address of 2 parts", For, |link| flag(link.address.segments >= 2)),
    ("address of 3 parts", For, |link| flag(link.address.segments >= 3)),
    ("address of 5 parts", Either, |link| flag(link.address.segments >= 5)),
    ("slug of 3 words", For, |link| flag(link.address.slug_words >= 3)),
    ("slug of 4 words", For, |link| flag(link.address.slug_words >= 4)),
    ("slug of 6 words", For, |link| flag(link.address.slug_words >= 6)),
    ("number of 5 digits", For, |link| flag(link.address.number_digits >= 5)),
    ("number of 3 digits", For, |link| flag(link.address.number_digits >= 3)),
    ("date in the address", For, |link| flag(link.address.has_date)),
    ("long id in the address", For, |link| flag(link.address.has_long_id)),
    ("address ends in .html", For, |link| flag(link.address.ends_in_html)),
    ("address ends in a slash", Against, |link| flag(link.address.ends_in_slash)),
    ("query that names nothing", Against, |link| flag(link.address.has_query && !link.address.has_query_name)),
    ("query that names something", For, |link| flag(link.address.has_query_name)),
    ("service word at the end", Against, |link| flag(link.address.is_service)),
    ("service word in the address", Against, |link| flag(link.address.has_service_part)),
    ("title and address share a word", Either, |link| flag(link.shared_words >= 1)),
    ("title and address share 3 words", For, |link| flag(link.shared_words >= 3)),
    ("address says exactly the title", Against, |link| {
        flag(
            link.words > 0
                && link.words <= 3
                && link.shared_words == link.words
                && link.address.slug_words <= link.words,
        )
    }),
];

/// How many of the features of [`PAGE`] say what kind of link is the same one for all its companions.
pub const KIN: usize = 4;

/// A candidate with the page around it.
pub struct PageView {
    /// The link model's opinion, as a probability; of title and address alone too.
    pub link: f32,
    pub title: f32,
    pub address: f32,
    pub width: usize,
    pub(super) origin: Origin,
    pub card: CardView,
    pub boxes: u8,
    pub is_nav: bool,
    pub is_footer: bool,
    pub is_aside: bool,
    pub is_page_header: bool,
    pub is_main: bool,
    pub is_hidden: bool,
    pub is_related: bool,
    pub has_link_in_menu: bool,
    pub page_has_main: bool,
    pub is_same_host: bool,
    pub is_media: bool,
    pub links: usize,
    /// How many other candidates lie below this address.
    pub below: usize,
    /// Whether the page itself lies below this address.
    pub is_above_page: bool,
    pub is_in_section: bool,
    pub is_listed: bool,
    pub has_date: bool,
    pub has_number: bool,
    pub has_service_part: bool,
    /// Means over the companions, for each [`super::groups::Kinship`].
    pub kin: [KinView; KIN],
    /// Share of the page's candidates with the same form of address.
    pub template_share: f32,
    pub neighbours: f32,
}

/// What a card holds.
#[derive(Debug, Clone, Copy, Default)]
pub struct CardView {
    pub has_heading: bool,
    pub has_picture: bool,
    pub has_time: bool,
    pub is_article: bool,
    pub is_ad: bool,
    /// Letters of text beside the title.
    pub letters: usize,
    pub is_link: bool,
}

/// Means over the companions of a candidate.
#[derive(Debug, Clone, Copy, Default)]
pub struct KinView {
    pub size: usize,
    pub title: f32,
    pub address: f32,
    pub heading: f32,
    pub picture: f32,
    pub width: f32,
    pub letters: f32,
    pub main: f32,
    pub menu: f32,
}

fn steps(count: usize) -> f32 {
    (count as f32).ln_1p() / 3.0
}

/// Log-odds, kept within what one vote should count.
pub fn log_odds(probability: f32) -> f32 {
    let p = probability.clamp(0.01, 0.99);
    (p / (1.0 - p)).ln()
}

/// The features of the page model.
pub const PAGE: [Feature<PageView>; 72] = [
    ("link", For, |view| log_odds(view.link)),
    ("title", For, |view| log_odds(view.title)),
    ("address", For, |view| log_odds(view.address)),
    ("address of a section", Against, |view| flag(view.address < 0.1)),
    ("title of 15 letters", For, |view| flag(view.width >= 15)),
    ("title of 25 letters", For, |view| flag(view.width >= 25)),
    ("title of 40 letters", For, |view| flag(view.width >= 40)),
    ("title of 160 letters", Against, |view| flag(view.width >= 160)),
    ("title in a heading", For, |view| flag(view.origin == Origin::Heading)),
    ("title in a headline class", For, |view| flag(view.origin == Origin::Class)),
    ("title in an attribute", Against, |view| flag(view.origin == Origin::Attribute)),
    ("card has a heading", For, |view| flag(view.card.has_heading)),
    ("card has a picture", For, |view| flag(view.card.has_picture)),
    ("card has a time", For, |view| flag(view.card.has_time)),
    ("card has 60 letters more", For, |view| flag(view.card.letters >= 60)),
    ("card has 400 letters more", Against, |view| flag(view.card.letters >= 400)),
    ("card is an article", For, |view| flag(view.card.is_article)),
    ("card is an advertisement", Against, |view| flag(view.card.is_ad)),
    ("card is the link", Against, |view| flag(view.card.is_link)),
    ("in one box", Against, |view| flag(view.boxes >= 1)),
    ("in two boxes", Against, |view| flag(view.boxes >= 2)),
    ("in a menu", Against, |view| flag(view.is_nav)),
    ("in the footer", Against, |view| flag(view.is_footer)),
    ("in an aside", Against, |view| flag(view.is_aside)),
    ("in the page header", Against, |view| flag(view.is_page_header)),
    ("in main", For, |view| flag(view.is_main)),
    ("outside the main of the page", Against, |view| flag(view.page_has_main && !view.is_main)),
    ("hidden", Against, |view| flag(view.is_hidden)),
    ("among related links", Against, |view| flag(view.is_related)),
    ("also in a menu", Against, |view| flag(view.has_link_in_menu)),
    ("same host", For, |view| flag(view.is_same_host)),
    ("a file", Against, |view| flag(view.is_media)),
    ("two links", For, |view| flag(view.links >= 2)),
    ("above one other", Against, |view| flag(view.below >= 1)),
    ("above three others", Against, |view| flag(view.below >= 3)),
    ("above the page", Against, |view| flag(view.is_above_page)),
    ("in the section", For, |view| flag(view.is_in_section)),
    ("in the item list", For, |view| flag(view.is_listed)),
    ("role: size", For, |view| steps(view.kin[0].size)),
    ("role: title", For, |view| log_odds(view.kin[0].title)),
    ("role: address", For, |view| log_odds(view.kin[0].address)),
    ("role: headings", For, |view| view.kin[0].heading),
    ("role: pictures", For, |view| view.kin[0].picture),
    ("role: width", For, |view| view.kin[0].width),
    ("role: text", For, |view| view.kin[0].letters),
    ("shape: size", For, |view| steps(view.kin[1].size)),
    ("shape: title", For, |view| log_odds(view.kin[1].title)),
    ("shape: address", For, |view| log_odds(view.kin[1].address)),
    ("shape: headings", For, |view| view.kin[1].heading),
    ("shape: pictures", For, |view| view.kin[1].picture),
    ("shape: width", For, |view| view.kin[1].width),
    ("shape: text", For, |view| view.kin[1].letters),
    ("siblings: size", For, |view| steps(view.kin[2].size)),
    ("siblings: title", For, |view| log_odds(view.kin[2].title)),
    ("siblings: address", For, |view| log_odds(view.kin[2].address)),
    ("siblings: headings", For, |view| view.kin[2].heading),
    ("siblings: width", For, |view| view.kin[2].width),
    ("siblings: text", For, |view| view.kin[2].letters),
    ("template: size", For, |view| steps(view.kin[3].size)),
    ("template: share", For, |view| view.template_share),
    ("template: title", For, |view| log_odds(view.kin[3].title)),
    ("template: headings", For, |view| view.kin[3].heading),
    ("template: pictures", For, |view| view.kin[3].picture),
    ("template: width", For, |view| view.kin[3].width),
    ("template: text", For, |view| view.kin[3].letters),
    ("template: main", For, |view| view.kin[3].main),
    ("template: menu", Against, |view| view.kin[3].menu),
    ("neighbours: title", For, |view| log_odds(view.neighbours)),
    ("date in the address", For, |view| flag(view.has_date)),
    ("number in the address", For, |view| flag(view.has_number)),
    ("service word in the address", Against, |view| flag(view.has_service_part)),
    ("short title in a menu", Against, |view| flag((view.is_nav || view.is_footer) && view.width < 25)),
];

/// The features of the second look: what the first look made of the companions.
pub const COMPANY: [Feature<CompanyView>; 7] = [
    ("own", For, |view| log_odds(view.own)),
    ("role", For, |view| log_odds(view.kin[0])),
    ("shape", For, |view| log_odds(view.kin[1])),
    ("siblings", For, |view| log_odds(view.kin[2])),
    ("template", For, |view| log_odds(view.kin[3])),
    ("neighbours", For, |view| log_odds(view.neighbours)),
    ("alone in its role", Against, |view| flag(view.is_alone)),
];

/// A candidate after the first look.
pub struct CompanyView {
    pub own: f32,
    pub kin: [f32; KIN],
    pub neighbours: f32,
    pub is_alone: bool,
}
