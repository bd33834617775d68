//! Variables in the arguments of instructions.

/// Expands `$name`, `${name}`, `${name:-default}` and `${name:+other}`; nothing where a variable's value is not known.
///
/// `lookup` gives a variable's value: `None` where it can't be known, `Some(None)` where it is known not to be set.
pub fn expand(text: &str, lookup: &dyn Fn(&str) -> Option<Option<String>>) -> Option<String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\\']) {
        expanded.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('\\') {
            let next = after.chars().next();
            expanded.extend(next.or(Some('\\')));
            rest = &after[next.map_or(0, char::len_utf8)..];
            continue;
        }
        if let Some(inner) = after.strip_prefix('{') {
            let end = closing(inner)?;
            expanded.push_str(&braced(&inner[..end], lookup)?);
            rest = &inner[end + 1..];
            continue;
        }
        let length = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        if length == 0 {
            expanded.push('$');
        } else {
            expanded.push_str(&lookup(&after[..length])?.unwrap_or_default());
        }
        rest = &after[length..];
    }
    expanded.push_str(rest);
    Some(expanded)
}

/// Where the `}` stands that closes what was opened before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1_usize;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

/// What stands between braces: a name, perhaps with `:-` or `:+`; other operators are not known.
fn braced(text: &str, lookup: &dyn Fn(&str) -> Option<Option<String>>) -> Option<String> {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, operator) = text.split_at(length);
    let value = lookup(name)?.filter(|value| !(operator.starts_with(':') && value.is_empty()));
    if operator.is_empty() {
        return Some(value.unwrap_or_default());
    }
    let operator = operator.strip_prefix(':').unwrap_or(operator);
    if let Some(default) = operator.strip_prefix('-') {
        return value.map_or_else(|| expand(default, lookup), Some);
    }
    let other = operator.strip_prefix('+')?;
    if value.is_some() { expand(other, lookup) } else { Some(String::new()) }
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn variables_expand_as_docker_does_it() {
        let lookup = |name: &str| match name {
            "A" => Some(Some("x".to_owned())),
            "EMPTY" => Some(Some(String::new())),
            "UNSET" => Some(None),
            _ => None,
        };
        let cases = [
            ("$A/b", Some("x/b")),
            ("${A}b", Some("xb")),
            ("${UNSET:-y$A}", Some("yx")),
            ("${EMPTY:-y}", Some("y")),
            ("${EMPTY-y}", Some("")),
            ("${A:+z}", Some("z")),
            ("\\$A", Some("$A")),
            ("5$", Some("5$")),
            ("$UNKNOWN", None),
            ("${A", None),
        ];
        for (text, expected) in cases {
            assert_eq!(expand(text, &lookup).as_deref(), expected, "{text}");
        }
    }
}
