//! What calls of Go's own library and of the usual packages come to: variables of the environment, options, texts, paths
//! and routes.

use crate::source::go::is_variable;
use crate::source::go::lexer::{Kind, Token};
use crate::source::{Argument, Call, CommandOption, Field, Folder, Place, Route, Value};

/// Kinds of values that functions which declare an option are named for.
const OPTION_KINDS: &[&str] = &[
    "String",
    "Int",
    "Int64",
    "Int32",
    "Int16",
    "Uint",
    "Uint16",
    "Uint32",
    "Uint64",
    "Bool",
    "Duration",
    "Float64",
    "StringSlice",
    "IP",
    "TCP",
    "TCPVar",
    "Path",
];
/// Functions and conversions that give what they are given, in another form.
const CONVERSIONS: &[&str] = &[
    "strconv.Itoa",
    "strconv.Atoi",
    "strconv.FormatInt",
    "strconv.ParseInt",
    "strconv.ParseUint",
    "strconv.FormatUint",
    "strings.TrimSpace",
    "filepath.Clean",
    "path.Clean",
    "filepath.Abs",
    "filepath.FromSlash",
    "fmt.Sprint",
    "string",
    "int",
    "int32",
    "int64",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "template.Must",
    "http.Dir",
    "gin.Dir",
];
/// Functions that end the program, or the function that they stand in with an error.
const ENDS: &[&str] = &["panic", "Fatal", "Fatalf", "Fatalln", "Exit", "Panic", "Panicf", "Panicln"];

/// The name that a package is used by: the last part of its path that is no version.
pub fn package_name(module: &str) -> String {
    let mut parts = module.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let is_version = |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    let name = if is_version(last) { parts.next().unwrap_or(last) } else { last };
    let name = name.rsplit_once(".v").map_or(name, |(name, _)| name);
    name.strip_prefix("go-").unwrap_or(name).to_owned()
}

/// A whole number as Go writes it.
pub fn number(text: &str) -> Value {
    let plain = text.replace('_', "");
    let parsed = match plain.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(&plain[2..], 16),
        Some("0o" | "0O") => i64::from_str_radix(&plain[2..], 8),
        Some("0b" | "0B") => i64::from_str_radix(&plain[2..], 2),
        _ => plain.parse(),
    };
    parsed.map_or(Value::Unknown, Value::Number)
}

/// What values with `+` between them come to.
pub fn sum(parts: Vec<Value>) -> Value {
    let numbers: Option<Vec<i64>> = parts.iter().map(Value::number).collect();
    if let Some(numbers) = numbers {
        return numbers.into_iter().try_fold(0_i64, i64::checked_add).map_or(Value::Unknown, Value::Number);
    }
    let is_text = |part: &Value| {
        matches!(
            part,
            Value::Text(_) | Value::Joined(_) | Value::Path(_) | Value::Environment { .. } | Value::Option { .. }
        )
    };
    if parts.iter().any(is_text) { Value::Joined(parts) } else { Value::Unknown }
}

/// Whether a function of this name ends the program.
pub fn ends(name: &str) -> bool {
    ENDS.contains(&name)
}

/// Whether a body ends the program, or gives an error back.
pub fn ends_program(body: &[Token]) -> bool {
    let is_call = |pair: &[Token]| {
        matches!(pair[0].kind, Kind::Word(word) if ENDS.contains(&word)) && pair[1].kind == Kind::Mark('(')
    };
    let gives_error = |words: &[Token]| {
        let kinds: Vec<&Kind> = words.iter().map(|token| &token.kind).collect();
        matches!(
            kinds.as_slice(),
            [Kind::Word("fmt"), _, Kind::Word("Errorf")] | [Kind::Word("errors"), _, Kind::Word("New")]
        )
    };
    body.windows(2).any(is_call) || body.windows(3).any(gives_error)
}

