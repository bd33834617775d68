//! Java, Kotlin, Scala and Groovy: a reader of their common shape, which is classes, methods, assignments, and calls with
//! arguments. It needs no grammar of each, and what it does not understand it steps over.

mod lexer;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::repo::Document;
use crate::source::lines::Lines;
use crate::source::{
    Argument, Assignment, Call, Coverage, Field, Function, Import, Index, Literal, MOST_NAMES, Place, Route, Value,
};

use lexer::{Dialect, Kind, Part, Token};
use values::member;

/// Expressions and blocks nest at most this deep; what is deeper is stepped over.
const DEEPEST: u32 = 64;
/// Calls are values of each other's arguments up to this depth; below it, an argument is unknown.
const DEEPEST_VALUE: u32 = 6;
/// The longest path of a chain of calls, in bytes.
const LONGEST_PATH: usize = 200;
/// The most tokens between `<` and `>` of a type.
const LONGEST_TYPE: usize = 60;

/// Words in front of a declaration that change nothing here.
const MODIFIERS: &[&str] = &[
    "public",
    "private",
    "protected",
    "static",
    "final",
    "abstract",
    "synchronized",
    "native",
    "transient",
    "volatile",
    "strictfp",
    "default",
    "sealed",
    "open",
    "override",
    "internal",
    "lateinit",
    "const",
    "suspend",
    "inline",
    "operator",
    "infix",
    "tailrec",
    "data",
    "inner",
    "companion",
    "implicit",
    "lazy",
    "case",
    "non-sealed",
    "external",
    "actual",
    "expect",
];
/// Words that end an expression.
const ENDS: &[&str] = &[
    "else",
    "catch",
    "finally",
    "while",
    "case",
    "default",
    "extends",
    "implements",
    "with",
    "throws",
    "val",
    "var",
    "def",
    "fun",
    "class",
    "object",
    "return",
    "import",
    "package",
    "yield",
    "for",
    "do",
    "then",
    "derives",
];
/// Classes of Scala that give the object that extends them a main method.
const PROGRAMS: &[&str] = &["App", "IOApp", "IOApp.Simple", "ZIOAppDefault", "ZIOApp", "cask.MainRoutes"];
/// The methods of HTTP that servers and annotations have a name for.
const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options"];

/// What a file says.
pub fn index(document: Document) -> Index {
    // Names are looked up in a second reading, since a constant may stand behind its use.
    let first = Reader::new(document.clone(), BTreeMap::new()).run();
    let mut names = BTreeMap::new();
    for assignment in first.assignments {
        let is_told = !matches!(assignment.value, Value::Unknown | Value::Name(_));
        if is_told && assignment.name != "package" {
            let name = assignment.name.rsplit('.').next().unwrap_or_default().to_owned();
            names.entry(name).or_insert(assignment.value);
        }
    }
    let mut index = Reader::new(document, names).run();
    demands(&mut index);
    index
}

/// Finds the methods that read the variable which a parameter names, or each that it lists, themselves or by another one, and throw
/// or end the program without it.
fn demands(index: &mut Index) {
    const THROWS: &[&str] = &["orElseThrow", "requireNonNull", "checkNotNull"];
    let named_by_parameter = |call: &Call| {
        let at = usize::try_from(call.place.function?).ok()?;
        let Value::Name(name) = call.positional(0)?.resolved() else { return None };
        Some((at, index.functions.get(at)?.parameters.iter().position(|parameter| parameter == name)?))
    };
    let is_read = |call: &&Call| call.is("System.getenv");
    let readers: Vec<usize> =
        index.calls.iter().filter(is_read).filter_map(|call| Some(named_by_parameter(call)?.0)).collect();
    let own_name = |at: &usize| index.functions.get(*at).and_then(|it| it.name.rsplit('.').next());
    let reads: Vec<&str> = readers.iter().filter_map(own_name).collect();
    let throws = |at: usize| {
        let mut own = index.calls.iter().filter(|call| call.place.function.map(|it| it as usize) == Some(at));
        own.any(|call| {
            let is_error = call.name().ends_with("Exception") || call.name().ends_with("Error");
            THROWS.contains(&call.name()) || call.is_construction && is_error || call.is("System.exit")
        })
    };
    let mut asked = index.calls.iter().filter(|call| is_read(call) || reads.contains(&call.path.as_str()));
    let demanded: Vec<(usize, usize)> =
        std::iter::from_fn(|| asked.next()).filter_map(named_by_parameter).filter(|(at, _)| throws(*at)).collect();
    for (at, position) in demanded {
        index.functions[at].demands = Some(position);
    }
}

/// What stands between braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// Members of a class, and the top of a file.
    Members,
    /// Statements.
    Statements,
}

/// What a branch says before it ends the program is not longer, in tokens.
const LONGEST_END: usize = 200;

struct Reader {
    index: Index,
    lines: Lines,
    dialect: Dialect,
    tokens: Vec<Token>,
    /// For each token that opens a bracket, the one that closes it.
    brackets: Vec<Option<usize>>,
    at: usize,
    /// What the names of this file stand for.
    names: BTreeMap<String, Value>,
    /// The classes around, the outermost first.
    classes: Vec<String>,
    /// The path that the annotations of the class around put in front of its routes.
    route_prefix: String,
    function: Option<u32>,
    is_conditional: bool,
    /// The classes that are named with their packages where they are used.
    packages: BTreeSet<String>,
    /// Whether the loop around goes through names, and ends the program where a condition holds.
    ends_in_loop: bool,
    depth: u32,
}

impl Reader {
    fn new(document: Document, names: BTreeMap<String, Value>) -> Self {
        let dialect = Dialect::of(document.path());
        let tokens = lexer::tokens(document.text(), dialect);
        let lines = Lines::of(document.text());
        let mut index = Index::new(document);
        index.coverage = Coverage::Whole;
        Self {
            lines,
            brackets: brackets(&tokens),
            tokens,
            index,
            dialect,
            at: 0,
            names,
            classes: Vec::new(),
            route_prefix: String::new(),
            function: None,
            is_conditional: false,
            packages: BTreeSet::new(),
            ends_in_loop: false,
            depth: 0,
        }
    }

