//! Python source as a syntax tree: the few questions that are asked of it.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, PySourceType, Stmt};
use ruff_python_parser::lexer::lex;
use ruff_python_parser::{Mode, parse_unchecked_source};
use ruff_text_size::Ranged;

/// How deep a tree may become at most. No program that a person wrote comes near it, and a walk over it, which needs a stack
/// frame or several for each level, fits into the stack of a thread.
const MOST_LEVELS: usize = 1_500;

/// The statements of a module; those that could be read, where some could not. Nothing where its expressions are nested too
/// deeply to be walked.
pub fn parse(source: &str) -> Vec<Stmt> {
    if levels(source) > MOST_LEVELS {
        return Vec::new();
    }
    parse_unchecked_source(source, PySourceType::Python).into_suite().into_iter().collect()
}

/// An upper bound of the depth of the expressions in a source: brackets, operators and keywords each put what stands beside
/// them a level deeper, until a comma or the end of the statement.
fn levels(source: &str) -> usize {
    let mut lexer = lex(source, Mode::Module);
    // one count for each bracket that is open, and their sum
    let (mut counts, mut sum, mut most) = (vec![0_usize], 0_usize, 0_usize);
    loop {
        let token = lexer.next_token();
        let opens = matches!(token, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace | TokenKind::FStringStart);
        match token {
            TokenKind::EndOfFile => return most,
            TokenKind::Newline | TokenKind::Semi => (counts, sum) = (vec![0], 0),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd if counts.len() > 1 => {
                sum -= counts.pop().unwrap_or_default();
            }
            TokenKind::Comma => sum -= counts.last_mut().map(std::mem::take).unwrap_or_default(),
            _ if opens || token.is_operator() || token.is_keyword() => {
                sum += 1;
                counts.last_mut().into_iter().for_each(|count| *count += 1);
                counts.extend(opens.then_some(0));
            }
            _ => {}
        }
        most = most.max(sum);
    }
}

/// The first byte of what only Python 2 reads: a text behind `print`, or one with the prefix `ur`.
pub fn of_python_2(source: &str) -> Option<usize> {
    if levels(source) > MOST_LEVELS {
        return None;
    }
    // most sources have neither, and are not parsed once more
    let follows = |word: &str, next: &[char]| {
        let starts = source.match_indices(word).map(|(at, _)| at + word.len());
        starts.into_iter().any(|end| source[end..].starts_with(next))
    };
    let is_likely = follows("print", &[' ', '\t', '\\', '"', '\''])
        || ["ur", "UR", "uR", "Ur"].iter().any(|prefix| follows(prefix, &['"', '\'']));
    if !is_likely {
        return None;
    }
    let parsed = parse_unchecked_source(source, PySourceType::Python);
    parsed.tokens().windows(2).find_map(|pair| {
        let (word, text) = (pair.first()?, pair.get(1)?);
        let range = word.range();
        let written = source.get(usize::from(range.start())..usize::from(range.end()))?;
        let is_raw = written.eq_ignore_ascii_case("ur") && range.end() == text.start();
        let is_it = word.kind() == TokenKind::Name && text.kind() == TokenKind::String;
        (is_it && (is_raw || written == "print")).then(|| usize::from(range.start()))
    })
}

/// The value of a string literal.
pub fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        _ => None,
    }
}

/// The value of a whole number, or of a string that holds one.
pub fn port(expr: &Expr) -> Option<u16> {
    let value = match expr {
        Expr::NumberLiteral(literal) => match &literal.value {
            ruff_python_ast::Number::Int(number) => number.as_u16(),
            _ => None,
        },
        Expr::StringLiteral(literal) => literal.value.to_str().parse().ok(),
        // int(os.environ.get("PORT", 8000)), os.getenv("PORT") or 8000
        Expr::Call(call) => {
            let name = dotted(&call.func)?;
            let arguments = &call.arguments.args;
            match name.as_str() {
                "int" | "str" => return port(arguments.first()?),
                _ if is_environment_read(&name) => return port(arguments.get(1)?),
                _ => None,
            }
        }
        Expr::BoolOp(operation) => return operation.values.iter().find_map(port),
        _ => None,
    };
    value.filter(|port| *port > 0)
}

/// Whether a function of this name reads an environment variable.
pub fn is_environment_read(name: &str) -> bool {
    matches!(
        name,
        "os.environ.get"
            | "os.getenv"
            | "environ.get"
            | "getenv"
            | "env"
            | "config"
            | "env.int"
            | "env.str"
            | "decouple.config"
    ) || name.starts_with("env.")
}

/// A name with its attributes: `os.environ.get`.
pub fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr.as_str())),
        _ => None,
    }
}

/// The byte offset at which an expression starts.
pub fn start(expr: &Expr) -> usize {
    usize::from(Ranged::start(expr))
}

