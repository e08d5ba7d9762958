//! What stands on several articles of a site belongs to none of them.
//!
//! Invitations to newsletters, appeals for donations, notices and biographies stand among the
//! paragraphs like paragraphs, and no look at a single page tells them apart. But a site repeats
//! them word for word. So for each site the fingerprints of all blocks are remembered, with the
//! articles they were seen on, and what repeats is dropped.
//!
//! Pure functions; the store keeps what a [`Memory`] holds.

use std::collections::{BTreeMap, HashMap};

use super::Block;

/// A hash of what a block says, the same in every version of the program: 64-bit FNV-1a
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>) over its letters in lower case. Digits are
/// left out, because dates and counts change from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub u64);

/// The blocks of a site's articles: which articles each was seen on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    seen: BTreeMap<Fingerprint, Vec<String>>,
}

/// No more articles than this are remembered of a block; it is then known to repeat.
const MOST_ARTICLES: usize = 4;

/// A shorter block, in letters, says too little: "Nein.", "Wie das?" stand in many articles.
const SHORTEST: usize = 30;

/// The same for a heading, which goes only together with what stands below it.
const SHORTEST_HEADING: usize = 8;

/// On how many articles quotes, pictures and links to films must stand: two articles about the
/// same thing may well quote the same sentence and show the same picture.
const OFTEN: usize = 3;

/// Two articles that have so much of their text in common are one, published twice.
const SAME_STORY: f64 = 0.4;

impl Memory {
    /// What a store kept.
    pub fn of(seen: impl IntoIterator<Item = (Fingerprint, String)>) -> Memory {
        let mut memory = Memory::default();
        for (fingerprint, article) in seen {
            memory.note(fingerprint, &article);
        }
        memory
    }

    /// What a store is to keep.
    pub fn iter(&self) -> impl Iterator<Item = (Fingerprint, &str)> {
        self.seen
            .iter()
            .flat_map(|(fingerprint, articles)| articles.iter().map(|article| (*fingerprint, article.as_str())))
    }

    /// Remembers the blocks of an article; the key is whatever identifies it.
    pub fn learn(&mut self, article: &str, blocks: &[Block]) {
        for fingerprint in blocks.iter().filter_map(fingerprint) {
            self.note(fingerprint, article);
        }
    }

    /// Remembers one block of an article.
    pub fn note(&mut self, fingerprint: Fingerprint, article: &str) {
        let articles = self.seen.entry(fingerprint).or_default();
        if articles.len() < MOST_ARTICLES && !articles.iter().any(|known| known == article) {
            articles.push(article.to_owned());
        }
    }

    /// The blocks of an article without those that stand on others too.
    ///
    /// A heading goes when nothing is left below it, or when it repeats like what it heads. Lines
    /// too short to judge stay, unless they stand between two that go.
    pub fn own(&self, article: &str, blocks: &[Block]) -> Vec<Block> {
        let prints: Vec<Option<Print>> = blocks.iter().map(print).collect();
        let copies = self.copies(article, &prints);
        let repeats: Vec<bool> =
            blocks.iter().zip(&prints).map(|(block, print)| self.is_repeat(article, block, *print, &copies)).collect();
        let gone = |at: usize| repeats.get(at).copied().unwrap_or(false);
        let own = (0..blocks.len()).filter(|&at| {
            if is_heading(&blocks[at]) {
                let is_boxes = gone(at + 1) && self.stands_elsewhere(article, prints[at], &copies) > 0;
                let is_left_alone = below(blocks, at).any(gone) && below(blocks, at).all(gone);
                return !(is_boxes || is_left_alone);
            }
            let enclosed = prints[at].is_none() && at > 0 && gone(at - 1) && gone(at + 1);
            !(gone(at) || enclosed)
        });
        own.map(|at| blocks[at].clone()).collect()
    }

    fn is_repeat(&self, article: &str, block: &Block, print: Option<Print>, copies: &[&str]) -> bool {
        if is_heading(block) {
            return false;
        }
        self.stands_elsewhere(article, print, copies) + 1 >= if is_quotable(block) { OFTEN } else { 2 }
    }

    /// On how many other articles a block stands.
    fn stands_elsewhere(&self, article: &str, print: Option<Print>, copies: &[&str]) -> usize {
        let others = print.and_then(|print| self.seen.get(&print.fingerprint)).into_iter().flatten();
        others.filter(|other| *other != article && !copies.contains(&other.as_str())).count()
    }

    /// Articles that are this one under another address or in another version.
    fn copies(&self, article: &str, prints: &[Option<Print>]) -> Vec<&str> {
        let mut shared: HashMap<&str, usize> = HashMap::new();
        let mut all = 0;
        for print in prints.iter().flatten() {
            all += print.letters;
            let Some(articles) = self.seen.get(&print.fingerprint) else { continue };
            for other in articles.iter().filter(|other| *other != article) {
                *shared.entry(other).or_default() += print.letters;
            }
        }
        let is_copy = |(_, letters): &(&str, usize)| *letters as f64 > SAME_STORY * all as f64;
        shared.into_iter().filter(is_copy).map(|(other, _)| other).collect()
    }
}

/// What identifies a block on other pages; `None` for one that says too little.
pub fn fingerprint(block: &Block) -> Option<Fingerprint> {
    print(block).map(|print| print.fingerprint)
}

