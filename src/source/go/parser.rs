//! Go source as an index: declarations, statements and expressions, read from the tokens in one pass.

use std::collections::BTreeMap;

use crate::catalog::is_go_standard;
use crate::repo::Document;
use crate::source::go::lexer::{Kind, Token, tokens};
use crate::source::go::{embed_patterns, is_generated, is_variable, libraries};
use crate::source::{
    Argument, Assignment, Call, CommandOption, EmbeddedFile, EnvironmentRead, Field, Function, Import, Index, Literal,
    Place, Selection, Subcommand, Value,
};

/// Expressions and blocks within each other deeper than this are passed over.
const DEEPEST: u32 = 120;
/// A path of calls on calls longer than this, in bytes, names nothing that anybody asks for.
const LONGEST_PATH: usize = 200;

/// What a file says.
pub fn index(document: Document) -> Index {
    let text = document.text().to_owned();
    let mut index = Index::new(document);
    let tokens = statements(&text, &mut index);
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        index,
        function: None,
        conditions: 0,
        is_header: false,
        name: None,
        packages: BTreeMap::new(),
        origins: BTreeMap::new(),
        prefixes: BTreeMap::new(),
        subrouter: None,
        presences: BTreeMap::new(),
        required: Vec::new(),
        gone_through: None,
        alone: None,
        loops: Vec::new(),
        structs: Vec::new(),
        declared: Vec::new(),
        ends: BTreeMap::new(),
    };
    if is_generated(&text) {
        parser.imports();
    } else {
        parser.file();
    }
    let (required, ends) = (std::mem::take(&mut parser.required), std::mem::take(&mut parser.ends));
    let loops = std::mem::take(&mut parser.loops);
    let mut index = parser.index;
    index.calls.sort_by_key(|call| call.place.start);
    for read in &mut index.environment {
        read.is_required |= read.default.is_none() && required.contains(&read.variable);
    }
    Names::of(&index, &ends).resolve(&mut index);
    demands(&mut index);
    read_of_each(&loops, &mut index);
    index
}

/// Finds the variables whose names are gone through: `for _, name := range names { value := os.Getenv(name) }`.
fn read_of_each(loops: &[Loop], index: &mut Index) {
    let assigned = index.assignments.iter().filter(|it| matches!(it.value, Value::List(_)));
    let lists: BTreeMap<&str, &Value> = assigned.map(|it| (it.name.as_str(), &it.value)).collect();
    let mut found = Vec::new();
    for each in loops {
        let inside = index.calls.partition_point(|call| call.place.start < each.start);
        let calls = index.calls[inside..].iter().take_while(|call| call.place.start < each.end);
        let reads = |call: &&Call| {
            (call.is("os.Getenv") || call.is("os.LookupEnv"))
                && matches!(call.positional(0), Some(Value::Name(name)) if *name == each.element)
        };
        let list = match &each.list {
            Value::Name(name) => lists.get(name.as_str()).copied(),
            other => Some(other),
        };
        let (Some(call), Some(Value::List(names))) = (calls.into_iter().find(reads), list) else { continue };
        let (is_required, place) = (each.ends, call.place);
        let read = EnvironmentRead { is_required, is_test: is_required, place, ..EnvironmentRead::default() };
        found.push((names.clone(), read));
    }
    for (names, read) in found {
        index.read_each(names.iter().filter_map(Value::text), &read);
    }
}

/// Finds the functions that read the variable which a parameter names, and that end the program further down.
fn demands(index: &mut Index) {
    let reads = index.calls.iter().filter(|call| call.is("os.Getenv") || call.is("os.LookupEnv"));
    let demanded: Vec<(usize, usize)> = reads
        .filter_map(|read| {
            let at = usize::try_from(read.place.function?).ok()?;
            let Value::Name(name) = read.positional(0)? else { return None };
            let position = index.functions.get(at)?.parameters.iter().position(|parameter| parameter == name)?;
            let is_below =
                |call: &&Call| call.place.function == read.place.function && call.place.start > read.place.start;
            index.calls.iter().filter(is_below).any(|call| libraries::ends(call.name())).then_some((at, position))
        })
        .collect();
    for (at, position) in demanded {
        index.functions[at].demands = Some(position);
    }
}

/// The tokens of the code: comments are left out, and a line that ends a statement is a semicolon. What `//go:embed` names
/// is taken into the index.
fn statements<'a>(text: &'a str, index: &mut Index) -> Vec<Token<'a>> {
    let mut found: Vec<Token> = Vec::new();
    for mut token in tokens(text) {
        match token.kind {
            Kind::Directive(directive) => {
                let patterns = directive.strip_prefix("go:embed ").map(embed_patterns).unwrap_or_default();
                let place = Place { start: token.start, end: token.end, line: token.line, ..Place::default() };
                index.files.extend(patterns.into_iter().map(|pattern| EmbeddedFile {
                    path: Value::Text(pattern),
                    is_read_at_run_time: false,
                    place,
                }));
            }
            Kind::Line => {
                let ends = match found.last().map(|token| &token.kind) {
                    Some(Kind::Word(_) | Kind::Text(_) | Kind::Number(_) | Kind::Mark(')' | ']' | '}')) => true,
                    Some(Kind::Mark(mark @ ('+' | '-'))) => {
                        found.iter().rev().nth(1).is_some_and(|before| before.kind == Kind::Mark(*mark))
                    }
                    _ => false,
                };
                if ends {
                    token.kind = Kind::Mark(';');
                    found.push(token);
                }
            }
            _ => found.push(token),
        }
    }
    found
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: u32,
    index: Index,
    /// The function around, as a position in the index.
    function: Option<u32>,
    /// How many conditions and loops are around.
    conditions: u32,
    /// Whether a brace begins the body of a statement, not the fields of a value.
    is_header: bool,
    /// What gets the next literal.
    name: Option<String>,
    /// The usual name of each imported package, by its name in this file.
    packages: BTreeMap<String, String>,
    /// The call that a variable comes from: `gin.Default()`.
    origins: BTreeMap<String, String>,
    /// The path in front of the routes of a group, by the variable of the group.
    prefixes: BTreeMap<String, String>,
    /// The path of the router that a call has just made below another.
    subrouter: Option<String>,
    /// The variables of the environment whose presence, or value, a variable of the program holds.
    presences: BTreeMap<String, String>,
    /// Variables of the environment without which the program ends.
    required: Vec<String>,
    /// The list that the header around goes through, behind what each of its elements is called.
    gone_through: Option<(String, Value)>,
    /// The value that stands alone in the header around, with its place: `switch kind {`.
    alone: Option<(Value, Place)>,
    /// The loops through a list that have ended.
    loops: Vec<Loop>,
    /// The fields around that are structs without a name, outermost first.
    structs: Vec<String>,
    /// The first bytes of the declarations in each block and statement around.
    declared: Vec<Vec<u32>>,
    /// Where the block or statement ends in which something is declared, by the first byte of the declaration.
    ends: BTreeMap<u32, u32>,
}

/// A loop through a list: `for _, name := range names { … }`.
struct Loop {
    /// What each element is called.
    element: String,
    /// The list.
    list: Value,
    /// The first byte of the body.
    start: u32,
    /// The byte behind the body.
    end: u32,
    /// Whether something in the body ends the program.
    ends: bool,
}

