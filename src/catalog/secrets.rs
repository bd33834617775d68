//! What secrets are called, from `secrets.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// The names of secrets.
#[derive(Debug, Deserialize)]
pub struct Secrets {
    /// Variables.
    pub variables: SecretVariables,
    /// Values.
    pub values: SecretValues,
    /// Files.
    pub files: SecretFiles,
}

/// How variables with secrets are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretVariables {
    /// Words, lower case.
    pub words: Vec<String>,
    /// Pairs of words, joined by an underscore.
    pub pairs: Vec<String>,
    /// Words that say that it is none.
    pub except: Vec<String>,
    /// How variables start that bundlers put into pages, for everyone to read.
    pub public: Vec<String>,
    /// Variables that only switch something.
    pub switches: Vec<String>,
}

/// What secret values look like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretValues {
    /// How they start.
    pub prefixes: Vec<String>,
    /// What is none.
    pub placeholders: Vec<String>,
    /// Words of a value that is none.
    pub placeholder_words: Vec<String>,
}

impl SecretValues {
    /// Whether a value stands where a secret would be and is none.
    pub fn is_placeholder(&self, value: &str) -> bool {
        let says = |word: &str| self.placeholder_words.iter().any(|it| word.eq_ignore_ascii_case(it));
        self.placeholders.iter().any(|it| value.eq_ignore_ascii_case(it))
            || value.split(|c: char| !c.is_ascii_alphanumeric()).any(says)
    }
}

/// How files with secrets are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretFiles {
    /// Patterns for names.
    pub names: Vec<String>,
    /// Patterns for names of files that are secret only with some text in them.
    pub holding: Vec<SecretText>,
}

/// Files that are secret when they hold a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretText {
    /// Patterns for names.
    pub names: Vec<String>,
    /// The text.
    pub text: String,
}

static TABLE: LazyLock<Secrets> = LazyLock::new(|| table!("secrets"));

/// The names of secrets.
pub fn secrets() -> &'static Secrets {
    &TABLE
}

impl SecretFiles {
    /// Whether a file of this name holds a key, by its ending: `private.pem`.
    pub fn is_key(&self, name: &str) -> bool {
        let held = self.holding.iter().flat_map(|held| &held.names);
        let endings = self.names.iter().chain(held).filter_map(|pattern| pattern.strip_prefix('*'));
        endings.into_iter().any(|ending| ending.starts_with('.') && name.len() > ending.len() && name.ends_with(ending))
    }
}

impl SecretVariables {
    /// Whether a variable of this name holds a secret.
    pub fn matches(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let parts: Vec<&str> = name.split(['_', '-', '.']).collect();
        let ends_like = |part: &str| self.words.iter().any(|word| word != "auth" && part.ends_with(word.as_str()));
        let named = parts.iter().any(|part| self.words.iter().any(|word| word == part) || ends_like(part))
            || parts.windows(2).any(|pair| self.pairs.iter().any(|it| *it == pair.join("_")));
        let excepted = parts.iter().any(|part| self.except.iter().any(|word| word == part));
        named && !excepted
    }

    /// Whether a variable of this name is no secret by its kind.
    pub fn is_public(&self, name: &str) -> bool {
        self.public.iter().any(|prefix| name.starts_with(prefix)) || self.switches.iter().any(|switch| switch == name)
    }

    /// Whether a file of variables, such as `.env`, holds public ones and nothing else.
    pub fn are_public(&self, text: &str) -> bool {
        let mut quote = None;
        text.lines().all(|line| {
            if let Some(open) = quote {
                // A value goes on over several lines until its quote is closed.
                quote = Some(open).filter(|open| !line.contains(*open));
                return true;
            }
            let line = line.trim().trim_start_matches("export ");
            let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
                return true;
            };
            let open = value.trim().chars().next().filter(|first| matches!(first, '"' | '\'' | '`'));
            quote = open.filter(|open| value.matches(*open).count() == 1);
            self.is_public(name.trim())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::secrets;

    #[test]
    fn a_file_of_public_variables_is_no_secret() {
        let public = |text: &str| secrets().variables.are_public(text);
        assert!(public(
            "MODE=production\n# SECRET=x\nexport VITE_URL=https://a\nVITE_KEY='MII\nab==\nQAB'\nVITE_B=1\n"
        ));
        assert!(!public("VITE_URL=https://a\nSESSION_SECRET=hunter2\n"));
    }
}
