//! The builds that a compose file or a bake file lists: each a build context and a Dockerfile.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::dockerfile::{Variable, expand, is_remote, unset_variables};
use crate::error::{Error, Result};
use crate::repo::{Document, Root, file};

/// The deepest nesting that a list may have, and the most targets that one may inherit from: readers go down as deep.
const DEEPEST: usize = 100;

/// A build of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Build {
    /// The service or target.
    pub name: String,
    /// Where its build context and its Dockerfile are.
    pub source: Source,
}

/// Where the build context and the Dockerfile of a build are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A folder and a file.
    File(PathBuf, PathBuf),
    /// A folder, and the text of a Dockerfile that the list itself holds.
    Inline(PathBuf, String),
    /// Not on this machine, or where only a build can tell: why.
    Elsewhere(String),
}

/// Whether a file is a list, by its ending.
pub fn is_list(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["yaml", "yml", "hcl", "json"].iter().any(|known| ending == *known))
}

/// The builds of a list, in its order. Paths in it count from its folder.
///
/// # Errors
/// [`Error::Read`] and [`Error::Manifest`] where it can't be read, [`Error::Usage`] where it lists no builds.
pub fn builds(path: &Path) -> Result<Vec<Build>> {
    let full = path.canonicalize().map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let root = Root::of(file::folder_of(&full)).folder;
    let text = file::text(&root, &full, path)?;
    let document = Document::new(path.to_string_lossy(), text);
    if depth(document.text()) > DEEPEST {
        return Err(document.error_at(0, format!("it is nested more than {DEEPEST} deep"), None));
    }
    let folder = file::folder_of(path);
    let mut builds = match path.extension().and_then(|ending| ending.to_str()) {
        Some("hcl") => bake(&hcl(&document)?, folder),
        Some("json") => bake(document.json()?.value(), folder),
        _ => compose(document.yaml()?.value(), folder),
    };
    if builds.is_empty() {
        return Err(Error::Usage {
            message: format!("`{}` lists nothing to build", path.display()),
            hint: "name a Dockerfile, a folder, or a compose or bake file with builds".into(),
        });
    }
    for build in &mut builds {
        let outside = match &build.source {
            Source::File(context, file) => [context, file].into_iter().find(|path| is_outside(path, &root)),
            Source::Inline(context, _) => Some(context).filter(|path| is_outside(path, &root)),
            Source::Elsewhere(_) => None,
        };
        if let Some(path) = outside {
            build.source = Source::Elsewhere(format!("`{}` lies outside of the repository", path.display()));
        }
    }
    Ok(builds)
}

/// Whether a path leads out of the repository, by its name or by a link: a list is no permission to read what is there.
fn is_outside(path: &Path, root: &Path) -> bool {
    // what is not there is said by whoever reads it
    path.canonicalize().is_ok_and(|full| !full.starts_with(root))
}

/// How deep brackets are nested, those in texts included.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// HCL as the JSON that says the same; an expression is a text with `${` and `}` around it.
fn hcl(document: &Document) -> Result<Value> {
    hcl::from_str(document.text()).map_err(|error| {
        let at = match &error {
            hcl::Error::Parse(error) => error.location().offset(),
            _ => 0,
        };
        document.error_at(at, format!("it is no HCL: {error}"), None)
    })
}

/// The services of a compose file that are built.
fn compose(list: &Value, folder: &Path) -> Vec<Build> {
    let services = list.get("services").and_then(Value::as_object).into_iter().flatten();
    let stated = services.filter_map(|(name, service)| Some((name, service.get("build")?)));
    let build = |(name, build): (&String, &Value)| {
        let text = |key: &str| build.get(key).and_then(Value::as_str);
        let context = build.as_str().or_else(|| text("context"));
        let source = source(folder, context, text("dockerfile"), text("dockerfile_inline"), &interpolated);
        Build { name: name.clone(), source }
    };
    stated.map(build).collect()
}

/// A text of a compose file with the values that it states for variables which nobody sets.
fn interpolated(text: &str) -> Option<String> {
    let text = text.replace("$$", "\\$");
    let nobody = |_: &str| Variable::Unset;
    if !unset_variables(&text, '\\', &nobody).is_empty() {
        return None;
    }
    expand(&text, '\\', &nobody)
}

/// The targets of a bake file; what a target does not state it has from those that it inherits from.
fn bake(list: &Value, folder: &Path) -> Vec<Build> {
    let Some(targets) = list.get("target").and_then(Value::as_object) else { return Vec::new() };
    let plain = |text: &str| (!text.contains("${")).then(|| text.to_owned());
    let build = |name: &String| {
        let text = |key: &str| stated(targets, name, key, &mut BTreeSet::new());
        let inline = text("dockerfile-inline");
        Build { name: name.clone(), source: source(folder, text("context"), text("dockerfile"), inline, &plain) }
    };
    targets.keys().map(build).collect()
}

/// What a target of a bake file states by a key, or the last of those that it inherits from; each of these is asked once.
fn stated<'a>(
    targets: &'a serde_json::Map<String, Value>,
    name: &str,
    key: &str,
    asked: &mut BTreeSet<String>,
) -> Option<&'a str> {
    let target = targets.get(name).filter(|_| asked.len() < DEEPEST && asked.insert(name.to_owned()))?;
    let own = target.get(key).and_then(Value::as_str);
    own.or_else(|| {
        let above = target.get("inherits")?.as_array()?;
        above.iter().rev().filter_map(Value::as_str).find_map(|name| stated(targets, name, key, asked))
    })
}