/// What a tag of a field states.
#[derive(Debug, Default)]
pub struct Tag {
    /// The variable of the environment.
    pub variable: Option<String>,
    /// The flag, with its dashes.
    pub flag: Option<String>,
    /// The default.
    pub default: Option<Value>,
    /// Whether the program ends without it.
    pub is_required: bool,
}

/// Reads a tag such as `env:"PORT" envDefault:"8080"`.
pub fn tag(text: &str) -> Tag {
    let value = |key: &str| {
        let start = text.match_indices(key).find(|(at, _)| {
            let is_word = *at == 0 || text[..*at].ends_with([' ', '\t', '\n']);
            is_word && text[at + key.len()..].starts_with(":\"")
        });
        start.and_then(|(at, _)| text[at + key.len() + 2..].split('"').next())
    };
    let mut tag = Tag::default();
    for key in ["env", "envconfig", "arg"] {
        let Some(stated) = value(key) else { continue };
        for (index, part) in stated.split(',').map(str::trim).enumerate() {
            match part {
                "required" | "notEmpty" | "nonempty" => tag.is_required = true,
                _ if key == "arg" => {
                    let named = part.strip_prefix("env:").filter(|name| is_variable(name));
                    tag.variable = named.map(str::to_owned).or(tag.variable);
                    tag.flag = Some(part).filter(|part| part.starts_with("--")).map(str::to_owned).or(tag.flag);
                }
                _ if index == 0 && is_variable(part) => tag.variable = Some(part.to_owned()),
                _ => {}
            }
        }
    }
    tag.flag = tag.flag.or_else(|| Some(format!("--{}", value("long").filter(|name| !name.is_empty())?)));
    let default = ["envDefault", "env-default", "default"].iter().find_map(|key| value(key));
    tag.default = default.map(|text| text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Number));
    tag.is_required |= ["required", "env-required"].iter().any(|key| value(key) == Some("true"));
    tag
}

/// The subcommand that a field holds, as kong and go-arg are told of it: `cmd:""`, `arg:"subcommand:serve"`.
pub fn subcommand_of_tag(text: &str, field: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    if let Some(named) = text.split("subcommand:").nth(1).filter(|_| text.starts_with("arg:")) {
        return named.split(['"', ',']).next().filter(|name| !name.is_empty()).map(str::to_owned);
    }
    if !words.any(|word| word == "cmd" || word.starts_with("cmd:")) {
        return None;
    }
    let name = text.split("name:\"").nth(1).and_then(|rest| rest.split('"').next());
    Some(name.map_or_else(|| field.to_lowercase(), str::to_owned))
}

impl Tag {
    /// What the field gets; nothing where the tag is about something else.
    pub fn value(&self) -> Option<Value> {
        let default = self.default.clone().map(Box::new);
        match (&self.variable, &self.flag) {
            (variable, Some(flag)) => Some(Value::Option { flag: flag.clone(), variable: variable.clone(), default }),
            (Some(variable), None) => Some(Value::Environment { variable: variable.clone(), default }),
            (None, None) => self.default.clone(),
        }
    }
}

/// The path of a group of routes that a call makes.
pub fn group(call: &Call) -> Option<&str> {
    call.positional(0)?
        .text()
        .filter(|path| matches!(call.name(), "Group" | "Party" | "Route") && path.starts_with('/'))
}

/// Whether a call of this path is given a function that registers routes below its first argument.
pub fn nests_routes(path: &str) -> bool {
    matches!(path.rsplit('.').next(), Some("Route" | "Group" | "PartyFunc" | "Party"))
}

