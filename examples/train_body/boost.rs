//! Gradient boosting of complete trees on binned features (logistic loss, Newton steps).

use ressort::article::body::forest::{ANSWERS, DEPTH, Forest, QUESTIONS, Tree};

#[derive(Clone, Debug)]
pub struct Settings {
    pub trees: usize,
    pub rate: f64,
    pub columns: f64,
    pub rows: f64,
    pub least_weight: f64,
    pub shrink: f64,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { trees: 120, rate: 0.1, columns: 0.3, rows: 0.7, least_weight: 2.0, shrink: 2.0, seed: 1 }
    }
}

const BINS: usize = 48;

/// Values of all rows, sorted into bins by column.
pub struct Binned {
    bins: Vec<Vec<u8>>,
    edges: Vec<Vec<f32>>,
}

impl Binned {
    pub fn of(rows: &[&[f32]]) -> Binned {
        let columns = rows.first().map_or(0, |row| row.len());
        let (mut bins, mut edges) = (Vec::new(), Vec::new());
        for column in 0..columns {
            let mut values: Vec<f32> = rows.iter().map(|row| row[column]).collect();
            values.sort_by(f32::total_cmp);
            let mut distinct = values.clone();
            distinct.dedup();
            let mut edge: Vec<f32> = if distinct.len() <= BINS {
                distinct.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
            } else {
                (1..BINS).map(|i| values[i * values.len() / BINS]).collect()
            };
            // Short numbers make a short table.
            for value in &mut edge {
                *value = format!("{value:.3e}").parse().expect("a number");
            }
            edge.dedup();
            bins.push(rows.iter().map(|row| edge.partition_point(|edge| *edge < row[column]) as u8).collect());
            edges.push(edge);
        }
        Binned { bins, edges }
    }
}

pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as f64) / (1u64 << 31) as f64
    }
}

pub fn train(rows: &[&[f32]], labels: &[bool], weights: &[f64], settings: &Settings) -> Forest {
    let binned = Binned::of(rows);
    let columns = binned.bins.len();
    let mut random = Random(settings.seed);
    let total: f64 = weights.iter().sum();
    let positive: f64 = labels.iter().zip(weights).filter(|(label, _)| **label).map(|(_, weight)| weight).sum();
    let base = (positive / (total - positive)).ln();
    let mut scores = vec![base; rows.len()];
    let mut trees = Vec::new();
    for _ in 0..settings.trees {
        let (mut gradients, mut curvatures) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
        let mut node_of = vec![usize::MAX; rows.len()];
        for at in 0..rows.len() {
            let p = 1.0 / (1.0 + (-scores[at]).exp());
            gradients[at] = weights[at] * (f64::from(u8::from(labels[at])) - p);
            curvatures[at] = weights[at] * (p * (1.0 - p)).max(1e-4);
            if weights[at] > 0.0 && random.next() < settings.rows {
                node_of[at] = 0;
            }
        }
        let chosen: Vec<usize> = (0..columns).filter(|_| random.next() < settings.columns).collect();
        let mut tree = Tree { features: [0; QUESTIONS], thresholds: [f32::MAX; QUESTIONS], answers: [0.0; ANSWERS] };
        let mut sample: Vec<usize> = (0..rows.len()).filter(|&at| node_of[at] == 0).collect();
        let mut split_bin = [u8::MAX; QUESTIONS];
        for level in 0..DEPTH {
            let (from, count) = ((1 << level) - 1, 1 << level);
            let mut best = vec![(1e-6, usize::MAX, 0u8); count];
            for &column in &chosen {
                let width = binned.edges[column].len() + 1;
                if width < 2 {
                    continue;
                }
                let mut sums = vec![(0.0, 0.0); count * width];
                let bins = &binned.bins[column];
                for &at in &sample {
                    let cell = &mut sums[(node_of[at] - from) * width + usize::from(bins[at])];
                    cell.0 += gradients[at];
                    cell.1 += curvatures[at];
                }
                for node in 0..count {
                    let cells = &sums[node * width..(node + 1) * width];
                    let (g, h) = cells.iter().fold((0.0, 0.0), |(g, h), cell| (g + cell.0, h + cell.1));
                    let whole = g * g / (h + settings.shrink);
                    let (mut left_g, mut left_h) = (0.0, 0.0);
                    for (bin, cell) in cells.iter().enumerate().take(width - 1) {
                        left_g += cell.0;
                        left_h += cell.1;
                        let (right_g, right_h) = (g - left_g, h - left_h);
                        if left_h < settings.least_weight || right_h < settings.least_weight {
                            continue;
                        }
                        let gain = left_g * left_g / (left_h + settings.shrink)
                            + right_g * right_g / (right_h + settings.shrink)
                            - whole;
                        if gain > best[node].0 {
                            best[node] = (gain, column, bin as u8);
                        }
                    }
                }
            }
            for (node, &(_, column, bin)) in best.iter().enumerate() {
                if column != usize::MAX {
                    tree.features[from + node] = column as u8;
                    tree.thresholds[from + node] = binned.edges[column][usize::from(bin)];
                    split_bin[from + node] = bin;
                }
            }
            for &at in &sample {
                let node = node_of[at];
                let right =
                    split_bin[node] != u8::MAX && binned.bins[usize::from(tree.features[node])][at] > split_bin[node];
                node_of[at] = 2 * node + 1 + usize::from(right);
            }
        }
        let mut sums = [(0.0, 0.0); ANSWERS];
        for &at in &sample {
            let sum = &mut sums[node_of[at] - QUESTIONS];
            sum.0 += gradients[at];
            sum.1 += curvatures[at];
        }
        sample.clear();
        for (answer, (g, h)) in tree.answers.iter_mut().zip(sums) {
            let value = settings.rate * g / (h + settings.shrink);
            *answer = (value * 1000.0).round() as f32 / 1000.0;
        }
        for (score, row) in scores.iter_mut().zip(rows) {
            *score += f64::from(tree.answer(row));
        }
        trees.push(tree);
    }
    Forest { base: base as f32, trees: trees.into() }
}
