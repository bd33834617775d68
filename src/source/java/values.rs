//! What calls of the JDK and of common libraries give: variables of the environment, properties, conversions, paths.

use crate::source::java::Reader;
use crate::source::{Call, EnvironmentRead, Folder, Place, Value};

/// Calls that give what they are given.
const CONVERSIONS: &[&str] = &[
    "Integer.parseInt",
    "Integer.valueOf",
    "Integer.decode",
    "Long.parseLong",
    "Long.valueOf",
    "Short.parseShort",
    "Short.valueOf",
    "String.valueOf",
    "Boolean.parseBoolean",
    "Boolean.valueOf",
    "Objects.requireNonNull",
    "Optional.ofNullable",
    "Optional.of",
    "Option",
    "Some",
    "lazy",
    "requireNotNull",
    "checkNotNull",
];
/// Methods that give what they are called on.
const VIEWS: &[&str] = &[
    "toInt",
    "toIntOrNull",
    "toLong",
    "toShort",
    "toString",
    "intValue",
    "trim",
    "map",
    "filter",
    "orElseThrow",
    "takeIf",
    "get",
    "toFile",
    "toPath",
    "toAbsolutePath",
    "normalize",
    "absoluteFile",
    "strip",
    "intern",
    "asInt",
    "ifBlank",
];
/// Methods whose argument stands in for what they are called on, where that is absent.
const FALLBACKS: &[&str] = &["orElse", "getOrElse", "orElseGet", "or", "ifEmpty", "defaultIfBlank", "defaultIfEmpty"];
/// Methods that fail where what they are called on is absent.
const DEMANDS: &[&str] = &["orElseThrow", "requireNonNull", "requireNotNull", "checkNotNull"];
/// Names of objects that hold the environment.
const ENVIRONMENTS: &[&str] = &["env", "dotenv", "environment", "environ"];

impl Reader {
    /// What a call gives, where that is known: on a receiver, or by itself.
    pub(super) fn given(&mut self, receiver: &Value, call: &Call) -> Option<Value> {
        let first = call.positional(0);
        let text = first.and_then(Value::text).map(str::to_owned);
        let second = call.positional(1).cloned();
        let path = call.resolved();
        if DEMANDS.contains(&call.name()) {
            let variable = first.and_then(Value::variable).or(receiver.variable()).map(str::to_owned);
            self.require(variable.as_deref());
        }
        match path {
            "System.getenv" | "sys.env" | "scala.util.Properties.envOrElse" | "Properties.envOrElse" => {
                if let Some(Value::List(names)) = first.map(Value::resolved) {
                    let (is_required, place) = (self.ends_in_loop && second.is_none(), call.place);
                    let read = EnvironmentRead {
                        default: second,
                        is_required,
                        is_test: is_required,
                        place,
                        ..EnvironmentRead::default()
                    };
                    self.index.read_each(names.iter().filter_map(Value::text), &read);
                    return None;
                }
                return Some(self.environment(&text?, second, call.place));
            }
            "List.of" | "Set.of" | "Arrays.asList" | "listOf" | "setOf" | "arrayOf" => {
                return Some(Value::List(call.arguments.iter().map(|argument| argument.value.clone()).collect()));
            }
            "System.getProperty" | "Integer.getInteger" | "Long.getLong" => return Some(property(&text?, second)),
            "Boolean.getBoolean" => return Some(property(&text?, Some(Value::Boolean(false)))),
            "Objects.requireNonNullElse" | "Optional.fromNullable" => return Some(first?.clone().or(second?)),
            "Path.of"
            | "Paths.get"
            | "File"
            | "java.io.File"
            | "java.nio.file.Path.of"
            | "kotlin.io.path.Path"
            | "Path" => {
                let parts: Vec<Value> = call.arguments.iter().map(|argument| argument.value.clone()).collect();
                return (!parts.is_empty()).then_some(Value::Path(parts));
            }
            _ if CONVERSIONS.contains(&path) => return first.cloned(),
            _ => {}
        }
        let (receiver_path, name) = (call.receiver(), call.name());
        let is_environment = self.is_environment(receiver_path, path);
        let is_key = |key: &String| {
            !key.is_empty() && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        };
        match name {
            "get" | "getOrDefault" | "getOrElse" | "getenv" | "apply" if is_environment => {
                Some(self.environment(&text?, second, call.place))
            }
            "getOrDefault" if text.as_ref().is_some_and(is_key) => Some(self.environment(&text?, second, call.place)),
            "getProperty" | "getInteger" | "getInt" | "getOrDefault" | "getString" if second.is_some() => {
                Some(Value::Name(text.unwrap_or_default()).or(second?))
            }
            "resolve" | "resolveSibling" => match receiver.resolved() {
                Value::Path(parts) => Some(Value::Path(parts.iter().cloned().chain(first.cloned()).collect())),
                _ => None,
            },
            _ if FALLBACKS.contains(&name) && *receiver != Value::Unknown => Some(receiver.clone().or(first?.clone())),
            _ if VIEWS.contains(&name)
                && !matches!(receiver.resolved(), Value::Unknown | Value::Name(_) | Value::Call(_)) =>
            {
                Some(receiver.clone())
            }
            _ => None,
        }
    }