/// Every call in these statements, at any depth.
pub fn calls(statements: &[Stmt]) -> Vec<&ExprCall> {
    struct Calls<'a>(Vec<&'a ExprCall>);
    impl<'a> Visitor<'a> for Calls<'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Call(call) = expr {
                self.0.push(call);
            }
            walk_expr(self, expr);
        }
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            walk_stmt(self, statement);
        }
    }
    let mut calls = Calls(Vec::new());
    for statement in statements {
        calls.visit_stmt(statement);
    }
    calls.0
}

/// Where these statements first take an attribute of this name from anything.
pub fn attribute(statements: &[Stmt], name: &str) -> Option<usize> {
    struct Attributes<'a>(&'a str, Option<usize>);
    impl<'a> Visitor<'a> for Attributes<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Attribute(found) = expr
                && found.attr.as_str() == self.0
            {
                self.1.get_or_insert(usize::from(Ranged::start(&found.attr)));
            }
            walk_expr(self, expr);
        }
    }
    let mut found = Attributes(name, None);
    for statement in statements {
        found.visit_stmt(statement);
    }
    found.1
}

/// A value that is assigned.
pub struct Assignment<'a> {
    /// What it is assigned to.
    pub target: &'a Expr,
    /// What is assigned.
    pub value: &'a Expr,
}

/// Every assignment to one target in these statements, at any depth.
pub fn assignments(statements: &[Stmt]) -> Vec<Assignment<'_>> {
    struct Assigned<'a>(Vec<Assignment<'a>>);
    impl<'a> Visitor<'a> for Assigned<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::Assign(assign) => {
                    self.0.extend(assign.targets.iter().map(|target| Assignment { target, value: &assign.value }));
                }
                Stmt::AnnAssign(assign) => {
                    let assigned = assign.value.as_deref().map(|value| Assignment { target: &assign.target, value });
                    self.0.extend(assigned);
                }
                _ => {}
            }
            walk_stmt(self, statement);
        }
    }
    let mut assigned = Assigned(Vec::new());
    for statement in statements {
        assigned.visit_stmt(statement);
    }
    assigned.0
}

/// Whether a statement is `if __name__ == "__main__":`.
pub fn is_main_guard(statement: &Stmt) -> bool {
    let Stmt::If(branch) = statement else { return false };
    let Expr::Compare(compare) = branch.test.as_ref() else {
        return false;
    };
    let mut sides = std::iter::once(compare.left.as_ref()).chain(compare.comparators.iter());
    let named = |expr: &Expr| matches!(expr, Expr::Name(name) if name.id.as_str() == "__name__");
    sides.any(named)
        && std::iter::once(compare.left.as_ref())
            .chain(compare.comparators.iter())
            .any(|side| text(side).as_deref() == Some("__main__"))
}

/// Whether a path names a Python file.
pub fn is_python_file(path: &str) -> bool {
    has_ending(path, "py")
}

/// Whether a path ends in this extension.
pub fn has_ending(path: &str, ending: &str) -> bool {
    let stem = path.strip_suffix(ending).and_then(|stem| stem.strip_suffix('.'));
    stem.is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_only_python_2_reads_is_told_from_python_3() {
        for text in
            ["print 'a'\n", "x = 1\nif x:\n    print \"a\", x\n", "match(ur'/a')\n", "routes = [(UR\"/\", Main)]\n"]
        {
            assert!(super::of_python_2(text).is_some(), "{text}");
        }
        for text in [
            "print('a')\n",
            "\"print 'a'\"\n",
            "# print 'a'\n",
            "x.print\n'a'\n",
            "print = 'a'\n",
            "u'/a', r'/a', f'print {x}', rb'a'\n",
            "ur = 1\n'a'\n",
            "printer, 'a'\n",
        ] {
            assert!(super::of_python_2(text).is_none(), "{text}");
        }
    }

    use super::*;

    #[test]
    fn what_is_nested_too_deeply_is_no_crash() {
        let many = |unit: &str| format!("x = 1\ny = a{}\n", unit.repeat(50_000));
        let deep = ["+1", ".a", "()", "[0]", " if a else a", "**2"].map(many);
        let opened = ["[", "(", "-", "not ", "lambda: ", "await ", "f(", "{0:", "f'{"]
            .map(|it| format!("y = {}", it.repeat(50_000)));
        for source in deep.iter().chain(&opened) {
            assert!(calls(&parse(source)).len() < MOST_LEVELS, "{}", &source[..20]);
        }
    }

    #[test]
    fn long_data_is_read() {
        let list = format!("x = [{}]\nf()\n", "-1, (2 + 3).real, ".repeat(20_000));
        let table = format!("x = {{{}}}\nf()\n", "'a.b': f(not 1 < 2), ".repeat(9_000));
        let lines = "f(1 + 2).g()\n".repeat(9_000);
        assert_eq!(parse(&list).len(), 2);
        assert_eq!(parse(&table).len(), 2);
        assert_eq!(parse(&lines).len(), 9_000);
    }
}
