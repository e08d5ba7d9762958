//! Makes the data files of the project part of the program, so that adding a site or an outlet is
//! adding a file or a few lines, not code.

use std::path::Path;
use std::{env, fs};

fn main() {
    embed("feeds/sites", "sites.rs");
    embed("feeds/catalogue", "catalogue.rs");
}

/// Writes a table of the names and texts of all TOML files of a directory.
fn embed(directory: &str, table: &str) {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    println!("cargo:rerun-if-changed={directory}");
    // The table names the files by their full path, which is another once the project has moved.
    println!("cargo:rerun-if-env-changed=CARGO_MANIFEST_DIR");
    let directory = Path::new(&root).join(directory);
    let mut names: Vec<String> = fs::read_dir(&directory)
        .unwrap_or_else(|_| panic!("{} is part of the project", directory.display()))
        .map(|entry| entry.expect("a readable directory").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    let rows: String =
        names.iter().map(|name| format!("({name:?}, include_str!({:?})),\n", directory.join(name))).collect();
    fs::write(Path::new(&out).join(table), format!("&[\n{rows}]")).expect("OUT_DIR is writable");
}
