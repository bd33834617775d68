//! What a registry wants before it answers: the header `WWW-Authenticate` of RFC 9110.

/// A scheme with its parameters.
#[derive(Debug, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Reads the first challenge of a header.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, mut rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let mut parameters = Vec::new();
        while let Some((name, value)) = rest.split_once('=') {
            let name = name.trim_matches([' ', ',']).to_ascii_lowercase();
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => value.split_once(',').unwrap_or((value, "")),
            };
            parameters.push((name, value.trim().to_owned()));
            rest = after;
        }
        (!scheme.is_empty()).then(|| Self { scheme: scheme.to_ascii_lowercase(), parameters })
    }

    /// Whether name and password are wanted at once.
    pub fn is_basic(&self) -> bool {
        self.scheme == "basic"
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Challenge;

    #[test]
    fn parameters_are_read_quoted_or_not() {
        let text =
            "Bearer realm=\"https://auth.example.org/token\",service=registry, scope=\"repository:a/b:pull,push\"";
        let challenge = Challenge::parse(text).unwrap();
        assert!(!challenge.is_basic());
        assert_eq!(challenge.get("realm"), Some("https://auth.example.org/token"));
        assert_eq!(challenge.get("service"), Some("registry"));
        assert_eq!(challenge.get("scope"), Some("repository:a/b:pull,push"));
        assert!(Challenge::parse("Basic realm=\"x\"").unwrap().is_basic());
        assert_eq!(Challenge::parse(""), None);
        assert_eq!(Challenge::parse("Bearer realm=\"open"), None);
    }
}
