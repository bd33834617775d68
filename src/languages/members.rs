//! Globs that name the members of a workspace, as Cargo and the package managers of Node.js read them.

/// Whether a folder is named by a glob: `*` stands for any part of one folder's name, `**` for any number of folders.
pub fn matches(glob: &str, folder: &str) -> bool {
    let parts = |text: &'_ str| text.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect();
    let (globs, folders): (Vec<String>, Vec<String>) = (parts(glob), parts(folder));
    matches_parts(&globs, &folders)
}

fn matches_parts(globs: &[String], folders: &[String]) -> bool {
    match (globs.split_first(), folders.split_first()) {
        (None, None) => true,
        (Some((glob, rest)), _) if glob == "**" => {
            (0..=folders.len()).any(|skip| matches_parts(rest, &folders[skip..]))
        }
        (Some((glob, globs)), Some((folder, folders))) => matches_name(glob, folder) && matches_parts(globs, folders),
        _ => false,
    }
}

fn matches_name(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len()).any(|skip| rest.is_char_boundary(skip) && matches_name(after, &rest[skip..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn globs_of_members() {
        for (glob, place) in
            [("crates/*", "crates/a"), (".", ""), ("./a/", "a"), ("**", "a/b"), ("x-*", "x-y"), ("a/**", "a/b/c")]
        {
            assert!(matches(glob, place), "{glob} {place}");
        }
        for (glob, place) in [("crates/*", "crates/a/b"), ("a", "b"), ("crates/*", "crates"), ("a", "a/b")] {
            assert!(!matches(glob, place), "{glob} {place}");
        }
    }
}