/// A call in a chain: `Flag` and what it is given.
type Link = (String, Vec<Argument>);

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&Kind<'a>> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn peek_at(&self, ahead: usize) -> Option<&Kind<'a>> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn word(&self) -> Option<&'a str> {
        match self.peek() {
            Some(Kind::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_mark(&self, mark: char) -> bool {
        self.peek() == Some(&Kind::Mark(mark))
    }

    fn eat(&mut self, mark: char) -> bool {
        let is_it = self.is_mark(mark);
        self.at += usize::from(is_it);
        is_it
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let is_it = self.word() == Some(word);
        self.at += usize::from(is_it);
        is_it
    }

    /// Whether a mark and the next stand side by side: `:` and `=` of `:=`.
    fn is_pair(&self, first: char, second: char) -> bool {
        let pair = (self.tokens.get(self.at), self.tokens.get(self.at + 1));
        matches!(pair, (Some(a), Some(b)) if a.kind == Kind::Mark(first) && b.kind == Kind::Mark(second) && a.end == b.start)
    }

    /// The place from a token to the one before the current.
    fn place(&self, from: usize) -> Place {
        let Some(first) = self.tokens.get(from) else { return Place::default() };
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(first.end, |last| last.end);
        Place {
            start: first.start,
            end: end.max(first.end),
            line: first.line,
            function: self.function,
            is_conditional: self.conditions > 0,
        }
    }

    fn start(&self) -> u32 {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |token| token.start)
    }

    fn end(&self) -> u32 {
        self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |token| token.end)
    }

    /// Passes over brackets and what is in them.
    fn skip_brackets(&mut self) {
        let mut depth = 0_u32;
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Mark('(' | '[' | '{') => depth += 1,
                Kind::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_statement(&mut self) {
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Mark(';' | '}' | ')') => return,
                Kind::Mark('(' | '[' | '{') => self.skip_brackets(),
                _ => self.at += 1,
            }
        }
    }

    fn file(&mut self) {
        while self.at < self.tokens.len() {
            match self.word() {
                Some("import") => self.declarations(Self::import),
                Some("func") => self.function(),
                Some("var") => self.declarations(|parser| parser.variable(false)),
                Some("const") => self.declarations(|parser| parser.variable(true)),
                Some("type") => self.declarations(Self::type_declaration),
                Some("package") => self.at += 2,
                _ => {
                    let before = self.at;
                    self.statement();
                    self.at += usize::from(self.at == before);
                }
            }
        }
    }

    /// The imports alone, which stand before all other declarations.
    fn imports(&mut self) {
        while self.at < self.tokens.len() {
            match self.word() {
                Some("import") => self.declarations(Self::import),
                Some("func" | "var" | "const" | "type") => return,
                _ => self.at += 1,
            }
        }
    }

    /// One declaration, or those in parentheses, behind a keyword.
    fn declarations(&mut self, one: fn(&mut Self)) {
        self.at += 1;
        if !self.eat('(') {
            return one(self);
        }
        while self.at < self.tokens.len() && !self.eat(')') {
            let before = self.at;
            if !self.eat(';') {
                one(self);
            }
            self.at += usize::from(self.at == before);
        }
    }

    fn import(&mut self) {
        let from = self.at;
        let alias = self.word();
        self.at += usize::from(alias.is_some() || self.is_mark('.'));
        let Some(Kind::Text(module)) = self.peek() else { return };
        let module = module.to_string();
        self.at += 1;
        let usual = libraries::package_name(&module);
        let local = alias.unwrap_or(&usual).to_owned();
        self.packages.insert(local.clone(), usual);
        let names = vec![("*".to_owned(), local)];
        self.index.imports.push(Import { module, names, place: self.place(from), ..Import::default() });
    }

    fn function(&mut self) {
        let from = self.at;
        self.at += 1;
        let mut name = String::new();
        if self.is_mark('(') && matches!(self.peek_at(1), Some(Kind::Word(_) | Kind::Mark('*'))) {
            let open = self.at;
            self.skip_brackets();
            let receiver = self.tokens[open..self.at].iter().rev().find_map(|token| match token.kind {
                Kind::Word(word) => Some(word),
                _ => None,
            });
            name.extend(receiver.map(|receiver| format!("{receiver}.")));
        }
        if let Some(own) = self.word() {
            name.push_str(own);
            self.at += 1;
        }
        if self.is_mark('[') {
            self.skip_brackets();
        }
        self.signature_and_body(from, name);
    }

    /// Parameters, results and body; the position of the function in the index.
    fn signature_and_body(&mut self, from: usize, name: String) -> u32 {
        let parameters = self.parameters();
        if !self.is_mark('{') && !self.is_mark(';') {
            self.skip_type();
        }
        let position = u32::try_from(self.index.functions.len()).unwrap_or(u32::MAX);
        // what stands in a function without a name may run where that stands
        let conditions = if name.is_empty() { self.conditions } else { 0 };
        self.index.functions.push(Function { name, parameters, place: self.place(from), ..Function::default() });
        if self.is_mark('{') {
            let around = (self.function.replace(position), std::mem::replace(&mut self.conditions, conditions));
            self.block();
            (self.function, self.conditions) = around;
        }
        let place = self.place(from);
        self.index.functions[position as usize].place = place;
        position
    }

    /// The names of parameters: the first word of each, where types stand behind names.
    fn parameters(&mut self) -> Vec<String> {
        let open = self.at;
        if !self.is_mark('(') {
            return Vec::new();
        }
        self.skip_brackets();
        let inside = self.tokens.get(open + 1..self.at.saturating_sub(1)).unwrap_or_default();
        let (mut names, mut depth, mut is_first, mut has_types) = (Vec::new(), 0_u32, true, false);
        for (index, token) in inside.iter().enumerate() {
            match &token.kind {
                Kind::Mark('(' | '[' | '{') => depth += 1,
                Kind::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
                Kind::Mark(',') if depth == 0 => {
                    is_first = true;
                    continue;
                }
                Kind::Word(word) if depth == 0 && is_first => {
                    names.push((*word).to_owned());
                    let next = inside.get(index + 1).map(|token| &token.kind);
                    has_types |= !matches!(next, None | Some(Kind::Mark(',' | '.')));
                }
                _ => {}
            }
            is_first = false;
        }
        if has_types { names } else { Vec::new() }
    }

    fn skip_type(&mut self) {
        if self.depth >= DEEPEST {
            return self.skip_statement();
        }
        self.depth += 1;
        match self.peek() {
            Some(Kind::Mark('*')) => {
                self.at += 1;
                self.skip_type();
            }
            Some(Kind::Mark('<')) => {
                self.at += 2;
                self.skip_type();
            }
            Some(Kind::Mark('(')) => self.skip_brackets(),
            Some(Kind::Mark('[')) => {
                self.skip_brackets();
                self.skip_type();
            }
            Some(Kind::Word("map")) => {
                self.at += 1;
                self.skip_brackets();
                self.skip_type();
            }
            Some(Kind::Word("chan")) => {
                self.at += 1;
                if self.is_pair('<', '-') {
                    self.at += 2;
                }
                self.skip_type();
            }
            Some(Kind::Word("func")) => {
                self.at += 1;
                self.skip_brackets();
                if matches!(self.peek(), Some(Kind::Word(_) | Kind::Mark('*' | '[' | '('))) {
                    self.skip_type();
                }
            }
            Some(Kind::Word("struct")) => {
                self.at += 1;
                self.fields_of_struct();
            }
            Some(Kind::Word("interface")) => {
                self.at += 1;
                if self.is_mark('{') {
                    self.skip_brackets();
                }
            }
            Some(Kind::Word(_)) => {
                self.at += 1;
                while self.is_mark('.') && matches!(self.peek_at(1), Some(Kind::Word(_))) {
                    self.at += 2;
                }
                if self.is_mark('[') && matches!(self.peek_at(1), Some(Kind::Word(_) | Kind::Mark('*' | '['))) {
                    self.skip_brackets();
                }
            }
            _ => {}
        }
        self.depth -= 1;
    }

    fn type_declaration(&mut self) {
        self.at += 1;
        if self.is_mark('[')
            && matches!(self.peek_at(1), Some(Kind::Word(_)))
            && self.peek_at(2) != Some(&Kind::Mark(']'))
        {
            self.skip_brackets();
        }
        self.eat('=');
        self.skip_type();
    }

    /// The fields of a struct, with what their tags say.
    fn fields_of_struct(&mut self) {
        if !self.eat('{') {
            return;
        }
        while self.at < self.tokens.len() && !self.eat('}') {
            let from = self.at;
            let name = self.word().unwrap_or_default().to_owned();
            loop {
                match self.peek() {
                    None | Some(Kind::Mark(';' | '}')) => break,
                    Some(Kind::Text(tag)) => {
                        let tag = tag.to_string();
                        self.at += 1;
                        self.tag(&tag, &name, from);
                    }
                    Some(Kind::Word("struct")) => {
                        self.structs.push(name.clone());
                        self.skip_type();
                        self.structs.pop();
                    }
                    Some(Kind::Mark('(' | '[' | '{')) => self.skip_brackets(),
                    _ => self.at += 1,
                }
            }
            self.eat(';');
        }
    }

    /// What the tag of a field says about a variable or an option.
    fn tag(&mut self, tag: &str, name: &str, from: usize) {
        let place = self.place(from);
        let stated = libraries::tag(tag);
        if let Some(subcommand) = libraries::subcommand_of_tag(tag, name) {
            self.index.subcommands.push(Subcommand { name: subcommand, is_optional: false, options: None, place });
        }
        if let Some(variable) = stated.variable.as_ref().filter(|name| is_variable(name)) {
            self.index.environment.push(EnvironmentRead {
                variable: variable.clone(),
                default: stated.default.clone(),
                is_required: stated.is_required,
                place,
                ..EnvironmentRead::default()
            });
        }
        if let Some(flag) = &stated.flag {
            self.index.options.push(CommandOption {
                name: flag.trim_start_matches('-').replace('-', "_"),
                flag: Some(flag.clone()),
                variable: stated.variable.clone(),
                default: stated.default.clone(),
                is_required: stated.is_required,
                place,
                ..CommandOption::default()
            });
        }
        if let Some(value) = stated.value() {
            let value_start = place.start;
            let outer = self.structs.iter().filter(|outer| !outer.is_empty());
            let name = outer.map(String::as_str).chain([name]).collect::<Vec<_>>().join(".");
            self.index.assignments.push(Assignment { name, value, is_constant: false, place, value_start });
        }
    }

    fn variable(&mut self, is_constant: bool) {
        let from = self.at;
        let mut names = Vec::new();
        while let Some(name) = self.word() {
            names.push(name.to_owned());
            self.at += 1;
            if !self.eat(',') {
                break;
            }
        }
        if !self.is_mark('=') && !self.is_mark(';') && !self.is_mark(')') {
            self.skip_type();
        }
        if self.eat('=') {
            self.declare(from);
            self.assign(from, &names, is_constant);
        } else {
            self.skip_statement();
        }
    }

    /// Remembers that the statement which starts at a token declares names in the block around.
    fn declare(&mut self, from: usize) {
        if let (Some(token), Some(around)) = (self.tokens.get(from), self.declared.last_mut()) {
            around.push(token.start);
        }
    }

    /// Reads a block, or a statement with a header, that has its own names.
    fn in_scope(&mut self, read: impl FnOnce(&mut Self)) {
        self.declared.push(Vec::new());
        read(self);
        let end = self.start();
        self.ends.extend(self.declared.pop().into_iter().flatten().map(|start| (start, end)));
    }

    /// The values behind `=` or `:=`, which these names get.
    fn assign(&mut self, from: usize, names: &[String], is_constant: bool) {
        let mut position = 0;
        loop {
            let value_start = self.start();
            let name = names.get(position).cloned().unwrap_or_default();
            let around = std::mem::replace(&mut self.name, Some(name.clone()).filter(|name| !name.is_empty()));
            let value = self.expression();
            self.name = around;
            self.know(&name, names.get(1).filter(|_| names.len() > 1), &value);
            if !name.is_empty() && name != "_" {
                let place = self.place(from);
                // `app.Commands = []cli.Command{{Name: "serve"}}`
                let listed = if name.ends_with(".Commands") { commands(&value) } else { Vec::new() };
                let listed =
                    listed.into_iter().map(|name| Subcommand { name, is_optional: false, options: None, place });
                self.index.subcommands.extend(listed);
                self.index.assignments.push(Assignment { name, value, is_constant, place, value_start });
            }
            position += 1;
            if !self.eat(',') {
                return;
            }
        }
    }

    /// Remembers which call, group of routes or variable of the environment a name stands for.
    fn know(&mut self, name: &str, second: Option<&String>, value: &Value) {
        self.origins.remove(name);
        self.presences.remove(name);
        match value {
            Value::Call(call) => {
                let origin = format!("{}()", call.resolved());
                if origin.len() < LONGEST_PATH {
                    self.origins.insert(name.to_owned(), origin);
                }
                let subrouter = self.subrouter.take().filter(|_| call.name() == "Subrouter");
                if let Some(prefix) = libraries::group(call).map(str::to_owned).or(subrouter) {
                    let router = call.path.split('.').next().unwrap_or_default();
                    let outer = self.prefixes.get(router).cloned().unwrap_or_default();
                    self.prefixes.insert(name.to_owned(), outer + &prefix);
                }
            }
            Value::Environment { variable, .. } => {
                for name in [Some(&name.to_owned()), second].into_iter().flatten() {
                    self.presences.insert(name.clone(), variable.clone());
                }
            }
            _ => {}
        }
    }

    fn block(&mut self) {
        if self.depth >= DEEPEST {
            return self.skip_brackets();
        }
        self.depth += 1;
        let around = (std::mem::take(&mut self.is_header), self.name.take());
        self.eat('{');
        self.in_scope(|parser| {
            while parser.at < parser.tokens.len() && !parser.eat('}') {
                let before = parser.at;
                parser.statement();
                parser.at += usize::from(parser.at == before);
            }
        });
        (self.is_header, self.name) = around;
        self.depth -= 1;
    }

    fn statement(&mut self) {
        match self.peek() {
            Some(Kind::Mark('{')) => self.block(),
            Some(Kind::Mark(';')) => self.at += 1,
            Some(Kind::Word("var")) => self.declarations(|parser| parser.variable(false)),
            Some(Kind::Word("const")) => self.declarations(|parser| parser.variable(true)),
            Some(Kind::Word("type")) => self.declarations(Self::type_declaration),
            Some(Kind::Word("if" | "for" | "switch" | "select")) => self.in_scope(|parser| {
                let mut accepted = parser.conditional();
                // what a header declares holds in all branches
                while parser.eat_word("else") {
                    accepted = parser.branch(accepted);
                }
            }),
            Some(Kind::Word("case")) => {
                self.at += 1;
                self.simple();
                self.eat(':');
            }
            Some(Kind::Word("return")) => self.result(),
            Some(Kind::Word("go" | "defer" | "default" | "break" | "continue" | "goto" | "fallthrough")) => {
                self.at += 1;
                if !matches!(self.peek(), Some(Kind::Mark(';' | ':' | '}'))) {
                    self.simple();
                }
                self.eat(':');
            }
            _ => self.simple(),
        }
    }

    /// What a function gives, known as its call: `address()`.
    fn result(&mut self) {
        let from = self.at;
        self.at += 1;
        if matches!(self.peek(), Some(Kind::Mark(';' | '}'))) {
            return;
        }
        let function = self.function.and_then(|at| self.index.functions.get(usize::try_from(at).ok()?));
        let name = function.map(|function| function.name.as_str()).filter(|name| !name.is_empty());
        let names: Vec<String> = name.map(|name| format!("{name}()")).into_iter().collect();
        self.assign(from, &names, false);
    }

    /// What stands behind `else`, where the conditions before accept these values of a name; what it accepts with them.
    fn branch(&mut self, accepted: Option<Selection>) -> Option<Selection> {
        if self.word() == Some("if") {
            let more = self.conditional();
            let (mut all, more) = accepted.zip(more).filter(|(all, more)| all.value == more.value)?;
            all.accepted.extend(more.accepted);
            return Some(all);
        }
        let body = self.at;
        if self.is_mark('{') {
            self.conditions += 1;
            self.block();
            self.conditions -= 1;
        }
        let ends = ends_at_once(self.tokens.get(body..self.at.min(self.tokens.len())).unwrap_or_default());
        self.index.selections.extend(accepted.filter(|_| ends));
        None
    }

    /// The name that a condition compares with texts and nothing else, and those: `kind == "a" || kind == "b"`.
    fn compared(&self, header: usize, body: usize, sign: char, joint: char) -> Option<Selection> {
        let header = self.tokens.get(header + 1..body)?;
        let condition = header.rsplit(|token| token.kind == Kind::Mark(';')).next()?;
        let (first, mut rest, mut accepted) = (condition.first()?, condition, Vec::new());
        let Kind::Word(name) = first.kind else { return None };
        loop {
            let [one, a, b, text, more @ ..] = rest else { return None };
            let Kind::Text(text) = &text.kind else { return None };
            if one.kind != first.kind || a.kind != Kind::Mark(sign) || b.kind != Kind::Mark('=') {
                return None;
            }
            accepted.push(Value::Text(text.to_string()));
            rest = match more {
                [] => break,
                [a, b, more @ ..] if a.kind == Kind::Mark(joint) && b.kind == a.kind => more,
                _ => return None,
            };
        }
        let place = Place {
            start: first.start,
            end: first.end,
            line: first.line,
            function: self.function,
            is_conditional: self.conditions > 0,
        };
        Some(Selection { value: Value::Name(name.to_owned()), accepted, place })
    }

    /// A statement with a header and a body that may not run; the values of a name for which alone the body runs.
    fn conditional(&mut self) -> Option<Selection> {
        let header = self.at;
        self.at += 1;
        let around = std::mem::replace(&mut self.is_header, true);
        while !self.is_mark('{') && self.at < self.tokens.len() && !self.is_mark('}') {
            let before = self.at;
            if !self.eat(';') {
                self.simple();
            }
            self.at += usize::from(self.at == before);
        }
        self.is_header = around;
        let body = self.at;
        let is_switch = self.tokens.get(header).is_some_and(|token| token.kind == Kind::Word("switch"));
        let chosen = self.alone.take().filter(|_| is_switch);
        let absent = self.absent_variables(header, body);
        let list = self.gone_through.take();
        self.conditions += 1;
        self.block();
        self.conditions -= 1;
        let refused = self.compared(header, body, '!', '&');
        let only = self.compared(header, body, '=', '|');
        // a header may end with the file
        let body = self.tokens.get(body..self.at.min(self.tokens.len())).unwrap_or_default();
        self.index.selections.extend(refused.filter(|_| ends_at_once(body)));
        if let Some((value, place)) = chosen
            && let Some(accepted) = accepted(body)
        {
            self.index.selections.push(Selection { value, accepted, place });
        }
        if absent.is_empty() && list.is_none() {
            return only;
        }
        // where `main` returns, the program ends
        let around = self.function.and_then(|position| self.index.functions.get(position as usize));
        let returns = || body.iter().any(|token| token.kind == Kind::Word("return"));
        let ends = libraries::ends_program(body) || around.is_some_and(|it| it.name == "main") && returns();
        self.required.extend(absent.into_iter().filter(|_| ends));
        if let (Some((element, list)), [first, .., last]) = (list, body) {
            self.loops.push(Loop { element, list, start: first.start, end: last.end, ends });
        }
        only
    }

    /// The variables of the environment whose absence a condition asks for, each by itself: `port == ""`, `!ok`, `a == "" || b == ""`. Of
    /// what must be absent together with something else (`&&`) none is meant.
    fn absent_variables(&self, from: usize, to: usize) -> Vec<String> {
        let Some(header) = self.tokens.get(from..to) else { return Vec::new() };
        let is_and =
            |pair: &[Token]| pair.iter().all(|token| token.kind == Kind::Mark('&')) && pair[0].end == pair[1].start;
        if header.windows(2).any(is_and) {
            return Vec::new();
        }
        let is_empty = |token: &Token| matches!(&token.kind, Kind::Text(text) if text.is_empty());
        let absent = header.iter().enumerate().filter_map(|(index, token)| {
            let rest = &header[index + 1..];
            match (&token.kind, rest) {
                (Kind::Word(name), [a, b, value, ..])
                    if a.kind == Kind::Mark('=') && b.kind == Kind::Mark('=') && is_empty(value) =>
                {
                    self.presences.get(*name).cloned()
                }
                (Kind::Mark('!'), [Token { kind: Kind::Word(name), .. }, ..]) => self.presences.get(*name).cloned(),
                (Kind::Word("Getenv"), [open, Token { kind: Kind::Text(variable), .. }, close, a, b, value, ..])
                    if open.kind == Kind::Mark('(')
                        && close.kind == Kind::Mark(')')
                        && a.kind == Kind::Mark('=')
                        && b.kind == Kind::Mark('=')
                        && is_empty(value) =>
                {
                    Some(variable.to_string())
                }
                _ => None,
            }
        });
        absent.collect()
    }

    /// Expressions, and what is assigned to them.
    fn simple(&mut self) {
        let from = self.at;
        let mut names = Vec::new();
        loop {
            self.eat_word("range");
            let value = self.expression();
            self.alone = self.is_header.then(|| (value.clone(), self.place(from)));
            names.push(if let Value::Name(name) = value { name } else { String::new() });
            if !self.eat(',') {
                break;
            }
        }
        if self.is_pair(':', '=') {
            self.at += 2;
            self.declare(from);
        } else if self.is_mark('=') {
            self.at += 1;
        } else {
            // `+=` and its like change what is there; `++`, labels
            let is_change = matches!(self.peek(), Some(Kind::Mark(mark)) if "+-*/%&|^<>".contains(*mark));
            while matches!(self.peek(), Some(Kind::Mark(mark)) if is_change && "+-*/%&|^<>=".contains(*mark)) {
                self.at += 1;
            }
            if is_change && !self.is_mark(';') && !self.is_mark('{') {
                self.expression();
            }
            return;
        }
        if self.eat_word("range") {
            let list = self.expression();
            self.gone_through = names.into_iter().nth(1).map(|element| (element, list));
            return;
        }
        self.assign(from, &names, false);
    }

    fn expression(&mut self) -> Value {
        if self.depth >= DEEPEST {
            self.skip_operand();
            return Value::Unknown;
        }
        self.depth += 1;
        let mut parts = vec![self.unary()];
        let mut is_sum = true;
        while let Some(length) = self.operator() {
            is_sum &= self.is_mark('+');
            let is_comparison = matches!(self.peek(), Some(Kind::Mark('=' | '!' | '<' | '>')));
            let known = self.index.texts.len();
            self.at += length;
            parts.push(self.unary());
            // what is compared is looked for, not used
            self.index.texts.truncate(if is_comparison { known } else { self.index.texts.len() });
        }
        self.depth -= 1;
        match parts.len() {
            1 => parts.swap_remove(0),
            _ if is_sum => libraries::sum(parts),
            _ => Value::Unknown,
        }
    }

    /// Passes over an expression, up to what may follow it.
    fn skip_operand(&mut self) {
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Mark(';' | ',' | ')' | ']' | '}' | ':') => return,
                Kind::Mark('(' | '[' | '{') => self.skip_brackets(),
                _ => self.at += 1,
            }
        }
    }

    /// The number of marks of the binary operator that is next; none where there is none, or one that assigns.
    fn operator(&self) -> Option<usize> {
        let Some(Kind::Mark(first)) = self.peek() else { return None };
        let is_next = |ahead: usize, mark: char| {
            let pair = (self.tokens.get(self.at + ahead - 1), self.tokens.get(self.at + ahead));
            matches!(pair, (Some(a), Some(b)) if b.kind == Kind::Mark(mark) && a.end == b.start)
        };
        match first {
            '=' | '!' => is_next(1, '=').then_some(2),
            '<' | '>' if is_next(1, '=') => Some(2),
            '<' if is_next(1, '-') => Some(2),
            '+' | '-' if is_next(1, *first) => None,
            '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<' | '>' => {
                let length = if is_next(1, *first) || *first == '&' && is_next(1, '^') { 2 } else { 1 };
                (!is_next(length, '=')).then_some(length)
            }
            _ => None,
        }
    }

    fn unary(&mut self) -> Value {
        let (mut is_negative, mut is_plain) = (false, true);
        while let Some(Kind::Mark(mark)) = self.peek() {
            match mark {
                '&' | '*' | '+' => {}
                '-' => is_negative = !is_negative,
                '!' | '^' | '<' => is_plain = false,
                _ => break,
            }
            self.at += 1;
        }
        match self.operand() {
            Value::Number(number) if is_negative => Value::Number(-number),
            value if is_plain && !is_negative => value,
            _ => Value::Unknown,
        }
    }

    /// A value with the fields, calls and indices behind it.
    fn operand(&mut self) -> Value {
        let from = self.at;
        let mut path = String::new();
        let mut value = match self.peek().cloned() {
            Some(Kind::Text(text)) => {
                self.at += 1;
                let literal = Literal { text: text.to_string(), name: self.name.clone(), place: self.place(from) };
                self.index.texts.push(literal);
                Value::Text(text.to_string())
            }
            Some(Kind::Number(number)) => {
                self.at += 1;
                libraries::number(number)
            }
            Some(Kind::Mark('(')) => {
                self.at += 1;
                let around = std::mem::take(&mut self.is_header);
                let value = self.expression();
                self.is_header = around;
                while self.at < self.tokens.len() && !self.eat(')') {
                    self.at += 1;
                }
                value
            }
            Some(Kind::Mark('[') | Kind::Word("map" | "struct" | "chan" | "interface")) => {
                self.skip_type();
                // only the name of a type could be the end of a header
                if self.is_mark('{') { self.composite("", from) } else { Value::Unknown }
            }
            Some(Kind::Mark('{')) if !self.is_header => self.composite("", from),
            Some(Kind::Word("func")) => {
                self.at += 1;
                if self.is_mark('(') {
                    Value::Function(self.signature_and_body(from, String::new()))
                } else {
                    Value::Unknown
                }
            }
            Some(Kind::Word(word @ ("true" | "false"))) => {
                self.at += 1;
                Value::Boolean(word == "true")
            }
            Some(Kind::Word(word)) => {
                self.at += 1;
                word.clone_into(&mut path);
                Value::Name(word.to_owned())
            }
            _ => return Value::Unknown,
        };
        let mut links: Vec<Link> = Vec::new();
        loop {
            match self.peek() {
                Some(Kind::Mark('.')) => {
                    self.at += 1;
                    if let Some(word) = self.word() {
                        self.at += 1;
                        if path.len() < LONGEST_PATH {
                            path.push('.');
                            path.push_str(word);
                        }
                        value = Value::Name(path.clone());
                    } else if self.is_mark('(') {
                        self.skip_brackets();
                    }
                }
                Some(Kind::Mark('(')) => {
                    let arguments = self.arguments(&path);
                    if path.is_empty() {
                        // a conversion keeps what it is given: `[]byte("x")`
                        value = arguments.into_iter().next().map(|argument| argument.value).unwrap_or_default();
                        continue;
                    }
                    value = self.call(&path, arguments, from, &mut links);
                    if path.len() < LONGEST_PATH {
                        path.push_str("()");
                    }
                }
                Some(Kind::Mark('[')) => {
                    self.at += 1;
                    let around = std::mem::take(&mut self.is_header);
                    let index = self.expression();
                    self.is_header = around;
                    while self.at < self.tokens.len() && !self.eat(']') {
                        if matches!(self.peek(), Some(Kind::Mark('(' | '[' | '{'))) {
                            self.skip_brackets();
                        } else {
                            self.at += 1;
                        }
                    }
                    value = match index {
                        Value::Text(key) if !path.is_empty() && path.len() < LONGEST_PATH => {
                            Value::Name(format!("{path}.{key}"))
                        }
                        _ => Value::Unknown,
                    };
                }
                Some(Kind::Mark('{')) if !self.is_header && matches!(value, Value::Name(_)) => {
                    value = self.composite(&path, from);
                }
                _ => return value,
            }
        }
    }

    fn arguments(&mut self, path: &str) -> Vec<Argument> {
        let mut found: Vec<Argument> = Vec::new();
        let around = (std::mem::take(&mut self.is_header), self.name.take());
        self.at += 1;
        while self.at < self.tokens.len() && !self.eat(')') {
            let before = self.at;
            let start = self.start();
            let prefix = found.first().and_then(|first| first.value.text()).filter(|_| libraries::nests_routes(path));
            let prefix = prefix.map(|own| {
                let receiver = path.rsplit_once('.').map_or("", |(receiver, _)| receiver);
                self.prefixes.get(receiver).cloned().unwrap_or_default() + own
            });
            let value = match prefix.filter(|_| self.word() == Some("func")) {
                Some(prefix) => self.nested_routes(&prefix),
                None => self.expression(),
            };
            found.push(Argument { name: None, value, start, end: self.end() });
            while self.is_mark('.') {
                self.at += 1;
            }
            if !self.eat(',') && !self.is_mark(')') {
                self.at += usize::from(self.at == before || self.is_mark(';'));
            }
        }
        (self.is_header, self.name) = around;
        found
    }

    /// A function that registers routes below a path on its parameter.
    fn nested_routes(&mut self, prefix: &str) -> Value {
        let open = self.at + 1;
        let parameter = match self.tokens.get(open + 1).map(|token| &token.kind) {
            Some(Kind::Word(name)) => (*name).to_owned(),
            _ => String::new(),
        };
        let around = self.prefixes.insert(parameter.clone(), prefix.to_owned());
        let value = self.expression();
        match around {
            Some(around) => self.prefixes.insert(parameter, around),
            None => self.prefixes.remove(&parameter),
        };
        value
    }

    /// The fields of a struct, a map or a list, behind its type.
    fn composite(&mut self, path: &str, from: usize) -> Value {
        if self.depth >= DEEPEST {
            self.skip_brackets();
            return Value::Unknown;
        }
        self.depth += 1;
        let around = (std::mem::take(&mut self.is_header), self.name.take());
        self.at += 1;
        let (mut fields, mut elements) = (Vec::new(), Vec::new());
        while self.at < self.tokens.len() && !self.eat('}') {
            let before = self.at;
            self.name = None;
            let value = self.expression();
            if self.is_mark(':') {
                self.at += 1;
                let start = self.start();
                let key = match value {
                    Value::Name(key) | Value::Text(key) => key,
                    _ => String::new(),
                };
                self.name = Some(key.clone());
                let value = self.expression();
                fields.push(Field { name: key, value, start, end: self.end() });
            } else if self.at > before {
                elements.push(value);
            }
            if !self.eat(',') && !self.is_mark('}') {
                self.at += usize::from(self.at == before || self.is_mark(';'));
            }
        }
        (self.is_header, self.name) = around;
        self.depth -= 1;
        if !path.is_empty() {
            self.construction(path, &fields, from);
        }
        if fields.is_empty() { Value::List(elements) } else { Value::Object(fields) }
    }

    fn construction(&mut self, path: &str, fields: &[Field], from: usize) {
        let place = self.place(from);
        let text = |names: &[&str]| {
            let field = fields.iter().find(|field| names.contains(&field.name.as_str()))?;
            field.value.text().map(str::to_owned)
        };
        let last = path.rsplit('.').next().unwrap_or_default();
        if let Some(option) = libraries::flag_of_fields(last, fields, place) {
            self.index.options.push(option);
        } else if last == "Command"
            && let Some(name) = text(&["Use", "Name"])
        {
            let name = name.split_whitespace().next().unwrap_or_default().to_owned();
            self.index.subcommands.push(Subcommand { name, is_optional: false, options: None, place });
        }
        let listed = fields.iter().filter(|field| field.name == "Commands");
        for name in listed.flat_map(|field| commands(&field.value)) {
            self.index.subcommands.push(Subcommand { name, is_optional: false, options: None, place });
        }
        let argument = |field: &Field| Argument {
            name: Some(field.name.clone()),
            value: field.value.clone(),
            start: field.start,
            end: field.end,
        };
        self.index.calls.push(Call {
            path: path.to_owned(),
            origin: self.origin(path),
            arguments: fields.iter().map(argument).collect(),
            is_construction: true,
            place,
            ..Call::default()
        });
    }

    /// A path with its first name resolved: a package by its usual name, a variable by the call that made it.
    fn origin(&self, path: &str) -> Option<String> {
        let (first, rest) = path.split_once('.')?;
        let known = self.origins.get(first).or_else(|| self.packages.get(first)).filter(|known| *known != first)?;
        (known.len() + rest.len() < LONGEST_PATH).then(|| format!("{known}.{rest}"))
    }

    /// What a call comes to; it is kept, with the variables, options and routes that it states.
    fn call(&mut self, path: &str, arguments: Vec<Argument>, from: usize, links: &mut Vec<Link>) -> Value {
        let place = self.place(from);
        let call = Call { path: path.to_owned(), origin: self.origin(path), arguments, place, ..Call::default() };
        let value = libraries::value(&call, links);
        match &value {
            Some(Value::Environment { variable, default }) => self.index.environment.push(EnvironmentRead {
                variable: variable.clone(),
                default: default.as_deref().cloned(),
                is_required: libraries::requires(&call),
                place,
                ..EnvironmentRead::default()
            }),
            Some(Value::Option { flag, variable, default }) => {
                let name = flag.trim_start_matches('-').replace('-', "_");
                if let (Some(Value::Name(target)), true) = (call.positional(0), call.name().contains("Var")) {
                    self.index.assignments.push(Assignment {
                        name: target.clone(),
                        value: value.clone().unwrap_or_default(),
                        is_constant: false,
                        place,
                        value_start: place.start,
                    });
                }
                self.index.options.push(CommandOption {
                    name,
                    flag: Some(flag.clone()),
                    variable: variable.clone(),
                    default: default.as_deref().cloned(),
                    is_switch: call.name().starts_with("Bool"),
                    place,
                    ..CommandOption::default()
                });
            }
            _ => {}
        }
        if let ("viper.SetDefault", [key, value, ..]) = (call.resolved(), call.arguments.as_slice())
            && let Some(key) = key.value.text()
        {
            let (name, value, value_start) = (format!("viper.{key}"), value.value.clone(), value.start);
            self.index.assignments.push(Assignment { name, value, is_constant: false, place, value_start });
        }
        if let ("kingpin.Command", Some(name)) = (call.resolved(), call.positional(0).and_then(Value::text)) {
            self.index.subcommands.push(Subcommand { name: name.to_owned(), is_optional: false, options: None, place });
        }
        let prefix = self.prefixes.get(call.receiver()).map(String::as_str);
        self.index.routes.extend(libraries::route(&call, prefix));
        if let ("Subrouter", Some((name, arguments))) = (call.name(), links.last())
            && name == "PathPrefix"
        {
            self.subrouter = arguments.first().and_then(|argument| argument.value.text()).map(str::to_owned);
        }
        links.push((call.name().to_owned(), call.arguments.clone()));
        links.truncate(8);
        self.index.calls.push(call.clone());
        value.unwrap_or_else(|| Value::Call(Box::new(call)))
    }
}

