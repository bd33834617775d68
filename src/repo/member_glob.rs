//! Globs that name the members of a workspace, as Cargo and the package managers of Node.js read them.

use globset::GlobBuilder;

/// Whether a folder is named by a glob: `*` stands for any part of one folder's name, `**` for any number of folders. A glob
/// that can't be read names none.
pub fn names_member(glob: &str, folder: &str) -> bool {
    if !glob.contains(['*', '?', '[', '{', '\\']) {
        return plain(glob) == plain(folder);
    }
    let glob = GlobBuilder::new(plain(glob)).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(plain(folder)))
}

fn plain(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    if path == "." { "" } else { path.strip_prefix("./").unwrap_or(path) }
}

#[cfg(test)]
mod tests {
    use super::names_member;

    #[test]
    fn globs_of_members() {
        for (glob, place) in [
            ("crates/*", "crates/a"),
            (".", ""),
            ("./a/", "a"),
            ("**", "a/b"),
            ("x-*", "x-y"),
            ("a/**", "a/b/c"),
            ("{a,b}", "b"),
        ] {
            assert!(names_member(glob, place), "{glob} {place}");
        }
        for (glob, place) in [("crates/*", "crates/a/b"), ("a", "b"), ("crates/*", "crates"), ("a", "a/b"), ("[", "[")]
        {
            assert!(!names_member(glob, place), "{glob} {place}");
        }
    }
}
