//! The measurements of a passage that the forest judges by.

use super::facts::{First, Last};
use super::names::Names;
use super::outline::{Kind, Tag};
use super::phrases::Phrase;
use super::survey::{Survey, kinds};

/// The measurements of one passage, named so that the training tool can report them.
pub struct Row<'r> {
    pub values: &'r mut Vec<f32>,
    pub names: Option<&'r mut Vec<&'static str>>,
}

impl Row<'_> {
    fn put(&mut self, name: &'static str, value: f32) {
        self.values.push(value);
        if let Some(names) = &mut self.names {
            names.push(name);
        }
    }

    fn is(&mut self, name: &'static str, value: bool) {
        self.put(name, f32::from(u8::from(value)));
    }
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

/// Large numbers differ less than small ones.
fn log(value: f32) -> f32 {
    (value.max(0.0) + 1.0).log2()
}

impl Survey<'_, '_> {
    /// Measures the passage at a position in `texts`.
    pub fn row(&self, at: usize, row: &mut Row<'_>) {
        self.put_text(at, row);
        self.put_surroundings(at, row);
        self.put_position(at, row);
        self.put_likeness(at, row);
        self.put_pictures(at, row);
        self.put_neighbours(at, row);
    }

    fn put_text(&self, at: usize, row: &mut Row<'_>) {
        let facts = &self.facts[at];
        let measure = self.measure(at);
        row.put("letters", log(measure.letters as f32));
        row.put("words", log(measure.words as f32));
        row.put("word length", share(measure.letters, measure.words));
        row.put("linked", share(measure.linked, measure.letters));
        row.put("links", log(measure.links as f32));
        row.put("before link", if measure.linked > 0 { log(measure.before_link as f32) } else { -1.0 });
        row.is("ends linked", measure.ends_linked);
        row.put("strong", share(measure.strong, measure.letters));
        row.put("emphasised", share(measure.emphasised, measure.letters));
        row.put("digits", share(measure.digits, measure.letters));
        row.put("capitals", share(measure.capitals, measure.letters));
        row.put("commas", share(measure.commas, measure.words));
        row.put("stops", measure.stops.min(6) as f32);
        row.put("stops share", share(measure.stops, measure.words));
        row.put("breaks", measure.breaks.min(6) as f32);
        row.is("first small", facts.first == First::Small);
        row.is("first digit", facts.first == First::Digit);
        row.is("first quote", facts.first == First::Quote);
        row.is("first dash", facts.first == First::Dash);
        row.is("first symbol", facts.first == First::Symbol);
        row.is("last stop", facts.last == Last::Stop);
        row.is("last colon", facts.last == Last::Colon);
        row.is("last ellipsis", facts.last == Last::Ellipsis);
        row.is("last question", facts.last == Last::Question);
        for (name, strength) in PHRASE_NAMES.iter().zip(facts.phrases) {
            row.put(name, f32::from(strength));
        }
        row.put("in articleBody", facts.in_body);
        row.put("in description", facts.in_description);
        row.is("is title", facts.is_title);
        row.is("in title", facts.in_title);
        row.put("repeats", facts.repeats);
        row.put("elsewhere", facts.elsewhere);
        row.put("same start", facts.same_start);
        row.is("foreign", facts.is_foreign);
    }

    /// How near the elements are that say something by tag or name.
    fn put_surroundings(&self, at: usize, row: &mut Row<'_>) {
        let places = &self.outline.places;
        let passage = &self.outline.passages[self.texts[at]];
        let block = &places[passage.block];
        row.is("p", block.tag == Tag::Paragraph);
        row.put("heading", if let Tag::Heading(level) = block.tag { f32::from(level) } else { 0.0 });
        row.is("block", block.tag == Tag::Block);
        let mut inside = [0.0f32; INSIDE_NAMES.len()];
        let mut named = [0.0f32; Names::KINDS];
        for (distance, place) in self.outline.around(passage.place).enumerate() {
            if self.is_large(place) {
                continue;
            }
            let closeness = 1.0 / (1.0 + distance as f32);
            if let Some(slot) = slot(places[place].tag) {
                inside[slot] = closeness.max(inside[slot]);
            }
            for kind in kinds(self.tells(place)) {
                named[kind] = closeness.max(named[kind]);
            }
        }
        for (name, value) in INSIDE_NAMES.iter().zip(inside) {
            row.put(name, value);
        }
        for (name, value) in NAME_NAMES.iter().zip(named) {
            row.put(name, value);
        }
    }

