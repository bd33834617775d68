//! The variables that the address of a service is put together from, and those by which a client logs in to one: without them
//! the program reaches nothing.

use std::collections::BTreeMap;

use crate::analysis::local_services::{HOSTS, ImportedServices, KINDS, place_of_driver, service_of};
use crate::analysis::services::is_client;
use crate::analysis::{Found, Program};
use crate::catalog::backing_services;
use crate::evidence::Evidence;
use crate::source::{Argument, Call, Field, Index, NamedValue, Place, Value};
use crate::text::is_variable;

/// Values are looked into this deep.
const DEEPEST: u32 = 6;
/// Stands for a value in the text that is put together.
const HOLE: &str = "\0";

/// The variables that an address needs, where nothing stands in for them: each with its line.
pub fn variables_of_addresses(program: &Program) -> Vec<(String, Evidence)> {
    let fields = Fields::of(program);
    let mut found = Vec::new();
    for file in program.sources() {
        let mut looked =
            Looked { program, file, imported: ImportedServices::new(file), fields: &fields, found: &mut found };
        for assignment in file.assignments.iter().filter(|it| file.is_sure(&it.place)) {
            looked.value(&assignment.value, &assignment.place, 0);
        }
        for call in file.calls.iter().filter(|call| file.is_sure(&call.place)) {
            looked.call(call, &call.place, 0);
        }
    }
    found
}

/// Where variables go by the last part of a name: `MysqlHost` of `Env.MysqlHost = os.Getenv("MYSQL_HOST")`; none for a name
/// that holds several.
struct Fields<'a> {
    by_name: BTreeMap<String, Option<&'a str>>,
    /// Whether viper looks for all settings in the environment.
    has_viper: bool,
}

impl<'a> Fields<'a> {
    fn of(program: &'a Program) -> Self {
        let mut by_name = BTreeMap::new();
        for file in program.sources() {
            // a variable of a function has a name of its own there
            let is_field = |named: &NamedValue| named.path.contains('.') || named.place.function.is_none();
            for named in file.named_values().into_iter().filter(is_field) {
                if let Value::Environment { variable, default: None } = named.value.resolved() {
                    let known = by_name.entry(named.name().to_lowercase()).or_insert(Some(variable.as_str()));
                    *known = known.filter(|known| known == variable);
                }
            }
        }
        let has_viper = program.sources().flat_map(|file| &file.calls).any(|call| call.name() == "AutomaticEnv");
        Self { by_name, has_viper }
    }

    /// The variable that a dotted name holds.
    fn variable(&self, name: &str) -> Option<String> {
        let last = name.rsplit_once('.')?.1;
        if let Some(key) = name.strip_prefix("viper.").filter(|_| self.has_viper) {
            return Some(key.to_uppercase()).filter(|key| is_variable(key));
        }
        self.by_name.get(&last.to_lowercase()).copied().flatten().map(str::to_owned)
    }
}

/// What is looked at in one file.
struct Looked<'a, 'b> {
    program: &'a Program,
    file: &'a Index,
    imported: ImportedServices<'a>,
    fields: &'b Fields<'a>,
    found: &'b mut Vec<(String, Evidence)>,
}

impl<'a> Looked<'a, '_> {
    fn value(&mut self, value: &'a Value, place: &Place, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        let next = depth + 1;
        match value {
            Value::Joined(parts) => self.joined(parts.iter(), place),
            Value::Either(values) | Value::List(values) => values.iter().for_each(|it| self.value(it, place, next)),
            Value::Object(fields) => fields.iter().for_each(|it| self.value(&it.value, place, next)),
            // what stands in for another address needs nothing
            Value::Call(call) => self.call(call, place, next),
            _ => {}
        }
    }

    fn call(&mut self, call: &'a Call, place: &Place, depth: u32) {
        // a function that fills in a text: `fmt.Sprintf("postgres://%s", host)`
        if let Some(Value::Text(text)) = call.positional(0)
            && text.contains(['%', '{'])
            && is_address(text)
        {
            self.joined(call.arguments.iter().map(|argument| &argument.value), place);
        }
        call.arguments.iter().for_each(|argument| self.value(&argument.value, place, depth + 1));
        self.client(call);
    }

    /// The parts of a text, where it is an address.
    fn joined(&mut self, parts: impl Iterator<Item = &'a Value> + Clone, place: &Place) {
        let text: String = parts.clone().map(|part| part.text().unwrap_or(HOLE)).collect();
        if is_address(&text) {
            parts.for_each(|part| self.needed(part, place));
        }
    }

    /// The fields by which a client of a service finds and enters it.
    fn client(&mut self, call: &'a Call) {
        let is_host = |name: &str| HOSTS.contains(&name);
        let passed = call.arguments.iter().filter_map(|argument| Some((argument.name.as_ref()?, argument)));
        // few calls name a host: of all others nothing is copied
        let has_host = passed.clone().any(|(name, _)| is_host(name));
        let named = |(name, it): (&String, &Argument)| Field {
            name: name.clone(),
            value: it.value.clone(),
            start: it.start,
            end: it.end,
        };
        let given: Vec<Field> = passed.filter(|_| has_host).map(named).collect();
        let objects = call.arguments.iter().filter_map(|argument| match argument.value.resolved() {
            Value::Object(fields) => Some(fields.as_slice()),
            _ => None,
        });
        for fields in objects.chain([given.as_slice()]) {
            let has_host = fields.iter().any(|field| is_host(&field.name));
            let has_kind = fields.iter().any(|field| KINDS.contains(&field.name.as_str()) && is_told(&field.value));
            if !has_host || !is_client(fields) || !has_kind && service_of(&self.imported, fields).is_none() {
                continue;
            }
            for field in fields {
                if let Value::Environment { variable, default: None } = field.value.resolved() {
                    let place = call.place.part(field.start, field.end);
                    self.found.push((variable.clone(), self.file.evidence(&place)));
                }
            }
        }
    }

    fn needed(&mut self, value: &'a Value, place: &Place) {
        let variable = match value.resolved() {
            Value::Name(name) if name.contains('.') => self.fields.variable(name),
            _ => match self.program.follow(Found { file: self.file, value, place: *place }).value.resolved() {
                Value::Environment { variable, default: None } => Some(variable.clone()),
                _ => None,
            },
        };
        if let Some(variable) = variable {
            self.found.push((variable, self.file.evidence(place)));
        }
    }
}