/// Where a build finds its files, by what is stated of it; `read` gives the value of a text, where one is known.
fn source(
    folder: &Path,
    context: Option<&str>,
    dockerfile: Option<&str>,
    inline: Option<&str>,
    read: &dyn Fn(&str) -> Option<String>,
) -> Source {
    let unknown = |text: &str| Source::Elsewhere(format!("only a build knows what `{text}` is"));
    let context = context.unwrap_or(".");
    let Some(place) = read(context) else { return unknown(context) };
    if is_remote(&place) || place.contains("://") || place.starts_with("target:") {
        return Source::Elsewhere(format!("its build context `{place}` is not on this machine"));
    }
    let context: PathBuf = folder.join(place).components().collect();
    if let Some(text) = inline {
        return Source::Inline(context, text.to_owned());
    }
    let dockerfile = dockerfile.unwrap_or("Dockerfile");
    match read(dockerfile) {
        Some(path) => Source::File(context.clone(), context.join(path)),
        None => unknown(dockerfile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The builds of a list, each in one line.
    fn found(name: &str, text: &str) -> Result<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let relative = |path: &Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
        let shown = |build: Build| match build.source {
            Source::File(context, file) => format!("{} {}|{}", build.name, relative(&context), relative(&file)),
            Source::Inline(context, text) => format!("{} {}|{text:?}", build.name, relative(&context)),
            Source::Elsewhere(reason) => format!("{}: {reason}", build.name),
        };
        Ok(builds(&path)?.into_iter().map(shown).collect())
    }

    #[test]
    fn a_compose_file_lists_the_services_that_are_built() {
        let text = "services:\n  web:\n    build: ./web\n  api:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile.api\n  \
                    db:\n    image: postgres:17\n  inline:\n    build:\n      dockerfile_inline: |\n        FROM scratch\n  \
                    given:\n    build: ${FOLDER:-given}\n  unknown:\n    build: $FOLDER\n  \
                    far:\n    build: https://example.org/far.git\n";
        let expected = [
            "web web|web/Dockerfile",
            "api |docker/Dockerfile.api",
            "inline |\"FROM scratch\\n\"",
            "given given|given/Dockerfile",
            "unknown: only a build knows what `$FOLDER` is",
            "far: its build context `https://example.org/far.git` is not on this machine",
        ];
        assert_eq!(found("compose.yaml", text).unwrap(), expected);
        assert!(found("compose.yaml", "services:\n  db:\n    image: postgres:17\n").is_err());
        assert!(found("pnpm-lock.yaml", "lockfileVersion: '9.0'\n").is_err());
    }

    #[test]
    fn a_list_leads_to_nothing_outside_of_the_repository() {
        let text = "services:\n  a:\n    build: /\n  b:\n    build:\n      context: .\n      dockerfile: /etc/passwd\n  \
                    c:\n    build:\n      context: ..\n      dockerfile_inline: FROM scratch\n  d:\n    build: none\n";
        let found = found("compose.yaml", text).unwrap();
        assert!(found[..3].iter().all(|it| it.ends_with("lies outside of the repository")), "{found:?}");
        assert_eq!(found[3], "d none|none/Dockerfile");
    }

    #[test]
    fn a_bake_file_lists_targets_in_both_notations() {
        let hcl = "variable \"TAG\" { default = \"1\" }\ngroup \"default\" { targets = [\"web\"] }\n\
                   target \"base\" { context = \"src\" }\n\
                   target \"web\" {\n  inherits = [\"base\"]\n  dockerfile = \"Dockerfile.web\"\n  tags = [\"web:${TAG}\"]\n}\n\
                   target \"one\" { context = TAG }\n";
        let expected =
            ["base src|src/Dockerfile", "web src|src/Dockerfile.web", "one: only a build knows what `${TAG}` is"];
        assert_eq!(found("docker-bake.hcl", hcl).unwrap(), expected);
        let json = r#"{"target": {"web": {"dockerfile": "a/Dockerfile"}, "self": {"inherits": ["self"]}}}"#;
        assert_eq!(found("docker-bake.json", json).unwrap(), ["web |a/Dockerfile", "self |Dockerfile"]);
        // each way through these would be one of 2^60
        let chain: Vec<String> =
            (0..60).map(|at| format!(r#""t{at}": {{"inherits": ["t{0}", "t{0}"]}}"#, at + 1)).collect();
        let wide = format!(r#"{{"target": {{{}, "t60": {{"context": "src"}}}}}}"#, chain.join(", "));
        assert_eq!(found("docker-bake.json", &wide).unwrap()[0], "t0 src|src/Dockerfile");
        let long: Vec<String> = (0..20_000).map(|at| format!(r#""t{at}": {{"inherits": ["t{}"]}}"#, at + 1)).collect();
        assert!(found("docker-bake.json", &format!(r#"{{"target": {{{}}}}}"#, long.join(", "))).is_ok());
        let error = found("docker-bake.hcl", "target \"web\" {\n  context = \n}").unwrap_err().to_string();
        assert!(error.contains("docker-bake.hcl:2"), "{error}");
        assert!(found("docker-bake.hcl", &format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000))).is_err());
    }
}
