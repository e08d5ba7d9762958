//! Caption and credit taken apart: "Flagge … (Symbolbild). © Anna Muster/Agentur".

use crate::html::text;

/// Caption and credit of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caption {
    pub caption: Option<String>,
    pub credit: Option<String>,
}

/// Words that begin a credit when a colon follows.
const LABELS: &str = "foto|fotos|photo|photos|bild|bilder|image|images|picture|pictures|credit|credits|quelle|\
     quellen|source|copyright|bildquelle|bildnachweis|fotocredit|photo credit|image credit|\
     photograph|photography|crédit|crédits|crédit photo|crédits photo|fotografía|imagen|fuente|\
     fotograf|fotografia|фото|illustration|grafik|fotoğraf|zdjęcie|fot|kuva|写真|사진|isithombe|\
     bildrechte|montage|symbolfoto|symbolbild|archivfoto|archivbild|themenfoto|fotomontage|\
     bildmontage|коллаж|иллюстрация|фотография|infografik|карикатура";

/// The same without a colon.
const PHRASES: &str = "photo by |picture by |pictures by |image by |photograph by |photography by |illustration by |\
     photos by |foto von |foto di |bild von |photo courtesy of |photo via |copyright |fotot av |\
     foto av ";

/// Agencies and archives whose name in a short text makes it a credit.
const ARCHIVES: &str = "getty|reuters|afp|dpa|imago|epa|shutterstock|picture alliance|picture-alliance|istock|alamy|\
     keystone|ap photo|associated press|bloomberg|adobe|unsplash|pixabay|efe|ansa|europa press|\
     pa images|pa wire|zuma|wikimedia|flickr|ntb|scanpix|archiv|handout|screenshot|공동취재|연합뉴스|뉴시스|\
     뉴스1|gallo images|xinhua|tass|midjourney|apa";

/// What a script puts behind a long caption to unfold it.
const UNFOLDERS: &str = "vis mer|visa mer|vis mere|mehr anzeigen|show more|read more|se mere|leer más|lire plus";

/// Takes off what unfolds a caption.
pub fn without_unfolder(text: &str) -> &str {
    let lower = text.to_lowercase();
    let unfolder = UNFOLDERS.split('|').find(|unfolder| lower.ends_with(*unfolder));
    unfolder.map_or(text, |unfolder| text.get(..text.len() - unfolder.len()).unwrap_or(text).trim_end())
}

/// Takes a text apart that may hold both.
pub fn apart(whole: &str) -> Caption {
    let whole = text::line(without_unfolder(whole));
    if whole.is_empty() {
        return Caption::default();
    }
    for split in [by_sign, by_label, by_bracket, by_equals, by_last_words] {
        if let Some((caption, credit)) = split(&whole) {
            return Caption { caption: kept(&caption), credit: kept(&without_label(&credit)) };
        }
    }
    Caption { caption: kept(&whole), credit: None }
}

/// A credit without "©", "Foto:" and brackets around it.
pub fn without_label(credit: &str) -> String {
    let mut rest = without_unfolder(credit.trim());
    loop {
        let before = rest;
        rest = rest.trim_start_matches(['©', ':', '|', '–', '—', '-', '/', ' ', '\u{a0}', '.', ',', ';', '•']);
        rest = rest.strip_prefix("(c)").or_else(|| rest.strip_prefix("(C)")).unwrap_or(rest);
        rest = labelled(rest).unwrap_or(rest);
        let bracketed = [('(', ')'), ('[', ']')]
            .into_iter()
            .find(|(open, close)| rest.starts_with(*open) && rest.ends_with(*close));
        if bracketed.is_some() && rest.len() > 1 {
            rest = &rest[1..rest.len() - 1];
        }
        rest = rest.trim();
        if rest == before {
            break;
        }
    }
    text::line(rest.trim_end_matches(['|', ' ', ';', ',']))
}

/// What stands behind a label.
fn labelled(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    // Lower case must not have moved the places.
    if lower.len() != text.len() {
        return None;
    }
    if let Some((label, _)) = lower.split_once([':', '：'])
        && text::is_listed(label.trim(), LABELS)
    {
        return Some(text[label.len()..].trim_start_matches([':', '：']));
    }
    let phrase = PHRASES.split('|').find(|phrase| lower.starts_with(*phrase))?;
    Some(&text[phrase.len()..])
}

