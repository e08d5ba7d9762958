//! Taking a byline apart: "Von Tara Copp, Natalia Abbakumova und dpa, Redakteurin" holds two
//! persons, an agency and a role.

use super::title::folded;
use crate::html::text;

/// What stands before the names.
const OPENERS: &str = "von|by|par|por|di|da|door|av|af|przez|de|text|texte|texto|testo|autor|autorin|autoren|author|\
     authors|written by|story by|words by|words|reported by|posted by|published by|\
     ein kommentar von|eine analyse von|ein gastbeitrag von|ein interview von|interview von|\
     interview|interview by|kommentar von|analyse von|aus|a cura di|tekst|skrevet av|av journalist|\
     journalist|af journalist|redaktör|oleh|penulis|oleh penulis|tarafından|yazan|muhabir|автор|\
     авторы|автори|текст|文|文・|記者|撰文|gastbeitrag von|protokoll|essay von|from|reportage von";

/// Openers that many a name begins with: "Di Stefano", "De Rossi".
const PARTICLES: &str = "di|da|de|av|af";

/// Words between names, with the languages they mean "and" in; an empty one stands for a page
/// that does not declare its language.
const CONJUNCTIONS: &[(&str, &[&str])] = &[
    ("und", &["de", ""]),
    ("and", &["en", "af", ""]),
    ("with", &["en"]),
    ("et", &["fr", ""]),
    ("y", &["es"]),
    ("e", &["it", "pt"]),
    ("en", &["nl", "af"]),
    ("og", &["da", "no", "nb", "nn", ""]),
    ("och", &["sv", ""]),
    ("ja", &["fi"]),
    ("i", &["pl", "ca"]),
    ("oraz", &["pl"]),
    ("ve", &["tr"]),
    ("и", &["ru", "uk", "bg"]),
];

/// Words that say what someone does, in any part of a longer text.
const ROLES: &str = "redakteur|redakteurin|redakteure|reporter|reporterin|korrespondent|korrespondentin|volontär|\
     volontärin|chefredakteur|chefredakteurin|autor|autorin|leiter|leiterin|ressortleiter|\
     ressortleiterin|journalist|journalistin|journalister|journalista|fotograf|editor|editors|\
     correspondent|writer|columnist|producer|contributor|journaliste|rédacteur|rédactrice|\
     correspondant|corresponsal|periodista|redactor|redactora|jefe|jefa|corrispondente|redattore|\
     redaktør|redaktör|kommentator|debattredaktör|toimittaja|dziennikarz|muhabir|muhabiri|editör|\
     haber|chief|head|deputy|freelance|freier|freie|mitarbeiter|mitarbeiterin|professor|politics|\
     lifestyle|sports|min|minuten|lesezeit|read|uhr|stand|aktualisiert|updated|published|more|mehr|\
     profile|staff|writers|reporters|watch";

/// Words of nobody in particular. A name made of one of them says nothing.
const NOBODY: &str = "redaktion|online redaktion|onlineredaktion|die redaktion|unsere redaktion|unserer redaktion|\
     newsroom|news room|web desk|webdesk|online desk|admin|administrator|editor|editors|redazione|\
     redacción|redaccion|rédaction|la rédaction|la redacción|redaktionen|redactie|redakcja|редакция|\
     none|unknown";

/// The news agencies, by how they sign.
const AGENCIES: &str = "dpa|afp|ap|apa|sda|epd|kna|sid|reuters|rtr|rnd|dts|ansa|efe|tass|itar-tass|pap|belga|ritzau|\
     ntb|tt|anp|bloomberg|associated press|the associated press|agence france-presse|\
     deutsche presse-agentur|canadian press|the canadian press|europa press|anadolu ajansı|\
     keystone-sda|lusa|adnkronos";

/// The longest byline, in bytes.
const LONGEST: usize = 1000;

/// The longest name, in words.
const MOST_WORDS: usize = 6;

/// How sure it is that a text holds names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It was declared to be a name: structured data, an author's link.
    Declared,
    /// It was found in a text.
    Read,
}

