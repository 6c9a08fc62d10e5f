//! Cultures that Windows servers know: a language and a region that it is spoken in ([MS-LCID] 2.2).
//!
//! Phones make theirs of the language and the region that the user chose, which need not belong together: `en-CH` is none.

/// Languages, each with its regions; those with a script between them are not here.
#[rustfmt::skip]
static KNOWN: &[(&str, &str)] = &[
    ("af", "ZA"), ("am", "ET"), ("ar", "AE BH DZ EG IQ JO KW LB LY MA OM QA SA SY TN YE"), ("arn", "CL"), ("as", "IN"),
    ("az", "AZ"), ("ba", "RU"), ("be", "BY"), ("bg", "BG"), ("bn", "BD IN"), ("bo", "CN"), ("br", "FR"), ("bs", "BA"),
    ("ca", "ES"), ("chr", "US"), ("co", "FR"), ("cs", "CZ"), ("cy", "GB"), ("da", "DK"), ("de", "AT CH DE LI LU"),
    ("dsb", "DE"), ("dv", "MV"), ("el", "GR"), ("en", "029 AU BZ CA GB HK IE IN JM MY NZ PH SG TT US ZA ZW"),
    ("es", "419 AR BO CL CO CR DO EC ES GT HN MX NI PA PE PR PY SV US UY VE"), ("et", "EE"), ("eu", "ES"), ("fa", "IR"),
    ("ff", "SN"), ("fi", "FI"), ("fil", "PH"), ("fo", "FO"), ("fr", "BE CA CD CH CI CM FR HT LU MA MC ML RE SN"),
    ("fy", "NL"), ("ga", "IE"), ("gd", "GB"), ("gl", "ES"), ("gn", "PY"), ("gsw", "FR"), ("gu", "IN"), ("ha", "NG"),
    ("haw", "US"), ("he", "IL"), ("hi", "IN"), ("hr", "BA HR"), ("hsb", "DE"), ("hu", "HU"), ("hy", "AM"), ("id", "ID"),
    ("ig", "NG"), ("ii", "CN"), ("is", "IS"), ("it", "CH IT"), ("iu", "CA"), ("ja", "JP"), ("ka", "GE"), ("kk", "KZ"),
    ("kl", "GL"), ("km", "KH"), ("kn", "IN"), ("ko", "KR"), ("kok", "IN"), ("ku", "IQ"), ("ky", "KG"), ("lb", "LU"),
    ("lo", "LA"), ("lt", "LT"), ("lv", "LV"), ("mi", "NZ"), ("mk", "MK"), ("ml", "IN"), ("mn", "MN"), ("moh", "CA"),
    ("mr", "IN"), ("ms", "BN MY"), ("mt", "MT"), ("my", "MM"), ("nb", "NO"), ("ne", "IN NP"), ("nl", "BE NL"),
    ("nn", "NO"), ("no", "NO"), ("nso", "ZA"), ("oc", "FR"), ("or", "IN"), ("pa", "IN PK"), ("pl", "PL"), ("prs", "AF"),
    ("ps", "AF"), ("pt", "AO BR PT"), ("qut", "GT"), ("quz", "BO EC PE"), ("rm", "CH"), ("ro", "MD RO"), ("ru", "RU"),
    ("rw", "RW"), ("sa", "IN"), ("sah", "RU"), ("sd", "PK"), ("se", "FI NO SE"), ("si", "LK"), ("sk", "SK"), ("sl", "SI"),
    ("sma", "NO SE"), ("smj", "NO SE"), ("smn", "FI"), ("sms", "FI"), ("so", "SO"), ("sq", "AL"), ("sr", "BA ME RS"),
    ("st", "ZA"), ("sv", "FI SE"), ("sw", "KE"), ("syr", "SY"), ("ta", "IN LK"), ("te", "IN"), ("tg", "TJ"), ("th", "TH"),
    ("ti", "ER ET"), ("tk", "TM"), ("tn", "BW ZA"), ("tr", "TR"), ("ts", "ZA"), ("tt", "RU"), ("tzm", "DZ MA"),
    ("ug", "CN"), ("uk", "UA"), ("ur", "IN PK"), ("uz", "UZ"), ("vi", "VN"), ("wo", "SN"), ("xh", "ZA"), ("yo", "NG"),
    ("zh", "CN HK MO SG TW"), ("zu", "ZA"),
];

/// True for a language with a region that it is not spoken in as far as servers know. A language alone, one that is not
/// known, and one with a script are not judged.
pub fn is_odd(culture: &str) -> bool {
    let Some((language, region)) = culture.split_once(['-', '_']) else { return false };
    let regions = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(language)).map(|(_, regions)| regions);
    let shaped = (2..=3).contains(&region.len()) && region.bytes().all(|b| b.is_ascii_alphanumeric());
    shaped && regions.is_some_and(|regions| !regions.split(' ').any(|known| known.eq_ignore_ascii_case(region)))
}

#[cfg(test)]
mod tests {
    use super::is_odd;

    #[test]
    fn a_language_with_a_foreign_region_is_odd() {
        for odd in ["en-CH", "de-US", "en_DE", "fr-GB", "EN-nl"] {
            assert!(is_odd(odd), "{odd}");
        }
        for known in ["en-US", "de-ch", "zh-Hans", "sr-Latn-RS", "en", "", "tlh-KX", "en-", "es-419", "pt_BR"] {
            assert!(!is_odd(known), "{known}");
        }
    }
}
