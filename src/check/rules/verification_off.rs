//! Certificates or signatures are not checked.
//!
//! Then anyone on the way can send something else. A missing certificate is a reason to install it, not to look away.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie
//! RUN curl -k -O https://example.org/tool
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie
//! RUN curl -O https://example.org/tool
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Span};

/// The rule.
pub static RULE: Rule =
    Rule::new("verification-off", Severity::Warning, &[], include_str!("verification_off.rs"), check);

/// What switches verification off: the programs (none: any), and the words.
const SWITCHES: &[(&[&str], &[&str])] = &[
    (&["curl"], &["-k", "--insecure"]),
    (&["wget"], &["--no-check-certificate"]),
    (&["apt-get", "apt"], &["--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"]),
    (&["apk"], &["--allow-untrusted"]),
    (&["yum", "dnf", "microdnf", "rpm"], &["--nogpgcheck", "--nosignature"]),
    (&["zypper"], &["--no-gpg-checks"]),
    (&["pip", "pip3"], &["--trusted-host"]),
    (&["npm", "yarn", "pnpm"], &["strict-ssl", "--strict-ssl=false"]),
    (&["git"], &["http.sslVerify=false", "http.sslverify=false"]),
];

/// Variables with the value that does the same.
const VARIABLES: &[(&str, &str)] = &[
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
    ("PYTHONHTTPSVERIFY", "0"),
    ("GIT_SSL_NO_VERIFY", "1"),
    ("GIT_SSL_NO_VERIFY", "true"),
    ("NPM_CONFIG_STRICT_SSL", "false"),
    ("GONOSUMCHECK", "1"),
    ("GOINSECURE", "*"),
];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, command) in view.each_command() {
        let rows = SWITCHES.iter().filter(|(programs, _)| programs.contains(&command.program()));
        let word = rows.flat_map(|(_, words)| *words).find_map(|switch| {
            let is = |word: &str| {
                word == *switch
                    || *switch == "-k" && word.starts_with('-') && !word.starts_with("--") && word.contains('k')
            };
            command.words.iter().skip(1).find(|word| is(&word.value))
        });
        // `npm config set strict-ssl true` is as it should be.
        if let Some(word) = word.filter(|word| word.value != "strict-ssl" || command.has("false")) {
            report(findings, word.span, &word.value);
        }
    }
    for (_, _, instruction) in view.each() {
        let (Body::Env(pairs) | Body::Arg(pairs)) = &instruction.body else { continue };
        for pair in pairs {
            let value = pair.value.as_ref().map_or("", |value| value.value.as_str());
            if VARIABLES.contains(&(pair.name.value.as_str(), value)) {
                report(findings, pair.name.span, &pair.name.value);
            }
        }
    }
}

fn report(findings: &mut Findings<'_>, span: Span, what: &str) {
    findings
        .at(span, format!("`{what}` switches verification off"))
        .help("install the certificate or the key that is missing");
}