    fn run(mut self) -> Index {
        while self.at < self.tokens.len() {
            self.block(Body::Members);
        }
        self.index.calls.sort_by_key(|call| call.place.start);
        self.index.texts.sort_by_key(|text| text.place.start);
        self.index
    }

    // ── tokens ────────────────────────────────────────────────────────────────────────────────────────────────────────

    fn kind(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        match self.kind(ahead)? {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn is(&self, ahead: usize, mark: &str) -> bool {
        matches!(self.kind(ahead), Some(Kind::Mark(found)) if *found == mark)
    }

    fn is_word(&self, ahead: usize, words: &[&str]) -> bool {
        self.word(ahead).is_some_and(|word| words.contains(&word))
    }

    /// Steps over a mark, if it is there.
    fn accept(&mut self, mark: &str) -> bool {
        let is_there = self.is(0, mark);
        self.at += usize::from(is_there);
        is_there
    }

    /// Whether a token begins a line, where a line ends a statement.
    fn begins_statement(&self, ahead: usize) -> bool {
        self.dialect != Dialect::Java && self.tokens.get(self.at + ahead).is_some_and(|token| token.begins_line)
    }

    /// The position, from here, behind the bracket that closes the one that is `ahead`; nothing where none does.
    fn behind(&self, ahead: usize) -> Option<usize> {
        let closing = self.brackets.get(self.at + ahead).copied().flatten()?;
        Some(closing + 1 - self.at)
    }

    /// The position behind the type arguments that begin `ahead`: names, dots and commas between `<` and `>`.
    fn behind_types(&self, ahead: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for ahead in ahead..ahead + LONGEST_TYPE {
            match self.kind(ahead)? {
                Kind::Mark("<") => depth += 1,
                Kind::Mark(">") => depth -= 1,
                Kind::Mark("," | "." | "?" | "[" | "]" | "&" | "*" | "@" | ":") | Kind::Word(_) => {}
                _ => return None,
            }
            if depth == 0 {
                return Some(ahead + 1);
            }
        }
        None
    }

    fn place(&self, start: usize, end: usize) -> Place {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let line = self.lines.line(byte(start));
        let (function, is_conditional) = (self.function, self.is_conditional);
        Place { start: byte(start), end: byte(end), line, function, is_conditional }
    }

    /// The first byte of the token here.
    fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(usize::MAX, |token| token.start)
    }

    /// The byte behind the token before this one.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.end)
    }

