//! What a word means in a date: all tables in one dictionary.

use std::iter;
use std::sync::LazyLock;

use super::Role;
use super::tables::{AFTER_NOON, BEFORE_NOON, WEEKDAYS, WORDS, Words};
use super::tokens::Token;
use crate::fold::FoldMap;

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Month(u32),
    /// So many days before today.
    Day(i64),
    Unit(Unit),
    /// "vor": what follows has passed.
    Before,
    /// "ago": what precedes has passed.
    After,
    One,
    JustNow,
    /// "um", "at", a weekday: says nothing by itself.
    Filler,
    HourMark,
    Afternoon(bool),
    Label(Role),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

const UNITS: [Unit; 7] = [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year];

/// The longest phrase, in words.
const LONGEST_PHRASE: usize = 3;

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut entries = Vec::with_capacity(MOST_WORDS);
    let mut add = |code, words: &'static str, meaning| {
        entries.extend(words.split_ascii_whitespace().map(|word| Entry { word, code, meaning, next: None }));
    };
    for words in &WORDS {
        add_language(words, &mut add);
    }
    add("", WEEKDAYS, Meaning::Filler);
    add("", BEFORE_NOON, Meaning::Afternoon(false));
    add("", AFTER_NOON, Meaning::Afternoon(true));
    let mut first = FoldMap::with_capacity_and_hasher(MOST_WORDS, Default::default());
    for (at, entry) in entries.iter_mut().enumerate().rev() {
        entry.next = first.insert(entry.word, at);
    }
    Dictionary { entries, first }
});

/// All words and phrases, written as in the tables.
struct Dictionary {
    /// In the order of the tables.
    entries: Vec<Entry>,
    /// Where each word or phrase stands first.
    first: FoldMap<&'static str, usize>,
}

impl Dictionary {
    /// What a word or phrase can mean.
    fn entries(&self, word: &str) -> impl Iterator<Item = &Entry> + Clone {
        let first = self.first.get(word).copied();
        iter::successors(first, |&at| self.entries[at].next).map(|at| &self.entries[at])
    }
}

/// A word or phrase with what it means in a language.
struct Entry {
    word: &'static str,
    code: &'static str,
    meaning: Meaning,
    /// Where it stands next.
    next: Option<usize>,
}

/// Room for all of them from the start.
const MOST_WORDS: usize = 1536;

fn add_language(words: &Words, add: &mut impl FnMut(&'static str, &'static str, Meaning)) {
    let code = words.code;
    for (number, month) in (1..).zip(words.months.split('|')) {
        add(code, month, Meaning::Month(number));
    }
    for (unit, names) in UNITS.into_iter().zip(words.units.split('|')) {
        add(code, names, Meaning::Unit(unit));
    }
    add(code, words.today, Meaning::Day(0));
    add(code, words.yesterday, Meaning::Day(1));
    add(code, words.day_before, Meaning::Day(2));
    add(code, words.before, Meaning::Before);
    add(code, words.after, Meaning::After);
    add(code, words.one, Meaning::One);
    add(code, words.just_now, Meaning::JustNow);
    add(code, words.fillers, Meaning::Filler);
    add(code, words.hour_mark, Meaning::HourMark);
    add(code, words.published, Meaning::Label(Role::Published));
    add(code, words.modified, Meaning::Label(Role::Modified));
}

/// A text as its words are understood in one language.
pub struct Reading<'a> {
    pub tokens: &'a [Token],
    language: &'a str,
}

impl<'a> Reading<'a> {
    pub fn new(tokens: &'a [Token], language: Option<&'a str>) -> Reading<'a> {
        let code = language.unwrap_or_default().split(['-', '_']).next().unwrap_or_default();
        // Norwegian calls itself nb, nn and no.
        let code = if matches!(code, "nb" | "nn") { "no" } else { code };
        Reading { tokens, language: code }
    }

    /// Whether the word or phrase at a place can mean what is looked for, and how many tokens
    /// it takes. Meanings in the page's own language come first.
    pub fn find<T>(&self, at: usize, wanted: impl Fn(Meaning) -> Option<T>) -> Option<(T, usize)> {
        let mut phrase = String::new();
        let mut found = None;
        for length in 1..=LONGEST_PHRASE {
            let Some(Token::Word(word)) = self.tokens.get(at + length - 1) else { break };
            if length > 1 {
                phrase.push('_');
            }
            phrase.push_str(word);
            if let Some(value) = self.meaning(&phrase, &wanted) {
                found = Some((value, length));
            }
        }
        found
    }

    fn meaning<T>(&self, phrase: &str, wanted: &impl Fn(Meaning) -> Option<T>) -> Option<T> {
        let entries = DICTIONARY.entries(phrase);
        let own = entries.clone().filter(|entry| entry.code == self.language);
        let others = entries.filter(|entry| entry.code != self.language);
        own.chain(others).find_map(|entry| wanted(entry.meaning))
    }

    pub fn month(&self, at: usize) -> Option<(u32, usize)> {
        self.find(at, |meaning| match meaning {
            Meaning::Month(month) => Some(month),
            _ => None,
        })
    }

    pub fn number(&self, at: usize) -> Option<(u32, u8)> {
        match self.tokens.get(at) {
            Some(Token::Number(number, digits)) => Some((*number, *digits)),
            _ => None,
        }
    }

    pub fn is_mark(&self, at: usize, marks: &[char]) -> bool {
        matches!(self.tokens.get(at), Some(Token::Mark(mark)) if marks.contains(mark))
    }

    pub fn word(&self, at: usize) -> Option<&'a str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// A filler, or a mark that may stand between the parts of a date: how many tokens.
    pub fn filler(&self, at: usize) -> Option<usize> {
        if self.is_mark(at, &[',', '|', '-', '·', '•', '/', '(', ')', '@', ';', '.', ':', '日']) {
            return Some(1);
        }
        self.find(at, |meaning| (meaning == Meaning::Filler).then_some(())).map(|(_, length)| length)
    }

    pub fn is_language(&self, code: &str) -> bool {
        self.language == code
    }
}
