//! What a page declares in elements that nobody sees: its title, links to feeds, structured data.

use scraper::ElementRef;

use crate::html::json_ld::{self, JsonLd};
use crate::html::{Document, text};

/// Collected in one walk over the page.
pub(super) struct Declared<'a> {
    /// `<link>`.
    pub links: Vec<ElementRef<'a>>,
    metas: Vec<ElementRef<'a>>,
    title: Option<ElementRef<'a>>,
    pub data: JsonLd,
    /// The page has the root element of an application that scripts fill.
    pub has_application_root: bool,
}

impl<'a> Declared<'a> {
    pub fn of(document: &'a Document) -> Declared<'a> {
        let mut data = Vec::new();
        let mut declared = Declared {
            links: Vec::new(),
            metas: Vec::new(),
            title: None,
            data: JsonLd::default(),
            has_application_root: false,
        };
        for element in document.elements() {
            match element.value().name() {
                "link" => declared.links.push(element),
                "meta" => declared.metas.push(element),
                "title" if declared.title.is_none() => declared.title = Some(element),
                "script" if json_ld::is_block(element) => data.push(element),
                "app-root" | "my-app" => declared.has_application_root = true,
                "div" | "main" | "body" => declared.has_application_root |= is_application_root(element),
                _ => {}
            }
        }
        declared.data = JsonLd::of_blocks(&data);
        declared
    }

    /// `<title>`, else `og:title`.
    pub fn title(&self) -> Option<String> {
        let of_title = self.title.map(|title| title.text().collect::<String>());
        let og = self.metas.iter().find(|meta| meta.attr("property") == Some("og:title"));
        let text = of_title.or_else(|| og?.attr("content").map(str::to_owned))?;
        Some(text::line(&text))
    }
}

fn is_application_root(element: ElementRef<'_>) -> bool {
    const ROOTS: [&str; 6] = ["app", "root", "__next", "__nuxt", "svelte", "main-app"];
    let mut attributes = element.value().attrs();
    attributes.any(|(name, value)| match name {
        "id" => ROOTS.contains(&value),
        "ng-app" | "data-reactroot" => true,
        _ => false,
    })
}
