//! What the expressions of a JavaScript file come to.

use oxc_ast::ast::{
    Argument as AstArgument, ArrayExpressionElement, BinaryOperator, CallExpression, ChainElement, Expression,
    LogicalOperator, MemberExpression, NewExpression, ObjectExpression, ObjectPropertyKind, UnaryOperator,
};
use oxc_span::{GetSpan, Span};

use crate::catalog::environment::{self, Reader};
use crate::source::javascript::bindings::{Bindings, Bound, is_variable_name, key_name, text_of, written};
use crate::source::{Argument, Call, Field, Folder, Language, Place, Value};

/// Expressions are looked into this deep.
const DEEPEST_VALUE: u32 = 10;
/// Whole numbers up to this are exact in JavaScript.
const LARGEST_NUMBER: f64 = 9_007_199_254_740_992.0;
/// Functions that give the value that they are given, as another type, or written in another way.
const CONVERSIONS: &[&str] = &[
    "Number",
    "parseInt",
    "Number.parseInt",
    "parseFloat",
    "String",
    "BigInt",
    "Object.freeze",
    "encodeURIComponent",
    "encodeURI",
];
/// Methods that give the text that they are called on, more or less.
const CONVERSION_METHODS: &[&str] = &["toString", "trim", "toLowerCase", "toUpperCase", "valueOf", "unwrap"];
/// The objects whose fields are the environment's variables, and whether a bundler puts their values in.
const ENVIRONMENTS: &[(&str, bool)] =
    &[("process.env", false), ("Bun.env", false), ("import.meta.env", true), ("$env/dynamic/private.env", false)];

/// Reads values with the names of their file.
#[derive(Debug)]
pub struct Values<'a, 'b> {
    pub bindings: &'b Bindings<'a>,
}

