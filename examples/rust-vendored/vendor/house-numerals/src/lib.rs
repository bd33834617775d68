//! Small numbers in words.

/// The word for a number below four.
pub fn word(number: usize) -> &'static str {
    ["no", "one", "two", "three"].get(number).copied().unwrap_or("many")
}
