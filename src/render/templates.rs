//! The templates: those that are part of the program, and above them those of a project or of a user.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde_json::{Map, Value};
use tera::{Context, ErrorKind, Tera};

use crate::error::{Error, Result};
use crate::render::filters;

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The version of what templates are given: a field that goes away or means something else makes it the next one.
pub const VERSION: u32 = 1;

/// How the first line of a template of one's own says what it was made for.
const STATED: &str = "{# dockgen templates ";

static EMBEDDED: LazyLock<Templates> =
    LazyLock::new(|| Templates { texts: embedded_texts().into_iter().collect(), own: Vec::new() });

/// A template of a project or a user, which stands in for the one of the same name or fills a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTemplate {
    /// Its name: `node/server`, `_blocks/labels`.
    pub name: String,
    /// Its file, as people see it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Templates that are ready to be rendered: a template is parsed when it is asked for, with those that it includes.
#[derive(Debug)]
pub struct Templates {
    /// Those that are part of the program, without those that others stand in for.
    texts: BTreeMap<&'static str, &'static str>,
    own: Vec<OwnTemplate>,
}

/// The names and texts of the templates that are part of the program.
pub fn embedded_texts() -> Vec<(&'static str, &'static str)> {
    fn collect(folder: &'static Dir, into: &mut Vec<(&'static str, &'static str)>) {
        for file in folder.files() {
            let name = file.path().to_str().and_then(|path| path.strip_suffix(".tera"));
            if let (Some(name), Some(text)) = (name, file.contents_utf8()) {
                into.push((name, text));
            }
        }
        folder.dirs().for_each(|folder| collect(folder, into));
    }
    let mut found = Vec::new();
    collect(&FILES, &mut found);
    found.sort_unstable();
    found
}

/// Takes away the line break and indentation of lines that hold a tag or comment and nothing else, so that templates can
/// be laid out as what they make.
fn without_tag_lines(text: &str) -> String {
    text.split_inclusive('\n').map(bare).collect()
}

fn bare(line: &str) -> &str {
    let bare = line.trim();
    let is_tag = bare.starts_with("{%") && bare.ends_with("%}") && bare.matches("{%").count() == 1;
    let is_comment = bare.starts_with("{#") && bare.ends_with("#}");
    if is_tag || is_comment { bare } else { line }
}

/// The one-based line of a text that a byte of it without its tag lines stands on.
fn line_of(text: &str, offset: usize) -> u32 {
    let mut end = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        end += bare(line).len();
        if offset < end {
            return u32::try_from(index + 1).unwrap_or(u32::MAX);
        }
    }
    u32::try_from(text.lines().count().max(1)).unwrap_or(u32::MAX)
}

impl Templates {
    /// Those that are part of the program.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The same with others above them; of two with one name the later one counts.
    ///
    /// # Errors
    /// [`Error::Manifest`] at the line where one can't be read, has a name that nothing asks for, or is made for another
    /// version.
    pub fn with(own: Vec<OwnTemplate>) -> Result<Self> {
        let texts = embedded_texts();
        for template in &own {
            if let Some(stated) = template.text.lines().next().and_then(|line| line.trim().strip_prefix(STATED)) {
                let version = stated.trim_end_matches("#}").trim();
                if version != VERSION.to_string() {
                    let message = format!(
                        "it is made for version {} of the templates, and this dockgen has {VERSION}",
                        version.escape_debug()
                    );
                    return Err(template.error(1, message, "compare it with `dockgen templates show`".into()));
                }
            }
            let is_asked_for = texts.iter().any(|(name, _)| *name == template.name)
                || own.iter().any(|other| included(&other.text).any(|name| name == template.name));
            if !is_asked_for {
                let message = format!("no template is called `{}`", template.name.escape_debug());
                return Err(template.error(1, message, "`dockgen templates list` names them all".into()));
            }
        }
        let own_name = |name: &str| own.iter().any(|it| it.name == name);
        let texts = texts.into_iter().filter(|(name, _)| !own_name(name)).collect();
        let all = Self { texts, own };
        if !all.own.is_empty() {
            all.engine(all.names()).map_err(|error| all.located(&error, "templates"))?;
        }
        Ok(all)
    }

