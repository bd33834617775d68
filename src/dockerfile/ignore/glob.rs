//! Docker's patterns, matched without backtracking.

/// How a pattern of `.dockerignore` is tried; Docker takes short cuts that are visible in the answers.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// No wildcard at all.
    Exact(String),
    /// Only a trailing `**`.
    Prefix(String),
    /// Only a leading `**`.
    Suffix(String),
    /// Anything else.
    Glob(Glob),
}

impl Matcher {
    pub(super) fn new(pattern: &str) -> Self {
        let special = |text: &str| text.contains(['*', '?', '[', ']', '\\']);
        if !special(pattern) {
            return Self::Exact(pattern.to_owned());
        }
        if let Some(prefix) = pattern.strip_suffix("**").filter(|prefix| !prefix.is_empty() && !special(prefix)) {
            return Self::Prefix(prefix.to_owned());
        }
        if let Some(suffix) = pattern.strip_prefix("**").filter(|suffix| !special(suffix)) {
            return Self::Suffix(suffix.to_owned());
        }
        Self::Glob(Glob::new(pattern))
    }

    /// What every path that matches contains.
    pub(super) fn needle(&self) -> &str {
        match self {
            Self::Exact(text) | Self::Prefix(text) => text,
            Self::Suffix(suffix) => suffix.strip_prefix('/').unwrap_or(suffix),
            Self::Glob(glob) => &glob.needle,
        }
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        match self {
            Self::Exact(text) => path == text,
            Self::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => path.ends_with(suffix.as_str()) || suffix.strip_prefix('/') == Some(path),
            Self::Glob(glob) => glob.matches(path),
        }
    }
}

/// A compiled pattern: `*` and `?` stop at `/`, `**/` is zero or more folders, `[^a]` negates, `\` escapes.
#[derive(Debug, Clone)]
pub struct Glob {
    tokens: Vec<Token>,
    /// What every match starts with: most texts are told apart by it, or by their end, before a token is tried.
    start: String,
    /// What every match ends with.
    end: String,
    /// What every match contains: the longest of its plain parts.
    needle: String,
}

#[derive(Debug, Clone)]
enum Token {
    /// This character.
    Char(char),
    /// One character other than `/`.
    Any,
    /// Any number of characters other than `/`.
    Star,
    /// Any number of characters.
    Everything,
    /// Zero folders, or as many as follow: skips itself and the next token, or enters it.
    Folders,
    /// Inside folders: any character stays, a `/` can leave.
    InFolders,
    /// One character of these ranges, or, negated, one that is in none of them.
    Class { negated: bool, ranges: Vec<(char, char)> },
    /// Nothing at all.
    Never,
}

impl Glob {
    /// Compiles a pattern; one that `validate` refuses matches something or nothing, but never panics.
    pub fn new(pattern: &str) -> Self {
        let characters: Vec<char> = pattern.chars().collect();
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(&c) = characters.get(at) {
            at += 1;
            match c {
                '*' if characters.get(at) == Some(&'*') => {
                    at += 1;
                    if characters.get(at) == Some(&'/') {
                        at += 1;
                    }
                    if at == characters.len() {
                        tokens.push(Token::Everything);
                    } else {
                        tokens.extend([Token::Folders, Token::InFolders]);
                    }
                }
                '*' => tokens.push(Token::Star),
                '?' => tokens.push(Token::Any),
                '\\' => {
                    tokens.push(Token::Char(characters.get(at).copied().unwrap_or('\\')));
                    at += 1;
                }
                '[' => {
                    let (class, end) = class(&characters, at);
                    tokens.push(class);
                    at = end;
                }
                // Docker hands this on to a regular expression, where it stands for the start of the text.
                '^' if tokens.is_empty() => {}
                '^' => tokens.push(Token::Never),
                c => tokens.push(Token::Char(c)),
            }
        }
        let plain = |token: &Token| match token {
            Token::Char(c) => Some(*c),
            _ => None,
        };
        let start = tokens.iter().map_while(plain).collect();
        let end: Vec<char> = tokens.iter().rev().map_while(plain).collect();
        let runs = tokens.split(|token| plain(token).is_none());
        let needle = runs.max_by_key(|run| run.len()).unwrap_or_default().iter().filter_map(plain).collect();
        Self { start, end: end.into_iter().rev().collect(), needle, tokens }
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        // a byte tells most texts apart, without a call
        let is_other = |plain: Option<&u8>, byte: Option<&u8>| plain.is_some() && plain != byte;
        if is_other(self.start.as_bytes().first(), text.as_bytes().first())
            || is_other(self.end.as_bytes().last(), text.as_bytes().last())
            || !text.starts_with(&self.start)
            || !text.ends_with(&self.end)
            || !text.contains(&self.needle)
        {
            return false;
        }
        let mut current = vec![false; self.tokens.len() + 1];
        let mut next = current.clone();
        self.enter(&mut current, 0);
        for c in text.chars() {
            next.fill(false);
            let mut alive = false;
            for (state, token) in self.tokens.iter().enumerate().filter(|(state, _)| current[*state]) {
                let (stays, goes) = token.step(c);
                if stays {
                    self.enter(&mut next, state);
                }
                if goes {
                    self.enter(&mut next, state + 1);
                }
                alive |= stays || goes;
            }
            if !alive {
                return false;
            }
            std::mem::swap(&mut current, &mut next);
        }
        current[self.tokens.len()]
    }

