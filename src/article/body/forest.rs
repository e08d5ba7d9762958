//! Boosted decision trees: a sum of small trees, each a few questions about a row of numbers.

use std::borrow::Cow;

/// How many questions a tree asks one after another.
pub const DEPTH: usize = 4;
pub const QUESTIONS: usize = (1 << DEPTH) - 1;
pub const ANSWERS: usize = 1 << DEPTH;

/// A complete binary tree: question `i` is followed by `2i + 1` if the value is at most the
/// threshold, else by `2i + 2`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    pub features: [u8; QUESTIONS],
    pub thresholds: [f32; QUESTIONS],
    pub answers: [f32; ANSWERS],
}

/// A learned judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    pub base: f32,
    pub trees: Cow<'static, [Tree]>,
}

impl Forest {
    /// How certain it is, 0 to 1.
    pub fn probability(&self, row: &[f32]) -> f32 {
        let sum: f32 = self.trees.iter().map(|tree| tree.answer(row)).sum();
        1.0 / (1.0 + (-(self.base + sum)).exp())
    }
}

impl Tree {
    pub fn answer(&self, row: &[f32]) -> f32 {
        let mut at = 0;
        while at < QUESTIONS {
            let value = row.get(usize::from(self.features[at])).copied().unwrap_or(0.0);
            at = 2 * at + 1 + usize::from(value > self.thresholds[at]);
        }
        self.answers[at - QUESTIONS]
    }
}
