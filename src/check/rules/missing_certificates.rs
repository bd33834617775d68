//! The program asks other servers by TLS, and the image holds no certificates.
//!
//! `scratch` is empty: no certificates and no time zones. Every request ends with "certificate signed by unknown authority".
//!
//! ```go main.go
//! package main
//!
//! import "net/http"
//!
//! func main() { http.Get("https://example.org") }
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! WORKDIR /src
//! COPY . .
//! RUN CGO_ENABLED=0 go build -o /server .
//! FROM scratch
//! COPY --from=build /server /server
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! WORKDIR /src
//! COPY . .
//! RUN CGO_ENABLED=0 go build -o /server .
//! FROM scratch
//! COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
//! COPY --from=build /server /server
//! ```

use crate::check::view::Base;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("missing-certificates", Severity::Warning, &[], include_str!("missing_certificates.rs"), check);

/// What a program calls to ask others, and what brings certificates into it.
const ASKS: &[&str] =
    &["http.Get(", "http.Post(", "http.Client{", "http.DefaultClient", "http.NewRequest", "tls.Dial("];
const ZONES: &str = "time.LoadLocation(";

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(last) = view.last().filter(|last| *view.root(last.index) == Base::Scratch) else { return };
    let copied = |word: &str| {
        view.before(last.index, usize::MAX).iter().any(|(_, it)| match &it.body {
            Body::Copy(copy) | Body::Add(copy) => {
                let texts = copy.sources.iter().chain(&copy.destination);
                texts
                    .into_iter()
                    .any(|text| text.value.contains(word) || text.value == "/" || text.value.ends_with("rootfs"))
            }
            _ => false,
        })
    };
    let mut asks = None;
    let mut zones = None;
    let sources = view
        .context
        .files()
        .filter(|path| path.ends_with(".go") && !path.ends_with("_test.go") && !path.contains("vendor/"));
    for path in sources.take(2_000) {
        let Some(text) = view.context.read(path) else { continue };
        let code = || text.lines().filter(|line| !line.trim_start().starts_with("//"));
        if text.contains("x509roots/fallback") || text.contains("time/tzdata") {
            return;
        }
        asks = asks.or_else(|| code().any(|line| ASKS.iter().any(|call| line.contains(call))).then_some(path));
        zones = zones.or_else(|| code().any(|line| line.contains(ZONES)).then_some(path));
    }
    let span = last.stage.from.image.span;
    if let Some(path) = asks.filter(|_| !copied("cert")) {
        findings
            .at(span, format!("`{path}` asks other servers, and there are no certificates in `scratch`"))
            .help("copy `/etc/ssl/certs/ca-certificates.crt`, or use `gcr.io/distroless/static-debian13:nonroot`");
    }
    if let Some(path) = zones.filter(|_| !copied("zoneinfo")) {
        findings.at(span, format!("`{path}` uses time zones, and there are none in `scratch`")).help(
            "copy `/usr/share/zoneinfo`, import `time/tzdata`, or use `gcr.io/distroless/static-debian13:nonroot`",
        );
    }
}