    /// Marks a state and all that it reaches without reading a character.
    fn enter(&self, states: &mut [bool], state: usize) {
        if states[state] {
            return;
        }
        states[state] = true;
        match self.tokens.get(state) {
            Some(Token::Star | Token::Everything) => self.enter(states, state + 1),
            Some(Token::Folders) => {
                self.enter(states, state + 1);
                self.enter(states, state + 2);
            }
            _ => {}
        }
    }
}

impl Token {
    /// Whether a character keeps the match at this token, and whether it moves it to the next.
    fn step(&self, c: char) -> (bool, bool) {
        match self {
            Self::Char(wanted) => (false, c == *wanted),
            Self::Any => (false, c != '/'),
            Self::Star => (c != '/', false),
            Self::Everything => (true, false),
            Self::InFolders => (true, c == '/'),
            Self::Class { negated, ranges } => {
                (false, ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated)
            }
            Self::Folders | Self::Never => (false, false),
        }
    }
}

/// Reads a class from behind its `[`.
fn class(characters: &[char], mut at: usize) -> (Token, usize) {
    let negated = characters.get(at) == Some(&'^');
    at += usize::from(negated);
    let mut ranges = Vec::new();
    let one = |at: &mut usize| {
        *at += usize::from(characters.get(*at) == Some(&'\\'));
        let c = characters.get(*at).copied();
        *at += 1;
        c
    };
    while at < characters.len() && (characters[at] != ']' || ranges.is_empty()) {
        let Some(low) = one(&mut at) else { break };
        let mut high = low;
        if characters.get(at) == Some(&'-') && characters.get(at + 1).is_some_and(|c| *c != ']') {
            at += 1;
            high = one(&mut at).unwrap_or(low);
        }
        ranges.push((low, high));
    }
    (Token::Class { negated, ranges }, (at + 1).min(characters.len()))
}

/// Says what makes Docker refuse a pattern.
pub(super) fn validate(pattern: &str) -> Result<(), &'static str> {
    const UNCLOSED: &str = "a `[` without its `]`";
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.next().is_none() => return Err("a `\\` with nothing behind it"),
            '[' => {
                rest.next_if_eq(&'^');
                let mut first = true;
                while first || rest.peek() != Some(&']') {
                    bound(&mut rest)?;
                    if rest.next_if_eq(&'-').is_some() {
                        bound(&mut rest)?;
                    }
                    if rest.peek().is_none() {
                        return Err(UNCLOSED);
                    }
                    first = false;
                }
                rest.next();
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads one end of a range.
fn bound(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<(), &'static str> {
    match rest.next() {
        Some('\\') => rest.next().map(|_| ()).ok_or("a `\\` with nothing behind it"),
        Some('-' | ']') => Err("a class that is empty, or holds a `-` or `]` without `\\` before it"),
        Some(_) => Ok(()),
        None => Err("a `[` without its `]`"),
    }
}
