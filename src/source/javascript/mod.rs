//! JavaScript and TypeScript, with JSX or without, as modules or scripts.

mod bindings;
mod component;
mod nesting;
mod values;

pub use component::is_component;

use std::collections::HashMap;

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument as AstArgument, ArrowFunctionBody, AssignmentTarget, BinaryExpression, BinaryOperator, BindingPattern,
    CallExpression, Class, ClassElement, ComputedMemberExpression, Decorator, Expression, ForStatementLeft,
    IfStatement, ImportDeclarationSpecifier, LogicalOperator, MemberExpression, NewExpression, ObjectExpression,
    ObjectProperty, Program, Statement, SwitchCase, SwitchStatement, UnaryOperator, VariableDeclarator,
};
use oxc_ast_visit::Visit;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{GetSpan, SourceType, Span};

use crate::catalog::environment::is_of_platform;
use crate::repo::Document;
use crate::source::javascript::bindings::{
    Bindings, Bound, exported_name, is_variable_name, key_name, module_name, text_of, written,
};
use crate::source::javascript::values::Values;
use crate::source::lines::Lines;
use crate::source::{
    Alternatives, Argument, Assignment, Call, CommandOption, EmbeddedFile, EnvironmentRead, Function, Import, Index,
    Language, Literal, Place, Route, Selection, Subcommand, Value, tokens,
};

/// The methods of HTTP that servers have a function for.
const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options", "all"];

/// The modules of SvelteKit whose names are variables that the build puts in.
const STATIC_ENVIRONMENT: &str = "$env/static/";

/// What a file says.
pub fn index(document: Document) -> Index {
    let types = types(document.path());
    let is_component = is_component(document.path());
    let scripts = is_component.then(|| component::scripts(document.text()));
    let text = scripts.as_deref().unwrap_or(document.text());
    let by_tokens = |document: Document| {
        if is_component { Index::new(document) } else { tokens::index(document, Language::JavaScript) }
    };
    if types.iter().any(|kind| nesting::is_too_deep(text, kind.is_jsx())) {
        return by_tokens(document);
    }
    let allocator = Allocator::default();
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let parsed = types.iter().find_map(|kind| {
        let parsed = Parser::new(&allocator, text, *kind).with_options(options).parse();
        (!parsed.panicked && (parsed.diagnostics.is_empty() || !parsed.program.body.is_empty())).then_some(parsed)
    });
    match parsed {
        Some(parsed) => entries(&document, &parsed.program),
        None => by_tokens(document),
    }
}

/// The kinds of source that a file may be, by its ending; the first that parses is it.
fn types(path: &str) -> Vec<SourceType> {
    if is_component(path) {
        return vec![SourceType::ts()];
    }
    let by_ending = SourceType::from_path(path).unwrap_or_default();
    if by_ending.is_typescript() {
        return vec![by_ending];
    }
    let module = by_ending.with_jsx(true);
    vec![module.with_unambiguous(true), module.with_script(true)]
}

fn entries(document: &Document, program: &Program) -> Index {
    let bindings = Bindings::of(program);
    let mut reader = Reader {
        index: Index::new(document.clone()),
        lines: Lines::of(document.text()),
        values: Values { bindings: &bindings },
        functions: Vec::new(),
        parents: Vec::new(),
        conditions: Vec::new(),
        required: Vec::new(),
        results: HashMap::new(),
        checked: Vec::new(),
        named: HashMap::new(),
    };
    reader.declared_functions();
    reader.visit_program(program);
    let mut index = reader.index;
    for read in &mut index.environment {
        read.is_required |= read.default.is_none() && reader.required.contains(&read.variable);
    }
    for call in index.calls.iter_mut().filter(|call| reader.checked.contains(&call.place.start)) {
        call.is_checked = true;
    }
    index
}

/// Whether a pattern is one name.
fn is_bound(pattern: &BindingPattern, name: &str) -> bool {
    matches!(pattern, BindingPattern::BindingIdentifier(id) if id.name == name)
}

/// What the error is called in what a call gives.
const ERROR: &str = "error";

struct Reader<'a, 'b> {
    index: Index,
    lines: Lines,
    values: Values<'a, 'b>,
    /// The functions that are open, by number.
    functions: Vec<u32>,
    /// The nodes that are open, outermost first.
    parents: Vec<AstKind<'a>>,
    /// Where what may never run starts, for each condition, loop and handler that is open; none for a function.
    conditions: Vec<Option<u32>>,
    /// Variables that the program ends without.
    required: Vec<String>,
    /// The names that hold what a call gives, or its error: where the call starts, and whether it is the error.
    results: HashMap<String, (u32, bool)>,
    /// Where the calls start whose errors end the program.
    checked: Vec<u32>,
    /// The functions that read the variable which a parameter names: which parameter.
    named: HashMap<u32, usize>,
}