    /// Reads something that nests, unless it is too deep.
    fn nested<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEEPEST {
            self.at += 1;
            return T::default();
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    // ── declarations and statements ───────────────────────────────────────────────────────────────────────────────────

    /// Reads to the brace that closes a body, and over it.
    fn block(&mut self, body: Body) {
        while self.at < self.tokens.len() {
            if self.accept("}") {
                return;
            }
            let before = self.at;
            self.nested(|reader| reader.statement(body));
            self.at = self.at.max(before + 1);
        }
    }

    fn statement(&mut self, body: Body) {
        let start = self.start();
        let mut path = None;
        loop {
            if self.is(0, "@") && !self.is_word(1, &["interface"]) {
                path = self.annotation().or(path);
            } else if self.is_word(0, MODIFIERS) && matches!(self.kind(1), Some(Kind::Word(_) | Kind::Mark("@" | "<")))
            {
                self.at += 1;
            } else {
                break;
            }
        }
        let Some(word) = self.word(0).map(str::to_owned) else {
            if self.accept("{") {
                self.nested(|reader| reader.block(Body::Statements));
            } else if !self.accept(";") {
                self.assignment_or_expression();
            }
            return;
        };
        match word.as_str() {
            "package" => self.package(),
            "import" => self.import(),
            _ if self.begins_class(&word) => self.class(path.unwrap_or_default()),
            "fun" | "def" if self.dialect != Dialect::Java => self.function(start),
            "if" | "while" | "for" | "switch" | "catch" | "when" | "else" | "synchronized" | "match" => {
                self.condition(&word);
            }
            "try" | "do" | "finally" | "init" if self.is(1, "{") => {
                self.at += 1;
                self.statement(Body::Statements);
            }
            "return" | "throw" | "yield" | "assert" | "case" => {
                self.at += 1;
                if !self.begins_statement(0) {
                    self.expression();
                }
            }
            "val" | "var" if self.word(1).is_some() => {
                self.at += 1;
                self.variable();
            }
            _ if body == Body::Members && self.method(start) => {}
            _ => self.assignment_or_expression(),
        }
    }

    fn package(&mut self) {
        self.at += 1;
        let start = self.start();
        let name = self.dotted();
        let place = self.place(start, self.end());
        self.assign("package".into(), Value::Text(name), place, start, true);
    }

    /// `a.b.C`, `a.b.*`.
    fn dotted(&mut self) -> String {
        let mut name = String::new();
        while let Some(word) = self.word(0) {
            name.push_str(word);
            self.at += 1;
            if !self.is(0, ".") {
                break;
            }
            self.at += 1;
            name.push('.');
            if self.accept("*") {
                name.push('*');
                break;
            }
        }
        name
    }

    fn import(&mut self) {
        let start = self.start();
        self.at += 1;
        if self.is_word(0, &["static"]) {
            self.at += 1;
        }
        let module = self.dotted();
        let mut names = Vec::new();
        if self.accept("{") {
            while let Some(word) = self.word(0).map(str::to_owned) {
                names.push((word.clone(), word));
                self.at += 1;
                self.accept(",");
            }
            self.accept("}");
        } else {
            let name = module.rsplit('.').next().unwrap_or_default().to_owned();
            let mut used = name.clone();
            if self.is_word(0, &["as"])
                && let Some(word) = self.word(1).map(str::to_owned)
            {
                used = word;
                self.at += 2;
            }
            names.push((name, used));
        }
        let module = module.trim_end_matches('.').to_owned();
        let place = self.place(start, self.end());
        self.index.imports.push(Import { module, names, place, ..Import::default() });
    }

    fn begins_class(&self, word: &str) -> bool {
        let is_named = self.word(1).is_some();
        match word {
            "class" | "interface" | "enum" => is_named,
            "record" => is_named && (self.is(2, "(") || self.is(2, "<")),
            "object" | "trait" => matches!(self.dialect, Dialect::Kotlin | Dialect::Scala),
            _ => false,
        }
    }

    /// Reads a class to its end; what it extends is recorded as a construction.
    fn class(&mut self, path: String) {
        self.at += 1;
        let name = match self.word(0).filter(|word| !["extends", "with"].contains(word)) {
            Some("class") => {
                self.at += 1;
                self.word(0).unwrap_or_default().to_owned()
            }
            Some(name) => name.to_owned(),
            None => String::new(),
        };
        self.at += usize::from(!name.is_empty());
        self.classes.push(name);
        let prefix = std::mem::replace(&mut self.route_prefix, path);
        let function = self.function.take();
        let mut is_super = false;
        while let Some(kind) = self.kind(0) {
            match kind {
                Kind::Mark("{") => {
                    self.at += 1;
                    self.nested(|reader| reader.block(Body::Members));
                    break;
                }
                Kind::Mark("}" | ";") => break,
                Kind::Mark("(") if !is_super => {
                    self.arguments();
                }
                Kind::Mark("<") => self.at = self.behind_types(0).map_or(self.at + 1, |behind| self.at + behind),
                Kind::Mark("@") => _ = self.annotation(),
                Kind::Mark(":") => (is_super, self.at) = (true, self.at + 1),
                Kind::Word(word) if ["extends", "implements", "with"].contains(&word.as_str()) => {
                    (is_super, self.at) = (true, self.at + 1);
                }
                Kind::Word(_) if is_super => {
                    let start = self.start();
                    let path = self.dotted();
                    if let Some(behind) = self.is(0, "<").then(|| self.behind_types(0)).flatten() {
                        self.at += behind;
                    }
                    if self.dialect == Dialect::Scala && PROGRAMS.contains(&path.as_str()) {
                        let name = format!("{}.main", self.classes.join("."));
                        let place = self.place(start, self.end());
                        self.index.functions.push(Function {
                            name,
                            parameters: Vec::new(),
                            place,
                            ..Function::default()
                        });
                    }
                    let arguments = if self.is(0, "(") { self.arguments() } else { Vec::new() };
                    self.call(path, arguments, true, start);
                }
                _ if self.begins_statement(0) && !self.is(0, ",") => break,
                _ => self.at += 1,
            }
        }
        self.function = function;
        self.route_prefix = prefix;
        self.classes.pop();
    }

    /// `fun name(…)` and `def name(…)`, with what follows.
    fn function(&mut self, start: usize) {
        self.at += 1;
        if let Some(behind) = self.is(0, "<").then(|| self.behind_types(0)).flatten() {
            self.at += behind;
        }
        let name = self.dotted();
        let name = name.rsplit('.').next().unwrap_or_default().to_owned();
        let mut parameters = Vec::new();
        while self.is(0, "(") || self.is(0, "[") {
            let is_value = self.is(0, "(");
            let Some(behind) = self.behind(0) else { break };
            if is_value {
                parameters.extend(
                    (1..behind).filter(|at| self.is(at + 1, ":")).filter_map(|at| self.word(at)).map(str::to_owned),
                );
            }
            self.at += behind;
        }
        // The type of what it gives.
        while !self.is(0, "{") && !self.is(0, "=") && !self.begins_statement(0) && self.at < self.tokens.len() {
            if self.is(0, "}") || self.is(0, ";") {
                break;
            }
            self.at += 1;
        }
        self.accept("=");
        self.function_body(start, &name, parameters);
    }

    /// Reads the body of a function, a block or an expression.
    fn function_body(&mut self, start: usize, name: &str, parameters: Vec<String>) {
        let number = u32::try_from(self.index.functions.len()).ok();
        let classes = self.classes.iter().map(String::as_str).filter(|class| !class.is_empty());
        let name: Vec<&str> = classes.chain([name]).collect();
        let place = self.place(start, start);
        self.index.functions.push(Function { name: name.join("."), parameters, place, ..Function::default() });
        let function = std::mem::replace(&mut self.function, number);
        let conditional = std::mem::take(&mut self.is_conditional);
        if self.accept("{") {
            self.nested(|reader| reader.block(Body::Statements));
        } else if !self.accept(";") && !self.begins_statement(0) {
            self.expression();
        }
        self.function = function;
        self.is_conditional = conditional;
        let end = u32::try_from(self.end()).unwrap_or(u32::MAX);
        if let Some(function) = number.and_then(|number| self.index.functions.get_mut(number as usize)) {
            function.place.end = end;
        }
    }

    /// Reads a method or a constructor of Java's shape, if one begins here: types, a name, parameters, a body.
    fn method(&mut self, start: usize) -> bool {
        let mut ahead = 0;
        if self.is_word(0, &["new"]) {
            return false;
        }
        let open = loop {
            match self.kind(ahead) {
                Some(Kind::Word(_) | Kind::Mark("." | "[" | "]" | "?")) => ahead += 1,
                Some(Kind::Mark("<")) => match self.behind_types(ahead) {
                    Some(behind) => ahead = behind,
                    None => return false,
                },
                Some(Kind::Mark("(")) if ahead > 0 => break ahead,
                _ => return false,
            }
        };
        let Some(name) = self.word(open - 1).map(str::to_owned) else { return false };
        let Some(behind) = self.behind(open) else { return false };
        let is_constructor = open == 1 && self.classes.last() == Some(&name);
        let has_type = open > 1 && matches!(self.kind(open - 2), Some(Kind::Word(_) | Kind::Mark(">" | "]")));
        let has_body = self.is(behind, "{") || self.is_word(behind, &["throws"]) || self.is(behind, ";") && has_type;
        if !has_body || !(is_constructor || has_type) || self.begins_statement(open) {
            return false;
        }
        let last = |at: &usize| self.is(at + 1, ",") || *at + 2 == behind;
        let parameters =
            (open + 1..behind - 1).filter(last).filter_map(|at| self.word(at)).map(str::to_owned).collect();
        // Annotations of parameters say something, too.
        let end = self.at + behind;
        self.at += open + 1;
        while self.at < end {
            if self.is(0, "@") {
                self.annotation();
            } else {
                self.at += 1;
            }
        }
        self.at = end;
        while self.at < self.tokens.len() && !self.is(0, "{") && !self.is(0, ";") {
            self.at += 1;
        }
        self.function_body(start, &name, parameters);
        true
    }

    /// `if (…) …` and its like: what follows may not run.
    fn condition(&mut self, word: &str) {
        self.at += 1;
        let element = if word == "for" { self.element_of_list() } else { None };
        if element.is_none() && word != "else" && self.is(0, "(") {
            let (open, known) = (self.at, self.index.environment.len());
            self.arguments();
            if word == "if" && self.ends_program() {
                self.require_compared(open, known);
            }
        }
        let outer = (self.is_conditional, self.ends_in_loop);
        self.is_conditional |= word != "synchronized";
        self.ends_in_loop |= element.is_some() && self.ends_program();
        let hidden = element.map(|(name, list)| (name.clone(), self.names.insert(name, list)));
        if self.at < self.tokens.len() && !self.is(0, "}") {
            self.nested(|reader| reader.statement(Body::Statements));
        }
        (self.is_conditional, self.ends_in_loop) = outer;
        if let Some((name, before)) = hidden {
            self.names.remove(&name);
            self.names.extend(before.map(|value| (name, value)));
        }
    }

    /// Reads `(String name : NAMES)` or `(name in NAMES)` behind `for`, if that comes next: what each is called, and the list.
    fn element_of_list(&mut self) -> Option<(String, Value)> {
        let open = self.at;
        let behind = self.behind(0).filter(|_| self.is(0, "("))?;
        let is_between = |ahead: &usize| self.is(*ahead, ":") || self.is_word(*ahead, &["in"]);
        let is_counted = |ahead: &usize| self.is(*ahead, ";") || self.is(*ahead, "?");
        let between = (2..behind.min(LONGEST_TYPE)).take_while(|ahead| !is_counted(ahead)).find(is_between)?;
        let name = self.word(between - 1)?.to_owned();
        self.at += between + 1;
        let mut list = self.expression().resolved().clone();
        if let Value::List(names) = &mut list {
            names.truncate(MOST_NAMES);
        }
        self.at = open + behind;
        Some((name, list))
    }

    /// Whether the statement or block that comes next throws, or ends the program.
    fn ends_program(&self) -> bool {
        let end = match self.brackets.get(self.at).copied().flatten() {
            Some(end) if self.is(0, "{") => end,
            _ => (0..LONGEST_END).find(|ahead| self.is(*ahead, ";")).map_or(self.tokens.len(), |ahead| self.at + ahead),
        };
        (0..end.saturating_sub(self.at).min(LONGEST_END)).any(|ahead| {
            self.is_word(ahead, &["throw", "exitProcess"])
                || self.is_word(ahead, &["System"]) && self.is_word(ahead + 2, &["exit"])
        })
    }

    /// The variables of the environment that a condition in brackets finds absent must be there: `token == null`,
    /// `token.isBlank()`, `System.getenv("TOKEN") == null`. Those that the condition itself reads are the ones from `known` on.
    fn require_compared(&mut self, open: usize, known: usize) {
        let close = self.brackets.get(open).copied().flatten().unwrap_or(self.at);
        let word = |reader: &Self, at: usize| match reader.tokens.get(at).map(|token| &token.kind) {
            Some(Kind::Word(word)) => word.clone(),
            _ => String::new(),
        };
        let is_mark = |reader: &Self, at: usize, mark: &str| matches!(reader.tokens.get(at).map(|token| &token.kind), Some(Kind::Mark(found)) if *found == mark);
        let is_null = |reader: &Self, at: usize| is_mark(reader, at, "==") && word(reader, at + 1) == "null";
        let mut absent: Vec<String> = Vec::new();
        for at in open + 1..close {
            if is_null(self, at) && is_mark(self, at - 1, ")") {
                absent.extend(self.index.environment.iter().skip(known).map(|read| read.variable.clone()));
            }
            let is_empty = is_mark(self, at + 1, ".")
                && ["isEmpty", "isBlank", "isNullOrEmpty", "isNullOrBlank"].contains(&word(self, at + 2).as_str())
                && !is_mark(self, at.saturating_sub(1), "!");
            if let Some(Value::Environment { variable, default: None }) =
                self.names.get(&word(self, at)).filter(|_| is_empty || is_null(self, at + 1))
            {
                absent.push(variable.clone());
            }
        }
        for variable in absent {
            self.require(Some(&variable));
        }
    }

    /// `name: Type = value`, `name by lazy { … }`, behind `val` or `var`.
    fn variable(&mut self) {
        let start = self.start();
        let name = self.word(0).unwrap_or_default().to_owned();
        self.at += 1;
        while self.at < self.tokens.len() && !self.begins_statement(0) {
            match self.kind(0) {
                Some(Kind::Mark("=")) => break,
                Some(Kind::Word(word)) if word == "by" => break,
                Some(Kind::Mark(";" | "}" | ")" | "{")) => return,
                _ => self.at += 1,
            }
        }
        if self.begins_statement(0) && !self.is(0, "=") || self.at >= self.tokens.len() {
            return;
        }
        self.at += 1;
        let value_start = self.start();
        let value = self.expression();
        let is_constant = name.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '_');
        let place = self.place(start, self.end());
        self.assign(name, value, place, value_start, is_constant);
    }