    /// Whether a call is one on the environment: on `System.getenv()` or what holds it.
    fn is_environment(&self, receiver: &str, path: &str) -> bool {
        let is_all = |path: &str| {
            path.starts_with("System.getenv().") || path.starts_with("sys.env.") || path.starts_with("Dotenv.")
        };
        let last = receiver.rsplit('.').next().unwrap_or_default().trim_end_matches("()");
        is_all(path)
            || ENVIRONMENTS.contains(&last) && !matches!(self.names.get(last), Some(Value::List(_) | Value::Object(_)))
    }

    /// A variable of the environment, which is recorded.
    fn environment(&mut self, variable: &str, default: Option<Value>, place: Place) -> Value {
        let default = default.filter(|value| *value != Value::Unknown);
        self.index.environment.push(EnvironmentRead {
            variable: variable.to_owned(),
            default: default.clone(),
            place,
            ..EnvironmentRead::default()
        });
        Value::Environment { variable: variable.to_owned(), default: default.map(Box::new) }
    }

    pub(super) fn require(&mut self, variable: Option<&str>) {
        let found = variable.and_then(|name| self.index.environment.iter_mut().rfind(|read| read.variable == name));
        if let Some(read) = found {
            read.is_required = read.default.is_none();
        }
    }

    /// What stands in brackets behind a path: a variable of the environment, or nothing known.
    pub(super) fn element(&mut self, path: &str, key: &Value, start: usize) -> Value {
        let Value::List(keys) = key else { return Value::Unknown };
        let name = keys.first().and_then(Value::text).map(str::to_owned);
        let is_environment = path == "System.getenv()" || path == "System.env" || self.is_environment(path, path);
        match name.filter(|_| is_environment) {
            Some(name) => {
                let place = self.place(start, self.end());
                self.environment(&name, None, place)
            }
            None => Value::Unknown,
        }
    }
}

/// A member of a value that says something by itself: `path.absolutePath`, `variable.toInt`.
pub(super) fn member(value: &Value, name: &str) -> Option<Value> {
    let is_view = matches!(name, "absolutePath" | "path" | "toFile" | "toInt");
    let is_known = matches!(value.resolved(), Value::Path(_) | Value::Environment { .. });
    (is_view && is_known).then(|| value.clone())
}

/// A property of the JVM, which an option of `java` may set, or a folder that it names.
fn property(name: &str, default: Option<Value>) -> Value {
    match name {
        "user.dir" => Value::Folder(Folder::Working),
        "user.home" => Value::Folder(Folder::Home),
        "java.io.tmpdir" => Value::Folder(Folder::Temporary),
        _ => Value::Option { flag: format!("-D{name}"), variable: None, default: default.map(Box::new) },
    }
}