    fn put_position(&self, at: usize, row: &mut Row<'_>) {
        let places = &self.outline.places;
        let index = self.block(at);
        let block = &places[index];
        let page = self.page_prose;
        let parent = block.parent.unwrap_or(0);
        let above = places[parent].parent.unwrap_or(0);
        row.put("block direct prose", self.places[index].direct_prose / page);
        row.put("parent direct prose", self.places[parent].direct_prose / page);
        row.put("parent prose", self.places[parent].prose / page);
        row.put("parent texts", log(self.places[parent].texts));
        row.put("parent linked", self.linked_share(parent));
        row.put("above prose", self.places[above].prose / page);
        row.put("above linked", self.linked_share(above));

        let common = self.outline.common(index, self.core);
        let in_core = common == self.core;
        let core_depth = places[self.core].depth;
        row.is("in core", in_core);
        row.put("core depth", (core_depth as f32 - places[common].depth as f32).min(12.0));
        row.put("depth in core", if in_core { (block.depth - core_depth) as f32 } else { -1.0 });
        // The box the passage stands in: the outermost element inside the core.
        let branch = self.outline.around(index).take_while(|&place| place != common).last().unwrap_or(index);
        let facts = &self.places[branch];
        row.put("branch letters", log(facts.letters));
        row.put("branch prose", facts.prose / page);
        row.put("branch linked", self.linked_share(branch));
        row.put("branch texts", log(facts.texts));
        row.put("branch mean letters", log(facts.letters / facts.texts.max(1.0)));

        let from = |other: isize, low: f32, high: f32| (at as f32 - other as f32).clamp(low, high);
        row.put("seen", self.seen[at]);
        row.put("after title", self.title.map_or(-99.0, |title| from(title, -20.0, 40.0)));
        row.put("after first prose", from(self.first_prose as isize, -20.0, 20.0));
        row.put("after last prose", from(self.last_prose as isize, -20.0, 20.0));
    }

    /// How much of the page is built like the passage.
    fn put_likeness(&self, at: usize, row: &mut Row<'_>) {
        let page = self.page_prose;
        let (like, count) = self.signatures.get(&self.facts[at].signature).copied().unwrap_or_default();
        let along = |above: usize| self.paths.get(&self.path(at, above)).copied().unwrap_or_default() / page;
        row.put("path prose", along(1));
        row.put("upper path prose", along(2));
        row.put("signature prose", like / page);
        row.put("signature count", log(count));
        row.put("signature mean prose", log(like / count.max(1.0)));
    }

    fn put_pictures(&self, at: usize, row: &mut Row<'_>) {
        let passages = &self.outline.passages;
        let index = self.texts[at];
        let is_picture = |other: usize| passages.get(other).is_some_and(|other| other.kind == Kind::Picture);
        row.is("picture before", index > 0 && is_picture(index - 1));
        row.is("picture after", is_picture(index + 1));
        let parent = self.outline.places[self.block(at)].parent.unwrap_or(0);
        let around = self.outline.places[parent].passages.clone();
        let pictures = if around.len() > 8 { -1.0 } else { around.filter(|&other| is_picture(other)).count() as f32 };
        row.put("pictures in parent", pictures);
        // The innermost box that also holds a picture.
        let frame = self.outline.around(self.block(at)).skip(1).find(|&place| {
            let inside = self.outline.places[place].passages.clone();
            inside.take(12).any(is_picture)
        });
        row.put("letters in frame", frame.map_or(-1.0, |frame| log(self.places[frame].letters)));
    }

