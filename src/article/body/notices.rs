//! Lines that are never text: pointers to other articles, credits, posts of social networks.
//!
//! Only what is certain in any paper; everything else is left to the forest.

use super::outline::Measure;

/// Words a line begins with that leads to another article, in lower case.
const POINTERS: &[&str] = &[
    "lesen sie auch",
    "lesen sie hier",
    "lesen sie mehr",
    "lesen sie dazu",
    "lies auch",
    "mehr zum thema",
    "auch interessant",
    "siehe auch",
    "passend dazu",
    "lesetipp",
    "mehr dazu",
    "das könnte sie auch interessieren",
    "weiterlesen",
    "read more",
    "read also",
    "also read",
    "read next",
    "see also",
    "related",
    "recommended",
    "more on this story",
    "more from",
    "don't miss",
    "don’t miss",
    "must read",
    "you may also like",
    "in case you missed it",
    "further reading",
    "lees ook",
    "lees meer",
    "läs också",
    "läs mer",
    "läs även",
    "les også",
    "les mer",
    "læs også",
    "læs mere",
    "lue myös",
    "à lire aussi",
    "lire aussi",
    "leggi anche",
    "lea también",
    "te puede interesar",
    "leia também",
    "leia mais",
    "czytaj także",
    "czytaj też",
    "czytaj również",
    "zobacz także",
    "zobacz też",
    "читайте также",
    "читайте також",
    "baca juga",
    "ilgili haber",
    "関連記事",
    "あわせて読みたい",
    "관련기사",
    "lexo edhe",
    "přečtěte si také",
    "čtěte také",
    "olvasta már",
    "citește și",
    "διαβάστε επίσης",
    "прочетете още",
];

/// Such a line is no longer than this, in letters.
const LONGEST_POINTER: u32 = 220;

/// Whether a line leads to another article: "Lesen Sie auch: …".
pub fn is_pointer(text: &str, measure: &Measure) -> bool {
    if measure.letters > LONGEST_POINTER {
        return false;
    }
    let lower = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let Some(rest) = POINTERS.iter().filter_map(|pointer| lower.strip_prefix(pointer)).min_by_key(|rest| rest.len())
    else {
        return false;
    };
    let rest = rest.trim_start();
    let parted = rest.is_empty() || rest.starts_with([':', '：', '–', '—', '-', '|', '>', '»', '→', '…', '.', '▶']);
    parted || measure.linked * 3 > measure.letters
}

/// Classes that the networks give the quotes their scripts replace.
const POSTS: &[&str] = &[
    "twitter-tweet",
    "twitter-video",
    "twitter-timeline",
    "instagram-media",
    "tiktok-embed",
    "bluesky-embed",
    "reddit-embed-bq",
    "reddit-card",
    "mastodon-embed",
    "text-post-media",
    "imgur-embed-pub",
    "fb-post",
    "threads-embed",
    "truthsocial-embed",
];

/// Whether a quote with these classes is a post.
pub fn is_post(class: &str) -> bool {
    class.split_ascii_whitespace().any(|class| POSTS.contains(&class))
}

/// Short names of agencies, as they stand behind texts.
const AGENCIES: &[&str] = &[
    "dpa",
    "afp",
    "reuters",
    "rtr",
    "apa",
    "sda",
    "ap",
    "epd",
    "kna",
    "sid",
    "ansa",
    "efe",
    "tass",
    "pap",
    "belga",
    "ritzau",
    "ntb",
    "tt",
    "anp",
    "bloomberg",
    "dts",
    "ots",
    "dpad",
    "ddp",
    "ntv",
    "infocom",
    "keystone",
    "awp",
    "upi",
    "xinhua",
    "lusa",
    "mti",
    "stt",
    "ctk",
    "čtk",
    "tanjug",
    "hina",
    "aa",
    "dha",
    "iha",
    "antara",
    "jiji",
    "kyodo",
    "yonhap",
    "red",
    "redaktion",
];

/// Beginnings of lines that say who else worked on a text.
const CREDITS: &[&str] = &[
    "©",
    "(c)",
    "copyright ",
    "reporting by",
    "editing by",
    "with reporting by",
    "additional reporting by",
    "with files from",
    "compiled by",
    "edited by",
    "mit material von",
    "mit agenturmaterial",
    "mit agenturen",
    "(mit agenturen",
    "quelle:",
    "quellen:",
    "(quelle",
    "redaktion:",
    "source:",
    "(source",
    "fonte:",
    "kilde:",
    "källa:",
    "fuente:",
    "kaynak:",
    "źródło:",
    "avec afp",
    "(avec afp",
    "con información de",
    "mit dpa",
    "mit afp",
    "text von dpa",
];

/// What such lines say elsewhere than at their beginning.
const CREDITED: &[&str] = &[
    "contributed to this report",
    "contributed reporting",
    "contributed to this story",
    "contributed to this article",
];

/// Whether a line behind a text names agencies or helpers: "dpa/lby", "© 2024 AFP",
/// "Reporting by …".
pub fn is_credit(text: &str) -> bool {
    if text.len() > 320 {
        return false;
    }
    let lower = text.trim_start_matches(['(', '[', '-', '–', '—', ' ']).to_lowercase();
    CREDITS.iter().any(|credit| lower.starts_with(credit) || text.to_lowercase().starts_with(credit))
        || CREDITED.iter().any(|credited| lower.contains(credited))
        || is_agencies(&lower)
}

/// Nothing but agencies and initials: "(dpa/lby)", "hej/Reuters".
fn is_agencies(lower: &str) -> bool {
    if lower.len() > 60 {
        return false;
    }
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_agency = |word: &&str| AGENCIES.contains(word);
    words.len() <= 6
        && words.iter().any(is_agency)
        && words.iter().all(|word| is_agency(word) || word.chars().count() <= 4 && !lower.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_pointers() {
        fn check(text: &str, want: bool) {
            let letters = text.chars().filter(|c| c.is_alphanumeric()).count() as u32;
            assert_eq!(is_pointer(text, &Measure { letters, ..Measure::default() }), want, "{text}");
        }
        check("Lesen Sie auch: Der Plan der Stadt", true);
        check("» Mehr zum Thema", true);
        check("Read more – The plan", true);
        check("Related companies were searched on Friday.", false);
        check("Read more than one book a year and you stand out.", false);
        check("", false);
    }

    #[test]
    fn knows_credits() {
        fn check(text: &str, want: bool) {
            assert_eq!(is_credit(text), want, "{text}");
        }
        check("dpa/lby", true);
        check("(dpa, AFP)", true);
        check("© 2024 AFP", true);
        check("hej/Reuters", true);
        check("Reporting by Anna Muster; Editing by Ben Beispiel", true);
        check("Anna Muster in Paris contributed to this report.", true);
        check("Das sagte er der dpa.", false);
        check("Er war rot", false);
        check("Anna Muster berichtete aus Riga.", false);
    }
}
