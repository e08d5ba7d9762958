//! Where a language is written, for dates of sites whose zone nobody named.

use crate::config::Zone;

/// Languages whose papers are nearly all made in one zone. German ones in Austria and
/// Switzerland keep the same time.
const BY_LANGUAGE: [(&str, &str); 31] = [
    ("de", "Europe/Berlin"),
    ("it", "Europe/Rome"),
    ("pl", "Europe/Warsaw"),
    ("nl", "Europe/Amsterdam"),
    ("sv", "Europe/Stockholm"),
    ("da", "Europe/Copenhagen"),
    ("no", "Europe/Oslo"),
    ("nb", "Europe/Oslo"),
    ("nn", "Europe/Oslo"),
    ("fi", "Europe/Helsinki"),
    ("cs", "Europe/Prague"),
    ("sk", "Europe/Bratislava"),
    ("hu", "Europe/Budapest"),
    ("ro", "Europe/Bucharest"),
    ("bg", "Europe/Sofia"),
    ("el", "Europe/Athens"),
    ("hr", "Europe/Zagreb"),
    ("sl", "Europe/Ljubljana"),
    ("et", "Europe/Tallinn"),
    ("lv", "Europe/Riga"),
    ("lt", "Europe/Vilnius"),
    ("uk", "Europe/Kyiv"),
    ("tr", "Europe/Istanbul"),
    ("he", "Asia/Jerusalem"),
    ("ja", "Asia/Tokyo"),
    ("ko", "Asia/Seoul"),
    ("th", "Asia/Bangkok"),
    ("vi", "Asia/Ho_Chi_Minh"),
    ("id", "Asia/Jakarta"),
    ("ca", "Europe/Madrid"),
    ("eu", "Europe/Madrid"),
];

/// Countries with one zone, for languages of several countries: `en-ZA`, `es-ES`.
const BY_REGION: [(&str, &str); 25] = [
    ("GB", "Europe/London"),
    ("IE", "Europe/Dublin"),
    ("FR", "Europe/Paris"),
    ("BE", "Europe/Brussels"),
    ("CH", "Europe/Zurich"),
    ("ES", "Europe/Madrid"),
    ("PT", "Europe/Lisbon"),
    ("ZA", "Africa/Johannesburg"),
    ("NG", "Africa/Lagos"),
    ("KE", "Africa/Nairobi"),
    ("GH", "Africa/Accra"),
    ("NA", "Africa/Windhoek"),
    ("EG", "Africa/Cairo"),
    ("IN", "Asia/Kolkata"),
    ("PK", "Asia/Karachi"),
    ("SG", "Asia/Singapore"),
    ("MY", "Asia/Kuala_Lumpur"),
    ("PH", "Asia/Manila"),
    ("HK", "Asia/Hong_Kong"),
    ("TW", "Asia/Taipei"),
    ("CN", "Asia/Shanghai"),
    ("NZ", "Pacific/Auckland"),
    ("AR", "America/Argentina/Buenos_Aires"),
    ("CO", "America/Bogota"),
    ("PE", "America/Lima"),
];

/// The zone a page in this language is probably written in.
pub fn zone_of_language(tag: &str) -> Option<Zone> {
    let mut parts = tag.split(['-', '_']);
    let language = parts.next()?;
    let region = parts.next().unwrap_or_default();
    let by_region = BY_REGION.iter().find(|(code, _)| *code == region);
    let by_language = BY_LANGUAGE.iter().find(|(code, _)| *code == language);
    by_region.or(by_language).map(|(_, name)| Zone::named(name).expect("a name of the database"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_a_language_is_written() {
        assert_eq!(zone_of_language("de-AT"), Zone::named("Europe/Berlin"));
        assert_eq!(zone_of_language("en-ZA"), Zone::named("Africa/Johannesburg"));
        assert_eq!(zone_of_language("en"), None);
        assert_eq!(zone_of_language("en-US"), None);
        assert_eq!(zone_of_language(""), None);
    }
}
