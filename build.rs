//! Makes the site files of `feeds/sites/` part of the program, so that adding a site is adding a file.

use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    println!("cargo:rerun-if-changed=feeds/sites");
    let sites = Path::new(&root).join("feeds/sites");
    let mut names: Vec<String> = fs::read_dir(&sites)
        .expect("feeds/sites is part of the project")
        .map(|entry| entry.expect("a readable directory").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    let rows: String =
        names.iter().map(|name| format!("({name:?}, include_str!({:?})),\n", sites.join(name))).collect();
    fs::write(Path::new(&out).join("sites.rs"), format!("&[\n{rows}]")).expect("OUT_DIR is writable");
}
