//! The article the project started from, where the corpus is at hand: exact in every field, also
//! when the page helps with neither structured data nor names.

use regex::Regex;
use serde_json::{Value, json};

use super::read;
use crate::support::corpus;

#[test]
fn reads_every_field_of_the_first_article() {
    let Some(seed) = corpus("seed") else { return };
    let page = std::fs::read_to_string(seed.join("ippen.html")).expect("the page");
    let truth: Value =
        serde_json::from_slice(&std::fs::read(seed.join("truth.json")).expect("the truth")).expect("JSON");
    for page in [bare(&page), page] {
        check(&page, &truth);
    }
}

fn check(page: &str, truth: &Value) {
    let article = read(page, truth["url"].as_str().expect("an address"));
    let image = article.image.as_ref();
    let got = json!({
        "url": article.url,
        "title": article.title,
        "lede": article.lede,
        "text": article.text(),
        "authors": article.authors,
        "date": article.published.map(|published| published.to_rfc3339()),
        "image": image.map(|image| &image.url),
        "caption": image.and_then(|image| image.caption.as_ref()),
        "credit": image.and_then(|image| image.credit.as_ref()),
        "categories": article.categories,
        "source": article.source.as_ref().map(|source| &source.name),
        "lang": article.language,
    });
    for (field, got) in got.as_object().expect("fields") {
        assert_eq!(got, &truth[field], "{field}");
    }
    for never in truth["never"].as_array().expect("advertisements").iter().filter_map(Value::as_str) {
        assert!(!article.html().contains(never), "{never}");
    }
}

/// A page without structured data and names.
fn bare(page: &str) -> String {
    let data = Regex::new(r"(?s)<script[^>]*ld\+json[^>]*>.*?</script>").expect("a pattern");
    let names =
        Regex::new(r#"\s(?:class|id|itemprop|role|(?:data|aria)-[a-z0-9-]+)=(?:"[^"]*"|[^\s>]+)"#).expect("a pattern");
    let without = data.replace_all(page, "");
    let bare = names.replace_all(&without, "").into_owned();
    assert!(!bare.contains("ld+json") && !bare.contains("class="), "{bare}");
    bare
}