impl<'a> Reader<'a, '_> {
    fn declared_functions(&mut self) {
        for function in &self.values.bindings.functions {
            let place = Place {
                start: function.span.start,
                end: function.span.end,
                line: self.lines.line(function.span.start),
                ..Place::default()
            };
            let (name, parameters) = (function.name.clone(), function.parameters.clone());
            self.index.functions.push(Function { name, parameters, place, ..Function::default() });
        }
    }

    fn place(&self, span: Span) -> Place {
        let own = self.conditions.iter().rev().take_while(|start| start.is_some()).flatten();
        Place {
            start: span.start,
            end: span.end,
            line: self.lines.line(span.start),
            function: self.functions.last().copied(),
            is_conditional: own.into_iter().any(|start| *start <= span.start),
        }
    }

    /// The node that an expression is used by, past parentheses, types and conversions, and the outermost of those.
    fn user(&self, span: Span) -> Option<(AstKind<'a>, Span)> {
        self.user_past(span, |_| false)
    }

    fn user_past(&self, span: Span, is_passed: impl Fn(&AstKind) -> bool) -> Option<(AstKind<'a>, Span)> {
        let mut inner = span;
        for parent in self.parents.iter().rev() {
            let is_seen_through = match parent {
                AstKind::ParenthesizedExpression(_)
                | AstKind::TSAsExpression(_)
                | AstKind::TSSatisfiesExpression(_)
                | AstKind::TSNonNullExpression(_)
                | AstKind::ChainExpression(_) => true,
                AstKind::CallExpression(call) => {
                    let is_argument = call.arguments.first().is_some_and(|it| it.span() == inner);
                    is_argument && values::is_conversion(&written(&call.callee))
                }
                AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::UnaryPlus => true,
                other => is_passed(other),
            };
            if !is_seen_through {
                return Some((*parent, inner));
            }
            inner = parent.span();
        }
        None
    }

    /// The name that a text gets: that of a constant, a field or a key.
    fn name_of(&self, span: Span) -> Option<String> {
        match self.user_past(span, |it| matches!(it, AstKind::LogicalExpression(_)))?.0 {
            AstKind::VariableDeclarator(declarator) => match &declarator.id {
                BindingPattern::BindingIdentifier(id) => Some(id.name.to_string()),
                _ => None,
            },
            AstKind::ObjectProperty(property) => key_name(&property.key).map(str::to_owned),
            AstKind::PropertyDefinition(property) => key_name(&property.key).map(str::to_owned),
            AstKind::AssignmentExpression(assignment) => target_name(&assignment.left),
            _ => None,
        }
    }

    fn text(&mut self, text: &str, span: Span) {
        let (name, place) = (self.name_of(span), self.place(span));
        self.index.texts.push(Literal { text: text.to_owned(), name, place });
    }

    fn read_of_environment(&mut self, variable: String, is_of_build: bool, span: Span) {
        let mut read = EnvironmentRead { variable, is_of_build, place: self.place(span), ..EnvironmentRead::default() };
        if matches!(self.parents.last(), Some(AstKind::TSNonNullExpression(_))) {
            read.is_required = true;
        }
        match self.user(span) {
            Some((AstKind::LogicalExpression(logical), inner)) if logical.left.span().contains_inclusive(inner) => {
                if logical.operator == LogicalOperator::And {
                    read.is_test = true;
                } else {
                    let fallback = self.values.value(&logical.right);
                    read.is_required |= ends(&logical.right);
                    read.default = Some(fallback).filter(|_| !read.is_required);
                }
            }
            Some((AstKind::ConditionalExpression(condition), inner)) => {
                if condition.test.span().contains_inclusive(inner) {
                    read.is_test = true;
                } else if condition.consequent.span().contains_inclusive(inner) {
                    read.default = Some(self.values.value(&condition.alternate));
                } else {
                    read.default = Some(self.values.value(&condition.consequent));
                }
            }
            Some((AstKind::AssignmentExpression(assignment), inner))
                if assignment.left.span().contains_inclusive(inner) =>
            {
                return;
            }
            Some((AstKind::UnaryExpression(unary), _)) => match unary.operator {
                UnaryOperator::Delete => return,
                _ => read.is_test = !self.is_told(span),
            },
            Some((AstKind::IfStatement(_), _)) => read.is_test = true,
            Some((AstKind::CallExpression(call), _)) if is_assertion(&written(&call.callee)) => read.is_required = true,
            _ => {}
        }
        self.index.environment.push(read);
    }

    /// Whether an expression is only told as yes or no, `log(!!process.env.KEY)`, and decides nothing here.
    fn is_told(&self, span: Span) -> bool {
        let negates =
            |it: &AstKind| matches!(it, AstKind::UnaryExpression(it) if it.operator == UnaryOperator::LogicalNot);
        let user = self.user_past(span, negates);
        matches!(user, Some((AstKind::CallExpression(_) | AstKind::TemplateLiteral(_) | AstKind::ObjectProperty(_), _)))
    }

    fn call(&mut self, call: &'a CallExpression<'a>) {
        if let Some(module) = call.common_js_require() {
            let names = match self.parents.last() {
                Some(AstKind::VariableDeclarator(declarator)) => required_names(declarator),
                _ => vec![("*".into(), String::new())],
            };
            let is_dynamic = !self.functions.is_empty();
            let (module, place) = (module_name(module.value.as_str()).to_owned(), self.place(call.span));
            self.index.imports.push(Import { module, names, is_dynamic, is_type: false, place });
        }
        if let Some((reader, variable)) = self.values.reader(call) {
            let default = self.values.default_of(call, reader);
            let (is_required, place) = (reader.is_required && default.is_none(), self.place(call.span));
            self.index.environment.push(EnvironmentRead {
                variable,
                default,
                is_required,
                place,
                ..EnvironmentRead::default()
            });
        }
        let mut entry = self.values.call(&call.callee, &call.arguments, call.span, 0);
        (entry.place, entry.is_caught) = (self.place(call.span), self.is_caught(call.span));
        self.route(call, entry.name(), entry.receiver());
        self.option(
            call,
            &entry.arguments.iter().map(|argument| argument.value.clone()).collect::<Vec<_>>(),
            entry.name(),
        );
        self.index.calls.push(entry);
    }

    fn construction(&mut self, call: &'a NewExpression<'a>) {
        let mut entry = self.values.call(&call.callee, &call.arguments, call.span, 0);
        (entry.place, entry.is_construction) = (self.place(call.span), true);
        if entry.path == "URL" {
            let path = self.values.construction(call);
            if matches!(path, Value::Path(_)) {
                self.index.files.push(EmbeddedFile { path, is_read_at_run_time: true, place: entry.place });
            }
        }
        self.index.calls.push(entry);
    }

    /// `app.get("/health", handler)`, `server.route({ method: "GET", path: "/health", handler })`.
    fn route(&mut self, call: &CallExpression<'a>, name: &str, receiver: &str) {
        let argument = |at: usize| call.arguments.get(at).and_then(AstArgument::as_expression);
        let (path, method) = match (name, argument(0)) {
            ("route", Some(Expression::ObjectExpression(_))) => {
                let Some(value) = argument(0).map(|it| self.values.value(it)) else { return };
                let path = value.field("path").or(value.field("url")).and_then(Value::text).map(str::to_owned);
                (path, value.field("method").and_then(Value::text).map(str::to_uppercase))
            }
            (name, Some(first)) if METHODS.contains(&name) && !receiver.is_empty() => {
                let is_handler = |it: &Expression| {
                    it.is_function()
                        || matches!(it, Expression::Identifier(_) | Expression::CallExpression(_))
                        || it.as_member_expression().is_some()
                };
                let is_handled = call.arguments.len() > 1
                    && call.arguments.last().and_then(AstArgument::as_expression).is_some_and(is_handler);
                let path = text_of(first).filter(|_| is_handled).map(str::to_owned);
                (path, (name != "all").then(|| name.to_uppercase()))
            }
            _ => return,
        };
        if let Some(path) = path.filter(|path| path.starts_with('/')) {
            let (receiver, place) = (Some(receiver.to_owned()), self.place(call.span));
            self.index.routes.push(Route { method, path, receiver, place });
        }
    }

    /// What a class with decorators answers: `@Controller("health") class … { @Get("live") live() {} }`.
    fn decorated_routes(&mut self, class: &Class<'a>) {
        let Some(prefix) = class.decorators.iter().find_map(|it| self.decorated(it, &["Controller"])) else { return };
        for element in &class.body.body {
            let ClassElement::MethodDefinition(method) = element else { continue };
            for decorator in &method.decorators {
                let Some((name, path)) = self.decorated(decorator, &["Get", "Post", "Put", "Delete", "Patch", "All"])
                else {
                    continue;
                };
                let path = format!("/{}", crate::path::join(&prefix.1, &path));
                let method = (name != "All").then(|| name.to_uppercase());
                let place = self.place(decorator.span);
                self.index.routes.push(Route { method, path, receiver: None, place });
            }
        }
    }

    /// The name of a decorator of Nest, where it is one of these, and its path.
    fn decorated(&self, decorator: &Decorator<'a>, names: &[&str]) -> Option<(String, String)> {
        let Expression::CallExpression(call) = &decorator.expression else { return None };
        let origin = self.values.bindings.origin(&call.callee)?;
        let name = origin.strip_prefix("@nestjs/common.").filter(|name| names.contains(name))?;
        let value = call.arguments.first().and_then(AstArgument::as_expression).map(|it| self.values.value(it));
        let value = value.unwrap_or_default();
        let path = value.text().or_else(|| value.field("path").and_then(Value::text)).unwrap_or_default();
        Some((name.to_owned(), path.to_owned()))
    }

    /// Options and subcommands, as the libraries for command lines are told of them.
    fn option(&mut self, call: &CallExpression<'a>, values: &[Value], name: &str) {
        let place = self.place(call.span);
        let Some(first) = values.first().and_then(Value::text) else {
            if let ("options" | "parseArgs", Some(Value::Object(fields))) = (name, values.first()) {
                let fields = match fields.iter().find(|field| name == "parseArgs" && field.name == "options") {
                    Some(field) => match &field.value {
                        Value::Object(fields) => fields,
                        _ => return,
                    },
                    None if name == "options" => fields,
                    None => return,
                };
                for field in fields.iter().filter(|field| matches!(field.value, Value::Object(_))) {
                    let option = named_option(&field.name, &field.value, Place { start: field.start, ..place });
                    self.index.options.push(option);
                }
            }
            return;
        };
        match name {
            "option" | "requiredOption" if first.starts_with('-') => {
                let flags: Vec<&str> =
                    first.split([',', ' ', '|', '=']).map(str::trim).filter(|it| it.starts_with('-')).collect();
                let Some(flag) = flags.iter().max_by_key(|flag| flag.len()) else { return };
                let default = values.iter().skip(2).find(|value| !matches!(value, Value::Function(_) | Value::Name(_)));
                let default = default.filter(|value| !matches!(value, Value::Object(_) | Value::Unknown)).cloned();
                self.index.options.push(CommandOption {
                    name: option_name(flag),
                    flag: Some((*flag).to_owned()),
                    is_switch: !first.contains(['<', '[']),
                    is_required: name == "requiredOption" && default.is_none(),
                    default,
                    place,
                    ..CommandOption::default()
                });
            }
            "option" if matches!(values.get(1), Some(Value::Object(_))) => {
                let option = named_option(first, &values[1], place);
                self.index.options.push(option);
            }
            "command" => {
                let subcommand =
                    first.split_whitespace().next().filter(|name| !name.starts_with(['$', '<', '[', '*', '-']));
                let subcommand = subcommand.map(|name| Subcommand {
                    name: name.to_owned(),
                    is_optional: false,
                    options: None,
                    place,
                });
                self.index.subcommands.extend(subcommand);
            }
            _ => {}
        }
    }

    fn declarator(&mut self, declarator: &'a VariableDeclarator<'a>, is_constant: bool) {
        let Some(init) = &declarator.init else { return };
        if let Expression::CallExpression(call) = init.get_inner_expression() {
            self.result(&declarator.id, call.span.start);
        }
        match &declarator.id {
            BindingPattern::BindingIdentifier(id) => {
                let span = Span::new(id.span.start, init.span().end);
                self.assigned(id.name.to_string(), init, is_constant, span);
            }
            BindingPattern::ObjectPattern(pattern) => {
                let Some(is_of_build) = self.values.environment(init) else { return };
                for property in &pattern.properties {
                    let Some(variable) = key_name(&property.key) else { continue };
                    let default = match &property.value {
                        BindingPattern::AssignmentPattern(assigned) => Some(self.values.value(&assigned.right)),
                        _ => None,
                    };
                    let place = self.place(property.span);
                    let variable = variable.to_owned();
                    self.index.environment.push(EnvironmentRead {
                        variable,
                        default,
                        is_of_build,
                        place,
                        ..EnvironmentRead::default()
                    });
                }
            }
            _ => {}
        }
    }

    /// Keeps the names that hold what a call gives.
    fn result(&mut self, pattern: &BindingPattern<'a>, start: u32) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => {
                self.results.insert(id.name.to_string(), (start, false));
            }
            BindingPattern::ObjectPattern(pattern) => {
                let errors = pattern.properties.iter().filter(|property| key_name(&property.key) == Some(ERROR));
                let names = errors.filter_map(|property| property.value.get_binding_identifier());
                self.results.extend(names.map(|id| (id.name.to_string(), (start, true))));
            }
            _ => {}
        }
    }

    /// Where the calls start whose errors a condition asks for.
    fn errors(&self, test: &Expression<'a>) -> Vec<u32> {
        let held = |name: &str, is_error: bool| {
            self.results
                .get(name)
                .filter(|(_, is_it)| *is_it == is_error)
                .map(|(start, _)| *start)
                .into_iter()
                .collect()
        };
        match test.get_inner_expression() {
            Expression::Identifier(name) => held(&name.name, true),
            Expression::StaticMemberExpression(member) if member.property.name == ERROR => {
                match member.object.get_inner_expression() {
                    Expression::Identifier(name) => held(&name.name, false),
                    Expression::CallExpression(call) => vec![call.span.start],
                    _ => Vec::new(),
                }
            }
            Expression::LogicalExpression(logical) => {
                [self.errors(&logical.left), self.errors(&logical.right)].concat()
            }
            Expression::BinaryExpression(binary)
                if matches!(
                    binary.operator,
                    BinaryOperator::Inequality | BinaryOperator::StrictInequality | BinaryOperator::Instanceof
                ) =>
            {
                self.errors(&binary.left)
            }
            _ => Vec::new(),
        }
    }

    /// Whether the function around what is read now catches what that throws.
    fn is_caught(&self, span: Span) -> bool {
        let is_function = |kind: &&AstKind| !matches!(kind, AstKind::Function(_) | AstKind::ArrowFunctionExpression(_));
        self.parents.iter().rev().take_while(is_function).any(|kind| match kind {
            AstKind::TryStatement(it) => it.handler.is_some() && it.block.span.contains_inclusive(span),
            _ => false,
        })
    }

    /// What a condition asks for the absence of, each by itself: `!a`, `b === undefined`, `!a || !b`.
    fn absent<'e>(test: &'e Expression<'a>) -> Vec<&'e Expression<'a>> {
        match test.get_inner_expression() {
            Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::LogicalNot => vec![&unary.argument],
            Expression::LogicalExpression(logical) if logical.operator == LogicalOperator::Or => {
                [Self::absent(&logical.left), Self::absent(&logical.right)].concat()
            }
            Expression::BinaryExpression(binary)
                if matches!(binary.operator, BinaryOperator::Equality | BinaryOperator::StrictEquality) =>
            {
                let is_nothing = |it: &Expression| match it {
                    Expression::NullLiteral(_) => true,
                    Expression::Identifier(name) => name.name == "undefined",
                    Expression::StringLiteral(text) => text.value.is_empty(),
                    _ => false,
                };
                if is_nothing(&binary.right) { vec![&binary.left] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// Whether a condition holds only where someone sets a variable that nothing sets by itself: `env.SSL`, `env.SSL === "on"`.
    fn asks_for_flag(&self, test: &Expression<'a>, depth: u32) -> bool {
        const DEEPEST: u32 = 20;
        let is_flag = |side: &Expression<'a>| {
            let value = self.values.value(side);
            value.bare_variable().is_some_and(|name| name != "PORT" && !is_of_platform(name))
        };
        match test.get_inner_expression() {
            Expression::LogicalExpression(logical) if depth < DEEPEST => {
                let asks = |side| self.asks_for_flag(side, depth + 1);
                match logical.operator {
                    LogicalOperator::And => asks(&logical.left) || asks(&logical.right),
                    LogicalOperator::Or => asks(&logical.left) && asks(&logical.right),
                    LogicalOperator::Coalesce => false,
                }
            }
            Expression::BinaryExpression(binary)
                if matches!(binary.operator, BinaryOperator::Equality | BinaryOperator::StrictEquality) =>
            {
                let says = |side: &Expression<'a>| match self.values.value(side) {
                    Value::Text(text) => !text.is_empty(),
                    Value::Number(_) | Value::Boolean(true) => true,
                    _ => false,
                };
                is_flag(&binary.left) && says(&binary.right) || is_flag(&binary.right) && says(&binary.left)
            }
            other => is_flag(other),
        }
    }

    /// What production does not run, an image does not: the other branch of a condition that asks for the mode.
    fn leave_other_modes(&mut self, statement: &IfStatement<'a>) {
        let left = match self.values.is_of_production(&statement.test, 0) {
            Some(true) => statement.alternate.as_ref().map(GetSpan::span),
            Some(false) => Some(statement.consequent.span()),
            None => None,
        };
        if let Some(span) = left {
            let place = self.place(span);
            self.index.optional.push(place);
        }
    }

    /// The program ends where a condition holds: what it asks for must be there.
    fn demand(&mut self, test: &Expression<'a>) {
        let place = self.place(test.span());
        if let Some(variables) = self.all_absent(test, 0).filter(|variables| variables.len() > 1) {
            self.index.alternatives.push(Alternatives { variables, place });
        }
        for absent in Self::absent(test) {
            let held = self.held(absent);
            self.required.extend(held);
            if let Some(position) = self.named_by_parameter(absent) {
                self.demand_of_parameter(position);
            }
        }
    }

    /// The variables that a condition asks for the absence of, all at once: `!a && !b`; nothing where it asks for more.
    fn all_absent(&self, test: &Expression<'a>, depth: u32) -> Option<Vec<String>> {
        const DEEPEST: u32 = 20;
        match test.get_inner_expression() {
            Expression::LogicalExpression(logical) if logical.operator == LogicalOperator::And && depth < DEEPEST => {
                let sides = [&logical.left, &logical.right].map(|side| self.all_absent(side, depth + 1));
                let [left, right] = sides;
                Some([left?, right?].concat())
            }
            Expression::LogicalExpression(_) => None,
            other => match Self::absent(other)[..] {
                [absent] => Some(self.held(absent)).filter(|held| held.len() == 1),
                _ => None,
            },
        }
    }

    /// The parameter of the function around that names the variable which an expression reads: `process.env[key]`, or a constant
    /// that holds it.
    fn named_by_parameter(&self, expression: &Expression<'a>) -> Option<usize> {
        let read = match expression.get_inner_expression() {
            Expression::Identifier(name) => match self.values.bindings.find(name.name.as_str(), name.span.start)? {
                Bound::Value(value) => value.get_inner_expression(),
                _ => return None,
            },
            other => other,
        };
        let Expression::ComputedMemberExpression(member) = read else { return None };
        self.values.environment(&member.object).filter(|is_of_build| !is_of_build)?;
        let Expression::Identifier(key) = member.expression.get_inner_expression() else { return None };
        let function = self.index.functions.get(usize::try_from(*self.functions.last()?).ok()?)?;
        function.parameters.iter().position(|parameter| *parameter == key.name.as_str())
    }

    /// The function around ends the program without the variable that a parameter names.
    fn demand_of_parameter(&mut self, position: usize) {
        let function = self.functions.last().and_then(|at| self.index.functions.get_mut(usize::try_from(*at).ok()?));
        if let Some(function) = function {
            function.demands = Some(position);
        }
    }

    /// A function that reads the variable which a parameter names, and what becomes of it: `process.env[key] ?? fail()`.
    fn read_of_parameter(&mut self, member: &'a ComputedMemberExpression<'a>) {
        let Expression::Identifier(key) = member.expression.get_inner_expression() else { return };
        let Some(at) = self.functions.last().copied() else { return };
        let function = usize::try_from(at).ok().and_then(|at| self.index.functions.get(at));
        let Some(position) =
            function.and_then(|it| it.parameters.iter().position(|parameter| *parameter == key.name.as_str()))
        else {
            return;
        };
        self.named.insert(at, position);
        let is_demanded = match self.user(member.span) {
            Some((AstKind::LogicalExpression(logical), inner)) => {
                logical.left.span().contains_inclusive(inner) && ends(&logical.right)
            }
            Some((AstKind::CallExpression(call), _)) => is_assertion(&written(&call.callee)),
            _ => false,
        };
        if is_demanded {
            self.demand_of_parameter(position);
        }
    }

    fn held(&self, expression: &Expression<'a>) -> Vec<String> {
        match self.values.value(expression).resolved() {
            Value::Environment { variable, default: None } => vec![variable.clone()],
            _ => Vec::new(),
        }
    }

    fn enter_function(&mut self, start: u32) {
        self.functions.extend(self.values.bindings.function_at.get(&start).copied());
        self.conditions.push(None);
    }

    /// Where what may never run starts, for the nodes under which that is so. What production alone runs, an image does.
    fn condition(&self, kind: AstKind<'a>) -> Option<u32> {
        let is_of_production = |test: &Expression<'a>| self.values.is_of_production(test, 0) == Some(true);
        Some(match kind {
            AstKind::IfStatement(it) if is_of_production(&it.test) => {
                it.alternate.as_ref().map_or(it.span.end, |other| other.span().start)
            }
            AstKind::IfStatement(it) => it.consequent.span().start,
            AstKind::ConditionalExpression(it) => it.consequent.span().start,
            AstKind::LogicalExpression(it) => it.right.span().start,
            AstKind::ForStatement(it) => it.body.span().start,
            AstKind::ForInStatement(it) => it.body.span().start,
            AstKind::ForOfStatement(it) => it.body.span().start,
            AstKind::WhileStatement(it) => it.body.span().start,
            AstKind::CatchClause(it) => it.span.start,
            AstKind::SwitchCase(it) => it.span.start,
            _ => return None,
        })
    }
}