/// The names of commands in a list whose elements go without their type, with those below them.
fn commands(list: &Value) -> Vec<String> {
    let Value::List(elements) = list.resolved() else { return Vec::new() };
    let mut found = Vec::new();
    for command in elements {
        found.extend(command.field("Name").and_then(Value::text).map(str::to_owned));
        found.extend(command.field("Commands").into_iter().flat_map(commands));
    }
    found
}

/// An assignment whose value is plain.
struct PlainAssignment {
    /// The function around.
    function: Option<u32>,
    /// The first byte.
    start: u32,
    /// Where the block ends that it declares the name in; none where the name is another block's.
    end: Option<u32>,
    /// Whether it may not run.
    is_conditional: bool,
    /// The value.
    value: Value,
}

/// The values that the names of a file stand for.
struct Names {
    /// The assignments to each name.
    assigned: BTreeMap<String, Vec<PlainAssignment>>,
}

/// Constants are looked up in constants this often.
const DEEPEST_CONSTANT: u32 = 3;

impl Names {
    /// `ends` says where the block of a declaration ends, by its first byte.
    fn of(index: &Index, ends: &BTreeMap<u32, u32>) -> Self {
        let mut assigned: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let is_kept =
            |it: &&Assignment| is_plain(&it.value, 3) || !it.name.ends_with("()") && is_own_call(index, &it.value);
        for assignment in index.assignments.iter().filter(is_kept) {
            let Assignment { name, value, place, .. } = assignment;
            assigned.entry(name.clone()).or_default().push(PlainAssignment {
                function: place.function,
                start: place.start,
                end: ends.get(&place.start).copied(),
                is_conditional: place.is_conditional,
                value: value.clone(),
            });
        }
        Self { assigned }
    }

