//! Bytes of any kind become text, and what is valid and undeclared stays as it is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ressort::fetch::encoding;

fuzz_target!(|input: (Option<&str>, &[u8])| {
    let (content_type, bytes) = input;
    let text = encoding::decode(bytes.to_vec(), content_type);
    let xml = encoding::decode_xml(bytes.to_vec(), content_type);
    assert!(text.ends_with(&xml), "only a declaration in front is taken away");
    if let Ok(valid) = std::str::from_utf8(bytes)
        && content_type.is_none()
        && !valid.to_ascii_lowercase().contains("<meta")
        && !valid.starts_with("<?xml")
        && !valid.starts_with('\u{feff}')
    {
        assert_eq!(text, valid);
    }
});