impl<'a> Visit<'a> for Reader<'a, '_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        if let AstKind::IfStatement(statement) = kind {
            self.leave_other_modes(statement);
        }
        match kind {
            AstKind::Function(function) => self.enter_function(function.span.start),
            AstKind::ArrowFunctionExpression(function) => self.enter_function(function.span.start),
            AstKind::CallExpression(call) => self.call(call),
            AstKind::NewExpression(call) => self.construction(call),
            AstKind::StringLiteral(text) => self.text(text.value.as_str(), text.span),
            AstKind::TemplateLiteral(template) => {
                let text: Vec<&str> = template
                    .quasis
                    .iter()
                    .map(|it| it.value.cooked.as_ref().unwrap_or(&it.value.raw).as_str())
                    .collect();
                if template.expressions.is_empty() {
                    self.text(&text.concat(), template.span);
                }
            }
            AstKind::VariableDeclaration(declaration) => {
                for declarator in &declaration.declarations {
                    self.declarator(declarator, declaration.kind.is_const());
                }
            }
            AstKind::AssignmentExpression(assignment) => {
                if let Some(name) = target_name(&assignment.left) {
                    let is_exported = name == "module.exports";
                    let value = if is_exported { given(&assignment.right) } else { &assignment.right };
                    self.assigned(name, value, false, assignment.span);
                }
            }
            AstKind::PropertyDefinition(property) => {
                if let (Some(name), Some(value)) = (key_name(&property.key), &property.value) {
                    self.assigned(format!("this.{name}"), value, property.readonly, property.span);
                }
            }
            AstKind::ExportDefaultDeclaration(export) => {
                if let Some(value) = export.declaration.as_expression() {
                    self.assigned("default".into(), given(value), true, export.span);
                }
            }
            AstKind::StaticMemberExpression(member) => {
                let is_part = matches!(self.parents.last(), Some(AstKind::StaticMemberExpression(_)))
                    && member.property.name == "env";
                if !is_part && let Some(name) = self.values.variable(&member.object, member.property.name.as_str()) {
                    self.read_of_environment(name.0, name.1, member.span);
                }
            }
            AstKind::ComputedMemberExpression(member) => {
                if let Some(name) =
                    text_of(&member.expression).and_then(|name| self.values.variable(&member.object, name))
                {
                    self.read_of_environment(name.0, name.1, member.span);
                } else if self.values.environment(&member.object) == Some(false) {
                    self.read_of_parameter(member);
                    self.read_of_each(member);
                }
            }
            AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::LogicalNot => {
                if let Expression::Identifier(value) = unary.argument.get_inner_expression() {
                    self.demand_of_each(value.name.as_str());
                }
            }
            AstKind::BinaryExpression(binary) => self.compared(binary),
            AstKind::ObjectProperty(property) => self.described(property),
            AstKind::ObjectExpression(object) => self.described_by_schema(object),
            AstKind::IfStatement(statement) if always_ends(&statement.consequent) => {
                self.demand(&statement.test);
                let errors = self.errors(&statement.test);
                self.checked.extend(errors);
            }
            AstKind::IfStatement(statement) if self.asks_for_flag(&statement.test, 0) => {
                let place = self.place(statement.consequent.span());
                self.index.optional.push(place);
            }
            AstKind::SwitchStatement(statement) => self.choice(statement),
            // what has the variable has given it back before: `if (value) return value; throw new Error(key)`
            AstKind::ThrowStatement(statement) if !self.place(statement.span).is_conditional => {
                if let Some(position) = self.functions.last().and_then(|at| self.named.get(at)).copied() {
                    self.demand_of_parameter(position);
                }
            }
            AstKind::Class(class) => self.decorated_routes(class),
            other => self.imported(other),
        }
        if let Some(start) = self.condition(kind) {
            self.conditions.push(Some(start));
        }
        self.parents.push(kind);
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        self.parents.pop();
        let is_function = matches!(kind, AstKind::Function(_) | AstKind::ArrowFunctionExpression(_));
        if is_function {
            self.functions.pop();
        }
        if is_function || self.condition(kind).is_some() {
            self.conditions.pop();
        }
    }
}

