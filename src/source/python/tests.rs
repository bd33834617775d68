use crate::repo::Document;
use crate::source::{CommandOption, Coverage, EnvironmentRead, Folder, Index, SourcePath, Value};

fn read(text: &str) -> Index {
    crate::source::read(Document::new("src/main.py", text))
}

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
        ("f(80)", "80", ""),
        ("PORT = 80\nf(PORT)", "80", ""),
        ("import os\nf(os.getenv('PORT', 80))", "80", "PORT"),
        ("import os\nf(int(os.environ.get('PORT', '80')))", "80", "PORT"),
        ("from os import environ\nf(environ.get('PORT') or 80)", "80", "PORT"),
        ("from os import getenv as read\nf(read('PORT', default=80))", "80", "PORT"),
        ("import os\nf(os.environ['PORT'])", "?", "PORT"),
        ("import os\nport = os.environ['PORT'] if 'PORT' in os.environ else 80\nf(port)", "80", "PORT"),
        ("from decouple import config\nf(config('PORT', default=80, cast=int))", "80", "PORT"),
        ("env = environ.Env()\nf(env.int('PORT', default=80))", "80", "PORT"),
        ("import environ\nenv = environ.Env(PORT=(int, 80))\nf(env('PORT'))", "80", "PORT"),
        ("import environ\nenv = environ.Env(PORT=(int, 80))\nf(env('OTHER'))", "?", "OTHER"),
        ("host = 'h'\nf(f'http://{host}:{80}')", "http://h:80", ""),
        ("f('{}:{}'.format('h', 80))", "h:80", ""),
        ("f('a' 'b' + 'c')", "abc", ""),
        ("f(8000 + 80)", "8080", ""),
        ("class A:\n  port = 80\n  def run(self):\n    f(self.port)", "80", ""),
        ("class A:\n  def __init__(self):\n    self.port = 80\n  def run(self):\n    f(self.port)", "80", ""),
        ("class Config:\n  PORT = 80\nf(Config.PORT)", "80", ""),
        ("config = {'port': 80}\nf(config['port'])", "80", ""),
        ("def g(port=80):\n  f(port)", "80", ""),
        ("def g(port):\n  f(port)", "?", ""),
        ("port = 1\ndef g(port):\n  f(port)", "?", ""),
        ("port = 1\ndef g():\n  port = 2\n  f(port)", "2", ""),
        (
            "p = argparse.ArgumentParser()\np.add_argument('--port', default=80)\nargs = p.parse_args()\nf(args.port)",
            "80",
            "",
        ),
        (
            "import typer\napp = typer.Typer()\n@app.command()\ndef run(port: int = typer.Option(80, envvar='PORT')):\n  f(port)",
            "80",
            "PORT",
        ),
        ("a = b\nb = a\nf(a)", "?", ""),
        ("f(1.5)", "?", ""),
        ("f(None)", "?", ""),
    ];
    for (text, known, variable) in cases {
        assert_eq!(value(text), (known.to_owned(), variable.to_owned()), "{text}");
    }
}

#[test]
fn calls_know_what_they_are_called_on() {
    let cases = [
        ("import uvicorn\nuvicorn.run(app)", "uvicorn.run", ""),
        ("from uvicorn import run\nrun(app)", "run", "uvicorn.run"),
        ("import uvicorn as u\nu.run(app)", "u.run", "uvicorn.run"),
        ("from flask import Flask\napp = Flask(__name__)\napp.run()", "app.run", "flask.Flask().run"),
        ("from .app import app\napp.run()", "app.run", ".app.app.run"),
        ("from http.server import HTTPServer\nHTTPServer(('', 80), H)", "HTTPServer", "http.server.HTTPServer"),
        ("import flask\ndef go(app: flask.Flask):\n  app.run()", "app.run", "flask.Flask.run"),
        (
            "class A:\n  def __init__(self):\n    self.app = Flask()\n  def go(self):\n    self.app.run()",
            "self.app.run",
            "Flask().run",
        ),
        ("import os.path\nos.path.join('a')", "os.path.join", ""),
    ];
    for (text, path, origin) in cases {
        let index = read(text);
        let call =
            index.calls.iter().find(|call| call.path == path).unwrap_or_else(|| panic!("{text}: {:?}", index.calls));
        assert_eq!(call.origin.as_deref().unwrap_or_default(), origin, "{text}");
    }
}

#[test]
fn comments_and_texts_are_no_code() {
    let index = read("# f(1)\n'''f(2)\nos.environ['A']'''\nx = 'f(3)'");
    assert!(index.calls.is_empty() && index.environment.is_empty());
    assert_eq!(index.texts[1].name.as_deref(), Some("x"));
}

