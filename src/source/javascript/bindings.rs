//! What the names of a JavaScript file are bound to, by scope, and where a dotted path comes from.

use std::collections::HashMap;

use oxc_ast::AstKind;
use oxc_ast::ast::{
    AssignmentTarget, BindingPattern, Class, Expression, FormalParameter, ImportDeclaration,
    ImportDeclarationSpecifier, ModuleExportName, Program, PropertyKey, TSType, TSTypeAnnotation, TSTypeName,
    VariableDeclarationKind,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

/// Names are followed through this many others.
const DEEPEST_NAME: u32 = 12;
/// A longer path says nothing more, in bytes.
const LONGEST_PATH: usize = 300;

/// What a name is bound to.
#[derive(Debug, Clone)]
pub enum Bound<'a> {
    /// What a module exports: `*` for all of it, `default` for its main value.
    Import { module: &'a str, exported: &'a str },
    /// The value of an expression.
    Value(&'a Expression<'a>),
    /// A field of the value of an expression, by destructuring: `const { port: { http = 80 } } = config`.
    Field { of: &'a Expression<'a>, path: Vec<&'a str>, default: Option<&'a Expression<'a>> },
    /// A parameter of a type.
    Typed(&'a str),
    /// Something that is declared, and not said here.
    Declared,
}

/// A name and where it is known.
#[derive(Debug)]
struct Binding<'a> {
    scope: Span,
    bound: Bound<'a>,
    /// The binding of the same name in the next scope around, by its place among those of the name.
    around: Option<usize>,
}

/// A function, with the names of its parameters.
#[derive(Debug)]
pub struct DeclaredFunction {
    pub name: String,
    pub parameters: Vec<String>,
    pub span: Span,
}

/// The names of a file.
#[derive(Debug, Default)]
pub struct Bindings<'a> {
    /// Those of a name in the order of their scopes, an outer one before its inner ones.
    by_name: HashMap<&'a str, Vec<Binding<'a>>>,
    /// The fields of classes, by name: what `this.name` is.
    fields: HashMap<&'a str, Bound<'a>>,
    /// What names are assigned behind their declaration.
    assigned: HashMap<&'a str, Vec<&'a Expression<'a>>>,
    /// The functions in the order of the text.
    pub functions: Vec<DeclaredFunction>,
    /// Their numbers, by first byte.
    pub function_at: HashMap<u32, u32>,
}

impl<'a> Bindings<'a> {
    /// The names of a program.
    pub fn of(program: &Program<'a>) -> Self {
        let mut collector = Collector { bindings: Self::default(), scopes: Vec::new(), names: HashMap::new() };
        collector.visit_program(program);
        collector.bindings.by_name.values_mut().for_each(nest);
        collector.bindings
    }

