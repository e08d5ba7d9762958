//! What tests of several areas share: web sites on loopback that behave as told.

mod answer;
mod corpus;
mod measure;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "buckets")]
mod s3;
mod site;
mod tls;

use proptest::test_runner::{Config, RngSeed};

pub use answer::{Answer, gzip};
pub use corpus::{corpus, unpacked};
pub use measure::{cpu_time, peak_mib};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
#[cfg(feature = "buckets")]
pub use s3::S3;
pub use site::{Running, Seen, Site};
pub use tls::Authority;

/// As many generated cases, the same in every run, so that no build fails by chance;
/// `PROPTEST_RNG_SEED` tries others.
pub fn same_cases(cases: u32) -> Config {
    let given = Config::default();
    let rng_seed = if given.rng_seed == RngSeed::Random { RngSeed::Fixed(1) } else { given.rng_seed };
    Config { cases, rng_seed, failure_persistence: None, ..given }
}

/// Says that a test is skipped because a program is not installed; where all of them have to be
/// there (`RESSORT_REQUIRE_TOOLS=1`, as in `.ci/run`) that is a failure.
pub fn skip_without(program: &str) {
    assert!(std::env::var_os("RESSORT_REQUIRE_TOOLS").is_none_or(|value| value != "1"), "{program} is not installed");
    eprintln!("skipped: {program} is not installed");
}
