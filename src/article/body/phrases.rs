//! What papers write around an article: "read more", invitations, notices, credits.
//!
//! A phrase is a hint, never a verdict: "newsletter" may well be what an article is about.

use std::sync::LazyLock;

use crate::fold::FoldMap;

/// What a phrase is typical of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    More,
    Newsletter,
    Subscribe,
    Share,
    Comment,
    Agency,
    Photo,
    Biography,
    Date,
    Consent,
    Donate,
    Media,
    Advert,
    Note,
    Topics,
    Byline,
}

impl Phrase {
    /// How many kinds there are.
    pub const KINDS: usize = 16;
}

/// Phrases by kind, in lower case, parted by `|`. With `^` in front only at the start of a
/// passage, with `*` behind also as the beginning of a longer word.
const PHRASES: &[(Phrase, &str)] = &[
    (
        Phrase::More,
        "^lesen sie auch|^lesen sie hier|^lesen sie mehr|lesen sie auch|^mehr zum thema|^mehr dazu|^mehr zu|^mehr über|^mehr aus|^auch interessant|^das könnte|^siehe auch|^weiterlesen|^zum thema|^passend dazu|^lesetipp|^lies auch|^empfohlen|^aus dem archiv|^aktuell|^meistgelesen|^hier geht es|^hier geht's|\
         ^read more|^read also|^read next|^also read|read more:|^related|^more on|^more from|^more:|^see also|^don't miss|^don’t miss|^recommended|^what to read|^most read|^most popular|^trending|^keep reading|^continue reading|^in case you missed|^you may also|^you might|^top stories|^latest|^explore more|^must read|^more stories|^further reading|\
         ^lees ook|^lees meer|^läs också|^läs mer|^läs även|^les også|^les mer|^læs også|^læs mere|^lue myös|^à lire|^lire aussi|^leggi anche|^approfondisci|^lea también|^te puede interesar|^más información|^noticias relacionadas|^leia também|^leia mais|^czytaj także|^czytaj też|^zobacz|^więcej|^читайте также|^читайте|^baca juga|^ilgili haber*|^関連記事|^関連|^관련기사|^추천|^あわせて読みたい",
    ),
    (
        Phrase::Newsletter,
        "newsletter*|whatsapp-kanal|whatsapp-channel|whatsapp channel|whatsapp|telegram channel|telegram-kanal|sign up|signup|^get the latest|inbox|mailing list|nyhetsbrev*|nieuwsbrief|boletín|infolettre|push-nachrichten|follow our|folgen sie uns|follow us|google news|google discover|^join our|bülten*",
    ),
    (
        Phrase::Subscribe,
        "abonnieren|abonnent*|abonnement*|probeabo*|digital-abo|digitalabo*|testen sie|jetzt testen|gratis testen|kostenlos testen|jetzt abonnieren|subscribe*|subscription*|subscriber*|free trial|log in|login|sign in|registrieren|einloggen|anmelden|register for|already a member|bereits abonnent|weiterlesen mit|exklusiv für|f+|s+|premium|paywall|vier wochen|4 wochen|für nur|monatlich kündbar|cancel anytime|prenumer*|suscríb*|suscrip*|abbonat*|abonnez*|zaloguj|subskryb*|unlock",
    ),
    (
        Phrase::Share,
        "^share|^teilen|^artikel teilen|auf facebook|on facebook|on twitter|copy link|link kopieren|^drucken|^print|^email|^e-mail|^merken|^compartir|^condividi|^partager|^paylaş|^save|^bookmark|tweet this|artikel anhören|^listen to this|gift article",
    ),
    (
        Phrase::Comment,
        "^kommentar*|^comment*|leave a comment|post a comment|join the conversation|your email address will not be published|diskutieren sie|diskutiere*|schreiben sie uns|have your say|what do you think|was meinen sie|leserbrief*|letters to the editor|send us|contact us|let us know|get in touch|mitdiskutieren|haben sie hinweise|do you know more|yorum*",
    ),
    (
        Phrase::Agency,
        "dpa|afp|reuters|apa|sda|ap|epd|kna|sid|ansa|efe|tass|pap|belga|ritzau|ntb|tt|anp|bloomberg|canadian press|associated press|mit material von|dpa-infocom|dts",
    ),
    (
        Phrase::Photo,
        "^foto|^fotos|^bild|^photo|^photos|^image|^picture|^credit|^quelle|^source|^symbolbild|symbolbild|symbolfoto|archivbild|archivfoto|getty images|imago|shutterstock|picture alliance|file photo|^file|^illustration|^grafik|imagn|zuma|^fotoğraf|^foto:|(foto:|(photo:|photograph:|photo by|image via|screenshot",
    ),
    (
        Phrase::Biography,
        "ist redakteur*|ist korrespondent*|ist reporter*|ist autor*|ist freier|ist freie|schreibt für|schreibt über|arbeitet als|geboren|jahrgang|berichtet für|berichtet über|is a reporter|is a senior|is a staff|is a freelance|is the editor|is an editor|is a writer|is a journalist|is the author of|is editor of|is deputy|covers|has written|is a correspondent|political editor|correspondent for|reports on|joined the|previously worked|zum autor|zur autorin|über den autor|about the author|more by|alle artikel|zur person",
    ),
    (
        Phrase::Date,
        "^stand|^aktualisiert|^veröffentlicht|^erstellt|^zuletzt|^updated|^published|^last updated|^posted|^publicado|^actualizado|^aggiornato|^publisert|^oppdatert|^publicerad|^uppdaterad|^opdateret|^publié|^mis à jour|min read|minuten lesezeit|lesezeit|minute read|mins read|lesedauer|uhr",
    ),
    (
        Phrase::Consent,
        "externer inhalt|externe inhalte|externen inhalt|an dieser stelle|cookies|i agree|personenbezogene daten|datenschutz*|einwilligung|drittplattform*|privacy policy|privacy settings|terms of use|recommended external|empfohlener redaktioneller|inhalt anzeigen|javascript|your browser|ihr browser|recaptcha|to see this content|laden sie",
    ),
    (
        Phrase::Donate,
        "spende*|donate|donation|donations|unterstützen sie|unterstütze|support our|support us|become a member|mitglied werden|crowdfund*|your support|with your help",
    ),
    (
        Phrase::Media,
        "^video|^im video|^podcast|^watch|^listen|^audio|podcast|^hören sie|^sehen sie|^fotostrecke|^bildergalerie|^gallery|^bilder|^live|spotify|apple podcasts|youtube",
    ),
    (
        Phrase::Advert,
        "^anzeige|^werbung|^advert*|^sponsor*|affiliate*|provision|commission|^publicidad|^reklam*|^annonse|^advertorial|amazon|gutschein*|^story continues|^article continues|^this advertisement|^recommended videos|promo code|sponsored|partner content",
    ),
    (
        Phrase::Note,
        "hinweis der redaktion|^hinweis|anmerkung der redaktion|anm. d. red|editor's note|editor’s note|^correction|^korrektur|^clarification|this article was|this story was|this story has been|this article is|dieser artikel|dieser text|dieser beitrag|transparenz*|copyright|all rights reserved|alle rechte vorbehalten|erstmals erschienen|zuerst erschienen|erschien zuerst|first appeared|republished|originally published|©|(c)|künstlicher intelligenz|translated|übersetz*|todos los derechos|reserved",
    ),
    (
        Phrase::Topics,
        "^themen|^topics|^tags|^tag|^schlagwörter|^schlagworte|^etiquetas|^stichwörter|^filed under|^categories|^category|^temi|^temas|^tagi|^emner|^ämnen",
    ),
    (
        Phrase::Byline,
        "^von|^by|^text|^interview|^reporting by|^editing by|^additional reporting|reporting by|editing by|contributed to this|^par|^di|^por|^av|^af|^door|mitarbeit|aufgezeichnet|^written by|^autor*|^author",
    ),
];

