//! Times as Go writes them: `1m30s`.

const UNITS: &[(&str, f64)] =
    &[("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

/// The seconds of a duration.
pub fn seconds(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    let mut sum = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == &rest[..end])?;
        sum += number * unit;
        rest = &rest[end..];
    }
    Some(sign * sum)
}

/// Why BuildKit refuses a duration of `HEALTHCHECK`; an empty one is the default.
pub(super) fn refused(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    match seconds(text) {
        None => Some(format!("`{text}` is no duration: it is a number with a unit, as `30s` or `1m30s`")),
        Some(value) if value != 0.0 && value < 1e-3 => Some(format!("`{text}` is shorter than a millisecond")),
        Some(_) => None,
    }
}