impl<'a> Reader<'a, '_> {
    /// A value that has to be one of the cases, where the default case throws or ends the program.
    fn choice(&mut self, statement: &'a SwitchStatement<'a>) {
        let ends = |case: &SwitchCase| case.test.is_none() && case.consequent.iter().any(always_ends);
        if statement.cases.iter().any(ends) {
            let accepted = statement.cases.iter().filter_map(|case| case.test.as_ref());
            let accepted = accepted.map(|test| self.values.value(test)).collect();
            let value = self.values.value(&statement.discriminant);
            let place = self.place(statement.discriminant.span());
            self.index.selections.push(Selection { value, accepted, place });
        }
    }

    fn assigned(&mut self, name: String, value: &'a Expression<'a>, is_constant: bool, span: Span) {
        let (place, value_start) = (self.place(span), value.span().start);
        let value = self.values.value(value);
        self.index.assignments.push(Assignment { name, value, is_constant, place, value_start });
    }

    /// What a module takes from others.
    fn imported(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::ImportDeclaration(import) => {
                let names = import.specifiers.iter().flatten().map(|specifier| match specifier {
                    ImportDeclarationSpecifier::ImportSpecifier(one) => {
                        (exported_name(&one.imported).to_owned(), one.local.name.to_string())
                    }
                    ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                        ("default".into(), one.local.name.to_string())
                    }
                    ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                        ("*".into(), one.local.name.to_string())
                    }
                });
                let (names, is_type): (Vec<_>, _) = (names.collect(), import.import_kind.is_type());
                if import.source.value.starts_with(STATIC_ENVIRONMENT) {
                    for (name, _) in &names {
                        let read =
                            EnvironmentRead { variable: name.clone(), is_of_build: true, ..EnvironmentRead::default() };
                        self.index.environment.push(EnvironmentRead { place: self.place(import.span), ..read });
                    }
                }
                self.import(import.source.value.as_str(), names, is_type, import.span);
            }
            AstKind::ExportFromDeclaration(export) => {
                let names = export.specifiers.iter().map(|it| (exported_name(&it.local).to_owned(), String::new()));
                self.import(export.source.value.as_str(), names.collect(), export.export_kind.is_type(), export.span);
            }
            AstKind::ExportAllDeclaration(export) => {
                let names = vec![("*".into(), String::new())];
                self.import(export.source.value.as_str(), names, export.export_kind.is_type(), export.span);
            }
            AstKind::ImportExpression(import) => {
                if let Some(module) = text_of(&import.source) {
                    let place = self.place(import.span);
                    let (module, names) = (module_name(module).to_owned(), vec![("*".into(), String::new())]);
                    self.index.imports.push(Import { module, names, is_dynamic: true, is_type: false, place });
                } else {
                    let (value, span) = (self.values.value(&import.source), import.source.span());
                    let module = Argument { name: None, value, start: span.start, end: span.end };
                    let place = self.place(import.span);
                    self.index.calls.push(Call { arguments: vec![module], place, ..Call::new("import") });
                }
            }
            AstKind::TSImportEqualsDeclaration(import) => {
                if let oxc_ast::ast::TSModuleReference::ExternalModuleReference(module) = &import.module_reference {
                    let names = vec![("*".into(), import.id.name.to_string())];
                    self.import(module.expression.value.as_str(), names, false, import.span);
                }
            }
            _ => {}
        }
    }

    /// A variable that a schema of the environment describes.
    fn described(&mut self, property: &'a ObjectProperty<'a>) {
        let Some(variable) = key_name(&property.key).filter(|name| is_variable_name(name)) else { return };
        if let Some((is_required, default)) = self.values.described(&property.value) {
            let (variable, place) = (variable.to_owned(), self.place(property.span));
            let read = EnvironmentRead { variable, default, is_required, place, ..EnvironmentRead::default() };
            self.index.environment.push(read);
        }
    }

    /// Variables that are gone through by their names: `["A", "B"].forEach(name => { if (!process.env[name]) throw … })`. What is
    /// asked for by `!` must be there.
    fn read_of_each(&mut self, member: &'a ComputedMemberExpression<'a>) {
        let Expression::Identifier(name) = member.expression.get_inner_expression() else { return };
        let is_required = matches!(self.parents.last(), Some(AstKind::UnaryExpression(unary)) if unary.operator == UnaryOperator::LogicalNot);
        let list = self.gone_through(|pattern| is_bound(pattern, name.name.as_str()));
        let Some(Value::List(names)) = list.map(|list| self.values.value(list).resolved().clone()) else { return };
        let (is_test, place) = (is_required, self.place(member.span));
        let read = EnvironmentRead { is_required, is_test, place, ..EnvironmentRead::default() };
        let names = names.iter().filter_map(Value::text).filter(|name| is_variable_name(name));
        self.index.read_each(names, &read);
    }

    /// Variables whose values are gone through and asked for by `!`: `Object.entries({ A: process.env.A }).filter(([, value]) =>
    /// !value)`, `for (const value of Object.values(settings)) { if (!value) throw … }`, `[process.env.A].some(value => !value)`.
    fn demand_of_each(&mut self, name: &str) {
        let of_entries = |pattern: &BindingPattern| match pattern {
            BindingPattern::ArrayPattern(pair) => {
                pair.elements.get(1).and_then(Option::as_ref).is_some_and(|value| is_bound(value, name))
            }
            _ => false,
        };
        let (list, function) = match self.gone_through(of_entries) {
            Some(list) => (list, "Object.entries"),
            None => match self.gone_through(|pattern| is_bound(pattern, name)) {
                Some(list) => (list, "Object.values"),
                None => return,
            },
        };
        let values: Vec<Value> = match list.get_inner_expression() {
            Expression::CallExpression(call) if written(&call.callee) == function => {
                let object = call.arguments.first().and_then(AstArgument::as_expression);
                match object.map(|object| self.values.value(object).resolved().clone()) {
                    Some(Value::Object(fields)) => fields.into_iter().map(|field| field.value).collect(),
                    _ => return,
                }
            }
            other if function == "Object.values" => match self.values.value(other).resolved() {
                Value::List(values) => values.clone(),
                _ => return,
            },
            _ => return,
        };
        let absent = values.iter().filter_map(|value| match value.resolved() {
            Value::Environment { variable, default: None } => Some(variable.clone()),
            _ => None,
        });
        self.required.extend(absent.collect::<Vec<_>>());
    }

    /// What the nearest loop or function around goes through whose element is bound so.
    fn gone_through(&self, is_it: impl Fn(&BindingPattern) -> bool) -> Option<&'a Expression<'a>> {
        self.parents.iter().enumerate().rev().find_map(|(at, kind)| {
            let parameters = match kind {
                AstKind::ForOfStatement(each) => {
                    let ForStatementLeft::VariableDeclaration(declared) = &each.left else { return None };
                    return declared.declarations.first().filter(|it| is_it(&it.id)).map(|_| &each.right);
                }
                AstKind::ArrowFunctionExpression(function) => &function.params,
                AstKind::Function(function) => &function.params,
                _ => return None,
            };
            parameters.items.first().filter(|first| is_it(&first.pattern))?;
            let call = self.parents[..at].iter().rev().find_map(|kind| match kind {
                AstKind::CallExpression(call) => Some(call),
                _ => None,
            })?;
            call.callee.get_inner_expression().as_member_expression().map(MemberExpression::object)
        })
    }

    /// The variables that a JSON schema of the environment describes, or a setting of convict: `{ format: "port", default: 80, env: "PORT" }`.
    fn described_by_schema(&mut self, object: &'a ObjectExpression<'a>) {
        if let Some((variable, default)) = self.values.described_by_setting(object) {
            let place = self.place(object.span);
            self.index.environment.push(EnvironmentRead { variable, default, place, ..EnvironmentRead::default() });
        }
        for (variable, is_required, default, span) in self.values.described_by_schema(object) {
            let place = self.place(span);
            let read = EnvironmentRead { variable, default, is_required, place, ..EnvironmentRead::default() };
            self.index.environment.push(read);
        }
    }

    /// What is asked for: whether a variable is there, or which path a request has.
    fn compared(&mut self, binary: &'a BinaryExpression<'a>) {
        if binary.operator == BinaryOperator::In
            && let (Some(name), Some(is_of_build)) = (text_of(&binary.left), self.values.environment(&binary.right))
        {
            let (variable, place) = (name.to_owned(), self.place(binary.span));
            let read = EnvironmentRead { variable, is_of_build, is_test: true, place, ..EnvironmentRead::default() };
            self.index.environment.push(read);
        }
        self.compared_path(binary);
    }

    fn import(&mut self, module: &str, names: Vec<(String, String)>, is_type: bool, span: Span) {
        let (module, place) = (module_name(module).to_owned(), self.place(span));
        self.index.imports.push(Import { module, names, is_dynamic: false, is_type, place });
    }

    /// `if (request.url === "/health")`: a route of a server without a router.
    fn compared_path(&mut self, binary: &BinaryExpression<'a>) {
        let is_address = |it: &Expression| {
            let path = written(it);
            matches!(path.rsplit('.').next(), Some("url" | "pathname" | "path")) && path != "path"
        };
        let is_equal = matches!(binary.operator, BinaryOperator::Equality | BinaryOperator::StrictEquality);
        if let Some(path) =
            text_of(&binary.right).filter(|path| is_equal && path.starts_with('/') && is_address(&binary.left))
        {
            let place = self.place(binary.span);
            self.index.routes.push(Route { method: None, path: path.to_owned(), receiver: None, place });
        }
    }
}

