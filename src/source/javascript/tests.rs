use super::*;
use crate::source::{Coverage, Folder, SourcePath};

fn read(text: &str) -> Index {
    crate::source::read(Document::new("src/server.ts", text))
}

/// What the first argument of the call of `f` comes to when nothing is set, with the variable that it is read from.
fn value(text: &str) -> (String, String) {
    let index = read(text);
    assert_eq!(index.coverage, Coverage::Whole, "{text}");
    let call = index.calls.iter().rev().find(|call| call.path == "f").unwrap_or_else(|| panic!("no call of f: {text}"));
    let value = call.positional(0).cloned().unwrap_or_default();
    (value.known_text().unwrap_or_else(|| "?".into()), value.variable().unwrap_or_default().to_owned())
}

#[test]
fn values_are_followed_through_the_file() {
    let cases = [
        ("f(3000)", "3000", ""),
        ("f('a')", "a", ""),
        ("f(`a`)", "a", ""),
        ("const port = 3000; f(port)", "3000", ""),
        ("let port; port = 3000; f(port)", "3000", ""),
        ("f(process.env.NODE_ENV === 'production' ? 'a' : 'b')", "a", ""),
        ("f('production' !== process.env.NODE_ENV ? 'a' : 'b')", "b", ""),
        ("f(process.env.NODE_ENV == 'development' ? 'a' : 'b')", "b", ""),
        ("const live = import.meta.env.PROD; f(live ? 'a' : 'b')", "a", ""),
        ("const { NODE_ENV } = process.env; const local = NODE_ENV !== 'production'; f(!local ? 'a' : 'b')", "a", ""),
        ("f(import.meta.env.DEV ? 'a' : 'b')", "b", ""),
        ("f(process.env.MODE === 'test' ? 'a' : 'b')", "b", ""),
        ("f(process.env.NODE_ENV === 'test' ? 80 : process.env.PORT)", "80", "PORT"),
        ("f(process.env.PORT)", "?", "PORT"),
        ("f(process.env.PORT || 3000)", "3000", "PORT"),
        ("f(process.env['PORT'] ?? '3000')", "3000", "PORT"),
        ("f(process.env[`PORT`] ?? '3000')", "3000", "PORT"),
        ("f(Number(process.env.PORT))", "?", "PORT"),
        ("f(Number(process.env.PORT) || 3000)", "3000", "PORT"),
        ("f(parseInt(process.env.PORT || '3000', 10))", "3000", "PORT"),
        ("f(+(process.env.PORT ?? 3000))", "3000", "PORT"),
        ("f((process.env.PORT as string) || 3000)", "3000", "PORT"),
        ("f(process.env.PORT!)", "?", "PORT"),
        ("f(process.env?.PORT ?? 80)", "80", "PORT"),
        ("const { PORT = 3000 } = process.env; f(PORT)", "3000", "PORT"),
        ("const { PORT: port = 3000 } = process.env; f(port)", "3000", "PORT"),
        ("const { env } = process; f(env.PORT || 1)", "1", "PORT"),
        ("const env = process.env; f(env.PORT || 1)", "1", "PORT"),
        ("import { env } from 'node:process'; f(env.PORT || 1)", "1", "PORT"),
        ("import process from 'process'; f(process.env.PORT || 1)", "1", "PORT"),
        ("const port = process.env.PORT ? Number(process.env.PORT) : 3000; f(port)", "3000", "PORT"),
        ("const port = isNaN(process.env.PORT) ? 3000 : process.env.PORT; f(port)", "3000", "PORT"),
        ("let port = 3000; if (process.env.PORT) port = process.env.PORT; f(port)", "3000", "PORT"),
        ("const config = { server: { port: process.env.PORT || 80 } }; f(config.server.port)", "80", "PORT"),
        ("const { server: { port } } = { server: { port: 80 } }; f(port)", "80", ""),
        ("const { port = 80 } = options; f(port)", "80", ""),
        ("f(import.meta.env.VITE_X ?? 'x')", "x", "VITE_X"),
        ("f(Bun.env.PORT ?? 1)", "1", "PORT"),
        ("f(Deno.env.get('PORT') ?? 1)", "1", "PORT"),
        ("f(config.get<number>('PORT', 3000))", "3000", "PORT"),
        ("f(this.config.getOrThrow('PORT'))", "?", "PORT"),
        ("f(map.get('port'))", "?", ""),
        ("f('a' + 'b' + 1)", "ab1", ""),
        ("f(1 + 2)", "3", ""),
        ("const host = 'h'; f(`http://${host}:${80}/`)", "http://h:80/", ""),
        ("class A { port = 80; run() { f(this.port) } }", "80", ""),
        ("class A { constructor() { this.port = process.env.PORT || 80 } run() { f(this.port) } }", "80", "PORT"),
        ("class A { #port = 80; run() { f(this.#port) } }", "?", ""),
        ("function g(port) { f(port) }", "?", ""),
        ("const port = 1; function g(port) { f(port) }", "?", ""),
        ("const port = 1; function g() { const port = 2; f(port) }", "2", ""),
        ("const port = 1; { const port = 2 } f(port)", "1", ""),
        ("function g(port = 80) { f(port) }", "80", ""),
        ("const a = b; const b = a; f(a)", "?", ""),
        ("f(await 3)", "3", ""),
        ("f(Object.freeze(3))", "3", ""),
        ("f(1.5)", "?", ""),
        ("f(-1)", "-1", ""),
        ("f(0x50)", "80", ""),
    ];
    for (text, known, variable) in cases {
        assert_eq!(value(text), (known.to_owned(), variable.to_owned()), "{text}");
    }
}

