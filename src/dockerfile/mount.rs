//! The `--mount` of `RUN`.

use crate::dockerfile::{Mount, Span};

const KINDS: &[&str] = &["bind", "cache", "tmpfs", "secret", "ssh"];
const SHARINGS: &[&str] = &["shared", "private", "locked"];
/// Options that may stand without a value.
const SWITCHES: &[&str] = &["readonly", "ro", "readwrite", "rw", "required"];
const OPTIONS: &[&str] = &[
    "type",
    "from",
    "source",
    "src",
    "target",
    "dst",
    "destination",
    "readonly",
    "ro",
    "readwrite",
    "rw",
    "required",
    "size",
    "id",
    "sharing",
    "mode",
    "uid",
    "gid",
    "env",
];

/// Takes a mount apart.
pub(super) fn parse(value: &str, span: Span) -> Mount {
    let options = fields(value).unwrap_or_default().into_iter().map(|field| match field.split_once('=') {
        Some((name, value)) => (name.to_ascii_lowercase(), value.to_owned()),
        None => (field.to_ascii_lowercase(), String::new()),
    });
    Mount { options: options.collect(), span }
}

/// The fields of a line of comma-separated values; nothing where a quote is not closed or stands in the middle.
fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, behind) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut field = String::new();
                let mut inner = quoted;
                loop {
                    let (text, behind) = inner.split_once('"')?;
                    field.push_str(text);
                    match behind.strip_prefix('"') {
                        Some(more) => {
                            field.push('"');
                            inner = more;
                        }
                        None => break (field, behind),
                    }
                }
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                if rest[..end].contains('"') {
                    return None;
                }
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        fields.push(field);
        match behind.strip_prefix(',') {
            Some(more) => rest = more,
            None if behind.is_empty() => return Some(fields),
            None => return None,
        }
    }
}

/// Why BuildKit refuses a mount; an option whose value has variables is not looked at.
pub(super) fn refused(value: &str) -> Option<String> {
    let Some(fields) = fields(value) else {
        return Some("a quote in the mount is not closed, or stands in the middle of an option".to_owned());
    };
    let mount = parse(value, Span::default());
    if fields.iter().any(|field| field.contains('$') && field.to_ascii_lowercase().starts_with("type=")) {
        return None;
    }
    let kind = mount.kind().to_ascii_lowercase();
    if !KINDS.contains(&kind.as_str()) {
        return Some(format!("`{kind}` is no type of mount: it is {}", KINDS.join(", ")));
    }
    fields.iter().find_map(|field| option(field, &kind)).or_else(|| whole(&mount, &kind))
}

/// What is wrong with one option of a mount.
fn option(field: &str, kind: &str) -> Option<String> {
    let (name, value) = match field.split_once('=') {
        Some((name, value)) => (name.to_ascii_lowercase(), Some(value)),
        None => (field.to_ascii_lowercase(), None),
    };
    if !OPTIONS.contains(&name.as_str()) {
        return Some(format!("a mount has no option `{name}`"));
    }
    let misplaced = match name.as_str() {
        "required" => !matches!(kind, "secret" | "ssh"),
        "size" => kind != "tmpfs",
        "mode" | "uid" | "gid" => !matches!(kind, "secret" | "ssh" | "cache"),
        "sharing" => kind != "cache",
        _ => false,
    };
    if misplaced {
        return Some(format!("a mount of type `{kind}` has no option `{name}`"));
    }
    let Some(value) = value else {
        return (!SWITCHES.contains(&name.as_str())).then(|| format!("the option `{name}` of the mount has no value"));
    };
    if value.contains('$') {
        let refused = name == "from" && !value.ends_with('$');
        return refused.then(|| "the option `from` of a mount takes no variables: name a stage instead".to_owned());
    }
    let fits = match name.as_str() {
        "readonly" | "ro" | "readwrite" | "rw" | "required" => is_switch(value),
        "sharing" => SHARINGS.contains(&value.to_ascii_lowercase().as_str()),
        "mode" => u32::from_str_radix(value, 8).is_ok(),
        "uid" | "gid" => value.parse::<u32>().is_ok(),
        "size" => is_size(value),
        _ => true,
    };
    (!fits).then(|| format!("`{value}` is no value for the option `{name}` of a mount"))
}

/// What options exclude each other, or must be there.
fn whole(mount: &Mount, kind: &str) -> Option<String> {
    let has = |names: &[&str]| mount.option(names).is_some_and(|value| !value.is_empty());
    let refused = match kind {
        "secret" if has(&["from"]) => "a secret has no option `from`",
        "secret" if !has(&["source", "src"]) && mount.target().is_none_or(str::is_empty) && !has(&["id"]) => {
            "a secret needs an `id` or a `target`"
        }
        "secret" if has(&["source", "src"]) && has(&["id"]) => "a secret has an `id` or a `source`, not both",
        "ssh" if has(&["source", "src"]) => "a mount of type `ssh` has no option `source`",
        "bind" | "cache" | "tmpfs" if mount.target() == Some("/") => "nothing can be mounted over `/`",
        _ => return None,
    };
    Some(refused.to_owned())
}

/// What Go reads as true or false.
fn is_switch(value: &str) -> bool {
    matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True" | "0" | "f" | "F" | "false" | "FALSE" | "False")
}

/// A number of bytes, perhaps with a unit.
fn is_size(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let number = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = lower[number.len()..].trim_end_matches('b').trim_end_matches('i');
    matches!(unit, "" | "k" | "m" | "g" | "t" | "p") && number.trim_end().parse::<f64>().is_ok_and(|size| size >= 0.0)
}