    /// The engine with some of the templates.
    fn engine<'a>(&'a self, names: impl IntoIterator<Item = &'a str>) -> std::result::Result<Tera, tera::Error> {
        let mut engine = Tera::new();
        engine.autoescape_on(Vec::<&str>::new());
        filters::register(&mut engine);
        let texts = names.into_iter().filter_map(|name| Some((name.to_owned(), without_tag_lines(self.text(name)?))));
        engine.add_raw_templates(texts)?;
        Ok(engine)
    }

    /// The engine with a template and all that it includes, and what those include.
    fn engine_for(&self, template: &str) -> std::result::Result<Tera, tera::Error> {
        let mut wanted = vec![template];
        let mut at = 0;
        while let Some(text) = wanted.get(at).map(|name| self.text(name).unwrap_or_default()) {
            for name in included(text) {
                if self.text(name).is_some() && !wanted.contains(&name) {
                    wanted.push(name);
                }
            }
            at += 1;
        }
        self.engine(wanted)
    }

    /// The text of a template; of several of one's own with one name, the last.
    fn text(&self, name: &str) -> Option<&str> {
        let own = self.own.iter().rfind(|own| own.name == name).map(|own| own.text.as_str());
        own.or_else(|| self.texts.get(name).copied())
    }

    /// The names of all templates.
    pub fn names(&self) -> BTreeSet<&str> {
        self.texts.keys().copied().chain(self.own.iter().map(|own| own.name.as_str())).collect()
    }

    /// Those that are not part of the program.
    pub fn own(&self) -> &[OwnTemplate] {
        &self.own
    }

    /// The names that a template and what it includes take from the view.
    ///
    /// # Errors
    /// [`Error::Defect`] when there is no such template, or it is broken.
    pub fn variables(&self, template: &str) -> Result<BTreeSet<String>> {
        let engine = self.engine_for(template).map_err(|error| self.located(&error, template))?;
        Ok(names_in(&engine, template)?.into_iter().map(str::to_owned).collect())
    }

    /// Renders a template; a name that it uses and the view lacks is an error, even in a condition.
    ///
    /// # Errors
    /// [`Error::Manifest`] where a template of somebody's own is at fault, else [`Error::Defect`].
    pub fn render(&self, template: &str, view: &Map<String, Value>) -> Result<String> {
        let engine = self.engine_for(template).map_err(|error| self.located(&error, template))?;
        let wanted = names_in(&engine, template)?;
        let missing: Vec<&str> = wanted.into_iter().filter(|name| !view.contains_key(*name)).collect();
        if let Some(name) = missing.first() {
            return Err(self.missing(template, name, view).unwrap_or_else(|| {
                Error::Defect(format!("the template `{template}` uses {}, which its view lacks", missing.join(", ")))
            }));
        }
        let context = Context::from_serialize(view).map_err(|error| self.located(&error, template))?;
        engine.render(template, &context).map_err(|error| self.located(&error, template))
    }

    /// The error that a template of somebody's own uses a name that it is not given.
    fn missing(&self, template: &str, name: &str, view: &Map<String, Value>) -> Option<Error> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let uses = |line: &str| {
            let mut places = line.match_indices(name);
            line.contains('{')
                && places.any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + name.len()..].starts_with(is_part))
        };
        self.own.iter().find_map(|own| {
            let line = own.text.lines().position(uses)?;
            let known: Vec<&str> = view.keys().map(String::as_str).collect();
            Some(own.error(
                u32::try_from(line + 1).unwrap_or(u32::MAX),
                format!("`{name}` is nothing that `{template}` is given"),
                format!("there are {}", known.join(", ")),
            ))
        })
    }

    /// An error of the engine, at its line where it lies in a template of somebody's own.
    fn located(&self, error: &tera::Error, template: &str) -> Error {
        if let ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) = error.kind()
            && let Some(own) = self.own.iter().find(|own| own.name == report.filename())
        {
            let line = line_of(&own.text, report.span().range.start);
            let message = report.message().trim_end_matches('.').to_owned();
            return own.error(line, message, "`dockgen templates show` prints what it stands in for".into());
        }
        let text = error.to_string();
        if let Some((own, line)) = self.own.iter().find_map(|own| Some((own, locus(&text, own)?))) {
            let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            return own.error(line, message, "docs/templates.md has the filters that there are".into());
        }
        if let [own, ..] = self.own.as_slice() {
            return own.error(1, error.to_string(), "`dockgen templates list` names what can be included".into());
        }
        Error::Defect(format!("could not render `{template}`: {error}"))
    }
}

