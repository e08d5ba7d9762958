//! What tests of several areas share: web sites on loopback that behave as told.

mod answer;
mod corpus;
mod measure;
mod site;
mod tls;

use proptest::test_runner::{Config, RngSeed};

pub use answer::{Answer, gzip};
pub use corpus::{corpus, unpacked};
pub use measure::cpu_time;
pub use site::{Running, Seen, Site};
pub use tls::Authority;

/// As many generated cases, the same in every run, so that no build fails by chance;
/// `PROPTEST_RNG_SEED` tries others.
pub fn same_cases(cases: u32) -> Config {
    let given = Config::default();
    let rng_seed = if given.rng_seed == RngSeed::Random { RngSeed::Fixed(1) } else { given.rng_seed };
    Config { cases, rng_seed, failure_persistence: None, ..given }
}
