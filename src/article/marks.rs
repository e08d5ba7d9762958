//! What the names of an element (classes, id, `itemprop`, test ids) say it holds.
//!
//! Names are compared by whole words, camelCase and hyphens split: `articleByline` holds
//! `byline`, `shadow` does not hold `ad`. A mark is a hint for where to look, never a proof.

use std::ops::Range;
use std::sync::LazyLock;

use scraper::ElementRef;

use crate::fold::{FoldMap, FoldSet};

/// A set of things an element may hold, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks(u32);

impl Marks {
    pub const BYLINE: Marks = Marks(1);
    pub const DATE: Marks = Marks(1 << 1);
    pub const LEDE: Marks = Marks(1 << 2);
    pub const KICKER: Marks = Marks(1 << 3);
    pub const CAPTION: Marks = Marks(1 << 4);
    pub const CREDIT: Marks = Marks(1 << 5);
    pub const CRUMBS: Marks = Marks(1 << 6);
    pub const TOPICS: Marks = Marks(1 << 7);
    /// Not of this article: related articles, comments, navigation, advertisements.
    pub const FOREIGN: Marks = Marks(1 << 8);
    pub const HEADLINE: Marks = Marks(1 << 9);
    pub const BIOGRAPHY: Marks = Marks(1 << 10);
    pub const PAYWALL: Marks = Marks(1 << 11);
    pub const MODIFIED: Marks = Marks(1 << 12);
    pub const IMAGE: Marks = Marks(1 << 15);

    pub fn has(self, other: Marks) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}

/// Words of the languages of the press, by what they mark. A word with a space stands for two
/// words in a row.
const WORDS: &[(Marks, &str)] = &[
    (
        Marks::BYLINE,
        "author,authors,byline,bylines,autor,autoren,autores,autore,autori,firma,skribent,yazar,muhabir,reporter,writer,writers,\
         verfasser,auteur,journalist,journalists,redakteur,contributor,contributors,autorzeile,auteurs,signature,byl,creator,kirjoittaja",
    ),
    (
        Marks::DATE,
        "date,dates,time,timestamp,datetime,pubdate,published,datepublished,fecha,datum,publishdate,publish,publication,\
         dateline,erscheinungsdatum,veroeffentlicht,posted,uhrzeit,zeitstempel,tarih,data,when,dato,hora,created,datepub",
    ),
    (Marks::MODIFIED, "updated,modified,datemodified,update,aktualisiert,lastupdate,actualizado,oppdatert,stand"),
    (
        Marks::LEDE,
        "lead,lede,intro,introduction,standfirst,deck,dek,vorspann,subheadline,subtitle,subhead,strapline,sapo,ingress,chapo,\
         subtitulo,entradilla,sommario,occhiello,leadtext,bajada,spot,preamble,anons,subline,teasertext,abstract,headnote,teaser text,\
         manchet,perex,summary,excerpt,catenaccio,introtext,description,untertitel,underrubrik,subdeck,hed dek,synopsis",
    ),
    (
        Marks::KICKER,
        "kicker,eyebrow,overline,spitzmarke,roofline,dachzeile,antetitulo,overtitle,pretitle,preheadline,stichwort,pretitulo,\
         topline,headline prefix,surtitle,volanta,supertitle,trompete,vignette,stikktittel,oberzeile",
    ),
    (
        Marks::CAPTION,
        "caption,captions,figcaption,imagecaption,bildunterschrift,bildtext,legend,legende,pie,didascalia,bu,imagetext,bildzeile,\
         mediacaption,photocaption,bildetekst,billedtekst",
    ),
    (
        Marks::CREDIT,
        "credit,credits,copyright,photocredit,fotocredit,imagecredit,bildnachweis,bildquelle,photographer,fotograf,fotoautor,\
         bildautor,bildrechte,rights,attribution,imagesource,mediacredit,photoby,quelle,copyrightholder,distributor,source,agency,agentur,fonte",
    ),
    (Marks::CRUMBS, "breadcrumb,breadcrumbs,crumbs,crumb,brotkrumen,brotkrume,migas,briciole,fil ariane,breadbar"),
    (
        Marks::TOPICS,
        "tag,tags,taglist,topic,topics,keyword,keywords,themen,thema,schlagworte,schlagwort,etiquetas,temas,etiketler,emner,tagcloud,\
         tagi,teemat,articletag,temi,argomenti",
    ),
    (
        Marks::FOREIGN,
        "related,recommend,recommended,recommendation,recommendations,reco,recirc,recirculation,outbrain,taboola,interstitial,\
         intestitial,mostread,mostviewed,popular,trending,latest,teaser,teasers,card,cards,sidebar,comment,comments,kommentare,\
         nav,navbar,navigation,menu,footer,newsletter,promo,ad,ads,advert,advertisement,anzeige,banner,share,sharing,social,login,\
         search,subscribe,subscription,consent,cookie,widget,infobox,factbox,upnext,next,previous,modal,popup,overlay,ticker,\
         relacionadas,relacionados,similar,weitere,onward,livescore,masthead,mainnavigation,video playlist,carousel,rail",
    ),
    (Marks::HEADLINE, "headline,title,titel,titulo,titolo,titre,overskrift,rubrik,baslik"),
    (
        Marks::BIOGRAPHY,
        "bio,biography,about,authorbox,vcard,profile,authorbio,zumautor,abouttheauthor,autorenbox,authordescription",
    ),
    (
        Marks::PAYWALL,
        "paywall,regwall,premium,piano,plenigo,tinypass,paid,paycontent,abo,paymeter,metered,purchase,offer,offers",
    ),
    (Marks::IMAGE, "image,picture,photo,foto,bild,media,hero,aufmacher,keyvisual,leadimage"),
];

