//! Command lines as clap, structopt and argh are told of them: by attributes of fields and variants, or by calls.

use syn::{Attribute, Expr, Field, Fields, GenericArgument, ItemEnum, ItemStruct, PathArguments, Type};

use crate::source::rust::values::literal_value;
use crate::source::rust::{Reader, dotted, first_byte};
use crate::source::{Assignment, Call, CommandOption, EnvironmentRead, Place, Record, RecordField, Subcommand, Value};

/// The attributes that declare arguments of a command line.
const OF_ARGUMENTS: &[&str] = &["arg", "clap", "structopt", "argh", "options", "bpaf"];
/// The attributes that declare commands, in which names and subcommands stand.
const OF_COMMANDS: &[&str] = &["command", "clap", "structopt", "argh", "options"];
/// The derived traits that make the fields of a struct arguments of a command line, also those without an attribute.
const OF_ARGUMENT_LISTS: &[&str] = &["Parser", "Args", "StructOpt"];
/// The derived traits that make an enum the subcommands of a program.
const OF_SUBCOMMANDS: &[&str] = &["Subcommand", "StructOpt", "Clap", "FromArgs", "Parser"];

/// A word of an attribute: `long`, `env = "PORT"`, `default_value_t = 8080`.
struct Word {
    name: String,
    value: Option<Value>,
}