    fn resolve(&self, index: &mut Index) {
        let in_place = |value: &mut Value, place: &Place| self.put(value, place.function, place.start, 0);
        for call in &mut index.calls {
            let place = call.place;
            call.arguments.iter_mut().for_each(|argument| in_place(&mut argument.value, &place));
        }
        for assignment in &mut index.assignments {
            let place = assignment.place;
            in_place(&mut assignment.value, &place);
        }
        for read in &mut index.environment {
            let place = read.place;
            read.default.iter_mut().for_each(|value| in_place(value, &place));
        }
        for choice in &mut index.selections {
            let place = choice.place;
            in_place(&mut choice.value, &place);
            choice.accepted.iter_mut().for_each(|value| in_place(value, &place));
        }
        for option in &mut index.options {
            let place = option.place;
            option.default.iter_mut().for_each(|value| in_place(value, &place));
        }
        say_what_stands_in(&mut index.assignments);
        let fallbacks: Vec<(String, Value)> = index
            .assignments
            .iter()
            .filter_map(|assignment| match &assignment.value {
                Value::Environment { variable, default: None } => {
                    let place = &assignment.place;
                    let value = self.fallback(&assignment.name, place.function, place.start)?;
                    Some((variable.clone(), value.clone()))
                }
                _ => None,
            })
            .collect();
        for read in index.environment.iter_mut().filter(|read| read.default.is_none()) {
            read.default = fallbacks.iter().find(|(name, _)| *name == read.variable).map(|(_, value)| value.clone());
        }
    }