    /// What a name is bound to where it stands at a byte: by the innermost scope.
    pub fn find(&self, name: &str, at: u32) -> Option<&Bound<'a>> {
        let known = self.by_name.get(name)?;
        let mut nearest = known.partition_point(|it| it.scope.start <= at).checked_sub(1);
        while let Some(binding) = nearest.and_then(|place| known.get(place)) {
            if at < binding.scope.end {
                return Some(&binding.bound);
            }
            nearest = binding.around;
        }
        None
    }

    /// What a field of `this` is.
    pub fn field(&self, name: &str) -> Option<&Bound<'a>> {
        self.fields.get(name)
    }

    /// What a name is assigned behind its declaration.
    pub fn assigned(&self, name: &str) -> &[&'a Expression<'a>] {
        self.assigned.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where the value of an expression comes from, dotted: `express()`, `fs.promises.readFile`, `process.env`; nothing
    /// for a literal.
    pub fn origin(&self, expression: &Expression<'a>) -> Option<String> {
        self.origin_within(expression, 0)
    }

    fn origin_within(&self, expression: &Expression<'a>, depth: u32) -> Option<String> {
        if depth > DEEPEST_NAME {
            return None;
        }
        let inner = |expression: &Expression<'a>| self.origin_within(expression, depth + 1);
        let found = match expression.get_inner_expression() {
            Expression::Identifier(name) => self.origin_of_name(name.name.as_str(), name.span.start, depth + 1),
            Expression::ThisExpression(_) => Some("this".into()),
            Expression::ImportMeta(_) => Some("import.meta".into()),
            Expression::AwaitExpression(awaited) => inner(&awaited.argument),
            Expression::AssignmentExpression(assignment) => inner(&assignment.right),
            Expression::LogicalExpression(either) => inner(&either.left),
            Expression::SequenceExpression(sequence) => sequence.expressions.last().and_then(inner),
            Expression::ImportExpression(import) => {
                text_of(&import.source).map(|module| module_name(module).to_owned())
            }
            Expression::CallExpression(call) => match call.common_js_require() {
                Some(module) => Some(module_name(module.value.as_str()).to_owned()),
                None => inner(&call.callee).map(|path| format!("{path}()")),
            },
            Expression::NewExpression(call) => inner(&call.callee).map(|path| format!("{path}()")),
            Expression::ChainExpression(chain) => match &chain.expression {
                oxc_ast::ast::ChainElement::CallExpression(call) => inner(&call.callee).map(|path| format!("{path}()")),
                other => {
                    let member = other.as_member_expression()?;
                    member_path(inner(member.object()), member.static_property_name()?)
                }
            },
            other => {
                let member = other.as_member_expression()?;
                let name = member.static_property_name().or_else(|| match member {
                    oxc_ast::ast::MemberExpression::PrivateFieldExpression(field) => Some(field.field.name.as_str()),
                    _ => None,
                })?;
                if matches!(member.object(), Expression::ThisExpression(_))
                    && let Some(bound) = self.fields.get(name)
                {
                    return self.origin_of_bound(bound, name, depth + 1);
                }
                member_path(inner(member.object()), name)
            }
        };
        found.filter(|path| path.len() < LONGEST_PATH)
    }

    fn origin_of_name(&self, name: &str, at: u32, depth: u32) -> Option<String> {
        match self.find(name, at) {
            None => Some(name.to_owned()),
            Some(Bound::Declared) => match self.assigned(name) {
                [value, ..] => self.origin_within(value, depth).or_else(|| Some(name.to_owned())),
                [] => Some(name.to_owned()),
            },
            Some(bound) => self.origin_of_bound(bound, name, depth).or_else(|| Some(name.to_owned())),
        }
    }

    fn origin_of_bound(&self, bound: &Bound<'a>, name: &str, depth: u32) -> Option<String> {
        match bound {
            Bound::Import { module, exported: "*" | "default" } => Some((*module).to_owned()),
            Bound::Import { module, exported } => Some(format!("{module}.{exported}")),
            Bound::Value(value) => self.origin_within(value, depth),
            Bound::Field { of, path, .. } => {
                let start = self.origin_within(of, depth)?;
                Some(path.iter().fold(start, |start, field| format!("{start}.{field}")))
            }
            // The name of a type is that of an import, or its own.
            Bound::Typed(class) => self.origin_of_name(class, 0, depth),
            Bound::Declared => Some(name.to_owned()),
        }
    }
}

/// Puts the bindings of one name in the order of their scopes, the first of each scope alone, and notes which is around which.
fn nest(bindings: &mut Vec<Binding>) {
    bindings.sort_by_key(|it| (it.scope.start, std::cmp::Reverse(it.scope.end)));
    bindings.dedup_by_key(|it| it.scope);
    let mut open: Vec<(u32, usize)> = Vec::new();
    for (place, binding) in bindings.iter_mut().enumerate() {
        while open.pop_if(|(end, _)| *end <= binding.scope.start).is_some() {}
        binding.around = open.last().map(|(_, place)| *place);
        open.push((binding.scope.end, place));
    }
}

/// `object.name`; the main value of a module is the module itself.
fn member_path(object: Option<String>, name: &str) -> Option<String> {
    let object = object?;
    Some(if name == "default" { object } else { format!("{object}.{name}") })
}

/// A path as it is written: `app.listen`, `http.createServer().listen`; `?` for what has no name.
pub fn written(expression: &Expression) -> String {
    written_within(expression, 0)
}

