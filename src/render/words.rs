//! The few words that feeds add to what publishers wrote, in the language of the entry.

/// What is said around an article.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Before the name of the photographer.
    pub photo: &'static str,
    /// Before the name of the medium a text appeared in first.
    pub first_published: &'static str,
    /// Of an article behind a paywall.
    pub paid: &'static str,
}

/// By primary language tag; the first is for all others.
const WORDS: [(&str, Words); 14] = [
    ("en", Words { photo: "Photo", first_published: "First published by", paid: "This article is behind a paywall." }),
    ("da", Words { photo: "Foto", first_published: "Først udgivet af", paid: "Denne artikel kræver abonnement." }),
    (
        "de",
        Words { photo: "Foto", first_published: "Zuerst erschienen bei", paid: "Dieser Artikel ist kostenpflichtig." },
    ),
    ("es", Words { photo: "Foto", first_published: "Publicado primero en", paid: "Este artículo es de pago." }),
    ("fi", Words { photo: "Kuva", first_published: "Julkaistu ensin:", paid: "Tämä artikkeli on maksullinen." }),
    ("fr", Words { photo: "Photo", first_published: "Publié d’abord par", paid: "Cet article est payant." }),
    ("it", Words { photo: "Foto", first_published: "Pubblicato per primo da", paid: "Questo articolo è a pagamento." }),
    ("nb", Words { photo: "Foto", first_published: "Først publisert av", paid: "Denne artikkelen krever abonnement." }),
    (
        "nl",
        Words {
            photo: "Foto",
            first_published: "Eerst verschenen bij",
            paid: "Dit artikel staat achter een betaalmuur.",
        },
    ),
    ("no", Words { photo: "Foto", first_published: "Først publisert av", paid: "Denne artikkelen krever abonnement." }),
    ("pl", Words { photo: "Fot.", first_published: "Pierwotnie opublikowano w", paid: "Ten artykuł jest płatny." }),
    ("pt", Words { photo: "Foto", first_published: "Publicado primeiro em", paid: "Este artigo é pago." }),
    ("sv", Words { photo: "Foto", first_published: "Först publicerad av", paid: "Artikeln kräver prenumeration." }),
    ("tr", Words { photo: "Fotoğraf", first_published: "İlk yayımlandığı yer:", paid: "Bu makale ücretlidir." }),
];

/// The words for a language tag such as `de-AT`.
pub(super) fn of(tag: Option<&str>) -> &'static Words {
    let primary = tag.and_then(|tag| tag.split('-').next()).unwrap_or_default();
    WORDS.iter().find(|(language, _)| *language == primary).map_or(&WORDS[0].1, |(_, words)| words)
}