#[test]
fn calls_know_what_they_are_called_on() {
    let cases = [
        ("app.listen(1)", "app.listen", ""),
        ("import express from 'express'; const app = express(); app.listen(1)", "app.listen", "express().listen"),
        ("const express = require('express'); const app = express(); app.listen(1)", "app.listen", "express().listen"),
        ("const app = require('express')(); app.listen(1)", "app.listen", "express().listen"),
        ("import http from 'node:http'; http.createServer(x).listen(1)", "http.createServer().listen", ""),
        (
            "import { createServer } from 'http'; createServer(x).listen(1)",
            "createServer().listen",
            "http.createServer().listen",
        ),
        ("const app = await NestFactory.create(M); await app.listen(1)", "app.listen", "NestFactory.create().listen"),
        (
            "import { NestFactory as N } from '@nestjs/core'; async function go() { const app = await N.create(M); await app.listen(1) }",
            "app.listen",
            "@nestjs/core.NestFactory.create().listen",
        ),
        (
            "import fastify from 'fastify'; const app = fastify({ logger: true }); app.listen({ port: 1 })",
            "app.listen",
            "fastify().listen",
        ),
        ("import { Server } from 'x'; const s = new Server(); s.listen(1)", "s.listen", "x.Server().listen"),
        ("import * as fs from 'fs'; fs.promises.readFile('x')", "fs.promises.readFile", ""),
        ("import { readFileSync as read } from 'node:fs'; read('x')", "read", "fs.readFileSync"),
        ("const { readFileSync } = require('fs'); readFileSync('x')", "readFileSync", "fs.readFileSync"),
        ("class A { app = express(); go() { this.app.listen(1) } }", "this.app.listen", "express().listen"),
        (
            "class A { constructor() { this.app = express() } go() { this.app.listen(1) } }",
            "this.app.listen",
            "express().listen",
        ),
        ("function go(app: Application) { app.listen(1) }", "app.listen", "Application.listen"),
        (
            "import { FastifyInstance as F } from 'fastify'; function go(app: F) { app.listen(1) }",
            "app.listen",
            "fastify.FastifyInstance.listen",
        ),
        ("import Redis from 'ioredis'; const r = new Redis({ port: 1 })", "Redis", "ioredis"),
        ("app?.listen(1)", "app.listen", ""),
        ("app['listen'](1)", "app.listen", ""),
        ("(await import('./app')).default.listen(1)", "import().default.listen", "./app.listen"),
        ("let server; server = http.createServer(); server.listen(1)", "server.listen", "http.createServer().listen"),
        ("const app = module.exports = express(); app.listen(1)", "app.listen", "express().listen"),
        ("const server = app.listen(1, () => console.log(2))", "app.listen", ""),
    ];
    for (text, path, origin) in cases {
        let index = read(text);
        let call =
            index.calls.iter().find(|call| call.path == path).unwrap_or_else(|| panic!("{text}: {:?}", index.calls));
        assert_eq!(call.origin.as_deref().unwrap_or_default(), origin, "{text}");
    }
}