/// The names that a template takes from the view, in their order.
fn names_in<'a>(engine: &'a Tera, template: &str) -> Result<BTreeSet<&'a str>> {
    let found = engine.get_template_variables(template).map_err(|error| Error::Defect(error.to_string()))?;
    Ok(found.into_iter().collect())
}

/// The line of a template that the engine's report points at, ` --> NAME:LINE:COLUMN`, where it has no other form.
fn locus(report: &str, own: &OwnTemplate) -> Option<u32> {
    let place = report.split_once(&format!("--> {}:", own.name))?.1;
    let line: usize = place.split(':').next()?.parse().ok()?;
    let short = without_tag_lines(&own.text);
    let offset = short.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    Some(line_of(&own.text, offset))
}

/// The names that a template may include: every text in quotation marks that it has.
fn included(text: &str) -> impl Iterator<Item = &str> {
    text.split('"')
}

impl OwnTemplate {
    fn error(&self, line: u32, message: String, hint: String) -> Error {
        Error::Manifest { path: self.path.clone(), line, column: 1, message, hint: Some(hint) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(name: &str, text: &str) -> OwnTemplate {
        OwnTemplate { name: name.into(), path: format!(".dockgen/templates/{name}.tera"), text: text.into() }
    }

    #[track_caller]
    fn fails(result: Result<impl std::fmt::Debug>, place: &str, words: &str) {
        let error = result.unwrap_err();
        let text = format!("{error}\n{}", error.hint().unwrap_or_default());
        assert!(text.contains(place) && text.contains(words), "{text}");
    }

    #[test]
    fn lines_are_those_of_the_file_though_tag_lines_take_no_room() {
        let text = "{# a #}\n{% if x %}\nRUN a\n{% endif %}\nRUN b\n";
        let short = without_tag_lines(text);
        for (line, word) in [(3, "RUN a"), (5, "RUN b")] {
            assert_eq!(line_of(text, short.find(word).unwrap()), line);
        }
    }

    #[test]
    fn what_is_wrong_with_a_template_of_ones_own_is_said_at_its_line() {
        fails(
            Templates::with(vec![own("_blocks/labels", "LABEL a=b\n{% if x %}\nLABEL b\n")]),
            "_blocks/labels.tera:",
            "",
        );
        fails(Templates::with(vec![own("_blocks/lables", "")]), "_blocks/lables.tera:1", "templates list");
        fails(
            Templates::with(vec![own("_blocks/labels", "{# dockgen templates 9 #}\n")]),
            "labels.tera:1",
            "version 9",
        );
        let nowhere = Templates::with(vec![own("_blocks/labels", "{% include \"none\" %}\n")]);
        fails(nowhere, "_blocks/labels.tera:1", "none");
        let view = Map::from_iter([("user".to_owned(), Value::from(1))]);
        let unknown = Templates::with(vec![own("_blocks/labels", "# {{ user }}\n\nLABEL a={{ usr }}\n")]).unwrap();
        fails(unknown.render("_blocks/labels", &view), "_blocks/labels.tera:3", "there are user");
        let filter = Templates::with(vec![own("_blocks/labels", "\nLABEL {{ user | variable }}\n")]).unwrap();
        fails(filter.render("_blocks/labels", &view), "_blocks/labels.tera:2", "");
    }

    #[test]
    fn a_template_of_ones_own_stands_in_for_the_one_of_its_name() {
        let templates = Templates::with(vec![own("_blocks/labels", "LABEL a=b\n")]).unwrap();
        assert_eq!(templates.render("_blocks/labels", &Map::new()).unwrap(), "LABEL a=b\n");
        assert_eq!(Templates::embedded().render("_blocks/labels", &Map::new()).unwrap(), "");
        let helper = own("_blocks/mine", "LABEL c=d\n");
        let both = Templates::with(vec![own("_blocks/labels", "{% include \"_blocks/mine\" %}\n"), helper]).unwrap();
        assert_eq!(both.render("_blocks/labels", &Map::new()).unwrap(), "LABEL c=d\n");
    }
}
