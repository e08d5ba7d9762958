//! Definitions as a person would write them: only what differs from the defaults, in the order of
//! the documentation.

use serde::Serialize;
use toml::{Table, Value};

use super::{Definition, Site};

/// The order of keys. What is not listed comes after it.
const ORDER: [&str; 15] = [
    "title",
    "url",
    "language",
    "time_zone",
    "schedule",
    "content",
    "sources",
    "pages",
    "render",
    "section",
    "extra_hosts",
    "include_urls",
    "exclude_urls",
    "hold",
    "keep",
];

impl Definition {
    /// The text of the definition's file.
    pub fn to_toml(&self) -> String {
        written(&table(self), &table(&Definition::of(self.url.0.clone())), &["url"])
    }
}

impl Site {
    /// The text of the site's file.
    pub fn to_toml(&self) -> String {
        written(&table(self), &table(&Site::default()), &["hosts"])
    }
}

fn table(value: &impl Serialize) -> Table {
    Table::try_from(value).expect("strings, numbers and tables can always be written")
}

/// What differs from `plain`, and what has to be there: plain values first, tables after them.
fn written(own: &Table, plain: &Table, needed: &[&str]) -> String {
    let differs = |key: &String, value: &Value| needed.contains(&key.as_str()) || plain.get(key) != Some(value);
    let mut rows: Vec<(&String, &Value)> = own.iter().filter(|(key, value)| differs(key, value)).collect();
    rows.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
    let mut text = String::new();
    for (key, value) in rows.iter().filter(|(_, value)| !value.is_table()) {
        text += &line(key, value);
    }
    for (key, inside) in rows.iter().filter_map(|(key, value)| Some((key, value.as_table()?))) {
        let plain = plain.get(key.as_str()).and_then(Value::as_table);
        text += &format!("\n[{key}]\n");
        for (name, value) in
            inside.iter().filter(|(name, value)| plain.and_then(|plain| plain.get(*name)) != Some(*value))
        {
            text += &line(name, value);
        }
    }
    text
}

fn line(key: &str, value: &Value) -> String {
    // Selectors and patterns are full of quotes and backslashes; as literal strings they stay readable.
    let shown = match value {
        Value::String(text) => string(text),
        Value::Array(values) => {
            let values: Vec<String> =
                values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), string)).collect();
            format!("[{}]", values.join(", "))
        }
        other => other.to_string(),
    };
    format!("{key} = {shown}\n")
}

fn string(text: &str) -> String {
    let is_plain = !text.contains(['"', '\\']) && !text.contains(char::is_control);
    match text.contains(['\'']) || text.contains(char::is_control) {
        _ if is_plain => format!("\"{text}\""),
        true => Value::String(text.to_owned()).to_string(),
        false => format!("'{text}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let check = |text: &str| {
            let definition: Definition = toml::from_str(text).unwrap();
            assert_eq!(definition.to_toml(), text);
        };
        check("url = \"https://example.org/a/\"\n");
        check(
            "title = \"A \u{201e}b\u{201c} c\"\nurl = \"https://example.org/a/\"\nlanguage = \"de\"\nschedule = \"0 6 * * *\"\n\
             extra_hosts = [\"example.com\"]\n\n[keep]\nentries = 100\n\n\
             [filter]\ndrop_titles = ['(?i)\\bhoroskop']\npaid = \"drop\"\n\n[select]\nexclude = 'a[rel=\"x\"]'\n",
        );
    }
}
