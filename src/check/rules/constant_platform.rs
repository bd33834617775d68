//! The platform is written into the file.
//!
//! Then everyone gets this one, whatever `--platform` says. `$BUILDPLATFORM` is for stages that only build; for all others the platform
//! that is asked for is taken anyway.
//!
//! ### Problematic
//! ```dockerfile
//! FROM --platform=linux/amd64 node:24-trixie-slim
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS build
//! FROM node:24-trixie-slim
//! COPY --from=build /app /app
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Span;

/// The rule.
pub static RULE: Rule = Rule::new(
    "constant-platform",
    Severity::Warning,
    &["DL3029", "FromPlatformFlagConstDisallowed", "RedundantTargetPlatform"],
    include_str!("constant_platform.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let Some(flag) = stage.instructions[0].flags.iter().find(|flag| flag.name == "platform") else {
            continue;
        };
        let value = flag.value.as_deref().unwrap_or_default();
        if matches!(value, "$TARGETPLATFORM" | "${TARGETPLATFORM}") {
            let finding = findings.at(flag.span, "the target platform is taken anyway");
            finding
                .severity(Severity::Note)
                .help("leave the flag out")
                .fix(Span::new(flag.span.start, flag.span.end + 1), "");
            continue;
        }
        // A stage that is named after its platform is there for this one.
        let named = stage.name().is_some_and(|name| value.split('/').any(|part| name.contains(part)));
        if !value.contains('$') && !named {
            findings
                .at(flag.span, format!("everyone gets `{value}`, whatever platform is asked for"))
                .help("leave the flag out, or use `$BUILDPLATFORM` for a stage that only builds");
        }
    }
}