/// The name on the left of an assignment.
fn target_name(target: &AssignmentTarget) -> Option<String> {
    match target {
        AssignmentTarget::AssignmentTargetIdentifier(name) => Some(name.name.to_string()),
        AssignmentTarget::StaticMemberExpression(member) => {
            Some(format!("{}.{}", written(&member.object), member.property.name))
        }
        _ => None,
    }
}

/// The names that `const { a, b: c } = require("x")` takes.
fn required_names(declarator: &VariableDeclarator) -> Vec<(String, String)> {
    match &declarator.id {
        BindingPattern::BindingIdentifier(id) => vec![("*".into(), id.name.to_string())],
        BindingPattern::ObjectPattern(pattern) => {
            let name =
                |it: &BindingPattern| it.get_binding_identifier().map_or(String::new(), |id| id.name.to_string());
            let properties = pattern.properties.iter();
            properties.filter_map(|it| Some((key_name(&it.key)?.to_owned(), name(&it.value)))).collect()
        }
        _ => vec![("*".into(), String::new())],
    }
}

/// `listen-port` and `--listenPort` hold their value in `listen_port`.
fn option_name(flag: &str) -> String {
    let mut name = String::new();
    for c in flag.trim_start_matches('-').chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(if c == '-' { '_' } else { c.to_ascii_lowercase() });
    }
    name
}

