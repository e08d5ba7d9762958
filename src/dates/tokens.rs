//! Cutting a text into numbers, words and marks.

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A number with the count of its digits: `05` is not `5`.
    Number(u32, u8),
    /// A word in lower case; every character of a script without spaces is one word.
    Word(String),
    /// Any other character that is not white space.
    Mark(char),
}

/// Beyond so many pieces a text is prose, and a date in it not the article's.
const MOST_TOKENS: usize = 160;

pub fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if out.len() == MOST_TOKENS {
            break;
        }
        if let Some(digit) = digit(c) {
            let (mut number, mut digits) = (digit, 1u8);
            while let Some(next) = rest.peek().copied().and_then(self::digit) {
                number = number.saturating_mul(10).saturating_add(next);
                digits = digits.saturating_add(1);
                rest.next();
            }
            out.push(Token::Number(number, digits));
        } else if stands_alone(c) {
            out.push(Token::Word(c.to_string()));
        } else if c.is_alphabetic() {
            let mut word: String = lower(c);
            while let Some(&next) = rest.peek() {
                let joins = matches!(next, '\'' | '’' | '-') && ends_in_letter(&word);
                if !(next.is_alphabetic() || is_combining(next) || joins) || stands_alone(next) {
                    break;
                }
                word.push_str(&lower(next));
                rest.next();
            }
            let trimmed = word.trim_end_matches(['-', '\'', '’']).len();
            let cut = word.split_off(trimmed);
            out.push(Token::Word(word));
            out.extend(cut.chars().map(Token::Mark));
        } else if !c.is_whitespace() && !is_combining(c) && c != '\u{200b}' {
            out.push(Token::Mark(match c {
                '：' => ':',
                '．' => '.',
                '／' => '/',
                '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
                other => other,
            }));
        }
    }
    out
}

/// ASCII and full-width digits.
fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(c as u32 - '０' as u32),
        c => c.to_digit(10),
    }
}

/// Han characters and Hangul are read one by one: 年, 月, 년.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Turkish "İ" becomes "i" and a dot above.
fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn lower(c: char) -> String {
    c.to_lowercase().filter(|c| *c != '\u{307}').collect()
}

fn ends_in_letter(word: &str) -> bool {
    word.chars().next_back().is_some_and(char::is_alphabetic)
}