/// The option of the command line that a struct declares: `cli.StringFlag{Name: "port", Value: "80", EnvVars: …}`.
pub fn flag_of_fields(name: &str, fields: &[Field], place: Place) -> Option<CommandOption> {
    let field =
        |names: &[&str]| fields.iter().find(|field| names.contains(&field.name.as_str())).map(|field| &field.value);
    let flag = field(&["Name"])?.text().filter(|_| name.ends_with("Flag"))?.split(',').next()?.trim().to_owned();
    let variable = match field(&["EnvVars", "EnvVar", "Sources"]) {
        Some(Value::List(names)) => names.first().and_then(Value::text),
        Some(Value::Call(call)) => call.positional(0).and_then(Value::text),
        other => other.and_then(Value::text),
    };
    Some(CommandOption {
        name: flag.replace('-', "_"),
        flag: Some(format!("--{flag}")),
        variable: variable.map(str::to_owned),
        default: field(&["Value"]).cloned(),
        is_required: field(&["Required"]).and_then(Value::boolean).unwrap_or(false),
        is_switch: name == "BoolFlag",
        owner: None,
        place,
    })
}

/// What a call comes to, where that is known; `links` are the calls in front of it in its chain.
pub fn value(call: &Call, links: &[(String, Vec<Argument>)]) -> Option<Value> {
    let argument = |position: usize| call.positional(position).cloned();
    let values = || call.arguments.iter().map(|argument| argument.value.clone()).collect::<Vec<_>>();
    match call.resolved() {
        "os.Getenv" | "os.LookupEnv" | "syscall.Getenv" => {
            return Some(Value::environment(call.positional(0)?.text()?));
        }
        "os.Getwd" => return Some(Value::Folder(Folder::Working)),
        "os.Executable" => return Some(Value::Folder(Folder::Program)),
        "os.TempDir" => return Some(Value::Folder(Folder::Temporary)),
        "os.UserHomeDir" => return Some(Value::Folder(Folder::Home)),
        "filepath.Dir" if call.positional(0) == Some(&Value::Folder(Folder::Program)) => return argument(0),
        "filepath.Join" | "path.Join" => return Some(Value::Path(values())),
        "net.JoinHostPort" => return Some(Value::Joined(vec![argument(0)?, Value::Text(":".into()), argument(1)?])),
        "fmt.Sprintf" => return format(call),
        "cmp.Or" => {
            let mut all = values().into_iter();
            let first = all.next()?;
            return Some(match (first, all.next()) {
                (variable @ Value::Environment { default: None, .. }, Some(fallback)) => variable.or(fallback),
                (first, Some(second)) => Value::Either(vec![first, second]),
                (first, None) => first,
            });
        }
        resolved if CONVERSIONS.contains(&resolved) => return argument(0),
        _ => {}
    }
    environment(call).or_else(|| option(call)).or_else(|| chained_option(call, links)).or_else(|| {
        let key = call.positional(0)?.text()?;
        (call.receiver() == "viper" && call.name().starts_with("Get")).then(|| Value::Name(format!("viper.{key}")))
    })
}

/// A function of the program or of a package that reads a variable: `getEnv("PORT", "8080")`.
fn environment(call: &Call) -> Option<Value> {
    let name = call.path.to_lowercase();
    let last = call.name().to_lowercase();
    let writes = ["set", "unset", "bind", "load", "with", "clear"].iter().any(|start| last.starts_with(start));
    let variable = call.positional(0)?.text().filter(|text| is_variable(text))?;
    if !name.contains("env") || writes {
        return None;
    }
    let value = Value::environment(variable);
    Some(match call.positional(1) {
        Some(default) if default.is_known() || matches!(default, Value::Name(_) | Value::Joined(_)) => {
            value.or(default.clone())
        }
        _ => value,
    })
}

/// Whether a call that reads a variable ends the program without it.
pub fn requires(call: &Call) -> bool {
    let name = call.name().to_lowercase();
    ["must", "require", "mandatory"].iter().any(|word| name.contains(word))
}

