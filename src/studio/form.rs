//! What a form says.

/// The fields of a form, in their order.
pub struct Form(Vec<(String, String)>);

/// What is to be done with a look, as buttons and clicks say it: `exclude:3`, `field:title:57`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Nothing,
    /// Cards of this kind are no articles of the feed.
    Exclude(usize),
    /// Cards of this kind are.
    Include(usize),
    /// This element of the article page is this field.
    Field {
        name: String,
        element: usize,
    },
    /// This field is read automatically again.
    Automatic(String),
    /// This article is to be read.
    Read(String),
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn read(body: &[u8]) -> Form {
        Form(url::form_urlencoded::parse(body).into_owned().collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What is wished for.
    pub fn wish(&self) -> Wish {
        let (what, of) = self.get("do").and_then(|wish| wish.split_once(':')).unwrap_or_default();
        match (what, of.parse::<usize>(), of.rsplit_once(':')) {
            ("exclude", Ok(kind), _) => Wish::Exclude(kind),
            ("include", Ok(kind), _) => Wish::Include(kind),
            ("field", _, Some((name, element))) => match element.parse() {
                Ok(element) => Wish::Field { name: name.to_owned(), element },
                Err(_) => Wish::Nothing,
            },
            ("automatic", ..) => Wish::Automatic(of.to_owned()),
            ("read", ..) => Wish::Read(of.to_owned()),
            _ => Wish::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_and_nonsense_is_none() {
        let check = |text: &str, wish: Wish| {
            let body: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("do", text).finish();
            assert_eq!(Form::read(body.as_bytes()).wish(), wish, "{text}");
        };
        check("exclude:3", Wish::Exclude(3));
        check("include:0", Wish::Include(0));
        check("field:title:57", Wish::Field { name: "title".to_owned(), element: 57 });
        check("automatic:body", Wish::Automatic("body".to_owned()));
        check("read:https://example.org/a:b", Wish::Read("https://example.org/a:b".to_owned()));
        for nonsense in ["", "exclude", "exclude:", "exclude:-1", "field:title:x", "delete:all"] {
            check(nonsense, Wish::Nothing);
        }
    }
}