    fn put_neighbours(&self, at: usize, row: &mut Row<'_>) {
        let places = &self.outline.places;
        let block = self.block(at);
        let core_depth = places[self.core].depth as f32;
        for (step, names) in NEIGHBOURS {
            let other = at.checked_add_signed(step).filter(|&other| other < self.texts.len());
            let Some(other) = other else {
                for (name, value) in names.iter().zip([-1.0, -1.0, 0.0, 0.0, 0.0, 0.0, -9.0]) {
                    row.put(name, value);
                }
                continue;
            };
            let measure = self.measure(other);
            let other_block = self.block(other);
            let joint = self.outline.common(block, other_block);
            row.put(names[0], log(measure.letters as f32));
            row.put(names[1], share(measure.linked, measure.letters));
            row.is(names[2], places[block].parent == places[other_block].parent);
            row.is(names[3], self.facts[other].signature == self.facts[at].signature);
            row.is(names[4], matches!(places[other_block].tag, Tag::Heading(_)));
            row.is(names[5], self.facts[other].last == Last::Stop);
            row.put(names[6], (places[joint].depth as f32 - core_depth).clamp(-9.0, 9.0));
        }
        let is_prose = |other: &usize| self.facts[*other].prose > 0.0;
        let until = (at + 1..self.texts.len()).take(9).position(|other| is_prose(&other));
        let since = (0..at).rev().take(9).position(|other| is_prose(&other));
        row.put("until prose", until.unwrap_or(9) as f32);
        row.put("since prose", since.unwrap_or(9) as f32);
    }
}

fn slot(tag: Tag) -> Option<usize> {
    Some(match tag {
        Tag::Item => 0,
        Tag::List => 1,
        Tag::Term => 2,
        Tag::Cell | Tag::Row | Tag::Table => 3,
        Tag::Quote => 4,
        Tag::Figure => 5,
        Tag::Caption => 6,
        Tag::Preformatted => 7,
        Tag::Article => 8,
        Tag::Section => 9,
        Tag::Aside => 10,
        Tag::Nav => 11,
        Tag::Header => 12,
        Tag::Footer => 13,
        Tag::Form => 14,
        _ => return None,
    })
}

#[rustfmt::skip]
const INSIDE_NAMES: [&str; 15] = [
    "in item", "in list", "in term", "in table", "in quote", "in figure", "in figcaption", "in pre", "in article",
    "in section", "in aside", "in nav", "in header", "in footer", "in form",
];

#[rustfmt::skip]
const PHRASE_NAMES: [&str; Phrase::KINDS] = [
    "says more", "says newsletter", "says subscribe", "says share", "says comment", "says agency", "says photo",
    "says biography", "says date", "says consent", "says donate", "says media", "says advert", "says note",
    "says topics", "says byline",
];

#[rustfmt::skip]
const NAME_NAMES: [&str; Names::KINDS] = [
    "named body", "named article", "named lede", "named headline", "named related", "named teaser",
    "named newsletter", "named author", "named caption", "named media", "named share", "named comment",
    "named paywall", "named advert", "named promotion", "named meta", "named topics", "named navigation",
    "named consent", "named contents", "named box", "named quote", "named live", "named note", "named hidden",
    "named summary", "named kicker", "named embed",
];

#[rustfmt::skip]
const NEIGHBOURS: [(isize, [&str; 7]); 4] = [
    (-1, ["-1 letters", "-1 linked", "-1 same parent", "-1 same signature", "-1 heading", "-1 stop", "-1 joint"]),
    (-2, ["-2 letters", "-2 linked", "-2 same parent", "-2 same signature", "-2 heading", "-2 stop", "-2 joint"]),
    (1, ["+1 letters", "+1 linked", "+1 same parent", "+1 same signature", "+1 heading", "+1 stop", "+1 joint"]),
    (2, ["+2 letters", "+2 linked", "+2 same parent", "+2 same signature", "+2 heading", "+2 stop", "+2 joint"]),
];
