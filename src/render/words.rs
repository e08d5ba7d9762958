//! The few words that feeds add to what publishers wrote, in the language of the entry.

/// What is said around an article.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Before the name of the photographer.
    pub photo: &'static str,
    /// Before the name of the medium a text appeared in first.
    pub first_published: &'static str,
    /// Before the names of others that carry the text too.
    pub also: &'static str,
    /// Of an article behind a paywall.
    pub paid: &'static str,
}

/// By primary language tag; the first is for all others.
const WORDS: [(&str, Words); 14] = [
    (
        "en",
        Words {
            photo: "Photo",
            first_published: "First published by",
            also: "Also in",
            paid: "This article is behind a paywall.",
        },
    ),
    (
        "da",
        Words {
            photo: "Foto",
            first_published: "Først udgivet af",
            also: "Også i",
            paid: "Denne artikel kræver abonnement.",
        },
    ),
    (
        "de",
        Words {
            photo: "Foto",
            first_published: "Zuerst erschienen bei",
            also: "Auch bei",
            paid: "Dieser Artikel ist kostenpflichtig.",
        },
    ),
    (
        "es",
        Words {
            photo: "Foto",
            first_published: "Publicado primero en",
            also: "También en",
            paid: "Este artículo es de pago.",
        },
    ),
    (
        "fi",
        Words {
            photo: "Kuva",
            first_published: "Julkaistu ensin:",
            also: "Myös:",
            paid: "Tämä artikkeli on maksullinen.",
        },
    ),
    (
        "fr",
        Words {
            photo: "Photo",
            first_published: "Publié d’abord par",
            also: "Aussi dans",
            paid: "Cet article est payant.",
        },
    ),
    (
        "it",
        Words {
            photo: "Foto",
            first_published: "Pubblicato per primo da",
            also: "Anche su",
            paid: "Questo articolo è a pagamento.",
        },
    ),
    (
        "nb",
        Words {
            photo: "Foto",
            first_published: "Først publisert av",
            also: "Også i",
            paid: "Denne artikkelen krever abonnement.",
        },
    ),
    (
        "nl",
        Words {
            photo: "Foto",
            first_published: "Eerst verschenen bij",
            also: "Ook in",
            paid: "Dit artikel staat achter een betaalmuur.",
        },
    ),
    (
        "no",
        Words {
            photo: "Foto",
            first_published: "Først publisert av",
            also: "Også i",
            paid: "Denne artikkelen krever abonnement.",
        },
    ),
    (
        "pl",
        Words {
            photo: "Fot.",
            first_published: "Pierwotnie opublikowano w",
            also: "Także w",
            paid: "Ten artykuł jest płatny.",
        },
    ),
    (
        "pt",
        Words {
            photo: "Foto",
            first_published: "Publicado primeiro em",
            also: "Também em",
            paid: "Este artigo é pago.",
        },
    ),
    (
        "sv",
        Words {
            photo: "Foto",
            first_published: "Först publicerad av",
            also: "Även i",
            paid: "Artikeln kräver prenumeration.",
        },
    ),
    (
        "tr",
        Words {
            photo: "Fotoğraf",
            first_published: "İlk yayımlandığı yer:",
            also: "Ayrıca:",
            paid: "Bu makale ücretlidir.",
        },
    ),
];

/// The words for a language tag such as `de-AT`.
pub(super) fn of(tag: Option<&str>) -> &'static Words {
    let primary = tag.and_then(|tag| tag.split('-').next()).unwrap_or_default();
    WORDS.iter().find(|(language, _)| *language == primary).map_or(&WORDS[0].1, |(_, words)| words)
}
