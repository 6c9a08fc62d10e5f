//! Names that say that what they name is a credential: parameters of queries, items of forms, members of objects.

/// Parts of such names.
const TELLING: [&str; 14] = [
    "pass",
    "pwd",
    "secret",
    "token",
    "ticket",
    "cwt",
    "assertion",
    "saml",
    "wresult",
    "credential",
    "session",
    "signature",
    "apikey",
    "accesskey",
];

/// True if something of this name holds a credential. `pin` and `code` are too short to be looked for in other words.
pub fn is_telling(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase().replace(['-', '_'], "");
    // `token_type` says what another one is.
    if name.ends_with("type") {
        return false;
    }
    let short = matches!(name.as_str(), "pin" | "code" | "key" | "sig" | "auth" | "pw");
    short || TELLING.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_and_others() {
        for name in ["Password", "access_token", "X-CWT", "X-Api-Key", "api_key", "SAMLResponse", "PIN", "code"] {
            assert!(is_telling(name.as_bytes()), "{name}");
        }
        for name in ["shopping", "token_type", "encoded", "keyboard", "user", "", "href"] {
            assert!(!is_telling(name.as_bytes()), "{name}");
        }
    }
}
