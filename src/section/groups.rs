//! Links that belong together, and what their company says of each.
//!
//! A page repeats itself: teasers of a block have the same markup, articles of a paper the same
//! form of address. What a link's own words leave open, its companions decide.

use std::collections::HashMap;
use std::hash::Hash;

/// The ways in which links belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinship {
    /// The link stands in the same place of the same markup.
    Role,
    /// The card has the same markup.
    Shape,
    /// The cards stand side by side.
    Siblings,
    /// The addresses have the same form.
    Template,
}

impl Kinship {
    pub const ALL: [Kinship; 4] = [Kinship::Role, Kinship::Shape, Kinship::Siblings, Kinship::Template];
}

/// For each candidate the number of its group, and how large each group is.
pub(super) struct Groups {
    pub of: Vec<usize>,
    sizes: Vec<u32>,
}

impl Groups {
    /// Groups candidates by a key.
    pub fn by<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> Groups {
        let mut numbers: HashMap<K, usize> = HashMap::new();
        let mut sizes: Vec<u32> = Vec::new();
        let of = keys
            .map(|key| {
                let next = numbers.len();
                let group = *numbers.entry(key).or_insert(next);
                if group == sizes.len() {
                    sizes.push(0);
                }
                sizes[group] += 1;
                group
            })
            .collect();
        Groups { of, sizes }
    }

    pub fn size(&self, candidate: usize) -> usize {
        self.sizes[self.of[candidate]] as usize
    }

    /// For each candidate the mean of a value over its companions, itself left out. Small groups
    /// lean towards the mean of the page, as if two average links belonged to each.
    pub fn means(&self, values: &[f32]) -> Vec<f32> {
        const LEAN: f32 = 2.0;
        let page = values.iter().sum::<f32>() / values.len().max(1) as f32;
        let mut sums = vec![0.0_f32; self.sizes.len()];
        for (&group, value) in self.of.iter().zip(values) {
            sums[group] += value;
        }
        let mean = |(&group, value): (&usize, &f32)| {
            let others = self.sizes[group] as f32 - 1.0;
            (sums[group] - value + LEAN * page) / (others + LEAN)
        };
        self.of.iter().zip(values).map(mean).collect()
    }
}
