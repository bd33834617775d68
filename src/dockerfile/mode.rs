//! The mode of `--chmod`: octal, or as `chmod` reads it.

/// Why BuildKit refuses a mode.
pub(super) fn refused(text: &str) -> Option<String> {
    let is_number = text.chars().all(|c| c.is_ascii_digit());
    let fits = if is_number {
        u32::from_str_radix(text, 8).is_ok_and(|mode| mode <= 0o7777)
    } else {
        text.split(',').all(is_clause)
    };
    (!fits).then(|| format!("`{text}` is no mode: it is an octal number up to `7777`, or as `u=rwX,go=rX`"))
}

/// `[ugoa…][+-=][rwxXst…]`, the last two perhaps several times.
fn is_clause(clause: &str) -> bool {
    let rest = clause.trim_start_matches(['u', 'g', 'o', 'a']);
    rest.starts_with(['+', '-', '=']) && rest.chars().all(|c| "+-=rwxXstugo".contains(c))
}