/// An option that is told by an object: `{ type: "string", default: "3000" }`.
fn named_option(name: &str, value: &Value, place: Place) -> CommandOption {
    let default = value.field("default").cloned();
    let is_required = ["demandOption", "required", "demand"]
        .iter()
        .any(|key| value.field(key).and_then(Value::boolean) == Some(true));
    CommandOption {
        name: option_name(name),
        flag: Some(format!("--{name}")),
        is_required: is_required && default.is_none(),
        is_switch: value.field("type").and_then(Value::text) == Some("boolean"),
        default,
        place,
        ..CommandOption::default()
    }
}

/// Whether a function fails where what it is given is absent.
fn is_assertion(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    matches!(path, "assert" | "assert.ok" | "invariant" | "console.assert") && path != "console.assert"
        || matches!(name, "required" | "requireEnv" | "assertEnv" | "mustGetEnv")
}

/// Whether an expression ends the program: `process.exit(1)`.
fn ends(expression: &Expression) -> bool {
    match expression.get_inner_expression() {
        Expression::CallExpression(call) => {
            let path = written(&call.callee);
            path == "process.exit" || matches!(path.as_str(), "fail" | "die" | "panic" | "raise" | "throwError")
        }
        _ => false,
    }
}

/// Whether a statement ends the program, or throws.
fn always_ends(statement: &Statement) -> bool {
    match statement {
        Statement::ThrowStatement(_) => true,
        Statement::BlockStatement(block) => block.body.iter().any(always_ends),
        Statement::ExpressionStatement(statement) => ends(&statement.expression),
        _ => false,
    }
}

/// What an exported value comes to: a configuration may be a function that gives an object, or be handed to another one.
fn given<'a>(value: &'a Expression<'a>) -> &'a Expression<'a> {
    let object = match value.get_inner_expression() {
        Expression::ArrowFunctionExpression(function) => match &function.body {
            ArrowFunctionBody::FunctionBody(body) => returned(&body.statements),
            body => body.as_expression(),
        },
        Expression::FunctionExpression(function) => function.body.as_ref().and_then(|body| returned(&body.statements)),
        Expression::CallExpression(call) => {
            let function = call.arguments.first().and_then(|argument| argument.as_expression());
            function.filter(|argument| argument.is_function()).map(given)
        }
        _ => None,
    };
    object.filter(|object| matches!(object.get_inner_expression(), Expression::ObjectExpression(_))).unwrap_or(value)
}

/// What the body of a function gives back in the end.
fn returned<'a>(statements: &'a [Statement<'a>]) -> Option<&'a Expression<'a>> {
    statements.iter().rev().find_map(|statement| match statement {
        Statement::ReturnStatement(it) => it.argument.as_ref(),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