impl Reader<'_> {
    /// The fields of a struct whose attributes say what tells them, or what they are unless told.
    pub fn declared_fields(&mut self, structure: &ItemStruct) {
        let owner = structure.ident.to_string();
        let derived = derived_traits(&structure.attrs);
        let is_command_line = derived.iter().any(|name| OF_ARGUMENT_LISTS.contains(&name.as_str()));
        for field in &structure.fields {
            self.declared_field(&owner, field, is_command_line);
        }
        if derived.iter().any(|name| name == "Deserialize") {
            let of_all = self.words(&structure.attrs, &["serde"]).unwrap_or_default();
            let has_defaults = of_all.iter().any(|word| word.name == "default");
            let fields = structure.fields.iter().filter_map(|field| self.record_field(field, has_defaults)).collect();
            self.index.records.push(Record { name: owner, fields });
        }
    }

    /// A field as serde fills it in; nothing for one that serde passes over, or whose own fields it looks for.
    fn record_field(&self, field: &Field, has_defaults: bool) -> Option<RecordField> {
        let ident = field.ident.as_ref()?;
        let words = self.words(&field.attrs, &["serde"]).unwrap_or_default();
        let word = |name: &str| words.iter().find(|word| word.name == name);
        if ["skip", "skip_deserializing", "flatten"].iter().any(|name| word(name).is_some()) {
            return None;
        }
        let renamed = word("rename").and_then(|word| word.value.as_ref()?.text().map(str::to_owned));
        let default = word("default").map(|word| word.value.as_ref().and_then(Value::text));
        Some(RecordField {
            name: renamed.unwrap_or_else(|| ident.to_string()),
            is_optional: has_defaults || default.is_some() || is_type(&field.ty, "Option"),
            default: default.flatten().and_then(|function| self.constants.get(&format!("{function}()")).cloned()),
            place: self.place_of(ident.span(), ident.span()),
        })
    }

    fn declared_field(&mut self, owner: &str, field: &Field, is_command_line: bool) {
        let Some(ident) = &field.ident else { return };
        let name = ident.to_string();
        let place = self.place_of(ident.span(), ident.span());
        let is_own = || is_command_line && self.words(&field.attrs, OF_COMMANDS).is_none();
        let words = self.words(&field.attrs, OF_ARGUMENTS).or_else(|| is_own().then(Vec::new));
        if let Some(words) = &words {
            let is = |name: &str| words.iter().any(|word| word.name == name);
            if is("subcommand") || is("flatten") || is("skip") {
                return;
            }
            let text =
                |name: &str| words.iter().find(|word| word.name == name)?.value.as_ref()?.text().map(str::to_owned);
            let is_named = is("long") || is("option") || is("switch");
            let long = text("long").or_else(|| is_named.then(|| name.replace('_', "-")));
            let short = || {
                let stated = text("short");
                is("short").then(|| format!("-{}", stated.unwrap_or_else(|| name.chars().take(1).collect())))
            };
            let flag = long.map(|long| format!("--{}", long.trim_start_matches('-'))).or_else(short);
            let variable = text("env").or_else(|| is("env").then(|| name.to_uppercase()));
            let default = ["default_value", "default_value_t", "default", "fallback"]
                .iter()
                .find_map(|wanted| words.iter().find(|word| word.name == *wanted)?.value.clone());
            let is_switch = is_type(&field.ty, "bool");
            let is_optional = is_type(&field.ty, "Option") || is_type(&field.ty, "Vec");
            // `default_values_t`, `required_unless_present`, `action = ArgAction::Count`, which is 0 by itself
            let may_be_absent = |word: &Word| {
                word.name.starts_with("default") || word.name.starts_with("required_") || word.name == "action"
            };
            let is_required = !is_switch && !is_optional && default.is_none() && !words.iter().any(may_be_absent);
            let value = match (&flag, &variable) {
                (Some(flag), _) => Value::Option {
                    flag: flag.clone(),
                    variable: variable.clone(),
                    default: default.clone().map(Box::new),
                },
                (None, Some(variable)) => {
                    let read = Value::environment(variable);
                    default.clone().map_or(read.clone(), |default| read.or(default))
                }
                (None, None) => default.clone().unwrap_or_default(),
            };
            self.index.options.push(CommandOption {
                name: name.to_lowercase(),
                flag,
                variable,
                is_required,
                default,
                is_switch,
                owner: Some(owner.to_owned()),
                place,
            });
            self.assign(format!("{owner}.{name}"), value, place);
            return;
        }
        if let Some(value) = self.stated_default(&field.attrs, &field.ty, place) {
            self.assign(format!("{owner}.{name}"), value, place);
        }
    }

    /// The default that other attributes give a field: `#[serde(default = "port")]`, `#[builder(default = "80")]`,
    /// `#[envconfig(from = "PORT", default = "80")]`.
    fn stated_default(&mut self, attributes: &[Attribute], kind: &Type, place: Place) -> Option<Value> {
        let of_functions = self.words(attributes, &["serde"]).unwrap_or_default();
        let function = of_functions.iter().find(|word| word.name == "default").and_then(|word| word.value.clone());
        if let Some(function) = function.as_ref().and_then(Value::text) {
            return self.constants.get(&format!("{function}()")).cloned();
        }
        let words = self.words(attributes, &["builder", "envconfig", "env", "default", "config"])?;
        let value = |name: &str| words.iter().find(|word| word.name == name).and_then(|word| word.value.clone());
        let default = value("default");
        let of_variables = attributes.iter().any(|it| it.path().is_ident("envconfig") || it.path().is_ident("env"));
        let variable = value("from").or_else(|| value("name")).filter(|_| of_variables);
        let Some(variable) = variable.as_ref().and_then(Value::text) else { return default };
        let is_wanted = attributes.iter().any(|it| it.path().is_ident("envconfig")) && !is_type(kind, "Option");
        self.index.environment.push(EnvironmentRead {
            variable: variable.to_owned(),
            is_required: is_wanted && default.is_none(),
            default: default.clone(),
            place,
            ..EnvironmentRead::default()
        });
        let read = Value::environment(variable);
        Some(default.map_or(read.clone(), |default| read.or(default)))
    }

    /// The subcommands that an enum declares.
    pub fn declared_subcommands(&mut self, commands: &ItemEnum) {
        let derived = derived_traits(&commands.attrs);
        if !derived.iter().any(|name| OF_SUBCOMMANDS.contains(&name.as_str())) {
            return;
        }
        for variant in &commands.variants {
            let words = self.words(&variant.attrs, OF_COMMANDS).unwrap_or_default();
            let stated = words.iter().find(|word| word.name == "name").and_then(|word| word.value.as_ref());
            let name = stated.and_then(Value::text).map_or_else(|| kebab(&variant.ident.to_string()), str::to_owned);
            let place = self.place_of(variant.ident.span(), variant.ident.span());
            let own = variant.ident.to_string();
            for field in &variant.fields {
                self.declared_field(&own, field, true);
            }
            let options = match &variant.fields {
                Fields::Unnamed(fields) => fields.unnamed.first().and_then(|field| type_name(&field.ty)),
                _ => Some(own),
            };
            self.index.subcommands.push(Subcommand { name, is_optional: false, options, place });
        }
    }

    /// Whether a field holds the subcommand, and may hold none.
    pub fn holds_optional_subcommand(&self, structure: &ItemStruct) -> bool {
        structure.fields.iter().any(|field| {
            let words = self.words(&field.attrs, OF_COMMANDS).unwrap_or_default();
            words.iter().any(|word| word.name == "subcommand") && is_type(&field.ty, "Option")
        })
    }

    /// The option that a chain of calls builds: `Arg::new("bind").long("bind").env("BIND").default_value("localhost")`.
    pub fn built_option(&mut self, call: &syn::ExprMethodCall) {
        let start = first_byte(&call.receiver);
        let (mut chain, mut receiver) = (vec![call], &*call.receiver);
        while let Expr::MethodCall(inner) = receiver {
            chain.push(inner);
            receiver = &inner.receiver;
        }
        let Expr::Call(root) = receiver else { return };
        let path = self.written(&root.func);
        let is_argument = ["Arg.new", "Arg.with_name"].iter().any(|name| path.ends_with(name));
        let Some(name) = root.args.first().map(|name| self.value(name)).filter(|_| is_argument) else { return };
        let Some(name) = name.text().filter(|_| self.built.insert(start)) else { return };
        let passed = |wanted: &str| {
            let call = chain.iter().find(|call| call.method == wanted)?;
            call.args.first().map(|argument| self.value(argument))
        };
        let text = |wanted: &str| passed(wanted).as_ref().and_then(Value::text).map(str::to_owned);
        let flag = text("long").map(|long| format!("--{long}"));
        let default = passed("default_value");
        let place = self.place_at(start, self.place_of(call.method.span(), call.paren_token.span.close()).end);
        let option = CommandOption {
            name: name.replace('-', "_").to_lowercase(),
            flag: flag.or_else(|| text("short").map(|short| format!("-{short}"))),
            variable: text("env"),
            is_required: passed("required").and_then(|value| value.boolean()).unwrap_or_default(),
            is_switch: false,
            default,
            owner: None,
            place,
        };
        self.index.options.push(option);
    }

    /// The subcommand that a call builds: `.subcommand(Command::new("serve"))`.
    pub fn built_subcommand(&mut self, found: &Call, call: &syn::ExprCall) {
        let names = ["Command.new", "App.new", "SubCommand.with_name"];
        let is_command = self.subcommands > 0 && names.iter().any(|name| found.path.ends_with(name));
        if let Some(name) = found.positional(0).and_then(Value::text).filter(|_| is_command) {
            let place = self.place_of(call.paren_token.span.open(), call.paren_token.span.close());
            self.index.subcommands.push(Subcommand { name: name.to_owned(), is_optional: true, options: None, place });
        }
    }

    fn assign(&mut self, name: String, value: Value, place: Place) {
        if value != Value::Unknown {
            let value_start = place.start;
            self.index.assignments.push(Assignment { name, value, is_constant: false, place, value_start });
        }
    }

    /// The words of attributes of these names; nothing where there is none of them.
    fn words(&self, attributes: &[Attribute], names: &[&str]) -> Option<Vec<Word>> {
        let own = |attribute: &&Attribute| names.contains(&dotted(attribute.path()).as_str());
        let mut found: Option<Vec<Word>> = None;
        for attribute in attributes.iter().filter(own) {
            let words = found.get_or_insert_default();
            // A word that is no word of an attribute ends the reading, and what was read counts.
            let _ = attribute.parse_nested_meta(|meta| {
                let name = dotted(&meta.path);
                let value = if meta.input.peek(syn::Token![=]) {
                    let expression: Expr = meta.value()?.parse()?;
                    Some(self.attribute_value(&expression))
                } else {
                    if meta.input.peek(syn::token::Paren) {
                        let inner;
                        syn::parenthesized!(inner in meta.input);
                        inner.parse::<proc_macro2::TokenStream>()?;
                    }
                    None
                };
                words.push(Word { name, value });
                Ok(())
            });
        }
        found
    }

    fn attribute_value(&self, expression: &Expr) -> Value {
        match expression {
            Expr::Lit(literal) => literal_value(&literal.lit),
            other => self.value(other),
        }
    }
}

/// The traits that an item derives, by their last names.
pub fn derived_traits(attributes: &[Attribute]) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // What is no list of paths derives nothing that is known here.
        let _ = attribute.parse_nested_meta(|meta| {
            found.extend(meta.path.segments.last().map(|segment| segment.ident.to_string()));
            Ok(())
        });
    }
    found
}

/// Whether a type is of that name, whatever it is made of.
fn is_type(kind: &Type, name: &str) -> bool {
    type_name(kind).is_some_and(|own| own == name)
}

/// The last name of a type's path: `Start` of `cli::Start`; that of what is in the box of `Box<Start>`.
fn type_name(kind: &Type) -> Option<String> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    let boxed = || match &last.arguments {
        PathArguments::AngleBracketed(inside) => match inside.args.first()? {
            GenericArgument::Type(inner) => type_name(inner),
            _ => None,
        },
        _ => None,
    };
    if last.ident == "Box" { boxed() } else { Some(last.ident.to_string()) }
}

/// `HealthCheck` as clap names it: `health-check`.
fn kebab(variant: &str) -> String {
    let mut name = String::new();
    for c in variant.chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(c.to_lowercase());
    }
    name
}