    /// What a name gets under a condition behind a byte: `if port == "" { port = "8080" }`.
    fn fallback(&self, name: &str, function: Option<u32>, start: u32) -> Option<&Value> {
        let assigned = self.assigned.get(name)?.iter();
        let is_later = |it: &&PlainAssignment| it.function == function && it.start > start;
        let mut later = assigned.filter(is_later).filter(|it| it.is_conditional && it.end.is_none());
        later.find(|it| it.value.is_known()).map(|it| &it.value)
    }

    fn put(&self, value: &mut Value, function: Option<u32>, start: u32, depth: u32) {
        match value {
            Value::Name(name) if depth < DEEPEST_CONSTANT => {
                let Some(mut found) = self.value(name, function, start) else { return };
                self.put(&mut found, function, start, depth + 1);
                *value = Value::Constant { name: name.clone(), value: Box::new(found) };
            }
            Value::Call(call) if depth < DEEPEST_CONSTANT => {
                let name = format!("{}()", call.path);
                if let Some(result) = self.result(&name, depth) {
                    *value = Value::Constant { name, value: Box::new(result) };
                }
            }
            Value::Joined(parts) | Value::Path(parts) | Value::Either(parts) | Value::List(parts) => {
                for part in parts {
                    self.put(part, function, start, depth);
                }
            }
            Value::Object(fields) => {
                for field in fields {
                    self.put(&mut field.value, function, start, depth);
                }
            }
            Value::Environment { default: Some(default), .. } | Value::Option { default: Some(default), .. } => {
                self.put(default, function, start, depth);
            }
            _ => {}
        }
    }