fn written_within(expression: &Expression, depth: u32) -> String {
    if depth > 4 * DEEPEST_NAME {
        return "?".into();
    }
    let inner = |expression: &Expression| written_within(expression, depth + 1);
    match expression.get_inner_expression() {
        Expression::Identifier(name) => name.name.to_string(),
        Expression::ThisExpression(_) => "this".into(),
        Expression::Super(_) => "super".into(),
        Expression::ImportMeta(_) => "import.meta".into(),
        Expression::ImportExpression(_) => "import()".into(),
        Expression::AwaitExpression(awaited) => inner(&awaited.argument),
        Expression::CallExpression(call) => format!("{}()", inner(&call.callee)),
        Expression::NewExpression(call) => format!("{}()", inner(&call.callee)),
        Expression::ChainExpression(chain) => match &chain.expression {
            oxc_ast::ast::ChainElement::CallExpression(call) => format!("{}()", inner(&call.callee)),
            other => other.as_member_expression().map_or_else(
                || "?".into(),
                |member| {
                    let name = member.static_property_name().unwrap_or("?");
                    format!("{}.{name}", inner(member.object()))
                },
            ),
        },
        other => match other.as_member_expression() {
            Some(oxc_ast::ast::MemberExpression::PrivateFieldExpression(field)) => {
                format!("{}.{}", inner(&field.object), field.field.name)
            }
            Some(member) => {
                let name = member.static_property_name().unwrap_or("?");
                format!("{}.{name}", inner(member.object()))
            }
            None => "?".into(),
        },
    }
}

/// A module without what says that it is Node's own: `fs` for `node:fs`.
pub fn module_name(module: &str) -> &str {
    module.strip_prefix("node:").unwrap_or(module)
}

/// The text of a literal.
pub fn text_of<'a>(expression: &Expression<'a>) -> Option<&'a str> {
    match expression.get_inner_expression() {
        Expression::StringLiteral(literal) => Some(literal.value.as_str()),
        Expression::TemplateLiteral(template) => template.single_quasi().map(|text| text.as_str()),
        _ => None,
    }
}

/// The name that a module exports something by.
pub fn exported_name<'a>(name: &ModuleExportName<'a>) -> &'a str {
    match name {
        ModuleExportName::IdentifierName(name) => name.name.as_str(),
        ModuleExportName::IdentifierReference(name) => name.name.as_str(),
        ModuleExportName::StringLiteral(text) => text.value.as_str(),
    }
}

/// Whether a name is written like that of a variable of the environment: in capitals.
pub fn is_variable_name(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The plain name of a key.
pub fn key_name<'a>(key: &PropertyKey<'a>) -> Option<&'a str> {
    match key {
        PropertyKey::StaticIdentifier(name) => Some(name.name.as_str()),
        PropertyKey::PrivateIdentifier(name) => Some(name.name.as_str()),
        PropertyKey::StringLiteral(text) => Some(text.value.as_str()),
        _ => None,
    }
}

/// The name of a type: `Redis` for `Redis`, `Redis | null`.
fn type_name<'a>(annotation: Option<&TSTypeAnnotation<'a>>) -> Option<&'a str> {
    fn name<'a>(of: &TSType<'a>) -> Option<&'a str> {
        match of {
            TSType::TSTypeReference(reference) => match &reference.type_name {
                TSTypeName::IdentifierReference(name) => Some(name.name.as_str()),
                _ => None,
            },
            TSType::TSUnionType(union) => union.types.iter().find_map(name),
            _ => None,
        }
    }
    name(&annotation?.type_annotation)
}

/// Reads the names of a program, each with its scope.
struct Collector<'a> {
    bindings: Bindings<'a>,
    /// The scopes that are open: where, and whether it is that of a function or of the whole file.
    scopes: Vec<(Span, bool)>,
    /// The names of functions that get them from what they are assigned to, by their first byte.
    names: HashMap<u32, String>,
}

