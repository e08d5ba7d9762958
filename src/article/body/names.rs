//! What the names of an element (class, id, test and component names) say about it.
//!
//! Names are compared by whole words, camelCase and hyphens split: `inArticleReco` holds `reco`,
//! `shadow` does not hold `ad`. Only long and telling stems match inside a word. What a name says is a
//! hint like any other; a container that holds much of the page's prose is judged by that.

use std::sync::LazyLock;

use crate::fold::FoldMap;

/// A set of things names say, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Names(pub u32);

impl Names {
    pub const BODY: Names = Names(1);
    pub const ARTICLE: Names = Names(1 << 1);
    pub const LEDE: Names = Names(1 << 2);
    pub const HEADLINE: Names = Names(1 << 3);
    pub const RELATED: Names = Names(1 << 4);
    pub const TEASER: Names = Names(1 << 5);
    pub const NEWSLETTER: Names = Names(1 << 6);
    pub const AUTHOR: Names = Names(1 << 7);
    pub const CAPTION: Names = Names(1 << 8);
    pub const MEDIA: Names = Names(1 << 9);
    pub const SHARE: Names = Names(1 << 10);
    pub const COMMENT: Names = Names(1 << 11);
    pub const PAYWALL: Names = Names(1 << 12);
    pub const ADVERT: Names = Names(1 << 13);
    pub const PROMOTION: Names = Names(1 << 14);
    pub const META: Names = Names(1 << 15);
    pub const TOPICS: Names = Names(1 << 16);
    pub const NAVIGATION: Names = Names(1 << 17);
    pub const CONSENT: Names = Names(1 << 18);
    pub const CONTENTS: Names = Names(1 << 19);
    pub const BOX: Names = Names(1 << 20);
    pub const QUOTE: Names = Names(1 << 21);
    pub const LIVE: Names = Names(1 << 22);
    pub const NOTE: Names = Names(1 << 23);
    pub const HIDDEN: Names = Names(1 << 24);
    pub const SUMMARY: Names = Names(1 << 25);
    pub const KICKER: Names = Names(1 << 26);
    pub const EMBED: Names = Names(1 << 27);

    /// How many kinds there are.
    pub const KINDS: usize = 28;

    pub fn has(self, other: Names) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: Names) -> Names {
        Names(self.0 | other.0)
    }
}