    /// `Type name = value`, `name = value`, or an expression.
    fn assignment_or_expression(&mut self) {
        let start = self.start();
        if let Some(name_at) = self.declared_name() {
            let name = self.word(name_at).unwrap_or_default().to_owned();
            self.at += name_at + 2;
            let value_start = self.start();
            let value = self.expression();
            let is_constant = name.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '_');
            let place = self.place(start, self.end());
            self.assign(name, value, place, value_start, is_constant);
            return;
        }
        let before = self.at;
        let target = self.expression();
        if self.is(0, "=") || self.is(0, "+=") {
            self.at += 1;
            let value_start = self.start();
            let value = self.expression();
            let (Value::Name(name) | Value::Constant { name, .. }) = target else { return };
            let place = self.place(start, self.end());
            self.assign(name, value, place, value_start, false);
        } else if self.at == before {
            self.at += 1;
        }
    }

    /// How far ahead the name of a declaration with a value stands: behind a type, in front of `=`.
    fn declared_name(&self) -> Option<usize> {
        let mut ahead = 0;
        loop {
            match self.kind(ahead)? {
                Kind::Word(_) if self.is(ahead + 1, "=") => return (ahead > 0).then_some(ahead),
                Kind::Word(_) | Kind::Mark("." | "[" | "]" | "?") => ahead += 1,
                Kind::Mark("<") => ahead = self.behind_types(ahead)?,
                _ => return None,
            }
            if self.begins_statement(ahead) {
                return None;
            }
        }
    }

    fn assign(&mut self, name: String, value: Value, place: Place, value_start: usize, is_constant: bool) {
        let start = u32::try_from(value_start).unwrap_or(u32::MAX);
        for text in self.index.texts.iter_mut().rev().take_while(|text| text.place.start >= start) {
            if text.place.start == start && text.place.end == place.end {
                text.name = Some(name.clone());
            }
        }
        self.index.assignments.push(Assignment { name, value, is_constant, place, value_start: start });
    }

    /// Reads `@Name(…)`; hands back the path of a route that it puts in front of others.
    fn annotation(&mut self) -> Option<String> {
        let start = self.start();
        self.at += 1;
        // `@file:JvmName`, `@get:Rule`.
        if self.word(0).is_some() && self.is(1, ":") {
            self.at += 2;
        }
        let name = self.dotted();
        let name = name.rsplit('.').next().unwrap_or_default().to_owned();
        let arguments = if self.is(0, "(") && !self.begins_statement(0) { self.arguments() } else { Vec::new() };
        let path = |arguments: &[Argument]| {
            let named =
                |argument: &&Argument| matches!(argument.name.as_deref(), None | Some("value" | "path" | "uri"));
            let value = arguments.iter().find(named).map(|argument| argument.value.resolved());
            match value? {
                Value::List(values) => values.first().and_then(Value::text).map(str::to_owned),
                value => value.text().map(str::to_owned),
            }
        };
        let (method, is_route) = route_annotation(&name);
        let mut prefix = None;
        if is_route {
            let path = path(&arguments).unwrap_or_default();
            let place = self.place(start, self.end());
            if method.is_some() {
                let path = joined(&self.route_prefix, &path);
                self.index.routes.push(Route { method, path, receiver: None, place });
            } else {
                prefix = Some(path);
            }
        }
        self.call(format!("@{name}"), arguments, false, start);
        prefix
    }

    // ── expressions ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// Reads an expression as far as it goes.
    fn expression(&mut self) -> Value {
        self.nested(Self::choice)
    }

    /// `condition ? a : b`, `a ?: b`.
    fn choice(&mut self) -> Value {
        let mut value = self.sum();
        loop {
            if self.accept("?:") {
                let other = self.expression();
                value = value.or(other);
            } else if self.is(0, "?") && self.dialect != Dialect::Kotlin {
                self.at += 1;
                let first = self.expression();
                self.accept(":");
                let second = self.expression();
                value = first.or(second);
            } else {
                return value;
            }
        }
    }

    /// Operands with operators between them: a text of several parts where all of them are `+`.
    fn sum(&mut self) -> Value {
        let mut parts = vec![self.operand()];
        let mut is_sum = true;
        while let Some(kind) = self.kind(0) {
            let operator = match kind {
                Kind::Mark("." | "?.") => {
                    // A chain goes on behind something that is no operand of it.
                    self.at += 1;
                    continue;
                }
                Kind::Mark(
                    mark @ ("+" | "-" | "*" | "/" | "%" | "==" | "!=" | "===" | "!==" | "<=" | ">=" | "&&" | "||" | "<"
                    | ">" | "&" | "|" | ".." | "<-"),
                ) if !self.begins_statement(0) || matches!(*mark, "&&" | "||" | "+") => *mark,
                Kind::Other('^' | '~' | '\\') => "^",
                Kind::Mark("->" | "=>") => "->",
                Kind::Word(word) if word == "as" && self.dialect != Dialect::Java => {
                    self.at += 1;
                    self.accept("?");
                    self.dotted();
                    continue;
                }
                Kind::Word(word)
                    if word == "instanceof"
                        || self.dialect != Dialect::Java
                            && !self.begins_statement(0)
                            && !ENDS.contains(&word.as_str())
                            && !MODIFIERS.contains(&word.as_str()) =>
                {
                    "in"
                }
                _ => break,
            };
            is_sum &= operator == "+";
            self.at += 1;
            if operator == "->" && self.is(0, "{") {
                self.lambda();
                parts.push(Value::Unknown);
            } else if matches!(self.kind(0), Some(Kind::Mark(")" | "]" | "}" | "," | ";")) | None) {
                break;
            } else {
                parts.push(self.operand());
            }
        }
        match (parts.len(), is_sum) {
            (1, _) => parts.pop().unwrap_or_default(),
            (_, true) if parts.iter().any(|part| matches!(part.default_value(), Value::Text(_) | Value::Joined(_))) => {
                Value::Joined(parts)
            }
            _ => Value::Unknown,
        }
    }

    /// An operand with what stands in front of it and the chain of calls behind it.
    fn operand(&mut self) -> Value {
        let mut is_negative = false;
        while let Some(Kind::Mark(mark @ ("!" | "-" | "+" | "++" | "--" | "*" | "&" | "!!"))) = self.kind(0) {
            is_negative ^= *mark == "-";
            self.at += 1;
        }
        let value = self.nested(Self::primary);
        match value {
            Value::Number(number) if is_negative => Value::Number(-number),
            value => value,
        }
    }

    fn primary(&mut self) -> Value {
        let start = self.start();
        let Some(token) = self.tokens.get(self.at) else { return Value::Unknown };
        match token.kind.clone() {
            Kind::Number(number) => {
                self.at += 1;
                self.chain(number.map_or(Value::Unknown, Value::Number), String::new(), start)
            }
            Kind::Text(parts) => {
                self.at += 1;
                let value = self.text(&parts, start);
                self.chain(value, "\"\"".into(), start)
            }
            Kind::Mark("(") => self.parenthesis(start),
            Kind::Mark("[") => {
                self.at += 1;
                let value = self.list("]");
                self.chain(value, String::new(), start)
            }
            Kind::Mark("{") if self.dialect == Dialect::Java => {
                self.at += 1;
                self.list("}")
            }
            Kind::Mark("{") => {
                self.lambda();
                Value::Unknown
            }
            Kind::Mark("@") => {
                self.annotation();
                Value::Unknown
            }
            Kind::Word(word) => self.name(&word, start),
            Kind::Mark(")" | "]" | "}" | "," | ";") => Value::Unknown,
            Kind::Mark(_) | Kind::Other(_) => {
                self.at += 1;
                Value::Unknown
            }
        }
    }

    /// What begins with a word.
    fn name(&mut self, word: &str, start: usize) -> Value {
        match word {
            "new" => {
                self.at += 1;
                return self.construction(start);
            }
            "true" | "false" => {
                self.at += 1;
                return Value::Boolean(word == "true");
            }
            "null" | "None" | "it" | "_" => {
                self.at += 1;
                return self.chain(Value::Unknown, word.to_owned(), start);
            }
            "if" => {
                self.at += 1;
                self.arguments();
                let first = self.branch();
                if self.is_word(0, &["else"]) {
                    self.at += 1;
                    let second = self.branch();
                    return first.or(second);
                }
                return Value::Unknown;
            }
            "when" | "switch" | "match" | "try" | "for" | "while" | "do" | "catch" | "finally"
                if self.is(1, "(") || self.is(1, "{") =>
            {
                self.at += 1;
                if self.is(0, "(") {
                    self.arguments();
                }
                let value = self.branch();
                if word == "try" {
                    while self.is_word(0, &["catch", "finally"]) {
                        self.at += 1;
                        if self.is(0, "(") {
                            self.arguments();
                        }
                        self.branch();
                    }
                }
                return value;
            }
            "object" if self.is(1, ":") || self.is(1, "{") => {
                self.class(String::new());
                return Value::Unknown;
            }
            "fun" if self.dialect == Dialect::Kotlin => {
                self.function(start);
                return Value::Unknown;
            }
            "throw" | "return" | "await" | "yield" => {
                self.at += 1;
                return if self.begins_statement(0) { Value::Unknown } else { self.operand() };
            }
            _ if ENDS.contains(&word) && word != "default" && self.dialect != Dialect::Java => return Value::Unknown,
            _ => {}
        }
        self.at += 1;
        if self.is(0, "->") || self.is(0, "=>") {
            self.at += 1;
            return if self.is(0, "{") {
                self.lambda();
                Value::Unknown
            } else {
                self.expression()
            };
        }
        let value = if self.is(0, "(") { Value::Unknown } else { self.named(word) };
        self.chain(value, word.to_owned(), start)
    }

    /// A branch of an expression: a block or an expression.
    fn branch(&mut self) -> Value {
        if self.accept("{") {
            // A block of one expression is that expression.
            let value =
                if self.word(0).is_some_and(|word| ENDS.contains(&word)) { Value::Unknown } else { self.expression() };
            if self.accept("}") {
                return value;
            }
            self.nested(|reader| reader.block(Body::Statements));
            return Value::Unknown;
        }
        self.expression()
    }

    /// What a name of this file stands for.
    fn named(&self, name: &str) -> Value {
        match self.names.get(name) {
            Some(value) => Value::Constant { name: name.to_owned(), value: Box::new(value.clone()) },
            None => Value::Name(name.to_owned()),
        }
    }

    /// `new Type<…>(…) { … }`, `new int[] { … }`, behind `new`.
    fn construction(&mut self, start: usize) -> Value {
        let path = self.dotted();
        if let Some(behind) = self.is(0, "<").then(|| self.behind_types(0)).flatten() {
            self.at += behind;
        }
        if self.is(0, "[") {
            while let Some(behind) = self.is(0, "[").then(|| self.behind(0)).flatten() {
                self.at += behind;
            }
            return if self.accept("{") { self.list("}") } else { Value::Unknown };
        }
        let arguments = if self.is(0, "(") { self.arguments() } else { Vec::new() };
        let value = self.call(path.clone(), arguments, true, start);
        if self.is(0, "{") && !self.begins_statement(0) {
            self.at += 1;
            self.classes.push(String::new());
            self.nested(|reader| reader.block(Body::Members));
            self.classes.pop();
        }
        self.chain(value, format!("{path}()"), start)
    }

    /// A cast, the parameters of a function, or an expression in parentheses.
    fn parenthesis(&mut self, start: usize) -> Value {
        let behind = self.behind(0);
        if let Some(behind) = behind.filter(|behind| self.is(*behind, "->") || self.is(*behind, "=>")) {
            self.at += behind + 1;
            if self.is(0, "{") {
                self.lambda();
                return Value::Unknown;
            }
            return self.expression();
        }
        let is_type = |ahead: usize| {
            matches!(self.kind(ahead), Some(Kind::Word(_) | Kind::Mark("." | "<" | ">" | "[" | "]" | "?")))
        };
        let is_cast = behind.is_some_and(|behind| {
            behind > 2
                && (1..behind - 1).all(is_type)
                && matches!(self.kind(behind), Some(Kind::Word(_) | Kind::Text(_) | Kind::Number(_) | Kind::Mark("(")))
        });
        if let Some(behind) = behind.filter(|_| is_cast && matches!(self.dialect, Dialect::Java | Dialect::Groovy)) {
            self.at += behind;
            return self.operand();
        }
        let mut arguments = self.arguments();
        let value = if arguments.len() == 1 {
            arguments.pop().map(|only| only.value).unwrap_or_default()
        } else {
            Value::Unknown
        };
        self.chain(value, String::new(), start)
    }

    /// Elements up to a bracket, and over it: a list, or fields with names.
    fn list(&mut self, close: &str) -> Value {
        let (mut values, mut fields) = (Vec::new(), Vec::new());
        while self.at < self.tokens.len() && !self.accept(close) {
            let before = self.at;
            let start = self.start();
            let key = match (self.kind(0), self.is(1, ":")) {
                (Some(Kind::Word(word)), true) => Some(word.clone()),
                (Some(Kind::Text(parts)), true) => plain(parts),
                _ => None,
            };
            if key.is_some() {
                self.at += 2;
            }
            let value_start = if key.is_some() { self.start() } else { start };
            let value = self.expression();
            match key {
                Some(name) => {
                    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                    fields.push(Field { name, value, start: byte(value_start), end: byte(self.end()) });
                }
                None => values.push(value),
            }
            if !self.accept(",") && !self.is(0, close) {
                self.at = self.at.max(before + 1);
                if self.is(0, "}") || self.is(0, ")") {
                    break;
                }
            }
        }
        if fields.is_empty() { Value::List(values) } else { Value::Object(fields) }
    }

    /// `{ … }` that is run later, or where it stands.
    fn lambda(&mut self) {
        self.at += 1;
        self.nested(|reader| reader.block(Body::Statements));
    }

    /// The value of a text; every text without expressions is recorded.
    fn text(&mut self, parts: &[Part], start: usize) -> Value {
        let end = self.end();
        if let Some(text) = plain(parts) {
            let place = self.place(start, end);
            self.index.texts.push(Literal { text: text.clone(), name: None, place });
            return Value::Text(text);
        }
        let mut values = Vec::new();
        for part in parts {
            values.push(match part {
                Part::Characters(text) => Value::Text(text.clone()),
                Part::Expression(tokens) => {
                    let outer = (std::mem::replace(&mut self.tokens, tokens.clone()), std::mem::take(&mut self.at));
                    let outer_brackets = std::mem::replace(&mut self.brackets, brackets(tokens));
                    let value = self.expression();
                    (self.tokens, self.at) = outer;
                    self.brackets = outer_brackets;
                    value
                }
            });
        }
        Value::Joined(values)
    }

    /// Reads the names and calls behind a value.
    fn chain(&mut self, mut value: Value, mut path: String, start: usize) -> Value {
        loop {
            let is_new_line = self.begins_statement(0);
            match self.kind(0) {
                Some(Kind::Mark("." | "?." | "::")) => {
                    let Some(name) = self.word(1).map(str::to_owned) else {
                        self.at += 1;
                        return Value::Unknown;
                    };
                    self.at += 2;
                    if path.len() < LONGEST_PATH {
                        path.push('.');
                        path.push_str(&name);
                    }
                    let types = self.is(0, "<").then(|| self.behind_types(0)).flatten();
                    if let Some(behind) = types.filter(|behind| self.is(*behind, "(")) {
                        self.at += behind;
                    }
                    let has_lambda = self.dialect != Dialect::Java && self.is(0, "{") && !self.begins_statement(0);
                    let has_arguments = self.is(0, "(") && !self.begins_statement(0);
                    if !has_arguments && !has_lambda {
                        let is_own = path == format!("this.{name}") || name.chars().all(|c| !c.is_lowercase());
                        let known = if is_own { self.named(&name) } else { Value::Unknown };
                        value = match known {
                            constant @ Value::Constant { .. } => constant,
                            _ => member(&value, &name).unwrap_or_else(|| Value::Name(path.clone())),
                        };
                    } else {
                        let arguments = if self.is(0, "(") { self.arguments() } else { Vec::new() };
                        value = self.call_on(&value, path.clone(), arguments, start);
                        path.push_str("()");
                        self.trailing_lambda();
                    }
                }
                Some(Kind::Mark("!!" | "++" | "--")) => self.at += 1,
                Some(Kind::Mark("(")) if !is_new_line && !path.is_empty() && !path.ends_with("\"\"") => {
                    let arguments = self.arguments();
                    value = self.call_on(&value, path.clone(), arguments, start);
                    path.push_str("()");
                    self.trailing_lambda();
                }
                Some(Kind::Mark("<")) if !path.is_empty() => {
                    let Some(behind) = self.behind_types(0).filter(|behind| self.is(*behind, "(")) else {
                        return value;
                    };
                    self.at += behind;
                }
                Some(Kind::Mark("[")) if !is_new_line => {
                    self.at += 1;
                    let key = self.list("]");
                    value = self.element(&path, &key, start);
                    path.push_str("[]");
                }
                Some(Kind::Mark("{")) if !is_new_line && !path.is_empty() && self.takes_lambda(&path) => {
                    value = self.call_on(&value, path.clone(), Vec::new(), start);
                    path.push_str("()");
                    self.lambda();
                }
                _ => return value,
            }
        }
    }

    /// Whether `{` behind this name is an argument of it: `routing { … }`.
    fn takes_lambda(&self, path: &str) -> bool {
        self.dialect != Dialect::Java && path.starts_with(char::is_lowercase) && !path.ends_with(')')
    }

    /// Reads `{ … }` behind the arguments of a call, which is one more of them.
    fn trailing_lambda(&mut self) {
        if self.dialect != Dialect::Java && self.is(0, "{") && !self.begins_statement(0) {
            self.lambda();
        }
    }

    /// Reads `(…)`: the arguments of a call.
    fn arguments(&mut self) -> Vec<Argument> {
        let mut arguments = Vec::new();
        if !self.accept("(") {
            return arguments;
        }
        while self.at < self.tokens.len() && !self.accept(")") {
            let before = self.at;
            while self.is_word(0, &["final", "val", "var"]) {
                self.at += 1;
            }
            let is_named =
                self.word(0).is_some() && (self.is(1, "=") || self.is(1, ":") && self.dialect == Dialect::Groovy);
            let name = self.word(0).filter(|_| is_named).map(str::to_owned);
            if is_named {
                self.at += 2;
            }
            let start = self.start();
            let value = self.expression();
            if self.at > before {
                let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                arguments.push(Argument { name, value, start: byte(start), end: byte(self.end()) });
            }
            if self.is(0, "}") && self.at == before {
                // The parenthesis is not closed: what follows is not the call's.
                break;
            }
            if !self.accept(",") && !self.is(0, ")") {
                self.at = self.at.max(before + 1);
                while self.at < self.tokens.len() && !matches!(self.kind(0), Some(Kind::Mark("," | ")" | "}"))) {
                    self.expression();
                    if !matches!(self.kind(0), Some(Kind::Mark("," | ")" | "}"))) {
                        self.at += 1;
                    }
                }
                self.accept(",");
            }
        }
        arguments
    }

    /// A path that begins with the package of a class, `io.javalin.Javalin.create`, as an import would have it: `Javalin.create`.
    fn without_package(&mut self, path: String, place: Place) -> String {
        let Some(start) = class_behind_package(&path).filter(|_| !self.is_known(&path)) else { return path };
        let end = path[start..].find(['.', '(']).map_or(path.len(), |length| start + length);
        if self.packages.insert(path[..end].to_owned()) {
            let name = path[start..end].to_owned();
            let import = Import {
                module: path[..end].to_owned(),
                names: vec![(name.clone(), name)],
                place,
                ..Import::default()
            };
            self.index.imports.push(import);
        }
        path[start..].to_owned()
    }

    /// Whether a path begins with a name that the file gives a value.
    fn is_known(&self, path: &str) -> bool {
        path.split('.').next().is_some_and(|first| self.names.contains_key(first))
    }

    /// Records a call, and says what it gives.
    fn call(&mut self, path: String, arguments: Vec<Argument>, is_construction: bool, start: usize) -> Value {
        let place = self.place(start, self.end());
        let path = self.without_package(path, place);
        let origin = self.origin(&path);
        let call = Call { path, origin, arguments, is_construction, place, ..Call::default() };
        let value = if self.depth < DEEPEST_VALUE * 4 && size(&call) < DEEPEST_VALUE {
            Value::Call(Box::new(call.clone()))
        } else {
            Value::Unknown
        };
        let value = self.given(&Value::Unknown, &call).unwrap_or(value);
        self.index.calls.push(call);
        value
    }

    /// Records a call on a value, and says what it gives.
    fn call_on(&mut self, receiver: &Value, path: String, arguments: Vec<Argument>, start: usize) -> Value {
        let place = self.place(start, self.end());
        let path = self.without_package(path, place);
        let origin = self.origin(&path);
        let call = Call { path, origin, arguments, place, ..Call::default() };
        let name = call.name().to_owned();
        if METHODS.contains(&name.as_str())
            && let Some(path) = call.positional(0).and_then(Value::text).filter(|path| path.starts_with('/'))
        {
            let receiver = Some(call.receiver().to_owned()).filter(|receiver| !receiver.is_empty());
            let route = Route { method: Some(name.to_uppercase()), path: path.to_owned(), receiver, place };
            self.index.routes.push(route);
        }
        let value = if size(&call) < DEEPEST_VALUE { Value::Call(Box::new(call.clone())) } else { Value::Unknown };
        let value = self.given(receiver, &call).unwrap_or(value);
        self.index.calls.push(call);
        value
    }

    /// The path of a call with the variable in front resolved to the call that gave it.
    fn origin(&self, path: &str) -> Option<String> {
        let (first, rest) = path.split_once('.')?;
        let Value::Call(call) = self.names.get(first)? else { return None };
        (call.resolved().len() < LONGEST_PATH).then(|| format!("{}().{rest}", call.resolved()))
    }
}

