//! Pages of `tests/sites/NAME/`: markup as a family of papers writes it, with text of our own.
//!
//! Every `PAGE.html` whose `PAGE.json` says `"as": "article"` is read by the program; what it
//! prints must hold what stands under `expect`, and nothing of `never`. Adding a page is adding
//! two files.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[test]
fn reads_every_page_of_every_site() {
    let mut read = 0;
    for expectation in expectations(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")) {
        let text = std::fs::read_to_string(&expectation).expect("a readable file");
        let page: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", expectation.display()));
        if page["as"] == "article" {
            check(&expectation, &page);
            read += 1;
        }
    }
    assert!(read >= 2, "only {read} pages were found");
}

fn expectations(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("tests/sites is part of the project") {
        let path = entry.expect("a readable directory").path();
        if path.is_dir() {
            found.extend(expectations(&path));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn check(expectation: &Path, page: &Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_ressort"))
        .args(["inspect", "--as", "article", "--json", "--from"])
        .arg(expectation.with_extension("html"))
        .arg(page["url"].as_str().expect("the page's address"))
        .output()
        .expect("the program runs");
    let name = expectation.display();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let got: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{name}: {error}"));
    for (field, want) in page["expect"].as_object().expect("expected fields") {
        assert_eq!(&got[field], want, "{name}: {field}");
    }
    for never in page["never"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        for field in ["text", "html", "lede", "title"] {
            let text = got[field].as_str().unwrap_or_default();
            assert!(!text.contains(never), "{name}: `{never}` stands in {field}");
        }
    }
}