/// Words of English, German and the other languages of the press, by what they say.
const WORDS: &[(Names, &str)] = &[
    (
        Names::BODY,
        "body text paragraph content contents richtext copy prose para fulltext maincontent textblock bodytext mainbody cuerpo brodtext brodtekst texto testo corpo txt inhalt textabsatz absatz p entrycontent wysiwyg html editor",
    ),
    (
        Names::ARTICLE,
        "article story post artikel nota noticia articulo articolo entry hentry newsarticle beitrag single detail postcontent articlecontent articlebody storybody haber",
    ),
    (
        Names::LEDE,
        "lead lede intro standfirst deck dek vorspann subheadline subtitle subhead strapline sapo ingress chapo subtitulo entradilla sommario occhiello teasertext leadtext abstract bajada spot preamble anons subline",
    ),
    (
        Names::SUMMARY,
        "summary excerpt description desc zusammenfassung highlights keypoints takeaways bullets resumen ai nutshell glance",
    ),
    (
        Names::HEADLINE,
        "headline title heading crosshead zwischentitel ladillo titel titulo overskrift rubrik subheading hed titre titolo baslik zwischenueberschrift",
    ),
    (Names::KICKER, "kicker eyebrow overline flag spitzmarke roofline dachzeile antetitulo label badge"),
    (
        Names::RELATED,
        "related recommend recommended recommendation recommendations reco recos rec recirc recirculation more mehr further similar outbrain taboola interstitial interstitiallink intestitial readmore readalso seealso upnext latest popular trending mostread mostviewed ranking suggested suggestions also linkbox relacionadas relacionados relacionada verwandte weitere leia nextarticle prev next previous linklist relatedlinks related-links also-read crosslink crosslinks plista ligatus nativendo strossle zergnet dianomi yarpp jp-relatedposts morefrom lesmer lesogsa",
    ),
    (Names::TEASER, "teaser teasers card cards tile tiles promoted storylink teaserlist listing"),
    (
        Names::NEWSLETTER,
        "newsletter newsletters subscribe subscription signup mailing whatsapp telegram nl mailchimp newsletterbox optin-form sign-up briefing",
    ),
    (
        Names::AUTHOR,
        "author authors byline bylines autor autoren autores autore bio biography contributor contributors writer writers reporter vcard redakteur skribent firma auteur yazar authorbox avatar journalist verfasser",
    ),
    (
        Names::CAPTION,
        "caption captions figcaption imagecaption credit credits copyright bildunterschrift bildtext legend legende pie didascalia bildquelle fotocredit photocredit imagecredit bildnachweis photographer imagetext",
    ),
    (
        Names::MEDIA,
        "image images picture photo photos figure fig gallery slideshow slide slider carousel swiper video videos player audio podcast podcasts media jwplayer brightcove bild bilder foto fotos img lightbox thumbnail playlist bildergalerie galerie soundcite tts listen",
    ),
    (
        Names::SHARE,
        "share sharing shares social socials facebook twitter toolbar tools actions action bookmark print sharebar addthis sns sociallinks interaction engagement like follow merken teilen compartir flipboard reactions",
    ),
    (
        Names::COMMENT,
        "comment comments disqus kommentar kommentare discussion forum coral viafoura respond reply kommentarer comentarios commenting opinary poll vote quiz survey umfrage",
    ),
    (
        Names::PAYWALL,
        "paywall paid premium metered meter piano regwall barrier gate locked subscriber subscribers abo offer offers registration wall restricted plenigo tinypass abonnement subscriptions plus register login loginwall",
    ),
    (
        Names::ADVERT,
        "ad ads advert adverts advertisement advertising advertorial sponsor sponsored sponsors banner dfp gpt gam anzeige anzeigen werbung publicidad commercial native mpu adslot adsbygoogle billboard adwrapper outstream teads affiliate pubblicita reklam reklame annonse",
    ),
    (
        Names::PROMOTION,
        "promo promos promotion promobox cta donate donation donations spende spenden support supporter membership campaign appeal marketing shop product products deal deals commerce event events app download unterstuetzen crowdfunding contribution",
    ),
    (
        Names::META,
        "meta metadata date time timestamp datetime dateline published updated modified readingtime readtime duration publish pubdate stand lesezeit info details location posted clock datum erstellt update",
    ),
    (
        Names::TOPICS,
        "tag tags topic topics keywords keyword category categories taxonomy themen schlagworte label etiquetas thema temas breadcrumb breadcrumbs crumbs rubrik ressort",
    ),
    (
        Names::NAVIGATION,
        "nav navigation navbar menu header footer sidebar masthead pagination pager skip submenu subnav topbar navi colophon contentinfo flyout drawer rail rightrail aside complementary sitemap mainnav hamburger burger search service tab tabs tablist",
    ),
    (
        Names::CONSENT,
        "ot consent cookie cookies gdpr cmp optin optanon onetrust privacy sourcepoint externalcontent tcf didomi usercentrics datenschutz vendor",
    ),
    (Names::CONTENTS, "toc tableofcontents inhaltsverzeichnis jump anchors anchorlinks jumplinks jumplist overview"),
    (
        Names::BOX,
        "box infobox factbox faktabox faktaboks factsheet fact facts fakta infokasten kasten sidebox callout explainer hintergrund backgrounder inset aside accordion faq glossary ratgeberbox steckbrief infoblock module widget panel",
    ),
    (Names::QUOTE, "quote quotes blockquote pullquote pull citation zitat cite sitat citat"),
    (Names::LIVE, "live liveblog liveticker ticker timeline minute kalenderblatt"),
    (
        Names::NOTE,
        "note notes disclaimer footnote footnotes correction corrections disclosure editornote editorsnote hinweis notice transparency transparenz terms legal standards source sources references ethics trust license",
    ),
    (
        Names::HIDDEN,
        "hidden invisible sr-only screenreader visuallyhidden hide noprint modal popup dialog tooltip lightbox toast skeleton printonly",
    ),
    (
        Names::EMBED,
        "embed embedded embeds tweet instagram youtube tiktok iframe widget datawrapper flourish infogram oembed thirdparty externalembed placeholder",
    ),
];