struct Entry {
    phrase: Phrase,
    text: &'static str,
    at_start: bool,
    open_end: bool,
}

/// All phrases by their first two bytes, which leaves one or two to compare. An automaton finds them no sooner in
/// the few passages of a page, and takes longer to build than to search thirty pages.
static KNOWN: LazyLock<FoldMap<[u8; 2], Vec<Entry>>> = LazyLock::new(|| {
    let mut known: FoldMap<[u8; 2], Vec<Entry>> = FoldMap::default();
    for (phrase, list) in PHRASES {
        for listed in list.split('|') {
            let (at_start, open_end) = (listed.starts_with('^'), listed.ends_with('*'));
            let text = listed.trim_start_matches('^').trim_end_matches('*');
            let first = *text.as_bytes().first_chunk().expect("no phrase is one byte");
            known.entry(first).or_default().push(Entry { phrase: *phrase, text, at_start, open_end });
        }
    }
    known
});

/// How strongly each kind of phrase is in a text given in lower case: 2 at its start, 1
/// elsewhere, 0 not at all.
pub fn phrases(lower: &str) -> [u8; Phrase::KINDS] {
    let mut found = [0; Phrase::KINDS];
    let known = &*KNOWN;
    let joins = |c: char| c.is_alphanumeric() && !super::outline::is_ideographic(c);
    let mut is_inside_word = false;
    for (start, c) in lower.char_indices() {
        let continues = is_inside_word && joins(c);
        is_inside_word = joins(c);
        let rest = &lower[start..];
        let Some(first) = rest.as_bytes().first_chunk::<2>().filter(|_| !continues) else { continue };
        for entry in known.get(first).into_iter().flatten() {
            let Some(behind) = rest.strip_prefix(entry.text) else { continue };
            let is_misplaced = entry.at_start && start > 0;
            let is_cut = !entry.open_end && behind.starts_with(joins);
            if !is_misplaced && !is_cut {
                let strength = if start == 0 { 2 } else { 1 };
                let slot = &mut found[entry.phrase as usize];
                *slot = strength.max(*slot);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_phrases_as_whole_words() {
        fn check(text: &str, phrase: Phrase, want: u8) {
            assert_eq!(phrases(text)[phrase as usize], want, "{text}");
        }
        check("lesen sie auch: der plan", Phrase::More, 2);
        check("unser newsletter am morgen", Phrase::Newsletter, 1);
        check("die vonnöten", Phrase::Byline, 0);
        check("von anna muster", Phrase::Byline, 2);
        check("sie kam von dort", Phrase::Byline, 0);
        check("stand: 5. februar", Phrase::Date, 2);
        check("", Phrase::Date, 0);
        check("heute (foto: dpa)", Phrase::Photo, 1);
        check("alle 関連記事", Phrase::More, 0);
        check("関連記事", Phrase::More, 2);
        check("zwei donateure", Phrase::Donate, 0);
        check("zwei spendenkonten", Phrase::Donate, 1);
    }
}
