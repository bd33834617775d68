use crate::repo::Document;
use crate::source::{Argument, Index, Value, read};

fn index(name: &str, text: &str) -> Index {
    read(Document::new(name, text))
}

/// The calls as `path(argument, …)`, with the defaults of the arguments where they are known.
fn calls(name: &str, text: &str) -> Vec<String> {
    let shown = |argument: &Argument| {
        let value = argument.value.known_text().unwrap_or_else(|| "?".into());
        argument.name.as_ref().map_or_else(|| value.clone(), |name| format!("{name}={value}"))
    };
    let all = index(name, text).calls;
    all.iter()
        .map(|call| format!("{}({})", call.path, call.arguments.iter().map(shown).collect::<Vec<_>>().join(", ")))
        .collect()
}

/// The value of the first name `port`.
fn port(name: &str, text: &str) -> Value {
    index(name, text).value_of("port").cloned().unwrap_or_default()
}

#[test]
fn calls_are_seen_in_every_language_of_the_jvm() {
    let cases = [
        ("A.java", "class A { void f() { new ServerSocket(80); } }", "ServerSocket(80)"),
        ("A.java", "class A { int p = f(1, \"x\"); }", "f(1, x)"),
        ("A.java", "class A { { List<Map<String, Integer>> l = g(); } }", "g()"),
        ("a.kt", "fun main() {\n  embeddedServer(Netty, port = 8080) {\n  }\n}", "embeddedServer(?, port=8080)"),
        ("a.scala", "object A extends App {\n  val s = serve(\"h\", 80)\n}", "serve(h, 80)"),
        ("a.groovy", "def s = serve('h', 80)\n", "serve(h, 80)"),
    ];
    for (name, text, expected) in cases {
        assert!(calls(name, text).contains(&expected.to_owned()), "{text}: {:?}", calls(name, text));
    }
    let chain = "class A { void f() { Undertow.builder().addHttpListener(8081, \"0.0.0.0\").build().start(); } }";
    assert!(calls("A.java", chain).contains(&"Undertow.builder().addHttpListener(8081, 0.0.0.0)".to_owned()));
    let generic = "fun main(args: Array<String>) {\n  runApplication<App>(*args)\n}";
    assert_eq!(calls("a.kt", generic), ["runApplication(?)"]);
}

#[test]
fn comments_and_texts_are_no_code() {
    let cases = [
        (
            "A.java",
            "// f(1)\n/* f(2) */ class A { String x = \"f(3)\"; String y = \"\"\"\n  f(4) \"quoted\" \\\"\"\" f(5)\"\"\"; char c = '\"'; }",
        ),
        ("A.java", "/** {@code f(1)} /* */ class A { String x = \"\\\"f(2)\"; }"),
        ("a.kt", "/* f(1) /* f(2) */ f(3) */\nval x = \"\"\"f(4) \" f(5)\"\"\"\n// f(6)"),
        ("a.scala", "/* /* */ f(1) */ object A { val s = 'f; val t = \"f(2)\" }"),
        ("a.groovy", "#!/usr/bin/env groovy f(0)\ndef s = 'f(1)' // f(2)\ndef t = '''\nf(3)'''"),
    ];
    for (name, text) in cases {
        assert!(!calls(name, text).iter().any(|call| call.starts_with("f(")), "{name}: {:?}", calls(name, text));
    }
    assert!(calls("a.kt", "val x = \"${f(1)}\"").contains(&"f(1)".to_owned()));
    assert_eq!(index("A.java", "class A { String x = \"\"\"\n    a\n      b\n    \"\"\"; }").texts[0].text, "a\n  b\n");
}

