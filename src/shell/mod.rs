//! Text of a POSIX shell: the one place that quotes it and takes it apart.

/// One word of a POSIX shell that stands for `text`, whatever it holds.
pub fn quote(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
