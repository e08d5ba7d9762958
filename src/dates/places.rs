//! Where a language is written, for dates of sites whose zone nobody named.

use chrono_tz::Tz;

/// Languages whose papers are nearly all made in one zone. German ones in Austria and
/// Switzerland keep the same time.
const BY_LANGUAGE: [(&str, Tz); 31] = [
    ("de", Tz::Europe__Berlin),
    ("it", Tz::Europe__Rome),
    ("pl", Tz::Europe__Warsaw),
    ("nl", Tz::Europe__Amsterdam),
    ("sv", Tz::Europe__Stockholm),
    ("da", Tz::Europe__Copenhagen),
    ("no", Tz::Europe__Oslo),
    ("nb", Tz::Europe__Oslo),
    ("nn", Tz::Europe__Oslo),
    ("fi", Tz::Europe__Helsinki),
    ("cs", Tz::Europe__Prague),
    ("sk", Tz::Europe__Bratislava),
    ("hu", Tz::Europe__Budapest),
    ("ro", Tz::Europe__Bucharest),
    ("bg", Tz::Europe__Sofia),
    ("el", Tz::Europe__Athens),
    ("hr", Tz::Europe__Zagreb),
    ("sl", Tz::Europe__Ljubljana),
    ("et", Tz::Europe__Tallinn),
    ("lv", Tz::Europe__Riga),
    ("lt", Tz::Europe__Vilnius),
    ("uk", Tz::Europe__Kyiv),
    ("tr", Tz::Europe__Istanbul),
    ("he", Tz::Asia__Jerusalem),
    ("ja", Tz::Asia__Tokyo),
    ("ko", Tz::Asia__Seoul),
    ("th", Tz::Asia__Bangkok),
    ("vi", Tz::Asia__Ho_Chi_Minh),
    ("id", Tz::Asia__Jakarta),
    ("ca", Tz::Europe__Madrid),
    ("eu", Tz::Europe__Madrid),
];

/// Countries with one zone, for languages of several countries: `en-ZA`, `es-ES`.
const BY_REGION: [(&str, Tz); 25] = [
    ("GB", Tz::Europe__London),
    ("IE", Tz::Europe__Dublin),
    ("FR", Tz::Europe__Paris),
    ("BE", Tz::Europe__Brussels),
    ("CH", Tz::Europe__Zurich),
    ("ES", Tz::Europe__Madrid),
    ("PT", Tz::Europe__Lisbon),
    ("ZA", Tz::Africa__Johannesburg),
    ("NG", Tz::Africa__Lagos),
    ("KE", Tz::Africa__Nairobi),
    ("GH", Tz::Africa__Accra),
    ("NA", Tz::Africa__Windhoek),
    ("EG", Tz::Africa__Cairo),
    ("IN", Tz::Asia__Kolkata),
    ("PK", Tz::Asia__Karachi),
    ("SG", Tz::Asia__Singapore),
    ("MY", Tz::Asia__Kuala_Lumpur),
    ("PH", Tz::Asia__Manila),
    ("HK", Tz::Asia__Hong_Kong),
    ("TW", Tz::Asia__Taipei),
    ("CN", Tz::Asia__Shanghai),
    ("NZ", Tz::Pacific__Auckland),
    ("AR", Tz::America__Argentina__Buenos_Aires),
    ("CO", Tz::America__Bogota),
    ("PE", Tz::America__Lima),
];

/// The zone a page in this language is probably written in.
pub fn zone_of_language(tag: &str) -> Option<Tz> {
    let mut parts = tag.split(['-', '_']);
    let language = parts.next()?;
    let region = parts.next().unwrap_or_default();
    let by_region = BY_REGION.iter().find(|(code, _)| *code == region);
    let by_language = BY_LANGUAGE.iter().find(|(code, _)| *code == language);
    by_region.or(by_language).map(|(_, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_a_language_is_written() {
        assert_eq!(zone_of_language("de-AT"), Some(Tz::Europe__Berlin));
        assert_eq!(zone_of_language("en-ZA"), Some(Tz::Africa__Johannesburg));
        assert_eq!(zone_of_language("en"), None);
        assert_eq!(zone_of_language("en-US"), None);
        assert_eq!(zone_of_language(""), None);
    }
}