impl<'a> Values<'a, '_> {
    /// What an expression comes to.
    pub fn value(&self, expression: &Expression<'a>) -> Value {
        self.at_depth(expression, 0)
    }

    /// The environment variable that a field of an object is, and whether a bundler puts its value in.
    pub fn variable(&self, object: &Expression<'a>, name: &str) -> Option<(String, bool)> {
        self.environment(object).map(|is_of_build| (name.to_owned(), is_of_build))
    }

    /// Whether an expression is the object whose fields are the variables of the environment, and those of the build.
    pub fn environment(&self, expression: &Expression<'a>) -> Option<bool> {
        let origin = self.bindings.origin(expression)?;
        ENVIRONMENTS.iter().find(|(path, _)| *path == origin).map(|(_, is_of_build)| *is_of_build)
    }

    /// The call as an entry, with its arguments.
    pub fn call(&self, callee: &Expression<'a>, arguments: &[AstArgument<'a>], span: Span, depth: u32) -> Call {
        let path = written(callee);
        let origin = self.bindings.origin(callee).filter(|origin| *origin != path);
        let place = Place { start: span.start, end: span.end, ..Place::default() };
        let arguments = arguments.iter().map(|argument| {
            let value = argument.as_expression().map_or(Value::Unknown, |value| self.at_depth(value, depth + 1));
            Argument { name: None, value, start: argument.span().start, end: argument.span().end }
        });
        Call { path, origin, arguments: arguments.collect(), place, ..Call::default() }
    }

    /// The row of the table by which a call reads a variable of the environment.
    pub fn reader(&self, call: &CallExpression<'a>) -> Option<(&'static Reader, String)> {
        let path = written(&call.callee);
        let origin = self.bindings.origin(&call.callee);
        let reader = environment::reader(Language::JavaScript.name(), &path, origin.as_deref())?;
        let variable = text_of(call.arguments.get(reader.variable)?.as_expression()?)?;
        reader.names(variable).then(|| (reader, variable.to_owned()))
    }

    /// What stands in for the variable that a call reads.
    pub fn default_of(&self, call: &CallExpression<'a>, reader: &Reader) -> Option<Value> {
        let default = call.arguments.get(reader.default?)?.as_expression()?;
        Some(self.value(default)).filter(|value| !matches!(value, Value::Object(_)))
    }

    /// The variable that a field of a schema describes: whether it must be there, and what stands in for it.
    pub fn described(&self, expression: &Expression<'a>) -> Option<(bool, Option<Value>)> {
        let Expression::CallExpression(call) = expression.get_inner_expression() else { return None };
        let origin = self.bindings.origin(&call.callee)?;
        let schema = environment::schema(Language::JavaScript.name(), &origin)?;
        let (mut is_required, mut default) = (true, None);
        let mut is_demanded = schema.required.is_none();
        let mut call = call;
        loop {
            let member = call.callee.get_inner_expression().as_member_expression();
            let name = member.and_then(MemberExpression::static_property_name).unwrap_or_default();
            let argument = call.arguments.first().and_then(AstArgument::as_expression).map(|it| self.value(it));
            if matches!(name, "default" | "catch" | "prefault") {
                default = default.or(argument);
            } else if let Some(stated) = argument.as_ref().and_then(|it| it.field("default").or(it.field("devDefault")))
            {
                default = default.or(Some(stated.clone()));
            }
            is_required &= !schema.optional.iter().any(|method| method == name);
            is_demanded |= schema.required.as_deref() == Some(name);
            match member.map(|member| member.object().get_inner_expression()) {
                Some(Expression::CallExpression(inner)) => call = inner,
                _ => break,
            }
        }
        Some((is_required && is_demanded && default.is_none(), default))
    }

    /// The variable that takes the place of a setting of convict, and its usual value: `{ format: "port", default: 80, env: "PORT" }`.
    pub fn described_by_setting(&self, object: &ObjectExpression<'a>) -> Option<(String, Option<Value>)> {
        let variable = text_of(field(object, "env")?).filter(|name| is_variable_name(name))?;
        field(object, "format").or_else(|| field(object, "doc"))?;
        let default = self.value(field(object, "default")?);
        Some((variable.to_owned(), Some(default).filter(|it| it.is_known() && it.text() != Some(""))))
    }

    /// The variables that a JSON schema describes, `{ required: ["A"], properties: { A: { type: "string" } } }`: each with whether
    /// it must be there, what stands in for it, and its place.
    pub fn described_by_schema(&self, object: &ObjectExpression<'a>) -> Vec<(String, bool, Option<Value>, Span)> {
        let Some(Expression::ArrayExpression(required)) = field(object, "required") else { return Vec::new() };
        let Some(Expression::ObjectExpression(described)) = field(object, "properties") else { return Vec::new() };
        let required: Vec<&str> =
            required.elements.iter().filter_map(|element| text_of(element.as_expression()?)).collect();
        let described = described.properties.iter().filter_map(|property| match property {
            ObjectPropertyKind::ObjectProperty(field) => {
                let name = key_name(&field.key).filter(|name| is_variable_name(name))?;
                let default = self.value(&field.value).field("default").cloned();
                let is_required = default.is_none() && required.contains(&name);
                Some((name.to_owned(), is_required, default, field.span))
            }
            ObjectPropertyKind::SpreadProperty(_) => None,
        });
        described.collect()
    }

    /// Whether a condition holds in production, where it asks for the mode: `process.env.NODE_ENV === "production"`,
    /// `import.meta.env.PROD`.
    pub fn is_of_production(&self, condition: &Expression<'a>, depth: u32) -> Option<bool> {
        let condition = condition.get_inner_expression();
        if depth > DEEPEST_VALUE {
            return None;
        }
        match self.bindings.origin(condition).as_deref() {
            Some("import.meta.env.PROD") => return Some(true),
            Some("import.meta.env.DEV") => return Some(false),
            _ => {}
        }
        match condition {
            Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::LogicalNot => {
                self.is_of_production(&unary.argument, depth + 1).map(|holds| !holds)
            }
            Expression::BinaryExpression(binary) => {
                let is_equal = match binary.operator {
                    BinaryOperator::Equality | BinaryOperator::StrictEquality => true,
                    BinaryOperator::Inequality | BinaryOperator::StrictInequality => false,
                    _ => return None,
                };
                let is_mode = |side: &Expression<'a>| {
                    let origin = self.bindings.origin(side);
                    matches!(origin.as_deref(), Some("process.env.NODE_ENV" | "import.meta.env.MODE"))
                };
                let sides = [(&binary.left, &binary.right), (&binary.right, &binary.left)];
                let (_, mode) = sides.into_iter().find(|(mode, _)| is_mode(mode))?;
                Some((text_of(mode)? == "production") == is_equal)
            }
            Expression::Identifier(name) => match self.bindings.find(name.name.as_str(), name.span.start)? {
                Bound::Value(value) => self.is_of_production(value, depth + 1),
                _ => None,
            },
            _ => None,
        }
    }

    fn at_depth(&self, expression: &Expression<'a>, depth: u32) -> Value {
        if depth > DEEPEST_VALUE {
            return Value::Unknown;
        }
        let inner = |expression: &Expression<'a>| self.at_depth(expression, depth + 1);
        match expression.get_inner_expression() {
            Expression::StringLiteral(text) => Value::Text(text.value.to_string()),
            Expression::NumericLiteral(number) => whole_number(number.value),
            Expression::BooleanLiteral(literal) => Value::Boolean(literal.value),
            Expression::TemplateLiteral(template) => {
                let mut parts = Vec::new();
                for (at, text) in template.quasis.iter().enumerate() {
                    let text = text.value.cooked.as_ref().unwrap_or(&text.value.raw);
                    if !text.is_empty() {
                        parts.push(Value::Text(text.to_string()));
                    }
                    parts.extend(template.expressions.get(at).map(inner));
                }
                Value::joined(parts)
            }
            Expression::Identifier(name) => self.name(name.name.as_str(), name.span.start, depth + 1),
            Expression::AwaitExpression(awaited) => inner(&awaited.argument),
            Expression::AssignmentExpression(assignment) => inner(&assignment.right),
            Expression::SequenceExpression(sequence) => sequence.expressions.last().map_or(Value::Unknown, inner),
            Expression::UnaryExpression(unary) => match (unary.operator, inner(&unary.argument)) {
                (UnaryOperator::UnaryPlus, value) => value,
                (UnaryOperator::UnaryNegation, Value::Number(number)) => Value::Number(-number),
                (UnaryOperator::LogicalNot, Value::Number(number)) => Value::Boolean(number == 0),
                _ => Value::Unknown,
            },
            Expression::LogicalExpression(logical) => match logical.operator {
                LogicalOperator::And => inner(&logical.right),
                LogicalOperator::Or | LogicalOperator::Coalesce => inner(&logical.left).or(inner(&logical.right)),
            },
            Expression::ConditionalExpression(condition) => {
                let (first, second) = (inner(&condition.consequent), inner(&condition.alternate));
                match (first.variable().is_some(), second.variable().is_some()) {
                    // `isNaN(port) ? 3000 : port`: what is read stands first.
                    (false, true) => second.or(first),
                    (true, _) => first.or(second),
                    (false, false) => match self.is_of_production(&condition.test, depth + 1) {
                        Some(true) => first,
                        Some(false) => second,
                        None => first.or(second),
                    },
                }
            }
            Expression::BinaryExpression(binary) if binary.operator == BinaryOperator::Addition => {
                match (inner(&binary.left), inner(&binary.right)) {
                    (Value::Number(left), Value::Number(right)) => Value::Number(left.saturating_add(right)),
                    (left, right) => Value::joined([left, right]),
                }
            }
            // a text as a number
            Expression::BinaryExpression(binary)
                if binary.operator == BinaryOperator::Multiplication && inner(&binary.right) == Value::Number(1) =>
            {
                inner(&binary.left)
            }
            Expression::ObjectExpression(object) => {
                let mut fields = Vec::new();
                for property in &object.properties {
                    match property {
                        ObjectPropertyKind::ObjectProperty(property) => {
                            let Some(name) = key_name(&property.key) else { continue };
                            let span = property.value.span();
                            let value = inner(&property.value);
                            fields.push(Field { name: name.to_owned(), value, start: span.start, end: span.end });
                        }
                        ObjectPropertyKind::SpreadProperty(spread) => {
                            if let Value::Object(more) = inner(&spread.argument).resolved() {
                                fields.extend(more.iter().cloned());
                            }
                        }
                    }
                }
                Value::Object(fields)
            }
            Expression::ArrayExpression(array) => Value::List(
                array
                    .elements
                    .iter()
                    .filter(|element| !matches!(element, ArrayExpressionElement::Elision(_)))
                    .map(|element| element.as_expression().map_or(Value::Unknown, inner))
                    .collect(),
            ),
            Expression::ArrowFunctionExpression(function) => self.function(function.span),
            Expression::FunctionExpression(function) => self.function(function.span),
            Expression::CallExpression(call) => self.called(call, depth),
            Expression::NewExpression(call) => self.constructed(call, depth),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.called(call, depth),
                other => other.as_member_expression().map_or(Value::Unknown, |member| self.member(member, depth)),
            },
            other => other.as_member_expression().map_or(Value::Unknown, |member| self.member(member, depth)),
        }
    }

    fn function(&self, span: Span) -> Value {
        self.bindings.function_at.get(&span.start).map_or(Value::Unknown, |number| Value::Function(*number))
    }

    fn name(&self, name: &str, at: u32, depth: u32) -> Value {
        match self.bindings.find(name, at) {
            None => match name {
                "__dirname" => Value::Folder(Folder::Source),
                "undefined" | "NaN" => Value::Unknown,
                _ => Value::Name(name.to_owned()),
            },
            Some(bound) => self.bound(bound, name, depth),
        }
    }

    fn bound(&self, bound: &Bound<'a>, name: &str, depth: u32) -> Value {
        let mut value = match bound {
            Bound::Import { .. } | Bound::Typed(_) => return Value::Name(name.to_owned()),
            Bound::Declared => Value::Unknown,
            Bound::Value(value) => self.at_depth(value, depth),
            Bound::Field { of, path, default } => {
                let default = default.map(|default| self.at_depth(default, depth));
                let field = self.field_of(of, path, depth);
                match default {
                    Some(default) => field.or(default),
                    None => field,
                }
            }
        };
        // What is assigned later holds first: `let port = 80; if (process.env.PORT) port = process.env.PORT`.
        for assigned in self.bindings.assigned(name).iter().take(4) {
            let assigned = self.at_depth(assigned, depth + 1);
            if assigned != Value::Unknown && assigned != value {
                value = assigned.or(value);
            }
        }
        if value == Value::Unknown {
            return Value::Name(name.to_owned());
        }
        Value::Constant { name: name.to_owned(), value: Box::new(value) }
    }

    fn field_of(&self, of: &Expression<'a>, path: &[&str], depth: u32) -> Value {
        if let ([variable], Some(_)) = (path, self.environment(of)) {
            return Value::environment(variable);
        }
        let whole = self.at_depth(of, depth);
        let mut value = &whole;
        for name in path {
            match value.field(name) {
                Some(field) => value = field,
                None => {
                    return self
                        .bindings
                        .origin(of)
                        .map_or(Value::Unknown, |of| Value::Name(format!("{of}.{}", path.join("."))));
                }
            }
        }
        value.clone()
    }

    fn member(&self, member: &MemberExpression<'a>, depth: u32) -> Value {
        let Some(name) = member.static_property_name() else { return Value::Unknown };
        if let Some((variable, _)) = self.variable(member.object(), name) {
            return Value::environment(&variable);
        }
        let path = format!("{}.{name}", written(member.object()));
        match path.as_str() {
            "import.meta.dirname" | "import.meta.dir" => return Value::Folder(Folder::Source),
            "import.meta.url" | "import.meta.filename" => return Value::Name(path),
            _ => {}
        }
        if matches!(member.object(), Expression::ThisExpression(_))
            && let Some(bound) = self.bindings.field(name)
        {
            return self.bound(bound, &path, depth + 1);
        }
        match self.at_depth(member.object(), depth + 1).field(name) {
            Some(field) => Value::Constant { name: path, value: Box::new(field.clone()) },
            None => Value::Name(path),
        }
    }

    fn called(&self, call: &CallExpression<'a>, depth: u32) -> Value {
        if let Some((reader, variable)) = self.reader(call) {
            let default = self.default_of(call, reader).map(Box::new);
            return Value::Environment { variable, default };
        }
        let argument = |at: usize| call.arguments.get(at).and_then(AstArgument::as_expression);
        let origin = self.bindings.origin(&call.callee).unwrap_or_default();
        if is_conversion(&origin) {
            return argument(0).map_or(Value::Unknown, |value| self.at_depth(value, depth + 1));
        }
        if let Some(member) = call.callee.get_inner_expression().as_member_expression()
            && member.static_property_name().is_some_and(|name| CONVERSION_METHODS.contains(&name))
        {
            return self.at_depth(member.object(), depth + 1);
        }
        let function = origin.strip_prefix("path.posix.").or(origin.strip_prefix("path.")).unwrap_or(&origin);
        let is_path = function.len() < origin.len();
        let values = || {
            call.arguments.iter().map(|it| it.as_expression().map_or(Value::Unknown, |it| self.at_depth(it, depth + 1)))
        };
        match function {
            "join" | "resolve" if is_path => Value::Path(values().collect()),
            "normalize" if is_path => values().next().unwrap_or_default(),
            "dirname" if is_path => match values().next() {
                Some(value) if is_own_file(&value) => Value::Folder(Folder::Source),
                Some(Value::Path(mut parts)) if parts.len() > 1 => {
                    parts.pop();
                    Value::Path(parts)
                }
                _ => Value::Unknown,
            },
            "url.fileURLToPath" | "url.pathToFileURL" => values().next().unwrap_or_default(),
            "process.cwd" => Value::Folder(Folder::Working),
            "os.tmpdir" => Value::Folder(Folder::Temporary),
            "os.homedir" => Value::Folder(Folder::Home),
            _ => Value::Call(Box::new(self.call(&call.callee, &call.arguments, call.span, depth))),
        }
    }

    /// What `new` makes.
    pub fn construction(&self, call: &NewExpression<'a>) -> Value {
        self.constructed(call, 0)
    }

    fn constructed(&self, call: &NewExpression<'a>, depth: u32) -> Value {
        let mut entry = self.call(&call.callee, &call.arguments, call.span, depth);
        if entry.path == "URL"
            && let [path, base, ..] = entry.arguments.as_slice()
            && is_own_file(&base.value)
        {
            return Value::Path(vec![Value::Folder(Folder::Source), path.value.clone()]);
        }
        entry.is_construction = true;
        Value::Call(Box::new(entry))
    }
}

/// Whether a function gives the value that it is given, as another type.
pub fn is_conversion(path: &str) -> bool {
    CONVERSIONS.contains(&path)
}

/// Whether a value is the source file itself.
/// The value of a field that an object has by its own name.
fn field<'e, 'a>(object: &'e ObjectExpression<'a>, name: &str) -> Option<&'e Expression<'a>> {
    object.properties.iter().find_map(|property| match property {
        ObjectPropertyKind::ObjectProperty(field) => {
            (key_name(&field.key) == Some(name)).then(|| field.value.get_inner_expression())
        }
        ObjectPropertyKind::SpreadProperty(_) => None,
    })
}

fn is_own_file(value: &Value) -> bool {
    matches!(value.resolved(), Value::Name(name) if matches!(name.as_str(), "import.meta.url" | "import.meta.filename" | "__filename"))
}

fn whole_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < LARGEST_NUMBER {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        return Value::Number(number as i64);
    }
    Value::Unknown
}