/// Stems that say the same inside a longer word: `newsletterSignup`, `articlerelatedlinks`.
const STEMS: &[(Names, &str)] = &[
    (Names::NEWSLETTER, "newsletter"),
    (Names::RELATED, "related"),
    (Names::RELATED, "recommend"),
    (Names::RELATED, "outbrain"),
    (Names::RELATED, "taboola"),
    (Names::RELATED, "readmore"),
    (Names::RELATED, "mostread"),
    (Names::RELATED, "interstitial"),
    (Names::RELATED, "intestitial"),
    (Names::TEASER, "teaser"),
    (Names::AUTHOR, "author"),
    (Names::AUTHOR, "byline"),
    (Names::CAPTION, "caption"),
    (Names::CAPTION, "copyright"),
    (Names::PAYWALL, "paywall"),
    (Names::ADVERT, "advert"),
    (Names::ADVERT, "sponsor"),
    (Names::COMMENT, "comment"),
    (Names::COMMENT, "kommentar"),
    (Names::NAVIGATION, "breadcrumb"),
    (Names::NAVIGATION, "sidebar"),
    (Names::PROMOTION, "donat"),
    (Names::PROMOTION, "spende"),
    (Names::CONSENT, "consent"),
    (Names::CONSENT, "cookie"),
    (Names::CONSENT, "onetrust"),
    (Names::CONSENT, "didomi"),
    (Names::BODY, "articlebody"),
    (Names::BODY, "bodytext"),
    (Names::BODY, "paragraph"),
    (Names::LEDE, "standfirst"),
    (Names::LEDE, "subheadline"),
    (Names::BOX, "infobox"),
    (Names::BOX, "factbox"),
    (Names::QUOTE, "pullquote"),
    (Names::LIVE, "liveblog"),
    (Names::LIVE, "ticker"),
    (Names::SHARE, "social"),
    (Names::MEDIA, "gallery"),
    (Names::MEDIA, "video"),
    (Names::MEDIA, "podcast"),
];

static KNOWN: LazyLock<FoldMap<&'static str, Names>> = LazyLock::new(|| {
    let mut known: FoldMap<&str, Names> = FoldMap::default();
    for (names, words) in WORDS {
        for word in words.split(' ') {
            let entry = known.entry(word).or_default();
            *entry = entry.with(*names);
        }
    }
    known
});

/// The longest name that is looked at; generated ones run to thousands of characters.
const LONGEST_NAME: usize = 400;

/// What an attribute's value says.
pub fn names(value: &str) -> Names {
    let mut found = Names::default();
    let value = &value[..value.floor_char_boundary(LONGEST_NAME)];
    let mut word = String::with_capacity(24);
    for name in value.split_ascii_whitespace() {
        let mut after_small = false;
        for c in name.chars() {
            let starts = c.is_ascii_uppercase() && after_small;
            if starts || !c.is_ascii_alphabetic() {
                found = found.with(word_names(&word));
                word.clear();
            }
            if c.is_ascii_alphabetic() {
                word.push(c.to_ascii_lowercase());
            }
            after_small = c.is_ascii_lowercase();
        }
        found = found.with(word_names(&word));
        word.clear();
    }
    found
}

fn word_names(word: &str) -> Names {
    if word.is_empty() {
        return Names::default();
    }
    let mut found = KNOWN.get(word).copied().unwrap_or_default();
    if word.len() >= 6 {
        for (names, stem) in STEMS {
            if word.len() > stem.len() && word.contains(stem) {
                found = found.with(*names);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_words() {
        fn check(value: &str, has: &[Names], has_not: &[Names]) {
            let found = names(value);
            for name in has {
                assert!(found.has(*name), "{value} lacks {name:?}");
            }
            for name in has_not {
                assert!(!found.has(*name), "{value} has {name:?}");
            }
        }
        check("id-StoryElement-inArticleReco", &[Names::RELATED, Names::ARTICLE], &[Names::ADVERT]);
        check("shadow header-loading", &[Names::NAVIGATION], &[Names::ADVERT]);
        check("NewsletterSignup_box", &[Names::NEWSLETTER, Names::BOX], &[Names::SHARE]);
        check("articlerelatedlinks", &[Names::RELATED], &[Names::BODY]);
        check("c-article-body__text", &[Names::BODY, Names::ARTICLE], &[Names::RELATED]);
        check("", &[], &[Names::BODY]);
    }
}
