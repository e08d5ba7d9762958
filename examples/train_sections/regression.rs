//! Logistic regression with a ridge.

use ressort::section::features::Speaks;
use ressort::section::model::Regression;

/// Features that hardly ever differ would get a weight out of all proportion.
const SMALLEST_SPREAD: f64 = 0.05;

/// A row to learn from.
pub struct Example {
    pub row: Vec<f32>,
    pub is_article: bool,
    pub weight: f64,
}

/// Logistic regression with a ridge, by Newton's method on standardised features. Features whose
/// weight has a sign they cannot have are taken out, the worst first, until none is left.
pub fn regression(examples: &[Example], ridge: f64, names: &[(&str, Speaks)]) -> Regression {
    let size = examples.first().map_or(0, |example| example.row.len());
    assert_eq!(size, names.len());
    let total: f64 = examples.iter().map(|example| example.weight).sum();
    let mut mean = vec![0.0; size];
    let mut spread = vec![0.0; size];
    for example in examples {
        for (at, &value) in example.row.iter().enumerate() {
            mean[at] += example.weight * f64::from(value) / total;
        }
    }
    for example in examples {
        for (at, &value) in example.row.iter().enumerate() {
            spread[at] += example.weight * (f64::from(value) - mean[at]).powi(2) / total;
        }
    }
    let scale: Vec<f64> = spread.iter().map(|spread| spread.sqrt().max(SMALLEST_SPREAD)).collect();
    let mut weights = vec![0.0; size + 1];
    let mut kept: Vec<usize> = (0..size).collect();
    loop {
        let rows: Vec<Vec<(usize, f64)>> = examples
            .iter()
            .map(|example| {
                let scaled = |(place, &at): (usize, &usize)| (place, f64::from(example.row[at]) / scale[at]);
                kept.iter()
                    .enumerate()
                    .map(scaled)
                    .chain([(kept.len(), 1.0)])
                    .filter(|(_, value)| *value != 0.0)
                    .collect()
            })
            .collect();
        let mut found: Vec<f64> = kept.iter().map(|&at| weights[at]).chain([weights[size]]).collect();
        newton(examples, &rows, ridge, &mut found);
        weights = vec![0.0; size + 1];
        for (at, weight) in kept.iter().zip(&found) {
            weights[*at] = *weight;
        }
        weights[size] = found[kept.len()];
        let wrongness = |at: usize| match names[at].1 {
            Speaks::For => -weights[at],
            Speaks::Against => weights[at],
            Speaks::Either => 0.0,
        };
        let before = kept.len();
        let worst = kept.iter().map(|&at| wrongness(at)).fold(0.0_f64, f64::max);
        kept.retain(|&at| wrongness(at) <= 0.0 || wrongness(at) < worst * 0.5);
        if kept.len() == before {
            break;
        }
    }
    let raw: Vec<f64> = weights[..size].iter().zip(&scale).map(|(weight, scale)| weight / scale).collect();
    let bias = weights[size];
    Regression { bias: bias as f32, weights: raw.iter().map(|weight| *weight as f32).collect() }
}

fn newton(examples: &[Example], rows: &[Vec<(usize, f64)>], ridge: f64, weights: &mut [f64]) {
    let size = weights.len() - 1;
    for _ in 0..25 {
        let mut slope = vec![0.0; size + 1];
        let mut curve = vec![vec![0.0; size + 1]; size + 1];
        for (example, row) in examples.iter().zip(rows) {
            let sum: f64 = row.iter().map(|&(at, value)| value * weights[at]).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            let error = example.weight * (f64::from(u8::from(example.is_article)) - p);
            let steep = (example.weight * p * (1.0 - p)).max(1e-9);
            for (place, &(at, value)) in row.iter().enumerate() {
                slope[at] += error * value;
                let scaled = steep * value;
                let curve = &mut curve[at];
                for &(other, value) in &row[..=place] {
                    curve[other] += scaled * value;
                }
            }
        }
        for at in 0..size {
            slope[at] -= ridge * weights[at];
            curve[at][at] += ridge;
        }
        curve[size][size] += 1e-6;
        let step = solve(&mut curve, &slope);
        let before = loss(examples, rows, ridge, weights);
        let start = weights.to_vec();
        let mut share = 1.0;
        loop {
            for (weight, (start, step)) in weights.iter_mut().zip(start.iter().zip(&step)) {
                *weight = start + share * step;
            }
            if loss(examples, rows, ridge, weights) <= before || share < 1e-3 {
                break;
            }
            share *= 0.5;
        }
        let largest = step.iter().fold(0.0_f64, |largest, step| largest.max(share * step.abs()));
        if largest < 1e-3 {
            break;
        }
    }
}

fn loss(examples: &[Example], rows: &[Vec<(usize, f64)>], ridge: f64, weights: &[f64]) -> f64 {
    let misfit = |(example, row): (&Example, &Vec<(usize, f64)>)| {
        let sum: f64 = row.iter().map(|&(at, value)| value * weights[at]).sum();
        let wrong = if example.is_article { -sum } else { sum };
        example.weight * if wrong > 30.0 { wrong } else { wrong.exp().ln_1p() }
    };
    let penalty: f64 = weights[..weights.len() - 1].iter().map(|weight| weight.powi(2)).sum();
    examples.iter().zip(rows).map(misfit).sum::<f64>() + 0.5 * ridge * penalty
}

/// Solves `matrix · x = right` by Cholesky; only the lower half of the matrix is read.
fn solve(matrix: &mut [Vec<f64>], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    for row in 0..size {
        for column in 0..=row {
            let dot: f64 = (0..column).map(|k| matrix[row][k] * matrix[column][k]).sum();
            let rest = matrix[row][column] - dot;
            matrix[row][column] = if row == column { rest.max(1e-12).sqrt() } else { rest / matrix[column][column] };
        }
    }
    let mut x = right.to_vec();
    for row in 0..size {
        let dot: f64 = (0..row).map(|k| matrix[row][k] * x[k]).sum();
        x[row] = (x[row] - dot) / matrix[row][row];
    }
    for row in (0..size).rev() {
        let dot: f64 = (row + 1..size).map(|k| matrix[k][row] * x[k]).sum();
        x[row] = (x[row] - dot) / matrix[row][row];
    }
    x
}
