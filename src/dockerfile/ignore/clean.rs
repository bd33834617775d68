//! The shortest path with the same meaning, by text alone.

/// Removes `.`, `..` where a folder precedes it, doubled and trailing slashes; the empty path is `.`.
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_are_as_short_as_they_can_be() {
        let cases = [
            ("", "."),
            ("a//b/", "a/b"),
            ("./a/./b/..", "a"),
            ("../a", "../a"),
            ("/../a", "/a"),
            ("a/../..", ".."),
            ("/", "/"),
        ];
        for (path, expected) in cases {
            assert_eq!(super::clean(path), expected, "{path}");
        }
    }
}
