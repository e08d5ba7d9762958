//! How long each step of a refresh takes, and what becomes of it as a feed grows old.
//!
//! `cargo bench --bench steps` runs all of them, `cargo bench --bench steps -- store` those of a
//! step. They need nothing beside the project: a newspaper of our own making stands in for real
//! pages. Pages of publishers, where they are at hand, are measured as well ([`pages`]).

mod article;
#[path = "../../tests/it/support/corpus.rs"]
mod corpus;
mod pages;
mod paper;
mod refresh;
mod render;
mod section;
mod site;
mod stock;
mod store;

fn main() {
    divan::main();
}
