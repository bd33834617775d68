//! Patterns of an ignore file: those that people added stay, whatever becomes of the rest.

const HEADING: &str = "# Your own";

/// The patterns of an ignore file, without comments.
pub fn patterns(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// `new` with what stands in `old` and was made by nobody else: neither by dockgen now, nor when it wrote `base`.
/// The last pattern that matches wins, so people's own are last.
pub fn kept(new: &str, old: &str, base: Option<&str>) -> String {
    let is_made = |pattern: &str| patterns(new).chain(base.into_iter().flat_map(patterns)).any(|made| made == pattern);
    let own: Vec<&str> = patterns(old).filter(|pattern| !is_made(pattern)).collect();
    if own.is_empty() { new.to_owned() } else { format!("{new}\n{HEADING}\n{}\n", own.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn what_people_added_stays_at_the_end() {
        let new = "# Secrets\n**/.env\n**/*.key\n";
        assert_eq!(
            kept(new, "secrets\n# mine\n!a.key\n**/.env\n", None),
            format!("{new}\n# Your own\nsecrets\n!a.key\n")
        );
        assert_eq!(kept(new, "**/.env\n**/old\n", Some("**/.env\n**/old\n")), new);
        let once = kept(new, "secrets\n", None);
        assert_eq!(kept(new, &once, None), once, "and again the same");
    }
}
