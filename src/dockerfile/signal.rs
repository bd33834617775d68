//! The signals of `STOPSIGNAL`.

/// The names of Linux's signals, without `SIG`.
const NAMES: &[&str] = &[
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
    "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
    "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
];

/// Whether it names a signal: by a number other than zero, by a name, or by a place among the real-time signals.
pub(super) fn is_known(text: &str) -> bool {
    if let Ok(number) = text.parse::<i64>() {
        return number != 0;
    }
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let place = |prefix: &str, most: u8| {
        name.strip_prefix(prefix).is_some_and(|rest| {
            rest.is_empty() || rest[1..].parse::<u8>().is_ok_and(|number| (1..=most).contains(&number))
        })
    };
    let real_time = name.is_ascii() && (place("RTMIN", 15) || place("RTMAX", 14));
    NAMES.contains(&name) || real_time
}