    /// What a function of the file gives: what it gives under conditions comes first.
    fn result(&self, call: &str, depth: u32) -> Option<Value> {
        let mut results = self.assigned.get(call)?.iter().collect::<Vec<_>>();
        results.sort_by_key(|result| !result.is_conditional);
        let values = results.into_iter().map(|result| {
            let mut value = result.value.clone();
            self.put(&mut value, result.function, result.start, depth + 1);
            value
        });
        values.reduce(Value::or)
    }

    /// The value of a name at a byte of a function: what it was given there, else at the top of the file; a call, where nothing plainer.
    fn value(&self, name: &str, function: Option<u32>, start: u32) -> Option<Value> {
        let assigned = self.assigned.get(name)?;
        let is_here = |it: &&PlainAssignment| it.function == function && it.start < start;
        let here = || assigned.iter().filter(is_here).filter(|it| it.end.is_none_or(|end| start < end));
        let above = || assigned.iter().filter(|it| it.function.is_none());
        let is_plain = |it: &&PlainAssignment| !matches!(it.value, Value::Call(_));
        let plain = here().find(is_plain).or_else(|| above().find(is_plain));
        let first = plain.or_else(|| here().next()).or_else(|| above().next())?;
        match &first.value {
            variable @ Value::Environment { default: None, .. } => {
                let fallback = self.fallback(name, first.function, first.start);
                Some(fallback.map_or_else(|| variable.clone(), |value| variable.clone().or(value.clone())))
            }
            other => Some(other.clone()),
        }
    }
}