/// Words that others are put in front of.
const ENDINGS: [(&str, Marks); 9] = [
    ("author", Marks::BYLINE),
    ("autor", Marks::BYLINE),
    ("byline", Marks::BYLINE),
    ("caption", Marks::CAPTION),
    ("credit", Marks::CREDIT),
    ("kicker", Marks::KICKER),
    ("breadcrumb", Marks::CRUMBS),
    ("timestamp", Marks::DATE),
    ("standfirst", Marks::LEDE),
];

static KNOWN: LazyLock<FoldMap<&[u8], Marks>> = LazyLock::new(|| {
    let mut known = FoldMap::default();
    for (mark, word) in WORDS.iter().flat_map(|(mark, words)| words.split(',').map(|word| (*mark, word))) {
        let marks: &mut Marks = known.entry(word.as_bytes()).or_default();
        *marks = marks.with(mark);
    }
    known
});

/// The words that pairs begin with, of which there are few.
static FIRST_OF_PAIR: LazyLock<FoldSet<&[u8]>> = LazyLock::new(|| {
    let pairs = KNOWN.keys().filter_map(|word| word.iter().position(|c| *c == b' ').map(|end| &word[..end]));
    pairs.collect()
});

/// What the words of a name mark.
pub fn marks(name: &str) -> Marks {
    let mut all = Marks::default();
    let mut lower = name.as_bytes().to_vec();
    lower.make_ascii_lowercase();
    // The word before, if it stands in the same name.
    let mut before: Option<Range<usize>> = None;
    let (mut start, mut small_before) = (0, false);
    for (at, &c) in name.as_bytes().iter().chain(b" ").enumerate() {
        if !c.is_ascii_alphabetic() || c.is_ascii_uppercase() && small_before {
            if at > start {
                all = all.with(of_word(&lower[start..at], before.map(|before| &lower[before])));
                before = Some(start..at);
            }
            start = at + usize::from(!c.is_ascii_alphabetic());
        }
        if c.is_ascii_whitespace() {
            before = None;
        }
        small_before = c.is_ascii_lowercase();
    }
    all
}

/// What a word marks, alone and behind the one before it.
fn of_word(word: &[u8], before: Option<&[u8]>) -> Marks {
    let mut all = KNOWN.get(word).copied().unwrap_or_default();
    if let Some(first) = before.filter(|first| FIRST_OF_PAIR.contains(first)) {
        all = all.with(KNOWN.get([first, word].join(&b' ').as_slice()).copied().unwrap_or_default());
    }
    // "textauthor", "articlebyline": written together, long enough to be no accident.
    if all == Marks::default()
        && let Some((_, mark)) =
            ENDINGS.iter().find(|(ending, _)| word.len() > ending.len() && word.ends_with(ending.as_bytes()))
    {
        all = *mark;
    }
    all
}

/// What the names of an element mark.
pub fn of(element: ElementRef<'_>) -> Marks {
    let names = ["class", "id", "itemprop", "data-testid"].iter().filter_map(|key| element.attr(key));
    names.fold(Marks::default(), |all, name| all.with(marks(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_by_whole_words() {
        assert!(marks("article__byline").has(Marks::BYLINE));
        assert!(marks("articleByline-3x7").has(Marks::BYLINE));
        assert!(marks("id-StoryElement-leadText").has(Marks::LEDE));
        assert!(marks("headline-prefix").has(Marks::KICKER));
        assert!(marks("video__playlist").has(Marks::FOREIGN));
        assert!(!marks("headline prefix").has(Marks::KICKER));
        assert!(!marks("shadow metadata").has(Marks::FOREIGN));
        assert_eq!(marks(""), Marks::default());
    }
}
