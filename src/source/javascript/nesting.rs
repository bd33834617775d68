//! How deep a JavaScript file may nest, found without a parser: the parser calls itself for each level, and what is too
//! deep for it would end the program.

/// Files that may nest deeper than this are not parsed. Code that a person wrote stays below 60, a bundle below 300.
const DEEPEST: u32 = 700;
/// A regular expression is not longer than this, in bytes.
const LONGEST_EXPRESSION: usize = 1000;
/// A text that holds more brackets and operators than this is counted as code where it may be code.
const TEXT_LIMIT: u32 = 300;

/// Whether a text may nest too deep to be parsed. Brackets count, and within them what can stack up without any:
/// operators, keywords, elements of JSX.
pub fn is_too_deep(text: &str, has_jsx: bool) -> bool {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        frames: vec![Frame::default()],
        last: Last::Start,
        has_jsx,
        total: 0,
        is_doubtful: false,
    };
    while scan.at < scan.bytes.len() {
        if scan.total > DEEPEST {
            return true;
        }
        scan.step();
    }
    scan.total > DEEPEST
}

/// What is open: the file, or a bracket.
#[derive(Debug, Default, Clone, Copy)]
struct Frame {
    /// What has stacked up in it since its last statement or element began.
    pending: u32,
    /// Elements of JSX that are open in it.
    elements: u32,
    /// Whether it is a place of a template: `${…}`.
    is_template: bool,
    /// Whether it belongs to `if (…)` and the like, so that a statement follows.
    is_head: bool,
}

/// What was seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Start,
    /// The end of an expression: a name, a text, a number, `)` or `]`.
    Value,
    /// A keyword that an expression or statement follows.
    Keyword,
    /// The same for `if`, `while`, `for` and `with`, which a parenthesis follows first.
    Head,
    /// `}`, or the `)` of a head.
    Block,
    /// `.`, which makes a name of any keyword.
    Dot,
    /// Any other mark.
    Mark,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    frames: Vec<Frame>,
    last: Last,
    has_jsx: bool,
    /// All that is open and pending, in all frames.
    total: u32,
    /// Whether a slash stood where only a parser tells a division from a regular expression: then a text may be code.
    is_doubtful: bool,
}

