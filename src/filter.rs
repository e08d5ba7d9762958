//! Which articles become entries of a feed.

use crate::config::{Filter, Language, Paid};
use crate::entry::Entry;
use crate::section::Kind;

/// Whether an entry passes the filter of a feed; all that the filter names must hold.
///
/// Entries are kept in the store either way, so that a changed filter applies to old ones too.
pub fn passes(filter: &Filter, entry: &Entry) -> bool {
    let title_is = |patterns: &[crate::config::Pattern]| patterns.iter().any(|pattern| pattern.is_match(&entry.title));
    let one_of = |wanted: &[String], values: &[String]| {
        wanted.iter().any(|wanted| values.iter().any(|value| value.to_lowercase() == wanted.to_lowercase()))
    };
    // Without its article page an entry has no categories, authors or text to judge by.
    let is_read = entry.has_text();

    (filter.keep_titles.is_empty() || title_is(&filter.keep_titles))
        && !title_is(&filter.drop_titles)
        && (filter.categories.is_empty() || !is_read || one_of(&filter.categories, &entry.categories))
        && !one_of(&filter.drop_categories, &entry.categories)
        && (filter.authors.is_empty() || one_of(&filter.authors, &entry.authors))
        && !one_of(&filter.drop_authors, &entry.authors)
        && match filter.paid {
            Paid::Keep => true,
            Paid::Drop => !entry.paywalled,
            Paid::Only => entry.paywalled,
        }
        && match filter.kinds.as_slice() {
            [] => entry.kind != Kind::Ad,
            kinds => kinds.contains(&entry.kind),
        }
        && (filter.languages.is_empty() || is_in(&filter.languages, entry.language.as_deref()))
        && filter.min_words.is_none_or(|words| !is_read || words_of(&entry.html) >= words as usize)
}

/// Whether a filter asks for the text of an entry.
pub fn needs_texts(filter: &Filter) -> bool {
    !filter.categories.is_empty() || filter.min_words.is_some()
}

/// `de` admits `de-AT`, but `de-AT` not `de`. An entry of unknown language passes.
fn is_in(languages: &[Language], language: Option<&str>) -> bool {
    let Some(language) = language.and_then(Language::declared) else { return true };
    languages.iter().any(|wanted| *wanted == language || wanted.as_str() == language.primary())
}

fn words_of(html: &str) -> usize {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text).split_whitespace().count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::EntryId;

    fn entry() -> Entry {
        let time = "2026-02-05T10:15:00+01:00".parse().unwrap();
        Entry {
            id: EntryId::of_key("example.org#1"),
            url: "https://example.org/1".parse().unwrap(),
            title: "Haushalt: Streit im Landtag".into(),
            kicker: None,
            lede: None,
            html: "<p>Vier Wörter stehen <em>hier</em></p>".into(),
            authors: vec!["Ada Beispiel".into()],
            published: time,
            updated: time,
            image: None,
            categories: vec!["Politik".into()],
            topics: vec![],
            language: Some("de-AT".into()),
            kind: Kind::Article,
            paywalled: false,
            source: None,
            is_reserved: false,
            carriers: vec![],
            first_seen: time.to_utc(),
        }
    }

    #[test]
    fn keeps_and_drops() {
        fn check(filter: &str, want: bool) {
            let filter: Filter = toml::from_str(filter).unwrap();
            assert_eq!(passes(&filter, &entry()), want, "{filter:?}");
        }
        check("", true);
        check("keep_titles = ['Landtag']", true);
        check("keep_titles = ['Bundestag']", false);
        check("drop_titles = ['(?i)STREIT']", false);
        check("categories = ['politik', 'Bayern']", true);
        check("categories = ['Sport']", false);
        check("drop_categories = ['Politik']", false);
        check("authors = ['Ada Beispiel']", true);
        check("drop_authors = ['ada beispiel']", false);
        check("paid = 'drop'", true);
        check("paid = 'only'", false);
        check("kinds = ['gallery']", false);
        check("languages = ['de']", true);
        check("languages = ['de-CH']", false);
        check("drop_titles = ['Horoskop']", true);
        check("drop_categories = ['Sport']", true);
        check("authors = ['Bela Beispiel']", false);
        check("drop_authors = ['Bela Beispiel']", true);
        check("kinds = ['gallery', 'article']", true);
        check("languages = ['en', 'de-AT']", true);
        check("languages = ['en']", false);
        check("min_words = 4", true);
        check("min_words = 5", false);
    }
}
