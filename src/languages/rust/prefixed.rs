//! Settings whose variables are the names of fields behind a prefix, as figment reads them.

use crate::languages::rust::arguments::Argument;
use crate::languages::source::Sources;
use crate::pattern;

/// The fields of `impl Default`, each with the variable that changes it; none where no prefix is stated.
pub fn arguments(code: &Sources) -> Vec<Argument> {
    let prefix =
        code.find(pattern!(r#"\bEnv::prefixed\(\s*"([A-Z][A-Z0-9_]*_)""#), |captures| Some(captures[1].to_owned()));
    let Some(prefix) = prefix else { return Vec::new() };
    let defaults = pattern!(r"\bimpl\s+(?:std::default::)?Default\s+for\s+\w+\s*\{[^{]*\{\s*\w+\s*\{([^{}]*)\}");
    let field =
        pattern!(r#"(?m)^\s*(\w+):\s*(?:String::from\(|Some\()?\s*(?:"([^"\n]*)"|(\d+))(?:\.\w+\(\))?\)?\s*,?\s*$"#);
    let mut found = Vec::new();
    for document in code.documents() {
        for body in defaults.captures_iter(document.text()).filter_map(|captures| captures.get(1)) {
            for captures in field.captures_iter(body.as_str()) {
                let start = captures.get(1).map_or(0, |name| name.start());
                found.push(Argument {
                    name: captures[1].to_lowercase(),
                    flag: None,
                    variable: Some(format!("{}{}", prefix.value, captures[1].to_uppercase())),
                    default: captures.get(2).or(captures.get(3)).map(|value| value.as_str().to_owned()),
                    evidence: document.evidence_at(body.start() + start),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::arguments;
    use crate::languages::source::Sources;
    use crate::repo::Document;

    #[test]
    fn the_variable_of_a_field_is_its_name_behind_the_prefix() {
        let text = "impl Default for Config {\n  fn default() -> Self {\n    Self {\n      host: String::from(\"127.0.0.1\"),\n      port: 8020,\n      mode: Mode::Quick,\n    }\n  }\n}\nfigment.merge(Env::prefixed(\"SHOP_\"))";
        let found = arguments(&Sources::of(vec![Document::new("main.rs", text)]));
        let read: Vec<_> =
            found.iter().map(|it| (it.variable.as_deref().unwrap(), it.default.as_deref().unwrap())).collect();
        assert_eq!(read, [("SHOP_HOST", "127.0.0.1"), ("SHOP_PORT", "8020")]);
        assert_eq!(found[1].evidence.line, 5);
        let without = Sources::of(vec![Document::new("main.rs", text.replace("Env::prefixed", "of"))]);
        assert!(arguments(&without).is_empty());
    }
}