/// Whether a text begins as a credit does.
pub fn has_label(text: &str) -> bool {
    let text = text.trim_start_matches(['(', '[', '—', '–', '-', '|', ' ']);
    text.starts_with('©') || labelled(text).is_some()
}

/// Whether a piece of its own is a credit: labelled, of an archive, or a name with a slash.
pub fn is_credit(piece: &str) -> bool {
    let length = piece.chars().count();
    if piece.ends_with(':') {
        return false;
    }
    if has_label(piece) {
        return length < 160;
    }
    let lower = piece.to_lowercase();
    let is_in_brackets = piece.starts_with('(')
        && piece.ends_with(')')
        && !["bild", "foto", "archiv", "image", "photo", "left", "right"].iter().any(|word| lower.contains(word));
    if is_in_brackets || piece.starts_with('/') {
        return length < 60;
    }
    let is_sentence = piece.trim_end_matches(['"', ')', '”', '“']).ends_with(['.', '!', '?', '…']);
    let names_archive = ARCHIVES.split('|').any(|archive| lower.contains(archive));
    let parts_names = piece.contains('/') && piece.chars().next().is_some_and(char::is_uppercase);
    let is_name = piece.split(' ').count() <= 3
        && piece.split(' ').all(|word| word.chars().next().is_some_and(char::is_uppercase));
    length < 90 && !is_sentence && (names_archive || parts_names || is_name)
}

/// A caption without what led to the credit behind it: an open bracket, a dash, "Foto:".
pub fn without_open_end(caption: &str) -> String {
    let mut rest = caption.trim();
    loop {
        let before = rest;
        rest = rest.trim_end_matches(['(', '[', '|', '/', ' ', '•', '–', '—', '-', '©', '·', ';', ',']);
        let bare = rest.trim_end_matches([':', ' ']);
        let last = bare.rsplit(' ').next().unwrap_or_default();
        if rest.ends_with(':') && text::is_listed(&last.to_lowercase(), LABELS) {
            rest = &bare[..bare.len() - last.len()];
        }
        if rest == before {
            return text::line(rest);
        }
    }
}

/// "… © Name"
fn by_sign(whole: &str) -> Option<(String, String)> {
    let at = whole.rfind('©')?;
    let (caption, credit) = whole.split_at(at);
    let caption = caption.trim_end_matches(['(', '|', '/', ' ', '[']);
    Some((caption.to_owned(), credit.trim_end_matches([')', ']']).to_owned()))
}