fn is_flag(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

/// An option as `flag` and `pflag` declare it: `flag.String("addr", ":80", "…")`, `fs.IntVarP(&port, "port", "p", 80, "…")`.
fn option(call: &Call) -> Option<Value> {
    let name = call.name();
    let (name, has_short) = name
        .strip_suffix('P')
        .filter(|rest| !rest.is_empty() && name != "IP")
        .map_or((name, false), |name| (name, true));
    let (kind, has_target) = name.strip_suffix("Var").map_or((name, false), |kind| (kind, true));
    let receiver = call.receiver().to_lowercase();
    let is_declared =
        OPTION_KINDS.contains(&kind) && (receiver.contains("flag") || matches!(receiver.as_str(), "fs" | "f"));
    let at = usize::from(has_target);
    let flag = call.positional(at)?.text().filter(|name| is_declared && is_flag(name))?;
    let default = call.positional(at + 1 + usize::from(has_short)).cloned();
    let is_long = has_short || receiver.contains("flags()") || receiver.contains("pflag");
    let dashes = if is_long { "--" } else { "-" };
    Some(Value::Option { flag: format!("{dashes}{flag}"), variable: None, default: default.map(Box::new) })
}

/// An option as `kingpin` declares it: `Flag("listen", "…").Default(":80").Envar("LISTEN").String()`.
fn chained_option(call: &Call, links: &[(String, Vec<Argument>)]) -> Option<Value> {
    let text = |names: &[&str]| {
        let (_, arguments) = links.iter().find(|(name, _)| names.contains(&name.as_str()))?;
        arguments.first()?.value.text().map(str::to_owned)
    };
    let flag = text(&["Flag"]).filter(|name| OPTION_KINDS.contains(&call.name()) && is_flag(name))?;
    let default = links.iter().find(|(name, _)| name == "Default").and_then(|(_, arguments)| arguments.first());
    Some(Value::Option {
        flag: format!("--{flag}"),
        variable: text(&["Envar", "OverrideDefaultFromEnvar"]),
        default: default.map(|argument| Box::new(argument.value.clone())),
    })
}

/// A text with its verbs filled in.
fn format(call: &Call) -> Option<Value> {
    let text = call.positional(0)?.text()?;
    let (mut parts, mut rest, mut next) = (Vec::new(), text, 1);
    while let Some(at) = rest.find('%') {
        let (before, verb) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(Value::Text(before.to_owned()));
        }
        let length = verb[1..].find(|c: char| c.is_ascii_alphabetic() || c == '%').map(|at| at + 2)?;
        if verb[1..length].ends_with('%') {
            parts.push(Value::Text("%".into()));
        } else {
            parts.push(call.positional(next).cloned().unwrap_or_default());
            next += 1;
        }
        rest = &verb[length..];
    }
    if !rest.is_empty() {
        parts.push(Value::Text(rest.to_owned()));
    }
    Some(Value::Joined(parts))
}

/// The route that a call registers below a path.
pub fn route(call: &Call, prefix: Option<&str>) -> Option<Route> {
    let first = call.positional(0)?.text()?;
    let handler = call.positional(1)?;
    let (method, path) = match call.name() {
        method @ ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS") => (Some(method.to_owned()), first),
        method @ ("Get" | "Post" | "Put" | "Delete" | "Patch" | "Head" | "Options") => {
            (Some(method.to_uppercase()), first)
        }
        "HandleFunc" | "HandlerFunc" | "Handle" | "Any" | "All" | "Add" | "Method" | "MethodFunc" => {
            match (first.split_once(' '), handler.text()) {
                (Some((method, path)), _) => (Some(method.to_owned()), path),
                (None, Some(path)) if first.chars().all(|c| c.is_ascii_uppercase()) => (Some(first.to_owned()), path),
                (None, _) => (None, first),
            }
        }
        _ => return None,
    };
    let path = path.trim_end_matches("{$}");
    let is_path = path.starts_with('/') && (!handler.is_known() || call.arguments.len() > 2);
    let receiver = Some(call.receiver()).filter(|receiver| !receiver.is_empty() && prefix.is_none());
    is_path.then(|| Route {
        method,
        path: format!("{}{path}", prefix.unwrap_or_default().trim_end_matches('/')),
        receiver: receiver.map(str::to_owned),
        place: call.place,
    })
}