#[test]
fn a_port_has_its_default_and_its_variable() {
    let java = |value: &str| port("A.java", &format!("class A {{ void f() {{ int port = {value}; }} }}"));
    let cases = [
        ("8080", None, Some("8080")),
        ("Integer.parseInt(System.getenv(\"PORT\"))", Some("PORT"), None),
        ("Integer.parseInt(System.getenv().getOrDefault(\"PORT\", \"8081\"))", Some("PORT"), Some("8081")),
        (
            "Optional.ofNullable(System.getenv(\"PORT\")).map(Integer::parseInt).orElse(8082)",
            Some("PORT"),
            Some("8082"),
        ),
        (
            "System.getenv(\"PORT\") != null ? Integer.parseInt(System.getenv(\"PORT\")) : 8083",
            Some("PORT"),
            Some("8083"),
        ),
        ("Integer.getInteger(\"app.port\", 8084)", None, Some("8084")),
        ("args.length > 0 ? Integer.parseInt(args[0]) : 8085", None, Some("8085")),
        ("Integer.parseInt(p.getProperty(KEY, \"8086\"))", None, Some("8086")),
        ("(int) 8_087L", None, Some("8087")),
    ];
    for (text, variable, default) in cases {
        let value = java(text);
        assert_eq!((value.variable(), value.known_text().as_deref()), (variable, default), "{text}: {value:?}");
    }
    let kotlin = port("a.kt", "fun main() {\n  val port = System.getenv(\"PORT\")?.toInt() ?: 8088\n}");
    assert_eq!((kotlin.variable(), kotlin.known_text().as_deref()), (Some("PORT"), Some("8088")), "{kotlin:?}");
    let scala = port("a.scala", "object A {\n  val port = sys.env.getOrElse(\"PORT\", \"8089\").toInt\n}");
    assert_eq!((scala.variable(), scala.known_text().as_deref()), (Some("PORT"), Some("8089")), "{scala:?}");
}

#[test]
fn names_stand_for_their_values_wherever_they_are_set() {
    let text = "class A { void f() { var app = Javalin.create(); app.start(PORT); } static final int PORT = 7000; }";
    let index = index("A.java", text);
    let start = index.calls.iter().find(|call| call.path == "app.start").unwrap();
    assert_eq!(start.resolved(), "Javalin.create().start");
    assert_eq!(start.positional(0).and_then(Value::number), Some(7000));
}

#[test]
fn methods_have_the_names_of_their_classes() {
    let names = |name: &str, text: &str| -> Vec<String> {
        index(name, text).functions.into_iter().map(|function| function.name).collect()
    };
    let java = "package a;\npublic class A<T> extends B<C> implements D {\n  A(int x) { super(x); }\n  @Override public static void main(final String... args) throws Exception { }\n  static class E { List<String> f() { return null; } abstract void g(); }\n}";
    assert_eq!(names("A.java", java), ["A.A", "A.main", "A.E.f", "A.E.g"]);
    assert_eq!(
        names("a.kt", "suspend fun main() = f()\nobject A {\n  @JvmStatic fun main(args: Array<String>) {}\n}"),
        ["main", "A.main"]
    );
    assert_eq!(names("a.scala", "object A {\n  def main(args: Array[String]): Unit = {\n  }\n}"), ["A.main"]);
    let index = index("A.java", java);
    assert_eq!(index.value_of("package").and_then(Value::text), Some("a"));
    assert!(index.calls.iter().any(|call| call.path == "B" && call.is_construction));
    assert_eq!(index.functions[1].parameters, ["args"]);
}

#[test]
fn annotations_are_calls_and_say_routes() {
    let text = "@RestController\n@RequestMapping(\"/api\")\nclass A {\n  @GetMapping(value = \"/health\") String h() { return \"\"; }\n  @Value(\"${server.port:8080}\") int port;\n}";
    let index = index("A.java", text);
    assert_eq!(index.routes[0].path, "/api/health");
    assert_eq!(index.routes[0].method.as_deref(), Some("GET"));
    let value = index.calls.iter().find(|call| call.path == "@Value").unwrap();
    assert_eq!(value.positional(0).and_then(Value::text), Some("${server.port:8080}"));
    let text = "@PropertySource(value = {\"classpath:a\", \"classpath:b\"})\nclass A {}";
    let list = self::index("A.java", text).calls[0].named("value").cloned();
    assert_eq!(list, Some(Value::List(vec!["classpath:a".into(), "classpath:b".into()])));
    let routes =
        |name: &str, text: &str| self::index(name, text).routes.into_iter().map(|it| it.path).collect::<Vec<_>>();
    assert_eq!(routes("A.java", "class A { void f() { app.get(\"/live\", c -> c.result(\"ok\")); } }"), ["/live"]);
    assert_eq!(routes("a.kt", "fun Application.f() {\n  routing {\n    get(\"/live\") { }\n  }\n}"), ["/live"]);
    assert!(routes("A.java", "class A { String f() { return map.get(\"live\"); } }").is_empty());
}

