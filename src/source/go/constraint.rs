//! Build constraints: which files of a package are compiled for Linux.

use crate::catalog::{is_go_processor, is_go_system};

/// What a build is made for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Whether cgo is on.
    pub cgo: bool,
    /// The tags that the project's own build sets.
    pub tags: &'a [String],
}

impl Target<'_> {
    /// Whether a file of this name is compiled: not a test, and its suffixes fit.
    pub fn takes_file(name: &str) -> bool {
        let Some(stem) = name.strip_suffix(".go") else {
            return false;
        };
        if stem.ends_with("_test") || name.starts_with(['_', '.']) {
            return false;
        }
        let parts: Vec<&str> = stem.split('_').skip(1).collect();
        let takes_system = |name: &str| name == "linux";
        let takes_processor = |name: &str| name == "amd64";
        match parts.as_slice() {
            [.., system, processor] if is_go_system(system) && is_go_processor(processor) => {
                takes_system(system) && takes_processor(processor)
            }
            [.., last] if is_go_system(last) => takes_system(last),
            [.., last] if is_go_processor(last) => takes_processor(last),
            _ => true,
        }
    }

    fn has(&self, tag: &str) -> bool {
        match tag {
            "linux" | "unix" | "amd64" | "gc" => true,
            "cgo" => self.cgo,
            _ if tag.starts_with("go1.") => true,
            _ => self.tags.iter().any(|it| it == tag),
        }
    }

    /// Whether a constraint directive (`go:build …` or `+build …`) lets a file in; other directives do.
    pub fn takes(&self, directive: &str) -> bool {
        if let Some(expression) = directive.strip_prefix("go:build ") {
            return Expression { rest: expression, target: self }.or();
        }
        directive.strip_prefix("+build ").is_none_or(|options| {
            options.split_whitespace().any(|option| {
                option.split(',').all(|term| match term.strip_prefix('!') {
                    Some(tag) => !self.has(tag),
                    None => self.has(term),
                })
            })
        })
    }
}

/// A reader of `//go:build` expressions that evaluates as it reads.
struct Expression<'a> {
    rest: &'a str,
    target: &'a Target<'a>,
}

impl Expression<'_> {
    fn eat(&mut self, mark: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn or(&mut self) -> bool {
        let mut value = self.and();
        while self.eat("||") {
            value |= self.and();
        }
        value
    }

    fn and(&mut self) -> bool {
        let mut value = self.term();
        while self.eat("&&") {
            value &= self.term();
        }
        value
    }

    fn term(&mut self) -> bool {
        if self.eat("!") {
            return !self.term();
        }
        if self.eat("(") {
            let value = self.or();
            self.eat(")");
            return value;
        }
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.target.has(tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_evaluated_for_linux() {
        let tags = ["migrate".to_owned()];
        let target = Target { cgo: false, tags: &tags };
        for taken in [
            "go:build linux",
            "go:build !windows && (amd64 || arm64)",
            "go:build !cgo",
            "go:build migrate",
            "go:generate x",
            "+build linux,!cgo darwin",
        ] {
            assert!(target.takes(taken), "{taken}");
        }
        for left in ["go:build ignore", "go:build windows || (linux && cgo)", "+build ignore", "go:build mage"] {
            assert!(!target.takes(left), "{left}");
        }
        for (name, taken) in [
            ("main.go", true),
            ("main_test.go", false),
            ("x_windows.go", false),
            ("x_linux_amd64.go", true),
            ("x_linux_arm64.go", false),
            ("linux.go", true),
            ("windows.go", true),
            ("_x.go", false),
            ("README.md", false),
        ] {
            assert_eq!(Target::takes_file(name), taken, "{name}");
        }
    }
}