/// What the cases of a `switch` accept, where the program ends in the default case; nothing where it goes on.
fn accepted(body: &[Token]) -> Option<Vec<Value>> {
    let (mut depth, mut is_case, mut accepted, mut default) = (0_u32, false, Vec::new(), None);
    for (at, token) in body.iter().enumerate() {
        match &token.kind {
            Kind::Mark('(' | '[' | '{') => depth += 1,
            Kind::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Kind::Word(word @ ("case" | "default")) if depth == 1 => {
                is_case = *word == "case";
                match (*word, &mut default) {
                    ("default", _) => default = Some((at, body.len())),
                    (_, Some((start, end))) if *end == body.len() && *start < at => *end = at,
                    _ => {}
                }
            }
            Kind::Mark(':') if depth == 1 => is_case = false,
            Kind::Text(text) if is_case => accepted.push(Value::Text(text.to_string())),
            Kind::Word(word) if is_case => accepted.push(Value::Name((*word).to_owned())),
            _ => {}
        }
    }
    let (start, end) = default?;
    libraries::ends_program(&body[start..end]).then_some(accepted)
}

/// Says of the variable that a function gives what the function gives in its place: `if value := os.Getenv("PORT"); value != "" { return
/// value }; return "8080"`.
fn say_what_stands_in(assignments: &mut [Assignment]) {
    let results = || assignments.iter().filter(|it| it.name.ends_with("()") && it.value.is_known());
    let known: BTreeMap<String, Value> =
        results().filter(|it| it.value.text() != Some("")).map(|it| (it.name.clone(), it.value.clone())).collect();
    for given in assignments.iter_mut().filter(|it| it.value.bare_variable().is_some()) {
        if let Some(fallback) = known.get(&given.name) {
            given.value = given.value.resolved().clone().or(fallback.clone());
        }
    }
}

/// Whether a value is the call of a function of this package, or of one that does not come with Go: it may be the project's own.
fn is_own_call(index: &Index, value: &Value) -> bool {
    let Value::Call(call) = value else { return false };
    let is_import = |import: &Import| {
        let is_named = import.names.iter().any(|(_, own)| own == call.receiver());
        is_named && !is_go_standard(import.module.split('/').next().unwrap_or_default())
    };
    (call.receiver().is_empty() || index.imports.iter().any(is_import)) && is_plain_call(value, 1)
}

/// Whether a value is a call that is given little.
fn is_plain_call(value: &Value, depth: u32) -> bool {
    let Value::Call(call) = value else { return false };
    call.arguments.len() < 5 && call.arguments.iter().all(|argument| is_plain(&argument.value, depth))
}