#[test]
fn files_are_paths() {
    let path = |value: &str| {
        let index = index("A.java", &format!("class A {{ Object file = {value}; }}"));
        index.value_of("file").and_then(Value::path).map(|path| path.path)
    };
    assert_eq!(path("Paths.get(\"data\", \"a.db\")").as_deref(), Some("data/a.db"));
    assert_eq!(path("new File(\"./data\")").as_deref(), Some("data"));
    assert_eq!(path("Path.of(\"data\").resolve(\"x\")").as_deref(), Some("data/x"));
    assert_eq!(path("Path.of(System.getProperty(\"user.home\"), \"x\")").as_deref(), Some("x"));
}

#[test]
fn what_may_not_run_is_conditional() {
    let index = index("A.java", "class A { void f() { a(); if (x) { b(); } else c(); d(); } }");
    let conditional: Vec<_> = index.calls.iter().map(|call| (call.path.as_str(), call.place.is_conditional)).collect();
    assert_eq!(conditional, [("a", false), ("b", true), ("c", true), ("d", false)]);
}

#[test]
fn what_is_no_program_ends() {
    for text in [
        "(((",
        ")))",
        "'",
        "\"\\",
        "/*",
        "\"${",
        "f(",
        "a.",
        "::",
        "=",
        "@",
        "}",
        "{",
        "class",
        "\"\"\"",
        "\u{feff}é(1)",
        "`",
        "a<b",
        "x -> y",
        "$",
        "0x",
        "1.",
    ] {
        for name in ["A.java", "a.kt", "a.scala", "a.groovy"] {
            index(name, text);
            index(name, &format!("class A {{ void f() {{ {text}"));
        }
    }
    for part in ["f(", "(", "{", "[", "\"${", "a.b(", "x ? ", "if (a) ", "new A(", "@A(", "class A { ", "/*", "-", "a<"]
    {
        index("a.kt", &part.repeat(1_000));
        index("A.java", &part.repeat(1_000));
    }
}

#[test]
fn a_variable_whose_absence_ends_the_program_is_required() {
    let required = |body: &str| {
        let text = format!("class A {{ void main() {{ {body} }} }}");
        let index = read(Document::new("A.java", text));
        index.environment.iter().any(|read| read.variable == "TOKEN" && read.is_required)
    };
    for body in [
        "String t = System.getenv(\"TOKEN\"); if (t == null) { throw new IllegalStateException(); }",
        "String t = System.getenv(\"TOKEN\"); if (t == null || t.isBlank()) { log(\"x\"); System.exit(1); }",
        "if (System.getenv(\"TOKEN\") == null) throw new Error();",
        "var t = System.getenv(\"TOKEN\"); if (t.isEmpty()) { System.exit(2); }",
    ] {
        assert!(required(body), "{body}");
    }
    for body in [
        "String t = System.getenv(\"TOKEN\"); if (t == null) { t = \"x\"; }",
        "String t = System.getenv(\"TOKEN\"); if (t != null) { throw new Error(); }",
        "String t = System.getenv(\"TOKEN\"); if (other == null) { throw new Error(); }",
        "String t = System.getenv(\"TOKEN\"); if (t == null) log(); throw new Error();",
    ] {
        assert!(!required(body), "{body}");
    }
}

#[test]
fn a_class_that_is_named_with_its_package_is_imported() {
    let text =
        "class A { void a() { io.javalin.Javalin.create().start(7070); config.server.Port.of(1); this.a.B.c(); } }";
    let index = index("A.java", text);
    assert!(index.imports.iter().any(|import| import.module == "io.javalin.Javalin"));
    let paths: Vec<&str> = index.calls.iter().map(|call| call.path.as_str()).collect();
    assert!(paths.contains(&"Javalin.create") && paths.contains(&"this.a.B.c"), "{paths:?}");
    let local = "class A { Object io = config(); void a() { io.javalin.Javalin.create(); } }";
    assert!(read(Document::new("A.java", local)).imports.is_empty(), "a name of the file");
}