/// All persons and agencies of a byline.
pub fn names(byline: &str, trust: Trust, language: Option<&str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    // Addresses, of authors' pages or of the paper; and what is far too long to be names.
    if byline.len() > LONGEST || byline.contains("://") || byline.contains("www.") {
        return all;
    }
    let is_signed = without_opener(&text::line(byline)).is_some();
    for part in parts(byline, trust, language) {
        let name = cleaned(&part, trust);
        let is_name = is_agency(&name) || is_person(&name, trust) || is_signed && is_signature(&name);
        if is_name && !all.iter().any(|known| folded(known) == folded(&name)) {
            all.push(name);
        }
    }
    all
}

/// Whether a text is the signature of an agency.
pub fn is_agency(name: &str) -> bool {
    let lower = name.to_lowercase();
    text::is_listed(&lower, AGENCIES)
}

/// Takes "Von:" and its like off; `None` if there is none.
pub fn without_opener(byline: &str) -> Option<&str> {
    let lower = byline.to_lowercase();
    // Lower case may change the length of a text in bytes; openers are looked for in both.
    let longest = OPENERS
        .split('|')
        .filter(|opener| {
            lower.strip_prefix(*opener).is_some_and(|rest| rest.starts_with([' ', ':', '\u{a0}']) || rest.is_empty())
        })
        .max_by_key(|opener| opener.len())?;
    let rest = byline.get(longest.len()..)?;
    Some(rest.trim_start_matches([':', ' ', '\u{a0}']))
}

/// Words that label an author in a list of facts: "Autorin/Autor Anna Muster".
const LABELS: &str = "autorin/autor|autor/in|autor/-in|autor:|autorin:|autoren:|author:|authors:|автор:|autore:|\
     auteur:|writer:|text:|texte:";

/// Takes such a label off; `None` if there is none.
pub fn without_label(line: &str) -> Option<&str> {
    let lower = line.to_lowercase();
    let label = LABELS.split('|').find(|label| lower.starts_with(*label))?;
    Some(line.get(label.len()..)?.trim_start_matches([':', ' ']))
}

/// Takes an opener off. A name that was declared may begin with one that is part of it.
fn bare(text: &str, trust: Trust) -> &str {
    let Some(rest) = without_opener(text).filter(|rest| !rest.is_empty()) else { return text };
    let opener = text[..text.len() - rest.len()].trim_end();
    let is_part = trust == Trust::Declared
        && !opener.ends_with(':')
        && (text::is_listed(&opener.to_lowercase(), PARTICLES) || !rest.contains(' '));
    if is_part { text } else { rest }
}

