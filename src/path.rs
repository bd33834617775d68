//! Paths of a repository: text with `/` between its parts, from the root, which is the empty text.

/// Whether `folder` is `above` or lies below it.
pub fn is_inside(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `folder/name`, without a leading slash where `folder` is the root.
pub fn join(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder that holds `path`.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `folder/name`; nothing where the name leads above the root.
pub fn join_inside(folder: &str, name: &str) -> Option<String> {
    let mut depth = folder.split('/').filter(|part| !part.is_empty()).count();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.checked_sub(1)?,
            _ => depth += 1,
        }
    }
    Some(join(folder, name))
}

/// Whether the last part of `path` is this name.
pub fn is_named(path: &str, name: &str) -> bool {
    // where the name would begin tells most paths apart
    let is_part = |at: usize| at == 0 || path.as_bytes()[at - 1] == b'/';
    path.len().checked_sub(name.len()).is_some_and(is_part) && path.ends_with(name)
}

/// The last part of `path`.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `path` as seen from `folder`, both from the root of the repository; with `..` where it lies elsewhere.
pub fn relative_to(path: &str, folder: &str) -> String {
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let folder: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let shared = path.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; folder.len() - shared];
    parts.extend(&path[shared..]);
    if parts.is_empty() { ".".into() } else { parts.join("/") }
}