/// Whether a body in braces ends the program wherever it runs, not only in a block within.
fn ends_at_once(body: &[Token]) -> bool {
    let mut depth = 0_u32;
    let is_outside = |token: &&Token| {
        match token.kind {
            Kind::Mark('{') => depth += 1,
            Kind::Mark('}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth < 2
    };
    libraries::ends_program(&body.iter().filter(is_outside).cloned().collect::<Vec<_>>())
}

/// Whether a value is small enough to stand in each place where its name does.
fn is_plain(value: &Value, depth: u32) -> bool {
    match value {
        Value::Text(_) | Value::Number(_) | Value::Boolean(_) | Value::Name(_) | Value::Folder(_) => true,
        Value::Environment { default, .. } | Value::Option { default, .. } => {
            default.as_ref().is_none_or(|default| depth > 0 && is_plain(default, depth - 1))
        }
        Value::Joined(parts) | Value::Path(parts) => {
            let is_known = |part: &Value| is_plain(part, depth - 1) || is_plain_call(part, depth - 1);
            depth > 0 && parts.len() < 12 && parts.iter().all(is_known)
        }
        Value::Either(parts) => depth > 0 && parts.len() < 12 && parts.iter().all(|part| is_plain(part, depth - 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Index {
        index(Document::new("main.go", text))
    }

    fn listen(text: &str) -> Value {
        let index = read(text);
        let call = index.calls.iter().find(|call| call.is("http.ListenAndServe")).unwrap();
        call.positional(0).unwrap().clone()
    }

    #[test]
    fn an_address_is_put_together_from_variables_and_constants() {
        for (text, shown, variable) in [
            ("const port = \"8080\"\nfunc main() { http.ListenAndServe(\":\"+port, nil) }", Some(":8080"), None),
            (
                "func main() {\n\tport := os.Getenv(\"PORT\")\n\tif port == \"\" {\n\t\tport = \"3000\"\n\t}\n\thttp.ListenAndServe(\":\" + port, nil)\n}",
                Some(":3000"),
                Some("PORT"),
            ),
            (
                "func main() { http.ListenAndServe(fmt.Sprintf(\"%s:%d\", \"0.0.0.0\", 80), nil) }",
                Some("0.0.0.0:80"),
                None,
            ),
            (
                "func main() { http.ListenAndServe(cmp.Or(os.Getenv(\"ADDR\"), \":80\"), nil) }",
                Some(":80"),
                Some("ADDR"),
            ),
            ("func main() { http.ListenAndServe(getEnv(\"ADDR\", \":80\"), nil) }", Some(":80"), Some("ADDR")),
            ("func main() { http.ListenAndServe(addr(), nil) }", None, None),
        ] {
            let value = listen(&format!("package main\n{text}\n"));
            assert_eq!(value.known_text().as_deref(), shown, "{text}");
            assert_eq!(value.variable(), variable, "{text}");
        }
    }

    #[test]
    fn a_value_that_has_to_be_one_of_several_is_known_with_them() {
        let of = |default: &str| {
            let index = read(&format!(
                "package main\nconst second = \"b\"\nfunc main() {{\nswitch kind := os.Getenv(\"KIND\"); kind {{\ncase \"a\":\n\tlog.Fatal(x)\ncase second:\n{default}\n}}\n}}\n"
            ));
            let known = |it: &Selection| it.accepted.iter().filter_map(Value::known_text).collect::<Vec<_>>();
            index.selections.iter().map(|it| (it.value.variable().map(str::to_owned), known(it))).collect::<Vec<_>>()
        };
        let told = [(Some("KIND".to_owned()), vec!["a".to_owned(), "b".to_owned()])];
        assert_eq!(of("default:\n\tpanic(kind)"), told);
        assert_eq!(of("default:\n\treturn errors.New(kind)"), told);
        assert!(of("default:\n\tlog.Println(kind)\ncase \"c\":\n\tpanic(kind)").is_empty() && of("").is_empty());
    }

    #[test]
    fn a_value_that_is_compared_with_all_that_it_may_be_is_known_with_them() {
        let of = |body: &str| {
            let index =
                read(&format!("package main\nfunc kind() string {{\nkind := os.Getenv(\"KIND\")\n{body}\n}}\n"));
            let known = |it: &Selection| it.accepted.iter().filter_map(Value::known_text).collect::<Vec<_>>().join(" ");
            let shown = |it: &Selection| format!("{}: {}", it.value.bare_variable().unwrap_or_default(), known(it));
            index.selections.iter().map(shown).collect::<Vec<_>>()
        };
        for body in [
            "if kind != \"a\" && kind != \"b\" {\n\tlog.Fatal(kind)\n}",
            "if kind == \"a\" || kind == \"b\" {\n\treturn kind\n} else {\n\tlog.Fatal(kind)\n}",
            "if kind == \"a\" {\n\tuse(a)\n} else if kind == \"b\" {\n\tuse(b)\n} else {\n\treturn fmt.Errorf(kind)\n}",
        ] {
            assert_eq!(of(body), ["KIND: a b"], "{body}");
        }
        for body in [
            "if kind != \"a\" || kind != \"b\" {\n\tlog.Fatal(kind)\n}",
            "if kind != \"a\" && other {\n\tlog.Fatal(kind)\n}",
            "if kind != \"a\" && other != \"b\" {\n\tlog.Fatal(kind)\n}",
            "if kind != \"a\" {\n\tif strict {\n\t\tlog.Fatal(kind)\n\t}\n}",
            "if kind == \"a\" {\n\tlog.Fatal(kind)\n}",
            "if kind == \"a\" {\n\tuse(a)\n} else if other == \"b\" {\n\tuse(b)\n} else {\n\tlog.Fatal(kind)\n}",
            "if kind == \"a\" {\n\tuse(a)\n} else {\n\tlog.Println(kind)\n}",
        ] {
            assert!(of(body).is_empty(), "{body}: {:?}", of(body));
        }
        let after = "if other {\n\tuse(a)\n} else if kind == \"a\" {\n\tuse(b)\n} else {\n\tuse(c)\n}\nif kind != \"a\" {\n\tpanic(kind)\n}";
        assert_eq!(of(after), ["KIND: a"]);
        assert_eq!(
            of("if kind == \"\" {\n\tkind = \"a\"\n}\nif kind != \"a\" {\n\tpanic(kind)\n}"),
            [": a"],
            "it has a default"
        );
    }

    #[test]
    fn a_call_of_a_function_is_what_that_gives() {
        let of = |body: &str, given: &str| {
            let functions =
                format!("func address() string {{\n{body}\n}}\nfunc (it server) address() string {{ return \":9\" }}");
            listen(&format!("package main\n{functions}\nfunc main() {{ http.ListenAndServe({given}, nil) }}\n"))
        };
        assert_eq!(of("return \":8080\"", "address()").known_text().as_deref(), Some(":8080"));
        let told = of("if own := os.Getenv(\"ADDRESS\"); own != \"\" { return own }\nreturn \":8080\"", "address()");
        assert_eq!((told.variable(), told.known_text().as_deref()), (Some("ADDRESS"), Some(":8080")));
        let joined = of("port := 8080\nreturn fmt.Sprintf(\":%d\", port)", "address()");
        assert_eq!(joined.known_text().as_deref(), Some(":8080"));
        assert_eq!(of("return \":8080\"", "other.address()").known_text(), None, "of another package");
        assert_eq!(of("return find()", "address()").known_text(), None);
        assert_eq!(of("return address()", "address()").known_text(), None, "it calls itself");
    }

    #[test]
    fn a_name_that_a_block_declares_ends_with_it() {
        let variable =
            |body: &str| listen(&format!("package main\nfunc main() {{\n{body}\n}}\n")).variable().map(str::to_owned);
        let of = |name: &str| Some(name.to_owned());
        let read = |name: &str, then: &str| format!("if v := os.Getenv(\"{name}\"); v != \"\" {{\n{then}\n}}");
        let serve = "http.ListenAndServe(v, nil)";
        assert_eq!(variable(&[read("LEVEL", "f(v)"), read("ADDR", serve)].join("\n")), of("ADDR"));
        assert_eq!(variable(&(read("ADDR", "f()") + " else {\n" + serve + "\n}")), of("ADDR"));
        assert_eq!(variable(&[read("LEVEL", "f(v)").as_str(), serve].join("\n")), None);
        assert_eq!(variable(&["v := os.Getenv(\"ADDR\")", &read("LEVEL", "f(v)"), serve].join("\n")), of("ADDR"));
        assert_eq!(
            variable(&["{\nv := os.Getenv(\"LEVEL\")\n}", "v := os.Getenv(\"ADDR\")", serve].join("\n")),
            of("ADDR")
        );
    }

    #[test]
    fn options_are_read_in_every_library() {
        for (text, flag, default) in [
            ("var a = flag.String(\"addr\", \":80\", \"x\")", "-addr", ":80"),
            ("func f() { flag.StringVar(&a, \"addr\", \":80\", \"x\") }", "-addr", ":80"),
            ("func f() { cmd.Flags().StringVarP(&a, \"addr\", \"a\", \":80\", \"x\") }", "--addr", ":80"),
            ("var a = kingpin.Flag(\"addr\", \"x\").Default(\":80\").String()", "--addr", ":80"),
            ("var a = &cli.StringFlag{Name: \"addr\", Value: \":80\"}", "--addr", ":80"),
            ("type C struct {\n\tAddr string `long:\"addr\" default:\":80\"`\n}", "--addr", ":80"),
        ] {
            let index = read(&format!("package main\n{text}\n"));
            let [option] = index.options.as_slice() else { panic!("{text}: {:?}", index.options) };
            assert_eq!(option.flag.as_deref(), Some(flag), "{text}");
            assert_eq!(option.default.as_ref().and_then(Value::text), Some(default), "{text}");
        }
        assert!(read("package main\nvar a = strings.String(\"addr\", \":80\")\n").options.is_empty());
    }

    #[test]
    fn a_variable_is_required_where_its_absence_ends_the_program() {
        for (text, required) in [
            ("k := os.Getenv(\"KEY\")\n\tif k == \"\" {\n\t\tlog.Fatal(\"x\")\n\t}", true),
            ("k := os.Getenv(\"KEY\")\n\tif other == \"\" || k == \"\" {\n\t\tlog.Fatal(\"x\")\n\t}", true),
            ("k := os.Getenv(\"KEY\")\n\tif k == \"\" && other == \"\" {\n\t\tlog.Fatal(\"x\")\n\t}", false),
            ("k, ok := os.LookupEnv(\"KEY\")\n\tif !ok {\n\t\tpanic(\"x\")\n\t}", true),
            ("if os.Getenv(\"KEY\") == \"\" {\n\t\tos.Exit(1)\n\t}", true),
            ("a := os.Getenv(\"KEY\")\n\tif a == \"\" || b == \"\" {\n\t\tfmt.Println(\"x\")\n\t\treturn\n\t}", true),
            ("}\nfunc other() {\n\ta := os.Getenv(\"KEY\")\n\tif a == \"\" {\n\t\treturn\n\t}", false),
            ("f(func() {\n\ta := os.Getenv(\"KEY\")\n\tif a == \"\" {\n\t\treturn\n\t}\n})", false),
            ("k := mustEnv(\"KEY\")", true),
            ("k := os.Getenv(\"KEY\")\n\tif k == \"\" {\n\t\tk = \"x\"\n\t}", false),
            ("k := os.Getenv(\"KEY\")\n\tif k != \"\" {\n\t\tlog.Fatal(\"x\")\n\t}", false),
        ] {
            let index = read(&format!("package main\nfunc main() {{\n\t{text}\n}}\n"));
            assert_eq!(index.environment[0].variable, "KEY", "{text}");
            assert_eq!(index.environment[0].is_required, required, "{text}");
        }
    }

    #[test]
    fn routes_know_their_groups() {
        let text = "package main\nfunc main() {\n\tr := gin.Default()\n\tr.GET(\"/health\", h)\n\tg := r.Group(\"/api\")\n\tg.GET(\"/ping\", h)\n\tmux.HandleFunc(\"GET /ready\", h)\n\tc.Route(\"/v1\", func(r chi.Router) { r.Get(\"/up\", h) })\n\ts := r.PathPrefix(\"/v2\").Subrouter()\n\ts.HandleFunc(\"/up\", h)\n\thttp.Get(\"/x\")\n}\n";
        let index = read(text);
        let routes: Vec<_> = index.routes.iter().map(|route| (route.method.as_deref(), route.path.as_str())).collect();
        let get = Some("GET");
        assert_eq!(routes, [(get, "/health"), (get, "/api/ping"), (get, "/ready"), (get, "/v1/up"), (None, "/v2/up")]);
        assert_eq!(index.calls.iter().find(|call| call.path == "r.GET").unwrap().resolved(), "gin.Default().GET");
    }

    #[test]
    fn comments_and_texts_are_no_code() {
        let index = read(
            "package main\n// http.ListenAndServe(\":80\", nil)\n/* os.Getenv(\"A\") */\nvar a = `os.Getenv(\"B\")`\n",
        );
        assert!(index.calls.is_empty() && index.environment.is_empty());
    }

    #[test]
    fn text_that_is_no_go_ends() {
        let nested = "f(".repeat(100_000);
        let chained = format!("package a\nvar x = a{}", ".b()".repeat(20_000));
        let sum = format!("package a\nvar x = 1{}", " + 1".repeat(50_000));
        let braces = format!("package a\nfunc f() {}", "{".repeat(100_000));
        for text in [
            "",
            "func",
            "func (",
            "type T struct {",
            "x := ",
            "import (",
            "var (a =",
            "switch {",
            "if func(){type",
            "\"",
            &nested,
            &chained,
            &sum,
            &braces,
        ] {
            read(text);
            read(&format!("package a\nfunc f() {{\n{text}"));
        }
    }
}
