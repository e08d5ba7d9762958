//! Pages of publishers, where they are at hand. They are no part of the project.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use ressort::fetch::encoding;

/// A folder of the corpus: below `RESSORT_CORPUS`, else below `../shared/corpus` beside the project.
/// Without it this says so, and there is nothing to test.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let path = std::env::var_os("RESSORT_CORPUS").map_or_else(beside, PathBuf::from).join(folder);
    if !path.is_dir() {
        println!("skipped: no corpus at {}; RESSORT_CORPUS names it", path.display());
        return None;
    }
    Some(path)
}

/// The text of a compressed page.
pub fn unpacked(path: &Path) -> String {
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    encoding::decode(bytes, None)
}