/// Whether a variable tells a value.
fn is_told(value: &Value) -> bool {
    matches!(value.resolved(), Value::Environment { .. })
}

/// Whether a text is the address of a service: `postgres://…`, `host=… dbname=…`, `user:password@tcp(…)/shop`.
fn is_address(text: &str) -> bool {
    let plain = text.trim_start().strip_prefix("jdbc:").unwrap_or(text.trim_start());
    let has_scheme = |scheme: &str| {
        let rest = plain.strip_prefix(scheme).filter(|_| !scheme.is_empty());
        rest.and_then(|rest| rest.split_once("://")).is_some_and(|(kind, _)| {
            let is_kind = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == ':' || c == '-';
            kind.chars().all(is_kind)
        })
    };
    let has_key =
        |key: &str| plain.split([' ', ';']).any(|pair| pair.strip_prefix(key).is_some_and(|it| it.starts_with('=')));
    backing_services().iter().any(|service| has_scheme(&service.scheme))
        || has_key("host") && (has_key("dbname") || has_key("user"))
        || place_of_driver(plain).is_some()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::analysis::environment::variables;
    use crate::repo::Document;

    fn required(path: &str, text: &str) -> Vec<String> {
        let file = Rc::new(crate::source::read(Document::new(path, text)));
        let found = variables(&Program::of([file]));
        found.into_iter().filter(|it| it.is_required).map(|it| it.name).collect()
    }

    #[test]
    fn the_variables_of_an_address_are_needed() {
        let go = |body: &str| format!("package main\n\nfunc open() {{\n{body}\n}}\n");
        let keys = "\thost := os.Getenv(\"DB_HOST\")\n\tdsn := fmt.Sprintf(\"host=%s user=%s dbname=shop\", host, os.Getenv(\"DB_USER\"))";
        assert_eq!(required("main.go", &go(keys)), ["DB_HOST", "DB_USER"]);
        let given = "\treturn fmt.Sprintf(\"%s@tcp(%s)/shop\", os.Getenv(\"DB_USER\"), os.Getenv(\"DB_HOST\"))";
        assert_eq!(required("main.go", &go(given)), ["DB_HOST", "DB_USER"]);
        let sum = "\tdsn := os.Getenv(\"DB_USER\") + \":\" + os.Getenv(\"DB_PASSWORD\") + \"@(\" + os.Getenv(\"DB_HOST\") + \")/\" + os.Getenv(\"DB_NAME\")";
        assert_eq!(required("main.go", &go(sum)), ["DB_HOST", "DB_NAME", "DB_PASSWORD", "DB_USER"]);
        assert!(required("main.go", &go(&sum.replace("@(", "("))).is_empty(), "no address");
        let fields =
            "\tEnv.MysqlHost = os.Getenv(\"MYSQL_HOST\")\n\tdsn := fmt.Sprintf(\"root@tcp(%s)/shop\", c.Env.MysqlHost)";
        assert_eq!(required("main.go", &go(fields)), ["MYSQL_HOST"]);
        let viper =
            "\tviper.AutomaticEnv()\n\tdsn := fmt.Sprintf(\"postgres://%s/shop\", viper.GetString(\"db_host\"))";
        assert_eq!(required("main.go", &go(viper)), ["DB_HOST"]);
        assert_eq!(required("a.js", "connect(`mongodb+srv://${process.env.DB_USER}@x/shop`)"), ["DB_USER"]);
        let encoded = "const user = encodeURIComponent(process.env.DB_USER); connect(`postgres://${user}@x/shop`)";
        assert_eq!(required("a.ts", encoded), ["DB_USER"]);
        assert!(
            required("a.js", "connect(`postgres://${encodeURIComponent(process.env.DB_USER || 'shop')}@x/shop`)")
                .is_empty()
        );
        assert_eq!(
            required("a.py", "import os\n\nURL = f\"postgresql://{os.getenv('DB_USER')}@db/shop\"\n"),
            ["DB_USER"]
        );
        let java = "class A { String url = \"jdbc:mysql://\" + System.getenv(\"DB_HOST\") + \":3306/shop\"; }";
        assert_eq!(required("A.java", java), ["DB_HOST"]);
        let rust = "fn url() -> String { let user = std::env::var(\"DB_USER\").unwrap_or_default(); format!(\"postgres://{user}@db/shop\") }";
        assert!(required("main.rs", rust).is_empty(), "an empty one stands in");
    }

    #[test]
    fn a_variable_that_a_function_of_another_package_gives_is_needed_unless_the_function_gives_another_value() {
        let needs = |end: &str| {
            let main = "package main\n\nfunc main() { connect(fmt.Sprintf(\"root@tcp(db:%s)/shop\", env.Port())) }\n";
            let env = format!(
                "package env\n\nfunc Port() string {{\n\tvalue := os.Getenv(\"DB_PORT\")\n\tif port, err := strconv.Atoi(value); err == nil {{\n\t\treturn port\n\t}}\n\t{end}\n}}\n"
            );
            let files = [("main.go", main.to_owned()), ("env/env.go", env)];
            let files = files.map(|(path, text)| Rc::new(crate::source::read(Document::new(path, text))));
            variables(&Program::of(files)).iter().any(|it| it.name == "DB_PORT" && it.is_required)
        };
        assert!(!needs("return 3306") && !needs("return \"3306\""));
        assert!(needs("panic(value)"));
    }

    #[test]
    fn the_variables_by_which_a_client_enters_a_service_are_needed() {
        let pool =
            "import { Pool } from 'pg'; new Pool({ host: process.env.DB_HOST, user: process.env.DB_USER, max: 5 })";
        assert_eq!(required("a.js", pool), ["DB_HOST", "DB_USER"]);
        let connect =
            "import os\nimport pymysql\n\npymysql.connect(host=os.getenv('DB_HOST'), user=os.getenv('DB_USER'))\n";
        assert_eq!(required("a.py", connect), ["DB_HOST", "DB_USER"]);
        let told = "import Sequelize from 'sequelize'; module.exports = new Sequelize({ host: process.env.DB_HOST, username: process.env.DB_USER, dialect: process.env.DB_KIND })";
        assert_eq!(required("a.js", told), ["DB_HOST", "DB_KIND", "DB_USER"]);
        assert!(required("a.js", &told.replace("dialect: process.env.DB_KIND", "x: 1")).is_empty(), "of no kind");
        assert!(required("a.js", &pool.replace("'pg'", "'./mine'")).is_empty(), "of no service");
        assert!(required("a.js", &pool.replace("host:", "label:")).is_empty(), "it finds the service by itself");
    }

    #[test]
    fn other_texts_and_what_has_a_default_need_nothing() {
        for text in [
            "log(`https://${process.env.SITE}/shop`)",
            "const url = `${process.env.SCHEME}://shop`",
            "connect(`mongodb://${process.env.DB_HOST || 'db'}/shop`)",
            "if (process.env.DB_HOST) connect(`mongodb://${process.env.DB_HOST}/shop`)",
            "const help = 'set host=%s and user=%s'; f(help, process.env.DB_HOST)",
            "log('the host=x is taken', process.env.DB_HOST)",
        ] {
            assert!(required("a.js", text).is_empty(), "{text}");
        }
        let port = "func port() int {\n\tvalue := os.Getenv(\"DB_PORT\")\n\tif port, err := strconv.Atoi(value); err == nil {\n\t\treturn port\n\t}\n\tEND\n}\n";
        let open = |port: &str| {
            let dsn = "func open(dsn Dsn) {\n\tconnect(fmt.Sprintf(\"root@tcp(db:%d)/shop\", dsn.Port))\n}\n";
            format!("package main\n\n{port}\n{dsn}\nfunc main() {{ open(Dsn{{Port: port()}}) }}\n")
        };
        assert!(required("main.go", &open(&port.replace("END", "return 3306"))).is_empty());
        let two = "package main\n\nfunc open() {\n\ta.Host = os.Getenv(\"A_HOST\")\n\tb.Host = os.Getenv(\"B_HOST\")\n\tdsn := fmt.Sprintf(\"postgres://%s/shop\", c.Host)\n}\n";
        assert!(required("main.go", two).is_empty(), "one of two");
    }
}