#[test]
fn arguments_are_objects_texts_and_functions() {
    let index = read("app.listen({ port: 3000, host: '0.0.0.0' }, () => {}); new Redis({ port: 6379 })");
    assert_eq!(index.calls[0].named("port").and_then(Value::number), Some(3000));
    assert_eq!(index.calls[0].named("host").and_then(Value::text), Some("0.0.0.0"));
    assert_eq!(index.calls[0].positional(1), Some(&Value::Function(0)));
    assert!(index.calls[1].is_construction && !index.calls[0].is_construction);
    let spread = read("const base = { port: 1 }; f({ ...base, host: 'h' })");
    assert_eq!(spread.calls[0].named("port").and_then(Value::number), Some(1));
}

#[test]
fn comments_and_texts_are_no_code() {
    let text = "// app.listen(1)\n/* app.listen(2) */ const a = 'app.listen(3)', b = `app.listen(4)`, c = /app.listen(5)/; // process.env.A";
    let index = read(text);
    assert!(index.calls.is_empty(), "{:?}", index.calls);
    assert!(index.environment.is_empty());
    let texts: Vec<_> =
        index.texts.iter().map(|it| (it.text.as_str(), it.name.as_deref().unwrap_or_default())).collect();
    assert_eq!(texts, [("app.listen(3)", "a"), ("app.listen(4)", "b")]);
}

