//! Python: what is started and on what, over small projects of every shape.

use std::path::Path;

use dockgen::evidence::Evidence;
use dockgen::languages::detect;
use dockgen::plan::{self, Answers, Application, BuildPlan, Config, Defaults};
use dockgen::repo::Repo;

use crate::scratch::Scratch;

/// A repository of these files.
fn repository(files: &[(&str, &str)]) -> Scratch {
    Scratch::new(files.iter().copied())
}

fn application(folder: &Path) -> dockgen::Result<Box<dyn Application>> {
    let (repo, inside) = Repo::open(folder)?;
    plan::choose(detect(&repo), &inside, folder, &Answers::default(), &mut Defaults)
}

/// The answers and the plan that `--yes` gives.
fn made(files: &[(&str, &str)]) -> (Answers, BuildPlan) {
    let folder = repository(files);
    let app = application(folder.path()).unwrap();
    let answers = plan::resolve(app.as_ref(), &Answers::default(), &Config::default(), &mut Defaults).unwrap();
    let plan = dockgen::plan::plan(app.as_ref(), &answers).unwrap();
    (answers, plan)
}

fn started(files: &[(&str, &str)]) -> String {
    made(files).0.get("start").unwrap().to_owned()
}

fn refusal(files: &[(&str, &str)]) -> String {
    let folder = repository(files);
    let outcome = application(folder.path()).and_then(|app| {
        plan::resolve(app.as_ref(), &Answers::default(), &Config::default(), &mut Defaults).map(|_| ())
    });
    outcome.unwrap_err().to_string()
}

/// Whether the build installs what the lock file pins, without locking anew.
fn is_frozen(plan: &BuildPlan) -> bool {
    let recipe = serde_json::to_string(&plan.recipe).unwrap();
    recipe.contains("--frozen") || recipe.contains("\"export\"") && !recipe.contains("\"lock\"")
}

/// The Dockerfile of a folder of these files, and what is said beside it.
fn printed(files: &[(&str, &str)], folder: &str) -> (String, String) {
    repository(files).init(folder, &[]).unwrap()
}

/// Whether one text stands before another.
fn is_before(text: &str, first: &str, second: &str) -> bool {
    text.find(first).zip(text.find(second)).is_some_and(|(first, second)| first < second)
}

const FASTAPI: &str = "from fastapi import FastAPI\napp = FastAPI()\n";

#[test]
fn the_object_is_found_where_it_is() {
    let requirements = ("requirements.txt", "fastapi\nuvicorn\n");
    let uvicorn = |target: &str| format!("python -m uvicorn {target} --host 0.0.0.0 --port $PORT");
    assert_eq!(started(&[requirements, ("main.py", FASTAPI)]), uvicorn("main:app"));
    let nested = "from app.routers import x\nfrom fastapi import FastAPI\napi = FastAPI()\n";
    assert_eq!(
        started(&[requirements, ("app/main.py", nested), ("app/routers.py", "x = 1\n")]),
        uvicorn("app.main:api")
    );
    let sibling = "from routers import x\nimport fastapi\napp: fastapi.FastAPI = fastapi.FastAPI()\n";
    let (_, plan) = made(&[requirements, ("server/main.py", sibling), ("server/routers.py", "x = 1\n")]);
    assert_eq!(plan.fields()["work_folder"], "/app/server");
    let source = [requirements, ("src/shop/__init__.py", ""), ("src/shop/web.py", FASTAPI)];
    let (answers, plan) = made(&source);
    assert_eq!(answers.get("start").unwrap(), uvicorn("shop.web:app"));
    assert!(plan.fields()["environment"].to_string().contains("/app/src"));
}

#[test]
fn factories_are_called() {
    let flask = "from flask import Flask\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n";
    let files = [("requirements.txt", "flask\ngunicorn\n"), ("shop/__init__.py", flask)];
    assert_eq!(started(&files), "python -m gunicorn 'shop:create_app()' --bind 0.0.0.0:$PORT");
    let exported = [
        ("requirements.txt", "flask\ngunicorn\n"),
        ("shop/__init__.py", flask),
        ("wsgi.py", "from shop import create_app\napp = create_app('production')\n"),
    ];
    assert_eq!(started(&exported), "python -m gunicorn wsgi:app --bind 0.0.0.0:$PORT");
}

#[test]
fn a_missing_server_is_added_and_said() {
    let (_, plan) =
        made(&[("requirements.txt", "flask==3.1.0\n"), ("app.py", "from flask import Flask\napp = Flask(__name__)\n")]);
    assert!(plan.fields()["additions"].to_string().contains("gunicorn=="));
    assert!(plan.warnings.iter().any(|warning| warning.message.contains("depends on no server")));
}

#[test]
fn packages_of_other_systems_are_left_out() {
    let (_, plan) = made(&[
        ("requirements.txt", "flask==3.1.0\ngunicorn\npywin32==306\n"),
        ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
    ]);
    assert_eq!(plan.fields()["exclusions"][0], "/^pywin32([^A-Za-z0-9._-]|$)/Id");
    assert!(plan.warnings.iter().any(|warning| warning.message.contains("`pywin32` does not exist for Linux")));
}

#[test]
fn what_files_declare_wins() {
    let files = [
        ("requirements.txt", "fastapi\nhypercorn\n"),
        ("main.py", FASTAPI),
        ("Procfile", "release: ./migrate\nweb: hypercorn main:app --bind 127.0.0.1:$PORT --workers ${WORKERS:-2}\n"),
    ];
    assert_eq!(started(&files), "python -m hypercorn main:app --bind 0.0.0.0:$PORT --workers 2");
}

#[test]
fn a_script_of_the_project_is_read_like_a_shell_would() {
    let script = "#!/bin/sh\nDEFAULT=main:app\nexport MODULE=${MODULE:-$DEFAULT}\nalembic upgrade head\nexec uvicorn \"$MODULE\" --host $SHOP_HOST --log-level ${LEVEL:-info} \"$@\"\n";
    let files = [("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", FASTAPI), ("entrypoint.sh", script)];
    assert_eq!(started(&files), "python -m uvicorn main:app --log-level info --host 0.0.0.0 --port $PORT");
}

#[test]
fn a_server_is_started_and_not_the_client_beside_it() {
    let server = "import grpc, os\nport = os.environ.get('PORT', '50051')\ndef serve():\n    server = grpc.server(None)\n    server.add_insecure_port('[::]:' + port)\nif __name__ == '__main__':\n    serve()\n";
    let client = "import grpc\nif __name__ == '__main__':\n    grpc.insecure_channel('[::]:8080')\n";
    let (answers, _) =
        made(&[("requirements.txt", "grpcio\n"), ("mail_server.py", server), ("mail_client.py", client)]);
    assert_eq!(answers.get("start").unwrap(), "python mail_server.py");
    assert_eq!(answers.get("port").unwrap(), "50051");
}

#[test]
fn what_listens_on_the_loopback_is_opened_or_named() {
    let program = |text: &str| [("requirements.txt", "aiohttp\n".to_owned()), ("main.py", text.to_owned())];
    let plan = |text: &str| {
        let files = program(text);
        made(&files.each_ref().map(|(path, text)| (*path, text.as_str())))
    };
    let guard = "if __name__ == '__main__':\n    main()\n";
    let by_option = format!(
        "import argparse\nfrom aiohttp import web\ndef main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--host', default='localhost')\n    parser.add_argument('--port', type=int, default=9000)\n    options = parser.parse_args()\n    web.run_app(web.Application(), host=options.host, port=options.port)\n{guard}"
    );
    let (answers, made) = plan(&by_option);
    assert_eq!(answers.get("start").unwrap(), "python main.py --host=0.0.0.0");
    assert_eq!(answers.get("port").unwrap(), "9000");
    assert!(made.warnings.iter().all(|warning| !warning.message.contains("loopback")));
    let by_variable = format!(
        "import os\nfrom aiohttp import web\ndef main():\n    web.run_app(web.Application(), host=os.getenv('ADDRESS', '127.0.0.1'))\n{guard}"
    );
    let (answers, made) = plan(&by_variable);
    assert!(made.fields()["environment"].to_string().contains("ADDRESS"), "{}", made.fields()["environment"]);
    assert_eq!(answers.get("port").unwrap(), "8080");
    let fixed = format!(
        "from aiohttp import web\ndef main():\n    web.run_app(web.Application(), host='127.0.0.1', port=8081)\n{guard}"
    );
    assert!(plan(&fixed).1.warnings.iter().any(|warning| warning.message.contains("loopback")));
}

#[test]
fn what_no_setting_opens_is_edited_by_the_build() {
    let guard = "if __name__ == '__main__':\n    ";
    let cases = [
        (
            "bottle",
            "import bottle\n",
            "bottle.run(host='localhost', port=8080)",
            "bottle.run(host='0.0.0.0', port=8080)",
        ),
        ("bottle", "import bottle\n", "bottle.run()", "bottle.run(host=\"0.0.0.0\")"),
        (
            "uvicorn",
            "import uvicorn\n",
            "uvicorn.run(make(), port=8000)",
            "uvicorn.run(make(), host=\"0.0.0.0\", port=8000)",
        ),
        (
            "aiohttp",
            "from aiohttp import web\nHOST = '127.0.0.1'\n",
            "web.run_app(make(), host=HOST)",
            "web.run_app(make(), host=HOST)",
        ),
    ];
    for (package, head, call, wanted) in cases {
        let scratch =
            Scratch::new([("requirements.txt", format!("{package}\n")), ("main.py", format!("{head}{guard}{call}\n"))]);
        let (text, said) = scratch.init(".", &[]).unwrap();
        assert!(said.contains("the build changes that"), "{said}");
        let head = head.replace("127.0.0.1", "0.0.0.0");
        assert_eq!(scratch.edited(&text), format!("{head}{guard}{wanted}\n"));
    }
}

