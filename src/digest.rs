//! Hashes as text.

use sha2::{Digest, Sha256};

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sixteen hexadecimal digits are enough to tell one version of a text from the next.
pub fn short(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}