/// A fingerprint with the letters it was made from.
#[derive(Debug, Clone, Copy)]
struct Print {
    fingerprint: Fingerprint,
    /// None for pictures and links to films.
    letters: usize,
}

fn print(block: &Block) -> Option<Print> {
    let mut hash = Hash::default();
    if block.text.is_empty() {
        // Pictures and links to films: by their address.
        let (_, rest) = block.html.split_once("src=\"").or_else(|| block.html.split_once("href=\""))?;
        let (address, _) = rest.split_once('"')?;
        hash.write(address.as_bytes());
        return Some(Print { fingerprint: hash.finish(), letters: 0 });
    }
    let mut letters = 0;
    for c in block.text.chars() {
        if c.is_ascii_alphabetic() {
            hash.write(&[c.to_ascii_lowercase() as u8]);
            letters += 1;
        } else if !c.is_ascii() && c.is_alphabetic() {
            c.to_lowercase().for_each(|c| hash.write(c.encode_utf8(&mut [0; 4]).as_bytes()));
            letters += 1;
        }
    }
    let shortest = if is_heading(block) { SHORTEST_HEADING } else { SHORTEST };
    (letters >= shortest).then(|| Print { fingerprint: hash.finish(), letters })
}

/// 64-bit FNV-1a.
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Hash(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(self) -> Fingerprint {
        Fingerprint(self.0)
    }
}

fn is_heading(block: &Block) -> bool {
    ["<h2", "<h3", "<h4", "<h5", "<h6"].iter().any(|start| block.html.starts_with(start))
}

fn is_quotable(block: &Block) -> bool {
    block.text.is_empty() || block.html.starts_with("<blockquote")
}

/// The blocks under a heading, up to the next one.
fn below(blocks: &[Block], heading: usize) -> impl Iterator<Item = usize> {
    (heading + 1..blocks.len()).take_while(|&at| !is_heading(&blocks[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Block {
        Block { html: format!("<p>{text}</p>"), text: text.to_owned() }
    }

    fn h(text: &str) -> Block {
        Block { html: format!("<h2>{text}</h2>"), text: text.to_owned() }
    }

    const BOX: &str = "Unterstützen Sie unsere Arbeit mit einer Spende, damit wir weiter berichten können.";

    fn story(topic: &str) -> Vec<Block> {
        (1..6)
            .map(|n| p(&format!("Absatz über {topic}, und zwar der mit der Ordnungszahl {}.", "x".repeat(n))))
            .collect()
    }

    fn texts(blocks: &[Block]) -> Vec<&str> {
        blocks.iter().map(|block| block.text.as_str()).collect()
    }

    #[test]
    fn drops_what_stands_on_another_article() {
        let first = [story("Brücken"), vec![h("Spenden"), p(BOX)]].concat();
        let second = [vec![p(BOX)], story("Häfen")].concat();
        let mut memory = Memory::default();
        memory.learn("1", &first);
        assert_eq!(memory.own("1", &first), first, "an article does not repeat itself");
        memory.learn("2", &second);
        assert_eq!(texts(&memory.own("1", &first)), texts(&story("Brücken")));
        assert_eq!(texts(&memory.own("2", &second)), texts(&story("Häfen")));
        assert_eq!(Memory::of(memory.iter().map(|(print, article)| (print, article.to_owned()))), memory);
    }

    #[test]
    fn counts_and_dates_do_not_hide_a_repeat() {
        let mut memory = Memory::default();
        memory.learn("1", &[p("Schon 4.325 Menschen lesen unseren Newsletter am Morgen.")]);
        let later = [story("Kräne"), vec![p("Schon 5.017 Menschen lesen unseren Newsletter am Morgen.")]].concat();
        assert_eq!(texts(&memory.own("2", &later)), texts(&story("Kräne")));
    }

    #[test]
    fn keeps_headings_short_lines_and_quotes() {
        let quote = Block {
            html: "<blockquote><p>…</p></blockquote>".to_owned(),
            text: "Wir werden die Brücke bauen, koste es, was es wolle.".to_owned(),
        };
        let shared = vec![h("Hintergrund"), p("Nein."), quote];
        let mut memory = Memory::default();
        memory.learn("1", &[story("Brücken"), shared.clone()].concat());
        let second = [shared, story("Häfen")].concat();
        assert_eq!(memory.own("2", &second), second);
    }

    #[test]
    fn a_heading_goes_with_its_box() {
        let mut memory = Memory::default();
        let boxed = vec![h("In eigener Sache"), p(BOX)];
        memory.learn("1", &[boxed.clone(), story("Brücken")].concat());
        assert_eq!(memory.own("2", &[boxed, story("Häfen")].concat()), story("Häfen"));
        let own = vec![h("In dieser Sache"), p(BOX)];
        assert_eq!(texts(&memory.own("2", &[own, story("Häfen")].concat()))[0], "In dieser Sache");
    }

    #[test]
    fn an_article_published_twice_keeps_its_text() {
        let mut memory = Memory::default();
        memory.learn("1", &story("Brücken"));
        let updated = [story("Brücken"), vec![p("Am Abend kam eine lange Ergänzung der Redaktion hinzu.")]].concat();
        assert_eq!(memory.own("2", &updated), updated);
    }
}