#[test]
fn how_many_workers_is_a_variable() {
    let files = |procfile: &'static str| {
        Scratch::new([
            ("requirements.txt", "flask\ngunicorn\n"),
            ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
            ("Procfile", procfile),
        ])
    };
    let scratch = files("web: gunicorn app:app --workers 3 --threads 2\n");
    let (text, _) = scratch.init(".", &[]).unwrap();
    assert!(text.contains("ENV WEB_CONCURRENCY=3\n"), "{text}");
    assert!(text.contains(r#"CMD ["-m", "gunicorn", "app:app", "--threads", "2"]"#), "{text}");
    // What a file of settings says stays below the command line.
    scratch.file("gunicorn.conf.py", "workers = 1\n");
    let (text, _) = scratch.init(".", &[]).unwrap();
    assert!(text.contains(r#""--workers", "3""#) && !text.contains("WEB_CONCURRENCY"), "{text}");
}

#[test]
fn the_server_that_the_project_brings_is_used() {
    let project = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"litestar-granian\"]\n[dependency-groups]\ndev = [\"uvicorn\"]\n";
    let lock = "version = 1\n[[package]]\nname = \"litestar-granian\"\nversion = \"1\"\ndependencies = [{ name = \"granian\" }, { name = \"litestar\" }]\n[[package]]\nname = \"granian\"\nversion = \"2\"\n[[package]]\nname = \"litestar\"\nversion = \"2\"\n[[package]]\nname = \"uvicorn\"\nversion = \"1\"\n";
    let app = "from litestar import Litestar\napp = Litestar()\n";
    let command = started(&[("pyproject.toml", project), ("uv.lock", lock), ("main.py", app)]);
    assert_eq!(command, "python -m granian --interface asgi --host 0.0.0.0 --port $PORT main:app");
    let flask = "from flask import Flask\napp = Flask(__name__)\n";
    let (answers, plan) = made(&[("requirements.txt", "flask\nuwsgi\n"), ("app.py", flask)]);
    assert!(answers.get("start").unwrap().starts_with("uwsgi --http-socket=0.0.0.0:$PORT --module=app:app"));
    assert_eq!(plan.fields()["copies_interpreter"], true);
}

#[test]
fn a_server_that_reloads_on_sigterm_is_told_to_end() {
    let files = |procfile: &str| {
        Scratch::new([
            ("requirements.txt", "flask\nuwsgi\n"),
            ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
            ("uwsgi.ini", "[uwsgi]\nhttp-socket = :8000\nmodule = app:app\n"),
            ("Procfile", procfile),
        ])
    };
    let said = |procfile: &str| files(procfile).init(".", &[]).unwrap().0.contains("ENV UWSGI_DIE_ON_TERM=true\n");
    assert!(said("web: uwsgi uwsgi.ini\n"));
    assert!(!said("web: uwsgi --die-on-term uwsgi.ini\n"), "its command line says so");
    assert!(!said("web: gunicorn app:app\n"), "another server");
}

#[test]
fn every_process_of_a_procfile_can_be_chosen() {
    let procfile = "web: gunicorn app:app\nbeat: celery -A tasks.celery beat\n";
    let files = [
        ("requirements.txt", "flask\ngunicorn\ncelery\n"),
        ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ("tasks.py", "from celery import Celery\ncelery = Celery('x')\n"),
        ("Procfile", procfile),
    ];
    let folder = repository(&files);
    let app = application(folder.path()).unwrap();
    let questions = app.questions(&Answers::default()).unwrap();
    let start = questions.iter().find(|question| question.key() == "start").unwrap();
    let said: Vec<&str> = start.choices.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(said[0], "python -m gunicorn app:app --bind 0.0.0.0:$PORT");
    assert!(said.contains(&"python -m celery -A tasks.celery beat"), "{said:?}");
    assert!(said.contains(&"python -m celery --app tasks:celery worker --loglevel=INFO"), "{said:?}");
}

#[test]
fn workers_without_an_object_are_found() {
    let arq = "from arq import create_pool\nclass WorkerSettings:\n    functions = []\n";
    assert_eq!(
        started(&[("requirements.txt", "arq\n"), ("jobs/work.py", arq)]),
        "python -m arq jobs.work.WorkerSettings"
    );
    let dramatiq = "import dramatiq\n@dramatiq.actor\ndef add(): ...\n";
    let (answers, _) = made(&[("requirements.txt", "dramatiq\n"), ("tasks.py", dramatiq)]);
    assert_eq!((answers.get("start"), answers.get("port")), (Some("python -m dramatiq tasks"), None));
}

#[test]
fn groups_are_installed_where_there_is_no_package() {
    let project = "[dependency-groups]\nmain = [\"flask\", \"gunicorn\"]\ndev = [\"pytest\"]\n";
    let (answers, plan) =
        made(&[("pyproject.toml", project), ("app.py", "from flask import Flask\napp = Flask(__name__)\n")]);
    assert_eq!(answers.get("package-manager"), Some("pip-group"));
    assert_eq!(plan.fields()["groups"], serde_json::json!(["main"]));
    assert!(plan.fields()["additions"].as_array().unwrap().is_empty());
}

#[test]
fn source_that_is_written_beside_is_no_volume() {
    let text = "import sqlite3\nfrom pathlib import Path\nHERE = Path(__file__).parent\nsqlite3.connect(HERE / 'a.db')\n(HERE / 'uploads').mkdir()\nprint()\n";
    let (_, plan) = made(&[
        ("main.py", "import shop.store\nshop.store.run()\n"),
        ("shop/__init__.py", ""),
        ("shop/store.py", text),
    ]);
    assert_eq!(plan.fields()["open_folders"], serde_json::json!(["/app/shop"]));
    assert_eq!(plan.fields()["writable"], serde_json::json!(["/app/shop/uploads"]));
}

#[test]
fn a_module_that_is_called_setup_is_no_project() {
    let core = "from fastapi import FastAPI\ndef create_application():\n    return FastAPI()\n";
    let files = [
        ("requirements.txt", "fastapi\nuvicorn\n"),
        ("app/__init__.py", ""),
        ("app/core/__init__.py", ""),
        ("app/core/setup.py", core),
        ("app/main.py", "from .core.setup import create_application\napp = create_application()\n"),
    ];
    assert!(started(&files).contains("app.main:app"));
}

#[test]
fn programs_and_tools() {
    assert_eq!(started(&[("bot.py", "print('hello')\n")]), "python bot.py");
    let project = "[project]\nname = \"tool\"\nversion = \"1\"\nscripts = { tool = \"tool:main\" }\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";
    let (answers, plan) = made(&[("pyproject.toml", project), ("tool/__init__.py", "def main(): ...\n")]);
    assert_eq!(answers.get("start").unwrap(), "python /venv/bin/tool");
    assert!(plan.fields()["source"].is_null());
}

#[test]
fn versions_come_from_the_files() {
    let version = |files: &[(&str, &str)]| {
        made(&[files, &[("main.py", "print()\n")]].concat()).0.get("version").unwrap().to_owned()
    };
    assert_eq!(version(&[(".python-version", "3.12.4\n")]), "3.12");
    assert_eq!(version(&[("runtime.txt", "python-3.14.1\n")]), "3.14");
    assert_eq!(version(&[("requirements.txt", "numpy==1.26.4\n")]), "3.12");
    assert_eq!(version(&[("requirements.txt", "msgspec==0.18.6\n")]), "3.12");
    assert_eq!(version(&[("requirements.txt", "msgspec==0.19.0\n")]), "3.13");
    assert_eq!(version(&[("pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.14\"\n")]), "3.14");
    assert_eq!(version(&[]), "3.13");
    let classified = "from setuptools import setup\nsetup(name='x', classifiers=['Programming Language :: Python :: 3.9', 'Programming Language :: Python :: 3.12'])\n";
    assert_eq!(version(&[("setup.py", classified)]), "3.12");
    assert_eq!(version(&[("tox.ini", "[tox]\nenvlist =\n    py310\n    py312\n")]), "3.12");
    assert_eq!(version(&[("tox.ini", "[tox]\nenvlist = py36,py37\n")]), "3.11");
    assert_eq!(version(&[(".github/workflows/ci.yml", "with:\n  python-version: '3.12'\n")]), "3.12");
    let (answers, plan) = made(&[("main.py", "print()\n"), ("runtime.txt", "python-3.8.1\n")]);
    assert_eq!(answers.get("version"), Some("3.11"));
    assert!(plan.warnings.iter().any(|warning| warning.message.contains("no security fixes since 2024-10-07")));
    assert!(refusal(&[("main.py", "print()\n"), (".python-version", "3.99\n")]).contains("no image of Python 3.99"));
    let old = "[project]\nname = \"x\"\nrequires-python = \">=3.6,<3.10\"\n";
    assert!(refusal(&[("main.py", "print()\n"), ("pyproject.toml", old)]).contains("has had no security fixes since"));
}

#[test]
fn django_starts_its_server_and_collects_static_files() {
    let settings = "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nSTATIC_ROOT = 'static'\nif 'S3' in os.environ:\n    S3 = os.environ['S3']\n";
    let files = [
        ("requirements.txt", "django\n"),
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\nimport django\n"),
        ("site/__init__.py", ""),
        ("site/settings.py", settings),
        (
            "site/wsgi.py",
            "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\napplication = get_wsgi_application()\n",
        ),
    ];
    let (answers, plan) = made(&files);
    assert_eq!(answers.get("start").unwrap(), "python -m gunicorn site.wsgi:application --bind 0.0.0.0:$PORT");
    let given = plan.fields()["static_files"].to_string();
    assert!(given.contains("SECRET_KEY") && !given.contains("S3"), "{given}");
    assert!(plan.warnings.iter().any(|warning| warning.message.contains("migrations")));
}

fn warned(files: &[(&str, &str)]) -> (BuildPlan, String) {
    let (_, plan) = made(files);
    let messages: Vec<String> = plan
        .warnings
        .iter()
        .map(|it| {
            format!("{} {}", it.text(Evidence::clone), it.evidence.as_ref().map(Evidence::place).unwrap_or_default())
        })
        .collect();
    (plan, messages.join("\n"))
}

#[test]
fn a_lock_out_of_step_is_named_and_made_anew() {
    let project = "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\n  \"Flask>=3\",\n  \"gunicorn\",\n  \"tomli; python_version < '3.11'\",\n]\n";
    let locked = |names: &[&str]| {
        names
            .iter()
            .map(|name| format!("[[package]]\nname = \"{name}\"\nversion = \"1\"\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    let app = ("app.py", "from flask import Flask\napp = Flask(__name__)\n");
    let (short, whole) = (locked(&["flask"]), locked(&["flask", "gunicorn"]));
    let (plan, said) = warned(&[("pyproject.toml", project), ("uv.lock", &short), app]);
    assert!(said.contains("out of step: `gunicorn` is not in it") && said.contains("pyproject.toml:7"), "{said}");
    assert!(!is_frozen(&plan), "{said}");
    let (plan, said) = warned(&[("pyproject.toml", project), ("uv.lock", &whole), app]);
    assert!(!said.contains("out of step"), "{said}");
    assert!(is_frozen(&plan), "{said}");
}

#[test]
fn a_lock_of_another_poetry_project_is_named() {
    let project = "[tool.poetry]\nname = \"shop\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\nflask = \"^3\"\n";
    let lock = |hash: &str| {
        format!(
            "[[package]]\nname = \"flask\"\nversion = \"3.1.0\"\n[metadata]\nlock-version = \"2.1\"\ncontent-hash = \"{hash}\"\n"
        )
    };
    let app = ("app.py", "from flask import Flask\napp = Flask(__name__)\n");
    let (plan, said) = warned(&[("pyproject.toml", project), ("poetry.lock", &lock("0")), app]);
    assert!(said.contains("made from another `pyproject.toml`") && said.contains("poetry.lock:6"), "{said}");
    assert!(!is_frozen(&plan), "{said}");
    let own = "61e2cb9cc42c05aa36ef6b6ef44b3cba046ebb81e086cdf1d61b7ccadcde56a2";
    let (plan, said) = warned(&[("pyproject.toml", project), ("poetry.lock", &lock(own)), app]);
    assert!(!said.contains("out of step"), "{said}");
    assert!(is_frozen(&plan), "{said}");
}

#[test]
fn packages_of_an_age_get_what_they_were_used_to() {
    let app = ("app.py", "from flask import Flask\napp = Flask(__name__)\n");
    let (plan, said) = warned(&[("requirements.txt", "flask==1.1.2\ngunicorn==20.0.4\n"), app]);
    assert!(plan.fields()["command"][1] == "gunicorn.app.wsgiapp", "{}", plan.fields()["command"]);
    assert!(plan.fields()["additions"].to_string().contains("setuptools==80"), "{}", plan.fields()["additions"]);
    assert!(said.contains("needs `setuptools==80.*`") && said.contains("requirements.txt:2"), "{said}");
    assert!(said.contains("needs `jinja2<3.1`") && said.contains("requirements.txt:1"), "{said}");
    let (_, said) = warned(&[("requirements.txt", "flask==1.1.2\njinja2==2.11.3\n"), app]);
    assert!(!said.contains("jinja2<3.1") && said.contains("markupsafe<2.1"), "{said}");
    let (plan, _) = warned(&[("requirements.txt", "flask==3.1.0\ngunicorn==23.0.0\n"), app]);
    assert!(plan.fields()["command"][1] == "gunicorn" && plan.fields()["additions"].as_array().unwrap().is_empty());
}

#[test]
fn programs_that_the_image_lacks_are_named() {
    let text = "import subprocess\nsubprocess.run(['ffmpeg', '-i', 'a'])\nsubprocess.run(['python3', 'b.py'])\nsubprocess.run(['alembic', 'upgrade', 'head'])\nsubprocess.run('ls', shell=True)\nimport git\n";
    let (_, said) = warned(&[("requirements.txt", "gitpython\n"), ("main.py", text)]);
    assert!(said.contains("the application starts `sh`, `ffmpeg`, `ls`, which the image does not have"), "{said}");
    assert!(!said.contains("`python3`") && !said.contains("alembic"), "{said}");
    assert!(said.contains("main.py:5"), "{said}");
    assert!(said.contains("`gitpython` starts the program git"), "{said}");
}

#[test]
fn django_in_a_folder_of_its_own() {
    let settings = "SECRET_KEY = 'x'\nSTATIC_ROOT = 'static'\nENGINE = 'django.contrib.gis.db.backends.postgis'\nLOGGING = {'handlers': {'file': {'class': 'logging.FileHandler', 'filename': 'jobs.log'}}}\n";
    let asgi = "import os\nfrom channels.routing import ProtocolTypeRouter\nfrom django.core.asgi import get_asgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\ndjango_app = get_asgi_application()\napplication = ProtocolTypeRouter({'http': django_app})\n";
    let files = [
        ("requirements.txt", "django\nchannels\ndaphne\n"),
        (
            "web/manage.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\nimport django\n",
        ),
        ("web/site/__init__.py", ""),
        ("web/site/settings.py", settings),
        ("web/site/asgi/__init__.py", asgi),
    ];
    let (answers, plan) = made(&files);
    let command = answers.get("start").unwrap();
    assert_eq!(command, "python -m daphne --bind 0.0.0.0 --port $PORT site.asgi:application");
    assert_eq!(plan.fields()["static_files"]["folder"], "/app/web");
    assert!(plan.fields()["loaded_libraries"].to_string().contains("libgdal"));
    assert_eq!(plan.fields()["writes_beside"], true);
    let folder = repository(&files);
    let app = application(folder.path()).unwrap();
    let text = dockgen::render::render(app.app(), &plan).unwrap().dockerfile.text;
    let (allowed, run) = (text.find("# dockgen: allow=secret-in-image\nRUN"), text.find("collectstatic"));
    assert!(allowed.is_some() && allowed < run, "{text}");
    assert!(text.contains("RUN chown 65532:65532 /app/web\n") && !text.contains("/empty"), "{text}");
    assert!(
        text.contains("find /app/web -maxdepth 1 -name '*.log' -delete"),
        "the log of the build's user stays: {text}"
    );
}

#[test]
fn bad_input_is_no_trouble() {
    let circular = [
        ("requirements.txt", "-r more.txt\nflask\n"),
        ("more.txt", "-r requirements.txt\ngunicorn\n"),
        ("app.py", "from flask import Flask\napp = Flask('x')\n"),
    ];
    assert!(started(&circular).contains("gunicorn app:app"));
    let said = warned(&circular).1;
    assert!(said.contains("in a circle") && said.contains("more.txt:1"), "{said}");
    assert!(
        started(&[("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", FASTAPI), ("broken.py", "def (:\n")])
            .contains("main:app")
    );
    assert!(refusal(&[("environment.yml", "name: x\n")]).contains("conda"));
    assert!(refusal(&[("environment.yml", "name: x\n"), ("main.py", FASTAPI)]).contains("conda"));
    assert!(refusal(&[("main.py", FASTAPI)]).contains("nothing says which"));
    assert!(
        refusal(&[("setup.py", "from setuptools import setup\nsetup(name='lib')\n"), ("lib/__init__.py", "x = 1\n")])
            .contains("nothing is found that could be started")
    );
    assert!(refusal(&[("pyproject.toml", "[project\n"), ("main.py", "print()\n")]).contains("pyproject.toml"));
}

#[test]
fn folders_of_any_name_stay_what_they_are() {
    for name in ["my app", "a$HOME", "it's", "s\\"] {
        let main = format!("{name}/main.py");
        let source =
            "from fastapi import FastAPI\nimport sqlite3\napp = FastAPI()\nsqlite3.connect('x.db')\nimport other\n";
        let files = [
            ("requirements.txt", "fastapi\nuvicorn\n"),
            (main.as_str(), source),
            (&format!("{name}/other.py"), "x = 1\n"),
        ];
        let folder = repository(&files);
        let (dockerfile, _) = folder.init("", &[]).unwrap();
        let stage = dockerfile.rsplit("FROM").next().unwrap();
        let words = |line: &str| line.split_whitespace().count();
        for line in stage.lines().filter(|line| line.contains("/app/") && !line.starts_with("COPY . ")) {
            let escaped = name.replace('\\', r"\\").replace('$', r"\$");
            let quoted = escaped.replace('\'', r"\'");
            let forms = [&escaped, &quoted].map(|text| serde_json::Value::from(text.as_str()).to_string());
            let is_kept = line.contains(&escaped) || forms.iter().any(|form| line.contains(form.trim_matches('"')));
            assert!(is_kept && (words(line) < 3 || line.contains('"')), "{line}");
        }
    }
}

#[test]
fn answers_that_no_server_could_work_with_are_refused() {
    let folder = repository(&[("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", FASTAPI)]);
    assert!(folder.init("", &["--port", "none"]).unwrap_err().contains("port"));
    assert!(folder.init("", &["--health", "healthz"]).unwrap_err().contains("slash"));
    let (dockerfile, _) = folder.init("", &["--health", "/it's"]).unwrap();
    assert!(dockerfile.contains(r#""UVICORN_PORT", "/it's"]"#), "{dockerfile}");
    let free = repository(&[
        ("requirements.txt", "requests\n"),
        ("main.py", "import http.server\nhttp.server.HTTPServer(('', 9000), None).serve_forever()\n"),
    ]);
    assert!(free.init("", &["--port", "none"]).is_ok());
}

#[test]
fn what_serves_wins_over_what_works_beside_it() {
    let script = "#!/bin/sh\nrq worker high default &\nwait\n";
    let files = [("requirements.txt", "fastapi\nuvicorn\nrq\n"), ("main.py", FASTAPI), ("entrypoint.sh", script)];
    assert_eq!(started(&files), "python -m uvicorn main:app --host 0.0.0.0 --port $PORT");
    let wrapped = "web: ddtrace-run python -m gunicorn -c gunicorn.conf main:app\nworker: celery -A x worker\n";
    let files = [
        ("requirements.txt", "flask\ngunicorn\ncelery\n"),
        ("main.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ("gunicorn.conf", "bind = 'unix:/run/web.sock'\n"),
        ("Procfile", wrapped),
    ];
    assert_eq!(started(&files), "python -m gunicorn -c gunicorn.conf main:app --bind 0.0.0.0:$PORT");
}

#[test]
fn a_function_that_calls_a_factory_is_one() {
    let files = [
        ("requirements.txt", "flask\ngunicorn\n"),
        ("demo.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ("shop.py", "from flask import Flask\ndef create_shop():\n    app = Flask(__name__)\n    return app\n"),
        ("server.py", "def create_app():\n    from shop import create_shop\n    return create_shop()\n"),
        ("wsgi.py", "from server import create_app\napp = create_app()\n"),
    ];
    assert_eq!(started(&files), "python -m gunicorn wsgi:app --bind 0.0.0.0:$PORT");
}

#[test]
fn a_module_does_not_import_itself() {
    let files = [
        ("requirements.txt", "celery\n"),
        ("src/shop/__init__.py", ""),
        ("src/shop/celery.py", "from celery import Celery\napp = Celery('shop')\n"),
    ];
    assert_eq!(started(&files), "python -m celery --app shop.celery:app worker --loglevel=INFO");
}

#[test]
fn a_tool_that_serves_listens_to_others() {
    let project = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"uvicorn\", \"click\"]\n[project.scripts]\nzoo = \"shop.zoo:main\"\nshop = \"shop.cli:cli\"\n[build-system]\nrequires = [\"maturin>=1\"]\nbuild-backend = \"maturin\"\n";
    let command = "import click, uvicorn\n@cli.command()\n@click.option('--host', default='127.0.0.1')\n@click.option('--port', default=8001)\ndef serve(host, port):\n    uvicorn.run(make(), host=host, port=port)\n";
    let files = [("pyproject.toml", project), ("shop/__init__.py", ""), ("shop/cli.py", command), ("shop/zoo.py", "")];
    let (answers, plan) = made(&files);
    assert_eq!(answers.get("start").unwrap(), "python /venv/bin/shop serve --host 0.0.0.0 --port $PORT");
    assert_eq!(answers.get("port").unwrap(), "8001");
    assert_eq!(plan.fields()["command"].to_string(), r#"["serve","--host","0.0.0.0","--port","8001"]"#);
    assert!(plan.fields()["build_packages"].to_string().contains("cargo"), "maturin compiles Rust");
}

#[test]
fn a_package_is_built_as_it_can_be() {
    let setup = "from setuptools import setup\nfrom shop import VERSION\nsetup(name='shop', version=VERSION)\n";
    let files = [
        ("requirements.txt", "flask\ngunicorn\n"),
        ("setup.py", setup),
        ("shop/__init__.py", "from flask import Flask\napp = Flask(__name__)\n"),
    ];
    assert_eq!(made(&files).1.fields()["package"]["requirements"][0], "setuptools");
    let project = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"flask\", \"gunicorn\"]\n[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n";
    let flask = ("shop/__init__.py", "from flask import Flask\napp = Flask(__name__)\n");
    assert!(made(&[("pyproject.toml", project), flask]).1.fields()["package"].is_object());
    let computed = project.replace("version = \"1\"\n", "dynamic = [\"version\"]\n") + "[tool.uv]\n";
    let view = made(&[("pyproject.toml", computed.as_str()), flask]).1.fields();
    assert_eq!(
        view["manifests"],
        serde_json::json!([{ "sources": ["."], "target": "./" }]),
        "without a lock file uv asks the source for its version"
    );
    let beside = [("pyproject.toml", project), flask, ("library/books.txt", "")];
    assert!(made(&beside).1.fields()["package"].is_null(), "setuptools takes both folders for packages");
}

#[test]
fn a_pinned_package_asks_for_a_newer_python() {
    let setup =
        "from setuptools import setup\nsetup(name='shop', classifiers=['Programming Language :: Python :: 3.11'])\n";
    let files = |version: &'static str| {
        [
            ("requirements.txt", version),
            ("setup.py", setup),
            ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ]
    };
    assert_eq!(made(&files("flask\n")).0.get("version"), Some("3.11"));
    assert_eq!(made(&files("flask\ndjango==6.0.8\n")).0.get("version"), Some("3.13"));
}

#[test]
fn variables_that_are_tested_or_set_are_not_made_up() {
    let settings = "import os\nos.environ['THREADS'] = '1'\nHEADER = os.environ['HEADER'] if 'HEADER' in os.environ else None\nSECRET_KEY = os.environ['SECRET_KEY']\nSTATIC_ROOT = 'static'\n";
    let files = [
        ("requirements.txt", "django\ngunicorn\n"),
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nimport django\n"),
        ("shop/__init__.py", ""),
        ("shop/settings.py", settings),
    ];
    let view = made(&files).1.fields();
    let names: Vec<&str> =
        view["static_files"]["environment"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["DJANGO_SETTINGS_MODULE", "SECRET_KEY"]);
}

#[test]
fn an_old_back_end_of_poetry_installs_a_copy() {
    let files = |backend: &str| {
        let manifest = format!(
            "[tool.poetry]\nname = \"app\"\nversion = \"1\"\ndescription = \"\"\nauthors = []\n[tool.poetry.dependencies]\npython = \"^3.12\"\nfastapi = \"*\"\n[build-system]\nrequires = [\"poetry\"]\nbuild-backend = \"{backend}\"\n"
        );
        let scratch =
            Scratch::new([("pyproject.toml", manifest.as_str()), ("app/__init__.py", ""), ("app/main.py", FASTAPI)]);
        scratch.init(".", &[]).unwrap().0
    };
    assert!(files("poetry.core.masonry.api").contains("install --editable . "));
    assert!(files("poetry.masonry.api").contains("install . "));
}

#[test]
fn a_package_whose_files_are_not_there_is_not_installed() {
    let manifest = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"fastapi\", \"uvicorn\"]\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n[tool.hatch.build.targets.wheel.force-include]\n\"built/pages\" = \"shop/pages\"\n";
    let scratch = Scratch::new([("pyproject.toml", manifest), ("shop/__init__.py", ""), ("shop/main.py", FASTAPI)]);
    assert!(!scratch.init(".", &[]).unwrap().0.contains("--editable"));
    scratch.file("built/pages/index.html", "");
    assert!(scratch.init(".", &[]).unwrap().0.contains("--editable"));
}

#[test]
fn pinned_versions_that_work_on_no_maintained_python_are_lifted() {
    let app = ("app.py", "from flask import Flask\napp = Flask(__name__)\n");
    let pinned = "flask==3.0.0\ngreenlet==1.1.2 ; python_version >= \"3\"\nPyYAML==5.4.1\naiohttp[speedups]==3.7.4\n";
    let scratch = Scratch::new([("requirements.txt", pinned), app]);
    let (text, said) = scratch.init(".", &[]).unwrap();
    let lifted = "flask==3.0.0\ngreenlet==2.0.1 ; python_version >= \"3\"\nPyYAML==5.4.1\naiohttp[speedups]==3.8.3\n";
    assert_eq!(scratch.edited(&text), lifted, "{text}");
    assert!(
        said.contains("`greenlet` 1.1.2 works on no maintained Python") && said.contains("requirements.txt:2"),
        "{said}"
    );
    assert!(text.contains("'cython<3' >/build-constraints.txt"), "{text}");
    // What compiles with no setuptools or interpreter of today, and a tool of development among the pins.
    scratch.file(
        "requirements.txt",
        "flask==3.0.0\nMarkupSafe==1.0\ncffi==1.14.0\ntyped-ast==1.4.1\ndjango-allauth==0.44.0\nMarkupSafe2==1.0\n",
    );
    let (text, _) = scratch.init(".", &[]).unwrap();
    let lifted =
        "flask==3.0.0\nMarkupSafe==1.1.1\ncffi==1.15.1\ntyped-ast==1.5.5\ndjango-allauth==0.50.0\nMarkupSafe2==1.0\n";
    assert_eq!(scratch.edited(&text), lifted, "{text}");
    scratch.file("requirements.txt", "flask==3.0.0\npsycopg2==2.8.6\nJinja2==2.9.5\npsycopg2-pool==1.1\n");
    let (text, _) = scratch.init(".", &[]).unwrap();
    assert_eq!(scratch.edited(&text), "flask==3.0.0\npsycopg2==2.9.5\nJinja2==2.10.3\npsycopg2-pool==1.1\n", "{text}");
    scratch.file("requirements.txt", "flask==3.0.0\npydantic==1.9.2\ntyping_extensions==4.0.1\n");
    let (text, said) = scratch.init(".", &[]).unwrap();
    assert_eq!(scratch.edited(&text), "flask==3.0.0\npydantic==1.10.0\ntyping_extensions==4.1.1\n");
    assert!(said.contains("`typing-extensions` 4.0.1 is too old for the newer `pydantic`"), "{said}");
    let (text, said) = scratch.init(".", &["--pins", "keep"]).unwrap();
    assert!(!text.contains("sed") && said.contains("installed all the same"), "{text}{said}");
    assert!(said.contains("pin `pydantic==1.10.0` or a newer one"), "{said}");
    scratch.file("requirements.txt", "flask==3.0.0\n");
    let refused = scratch.init(".", &["--pins", "keep"]).unwrap_err();
    assert!(refused.contains("`--pins` is no question of this application"), "{refused}");
    // A file that a hash pins can't be exchanged.
    scratch.file("requirements.txt", "flask==3.0.0\ngreenlet==1.1.2 \\\n    --hash=sha256:00\n");
    assert!(!scratch.init(".", &[]).unwrap().0.contains("sed"));
}

#[test]
fn older_packages_are_built_with_the_setuptools_that_they_know() {
    let app = ("app.py", "import pkg_resources\nfrom flask import Flask\napp = Flask(__name__)\n");
    let scratch = Scratch::new([("requirements.txt", "flask==3.0.0\nopenai-whisper==20231117\n"), app]);
    let (text, said) = scratch.init(".", &[]).unwrap();
    assert!(text.contains("'setuptools<82' >/build-constraints.txt") && said.contains("requirements.txt:2"), "{text}");
    // pip holds what it installs to the same list
    assert!(text.matches("'setuptools<82'").count() == 2 && !text.contains("setuptools==80"), "{text}");
    // A newer one, and a version that the project pins itself.
    for list in
        ["flask==3.0.0\nopenai-whisper==20250625\n", "flask==3.0.0\nopenai-whisper==20231117\nsetuptools==75.0.0\n"]
    {
        scratch.file("requirements.txt", list);
        assert!(!scratch.init(".", &[]).unwrap().0.contains("constraints"), "{list}");
    }
}

#[test]
fn what_a_newer_package_lacks_and_the_source_takes_holds_it_below() {
    let app = |method: &str| {
        format!("from flask import Flask\napp = Flask(__name__)\n@app.{method}\ndef first():\n    pass\n")
    };
    let scratch = Scratch::new([("requirements.txt", "flask-restful\n"), ("app.py", &app("before_first_request"))]);
    let (text, said) = scratch.init(".", &[]).unwrap();
    assert!(text.contains("'flask<2.3' 'werkzeug<3'"), "{text}");
    assert!(said.contains("`flask` lacks `before_first_request` since 2.3") && said.contains("app.py:3"), "{said}");
    // A version that is said, what is only named, and another method.
    for list in ["flask==2.2.5\n", "flask>=2,<2.3\n"] {
        scratch.file("requirements.txt", list);
        assert!(!scratch.init(".", &[]).unwrap().0.contains("'flask<2.3'"), "{list}");
    }
    scratch.file("requirements.txt", "flask\n");
    for source in [app("before_request"), format!("{}# app.before_first_request\n", app("before_request"))] {
        scratch.file("app.py", source);
        assert!(!scratch.init(".", &[]).unwrap().0.contains("'flask<2.3'"));
    }
}

#[test]
fn a_version_that_runs_on_no_maintained_python_is_said() {
    let app = ("app.py", "from sanic import Sanic\napp = Sanic('shop')\n");
    let scratch = Scratch::new([("requirements.txt", "sanic==19.3.1\n"), app]);
    let said = scratch.init(".", &[]).unwrap().1;
    assert!(
        said.contains("`sanic` 19.3.1 runs on no maintained Python") && said.contains("requirements.txt:1"),
        "{said}"
    );
    let ran = Scratch::new([("requirements.txt", "sanic==21.12.1\n"), app]).run(&["init", "--yes", "--print"]);
    assert!(ran.stdout.contains(r#""sanic", "app:app""#) && !ran.stdout.contains("--single-process"), "{}", ran.stdout);
    let ran = Scratch::new([("requirements.txt", "sanic==23.6.0\n"), app]).run(&["init", "--yes", "--print"]);
    assert!(ran.stdout.contains("--single-process"), "{}", ran.stdout);
    for list in ["sanic==20.12.7\n", "sanic\n"] {
        scratch.file("requirements.txt", list);
        assert!(!scratch.init(".", &[]).unwrap().1.contains("runs on no maintained Python"), "{list}");
    }
    let stuck = |list: &str| {
        scratch.file("requirements.txt", list);
        scratch.init(".", &[]).unwrap().1.contains("no version of `meinheld` installs on a maintained Python")
    };
    assert!(stuck("sanic\nmeinheld==1.0.2\n") && stuck("sanic\nmeinheld\n") && !stuck("sanic\nmeinheld-x\n"));
    let ends = |list: &str| {
        scratch.file("requirements.txt", list);
        scratch.init(".", &[]).unwrap().1.contains("`aioredis` runs on no maintained Python")
    };
    assert!(ends("sanic\naioredis\n") && ends("sanic\naioredis==2.0.1\n"));
    assert!(!ends("sanic\naioredis==1.3.1\n") && !ends("sanic\nredis\n"));
}

#[test]
fn a_lock_file_of_an_old_poetry_is_completed() {
    let manifest = "[tool.poetry]\nname = \"shop\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\nflask = \"^2\"\ngunicorn = \"^20\"\n";
    let lock = |server: &str, more: &str| {
        format!(
            "[[package]]\nname = \"flask\"\nversion = \"2.3.0\"\n\n[[package]]\nname = \"gunicorn\"\nversion = \"20.1.0\"\n{server}\n{more}[metadata]\nlock-version = \"1.1\"\n"
        )
    };
    let needs = "[package.dependencies]\nsetuptools = \">=3.0\"\n";
    let scratch = Scratch::new([("pyproject.toml", manifest), ("poetry.lock", &*lock(needs, "")), ("app.py", FLASK)]);
    let (text, said) = scratch.init(".", &[]).unwrap();
    let dropped = "sed --in-place '/^setuptools = /d' poetry.lock";
    assert!(text.contains(dropped) && text.contains("'setuptools==80.*'"), "{text}");
    assert!(said.contains("the lock file lacks `setuptools`, which Poetry before 1.2 left out"), "{said}");
    // A package of its own is installed beside what the completed file pins.
    scratch.file("shop/__init__.py", "");
    let text = scratch.init(".", &[]).unwrap().0;
    assert!(text.contains(dropped) && text.contains("--no-deps --requirement"), "{text}");
    // What only developers install is not exported, and not lifted.
    let black = "[[package]]\nname = \"black\"\nversion = \"20.8\"\n[package.dependencies]\ntyped-ast = \"*\"\n\n[[package]]\nname = \"typed-ast\"\nversion = \"1.4.1\"\n\n";
    scratch.file("poetry.lock", lock(needs, black));
    assert!(!scratch.init(".", &[]).unwrap().0.contains("typed"));
    scratch.file("pyproject.toml", format!("{manifest}black = \"*\"\n"));
    assert!(scratch.init(".", &[]).unwrap().0.contains("1.5.5"));
    scratch.file("pyproject.toml", manifest);
    // One that has it, and one that nothing needs it in.
    let own = "[[package]]\nname = \"setuptools\"\nversion = \"80.0.0\"\n\n";
    for whole in [lock(needs, own), lock("[package.dependencies]\npackaging = \"*\"\n", "")] {
        scratch.file("poetry.lock", whole);
        assert!(!scratch.init(".", &[]).unwrap().0.contains("sed --in-place"));
    }
}

#[test]
fn open_connections_are_served_by_the_extension_or_by_threads() {
    let app = (
        "app.py",
        "from flask import Flask\nfrom sockets import socketio\napp = Flask(__name__)\nsocketio.init_app(app)\nif __name__ == '__main__':\n    socketio.run(app, port=7070)\n",
    );
    let sockets = ("sockets.py", "from flask_socketio import SocketIO\nsocketio = SocketIO()\n");
    let own = ("requirements.txt", "flask\nflask-socketio\neventlet\ngunicorn\n");
    let scratch = Scratch::new([own, app, sockets]);
    let (text, _) = scratch.init(".", &[]).unwrap();
    assert!(text.contains("CMD [\"app.py\"]") && text.contains("EXPOSE 7070"), "{text}");
    // The address that it listens on by itself is the loopback's.
    assert!(text.contains("0.0.0.0"), "{text}");
    // Without a server of its own it refuses to serve in a container, whatever a script says.
    scratch.file("requirements.txt", "flask\nflask-socketio\n");
    scratch.file("start.sh", "#!/bin/sh\nexec python app.py\n");
    let (text, _) = scratch.init(".", &[]).unwrap();
    assert!(text.contains(r#""gunicorn", "app:app", "--threads", "100""#), "{text}");
    scratch.file("app.py", "from flask import Flask\nfrom sockets import socketio\napp = Flask(__name__)\nif __name__ == '__main__':\n    socketio.run(app, allow_unsafe_werkzeug=True)\n");
    assert!(scratch.init(".", &[]).unwrap().0.contains("CMD [\"app.py\"]"));
    // What the program makes behind its guard is served by it as well.
    scratch.file("requirements.txt", "flask\nflask-socketio\ngevent\n");
    scratch.file("app.py", "from flask import Flask\nfrom sockets import socketio\ndef create_app():\n    return Flask(__name__)\nif __name__ == '__main__':\n    shop = create_app()\n    socketio.run(shop, host='0.0.0.0')\n");
    assert!(scratch.init(".", &[]).unwrap().0.contains("CMD [\"app.py\"]"));
    // Neither an application without the extension, nor one that another method runs.
    scratch.file("requirements.txt", "flask\neventlet\n");
    scratch.file("sockets.py", "class Sockets:\n    def run(self, app):\n        pass\nsocketio = Sockets()\n");
    scratch.file("start.sh", "");
    let (text, _) = scratch.init(".", &[]).unwrap();
    assert!(text.contains(r#""gunicorn", "app:create_app()"]"#), "{text}");
}

#[test]
fn a_server_that_lost_a_kind_of_workers_is_held_below() {
    let command = ("Procfile", "web: gunicorn --worker-class eventlet -w 1 app:app\n");
    let scratch = Scratch::new([("requirements.txt", "flask\ngunicorn\neventlet\n"), ("app.py", FLASK), command]);
    let (text, said) = scratch.init(".", &[]).unwrap();
    assert!(text.contains("'gunicorn<26'") && said.contains("lack the workers `eventlet`"), "{text}{said}");
    scratch.file("Procfile", "web: gunicorn -k gevent app:app\n");
    assert!(!scratch.init(".", &[]).unwrap().0.contains("gunicorn<26"));
    scratch.file("Procfile", "web: gunicorn -k eventlet app:app\n");
    scratch.file("requirements.txt", "flask\ngunicorn==20.1.0\neventlet\n");
    assert!(!scratch.init(".", &[]).unwrap().0.contains("gunicorn<26"));
}

#[test]
fn what_the_source_takes_from_setuptools_is_installed() {
    let app = "import pkg_resources\nfrom flask import Flask\napp = Flask(__name__)\n";
    let scratch = Scratch::new([("requirements.txt", "flask\n"), ("app.py", app)]);
    let (text, said) = scratch.init(".", &[]).unwrap();
    assert!(text.contains("'setuptools==80.*'") && said.contains("app.py:1"), "{text}{said}");
    scratch.file("requirements.txt", "flask\nsetuptools==75.0.0\n");
    assert!(!scratch.init(".", &[]).unwrap().0.contains("setuptools==80"));
}

#[test]
fn a_command_is_told_to_listen_by_the_options_of_a_module_that_it_imports() {
    let manifest = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"tornado\"]\n[project.scripts]\nshop = \"shop.server:main\"\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";
    let options = "import argparse\ndef read():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--port', default=8888)\n    parser.add_argument('--ip', default=None)\n    return parser.parse_args()\n";
    let server = "import tornado.httpserver\nfrom shop.console import read\ndef main():\n    options = read()\n    server = tornado.httpserver.HTTPServer(make())\n    server.bind(options.port, options.ip)\n";
    let files = [
        ("pyproject.toml", manifest),
        ("shop/__init__.py", ""),
        ("shop/console.py", options),
        ("shop/server.py", server),
    ];
    let (text, _) = Scratch::new(files).init(".", &[]).unwrap();
    assert!(text.contains(r#"CMD ["--ip", "0.0.0.0", "--port", "8888"]"#) && text.contains("EXPOSE 8888"), "{text}");
}

const FLASK: &str = "from flask import Flask\napp = Flask(__name__)\n";

#[test]
fn what_is_installed_from_the_repository_is_there_before() {
    let app = ("app.py", FLASK);
    let links = [("requirements.txt", "--find-links ./wheels\nflask\ngunicorn\ndemo\n"), ("wheels/demo.whl", "x"), app];
    let (dockerfile, _) = printed(&links, "");
    assert!(is_before(&dockerfile, "COPY wheels ./wheels/", "pip install"), "{dockerfile}");
    let (dockerfile, _) = printed(&[("requirements.txt", "flask\ngunicorn\n"), ("wheels/demo.whl", "x"), app], "");
    assert!(!dockerfile.contains("wheels"), "{dockerfile}");
    let beside = [
        ("service/requirements.txt", "flask\ngunicorn\n-e ../libs/pg\n"),
        ("service/app.py", FLASK),
        ("libs/pg/pyproject.toml", "[project]\nname = \"pg\"\n"),
    ];
    let (dockerfile, _) = printed(&beside, "service");
    assert!(is_before(&dockerfile, "COPY libs/pg ./libs/pg/", "WORKDIR /app/service"), "{dockerfile}");
    assert!(is_before(&dockerfile, "WORKDIR /app/service", "pip install"), "{dockerfile}");
    let (_, said) = printed(&[("requirements.txt", "flask\ngunicorn\n-e ../libs/pg\n"), app], "");
    assert!(said.contains("outside of the repository") && said.contains("requirements.txt:3"), "{said}");
    let desk = "[project]\nname = \"desk\"\nversion = \"1\"\ndependencies = [\"flask\", \"gunicorn\", \"client\"]\n[tool.uv.sources]\n";
    let client = (
        "client/pyproject.toml",
        "[project]\nname = \"client\"\nversion = \"1\"\n[build-system]\nrequires = [\"hatchling\"]\n",
    );
    let by_path = format!("{desk}client = {{ path = \"client\" }}\n");
    let (dockerfile, _) = printed(&[("pyproject.toml", &by_path), client, ("main.py", FLASK)], "");
    assert!(is_before(&dockerfile, "COPY client ./client/", "uv sync"), "{dockerfile}");
    let member = format!("{desk}client = {{ workspace = true }}\n[tool.uv.workspace]\nmembers = [\"client\"]\n");
    let (dockerfile, _) = printed(&[("pyproject.toml", &member), client, ("main.py", FLASK)], "");
    assert!(is_before(&dockerfile, "COPY . ./", "uv sync --inexact"), "{dockerfile}");
}

#[test]
fn a_version_that_git_tells_has_a_stand_in() {
    let project = |requires: &str, more: &str| {
        format!(
            "[build-system]\nrequires = [\"hatchling\", \"{requires}\"]\nbuild-backend = \"hatchling.build\"\n[project]\nname = \"vv\"\ndynamic = [\"version\"]\ndependencies = [\"flask\", \"gunicorn\"]\n{more}"
        )
    };
    let made = |text: String| printed(&[("pyproject.toml", &text), ("src/vv/__init__.py", FLASK)], "");
    let (dockerfile, said) = made(project("uv-dynamic-versioning>=0.8", ""));
    assert!(
        dockerfile.contains("ENV UV_DYNAMIC_VERSIONING_BYPASS=$VERSION") && said.contains("comes from git"),
        "{dockerfile}"
    );
    let (dockerfile, said) = made(project("versioningit", "[tool.hatch.version]\nsource = \"versioningit\"\n"));
    assert!(
        dockerfile.contains("tool.versioningit \"$VERSION\" >>pyproject.toml") && said.contains("comes from git"),
        "{dockerfile}"
    );
    let (dockerfile, _) = made(project("versioningit", "[tool.versioningit]\nvcs = { method = \"git\" }\n"));
    assert!(dockerfile.contains("sed -i \"s/^ *\\[tool.versioningit\\]/&"), "{dockerfile}");
    let (dockerfile, said) = made(project("versioningit", "[tool.versioningit]\ndefault-version = \"1.0\"\n"));
    assert!(!dockerfile.contains("ARG VERSION") && !said.contains("comes from git"), "{dockerfile}");
    let fixed = project("versioningit", "").replace("dynamic = [\"version\"]", "version = \"1\"");
    assert!(!made(fixed).0.contains("ARG VERSION"));
}

#[test]
fn a_server_that_reads_its_port_can_be_told_another_at_run_time() {
    let fastapi = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef health(): return {}\n";
    let (dockerfile, _) = printed(&[("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", fastapi)], "");
    assert!(dockerfile.contains("ENV UVICORN_PORT=8000\n"), "{dockerfile}");
    assert!(dockerfile.ends_with("CMD [\"-m\", \"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n"), "{dockerfile}");
    assert!(dockerfile.contains("sys.argv[2], timeout=4)\", \"UVICORN_PORT\", \"/health\"]"), "{dockerfile}");
    let (dockerfile, _) = printed(&[("requirements.txt", "fastapi\nuvicorn==0.13.0\n"), ("main.py", FASTAPI)], "");
    assert!(dockerfile.contains("\"--port\", \"8000\"") && !dockerfile.contains("UVICORN_PORT"), "{dockerfile}");
    let (dockerfile, _) = printed(&[("requirements.txt", "flask\ngunicorn\n"), ("app.py", FLASK)], "");
    assert!(dockerfile.contains("ENV PORT=8000\n") && !dockerfile.contains("--bind"), "{dockerfile}");
    let configured =
        [("requirements.txt", "flask\ngunicorn\n"), ("app.py", FLASK), ("gunicorn.conf.py", "workers = 2\n")];
    assert!(printed(&configured, "").0.contains("\"--bind\", \"0.0.0.0:8000\""));
}

#[test]
fn variables_that_the_program_ends_without_are_named() {
    let bot = "import os\nimport settings\nTOKEN = os.environ['BOT_TOKEN']\nwhile True:\n    pass\n";
    let settings = "import os\nURL = os.getenv('API_URL')\nif not URL:\n    raise ValueError('API_URL')\nMODE = os.getenv('MODE', 'a')\n";
    let other = "import os\nKEY = os.environ['OTHER_KEY']\n";
    let files = [("requirements.txt", "requests\n"), ("bot.py", bot), ("settings.py", settings), ("tool.py", other)];
    let (_, said) = printed(&files, "");
    assert!(said.contains("`BOT_TOKEN` (bot.py:3)") && said.contains("`API_URL` (settings.py:2)"), "{said}");
    assert!(!said.contains("MODE") && !said.contains("OTHER_KEY"), "{said}");
}

#[test]
fn a_line_that_has_ended_is_named_with_its_date_and_the_one_that_follows() {
    let main = ("main.py", "from fastapi import FastAPI\napp = FastAPI()\n");
    let range = |text: &str| {
        format!("[project]\nname = \"shop\"\nrequires-python = \"{text}\"\ndependencies = [\"fastapi\"]\n")
    };
    let said = refusal(&[main, ("pyproject.toml", &range(">=3.9,<3.11"))]);
    assert!(
        said.contains("Python 3.10, the newest that the project allows, has had no security fixes since 2026-10-31"),
        "{said}"
    );
    let said = refusal(&[main, ("pyproject.toml", &range("<3"))]);
    assert!(said.contains("no maintained version of Python lies in the range"), "{said}");
    let files = [main, ("requirements.txt", "fastapi\n"), (".python-version", "3.5.0\n")];
    let (_, said) = printed(&files, "");
    assert!(said.contains("Python 3.5 has had no security fixes since 2020-09-30"), "{said}");
}

#[test]
fn a_database_of_the_settings_is_copied_only_where_it_is_there() {
    let settings = "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\n\
                    DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}\n";
    let files = [
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'core.settings')\nimport django\n"),
        ("core/__init__.py", ""),
        ("core/settings.py", settings),
        ("core/wsgi.py", "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"),
        ("requirements.txt", "Django\n"),
        ("db.sqlite3", ""),
    ];
    let copy = "COPY --chown=65532:65532 db.sqlite3 /app/db.sqlite3\n";
    let (dockerfile, said) = printed(&files, "");
    assert!(dockerfile.contains("/empty/ /app/\n") && dockerfile.contains(copy), "{dockerfile}");
    assert!(said.contains("the program reads `db.sqlite3`: it is taken into the image"), "{said}");
    let (dockerfile, _) = printed(&files[..5], "");
    assert!(dockerfile.contains("/empty/ /app/\n") && !dockerfile.contains("db.sqlite3"), "{dockerfile}");
}

#[test]
fn a_driver_that_the_newest_line_no_longer_takes_holds_it_back() {
    let app = ("main.py", FASTAPI);
    let built = |requirements: &str| printed(&[app, ("requirements.txt", requirements)], "").0;
    for requirements in ["fastapi\nsqlalchemy\npsycopg2-binary\n", "fastapi\nflask-sqlalchemy>=3.1\npsycopg2\n"] {
        assert!(built(requirements).contains("'sqlalchemy<2.1'"), "{requirements}");
    }
    for requirements in [
        "fastapi\nsqlalchemy==2.0.40\npsycopg2-binary\n",
        "fastapi\nsqlalchemy\npsycopg[binary]\n",
        "fastapi\nsqlalchemy\npsycopg2\npsycopg\n",
        "fastapi\nsqlalchemy>=2.1\npsycopg2\n",
        "fastapi\npsycopg2-binary\n",
    ] {
        assert!(!built(requirements).contains("sqlalchemy<2.1"), "{requirements}");
    }
}

#[test]
fn a_script_that_was_written_for_an_image_goes_to_the_folder_of_the_same_name() {
    let start = |script: &str| {
        let files = [
            ("requirements.txt", "fastapi\nuvicorn\n"),
            ("service/main.py", FASTAPI),
            ("main.py", FASTAPI),
            ("entrypoint.sh", script),
        ];
        made(&files).1
    };
    for (script, folder) in [
        ("cd /app/ || exit\nuvicorn main:app --port 8000\n", "/app"),
        ("cd /code/service && uvicorn main:app\n", "/app/service"),
        ("cd service && uvicorn main:app\n", "/app/service"),
    ] {
        let plan = start(script);
        let application = format!("{:?}", plan.recipe);
        assert!(application.contains(&format!("work_folder: \"{folder}\"")), "{script}: {application}");
    }
}

#[test]
fn pages_that_another_package_builds_are_built_in_a_stage_of_their_own() {
    let front = [
        (
            "frontend/package.json",
            r#"{"scripts": {"build": "react-scripts build"}, "dependencies": {"react-scripts": "5"}}"#,
        ),
        ("frontend/package-lock.json", "{}"),
        ("frontend/src/app.js", ""),
    ];
    let printed = |files: &[(&str, &str)]| printed(&[front.as_slice(), files].concat(), "").0;
    let requirements = ("requirements.txt", "fastapi\nuvicorn\nflask\n");
    let fast = |folder: &str| {
        format!(
            "import os\nfrom pathlib import Path\nfrom fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\nbuild = Path(__file__).parent.parent / '{folder}' / 'build'\napp = FastAPI()\napp.mount('/s', StaticFiles(directory=os.path.join(build, 'static')))\n"
        )
    };
    let text = printed(&[requirements, ("server/main.py", &fast("frontend"))]);
    assert!(text.contains("COPY frontend/package.json frontend/package-lock.json ./\n"), "{text}");
    assert!(text.contains("COPY --from=front-end /app/frontend/build/static/ /app/frontend/build/static/\n"), "{text}");
    assert!(text.contains("RUN rm -r /app/frontend\n"), "{text}");
    let flask = "from flask import Flask\napp = Flask(__name__, static_folder='../frontend/build')\n";
    let text = printed(&[requirements, ("server/app.py", flask), ("server/__init__.py", "")]);
    assert!(text.contains("COPY --from=front-end /app/frontend/build/ /app/frontend/build/\n"), "{text}");
    // what no package makes, and what is there already
    let text = printed(&[requirements, ("server/main.py", &fast("pages"))]);
    assert!(!text.contains("front-end"), "{text}");
    let there = ("frontend/build/static/a.js", "");
    let text = printed(&[requirements, ("server/main.py", &fast("frontend")), there]);
    assert!(!text.contains("front-end") && !text.contains("rm -r /app"), "{text}");
}

#[test]
fn pages_that_django_collects_are_there_before_it_does() {
    let settings = "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nINSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_URL = '/s/'\nSTATIC_ROOT = BASE_DIR / 'static'\nSTATICFILES_DIRS = [BASE_DIR / 'frontend/build/static']\nROOT_URLCONF = 'shop.urls'\nWSGI_APPLICATION = 'shop.wsgi.application'\n";
    let files = [
        ("requirements.txt", "django\n"),
        (
            "manage.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nfrom django.core.management import execute_from_command_line\n",
        ),
        ("shop/__init__.py", ""),
        ("shop/settings.py", settings),
        ("shop/urls.py", "urlpatterns = []\n"),
        (
            "shop/wsgi.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
        ),
        (
            "frontend/package.json",
            r#"{"scripts": {"build": "react-scripts build"}, "dependencies": {"react-scripts": "5"}}"#,
        ),
    ];
    let text = printed(&files, "").0;
    let copy = "COPY --from=front-end /app/frontend/build/static/ /app/frontend/build/static/\n";
    assert_eq!(text.matches(copy).count(), 1, "{text}");
    assert!(is_before(&text, copy, "collectstatic --no-input"), "{text}");
}

#[test]
fn a_program_that_imports_from_above_its_folder_is_run_as_a_module() {
    let command = |import: &str| {
        let source = format!("from nicegui import ui\n{import}\nui.run(port=8080)\n");
        let files = [
            ("requirements.txt", "nicegui\n"),
            ("src/__init__.py", ""),
            ("src/auth.py", "KEY = 1\n"),
            ("src/main.py", &*source),
        ];
        printed(&files, "").0
    };
    assert!(command("from src.auth import KEY").contains("CMD [\"-m\", \"src.main\"]"));
    let files = [("requirements.txt", "nicegui\n"), ("main.py", "from nicegui import ui\nui.run(port=8080)\n")];
    assert!(printed(&files, "").0.contains("CMD [\"main.py\"]"));
}

#[test]
fn a_stylesheet_of_an_application_of_django_is_made_before_it_is_collected() {
    let files = |output: &str| {
        let script = format!("cross-env NODE_ENV=production postcss ./src/styles.css -o {output} --minify");
        let package = format!(
            "{{\"scripts\": {{\"build:tailwind\": \"{script}\"}}, \"devDependencies\": {{\"postcss-cli\": \"11\"}}}}"
        );
        let settings = "INSTALLED_APPS = ['django.contrib.staticfiles', 'tailwind', 'theme']\nSTATIC_URL = '/s/'\nSTATIC_ROOT = 'collected'\nWSGI_APPLICATION = 'shop.wsgi.application'\n";
        let files = [
            ("requirements.txt", "django\ndjango-tailwind\n"),
            (
                "manage.py",
                "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nfrom django.core.management import execute_from_command_line\n",
            ),
            ("shop/__init__.py", ""),
            ("shop/settings.py", settings),
            (
                "shop/wsgi.py",
                "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
            ),
            ("theme/__init__.py", ""),
            ("theme/static_src/package.json", &package),
        ];
        printed(&files, "").0
    };
    let text = files("../static/css/dist/styles.css");
    let copy = "COPY --from=front-end /app/theme/static/css/dist/styles.css /app/theme/static/css/dist/styles.css\n";
    assert!(
        text.contains("RUN npm run build:tailwind\n") && is_before(&text, copy, "collectstatic --no-input"),
        "{text}"
    );
    let text = files("../mails/styles.css");
    assert!(!text.contains("front-end"), "{text}");
}

#[test]
fn a_database_of_the_repository_is_the_applications_own() {
    let printed = |name: &str, more: (&str, &str)| {
        let source = format!("from fastapi import FastAPI\nURL = 'sqlite:///{name}'\napp = FastAPI()\n");
        printed(&[("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", &source), ("shop.db", "x"), more], "").0
    };
    let text = printed("./shop.db", ("a.txt", ""));
    assert!(text.contains("COPY --chown=65532:65532 shop.db /app/shop.db\n"), "{text}");
    let text = printed("./data/shop.db", ("data/shop.db", "x"));
    assert!(text.contains("/written/app/data") && !text.contains("shop.db /app"), "{text}");
}

#[test]
fn a_script_of_a_procfile_is_read_for_the_variables_that_it_needs() {
    let bot = ("bot.py", "import decouple\nKEY = decouple.config('KEY')\n");
    let files = [("requirements.txt", "python-decouple\n"), ("Procfile", "worker: python bot.py\n"), bot];
    let (_, said) = warned(&files);
    assert!(said.contains("the program needs variables that nothing sets: `KEY` (bot.py:2)"), "{said}");
    let (_, said) = warned(&[files[0], files[1], ("bot.py", "print(1)\n"), ("other.py", bot.1)]);
    assert!(!said.contains("needs variables"), "{said}");
}

#[test]
fn variables_of_a_package_of_the_workspace_are_needed_too() {
    let root = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"fastapi\", \"uvicorn\", \"store\"]\n[tool.uv.sources]\nstore = { workspace = true }\n[tool.uv.workspace]\nmembers = [\"packages/*\"]\n";
    let member = "[project]\nname = \"store\"\nversion = \"1\"\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";
    let settings = "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='DB_')\n    host: str\n";
    let files = |import: &'static str| {
        let app: &'static str = import;
        [
            ("pyproject.toml", root),
            ("uv.lock", "version = 1\n"),
            ("packages/store/pyproject.toml", member),
            ("packages/store/src/store/__init__.py", ""),
            ("packages/store/src/store/settings.py", settings),
            ("app/main.py", app),
        ]
    };
    let (_, said) =
        warned(&files("from fastapi import FastAPI\nfrom store.settings import Settings\napp = FastAPI()\n"));
    assert!(said.contains("`DB_HOST` (packages/store/src/store/settings.py:6)"), "{said}");
    let (_, said) = warned(&files(FASTAPI));
    assert!(!said.contains("DB_HOST"), "{said}");
}

#[test]
fn a_range_holds_a_package_back_as_a_pin_does() {
    let app = ("app.py", "from flask import Flask\napp = Flask(__name__)\n");
    let version =
        |requirements: &str| made(&[("requirements.txt", requirements), app]).0.get("version").unwrap().to_owned();
    assert_eq!(version("flask\ndjango>=3.2,<3.3\n"), "3.12");
    assert_eq!(version("flask\ndjango>=3.2\n"), version("flask\n"));
}

#[test]
fn what_is_imported_and_not_listed_is_added() {
    let app = ("main.py", "from fastapi import FastAPI\nfrom pydantic import EmailStr\nimport pytz\napp = FastAPI()\n");
    let added = |requirements: &str| {
        let (plan, said) = warned(&[("requirements.txt", requirements), app]);
        (plan.fields()["additions"].to_string(), said)
    };
    let (additions, said) = added("fastapi\nuvicorn\n");
    assert!(additions.contains("email-validator") && additions.contains("pytz"), "{additions}");
    assert!(said.contains("the source uses `pydantic.EmailStr`, and nothing lists `email-validator`"), "{said}");
    for listed in [
        "fastapi[standard]\nuvicorn\npytz\n",
        "fastapi\nuvicorn\nemail-validator\npandas==2.2.2\n",
        "fastapi\nuvicorn\npydantic[email]\npytz\n",
    ] {
        let (additions, _) = added(listed);
        assert!(!additions.contains("email-validator") && !additions.contains("pytz"), "{listed}: {additions}");
    }
}

#[test]
fn the_port_of_a_compose_file_is_the_containers() {
    let compose = ("compose.yaml", "services:\n  api:\n    build: .\n    ports: ['2005:2005']\n");
    let files = [("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", FASTAPI)];
    let port = |files: &[(&str, &str)]| made(files).0.get("port").unwrap().to_owned();
    assert_eq!(port(&[files[0], files[1], compose]), "2005");
    assert_eq!(port(&files), "8000");
    let other = ("compose.yaml", "services:\n  db:\n    image: x\n    ports: ['2005:2005']\n");
    assert_eq!(port(&[files[0], files[1], other]), "8000");
}

#[test]
fn tests_stay_out_of_the_context_unless_the_program_takes_one() {
    let leaves_out = |files: &[(&str, &str)], arguments: &[&str]| {
        let scratch = Scratch::new(files.iter().copied());
        scratch.file("requirements.txt", "fastapi\nuvicorn\n");
        scratch.file("test_main.py", "import main\n");
        let ran = scratch.run(&[&["init", "--yes"], arguments].concat());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        scratch.read(".dockerignore").contains("**/test_*.py\n")
    };
    assert!(leaves_out(&[("main.py", FASTAPI)], &[]));
    let importing = format!("from test_data import ROWS\n{FASTAPI}");
    assert!(!leaves_out(&[("main.py", &importing), ("test_data.py", "ROWS = []\n")], &[]));
    let started = ["--start", "python test_bot.py"];
    assert!(!leaves_out(&[("main.py", FASTAPI), ("test_bot.py", "print(1)\n")], &started), "it is what starts");
}

#[test]
fn django_that_nothing_lists_is_said() {
    let manage =
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\nimport django\n");
    let rest = [
        manage,
        ("site/__init__.py", ""),
        ("site/settings.py", "SECRET_KEY = 'x'\nWSGI_APPLICATION = 'site.wsgi.application'\n"),
    ];
    let (_, said) = warned(&[("requirements.txt", "requests\n"), rest[0], rest[1], rest[2]]);
    assert!(said.contains("nothing that is installed lists Django"), "{said}");
    let (_, said) = warned(&[("requirements.txt", "Django\n"), rest[0], rest[1], rest[2]]);
    assert!(!said.contains("lists Django"), "{said}");
}

#[test]
fn an_application_of_aiohttp_may_serve_itself_at_the_top() {
    let requirements = ("requirements.txt", "aiohttp\n");
    let app = "from aiohttp import web\napp = web.Application()\nweb.run_app(app, port=8080)\n";
    assert_eq!(started(&[requirements, ("app.py", app)]), "python app.py");
    assert!(
        refusal(&[requirements, ("app.py", "from aiohttp import web\napp = web.Application()\nprint(app)\n")])
            .contains("nothing is found")
    );
}

#[test]
fn a_constant_of_another_file_is_a_variable_that_is_needed() {
    let settings = ("settings.py", "import os\nDATABASE_URL = os.getenv('DATABASE_URL')\n");
    let app = (
        "main.py",
        "from fastapi import FastAPI\nfrom sqlalchemy import create_engine\nfrom settings import DATABASE_URL\nengine = create_engine(DATABASE_URL)\napp = FastAPI()\n",
    );
    let (_, said) = warned(&[("requirements.txt", "fastapi\nuvicorn\nsqlalchemy\n"), settings, app]);
    assert!(said.contains("`DATABASE_URL` (main.py:4)"), "{said}");
    let default = ("settings.py", "import os\nDATABASE_URL = os.getenv('DATABASE_URL', 'sqlite://')\n");
    let (_, said) = warned(&[("requirements.txt", "fastapi\nuvicorn\nsqlalchemy\n"), default, app]);
    assert!(!said.contains("needs variables"), "{said}");
}

#[test]
fn a_step_of_a_script_that_does_not_serve_is_not_started() {
    let app = (
        "app.py",
        "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(host='0.0.0.0')\n",
    );
    let requirements = ("requirements.txt", "flask\nflask-migrate\n");
    for (script, started) in [
        ("flask db upgrade\nexec python3 app.py run\n", r#"CMD ["app.py", "run"]"#),
        ("flask db upgrade\nflask run --host 0.0.0.0\n", r#""-m", "flask", "run""#),
        ("flask --app app run --host 0.0.0.0\npython tools.py\n", r#""-m", "flask", "--app", "app", "run""#),
    ] {
        let (text, _) = printed(&[app, requirements, ("entrypoint.sh", script)], "");
        assert!(text.contains(started), "{script}: {text}");
    }
}

#[test]
fn what_is_written_for_python_2_is_refused() {
    let run = |files: &[(&str, &str)]| Scratch::new(files.iter().copied()).run(&["init", "--yes", "--print"]);
    let main = |text: &str| format!("from flask import Flask\n{text}\napp = Flask(__name__)\n");
    let requirements = ("requirements.txt", "flask\n");
    run(&[requirements, ("app.py", &main("from urlparse import urlparse"))])
        .ends(2, &["the source is written for Python 2, which has ended: it imports `urlparse`", "app.py:2"]);
    for text in [
        "try:\n    from urlparse import urlparse\nexcept ImportError:\n    from urllib.parse import urlparse",
        "from urllib.parse import urlparse",
        "def old():\n    import urlparse",
    ] {
        run(&[requirements, ("app.py", &main(text))]).ends(0, &[]);
    }
    run(&[requirements, ("app.py", &main("import ConfigParser")), ("ConfigParser.py", "")]).ends(0, &[]);
    run(&[requirements, ("app.py", &main("")), ("old_script.py", "import urllib2\n")]).ends(0, &[]);
    for text in ["print 'a'", "ROUTE = ur'/a'"] {
        run(&[requirements, ("app.py", &main(text))]).ends(2, &["Python 3 can't read it", "app.py:2"]);
    }
    run(&[requirements, ("app.py", &main("print('a', u'b', r'c')  # print 'a'"))]).ends(0, &[]);
    run(&[requirements, ("app.py", &main("")), ("old_script.py", "print 'a'\n")]).ends(0, &[]);
}

#[test]
fn a_host_that_only_a_variable_says_is_said_in_the_image() {
    let factory = "from flask import Flask\n\n\ndef create_app():\n    return Flask(__name__)\n";
    let run = "import os\nfrom shop import create_app\n\napp = create_app()\nif __name__ == '__main__':\n    app.run(host=os.getenv('LISTEN'), port=os.getenv('PORT'))\n";
    let of = |factory: &str, run: &str| {
        let files = [
            ("requirements.txt", "flask\n"),
            ("shop/__init__.py", factory),
            ("run.py", run),
            ("run.sh", "python run.py\n"),
        ];
        printed(&files, "").0
    };
    let text = of(factory, run);
    assert!(text.contains("ENV LISTEN=0.0.0.0\n") && text.contains("CMD [\"run.py\"]\n"), "{text}");
    assert!(!of(factory, &run.replace("os.getenv('LISTEN')", "'0.0.0.0'")).contains("LISTEN"));
    assert!(!of(&factory.replace("flask import Flask", "mine import Flask"), run).contains("ENV LISTEN"));
}

#[test]
fn static_files_of_django_that_nothing_serves_are_said() {
    let settings = "SECRET_KEY = 'x'\nINSTALLED_APPS = ['django.contrib.staticfiles']\nMIDDLEWARE = []\nSTATIC_URL = '/static/'\nWSGI_APPLICATION = 'shop.wsgi.application'\n";
    let said = |settings: &str, urls: &str, asset: &str| {
        let files = [
            ("requirements.txt", "django\n"),
            (
                "manage.py",
                "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nimport django\n",
            ),
            ("shop/__init__.py", ""),
            (
                "shop/wsgi.py",
                "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
            ),
            ("shop/settings.py", settings),
            ("shop/urls.py", urls),
            (asset, "x"),
        ];
        warned(&files).1.contains("nothing in the image serves the static files")
    };
    assert!(said(settings, "", "shop/static/site.css"));
    assert!(!said(settings, "", "shop/templates/site.html"), "there are none");
    let served = settings.replace("[]", "['whitenoise.middleware.WhiteNoiseMiddleware']");
    assert!(!said(&served, "", "shop/static/site.css"));
    let commented = settings.replace("MIDDLEWARE", "# 'whitenoise.middleware.WhiteNoiseMiddleware'\nMIDDLEWARE");
    assert!(said(&commented, "", "shop/static/site.css"), "a comment serves nothing");
    let urls =
        "from django.conf.urls.static import static\nurlpatterns += static(settings.STATIC_URL, document_root=x)\n";
    assert!(!said(&format!("DEBUG = True\n{settings}"), urls, "shop/static/site.css"));
    assert!(!said(&settings.replace("'django.contrib.staticfiles'", ""), "", "shop/static/site.css"));
    // the pages of a package want theirs, too
    let admin = "from django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path('admin/', admin.site.urls)]\n";
    assert!(said(settings, admin, "shop/templates/site.html") && !said(&served, admin, "shop/templates/site.html"));
    assert!(!said(settings, "from drf_spectacular.views import SpectacularAPIView\n", "shop/templates/site.html"));
}

#[test]
fn a_setting_joined_to_a_folder_of_the_program_is_written_there() {
    let app = "import os\nfrom flask import Flask\n\napp = Flask(__name__)\nbasedir = os.path.dirname(os.path.abspath(__file__))\napp.config['UPLOAD_FOLDER'] = 'static/uploads'\n\nfrom shop import routes\n";
    let routes = "import os\nfrom shop import app, basedir\n\n\n@app.post('/')\ndef keep():\n    image.save(os.path.join(basedir, app.config['UPLOAD_FOLDER'], name))\n";
    let of = |routes: &str| {
        let files = [("requirements.txt", "flask\n"), ("shop/__init__.py", app), ("shop/routes.py", routes)];
        printed(&files, "").0
    };
    assert!(of(routes).contains("/app/shop/static/uploads"), "{}", of(routes));
    let plain = of(&routes.replace("basedir, app", "app"));
    assert!(plain.contains("/app/static/uploads") && !plain.contains("/app/shop/static/uploads"), "{plain}");
}

#[test]
fn imports_that_an_image_does_not_find_are_named() {
    let said = |main: &str, more: &[(&str, &str)]| {
        let manifest = "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.13\"\ndependencies = [\"fastapi\", \"uvicorn\"]\n[dependency-groups]\ndev = [\"rich\", \"python-dateutil\"]\n";
        let main = format!("from fastapi import FastAPI\nfrom models import thing\n{main}\napp = FastAPI()\n");
        let files = [("pyproject.toml", manifest), ("main.py", main.as_str()), ("models.py", "thing = 1\n")];
        let ran = Scratch::new(files.into_iter().chain(more.iter().copied())).run(&["init", "--yes", "--print"]);
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stderr
    };
    let development = "`rich` is imported, and only the group `dev` lists it";
    assert!(said("import rich", &[]).contains(development));
    assert!(
        said("from helpers import show", &[("helpers.py", "from rich import print as show\n")]).contains(development)
    );
    assert!(
        said("import Helpers", &[("helpers.py", "")]).contains("`Helpers` is called `helpers.py` in the repository")
    );
    for other in [
        "import fastapi.responses",
        "try:\n    import rich\nexcept ImportError:\n    rich = None",
        "def show():\n    import rich",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import rich",
        "import richer",
        "import helpers",
    ] {
        let text = said(other, &[("helpers.py", ""), ("tasks.py", "import rich\n")]);
        assert!(!text.contains("is imported, and only") && !text.contains("is called"), "{other}: {text}");
    }
    assert!(!said("import rich", &[("rich.py", "")]).contains("is imported, and only"), "a module of its own");
}

#[test]
fn a_module_that_does_its_work_with_an_application_of_its_own_is_not_served() {
    let served = |file: &str, body: &str| {
        let seed = format!("from shop import create_app\n\napp = create_app()\n{body}\n");
        let files = [
            ("requirements.txt", "flask==3.0.0\ngunicorn==23.0.0\n"),
            (
                "shop/__init__.py",
                "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n",
            ),
            (file, seed.as_str()),
        ];
        let text = Scratch::new(files).run(&["init", "--yes", "--print"]).stdout;
        text.lines().find(|line| line.starts_with("CMD ")).unwrap_or_default().to_owned()
    };
    let work = "with app.app_context():\n    print(1)";
    assert!(served("fill.py", work).contains("shop:create_app()"), "{}", served("fill.py", work));
    assert!(served("wsgi.py", work).contains("wsgi:app"));
    assert!(served("serve.py", "print(app)").contains("serve:app"));
}

#[test]
fn a_version_that_pbr_takes_from_git_is_told_it() {
    let text = |setup: &str| {
        let files = [
            ("setup.py", setup),
            (
                "setup.cfg",
                "[metadata]\nname = shop\n[entry_points]\nconsole_scripts =\n    shop = shop:main\n[options.entry_points]\nconsole_scripts =\n    shop = shop:main\n",
            ),
            ("shop/__init__.py", "def main():\n    print(1)\n"),
        ];
        Scratch::new(files).run(&["init", "--yes", "--print"]).stdout
    };
    assert!(
        text("import setuptools\nsetuptools.setup(name='shop', setup_requires=['pbr'], pbr=True)\n")
            .contains("PBR_VERSION")
    );
    assert!(
        !text("import setuptools\nsetuptools.setup(name='shop', setup_requires=['pbr'])\n").contains("PBR_VERSION")
    );
}

#[test]
fn the_folder_that_the_program_runs_in_says_its_version_and_settings() {
    let settings = "import environ\nenv = environ.Env(SHOP_KEY=(str, 'x'))\nSHOP_KEY = env('SHOP_KEY')\nSHOP_TOKEN = env('SHOP_TOKEN')\nSHOP_PLACE = env('SHOP_PLACE', default='y')\n";
    let files = |start: &'static str| {
        vec![
            ("Procfile", start),
            ("runtime.txt", "python-3.13.0\n"),
            ("requirements.txt", "flask\ngunicorn\n"),
            ("shop/pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.14\"\n"),
            ("shop/requirements.txt", "flask\ngunicorn\n"),
            ("shop/wsgi.py", "from flask import Flask\nimport settings\napplication = Flask(__name__)\n"),
            ("shop/settings.py", settings),
            ("wsgi.py", "from flask import Flask\napplication = Flask(__name__)\n"),
        ]
    };
    let inside = made(&files("web: cd shop && gunicorn wsgi:application\n"));
    assert_eq!(inside.0.get("version"), Some("3.14"));
    let said: Vec<String> = inside.1.warnings.iter().map(|it| it.text(Evidence::clone)).collect();
    assert!(said.iter().any(|it| it.contains("the project's own range excludes it: 3.14 is taken")), "{said:?}");
    assert!(said.iter().any(|it| it.ends_with("that nothing sets: `SHOP_TOKEN` (shop/settings.py:4)")), "{said:?}");
    let above = made(&files("web: gunicorn wsgi:application\n"));
    assert_eq!(above.0.get("version"), Some("3.13"));
    assert!(above.1.warnings.iter().all(|it| !it.text(Evidence::clone).contains("SHOP_TOKEN")));
}

#[test]
fn a_script_listens_where_the_settings_that_it_imports_say() {
    let settings = "import os\nHOST = os.environ.get('SHOP_HOST', 'localhost')\nSHOP_PORT = int(os.environ.get('SHOP_PORT', '8181'))\n";
    let serve = "from aiohttp import web\nfrom config import settings\n\nif __name__ == '__main__':\n    web.run_app(web.Application(), host=settings.HOST, port=settings.SHOP_PORT)\n";
    let files = |serve: &'static str| {
        [
            ("requirements.txt", "aiohttp\n"),
            ("main.py", serve),
            ("config/__init__.py", ""),
            ("config/settings.py", settings),
        ]
    };
    let (text, _) = printed(&files(serve), "");
    assert!(text.contains("EXPOSE 8181\n") && text.contains("ENV SHOP_HOST=0.0.0.0\n"), "{text}");
    let fixed = "from aiohttp import web\nfrom config import settings\n\nif __name__ == '__main__':\n    web.run_app(web.Application(), port=9191)\n";
    assert!(printed(&files(fixed), "").0.contains("EXPOSE 9191\n"));
}

#[test]
fn the_command_that_makes_the_database_is_named() {
    let said = |command: &str, import: &str| {
        let app = format!(
            "from {import} import Flask\nimport click\napp = Flask(__name__)\n\n@click.command('{command}')\ndef make():\n    pass\n\napp.cli.add_command(make)\n"
        );
        let plan = made(&[("requirements.txt", "flask\n"), ("app.py", &app)]).1;
        plan.warnings.iter().any(|it| it.message.contains(&format!("`flask {command}`, which is not run at start")))
    };
    assert!(said("init-db", "flask") && said("create_tables", "flask"));
    assert!(!said("create-admin", "flask") && !said("export-db", "flask") && !said("init-db", "quart"));
}

#[test]
fn pins_that_no_maintained_python_was_made_for_are_named() {
    let said = |pins: &str| {
        let plan = made(&[("requirements.txt", pins), ("app.py", "import flask\napp = flask.Flask(__name__)\n")]).1;
        plan.warnings.iter().map(|it| it.message.clone()).collect::<Vec<_>>().join("\n")
    };
    let old = said("flask\naiohttp==2.3.5\nuvloop==0.8.1\n");
    assert!(old.contains("no maintained Python is one that `aiohttp` 2.3.5 was made for: 3.11 is taken"), "{old}");
    assert!(old.contains("`uvloop` 0.8.1 works on no maintained Python: the build takes 0.17.0"), "{old}");
    assert!(!said("flask\naiohttp==3.9.0\n").contains("no maintained Python"));
    assert!(!said("flask\nuvloop==0.8.1\n").contains("was made for"), "the build lifts it");
}

#[test]
fn a_committed_file_that_is_written_belongs_to_the_application() {
    let app =
        "import logging\nfrom flask import Flask\nlogging.basicConfig(filename='shop.log')\napp = Flask(__name__)\n";
    let files = [("requirements.txt", "flask\ngunicorn\n"), ("app.py", app), ("shop.log", "started\n")];
    let (text, _) = printed(&files, "");
    assert!(text.contains("--chown=65532:65532 shop.log /app/shop.log"), "{text}");
    let read = app.replace("logging.basicConfig(filename='shop.log')", "open('shop.log')");
    let (text, _) = printed(&[files[0], ("app.py", &read), files[2]], "");
    assert!(!text.contains("shop.log"), "{text}");
    let (text, _) = printed(&files[..2], "");
    assert!(!text.contains("shop.log"), "{text}");
}

#[test]
fn a_server_that_a_function_of_another_module_runs_is_found() {
    let web =
        "from aiohttp import web\n\ndef serve():\n    web.run_app(web.Application(), host='0.0.0.0', port=8123)\n";
    let requirements = ("requirements.txt", "aiohttp\n");
    let port = |main: &str, web: &str| {
        let files =
            [requirements, ("main.py", main), ("shop/__init__.py", "from .web import serve\n"), ("shop/web.py", web)];
        made(&files).0.get("port").map(str::to_owned)
    };
    assert_eq!(port("from shop.web import serve\n\nserve()\n", web).as_deref(), Some("8123"));
    assert_eq!(port("import shop\n\nif __name__ == '__main__':\n    shop.serve()\n", web).as_deref(), Some("8123"));
    let through = format!("{web}\ndef main():\n    serve()\n");
    assert_eq!(port("from shop.web import main\n\nmain()\n", &through).as_deref(), Some("8123"));
    let guarded = web.replace("def serve():", "def serve():\n    pass\n\nif __name__ == '__main__':");
    assert_eq!(port("from shop.web import serve\n\nserve()\n", &guarded), None);
    assert_eq!(port("from shop.web import serve\n\nprint(serve)\n", web), None);
}

#[test]
fn a_django_project_needs_its_secret_key() {
    let manage = "import os\n\ndef main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n    from django.core.management import execute_from_command_line\n    execute_from_command_line()\n";
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n";
    let said = |settings: &str| {
        let settings = format!("import os\n{settings}\nDEBUG = True\n");
        let files = [
            ("requirements.txt", "django==5.2\ngunicorn\n"),
            ("manage.py", manage),
            ("shop/settings.py", &settings),
            ("shop/wsgi.py", wsgi),
        ];
        printed(&files, "").1.contains("SHOP_KEY")
    };
    assert!(said("SECRET_KEY = os.getenv('SHOP_KEY')") && said("SECRET_KEY = os.environ.get('SHOP_KEY', '')"));
    assert!(!said("SECRET_KEY = os.getenv('SHOP_KEY', 'dev')") && !said("SECRET_KEY = os.getenv('SHOP_KEY') or 'dev'"));
    assert!(!said("OTHER = os.getenv('SHOP_KEY')\nSECRET_KEY = 'x'"));
}

#[test]
fn a_variable_that_the_program_sets_itself_is_asked_of_nobody() {
    let said = |first: &str| {
        let read = if first.contains("create_engine") { "" } else { "print(os.environ['SHOP_KEY'])" };
        let app = format!("import os\n{first}\n{read}\nprint('ready')\n");
        printed(&[("requirements.txt", ""), ("main.py", &app)], "").1.contains("SHOP_KEY")
    };
    assert!(said("") && said("if x:\n    os.environ['SHOP_KEY'] = 'x'"));
    assert!(!said("os.environ['SHOP_KEY'] = 'x'"));
    let address = "from sqlalchemy import create_engine\ncreate_engine(os.getenv('SHOP_KEY'))";
    assert!(said(address) && !said(&format!("os.environ['SHOP_KEY'] = 'x'\n{address}")));
}

#[test]
fn a_package_whose_name_begins_like_a_test_is_read() {
    let said = |folder: &str| {
        let shop = "import os\nkey = os.environ['SHOP_KEY']\n";
        let main = format!("from {folder}.shop import key\nprint(key)\n");
        let path = format!("{folder}/shop.py");
        printed(&[("requirements.txt", ""), ("main.py", &main), (&path, shop)], "").1.contains("SHOP_KEY")
    };
    assert!(said("testimony") && !said("tests"));
}

#[test]
fn what_somebody_says_to_start_is_started() {
    let files = [
        ("requirements.txt", "discord.py\n"),
        ("shop/jobs.py", "import discord\n\ndef work():\n    pass\n"),
        ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"discord.py\"]\n"),
    ];
    let folder = repository(&files);
    let refusal = folder.init("", &[]).unwrap_err();
    assert!(refusal.contains("`[project.scripts]`") && refusal.contains("`--start`"), "{refusal}");
    let (text, _) = folder.init("", &["--start", "python -m shop.jobs"]).unwrap();
    assert!(text.contains("CMD [\"-m\", \"shop.jobs\"]"), "{text}");
}

#[test]
fn a_program_among_scripts_is_started_where_no_other_is() {
    let bot = "import discord\n\nif __name__ == '__main__':\n    discord.Client().run('x')\n";
    let requirements = ("requirements.txt", "discord.py\n");
    assert_eq!(started(&[requirements, ("scripts/main.py", bot)]), "python -m scripts.main");
    assert_eq!(started(&[requirements, ("scripts/main.py", bot), ("main.py", bot)]), "python main.py");
    let above = format!("from shop.names import x\n{bot}");
    let files =
        [("shop/requirements.txt", "discord.py\n"), ("shop/scripts/main.py", &above), ("shop/names.py", "x = 1\n")];
    assert!(refusal(&files).contains("nothing is found"), "it finds its modules from above the folder");
    assert!(refusal(&[requirements, ("scripts/seed.py", bot), ("shop.py", "x = 1\n")]).contains("nothing is found"));
}

#[test]
fn an_application_that_no_image_is_made_of_is_said() {
    let node = ("pages/package.json", "{\"name\":\"pages\",\"scripts\":{\"start\":\"node x.js\"}}");
    let said = |files: &[(&str, &str)]| printed(&[files, &[node, ("pages/x.js", "require('http')\n")]].concat(), "").1;
    let helper = ("shop/helper.py", "import flask\n");
    let both = said(&[("requirements.txt", "flask\n"), helper]);
    assert!(both.contains("the Python project in `.` is in no image: ") && both.contains("--start"), "{both}");
    assert!(!said(&[("requirements.txt", "black\n"), helper]).contains("in no image"), "tools");
    assert!(!said(&[("docs/requirements.txt", "flask\n"), ("docs/conf.py", "x = 1\n")]).contains("in no image"));
}

/// What is said of a project of Django with these settings and URLs, and what starts it.
fn django_of(settings: &str, urls: &str, asgi: &str) -> (String, String) {
    let manage = "import os\n\ndef main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n    from django.core.management import execute_from_command_line\n    execute_from_command_line()\n";
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n";
    let asgi = format!(
        "import os\n{asgi}\nfrom django.core.asgi import get_asgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_asgi_application()\n"
    );
    let settings = format!(
        "import os\nSECRET_KEY = 'x'\nINSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_URL = '/static/'\n{settings}\n"
    );
    let files = [
        ("requirements.txt", "django==5.2\nuvicorn\n"),
        ("manage.py", manage),
        ("shop/__init__.py", ""),
        ("shop/settings.py", &settings),
        ("shop/urls.py", urls),
        ("shop/wsgi.py", wsgi),
        ("shop/asgi.py", &asgi),
        ("orders/__init__.py", ""),
        ("orders/views.py", "x = 1\n"),
        ("static/shop.css", "p { margin: 0 }\n"),
    ];
    printed(&files, "")
}

#[test]
fn a_django_project_that_lets_no_host_in_is_said() {
    let said = |settings: &str| django_of(settings, "", "").1.contains("every request with 400");
    assert!(said("DEBUG = False\nALLOWED_HOSTS = []") && said("DEBUG = os.getenv('SHOP_DEBUG')") && said(""));
    assert!(said(
        "DEBUG = os.getenv('SHOP_DEBUG', 'False') == 'True'\nALLOWED_HOSTS = os.getenv('HOSTS', '').split(',')"
    ));
    for settings in [
        "DEBUG = True\nALLOWED_HOSTS = []",
        "ALLOWED_HOSTS = ['*']",
        "ALLOWED_HOSTS = []\nALLOWED_HOSTS += ['localhost']",
        "ALLOWED_HOSTS = os.getenv('HOSTS', 'localhost').split(',')",
        "DEBUG = os.getenv('SHOP_DEBUG', 'True') == 'True'",
        "DEBUG = bool(os.getenv('SHOP_DEBUG', 'False'))",
        "DEBUG = os.getenv('STAGE') != 'production'",
        "import django_heroku\ndjango_heroku.settings(locals())",
        "if os.getenv('STAGE'):\n    ALLOWED_HOSTS = ['*']",
    ] {
        assert!(!said(settings), "{settings}");
    }
}

#[test]
fn what_django_serves_for_development_counts_while_debug_is_on() {
    let urls = "from django.conf import settings\nfrom django.conf.urls.static import static\nurlpatterns = static(settings.STATIC_URL)\n";
    let said = |settings: &str, urls: &str| {
        django_of(settings, urls, "").1.contains("nothing in the image serves the static files")
    };
    assert!(said("DEBUG = False", urls) && said("DEBUG = os.getenv('SHOP_DEBUG')", urls) && said("DEBUG = True", ""));
    assert!(!said("DEBUG = True", urls) && !said("DEBUG = os.getenv('STAGE') != 'production'", urls));
    assert!(!said("DEBUG = False\nMIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']", urls));
}

#[test]
fn a_module_that_takes_what_a_package_lacks_is_not_served() {
    let served = |asgi: &str| django_of("", "", asgi).0.contains("shop.asgi:application");
    assert!(served("") && served("from orders import views") && served("from orders.views import x"));
    assert!(served("try:\n    from orders import routing\nexcept ImportError:\n    pass"));
    assert!(served("from orders import orders_pb2") && served("from channels import routing"));
    assert!(!served("from orders import routing"));
}

#[test]
fn a_server_that_the_program_takes_in_is_no_other_thing_to_start() {
    let factory = "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\n";
    let main = "from shop.factory import create_app\napp = create_app()\n";
    let requirements = ("requirements.txt", "fastapi\nuvicorn\n");
    let said = |files: &[(&str, &str)]| printed(files, "").1;
    let both = said(&[requirements, ("main.py", main), ("shop/factory.py", factory)]);
    assert!(!both.contains("more than one thing"), "{both}");
    let other = said(&[requirements, ("main.py", FASTAPI), ("shop/factory.py", factory)]);
    assert!(other.contains("more than one thing"), "{other}");
}

#[test]
fn a_program_with_windows_gives_way_to_one_without() {
    let of = |package: &str| {
        let client = format!("import {package}\n");
        let main = "from gui import Client\nif __name__ == '__main__':\n    Client().run()\n";
        let server = "import grpc\nif __name__ == '__main__':\n    grpc.server(None).start()\n";
        let files = [("requirements.txt", "grpcio\n"), ("main.py", main), ("gui.py", &client), ("server.py", server)];
        printed(&files, "").0
    };
    for package in &dockgen::catalog::python::names().windows {
        assert!(of(package).contains("\"server.py\"]"), "{package}");
    }
    assert!(of("requests").contains("\"main.py\"]"));
}

#[test]
fn a_module_beside_the_settings_that_is_not_there_is_said() {
    let of = |more: &str, file: (&str, &str)| {
        let settings = format!("SECRET_KEY = 'x'\n{more}\n");
        let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nimport django\n";
        let server = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n";
        warned(&[
            ("requirements.txt", "django==5.2\ngunicorn\n"),
            ("manage.py", manage),
            ("shop/__init__.py", ""),
            ("shop/settings.py", &settings),
            ("shop/wsgi.py", server),
            file,
        ])
        .1
    };
    let none = ("a.txt", "");
    let said = of("from .local import *", none);
    assert!(said.contains("it imports `shop/local.py`, which is not there"), "{said}");
    let tried = "try:\n    from .local import *\nexcept ImportError:\n    pass";
    for more in [tried, "from ._version import version", "from . import local"] {
        assert!(!of(more, none).contains("which is not there"), "{more}");
    }
    for file in ["shop/local.py", "shop/local/__init__.py", "shop/local.pyx"] {
        assert!(!of("from .local import *", (file, "")).contains("which is not there"), "{file}");
    }
}

#[test]
fn what_django_loads_by_its_name_is_read() {
    let of = |settings: &str, urls: &str| {
        let settings = format!("SECRET_KEY = 'x'\nALLOWED_HOSTS = ['*']\nROOT_URLCONF = 'shop.urls'\n{settings}\n");
        warned(&[
            ("requirements.txt", "django==5.2\ngunicorn\n"),
            ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nimport django\n"),
            ("shop/__init__.py", ""),
            ("shop/settings.py", &settings),
            ("shop/urls.py", urls),
            (
                "shop/wsgi.py",
                "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n",
            ),
            ("pay/__init__.py", ""),
            ("pay/urls.py", "from pay.views import pay\n"),
            ("pay/views.py", "from pay.bank import KEY\n"),
            ("pay/bank.py", "import os\nKEY = os.environ['BANK_KEY']\n"),
            ("pay/models.py", "from pay.bank import KEY\n"),
            ("pay/management/commands/tidy.py", "from pay.bank import KEY\n"),
        ])
        .1
    };
    let included = "from django.urls import include, path\nurlpatterns = [path('pay/', include('pay.urls'))]\n";
    let bare = "urlpatterns = []\n";
    assert!(of("", included).contains("`BANK_KEY`"), "{}", of("", included));
    assert!(of("INSTALLED_APPS = ['pay']", bare).contains("`BANK_KEY`"));
    assert!(of("INSTALLED_APPS = ['pay.apps.PayConfig']", bare).contains("`BANK_KEY`"));
    assert!(!of("INSTALLED_APPS = ['payments']", bare).contains("BANK_KEY"), "nothing loads it");
}

#[test]
fn the_application_that_channels_are_told_is_served() {
    let of = |settings: &str| {
        let settings = format!("SECRET_KEY = 'x'\n{settings}\n");
        let server = "import os\nfrom django.core.asgi import get_asgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_asgi_application()\n";
        started(&[
            ("requirements.txt", "django==5.2\nchannels\ndaphne\n"),
            (
                "manage.py",
                "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nimport django\n",
            ),
            ("shop/__init__.py", ""),
            ("shop/settings.py", &settings),
            ("shop/asgi.py", server),
            ("shop/wsgi.py", &server.replace("asgi", "wsgi")),
            (
                "shop/sockets.py",
                "from channels.routing import ProtocolTypeRouter\napplication = ProtocolTypeRouter({})\n",
            ),
        ])
    };
    assert!(of("ASGI_APPLICATION = 'shop.sockets.application'").ends_with("shop.sockets:application"));
    for other in [
        "",
        "ASGI_APPLICATION = 'shop.other.application'",
        "ASGI_APPLICATION = 'shop.asgi.application'",
        "ASGI_APPLICATION = 'shop.wsgi.application'",
    ] {
        assert!(of(other).ends_with("shop.asgi:application"), "{other}");
    }
}

#[test]
fn what_is_prepared_only_where_its_file_is_run_is_run() {
    let of = |before: &str, guarded: &str| {
        let text = format!(
            "from flask import Flask\nfrom shop import db\napp = Flask(__name__)\n{before}\nif __name__ == '__main__':\n    {guarded}\n    app.run(host='0.0.0.0', port=5000)\n"
        );
        started(&[("requirements.txt", "flask\ngunicorn\n"), ("app.py", &text), ("shop.py", "db = 1\n")])
    };
    assert_eq!(of("", "db.init_app(app)"), "python app.py");
    for (before, guarded) in
        [("", "print('up')"), ("db.init_app(app)", "db.init_app(app)"), ("db.init_app(app)", "db.create_all()")]
    {
        assert!(of(before, guarded).contains("gunicorn app:app"), "{before} {guarded}");
    }
}

#[test]
fn settings_that_flask_is_told_by_name_are_read() {
    let of = |line: &str| {
        let text = format!("from flask import Flask\napp = Flask(__name__)\n{line}\n");
        let settings = "import os\nSECRET_KEY = os.environ['SHOP_KEY']\n";
        warned(&[("requirements.txt", "flask\ngunicorn\n"), ("app.py", &text), ("shop_settings.py", settings)]).1
    };
    for line in ["app.config.from_object('shop_settings')", "app.config.from_object('shop_settings.Live')"] {
        assert!(of(line).contains("`SHOP_KEY`"), "{line}");
    }
    assert!(!of("app.config.from_object(__name__)").contains("SHOP_KEY"));
    assert!(of("app.config.from_envvar('SHOP_SETTINGS')").contains("`SHOP_SETTINGS`"));
    assert!(!of("app.config.from_envvar('SHOP_SETTINGS', silent=True)").contains("needs variables"));
}

#[test]
fn a_server_for_procedures_is_started_wherever_it_lies() {
    let server = "from concurrent import futures\nimport grpc\n\ndef serve():\n    server = grpc.server(futures.ThreadPoolExecutor())\n    server.add_insecure_port('[::]:50051')\n    server.start()\n    server.wait_for_termination()\n\nif __name__ == '__main__':\n    serve()\n";
    let client = "import grpc\n\ndef run():\n    grpc.insecure_channel('localhost:50051')\n\nif __name__ == '__main__':\n    run()\n";
    let of = |files: &[(&str, &str)]| {
        let requirements = ("requirements.txt", "grpcio==1.76.0\n");
        made(&[&[requirements], files].concat()).0
    };
    let answers = of(&[("shop/greeter_server.py", server), ("shop/greeter_client.py", client)]);
    assert!(answers.get("start").unwrap().contains("greeter_server"), "{:?}", answers.get("start"));
    assert_eq!(answers.get("port"), Some("50051"));
    let main = of(&[("main.py", client), ("shop/greeter_server.py", server)]);
    assert_eq!(main.get("start"), Some("python main.py"), "what is called like a program is one");
}

#[test]
fn what_only_other_groups_lock_is_no_part_of_the_image() {
    let of = |group: &str| {
        let project = format!(
            "[tool.poetry]\nname = \"shop\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\nflask = \"^3\"\ngunicorn = {{ version = \"^23\", optional = true }}\n{group}\n[tool.poetry.extras]\ndeployment = [\"gunicorn\"]\n"
        );
        let locked = |name: &str, more: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"4.6.0.66\"\noptional = false\n{more}\n")
        };
        let lock = [
            locked("flask", "[package.dependencies]\nwerkzeug = \"*\""),
            locked("werkzeug", ""),
            locked("gunicorn", ""),
            locked("camelot-py", "[package.dependencies]\nopencv-python = \"*\""),
            locked("opencv-python", ""),
        ];
        let files = [
            ("pyproject.toml", project.as_str()),
            ("poetry.lock", &lock.concat()),
            ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ];
        (warned(&files).1, printed(&files, "").0)
    };
    let (said, text) = of("[tool.poetry.group.tools.dependencies]\ncamelot-py = \"*\"");
    assert!(!said.contains("opencv") && !text.contains("libgl1"), "{said}\n{text}");
    assert!(text.contains("--extras deployment") && !said.contains("no server for"), "{said}\n{text}");
    let (said, _) = of("camelot-py = \"*\"");
    assert!(said.contains("opencv-python"), "{said}");
}

#[test]
fn what_an_old_package_needs_is_added_unless_a_range_says_so() {
    let of = |requirements: &str| {
        let app = ("app.py", "from flask import Flask\napp = Flask(__name__)\n");
        warned(&[("requirements.txt", requirements), app]).1
    };
    assert!(of("flask==2.2.5\ngunicorn\nwerkzeug>=2.2\n").contains("needs `werkzeug<3`"));
    for pin in ["werkzeug~=2.2.2", "werkzeug<3", "werkzeug==2.2.3"] {
        assert!(!of(&format!("flask==2.2.5\ngunicorn\n{pin}\n")).contains("werkzeug<3"), "{pin}");
    }
    assert!(of("flask\ngunicorn\nmotor==3.5.1\n").contains("needs `pymongo<4.9`"));
    assert!(!of("flask\ngunicorn\nmotor==3.5.2\n").contains("pymongo"));
    assert!(!of("flask\ngunicorn\nmotor==3.5.1\npymongo==4.8.0\n").contains("is added"));
}

#[test]
fn folders_of_uploads_that_settings_name_are_written() {
    let of = |name: &str| {
        let text = format!(
            "import os\nfrom flask import Flask\napp = Flask(__name__)\n{name} = os.path.join('static', 'images')\napp.config.from_object(__name__)\n"
        );
        warned(&[("requirements.txt", "flask\ngunicorn\nflask-uploads\n"), ("app.py", &text)]).1
    };
    assert!(of("UPLOADED_IMAGES_DEST").contains("writes `static/images`"), "{}", of("UPLOADED_IMAGES_DEST"));
    assert!(!of("UPLOADED_IMAGES_URL").contains("writes"));
}

#[test]
fn a_program_that_a_package_starts_is_said_where_the_source_uses_it() {
    let of = |text: &str| {
        let text = format!("{text}\nfrom flask import Flask\napp = Flask(__name__)\n");
        warned(&[("requirements.txt", "flask\ngunicorn\npydub==0.25.1\nGitPython\n"), ("app.py", &text)]).1
    };
    let said = of("from pydub import AudioSegment");
    assert!(said.contains("`pydub` starts the program ffmpeg") && !said.contains("`gitpython`"), "{said}");
    assert!(!of("import wave").contains("starts the program"));
}

#[test]
fn an_option_of_tornado_is_one_word() {
    let server = "import tornado.httpserver\nimport tornado.ioloop\nimport tornado.options\nimport tornado.web\n\
        from tornado.options import define, options\ndefine('host', default='127.0.0.1', type=str)\ndefine('port', default=8888, type=int)\n\
        if __name__ == '__main__':\n    tornado.options.parse_command_line()\n    app = tornado.web.Application([])\n\
        \x20   server = tornado.httpserver.HTTPServer(app)\n    server.listen(options.port, options.host)\n    tornado.ioloop.IOLoop.current().start()\n";
    assert_eq!(started(&[("requirements.txt", "tornado\n"), ("server.py", server)]), "python server.py --host=0.0.0.0");
}

#[test]
fn what_a_pin_of_this_age_needs_is_added_where_nothing_bounds_it() {
    let said = |requirements: &str| {
        printed(
            &[("requirements.txt", requirements), ("app.py", "from flask import Flask\napp = Flask(__name__)\n")],
            "",
        )
        .1
    };
    let needs = |requirements: &str, added: &str| said(requirements).contains(&format!("needs `{added}`"));
    for bounded in ["werkzeug~=2.2.2", "werkzeug~=2.2", "werkzeug<3", "werkzeug==2.2.2"] {
        assert!(!needs(&format!("flask==2.2.2\n{bounded}\n"), "werkzeug<3"), "{bounded}");
    }
    for open in ["werkzeug>=2.2", "werkzeug<4", "werkzeug"] {
        assert!(needs(&format!("flask==2.2.2\n{open}\n"), "werkzeug<3"), "{open}");
    }
    assert!(needs("flask\nmotor==3.5.1\n", "pymongo<4.9") && needs("flask\nmotor==3.0.0\n", "pymongo<4.9"));
    for other in ["motor==3.5.2", "motor==2.5.1", "motor==3.5.1\npymongo==4.8.0", "motor==3.5.1\npymongo<4.9", "motor"]
    {
        assert!(!needs(&format!("flask\n{other}\n"), "pymongo"), "{other}");
    }
    let takes = |pin: &str, lifted: &str| said(pin).contains(&format!("the build takes {lifted}"));
    assert!(takes("quart\nhypercorn==0.9.0\n", "0.12.0") && !takes("quart\nhypercorn==0.12.0\n", "0.12.0"));
    assert!(takes("flask\naiomysql==0.0.19\n", "0.0.22") && takes("flask==1.0.2\nflask-restful==0.3.7\n", "1.0.3"));
    assert!(!takes("flask\naiomysql==0.0.22\n", "0.0.22") && !takes("flask==1.1.0\n", "1.0.3"));
}

#[test]
fn a_server_is_a_program_by_any_name_in_any_folder() {
    let server = "import grpc\nfrom concurrent import futures\nimport words_pb2\ndef serve():\n    server = grpc.server(futures.ThreadPoolExecutor())\n    \
        server.add_insecure_port('[::]:50051')\n    server.start()\nif __name__ == '__main__':\n    serve()\n";
    let client =
        "import grpc\nimport words_pb2\nif __name__ == '__main__':\n    grpc.insecure_channel('localhost:50051')\n";
    let files = [
        ("requirements.txt", "grpcio\n"),
        ("words/greeter_client.py", client),
        ("words/greeter_server.py", server),
        ("words/words_pb2.py", "import grpc\n"),
    ];
    let (answers, plan) = made(&files);
    assert_eq!(answers.get("start").unwrap(), "python greeter_server.py");
    assert_eq!((answers.get("port"), &plan.fields()["work_folder"]), (Some("50051"), &"/app/words".into()));
    assert!(refusal(&files[..2]).contains("nothing is found that could be started"));
    // an answer of before, or of somebody who stands at the top, goes on as it did
    let folder = repository(&files);
    let given = |start: &str| folder.init("", &["--start", start]).unwrap().0;
    let from_top = given("python words/greeter_server.py");
    assert!(
        from_top.ends_with("CMD [\"words/greeter_server.py\"]\n") && !from_top.contains("WORKDIR /app/words"),
        "{from_top}"
    );
    assert!(given("python -m words.greeter_server").ends_with("CMD [\"-m\", \"words.greeter_server\"]\n"));
    assert!(given("python greeter_server.py").contains("WORKDIR /app/words\n"));
}

#[test]
fn the_server_of_an_extra_of_poetry_is_installed() {
    let of = |extra: &str| {
        let project = format!(
            "[tool.poetry]\nname = \"shop\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\nflask = \"^3\"\n\
             gunicorn = {{ version = \"^23\", optional = true }}\n[tool.poetry.extras]\n{extra} = [\"gunicorn\"]\n"
        );
        printed(&[("pyproject.toml", &project), ("app.py", FLASK)], "")
    };
    for extra in ["deployment", "serving"] {
        let (dockerfile, said) = of(extra);
        assert!(
            dockerfile.contains(&format!("--extras {extra}")) && !said.contains("depends on no server"),
            "{dockerfile}{said}"
        );
    }
    assert!(of("dev").1.contains("depends on no server"));
}

#[test]
fn what_a_group_brings_that_is_not_installed_needs_nothing_of_the_image() {
    let project = |owner: &str| {
        format!(
            "[tool.poetry]\nname = \"shop\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\nflask = \"^3\"\ngunicorn = \"^23\"\n\
             [tool.poetry.{owner}]\npdf2image = \"^1\"\nopencv-python = \"^4\"\n"
        )
    };
    let locked = |name: &str, needs: &str| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"3.1.0\"\n[package.dependencies]\n{needs}\n")
    };
    let lock = [
        locked("flask", "werkzeug = \"*\""),
        locked("werkzeug", ""),
        locked("gunicorn", ""),
        locked("pdf2image", "pillow = \"*\""),
        locked("pillow", ""),
        locked("opencv-python", ""),
    ]
    .concat();
    let of = |owner: &str| {
        let (dockerfile, said) =
            printed(&[("pyproject.toml", &project(owner)), ("poetry.lock", &lock), ("app.py", FLASK)], "");
        (dockerfile.contains("libgl1"), said.contains("`opencv-python` wants"))
    };
    assert_eq!(of("group.tables.dependencies"), (false, false));
    assert_eq!(of("group.web.dependencies"), (true, true));
}

#[test]
fn the_job_of_the_migrations_is_one_of_the_installed_version() {
    let of = |pin: &str| {
        let requirements = format!("fastapi\nuvicorn\n{pin}\n");
        let files = [
            ("requirements.txt", requirements.as_str()),
            ("main.py", FASTAPI),
            ("alembic.ini", "[alembic]\n"),
            ("alembic/versions/1_orders.py", "import alembic\ndef upgrade(): ...\n"),
        ];
        printed(&files, "").1
    };
    assert!(of("alembic==1.2.0").contains("IMAGE -m alembic.config upgrade head`"), "{}", of("alembic==1.2.0"));
    for pin in ["alembic==1.5.1", "alembic"] {
        assert!(of(pin).contains("IMAGE -m alembic upgrade head`"), "{pin}");
    }
}

#[test]
fn what_only_the_job_of_the_migrations_reads_is_listed() {
    let of = |template: &str| {
        let folder = repository(&[
            ("requirements.txt", "fastapi\nuvicorn\nalembic\n"),
            ("main.py", FASTAPI),
            ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
            ("alembic/env.py", "import os\nDRIVER = os.environ.get('DB_DRIVER')\n"),
            (template, "x"),
            ("alembic/versions/1_orders.py", "import alembic\ndef upgrade(): ...\n"),
        ]);
        let application = application(folder.path()).unwrap();
        application.app().facts_named("variable").map(|fact| fact.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("alembic/script.py.mako"), ["DB_DRIVER"]);
    assert!(of("alembic/readme.txt").is_empty());
}