#[test]
fn reads_of_the_environment_know_whether_they_must_be_there() {
    let shown = |read: &EnvironmentRead| {
        let default = read.default.as_ref().map_or("-".into(), |it| it.known_text().unwrap_or_else(|| "?".into()));
        let marks = [
            ("required", read.is_required),
            ("test", read.is_test),
            ("build", read.is_of_build),
            ("if", read.place.is_conditional),
        ];
        let marks: Vec<&str> = marks.into_iter().filter(|(_, is)| *is).map(|(mark, _)| mark).collect();
        format!("{} {default} {}", read.variable, marks.join(",")).trim_end().to_owned()
    };
    let cases: [(&str, &[&str]); 22] = [
        ("f(process.env.A)", &["A -"]),
        ("f(process.env.A || 'x')", &["A x"]),
        ("f(process.env.A!)", &["A - required"]),
        ("const { A, B = 'x' } = process.env", &["A -", "B x"]),
        ("if (!process.env.A) throw new Error()", &["A - required,test"]),
        (
            "if (!process.env.A || !process.env.B) { log(); process.exit(1) }",
            &["A - required,test", "B - required,test,if"],
        ),
        ("const a = process.env.A; if (!a) throw new Error()", &["A - required"]),
        ("const a = process.env.A; if (a === undefined) { throw new Error() }", &["A - required"]),
        ("const a = process.env.A; if (!a) { a = 1 }", &["A -"]),
        ("if (process.env.A) f()", &["A - test"]),
        ("f(process.env.A && 1)", &["A - test"]),
        ("if (x) f(process.env.A)", &["A - if"]),
        ("function g() { f(process.env.A) }", &["A -"]),
        ("process.env.A = 'x'", &[]),
        ("delete process.env.A", &[]),
        ("'A' in process.env", &["A - test"]),
        ("f(import.meta.env.VITE_A)", &["VITE_A - build"]),
        ("assert(process.env.A)", &["A - required"]),
        ("f(config.getOrThrow('A'))", &["A - required"]),
        ("f(config.get('A', 'x'))", &["A x"]),
        ("f(process.env.A ? process.env.A : 'x')", &["A - test", "A x if"]),
        ("process.env.A ?? fail('A')", &["A - required"]),
    ];
    for (text, expected) in cases {
        let found: Vec<String> = read(text).environment.iter().map(shown).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn paths_know_the_folder_that_they_start_at() {
    let cases = [
        ("f('certs/x.pem')", Some((Some(Folder::Working), "certs/x.pem"))),
        ("f(path.join(__dirname, 'x'))", Some((Some(Folder::Source), "x"))),
        ("import { join } from 'path'; f(join(__dirname, '..', 'x'))", Some((Some(Folder::Source), "../x"))),
        ("f(__dirname + '/x')", Some((Some(Folder::Source), "x"))),
        ("f(`${__dirname}/x`)", Some((Some(Folder::Source), "x"))),
        ("f(path.resolve('data', 'x'))", Some((Some(Folder::Working), "data/x"))),
        ("f(path.resolve(process.cwd(), 'data'))", Some((Some(Folder::Working), "data"))),
        ("f(new URL('./x.pem', import.meta.url))", Some((Some(Folder::Source), "x.pem"))),
        (
            "import { fileURLToPath } from 'url'; f(fileURLToPath(new URL('../x', import.meta.url)))",
            Some((Some(Folder::Source), "../x")),
        ),
        (
            "const __filename = fileURLToPath(import.meta.url); const here = path.dirname(__filename); import { fileURLToPath } from 'url'; f(path.join(here, 'x'))",
            Some((Some(Folder::Source), "x")),
        ),
        ("f(path.join(import.meta.dirname, 'x'))", Some((Some(Folder::Source), "x"))),
        ("f(path.join(os.tmpdir(), 'x'))", Some((Some(Folder::Temporary), "x"))),
        ("f('/data/x')", Some((None, "/data/x"))),
        ("f(process.env.DATA_DIR || './data')", Some((Some(Folder::Working), "data"))),
        (
            "const dir = process.env.DIR ?? 'data'; f(path.join(dir, 'x.db'))",
            Some((Some(Folder::Working), "data/x.db")),
        ),
        ("f(path.join(root, 'x'))", None),
        ("f(`${name}.pem`)", None),
    ];
    for (text, expected) in cases {
        let index = read(text);
        let call = index.calls.iter().find(|call| call.path == "f").unwrap();
        let expected = expected.map(|(base, path)| SourcePath { base, path: path.into() });
        assert_eq!(call.positional(0).and_then(Value::path), expected, "{text}");
    }
}

#[test]
fn imports_of_both_kinds_of_modules() {
    let text = "import a, { b as c } from 'x'; import * as d from 'node:fs'; import './e'; export { f } from './f'; export * from './g';\n\
        import type { T } from 't'; const h = require('../h'); const { i, j: k } = require('i'); import l = require('l');\n\
        function late() { require('m'); import('./n') }";
    let shown: Vec<String> = read(text)
        .imports
        .iter()
        .map(|it| {
            let names: Vec<String> = it.names.iter().map(|(exported, name)| format!("{exported}={name}")).collect();
            let mark = if it.is_type {
                "?"
            } else if it.is_dynamic {
                "~"
            } else {
                ""
            };
            format!("{mark}{}[{}]", it.module, names.join(" "))
        })
        .collect();
    let expected = [
        "x[default=a b=c]",
        "fs[*=d]",
        "./e[]",
        "./f[f=]",
        "./g[*=]",
        "?t[T=T]",
        "../h[*=h]",
        "i[i=i j=k]",
        "l[*=l]",
        "~m[*=]",
        "~./n[*=]",
    ];
    assert_eq!(shown, expected);
    assert!(read(text).imports("x") && !read(text).imports("y"));
}

#[test]
fn routes_are_registered_in_many_ways() {
    let shown = |text: &str| -> Vec<String> {
        read(text).routes.iter().map(|it| format!("{} {}", it.method.as_deref().unwrap_or("*"), it.path)).collect()
    };
    let cases: [(&str, &[&str]); 13] = [
        ("app.get('/health', (q, s) => s.send())", &["GET /health"]),
        ("app.get('/health', check)", &["GET /health"]),
        ("app.get('/health', health.check)", &["GET /health"]),
        ("app.get('/health', { schema }, async () => 1)", &["GET /health"]),
        ("router.all('/x', f)", &["* /x"]),
        ("new Elysia().get('/a', () => 1).post('/b', () => 2)", &["POST /b", "GET /a"]),
        ("server.route({ method: 'GET', path: '/health', handler })", &["GET /health"]),
        ("@Controller('health') class A { @Get() a() {} @Post('x') b() {} }", &[]),
        (
            "import { Controller, Get } from '@nestjs/common'; @Controller('health') class A { @Get() a() {} @Get('live') b() {} }",
            &["GET /health", "GET /health/live"],
        ),
        ("http.createServer((req, res) => { if (req.url === '/healthz') res.end() })", &["* /healthz"]),
        ("axios.get('/health')", &[]),
        ("axios.get('/health', { timeout: 1 })", &[]),
        ("cache.get('key', f)", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn options_of_the_command_line() {
    let shown = |text: &str| -> Vec<String> {
        let index = read(text);
        let option = |it: &CommandOption| {
            let default = it.default.as_ref().and_then(Value::known_text).unwrap_or_default();
            format!("{} {} {default}", it.name, it.flag.as_deref().unwrap_or_default()).trim_end().to_owned()
        };
        index.options.iter().map(option).chain(index.subcommands.iter().map(|it| it.name.clone())).collect()
    };
    let cases: [(&str, &[&str]); 6] = [
        ("program.option('-p, --port <number>', 'the port', '8080')", &["port --port 8080"]),
        ("program.option('--listen-host <h>', 'x', parse, 'localhost')", &["listen_host --listen-host localhost"]),
        ("yargs.option('port', { default: 3000 })", &["port --port 3000"]),
        ("yargs.options({ port: { default: 1 }, host: { type: 'string' } })", &["port --port 1", "host --host"]),
        (
            "import { parseArgs } from 'util'; parseArgs({ options: { port: { type: 'string', default: '2' } } })",
            &["port --port 2"],
        ),
        ("program.command('serve <dir>').option('-h', 'help')", &["h -h", "serve"]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn places_know_their_function_and_line() {
    let index =
        read("function start() {\n  app.listen(1)\n}\nconst go = () => { f() };\nclass A { run() { g() } }\nh()");
    let shown: Vec<_> = index
        .calls
        .iter()
        .map(|call| {
            format!(
                "{} {} {}",
                call.path,
                call.place.line,
                index.function(&call.place).map_or("-", |it| it.name.as_str())
            )
        })
        .collect();
    assert_eq!(shown, ["app.listen 2 start", "f 4 go", "g 5 A.run", "h 6 -"]);
    assert_eq!(index.text_at(&index.calls[0].place), "app.listen(1)");
    assert_eq!(index.evidence(&index.calls[0].place).to_string(), "src/server.ts:2: app.listen(1)");
}

#[test]
fn what_does_not_parse_is_read_by_its_tokens() {
    for (name, text) in
        [("a.js", "app.listen(3000"), ("a.ts", "const = ; app.listen(3000)"), ("a.mjs", "((("), ("a.js", "\u{0}\u{1}")]
    {
        let index = crate::source::read(Document::new(name, text));
        assert_eq!(index.calls.iter().any(|call| call.path == "app.listen"), text.ends_with("3000)"), "{text}");
    }
    let scripts =
        ["return 1", "with (a) { b() }", "var let = 1", "<div>{x}</div>", "#!/usr/bin/env node\nf()", "await f()"];
    for text in scripts {
        assert_eq!(crate::source::read(Document::new("a.js", text)).coverage, Coverage::Whole, "{text}");
    }
    assert_eq!(
        crate::source::read(Document::new("a.tsx", "const a = <T,>(x: T) => <div>{x}</div>")).coverage,
        Coverage::Whole
    );
}

#[test]
fn deep_files_are_read_in_bounded_time_and_stack() {
    for piece in ["(", "[", "{", "f(", "!", "a=>", "a?b:", "a.", "a+", "if(a)", "`${", "<a>", "{a:", "new "] {
        for name in ["a.js", "a.ts", "a.tsx"] {
            crate::source::read(Document::new(name, piece.repeat(3000)));
            // What is just not too deep for the parser.
            crate::source::read(Document::new(name, piece.repeat(690)));
        }
    }
}

#[test]
fn what_a_function_gives_is_what_the_module_exports() {
    let has_folder = |text: &str| read(text).named_values().iter().any(|named| named.path == "default.build.outDir");
    for text in [
        "export default { build: { outDir: 'x' } }",
        "export default defineConfig(({ mode }) => ({ build: { outDir: 'x' } }))",
        "export default () => { const a = 1; return { build: { outDir: 'x' } } }",
        "export default (function () { return { build: { outDir: 'x' } } })",
    ] {
        assert!(has_folder(text), "{text}");
    }
    for text in
        ["function f() { return { build: { outDir: 'x' } } }", "export default () => f({ build: { outDir: 'x' } })"]
    {
        assert!(!has_folder(text), "{text}");
    }
}