impl Scan<'_> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        let next = self.bytes.get(self.at + 1).copied().unwrap_or_default();
        let is_code_doubtful = self.is_doubtful || self.elements() > 0;
        match byte {
            b'\n' => self.line(),
            b' ' | b'\t' | b'\r' => {}
            b'/' if next == b'/' && self.elements() == 0 => return self.skip_to_line_end(),
            b'/' if next == b'*' && self.elements() == 0 => return self.skip_comment(),
            b'/' if self.starts_expression() => {
                if let Some(end) = self.regular_expression() {
                    self.at = end;
                    self.last = Last::Value;
                    return;
                }
                self.operator();
            }
            b'"' | b'\'' => return self.text(byte, is_code_doubtful),
            b'`' => return self.template(is_code_doubtful),
            b'(' | b'[' | b'{' => {
                let is_head = byte == b'(' && self.last == Last::Head;
                self.open(Frame { is_head, ..Frame::default() });
            }
            b')' | b']' | b'}' => {
                let frame = self.close();
                if frame.is_template {
                    self.at += 1;
                    return self.template(is_code_doubtful);
                }
                self.last = if byte == b'}' || frame.is_head { Last::Block } else { Last::Value };
            }
            b';' | b',' => {
                self.settle();
                self.last = Last::Mark;
            }
            b'<' if self.has_jsx && (next.is_ascii_alphabetic() || next == b'>') && self.may_be_element() => {
                self.frame().elements += 1;
                self.total += 1;
                self.last = Last::Mark;
            }
            b'<' if next == b'/' && self.elements() > 0 => self.end_element(),
            b'/' if next == b'>' && self.elements() > 0 => self.end_element(),
            _ if is_word(byte) => return self.word(),
            b'.' => {
                self.pend();
                self.last = Last::Dot;
            }
            _ => self.operator(),
        }
        self.at += 1;
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn elements(&self) -> u32 {
        self.frames.last().map_or(0, |frame| frame.elements)
    }

    fn open(&mut self, frame: Frame) {
        self.frames.push(frame);
        self.total += 1;
        self.last = Last::Mark;
    }

    fn close(&mut self) -> Frame {
        if self.frames.len() < 2 {
            return Frame::default();
        }
        let frame = self.frames.pop().unwrap_or_default();
        self.total -= 1 + frame.pending + frame.elements;
        frame
    }

    fn pend(&mut self) {
        self.frame().pending += 1;
        self.total += 1;
    }

    fn operator(&mut self) {
        self.pend();
        self.last = Last::Mark;
    }

    /// A statement or element ends: what was pending is done. An `else` behind it belongs to it.
    fn settle(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let word = rest.iter().position(|byte| !byte.is_ascii_whitespace()).map_or(&[][..], |start| &rest[start..]);
        if !word.starts_with(b"else") {
            let pending = std::mem::take(&mut self.frame().pending);
            self.total -= pending;
        }
    }

    /// The end of a line ends a statement where the next line starts with a name behind a value.
    fn line(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let next = rest.iter().copied().find(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
        if matches!(self.last, Last::Value | Last::Block) && (is_word(next) || next == b'@') && self.elements() == 0 {
            self.settle();
        }
    }

    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        let word = &rest[..length];
        self.at += length;
        if self.last == Last::Dot {
            self.last = Last::Value;
            return;
        }
        self.last = match word {
            b"if" | b"while" | b"for" | b"with" => Last::Head,
            b"else" | b"do" | b"return" | b"typeof" | b"void" | b"delete" | b"new" | b"await" | b"yield" | b"throw"
            | b"case" | b"in" | b"of" | b"instanceof" | b"extends" | b"keyof" | b"async" | b"default" | b"infer"
            | b"readonly" | b"unique" | b"asserts" | b"is" | b"as" | b"satisfies" => Last::Keyword,
            _ => Last::Value,
        };
        if self.last != Last::Value {
            self.pend();
        }
    }

    /// Whether a slash here starts a regular expression.
    fn starts_expression(&mut self) -> bool {
        // Behind `}` only a parser knows.
        self.is_doubtful |= self.last == Last::Block;
        self.last != Last::Value
    }

    fn regular_expression(&self) -> Option<usize> {
        let (mut is_escaped, mut is_class) = (false, false);
        for (length, byte) in self.bytes[self.at..].iter().enumerate().skip(1).take(LONGEST_EXPRESSION) {
            match byte {
                b'\n' => return None,
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'[' => is_class = true,
                b']' => is_class = false,
                b'/' if !is_class => return Some(self.at + length + 1),
                _ => {}
            }
        }
        None
    }

    /// An element of JSX starts where an expression does, and anywhere inside of another element.
    fn may_be_element(&self) -> bool {
        self.last != Last::Value && self.last != Last::Dot || self.elements() > 0
    }

    fn end_element(&mut self) {
        let frame = self.frame();
        if frame.elements > 0 {
            frame.elements -= 1;
            self.total -= 1;
        }
        self.last = Last::Mark;
    }

    fn skip_to_line_end(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.at + 2..];
        self.at += 2 + rest.windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 2);
    }

    /// A text between quotes, up to the end of the line at most.
    fn text(&mut self, quote: u8, is_doubtful: bool) {
        let (mut at, mut marks) = (self.at + 1, 0);
        let is_element = self.elements() > 0;
        while let Some(byte) = self.bytes.get(at) {
            at += 1;
            match byte {
                b'\\' if !is_element => at += 1,
                // An apostrophe: `<p>don't</p>`.
                b'\n' if is_element => {
                    self.at += 1;
                    return;
                }
                b'\n' => break,
                byte if *byte == quote => break,
                byte => marks += u32::from(byte.is_ascii_punctuation()),
            }
        }
        self.at = at.min(self.bytes.len());
        self.after_text(marks, is_doubtful);
    }

    /// The text of a template up to its end or its next place.
    fn template(&mut self, is_doubtful: bool) {
        let (mut at, mut marks) = (self.at, 0);
        if self.bytes.get(at) == Some(&b'`') {
            at += 1;
        }
        while let Some(byte) = self.bytes.get(at) {
            at += 1;
            match byte {
                b'\\' => at += 1,
                b'`' => break,
                b'$' if self.bytes.get(at) == Some(&b'{') => {
                    self.at = at + 1;
                    self.after_text(marks, is_doubtful);
                    self.open(Frame { is_template: true, ..Frame::default() });
                    return;
                }
                byte => marks += u32::from(byte.is_ascii_punctuation()),
            }
        }
        self.at = at.min(self.bytes.len());
        self.after_text(marks, is_doubtful);
    }

    fn after_text(&mut self, marks: u32, is_doubtful: bool) {
        self.last = Last::Value;
        if is_doubtful && marks > TEXT_LIMIT {
            self.total += DEEPEST;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::is_too_deep;

    #[test]
    fn what_nests_is_counted_whatever_it_is_made_of() {
        let deep = [
            "(",
            "[",
            "{",
            "`${",
            "!",
            "- ",
            "-\n",
            "typeof ",
            "new\n",
            "a=>",
            "a=>\n",
            "a?b:",
            "a?b:\n",
            "f(",
            "if(a)",
            "else if(a)b;",
            "if(a)b;else ",
            "a.",
            "a.b\n.",
            "a+",
            "a\n+",
            "a=",
            "a:",
            "async a=>",
            "<a>",
            "<a>\n",
            "<a>x\ny",
            "<a>'",
            "<a>//",
            "() => {",
            "'\"'+(",
            "/\"/.x+(",
            "for(;;)",
            "a**",
            "x as ",
            "function f(){",
            "class A extends ",
            "\"(\"+(",
            "await ",
        ];
        for piece in deep {
            assert!(is_too_deep(&piece.repeat(3000), true), "{piece:?}");
        }
        let hidden = ["a:{}/\"/; ", "if(a)/\"/; ", "x=/[/\"]/; ", "`${`${1}`}`; "];
        for start in hidden {
            let text = format!("{start}{}{}", "(".repeat(20_000), "\"");
            assert!(is_too_deep(&text, false), "{start:?}");
        }
    }

    #[test]
    fn what_people_write_is_not_deep() {
        let long = [
            "const a = b.c(d)\n",
            "a = b.c / d; e = '(' + /[(]/.test(f)\n",
            "if (a) return b\n",
            "foo({ a: [1, 2], b: `x${y}` })\n",
            "// ((((\n/* (((( */\n",
            "export const f = async (x) => { await g(x) }\n",
            "function f() {\n  return a.b.c\n}\n",
            "if (a) { b() } else if (c) { d() }\n",
            "const x = <div><a href=\"x\">don't</a><br/></div>;\n",
            "type A = B<C<D>>\nlet a = 1\n",
            "@a\n@b()\nclass X {}\n",
            "case 'a':\n  return 'b';\n",
            "for (let i=0;i<n;i++) x[i]/=2;",
        ];
        for piece in long {
            assert!(!is_too_deep(&piece.repeat(1500), true), "{piece:?}");
        }
    }
}