impl<'a> Collector<'a> {
    fn bind(&mut self, name: &'a str, bound: Bound<'a>, is_of_function: bool) {
        let scope = self.scopes.iter().rev().find(|(_, is_function)| *is_function || !is_of_function);
        let scope = scope.map_or(Span::new(0, u32::MAX), |(span, _)| *span);
        self.bindings.by_name.entry(name).or_default().push(Binding { scope, bound, around: None });
    }

    /// Binds the names of a pattern to the fields of a value.
    fn pattern(
        &mut self,
        pattern: &'a BindingPattern<'a>,
        of: Option<&'a Expression<'a>>,
        path: &[&'a str],
        default: Option<&'a Expression<'a>>,
        is_of_function: bool,
    ) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                let bound = match of {
                    Some(value) if path.is_empty() => Bound::Value(value),
                    Some(of) => Bound::Field { of, path: path.to_vec(), default },
                    None => default.map_or(Bound::Declared, Bound::Value),
                };
                self.bind(name.name.as_str(), bound, is_of_function);
            }
            BindingPattern::AssignmentPattern(assigned) => {
                self.pattern(&assigned.left, of, path, Some(&assigned.right), is_of_function);
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let key = key_name(&property.key);
                    let inner: Vec<&str> = path.iter().copied().chain(key).collect();
                    self.pattern(&property.value, of.filter(|_| key.is_some()), &inner, None, is_of_function);
                }
                if let Some(rest) = &object.rest {
                    self.pattern(&rest.argument, None, &[], None, is_of_function);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for element in array.elements.iter().flatten() {
                    self.pattern(element, None, &[], None, is_of_function);
                }
            }
        }
    }

    fn parameter(&mut self, parameter: &'a FormalParameter<'a>) {
        let typed = type_name(parameter.type_annotation.as_deref());
        if let (BindingPattern::BindingIdentifier(name), Some(class)) = (&parameter.pattern, typed) {
            self.bind(name.name.as_str(), Bound::Typed(class), true);
            // `constructor(private config: ConfigService)` makes a field.
            if parameter.accessibility.is_some() || parameter.readonly {
                self.bindings.fields.entry(name.name.as_str()).or_insert(Bound::Typed(class));
            }
        } else {
            let default = parameter.initializer.as_deref();
            self.pattern(&parameter.pattern, None, &[], default, true);
        }
    }

    fn import(&mut self, import: &'a ImportDeclaration<'a>) {
        let module = module_name(import.source.value.as_str());
        for specifier in import.specifiers.iter().flatten() {
            let (name, exported) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => (&one.local, exported_name(&one.imported)),
                ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => (&one.local, "default"),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => (&one.local, "*"),
            };
            self.bind(name.name.as_str(), Bound::Import { module, exported }, true);
        }
    }

    fn function(&mut self, span: Span, own: Option<&str>, parameters: Vec<String>) {
        let number = u32::try_from(self.bindings.functions.len()).unwrap_or(u32::MAX);
        let name = own.map(str::to_owned).or_else(|| self.names.get(&span.start).cloned()).unwrap_or_default();
        self.bindings.functions.push(DeclaredFunction { name, parameters, span });
        self.bindings.function_at.insert(span.start, number);
        self.scopes.push((span, true));
    }

    fn class(&mut self, class: &'a Class<'a>) {
        let owner = class.id.as_ref().map_or("", |id| id.name.as_str());
        for element in &class.body.body {
            match element {
                oxc_ast::ast::ClassElement::MethodDefinition(method) => {
                    let key = key_name(&method.key).unwrap_or_default();
                    let name = if owner.is_empty() { key.to_owned() } else { format!("{owner}.{key}") };
                    self.names.insert(method.value.span.start, name);
                }
                oxc_ast::ast::ClassElement::PropertyDefinition(property) => {
                    let Some(key) = key_name(&property.key) else { continue };
                    let typed = type_name(property.type_annotation.as_deref());
                    let bound = property.value.as_ref().map(Bound::Value).or(typed.map(Bound::Typed));
                    if let Some(bound) = bound {
                        self.bindings.fields.entry(key).or_insert(bound);
                    }
                    if let Some(value) = &property.value {
                        self.names.insert(value.span().start, key.to_owned());
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'a> Visit<'a> for Collector<'a> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::Program(program) => self.scopes.push((Span::new(0, program.span.end.saturating_add(1)), true)),
            AstKind::BlockStatement(block) => self.scopes.push((block.span, false)),
            AstKind::ForStatement(it) => self.scopes.push((it.span, false)),
            AstKind::ForInStatement(it) => self.scopes.push((it.span, false)),
            AstKind::ForOfStatement(it) => self.scopes.push((it.span, false)),
            AstKind::CatchClause(it) => self.scopes.push((it.span, false)),
            AstKind::SwitchStatement(it) => self.scopes.push((it.span, false)),
            AstKind::Function(function) => {
                if let Some(id) = &function.id {
                    self.bind(id.name.as_str(), Bound::Declared, true);
                }
                let own = function.id.as_ref().map(|id| id.name.as_str());
                self.function(function.span, own, parameters(&function.params));
            }
            AstKind::ArrowFunctionExpression(function) => {
                self.function(function.span, None, parameters(&function.params));
            }
            AstKind::FormalParameter(parameter) => self.parameter(parameter),
            AstKind::ImportDeclaration(import) => self.import(import),
            AstKind::TSImportEqualsDeclaration(import) => {
                if let oxc_ast::ast::TSModuleReference::ExternalModuleReference(module) = &import.module_reference {
                    let module = module_name(module.expression.value.as_str());
                    self.bind(import.id.name.as_str(), Bound::Import { module, exported: "*" }, true);
                }
            }
            AstKind::VariableDeclaration(declaration) => {
                let is_of_function = declaration.kind == VariableDeclarationKind::Var;
                for declarator in &declaration.declarations {
                    if let (BindingPattern::BindingIdentifier(id), Some(init)) = (&declarator.id, &declarator.init) {
                        self.names.insert(init.get_inner_expression().span().start, id.name.to_string());
                    }
                    let typed = type_name(declarator.type_annotation.as_deref());
                    match (&declarator.id, &declarator.init, typed) {
                        (BindingPattern::BindingIdentifier(id), None, Some(class)) => {
                            self.bind(id.name.as_str(), Bound::Typed(class), is_of_function);
                        }
                        (id, init, _) => self.pattern(id, init.as_ref(), &[], None, is_of_function),
                    }
                }
            }
            AstKind::AssignmentExpression(assignment) => match &assignment.left {
                AssignmentTarget::AssignmentTargetIdentifier(name) => {
                    self.bindings.assigned.entry(name.name.as_str()).or_default().push(&assignment.right);
                }
                AssignmentTarget::StaticMemberExpression(member)
                    if matches!(member.object, Expression::ThisExpression(_)) =>
                {
                    let name = member.property.name.as_str();
                    let is_known = self.bindings.fields.get(name).is_some_and(|it| matches!(it, Bound::Value(_)));
                    if !is_known {
                        self.bindings.fields.insert(name, Bound::Value(&assignment.right));
                    }
                }
                _ => {}
            },
            AstKind::ObjectProperty(property) => {
                if let Some(key) = key_name(&property.key) {
                    self.names.insert(property.value.span().start, key.to_owned());
                }
            }
            AstKind::Class(class) => {
                if let Some(id) = &class.id {
                    self.bind(id.name.as_str(), Bound::Declared, false);
                }
                self.class(class);
            }
            _ => {}
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        if matches!(
            kind,
            AstKind::Program(_)
                | AstKind::BlockStatement(_)
                | AstKind::ForStatement(_)
                | AstKind::ForInStatement(_)
                | AstKind::ForOfStatement(_)
                | AstKind::CatchClause(_)
                | AstKind::SwitchStatement(_)
                | AstKind::Function(_)
                | AstKind::ArrowFunctionExpression(_)
        ) {
            self.scopes.pop();
        }
    }
}

fn parameters(parameters: &oxc_ast::ast::FormalParameters) -> Vec<String> {
    let name = |parameter: &FormalParameter| match &parameter.pattern {
        BindingPattern::BindingIdentifier(name) => name.name.to_string(),
        _ => String::new(),
    };
    parameters.items.iter().map(name).collect()
}