/// "… Foto: Name", "… (Foto: Name)", "… Photo by Name".
fn by_label(whole: &str) -> Option<(String, String)> {
    let lower = whole.to_lowercase();
    // Lower case must not have moved the places.
    if lower.len() != whole.len() {
        return None;
    }
    let starts_word = |at: &usize| whole[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-');
    let labels = LABELS
        .split('|')
        .filter_map(|label| lower.rfind(&format!("{label}:")).or_else(|| lower.rfind(&format!("{label}："))));
    let phrases = PHRASES.split('|').filter_map(|phrase| lower.rfind(phrase));
    let found = labels.chain(phrases).filter(starts_word).min()?;
    let (caption, credit) = whole.split_at(found);
    // A label in the middle of a text: "Das Bild: ein Symbol für alles. …".
    let is_short = credit.chars().count() <= 120;
    is_short.then(|| (without_open_end(caption), credit.trim_end_matches([')', ']']).to_owned()))
}

/// `… (Name/Agentur)` and `… [Name]` at the end.
fn by_bracket(whole: &str) -> Option<(String, String)> {
    let body = whole.trim_end_matches('.');
    let close = body.chars().next_back()?;
    let open = match close {
        ')' => '(',
        '）' => '（',
        ']' => '[',
        _ => return None,
    };
    let at = body.rfind(open)?;
    let inner = &body[at + open.len_utf8()..body.len() - close.len_utf8()];
    let lower = inner.to_lowercase();
    let is_credit = inner.contains('/')
        || inner.ends_with("撮影")
        || ARCHIVES.split('|').any(|archive| lower.contains(archive))
        || has_label(inner);
    let is_short = inner.chars().count() < 100;
    (is_credit && is_short).then(|| (body[..at].to_owned(), inner.trim_end_matches("撮影").to_owned()))
}

/// "…＝ＡＰ", as Japanese papers sign.
fn by_equals(whole: &str) -> Option<(String, String)> {
    let (caption, credit) = whole.rsplit_once('＝')?;
    let is_place = credit.contains(|c: char| matches!(c, '日' | '、' | '。' | 'で') || c.is_numeric());
    let is_name = (1..=12).contains(&credit.chars().count()) && !is_place;
    is_name.then(|| (caption.to_owned(), credit.trim_end_matches("撮影").to_owned()))
}

/// "… . Agentur": what stands behind the last sentence, if it is an agency's or a reporter's name.
fn by_last_words(whole: &str) -> Option<(String, String)> {
    let (at, end) = whole.char_indices().rev().find(|(_, c)| matches!(c, '.' | '。' | '!' | '?' | '”' | '"'))?;
    let rest = whole[at + end.len_utf8()..].trim();
    let lower = rest.to_lowercase();
    let is_signed = ARCHIVES.split('|').any(|archive| lower.contains(archive))
        || rest.ends_with("기자")
        || rest.contains('/') && is_credit(rest);
    let is_short = (2..=50).contains(&rest.chars().count()) && rest.split(' ').count() <= 6;
    (is_signed && is_short)
        .then(|| (whole[..at + end.len_utf8()].to_owned(), rest.trim_end_matches("기자").trim().to_owned()))
}

fn kept(part: &str) -> Option<String> {
    let part = text::line(part);
    part.chars().any(char::is_alphanumeric).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(whole: &str, caption: &str, credit: &str) {
        let got = apart(whole);
        assert_eq!(got.caption.as_deref().unwrap_or(""), caption, "{whole}");
        assert_eq!(got.credit.as_deref().unwrap_or(""), credit, "{whole}");
    }

    #[test]
    fn takes_caption_and_credit_apart() {
        check("Zwei Flaggen (Symbolbild). © Anna Muster/Agentur", "Zwei Flaggen (Symbolbild).", "Anna Muster/Agentur");
        check("Zwei Flaggen. Foto: Anna Muster", "Zwei Flaggen.", "Anna Muster");
        check("Zwei Flaggen. (Foto: Anna Muster/dpa)", "Zwei Flaggen.", "Anna Muster/dpa");
        check("Zwei Flaggen. (Anna Muster/Agentur)", "Zwei Flaggen.", "Anna Muster/Agentur");
        check("Two flags. [Anna Sample/AP Photo]", "Two flags.", "Anna Sample/AP Photo");
        check("Two flags in 2026 (left).", "Two flags in 2026 (left).", "");
        check("Foto: Anna Muster", "", "Anna Muster");
        check("© dpa", "", "dpa");
        check("", "", "");
        check("Zwei Flaggen | Bildquelle: Anna Muster", "Zwei Flaggen", "Anna Muster");
        check("Two flags. — Picture by Anna Sample", "Two flags.", "Anna Sample");
        check("Two flags. AFP", "Two flags.", "AFP");
        check("二つの旗（山田太郎撮影）", "二つの旗", "山田太郎");
        check("二つの旗＝ＡＰ", "二つの旗", "ＡＰ");
        check("두 깃발. 연합뉴스", "두 깃발.", "연합뉴스");
        check("Anna Muster (CDU)", "Anna Muster (CDU)", "");
        check("Два флага. Фото: Анна Иванова", "Два флага.", "Анна Иванова");
    }

    #[test]
    fn takes_labels_off_credits() {
        assert_eq!(without_label("Foto: © Anna Muster"), "Anna Muster");
        assert_eq!(without_label("(c) Anna Muster"), "Anna Muster");
        assert_eq!(without_label("(Image: Anna Sample)"), "Anna Sample");
        assert_eq!(without_label("Copyright Anna Sample/AP"), "Anna Sample/AP");
        assert_eq!(without_label("©"), "");
        assert_eq!(without_label("Foto: Kari Nordmann Vis mer"), "Kari Nordmann");
    }
}