fn parts(byline: &str, trust: Trust, language: Option<&str>) -> Vec<String> {
    let code = language.unwrap_or_default().split('-').next().unwrap_or_default();
    let is_conjunction = |word: &str| {
        let word = word.to_lowercase();
        CONJUNCTIONS.iter().any(|(conjunction, codes)| *conjunction == word && codes.contains(&code))
    };
    let line = text::line(byline);
    // "(dpa)"
    let line = line.strip_prefix('(').and_then(|line| line.strip_suffix(')')).unwrap_or(&line);
    let mut parts = Vec::new();
    for piece in bare(line, trust).split([',', ';', '|', '/', '•', '·', '&', '／', '、', '+']) {
        let words: Vec<&str> = piece.split_whitespace().collect();
        parts.extend(words.split(|word| is_conjunction(word)).map(|words| words.join(" ")));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A name without what is written around it.
fn cleaned(part: &str, trust: Trust) -> String {
    let part = part.split(" – ").next().unwrap_or(part);
    let part = part.split(" - ").next().unwrap_or(part);
    let part = part.split(" (").next().unwrap_or(part);
    let part = part.split(" for ").next().unwrap_or(part);
    let part = part.split(" For ").next().unwrap_or(part);
    let part = bare(part, trust);
    // Korean reporters sign "신현주 기자".
    let part = part.trim_end_matches("기자").trim_end_matches("記者");
    let name = text::line(part.trim_matches([' ', '.', ':', '*', '-', '–', '(', ')', '"', '[', ']', '@', '_']));
    // A hidden copy for machines beside the visible name.
    let middle = name.len() / 2;
    let halves = name.is_char_boundary(middle).then(|| name.split_at(middle));
    match halves {
        Some((first, second)) if second.trim_start() == first.trim_end() && first.contains(' ') => {
            first.trim_end().to_owned()
        }
        _ => name,
    }
}

/// "By TPN": capitals behind an opener.
fn is_signature(name: &str) -> bool {
    (2..=6).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_person(name: &str, trust: Trust) -> bool {
    let length = name.chars().count();
    let words: Vec<&str> = name.split(' ').collect();
    let lower = name.to_lowercase();
    if !(2..=60).contains(&length) || words.len() > MOST_WORDS || text::is_listed(&folded(name), NOBODY) {
        return false;
    }
    if name.contains("://")
        || name.contains('@')
        || name.contains("www.")
        || name.contains(['<', '{', '=', '?', '!', '#', '…', '©'])
    {
        return false;
    }
    if name.bytes().any(|byte| byte.is_ascii_digit()) {
        return trust == Trust::Declared && name.chars().any(char::is_alphabetic) && !name.contains(':');
    }
    let has_nobody = words.iter().any(|word| {
        matches!(word.to_lowercase().as_str(), "redaktion" | "redazione" | "redacción" | "redactie" | "redaktionen")
    });
    if has_nobody {
        return false;
    }
    if trust == Trust::Declared {
        return true;
    }
    let is_role = lower.split([' ', '-']).any(|word| text::is_listed(word, ROLES));
    let cased = name.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    if !cased {
        // Names in scripts without capitals are short.
        return !is_role && length <= 12;
    }
    let capitals = words.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count();
    let particles = [
        "von", "van", "de", "der", "den", "zu", "da", "di", "del", "della", "al", "bin", "el", "la", "le", "du", "dos",
        "das", "ter", "te", "af", "ten", "und", "e", "y",
    ];
    let rest_are_particles = words.iter().all(|word| {
        word.chars().next().is_some_and(char::is_uppercase)
            || particles.contains(word)
            || word.starts_with("d'")
            || word.starts_with("al-")
    });
    !is_role && words.len() >= 2 && capitals >= 2.min(words.len()) && rest_are_particles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(trust: Trust, language: &str, byline: &str, want: &[&str]) {
        assert_eq!(names(byline, trust, Some(language)), want, "{byline}");
    }

    #[test]
    fn takes_bylines_apart() {
        let read = |language, byline, want| check(Trust::Read, language, byline, want);
        read("de", "Von: Tara Copp, Natalia Abbakumova", &["Tara Copp", "Natalia Abbakumova"]);
        read("de", "Von Anna Muster und Ben von der Heide", &["Anna Muster", "Ben von der Heide"]);
        read("de", "Ein Kommentar von Anna Muster", &["Anna Muster"]);
        read("de", "Anna Muster, Redakteurin", &["Anna Muster"]);
        read("de", "dpa/AFP", &["dpa", "AFP"]);
        read("de", "(dpa)", &["dpa"]);
        read("de", "Von unserer Redaktion", &[]);
        read("de", "Von Anna Muster, dpa", &["Anna Muster", "dpa"]);
        read("de", "Von wegen einfach", &[]);
        read("en", "By Anna Sample and Ben O’Hara", &["Anna Sample", "Ben O’Hara"]);
        read("en", "By Anna Sample, Political Correspondent", &["Anna Sample"]);
        read("en", "By Anna Sample For Example.Com", &["Anna Sample"]);
        read("fr", "Par Anne Exemple et AFP", &["Anne Exemple", "AFP"]);
        read("es", "Por Ana García y Luis Gasset", &["Ana García", "Luis Gasset"]);
        read("no", "Kari Nordmann / Journalist", &["Kari Nordmann"]);
        read("ko", "신현주 기자", &["신현주"]);
        read("ru", "Автор: Анна Иванова", &["Анна Иванова"]);
    }

    #[test]
    fn trusts_what_was_declared_to_be_a_name() {
        let declared = |byline, want| check(Trust::Declared, "de", byline, want);
        declared("ssi", &["ssi"]);
        declared("Beispiel online", &["Beispiel online"]);
        declared("https://www.example.org/autor", &[]);
        declared("Redaktion Beispiel", &[]);
        declared("Anna Muster und Ben Beispiel", &["Anna Muster", "Ben Beispiel"]);
        declared("Von Anna Muster", &["Anna Muster"]);
        declared("Di Stefano Alfredo", &["Di Stefano Alfredo"]);
        declared("ジョン・スミス", &["ジョン・スミス"]);
    }
}