#[test]
fn reads_of_the_environment_know_whether_they_must_be_there() {
    let shown = |read: &EnvironmentRead| {
        let default = read.default.as_ref().map_or("-".into(), |it| it.known_text().unwrap_or_else(|| "?".into()));
        let marks = [("required", read.is_required), ("test", read.is_test), ("if", read.place.is_conditional)];
        let marks: Vec<&str> = marks.into_iter().filter(|(_, is)| *is).map(|(mark, _)| mark).collect();
        format!("{} {default} {}", read.variable, marks.join(",")).trim_end().to_owned()
    };
    let cases: [(&str, &[&str]); 34] = [
        ("os.environ['A']", &["A - required"]),
        ("os.getenv('A').split(',')", &["A - required"]),
        ("os.getenv('A', '').split(',')", &["A"]),
        ("int(os.getenv('A'))", &["A - required"]),
        ("int(os.getenv('A') or 5)", &["A 5"]),
        ("f(os.getenv('A'))", &["A -"]),
        ("os.environ.get('A')", &["A -"]),
        ("os.environ.get('A', 'x')", &["A x"]),
        ("os.environ.get('A', None)", &["A -"]),
        ("os.getenv('A') or 'x'", &["A x"]),
        ("int(os.environ['A'])", &["A - required"]),
        ("'A' in os.environ", &["A - test"]),
        ("if 'A' not in os.environ:\n  raise E()", &["A - required,test"]),
        ("if not os.environ.get('A'):\n  sys.exit(1)", &["A - required,test"]),
        ("a = os.getenv('A')\nif a is None:\n  raise E()", &["A - required"]),
        ("a = os.getenv('A', '')\ndef f():\n  if not a:\n    raise E()", &["A - required"]),
        ("a = os.getenv('A', '')\nif a == '':\n  sys.exit(1)", &["A - required"]),
        ("a = os.getenv('A', 'x')\nif not a:\n  raise E()", &["A x"]),
        ("a = os.getenv('A', '')\nif not a:\n  f()", &["A"]),
        ("if os.environ.get('A'):\n  f()", &["A - test"]),
        ("if x:\n  a = 'x' if not os.environ['A'] else 'y'", &["A - required,if"]),
        ("if x:\n  os.environ['A']", &["A - required,if"]),
        ("try:\n  os.environ['A']\nexcept KeyError:\n  pass", &["A - required,if"]),
        ("try:\n  os.environ['A']\nexcept KeyError:\n  raise E()", &["A - required"]),
        ("os.environ['A'] = 'x'", &[]),
        ("NAME = 'A'\nos.environ[NAME]", &["A - required"]),
        ("NAME = 'A'\ndef f():\n  return os.environ.get(NAME, 'x')", &["A x"]),
        ("class Names:\n  KEY = 'A'\nos.getenv(Names.KEY)", &["A -"]),
        ("PREFIX = 'A'\nos.getenv(f'{PREFIX}_B')", &["A_B -"]),
        ("def f(name='A'):\n  return os.environ[name]", &[]),
        ("if __name__ == '__main__':\n  os.environ['A']", &["A - required"]),
        (
            "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n  a: str\n  b: int = 80\n  c: str | None\n  class Config:\n    env_prefix = 'X_'",
            &["X_A - required", "X_B 80", "X_C -"],
        ),
        (
            "from pydantic_settings import BaseSettings\nclass Api(BaseSettings):\n  key: str\n  name: str = 'x'\nclass Log(BaseSettings):\n  level: str = 'info'\nclass S(BaseSettings):\n  model_config = SettingsConfigDict(env_prefix='X__', env_nested_delimiter='__')\n  api: Api\n  log: Log\n  old: Log = Log()",
            &["X__API__KEY - required", "X__API__NAME x", "X__LOG__LEVEL info", "X__LOG - required", "X__OLD ?"],
        ),
        (
            "from pydantic_settings import BaseSettings\nclass Api(BaseSettings):\n  key: str\nclass S(BaseSettings):\n  api: Api",
            &["KEY - required", "API - required"],
        ),
    ];
    for (text, expected) in cases {
        let found: Vec<String> = read(&format!("import os, sys\n{text}")).environment.iter().map(shown).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_the_file_sets_itself_is_told_by_nobody() {
    let set = |text: &str| read(&format!("import os\n{text}")).set_variables.join(" ");
    assert_eq!(set("os.environ['A'] = 'x'\nos.environ.update({'B': 'y'})"), "A B");
    assert_eq!(
        set("class Settings:\n  if os.getenv('C'):\n    os.environ['A'] = 'x'\n  else:\n    os.environ['A'] = 'y'"),
        "A"
    );
    for text in [
        "os.environ.setdefault('A', 'x')",
        "os.environ['A'] = os.getenv('A', 'x')",
        "if x:\n  os.environ['A'] = 'x'",
        "if x:\n  os.environ['A'] = 'x'\nelse:\n  os.environ['B'] = 'x'",
        "def f():\n  os.environ['A'] = 'x'",
        "table['A'] = 'x'",
        "table.update({'A': 'x'})",
    ] {
        assert_eq!(set(text), "", "{text}");
    }
}

#[test]
fn paths_know_the_folder_that_they_start_at() {
    let cases = [
        ("f('data/x')", Some((Some(Folder::Working), "data/x"))),
        ("f(os.path.join(os.path.dirname(__file__), 'x'))", Some((Some(Folder::Source), "x"))),
        (
            "f(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'x'))",
            Some((Some(Folder::Source), "../x")),
        ),
        ("from pathlib import Path\nf(Path(__file__).parent / 'x')", Some((Some(Folder::Source), "x"))),
        (
            "from pathlib import Path\nBASE = Path(__file__).resolve().parent.parent\nf(BASE / 'data' / 'x')",
            Some((Some(Folder::Source), "../data/x")),
        ),
        ("from pathlib import Path\nf(Path('data'))", Some((Some(Folder::Working), "data"))),
        ("f(os.path.join(os.getcwd(), 'x'))", Some((Some(Folder::Working), "x"))),
        ("f(os.getenv('DIR', 'data') + '/x')", Some((Some(Folder::Working), "data/x"))),
        ("f('/data/x')", Some((None, "/data/x"))),
        ("f(os.path.join(root, 'x'))", None),
    ];
    for (text, expected) in cases {
        let index = read(&format!("import os\n{text}"));
        let call = index.calls.iter().find(|call| call.path == "f").unwrap();
        let expected = expected.map(|(base, path)| SourcePath { base, path: path.into() });
        assert_eq!(call.positional(0).and_then(Value::path), expected, "{text}");
    }
}

#[test]
fn routes_are_registered_by_decorators_and_calls() {
    let cases: [(&str, &[&str]); 8] = [
        ("@app.get('/health')\ndef f(): pass", &["GET /health app"]),
        ("@app.route('/health')\ndef f(): pass", &["* /health app"]),
        ("@app.route('/health', methods=['POST'])\ndef f(): pass", &["POST /health app"]),
        ("@app.route('/health', methods=['GET', 'POST'])\ndef f(): pass", &["* /health app"]),
        ("@router.get(path='/health')\nasync def f(): pass", &["GET /health router"]),
        ("app.add_url_rule('/health', view_func=f)", &["* /health app"]),
        ("requests.get('/health')", &[]),
        ("# @app.get('/health')\ndef f(): pass", &[]),
    ];
    for (text, expected) in cases {
        let index = read(text);
        let show = |it: &crate::source::Route| {
            format!(
                "{} {} {}",
                it.method.as_deref().unwrap_or("*"),
                it.path,
                it.receiver.as_deref().unwrap_or_default()
            )
        };
        let found: Vec<String> = index.routes.iter().map(show).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn options_and_subcommands_of_every_library() {
    let shown = |text: &str| -> Vec<String> {
        let index = read(text);
        let option = |it: &CommandOption| {
            let default = it.default.as_ref().and_then(Value::known_text).unwrap_or_default();
            let flag = it.flag.as_deref().unwrap_or_default();
            format!("{} {flag} {} {default}", it.name, it.variable.as_deref().unwrap_or("-")).trim_end().to_owned()
        };
        index.options.iter().map(option).chain(index.subcommands.iter().map(|it| it.name.clone())).collect()
    };
    let cases: [(&str, &[&str]); 8] = [
        ("p.add_argument('-p', '--port', type=int, default=80)", &["port --port - 80"]),
        ("p.add_argument('--bind-host', dest='host')", &["host --bind-host -"]),
        ("p.add_argument('file')", &[]),
        (
            "import click\n@cli.command()\n@click.option('--port', '-p', default=80, envvar='PORT')\ndef serve_all(port): pass",
            &["port --port PORT 80", "serve-all"],
        ),
        ("import click\n@click.command()\n@click.option('--port')\ndef serve(port): pass", &["port --port -"]),
        (
            "import typer\napp = typer.Typer()\n@app.command('go')\ndef run(bind_port: int = 80): pass",
            &["bind_port --bind-port - 80", "go"],
        ),
        ("from tornado.options import define\ndefine('port', default=80)", &["port --port - 80"]),
        ("s.add_parser('serve')", &["serve"]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn places_imports_and_functions() {
    let index = read(
        "import os\nfrom a.b import c as d\nfrom . import e\ndef go(x):\n  import late\n  f()\nclass A:\n  def run(self, y): g()\n",
    );
    let imports: Vec<String> = index
        .imports
        .iter()
        .map(|it| format!("{}{}:{}", if it.is_dynamic { "~" } else { "" }, it.module, it.names[0].1))
        .collect();
    assert_eq!(imports, ["os:os", "a.b:d", ".:e", "~late:late"]);
    let calls: Vec<_> = index
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
    assert_eq!(calls, ["f 6 go", "g 8 A.run"]);
    assert_eq!(index.functions[1].parameters, ["y"]);
    assert_eq!(index.text_at(&index.calls[1].place), "g()");
}

#[test]
fn what_does_not_parse_or_is_too_deep_is_read_all_the_same() {
    let broken = read("def f(:\n  pass\napp.run(port=80)\n");
    assert!(broken.calls.iter().any(|call| call.path == "app.run"));
    for piece in ["f(", "[", "{", "not ", "-", "(lambda: ", "a.b(", "if a:\n ", "x if "] {
        read(&piece.repeat(3000));
        read(&piece.repeat(700));
    }
}