/// Where the class begins in a path that has its package in front: at least two names in small letters, such as `io.javalin.Javalin`.
fn class_behind_package(path: &str) -> Option<usize> {
    let mut start = 0;
    for (count, part) in path.split('.').enumerate() {
        if part.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Some(start).filter(|_| count >= 2);
        }
        let is_package = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if part.is_empty() || !part.chars().all(is_package) || matches!(part, "this" | "super") {
            return None;
        }
        start += part.len() + 1;
    }
    None
}

/// For each token that opens a bracket, the one that closes it.
fn brackets(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; tokens.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Mark(mark) = token.kind else { continue };
        let opening = match mark {
            "(" | "[" | "{" => {
                open.push((at, mark));
                continue;
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => continue,
        };
        if open.last().is_some_and(|(_, mark)| *mark == opening) {
            pairs[open.pop().map_or(at, |(start, _)| start)] = Some(at);
        }
    }
    pairs
}

/// How deep calls stand in the arguments of each other.
fn size(call: &Call) -> u32 {
    let inner = call.arguments.iter().filter_map(|argument| match &argument.value {
        Value::Call(call) => Some(size(call)),
        Value::List(values) | Value::Joined(values) | Value::Either(values) | Value::Path(values) => {
            Some(u32::from(!values.is_empty()))
        }
        _ => None,
    });
    1 + inner.max().unwrap_or_default()
}

/// The text of parts without expressions.
fn plain(parts: &[Part]) -> Option<String> {
    match parts {
        [Part::Characters(text)] => Some(text.clone()),
        _ => None,
    }
}

/// The method of HTTP that an annotation registers, and whether it says a path.
fn route_annotation(name: &str) -> (Option<String>, bool) {
    let method = name.strip_suffix("Mapping").unwrap_or(name);
    let is_method = METHODS.contains(&method.to_lowercase().as_str()) && method.starts_with(char::is_uppercase);
    // `@GET` of JAX-RS has its path in `@Path`.
    let is_own = is_method && method.chars().any(char::is_lowercase);
    (is_own.then(|| method.to_uppercase()), is_own || matches!(name, "RequestMapping" | "Path" | "Controller"))
}

/// Two parts of a route with one `/` between them.
fn joined(prefix: &str, path: &str) -> String {
    let parts = prefix.split('/').chain(path.split('/')).filter(|part| !part.is_empty());
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests;
