//! Where in a manifest's text the value at a path of keys stands.

/// The byte offset of a value in JSON text that is known to be valid.
pub fn json(text: &str, keys: &[&str]) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = skip_blank(bytes, 0);
    for key in keys {
        at = json_member(text, at, key)?;
    }
    Some(at)
}

/// The offset of the value of `key` in the object that starts at `at`.
fn json_member(text: &str, at: usize, key: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    let mut at = skip_blank(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let end = json_string_end(bytes, at)?;
        let name: String = serde_json::from_str(text.get(at..end)?).ok()?;
        at = skip_blank(bytes, end);
        at = skip_blank(bytes, at + 1); // the colon
        if name == key {
            return Some(at);
        }
        at = skip_blank(bytes, json_value_end(bytes, at)?);
        if bytes.get(at) == Some(&b',') {
            at = skip_blank(bytes, at + 1);
        }
    }
    None
}

fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

fn json_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn json_value_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_u32);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = json_string_end(bytes, at)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return Some(at),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The byte offset of the line that names the last key in YAML text, each key searched below the one before.
pub fn yaml(text: &str, keys: &[&str]) -> Option<usize> {
    let mut from = 0;
    for key in keys {
        let mut at = from;
        let line = text[from..].split_inclusive('\n').find_map(|line| {
            let start = at;
            at += line.len();
            let name = line.trim_start().trim_start_matches("- ").trim_start_matches(['"', '\'']);
            let rest = name.strip_prefix(key)?.trim_start_matches(['"', '\'']);
            rest.trim_start().starts_with(':').then_some(start)
        })?;
        from = line;
    }
    let indent = text[from..].len() - text[from..].trim_start().len();
    Some(from + indent)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_is_found_in_every_notation() {
        let json = "{\n \"a\": {\"x\": \"}\", \"b\": 1},\n \"engines\": {\n  \"node\": \">=20\"}}";
        assert_eq!(&json[super::json(json, &["engines", "node"]).unwrap()..][..6], "\">=20\"");
        assert_eq!(super::json(json, &["engines", "npm"]), None);
        let yaml = "a: 1\npackages:\n  - x\ncatalog:\n  react: 19\n";
        assert_eq!(&yaml[super::yaml(yaml, &["catalog", "react"]).unwrap()..][..5], "react");
    }
}
