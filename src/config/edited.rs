//! Changing a definition that a person wrote: what did not change stays as it was written, comments
//! and order as well.

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::Definition;

/// The text of a definition's file with other settings.
///
/// # Errors
/// What is wrong with the text, in words.
pub fn edited(text: &str, definition: &Definition) -> Result<String, String> {
    let before: Definition = toml::from_str(text).map_err(|error| error.to_string())?;
    let read = |text: &str| text.parse::<DocumentMut>().map_err(|error| error.to_string());
    let (mut own, before, after) = (read(text)?, read(&before.to_toml())?, read(&definition.to_toml())?);
    change(own.as_table_mut(), before.as_table(), after.as_table());
    Ok(own.to_string())
}

/// Carries into `own` what differs between `before` and `after`. What is in neither is a default
/// that somebody wrote down, and stays.
fn change(own: &mut dyn TableLike, before: &dyn TableLike, after: &dyn TableLike) {
    for (key, _) in before.iter().filter(|(key, _)| !after.contains_key(key)) {
        own.remove(key);
    }
    for (key, item) in after.iter() {
        let was = before.get(key);
        if let Some(inside) = item.as_table_like() {
            if own.get(key).is_none_or(|own| own.as_table_like().is_none()) {
                let mut table = Table::new();
                table.decor_mut().set_prefix("\n");
                own.insert(key, Item::Table(table));
            }
            let nothing = Table::new();
            let was = was.and_then(Item::as_table_like).unwrap_or(&nothing);
            change(own.get_mut(key).and_then(Item::as_table_like_mut).expect("made above"), was, inside);
        } else if was.map(ToString::to_string) != Some(item.to_string()) {
            let Some(mut value) = item.as_value().cloned() else { continue };
            match own.get_mut(key).and_then(Item::as_value_mut) {
                Some(own) => {
                    // The comment behind a value is part of it.
                    *value.decor_mut() = Value::decor(own).clone();
                    *own = value;
                }
                None => {
                    own.insert(key, Item::Value(value));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_change_stays_as_it_was_written() {
        fn check(text: &str, change: fn(&mut Definition), want: &str) {
            let mut definition: Definition = toml::from_str(text).unwrap();
            change(&mut definition);
            let new = edited(text, &definition).unwrap();
            assert_eq!(new, want);
            assert_eq!(toml::from_str::<Definition>(&new).unwrap(), definition);
        }
        const WRITTEN: &str = "# My favourite\nurl = 'https://example.org/a/'  # since May\npages = 1 # the default\n\n\
            # Only the newest\n[keep]\nentries = 5 # few\n\n[select]\nexclude = '.ad'\n";
        check(WRITTEN, |_| (), WRITTEN);
        check(
            WRITTEN,
            |definition| definition.title = Some("A".to_owned()),
            &WRITTEN.replace("# the default\n", "# the default\ntitle = \"A\"\n"),
        );
        check(
            WRITTEN,
            |definition| definition.keep.entries = Some(7),
            &WRITTEN.replace("entries = 5 # few", "entries = 7 # few"),
        );
        check(
            WRITTEN,
            |definition| definition.select.exclude = None,
            &WRITTEN.replace("\n[select]\nexclude = '.ad'\n", ""),
        );
        check(
            WRITTEN,
            |definition| definition.article.lede = Some("p.lede".parse().unwrap()),
            &format!("{WRITTEN}\n[article]\nlede = \"p.lede\"\n"),
        );
        check(
            "url = 'https://example.org/a/'\nkeep = { entries = 5 }\n",
            |definition| definition.keep.entries = Some(6),
            "url = 'https://example.org/a/'\nkeep = { entries = 6 }\n",
        );
    }
}
