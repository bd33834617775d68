//! The ports of `EXPOSE`.

/// Why BuildKit refuses a port without variables: `[address:][host port:]port[-port][/protocol]`.
pub(super) fn refused(text: &str) -> Option<String> {
    let mut parts: Vec<&str> = text.split(':').collect();
    let port = parts.pop().unwrap_or_default();
    let (ports, protocol) = port.split_once('/').unwrap_or((port, ""));
    if ports.is_empty() {
        return Some(format!("`{text}` names no port"));
    }
    if !matches!(protocol.to_ascii_lowercase().as_str(), "" | "tcp" | "udp" | "sctp") {
        return Some(format!("`{protocol}` is no protocol: it is `tcp`, `udp` or `sctp`"));
    }
    let Some(range) = range(ports) else {
        return Some(format!("`{ports}` is no port and no range of ports"));
    };
    let host = parts.pop().filter(|host| !host.is_empty());
    let address = parts.join(":");
    let address = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&address);
    if !address.is_empty() && address.parse::<std::net::IpAddr>().is_err() {
        return Some(format!("`{address}` is no address"));
    }
    match host.map(self::range) {
        Some(None) => Some(format!("`{}` is no port of the host", host.unwrap_or_default())),
        Some(Some(host)) if host.1 - host.0 != range.1 - range.0 && range.0 != range.1 => {
            Some(format!("`{text}` has two ranges of different lengths"))
        }
        _ => None,
    }
}

/// The ends of a port or a range.
fn range(text: &str) -> Option<(u16, u16)> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let (low, high): (u16, u16) = (low.parse().ok()?, high.parse().ok()?);
    (low <= high).then_some((low, high))
}
