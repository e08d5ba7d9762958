//! The measures of the corpus's own scorer, for the body.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

pub fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    for c in text.nfc() {
        if c == '\u{ad}' || c == '\u{200b}' {
            continue;
        }
        let alone = matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
        if c.is_alphanumeric() && !alone {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if alone {
            out.push(c.to_string());
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

pub type Shingles = HashMap<Vec<String>, i32>;

pub fn shingles(words: &[String], n: usize) -> Vec<Vec<String>> {
    if words.is_empty() {
        return Vec::new();
    }
    let n = n.min(words.len()).max(1);
    words.windows(n).map(<[String]>::to_vec).collect()
}

pub fn bag(words: &[String]) -> Shingles {
    let mut bag = Shingles::new();
    for shingle in shingles(words, 4) {
        *bag.entry(shingle).or_default() += 1;
    }
    bag
}

pub fn f1(truth: &[String], got: &[String]) -> f64 {
    let (truth, got) = (bag(truth), bag(got));
    let both: i32 = truth.iter().map(|(shingle, count)| (*count).min(got.get(shingle).copied().unwrap_or(0))).sum();
    let sum = |bag: &Shingles| f64::from(bag.values().sum::<i32>());
    let (p, r) = (f64::from(both) / sum(&got).max(1.0), f64::from(both) / sum(&truth).max(1.0));
    if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
}

/// A truth prepared for scoring many texts.
pub struct Truth {
    pub lines: Vec<Vec<String>>,
    pub text: Vec<String>,
    pub lede: Vec<String>,
    pub title: Vec<String>,
    known: Shingles,
    own: Shingles,
    known_ends: std::collections::HashSet<Vec<String>>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub f1: f64,
    pub exact: f64,
    pub leak: f64,
    pub leaks: f64,
}

impl Truth {
    pub fn new(text: &str, lede: &str, title: &str) -> Truth {
        let lines: Vec<Vec<String>> = text.split('\n').map(words).filter(|line| !line.is_empty()).collect();
        let (lede, title, text) = (words(lede), words(title), words(text));
        let mut known = bag(&text);
        let mut own = known.clone();
        for line in &lines {
            for shingle in shingles(line, 4) {
                *own.entry(shingle).or_default() += 1;
            }
        }
        for extra in lines.iter().chain([&lede, &title]) {
            for shingle in shingles(extra, 4) {
                *known.entry(shingle).or_default() += 1;
            }
        }
        let known_ends = known
            .keys()
            .filter(|shingle| shingle.len() == 4)
            .flat_map(|shingle| (1..=3).flat_map(|n| [shingle[..n].to_vec(), shingle[4 - n..].to_vec()]))
            .collect();
        Truth { lines, text, lede, title, known, own, known_ends }
    }

    /// How much of a paragraph stands in the truth.
    pub fn share(&self, words: &[String]) -> f64 {
        let all = shingles(words, 4);
        let inside =
            all.iter().filter(|shingle| self.known.contains_key(*shingle) || self.known_ends.contains(*shingle));
        inside.count() as f64 / all.len().max(1) as f64
    }

    /// How much of a paragraph stands in the text itself, lede and title left out.
    pub fn own_share(&self, words: &[String]) -> f64 {
        let all = shingles(words, 4);
        all.iter().filter(|shingle| self.own.contains_key(*shingle)).count() as f64 / all.len().max(1) as f64
    }

    pub fn score(&self, paragraphs: &[Vec<String>]) -> Score {
        let mut best = Score::default();
        let without_title =
            paragraphs.first().filter(|first| fold(first) == fold(&self.title)).map(|_| &paragraphs[1..]);
        for paragraphs in [Some(paragraphs), without_title].into_iter().flatten() {
            let flat: Vec<String> = paragraphs.concat();
            for truth in [self.text.clone(), [self.lede.clone(), self.text.clone()].concat()] {
                let f1 = f1(&truth, &flat);
                if f1 > best.f1 {
                    let long: Vec<&Vec<String>> = paragraphs.iter().filter(|paragraph| paragraph.len() >= 3).collect();
                    let leaks = long.iter().filter(|paragraph| self.share(paragraph) < 0.5).count() as f64;
                    best = Score {
                        f1,
                        exact: f64::from(u8::from(truth == flat)),
                        leak: leaks / (long.len() as f64).max(1.0),
                        leaks,
                    };
                }
            }
        }
        best
    }
}

fn fold(words: &[String]) -> Vec<String> {
    words.iter().map(|word| word.to_lowercase()).collect()
}
