//! Node.js: what an image is made of that real repositories imply, one repository for each thing.

use crate::scratch::Scratch;

const LISTENS: &str = "app.listen(3000)";

/// A package of this manifest, and a server in `server.js`.
fn package(manifest: &str) -> Scratch {
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {}}}"#;
    Scratch::new([("package.json", manifest), ("package-lock.json", lock), ("server.js", LISTENS)])
}

/// The Dockerfile of a repository.
fn text(scratch: &Scratch) -> String {
    scratch.run(&["init", "--yes", "--print"]).stdout
}

#[test]
fn hooks_for_developers_are_taken_out_before_the_install() {
    let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js", "prepare": "husky"}}"#);
    let text = text(&scratch);
    let install = text.find("npm ci").unwrap();
    assert!(text.find("RUN npm pkg delete scripts.prepare\n").is_some_and(|at| at < install), "{text}");
}

#[test]
fn what_prepares_a_package_waits_for_the_sources() {
    let scratch = package(
        r#"{"name": "shop", "bin": "server.js", "scripts": {"prepare": "tsc && vite build"}, "devDependencies": {"vite": "7"}}"#,
    );
    scratch.file("index.html", "<p>");
    let text = text(&scratch);
    assert!(text.contains("--ignore-scripts\n") && text.contains("RUN npm run prepare\n"), "{text}");
    assert!(text.contains(r#""/nodejs/bin/node", "server.js"]"#), "{text}");
}

#[test]
fn a_build_in_parts_runs_all_of_them() {
    let scratch = package(
        r#"{"name": "shop", "scripts": {"start": "node server.js", "build:server": "tsc", "build:frontend": "vite build"}}"#,
    );
    let text = text(&scratch);
    assert!(text.contains("RUN npm run build:frontend && npm run build:server"), "{text}");
}

#[test]
fn modules_that_throw_without_variables_get_placeholders_in_the_build() {
    let scratch = package(
        r#"{"name": "shop", "scripts": {"start": "next start", "build": "next build"}, "dependencies": {"next": "16"}}"#,
    );
    scratch.file(
        "lib/db.ts",
        "const uri = process.env.MONGODB_URI;\nif (!uri) {\n  throw new Error('no database');\n}\n\
         export const stripe = new Stripe(process.env.STRIPE_SECRET_KEY!);\n\
         export const site = new URL(process.env.SITE ?? 'http://localhost');\n\
         if (process.env.REDIS_URL) new Redis(process.env.REDIS_URL);\n",
    );
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["can't be read without `MONGODB_URI`, `STRIPE_SECRET_KEY`"]);
    assert!(ran.stdout.contains("ENV MONGODB_URI=mongodb://unset.invalid/unset\n"), "{}", ran.stdout);
    // what is called like a secret stays in one step
    let step = "RUN export STRIPE_SECRET_KEY=unset \\\n && npm run build \\\n";
    assert!(
        ran.stdout.contains(step) && !ran.stdout.contains("REDIS") && !ran.stdout.contains("SITE"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_placeholder_has_the_form_of_the_database_that_the_program_has() {
    let of = |package_name: &str, client: &str, variable: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"start": "next start", "build": "next build"}}, "dependencies": {{"next": "16", "{package_name}": "8"}}}}"#
        );
        let scratch = package(&manifest);
        scratch.file("lib/db.ts", format!("{client}\nif (!process.env.{variable}) throw new Error('no database');\n"));
        text(&scratch)
    };
    let mongo = "import mongoose from 'mongoose';\nmongoose.connect(process.env.DB_URL);";
    assert!(of("mongoose", mongo, "DB_URL").contains("ENV DB_URL=mongodb://unset.invalid/unset"));
    let postgres = "import { Pool } from 'pg';\nnew Pool({ connectionString: process.env.DB_URL });";
    assert!(of("pg", postgres, "DB_URL").contains("ENV DB_URL=postgresql://"));
    assert!(of("pg", postgres, "MONGODB_URI").contains("ENV MONGODB_URI=mongodb://"), "its own name says more");
}

#[test]
fn settings_that_the_build_puts_into_pages_are_in_its_context() {
    let scratch = package(r#"{"name": "shop", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}"#);
    scratch.file("index.html", "<p>");
    scratch.file(".env.production", "MODE=production\nVITE_API=https://api.example.com\n");
    scratch.file(".env", "SESSION_SECRET=hunter2\n");
    scratch.run(&["init", "--yes"]).ends(0, &["`.env` is left out of the image"]);
    let ignored = scratch.read(".dockerignore");
    assert!(ignored.ends_with("!.env.production\n") && !ignored.contains("!.env\n"), "{ignored}");
}

#[test]
fn folders_that_the_program_makes_are_its_own() {
    let cases = [
        (
            "const path = require('path');\nconst dir = path.join(__dirname, '../uploads');\nif (!fs.existsSync(dir)) fs.mkdirSync(dir);",
            "/app/uploads",
        ),
        (
            "const C = process.env.DATA_DIR\n  ? process.env.DATA_DIR\n  : require('path').join(process.cwd(), \"state\");",
            "/app/state",
        ),
        ("multer({ storage: diskStorage({ destination: './files' }) })", "/app/files"),
        ("multer.diskStorage({ destination: (request, file, cb) => cb(null, 'uploads/') })", "/app/uploads"),
        (
            "const path = require('path'); open(path.join(__dirname, '..', 'x')); open(path.join(__dirname, '../data/shop.sqlite'))",
            "/app/data",
        ),
    ];
    for (source, folder) in cases {
        let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
        scratch.file("server.js", format!("require('./lib/files');\n{LISTENS}"));
        scratch.file("lib/files.js", source);
        let text = text(&scratch);
        assert!(text.contains(&format!("VOLUME [\"{folder}\"]")), "{source}: {text}");
    }
}

#[test]
fn a_folder_with_files_of_the_repository_is_no_volume() {
    let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
    scratch.file("server.js", "open('./db/shop.sqlite'); app.listen(3000)");
    scratch.file("db/schema.sql", "");
    let text = text(&scratch);
    assert!(text.contains("--chown=65532:65532 /written/app/db /app/db") && !text.contains("VOLUME"), "{text}");
}

#[test]
fn a_file_of_any_name_is_read_when_it_is_started() {
    let scratch = package(r#"{"name": "shop", "scripts": {"start": "node bin/shop | pino-pretty -c"}}"#);
    scratch.file("bin/shop", "http.createServer().listen(process.env.PORT || 4321)");
    let text = text(&scratch);
    assert!(text.contains("EXPOSE 4321\n") && text.contains("CMD [\"bin/shop\"]"), "{text}");
}

#[test]
fn what_runs_is_installed_in_a_layer_of_its_own_where_that_is_safe() {
    let made = |scripts: &str, dependencies: &str| {
        text(&package(&format!(
            r#"{{"name": "shop", "scripts": {{"start": "node dist/server.js", {scripts}}}, "dependencies": {{"koa": "3"{dependencies}}},
                "devDependencies": {{"typescript": "5"}}}}"#
        )))
    };
    let apart = made(r#""build": "tsc""#, "");
    for line in [
        "    npm install --no-audit --no-fund --omit=dev\n",
        "    npm install --no-audit --no-fund\n",
        "RUN npm run build \\\n && mkdir /made \\\n",
        " -not -name node_modules -not -name package-lock.json -exec cp -at /made '{}' +\n",
        "COPY --from=dependencies /app/node_modules /app/node_modules\nCOPY --from=build /made /app\n",
    ] {
        assert!(apart.contains(line), "{line} is not in {apart}");
    }
    // A client that is generated is in the modules, and what is compiled is not compiled twice.
    for (script, dependency) in [
        (r#""build": "prisma generate && tsc""#, r#", "@prisma/client": "6""#),
        (r#""build": "tsc", "postinstall": "patch-package""#, ""),
        (r#""build": "tsc""#, r#", "bcrypt": "6""#),
    ] {
        let together = made(script, dependency);
        assert!(together.contains("npm prune") && !together.contains("AS dependencies"), "{script}: {together}");
    }
}

#[test]
fn what_is_compiled_stays_behind_where_nothing_names_it() {
    let made = |source: &str, more: &str| {
        let scratch = package(&format!(
            r#"{{"name": "shop", "scripts": {{"start": "node dist/server.js", "build": "tsc"}}, "dependencies": {{"koa": "3"{more}}},
                "devDependencies": {{"typescript": "5"}}}}"#
        ));
        scratch.file("tsconfig.json", r#"{"compilerOptions": {"rootDir": "src", "outDir": "dist"}}"#);
        scratch.file("src/server.ts", source);
        text(&scratch)
    };
    let removed = " -not -name tsconfig.json -exec cp -at /made '{}' + \\\n && find /made/src -name '*.ts' -delete\n";
    assert!(made("app.listen(3000)", "").contains(removed));
    // the pages of an interface are made of the comments in its sources, and paths are looked up when it runs
    for (source, more) in [
        ("app.listen(3000); describe({ apis: ['./src/routes/*.ts'] })", ""),
        ("app.listen(3000)", r#", "tsconfig-paths": "4""#),
    ] {
        let text = made(source, more);
        assert!(!text.contains("-delete") && !text.contains(" tsconfig.json"), "{source}: {text}");
    }
}

#[test]
fn tests_stay_out_unless_the_build_runs_them() {
    let ignored = |build: &str| {
        let scratch = package(&format!(
            r#"{{"name": "shop", "scripts": {{"start": "node server.js", "build": "{build}", "check": "vitest run"}}, "dependencies": {{"koa": "3"}}}}"#
        ));
        scratch.file("server.js", "app.listen(3000)");
        scratch.run(&["init", "--yes"]).ends(0, &[]);
        scratch.read(".dockerignore")
    };
    assert!(ignored("esbuild server.js").contains("**/*.test.[jt]s\n"));
    assert!(!ignored("npm run check && esbuild server.js").contains("**/*.test.[jt]s\n"));
}

#[test]
fn of_a_workspace_only_what_the_application_needs_is_left() {
    let files = [
        (
            "a/package.json",
            r#"{"name": "a", "scripts": {"start": "node a.js"}, "dependencies": {"b": "*", "koa": "3"}}"#,
        ),
        ("a/a.js", "app.listen(3000)"),
        ("b/package.json", r#"{"name": "b", "scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5"}}"#),
        ("c/package.json", r#"{"name": "c", "dependencies": {"react": "19"}}"#),
    ];
    let clean = "find . -name node_modules -prune -exec rm -rf '{}' + \\\n";
    let cases = [
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {}}}"#,
            format!(
                "{clean} && npm ci --no-audit --no-fund --omit=dev --ignore-scripts --workspace a --include-workspace-root"
            ),
        ),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\n",
            format!(
                "{clean} && CI=true pnpm --filter a... install --prod --prefer-offline --ignore-scripts --frozen-lockfile"
            ),
        ),
        ("yarn.lock", "__metadata:\n  version: 8\n", "yarn workspaces focus a --production".to_owned()),
    ];
    for (lock, content, expected) in cases {
        let scratch = Scratch::new(files);
        scratch.file("package.json", r#"{"name": "root", "private": true, "workspaces": ["a", "b", "c"]}"#);
        scratch.file("pnpm-workspace.yaml", "packages: [a, b, c]\n");
        scratch.file(lock, content);
        let text = scratch.run(&["init", "--yes", "--print", "--app", "a"]).stdout;
        assert!(text.contains(&format!("    {expected} \\\n && rm -f {lock}")), "{lock}: {text}");
    }
}

#[test]
fn tests_stay_out_of_the_context_where_neither_the_build_nor_a_compiler_takes_them() {
    let leaves_out = |scripts: &str, more: &str| {
        let scratch =
            package(&format!(r#"{{"name": "shop", "scripts": {{"start": "node server.js"{scripts}}}{more}}}"#));
        scratch.file("server.js", "require('http').createServer().listen(3000)");
        scratch.run(&["init", "--yes"]);
        scratch.read(".dockerignore").contains("**/*.test.[jt]s\n")
    };
    assert!(leaves_out("", ""));
    assert!(leaves_out(r#", "build": "webpack", "test": "jest""#, ""));
    assert!(!leaves_out(r#", "build": "webpack && jest""#, ""), "the build runs them");
    assert!(!leaves_out("", r#", "devDependencies": {"typescript": "5"}"#), "its output lies by all that it compiles");
}

#[test]
fn packages_of_plug_and_play_are_installed_where_node_looks() {
    let scratch = package(
        r#"{"name": "shop", "packageManager": "yarn@4.10.3", "scripts": {"start": "node -r ./.pnp.cjs --loader ./.pnp.loader.mjs server.js"}}"#,
    );
    std::fs::remove_file(scratch.path().join("package-lock.json")).unwrap();
    scratch.file("yarn.lock", "__metadata:\n  version: 8\n");
    scratch.file(".pnp.cjs", "");
    let ran = scratch.run(&["init", "--yes"]);
    ran.ends(0, &["Plug'n'Play reads packages from archives"]);
    let text = scratch.read("Dockerfile");
    assert!(text.contains("ENV YARN_NODE_LINKER=node-modules\n") && text.contains("CMD [\"server.js\"]"), "{text}");
    assert!(scratch.read(".dockerignore").contains("**/.pnp.*\n"));
}

#[test]
fn archives_and_patches_that_the_install_reads_are_there_before_it() {
    let scratch = package(
        r#"{"name": "shop", "packageManager": "pnpm@10.28.0", "dependencies": {"a": "file:vendor/a.tgz", "b": "1.0.0"},
        "pnpm": {"patchedDependencies": {"b@1.0.0": "fixes/b.patch"}}}"#,
    );
    scratch.file("vendor/a.tgz", "");
    scratch.file("vendor/other.tgz", "");
    scratch.file("fixes/b.patch", "");
    let text = text(&scratch);
    let before = text.split("pnpm install").next().unwrap_or_default();
    assert!(before.contains("COPY vendor/a.tgz ./vendor/") && before.contains("COPY fixes/b.patch ./fixes/"), "{text}");
    assert!(!before.contains("other.tgz"), "{text}");
}

#[test]
fn a_dependency_of_a_git_server_brings_git_into_the_build() {
    for (range, is_git) in [("github:a/b#v1", true), ("^1.0.0", false)] {
        let scratch = package(&format!(r#"{{"name": "shop", "dependencies": {{"b": "{range}"}}}}"#));
        assert_eq!(text(&scratch).contains(" git "), is_git, "{range}");
    }
}

#[test]
fn imports_that_an_image_would_not_find_are_named() {
    let scratch = package(r#"{"name": "shop", "dependencies": {"c": "1"}, "devDependencies": {"b": "1", "d": "1"}}"#);
    scratch.file(
        "server.js",
        "require('b'); require('./lib/Util'); require('c');\nif (process.env.X) require('d');\nrequire('http').createServer().listen(3000)",
    );
    scratch.file("lib/util.js", "");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["imports `b`, a development dependency", "`./lib/Util` is called `lib/util.js`", "server.js:1"]);
    assert!(!ran.stderr.contains("imports `c`") && !ran.stderr.contains("imports `d`"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("--omit=dev"), "{}", ran.stdout);
}

#[test]
fn what_bundlers_put_into_pages_is_an_argument_of_the_build() {
    let scratch = Scratch::new([
        (
            "package.json",
            r#"{"name": "web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7.0.0"}}"#,
        ),
        ("index.html", "<html></html>"),
        ("src/main.js", "fetch(import.meta.env.VITE_API_URL + import.meta.env.MODE)"),
    ]);
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["`VITE_API_URL` is put into the pages"]);
    assert!(ran.stdout.contains("\nARG VITE_API_URL\n") && !ran.stdout.contains("MODE"), "{}", ran.stdout);
    // The name alone says nothing of a server that no bundler builds.
    let server = package(r#"{"scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}"#);
    server.file("server.js", "const { PUBLIC_DIR } = process.env; verify(process.env.REACT_APP_ID); app.listen(3000)");
    let ran = server.run(&["init", "--yes", "--print"]);
    assert!(!ran.stdout.contains("ARG ") && !ran.stderr.contains("put into the pages"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_compiler_puts_its_output_below_what_its_sources_have_in_common() {
    for (other, settings, version, expected) in [
        ("prisma/seed.ts", "", "5.9.2", "dist/src/main.js"),
        ("src/other.ts", "", "5.9.2", "dist/main.js"),
        ("prisma/seed.ts", r#", "include": ["src/**/*"]"#, "5.9.2", "dist/main.js"),
        ("prisma/seed.ts", r#", "exclude": ["prisma"]"#, "5.9.2", "dist/main.js"),
        ("src/other.ts", "", "6.0.2", "dist/src/main.js"),
    ] {
        let scratch = package(&format!(
            r#"{{"scripts": {{"build": "tsc", "start": "node dist/main"}}, "devDependencies": {{"typescript": "{version}"}}}}"#
        ));
        scratch.file(
            "tsconfig.json",
            format!("{{ // folders\n \"compilerOptions\": {{\"outDir\": \"dist\"}}{settings} }}"),
        );
        scratch.file("src/main.ts", "");
        scratch.file(other, "");
        let text = text(&scratch);
        assert!(text.contains(&format!("CMD [\"{expected}\"]")), "{other} {settings} {version}: {text}");
    }
}

#[test]
fn a_server_of_next_js_that_is_traced_from_above_lies_below_the_name_of_its_folder() {
    for (root, place) in [("..", ".next/standalone/app /app\n"), (".", ".next/standalone /app\n")] {
        let scratch = package(r#"{"scripts": {"build": "next build"}, "dependencies": {"next": "15.0.0"}}"#);
        let configuration = format!(
            "import path from 'path';\nexport default {{ output: 'standalone', outputFileTracingRoot: path.join(__dirname, '{root}') }}"
        );
        scratch.file("next.config.mjs", configuration);
        let text = text(&scratch);
        assert!(text.contains(place), "{root}: {text}");
    }
}

#[test]
fn a_line_that_has_ended_is_followed_by_the_next_one() {
    for (stated, line) in [("25", "26"), ("23", "24"), ("18", "22")] {
        let scratch = package(r#"{"name": "shop"}"#);
        scratch.file(".nvmrc", stated);
        assert!(text(&scratch).contains(&format!("FROM node:{line}-")), "{stated}");
    }
}

#[test]
fn of_processes_that_run_side_by_side_the_server_is_started() {
    let manifest = |start: &str| {
        format!(
            r#"{{"name": "shop", "scripts": {{"start": {start:?}, "api": "nodemon server.js --ignore client/", "pages": "cd client && npm start", "watch": "tsc -w"}}, "dependencies": {{"concurrently": "9"}}}}"#
        )
    };
    let command = "CMD [\"server.js\"]\n";
    for start in [
        "concurrently \"npm run api\" \"npm run pages\"",
        "npm-run-all --parallel watch api",
        "concurrently -n w,a npm:watch npm:api",
        "node server.js & npm start --prefix client",
    ] {
        let ran = package(&manifest(start)).run(&["init", "--yes", "--print"]);
        ran.ends(0, &["beside the server; the image starts the server alone"]);
        assert!(ran.stdout.contains(command), "{start}: {}", ran.stdout);
    }
    // One after the other is another thing, and so is a program of that name.
    for start in ["npm-run-all watch api", "node server.js"] {
        let ran = package(&manifest(start)).run(&["init", "--yes", "--print"]);
        assert!(ran.stdout.contains(command) && !ran.stderr.contains("beside the server"), "{start}: {}", ran.stderr);
    }
}

#[test]
fn pages_that_another_package_builds_are_made_in_a_stage_of_their_own() {
    let scratch =
        package(r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}"#);
    let server = "const express = require('express'), path = require('path');\nconst app = express();\n\
                  app.use(express.static(path.join(__dirname, 'client/build')));\napp.listen(3000);\n";
    scratch.file("server.js", server);
    let client =
        r#"{"name": "client", "scripts": {"build": "react-scripts build"}, "dependencies": {"react-scripts": "5"}}"#;
    scratch.file("client/package.json", client);
    scratch.file("client/package-lock.json", "{}");
    let built = text(&scratch);
    for expected in [
        " AS front-end\n",
        "WORKDIR /app/client\nCOPY client/package.json client/package-lock.json ./\n",
        "COPY --from=front-end /app/client/build/ /app/client/build/\n",
    ] {
        assert!(built.contains(expected), "{expected}: {built}");
    }
    // A package that builds elsewhere, one that is built by the server's own script, and pages that are there.
    scratch.file("client/package.json", client.replace("react-scripts", "vite"));
    assert!(!text(&scratch).contains("front-end"));
    scratch.file("client/package.json", client);
    let own = r#"{"name": "shop", "scripts": {"start": "node server.js", "build": "cd client && npm ci && npm run build"}, "dependencies": {"express": "5"}}"#;
    scratch.file("package.json", own);
    assert!(!text(&scratch).contains("front-end"));
    scratch.file(
        "package.json",
        r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}"#,
    );
    scratch.file("client/build/index.html", "<p>");
    assert!(!text(&scratch).contains("front-end"));
}

#[test]
fn settings_without_production_say_which_mode_the_image_has() {
    let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
    let models = "const path = require('path');\nconst env = process.env.NODE_ENV || 'development';\n\
                  const config = require(path.join(__dirname, '/../config/config.json'))[env];\n";
    scratch.file("server.js", format!("require('./models');\n{LISTENS}"));
    scratch.file("models/index.js", models);
    scratch.file("config/config.json", r#"{"development": {"dialect": "postgres"}, "test": {}}"#);
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(
        0,
        &["its settings have none for production, so the image says NODE_ENV=development", "config/config.json"],
    );
    assert!(ran.stdout.contains("ENV NODE_ENV=development\n"), "{}", ran.stdout);
    scratch.file("models/index.js", models.replace("path.join(__dirname, '/../config/config.json')", "'../knexfile'"));
    scratch.file("knexfile.js", "const base = {};\nmodule.exports = { development: { client: 'pg' }, staging: {} };\n");
    assert!(text(&scratch).contains("ENV NODE_ENV=development\n"));
    // Settings for production, settings that are none of modes, and a source that knows production by itself.
    scratch.file("knexfile.js", "module.exports = { development: { client: 'pg' }, production: { client: 'pg' } };\n");
    assert!(text(&scratch).contains("ENV NODE_ENV=production\n"));
    scratch.file("knexfile.js", "module.exports = { development: { client: 'pg' }, port: 80 };\n");
    assert!(text(&scratch).contains("ENV NODE_ENV=production\n"));
    scratch.file("knexfile.js", "module.exports = { development: { client: 'pg' } };\n");
    scratch.file("models/index.js", format!("{models}if (env === 'production') secure();\n"));
    assert!(text(&scratch).contains("ENV NODE_ENV=production\n"));
}

#[test]
fn a_project_of_an_old_line_gets_the_oldest_one_that_is_maintained() {
    let manifest = |types: &str| {
        format!(
            r#"{{"name": "shop", "scripts": {{"start": "node server.js"}}, "devDependencies": {{"@types/node": "{types}"}}}}"#
        )
    };
    let line = |scratch: &Scratch| {
        let text = text(scratch);
        text.split("FROM node:").nth(1).unwrap().split('-').next().unwrap().to_owned()
    };
    let usual = line(&package(&manifest("*")));
    let scratch = package(&manifest("^13.9.1"));
    scratch.run(&["init", "--yes", "--print"]).ends(0, &["Node.js 14 ended on"]);
    let old = line(&scratch);
    assert!(old.parse::<u32>().unwrap() < usual.parse::<u32>().unwrap(), "{old} {usual}");
    scratch.file("package.json", manifest("22.1.0"));
    assert_eq!(line(&scratch), usual);
    scratch.file("package.json", r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
    assert_eq!(line(&scratch), usual);
    scratch
        .file("package-lock.json", "{\n  \"name\": \"shop\",\n  \"lockfileVersion\": 1,\n  \"dependencies\": {}\n}\n");
    assert_eq!(line(&scratch), old);
    scratch.file(".nvmrc", &usual);
    assert_eq!(line(&scratch), usual);
    // A range without an end says nothing of later lines; one that has an end does, and so does one that begins later.
    let engines =
        |range: &str| manifest("^16.0.0").replacen('{', &format!(r#"{{"engines": {{"node": "{range}"}}, "#), 1);
    for (range, expected) in [(">=14", &old), ("*", &old), (">=14 <25", &usual)] {
        assert_eq!(line(&package(&engines(range))), *expected, "{range}");
    }
    assert_eq!(line(&package(&engines(&format!(">={usual}")))), usual);
}

#[test]
fn imports_from_the_folder_of_the_package_are_left_to_the_compiler_of_nest() {
    let manifest = r#"{"name": "shop", "scripts": {"start": "nest start", "start:prod": "node dist/main.js", "build": "tsc -p tsconfig.json"},
        "dependencies": {"@nestjs/core": "11"}, "devDependencies": {"@nestjs/cli": "11", "typescript": "5"}}"#;
    let scratch = package(manifest);
    scratch.file("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist", "baseUrl": "./"}}"#);
    scratch.file("src/main.ts", "import { User } from 'src/user';\nnew User();\n");
    scratch.file("src/user.ts", "export class User {}\n");
    assert!(text(&scratch).contains("RUN npm run build"));
    scratch.file("nest-cli.json", "{}");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["`tsc` leaves `src/user` as it is"]);
    assert!(ran.stdout.contains("RUN npx --no-install nest build"), "{}", ran.stdout);
    // A relative import, and a package of that name.
    scratch.file("src/main.ts", "import { User } from './user';\nimport x from 'rxjs/operators';\nnew User();\n");
    assert!(text(&scratch).contains("RUN npm run build"));
}

#[test]
fn the_context_has_what_a_server_takes_from_beside_its_folder() {
    let server = r#"{"name": "api", "scripts": {"start": "node src/index.js"}, "dependencies": {"express": "5"}}"#;
    let index = |line: &str| {
        format!(
            "const express = require('express'), path = require('path');\nconst app = express();\n{line}\napp.listen(3000);\n"
        )
    };
    let scratch = Scratch::new([
        ("server/package.json", server),
        ("server/package-lock.json", "{}"),
        ("client/index.html", "<p>"),
    ]);
    let text = || {
        let ran = scratch.run(&["init", "--yes", "--print", "server"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.stdout
    };
    let alone = "COPY package.json package-lock.json ./\n";
    scratch.file("server/src/index.js", index("app.use(express.static(path.join(process.cwd(), '../client')));"));
    let wide = text();
    for expected in [
        "WORKDIR /app/server\n",
        "COPY server/package.json server/package-lock.json ./\n",
        "COPY . /app/\n",
        "COPY --from=build /app/server/node_modules /app/server/node_modules\nCOPY . /app/\n",
        "CMD [\"src/index.js\"]\n",
    ] {
        assert!(wide.contains(expected), "{expected}: {wide}");
    }
    scratch.file("server/src/index.js", index("require('../../shared/x');"));
    assert!(text().contains(alone), "{}", text());
    scratch.file("shared/x.js", "");
    assert!(text().contains("COPY . /app/\n"));
    // Pages that a package beside it builds.
    scratch.file("server/src/index.js", index("app.use(express.static(path.join(__dirname, '../../client/dist')));"));
    scratch.file(
        "client/package.json",
        r#"{"name": "client", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}"#,
    );
    let built = text();
    for expected in [
        "WORKDIR /app/client\nCOPY client/package.json ./\n",
        "WORKDIR /app/server\n",
        "COPY --from=front-end /app/client/dist/ /app/client/dist/\n",
    ] {
        assert!(built.contains(expected), "{expected}: {built}");
    }
    // What lies in its own folder, and what no program reads.
    scratch.file("server/src/index.js", index("app.use(express.static('public')); console.log('../client');"));
    assert!(text().contains(alone));
}

#[test]
fn a_server_of_its_own_for_next_js_has_its_pages_built() {
    let manifest = |build: &str| {
        format!(
            r#"{{"name": "chat", "scripts": {{"start": "node server.js", "build": {build:?}, "pages": "next build"}}, "dependencies": {{"next": "16"}}}}"#
        )
    };
    let server = "const next = require('next');\nconst app = next({ dev: false });\n\
                  app.prepare().then(() => createServer(app.getRequestHandler()).listen(3000));\n";
    let scratch = package(&manifest("tsc"));
    scratch.file("server.js", server);
    assert!(text(&scratch).contains("RUN npm run build && npx --no-install next build"), "{}", text(&scratch));
    scratch.file("package.json", manifest("tsc && npm run pages"));
    assert!(!text(&scratch).contains("npx --no-install next build"));
    scratch.file("package.json", manifest("tsc"));
    scratch.file("server.js", "const next = require('./next');\nnext();\nserver.listen(3000);\n");
    assert!(!text(&scratch).contains("npx --no-install next build"));
}

#[test]
fn a_module_that_is_called_a_configuration_is_read_below_the_top_of_a_package() {
    let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
    let settings = "export const options = { type: 'sqlite', database: 'database/app.db' };\n";
    scratch.file("server.js", format!("load(name => require(name));\n{LISTENS}"));
    scratch.file("src/orm.config.js", settings);
    assert!(text(&scratch).contains("/app/database"), "{}", text(&scratch));
    std::fs::rename(scratch.path().join("src/orm.config.js"), scratch.path().join("orm.config.js")).unwrap();
    assert!(!text(&scratch).contains("/app/database"));
}

#[test]
fn a_script_that_is_called_for_what_it_starts_is_the_last_resort() {
    let made = |scripts: &str| {
        let manifest = format!(r#"{{"name": "shop", "scripts": {{{scripts}}}}}"#);
        Scratch::new([("package.json", &*manifest), ("src/Talk.js", "poll()"), ("setup.js", "ask()")])
            .run(&["init", "--yes", "--print"])
    };
    assert!(made(r#""setup": "node setup.js", "bot": "node src/Talk.js""#).stdout.contains(r#"CMD ["src/Talk.js"]"#));
    for other in [r#""setup": "node setup.js""#, r#""bot": "node src/absent.js""#, r#""lint": "node src/Talk.js""#] {
        assert_eq!(made(other).status, 2, "{other}");
    }
}

#[test]
fn settings_that_are_read_at_the_start_and_not_there_are_said() {
    let said = |source: &str| {
        let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
        scratch.file("server.js", source);
        scratch.file("config.example.json", "{}");
        scratch.file("present.json", "{}");
        scratch.run(&["init", "--yes", "--print"]).stderr
    };
    for source in [
        "const fs = require('fs'); const c = JSON.parse(fs.readFileSync('./config.json'))",
        "const { token } = require('./config.json')",
    ] {
        let said = said(source);
        assert!(said.contains("it reads `config.json`") && said.contains("made from `config.example.json`"), "{said}");
    }
    for source in [
        "const c = require('./present.json')",
        "const fs = require('fs'); if (x) { fs.readFileSync('./config.json') }",
        "const fs = require('fs'); function later() { return fs.readFileSync('./config.json') }",
    ] {
        assert!(!said(source).contains("it reads `"), "{source}");
    }
}

#[test]
fn a_database_beside_the_source_is_the_applications_own() {
    let text = |source: &str, has_database: bool| {
        let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
        scratch.file("server.js", source);
        if has_database {
            scratch.file("shop.sqlite", "x");
        }
        text(&scratch)
    };
    let source = "const options = { type: 'sqlite', database: 'shop.sqlite' }; app.listen(3000)";
    let folder = "COPY --from=build --chown=65532:65532 /empty/ /app/\nWORKDIR /app\n";
    let file = "COPY --from=build --chown=65532:65532 /app/shop.sqlite /app/shop.sqlite\n";
    let there = text(source, true);
    assert!(there.contains(folder) && there.contains(file), "{there}");
    let absent = text(source, false);
    assert!(absent.contains(folder) && !absent.contains(file), "{absent}");
    let other = text("fs.readFileSync('shop.txt'); app.listen(3000)", true);
    assert!(!other.contains("/empty/") && !other.contains(file), "{other}");
}

#[test]
fn what_npm_refuses_on_linux_is_installed_by_force() {
    let scratch = |package: &str| {
        let manifest = r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"win": "1"}}"#;
        let lock = format!(
            r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"win": "1"}}}}, "node_modules/win": {package}}}}}"#
        );
        let lock = lock.as_str();
        Scratch::new([("package.json", manifest), ("package-lock.json", lock), ("server.js", LISTENS)])
            .run(&["init", "--yes", "--print"])
    };
    let refused = scratch(r#"{"os": ["win32"]}"#);
    assert!(refused.stdout.contains("npm ci --no-audit --no-fund --force\n"), "{}", refused.stdout);
    assert!(refused.stderr.contains("`win` is made for other systems"), "{}", refused.stderr);
    assert!(!scratch(r#"{"os": ["win32"], "optional": true}"#).stdout.contains("--force"));
}

#[test]
fn packages_of_a_registry_that_has_ended_come_from_npms_own() {
    let manifest = r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}"#;
    let of_npm = |host: &str| {
        let lock = format!(
            r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"a": "1"}}, "devDependencies": {{"b": "1"}}}},
            "node_modules/a": {{"version": "1.0.0", "resolved": "https://{host}/a/download/a-1.0.0.tgz"}}, "node_modules/b": {{"version": "1.0.0"}}}}}}"#
        );
        let files =
            [("package.json", manifest), ("package-lock.json", lock.as_str()), ("server.js", "app.listen(3000)")];
        Scratch::new(files).run(&["init", "--yes", "--print"])
    };
    let ended = of_npm("registry.npm.taobao.org");
    assert!(ended.stdout.contains("RUN sed --in-place --regexp-extended"), "{}", ended.stdout);
    assert!(ended.stdout.contains(" package-lock.json\n"), "{}", ended.stdout);
    assert!(ended.stderr.contains("names registry.npm.taobao.org, which ended on 2022-06-30"), "{}", ended.stderr);
    for other in ["registry.example.org", "registry.npm.example.com", "registry.npm.taobao.org.example.com"] {
        let other = of_npm(other);
        assert!(!other.stdout.contains("sed --in-place") && !other.stderr.contains("ended on"), "{}", other.stdout);
    }
    let by_settings = |settings: &str| {
        let lock = "# yarn lockfile v1\n\na@1:\n  version \"1.0.0\"\n\nb@1:\n  version \"1.0.0\"\n";
        let files = [
            ("package.json", manifest),
            ("yarn.lock", lock),
            (".npmrc", settings),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}}"#),
            ("server.js", "app.listen(3000)"),
        ];
        Scratch::new(files).run(&["init", "--yes", "--print"]).stdout
    };
    assert!(by_settings("registry=http://registry.npm.taobao.org\n").contains(" .npmrc\n"));
    assert!(!by_settings("# registry=http://registry.npm.taobao.org\n").contains("sed --in-place"));
}

#[test]
fn a_dependency_that_is_too_old_for_any_image_is_said() {
    let said = |range: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"start": "node server.js"}}, "devDependencies": {{"prisma": "{range}"}}}}"#
        );
        let files = [("package.json", manifest.as_str()), ("server.js", "app.listen(3000)")];
        Scratch::new(files).run(&["init", "--yes", "--print"]).stderr.contains("this `prisma` works in no image")
    };
    assert!(said("3.9.1") && said("~3.9.1"));
    assert!(!said("^3.9.1") && !said("3.13.0") && !said("5.0.0") && !said("latest"));
}

#[test]
fn what_a_watcher_compiles_while_it_runs_is_compiled_so_in_the_image() {
    let text = |tool: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "main": "index.ts", "scripts": {{"dev": "{tool} index.ts"}}, "devDependencies": {{"{tool}": "2", "typescript": "5"}}}}"#
        );
        let scratch = package(&manifest);
        scratch.file("index.ts", "@Entity() class A {}\napp.listen(3000)");
        self::text(&scratch)
    };
    let made = text("ts-node-dev");
    assert!(made.contains(r#""--require", "ts-node/register/transpile-only", "index.ts"]"#), "{made}");
    assert!(!text("nodemon").contains("ts-node"));
}

#[test]
fn an_old_bundler_keeps_no_compiled_modules() {
    let text = |version: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"start": "node server.js", "build": "webpack"}}, "devDependencies": {{"webpack-cli": "{version}"}}}}"#
        );
        text(&package(&manifest)).contains("ENV DISABLE_V8_COMPILE_CACHE=1\n")
    };
    assert!(text("^3.1.2") && text("4.10.0") && !text("5.1.4") && !text("latest"));
}

#[test]
fn the_variable_in_the_schema_of_prisma_is_needed_where_its_client_is_made() {
    let said = |import: &str, schema: &str| {
        let manifest = r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"@prisma/client": "6"}, "devDependencies": {"prisma": "6"}}"#;
        let scratch = package(manifest);
        scratch.file("server.js", format!("{import}\napp.listen(3000)"));
        scratch.file("prisma/schema.prisma", schema);
        scratch.run(&["init", "--yes", "--print"]).stderr
    };
    let import = "const { PrismaClient } = require('@prisma/client')";
    let schema = "datasource db {\n  provider = \"mysql\"\n  url      = env(\"DATABASE_URL\")\n}\n";
    assert!(said(import, schema).contains("`DATABASE_URL` (prisma/schema.prisma:3)"));
    assert!(!said("", schema).contains("DATABASE_URL"), "nothing makes a client");
    assert!(!said(import, &schema.replace("env(\"DATABASE_URL\")", "\"file:./a.db\"")).contains("DATABASE_URL"));
    assert!(!said(import, &schema.replace("datasource", "generator")).contains("DATABASE_URL"));
    assert!(!said(&format!("{import}; f(process.env.DATABASE_URL || 'x')"), schema).contains("DATABASE_URL"));
}

#[test]
fn a_step_that_is_given_variables_is_part_of_the_build() {
    let text = |start: &str| {
        let scripts = format!(r#""start": "{start}", "build": "next build", "build-server": "tsc -p server""#);
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{{scripts}}}, "dependencies": {{"next": "15"}}, "devDependencies": {{"typescript": "5", "cross-env": "7"}}}}"#
        );
        let files = [
            ("package.json", manifest.as_str()),
            ("server/tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}}"#),
            ("server/index.ts", "app.listen(3000)"),
        ];
        Scratch::new(files).run(&["init", "--yes", "--print"]).stdout
    };
    let made = text("cross-env NODE_ENV=production npm run build-server && node server/dist/index.js");
    assert!(made.contains("npm run build && NODE_ENV=production npm run build-server"), "{made}");
    // A job stays one, whatever it is given.
    let job = text("cross-env NODE_ENV=production node seed.js && node server/dist/index.js");
    assert!(!job.contains("seed"), "{job}");
}

#[test]
fn what_babel_compiles_while_it_runs_is_run_by_it() {
    let ran = |script: &str, packages: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"dev": "{script}"}}, "dependencies": {{"express": "4"}}, "devDependencies": {{{packages}}}}}"#
        );
        let files =
            [("package.json", manifest.as_str()), ("src/index.js", "import app from './app'; app.listen(3000)")];
        Scratch::new(files).run(&["init", "--yes", "--print"])
    };
    let old = ran("nodemon --exec babel-node src/index.js", r#""babel-cli": "6", "nodemon": "1""#);
    assert!(
        old.stdout.contains(r#"CMD ["node_modules/babel-cli/lib/_babel-node.js", "src/index.js"]"#),
        "{}",
        old.stdout
    );
    assert!(
        !old.stdout.contains("--omit=dev") && old.stderr.contains("compiled by Babel while it runs"),
        "{}",
        old.stderr
    );
    let own = ran("babel-node --extensions .js,.ts src/index.js", r#""@babel/node": "7""#);
    let command = r#"CMD ["node_modules/@babel/node/lib/_babel-node.js", "--extensions", ".js,.ts", "src/index.js"]"#;
    assert!(own.stdout.contains(command), "{}", own.stdout);
    let plain = ran("nodemon src/index.js", r#""babel-cli": "6", "nodemon": "1""#);
    assert!(plain.stdout.contains(r#"CMD ["src/index.js"]"#), "{}", plain.stdout);
}

#[test]
fn modules_that_only_a_bundler_resolves_are_run_from_their_source() {
    const BUNDLER: &str = r#"{"compilerOptions": {"module": "ESNext", "moduleResolution": "bundler"}}"#;
    const NODE: &str = r#"{"compilerOptions": {"module": "CommonJS", "moduleResolution": "node"}}"#;
    const TSX: &str = r#", "tsx": "4""#;
    let command = |options: &str, import: &str, packages: &str| {
        let manifest = format!(
            r#"{{"name": "api", "scripts": {{"start": "node dist/index.js", "build": "tsc"}}, "dependencies": {{"express": "5"}},
            "devDependencies": {{"typescript": "5"{packages}}}}}"#
        );
        let index = format!("import {{ make }} from '{import}';\nmake().listen(3000);\n");
        let files = [
            ("package.json", r#"{"name": "shop", "private": true, "workspaces": ["apps/*", "packages/*"]}"#),
            ("packages/settings/package.json", r#"{"name": "@shop/settings"}"#),
            ("packages/settings/node.json", options),
            ("apps/api/package.json", manifest.as_str()),
            (
                "apps/api/tsconfig.json",
                r#"{"extends": "@shop/settings/node.json", "compilerOptions": {"outDir": "dist", "rootDir": "src"}}"#,
            ),
            ("apps/api/src/index.ts", index.as_str()),
            ("apps/api/src/server.ts", "export const make = () => express();\n"),
        ];
        let text = Scratch::new(files).run(&["init", "apps/api", "--yes", "--print"]).stdout;
        text.lines().find(|line| line.starts_with("CMD ")).unwrap_or_default().to_owned()
    };
    let built = r#"CMD ["dist/index.js"]"#;
    assert_eq!(command(BUNDLER, "./server", TSX), r#"CMD ["--import", "tsx", "src/index.ts"]"#);
    assert_eq!(command(BUNDLER, "./server.js", TSX), built);
    assert_eq!(command(NODE, "./server", TSX), built);
    assert_eq!(command(BUNDLER, "./server", ""), built);
}

#[test]
fn a_tool_that_gives_imports_their_endings_makes_modules_that_run() {
    let command = |build: &str, settings: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "type": "module", "scripts": {{"start": "node dist/index.js", "build": "{build}"}},
            "devDependencies": {{"typescript": "5", "tsc-alias": "1", "tsx": "4"}}}}"#
        );
        let options = format!(
            r#"{{"compilerOptions": {{"module": "ESNext", "moduleResolution": "bundler", "outDir": "dist", "rootDir": "src"}}{settings}}}"#
        );
        let files = [
            ("package.json", manifest.as_str()),
            ("tsconfig.json", options.as_str()),
            ("src/index.ts", "import { make } from './server';\nmake().listen(3000);\n"),
            ("src/server.ts", "export const make = () => express();\n"),
        ];
        let text = Scratch::new(files).run(&["init", "--yes", "--print"]).stdout;
        text.lines().find(|line| line.starts_with("CMD ")).unwrap_or_default().to_owned()
    };
    let (built, source) = (r#"CMD ["dist/index.js"]"#, r#"CMD ["--import", "tsx", "src/index.ts"]"#);
    let whole = r#", "tsc-alias": {"resolveFullPaths": true}"#;
    assert_eq!(command("tsc && tsc-alias", whole), built);
    assert_eq!(command("tsc && tsc-esm-fix", ""), built);
    assert_eq!(command("tsc && tsc-alias", ""), source, "it only replaces other names");
    assert_eq!(command("tsc", whole), source, "nobody runs it");
}

#[test]
fn a_function_that_a_platform_calls_is_refused() {
    let ran = |source: &str| {
        let manifest = r#"{"name": "shop", "scripts": {"start": "node index.js"}, "dependencies": {"serverless-http": "3", "express": "5"}}"#;
        Scratch::new([("package.json", manifest), ("index.js", source)]).run(&["init", "--yes", "--print"])
    };
    let handler = "import serverless from 'serverless-http';\nimport app from './app.js';\nexport const handler = serverless(app);\n";
    ran(handler).ends(2, &["it is a function that a platform calls", "index.js:3"]);
    ran(&format!("{handler}app.listen(3000);\n")).ends(0, &[]);
    ran("import app from './app.js';\nexport const handler = app;\napp.start();\n").ends(0, &[]);
}

#[test]
fn of_several_lock_files_one_that_is_in_step_decides() {
    let text = |npm: &str| {
        let manifest = r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"a": "1"}}"#;
        let files = [
            ("package.json", manifest),
            ("yarn.lock", "# yarn lockfile v1\n\na@1:\n  version \"1.0.0\"\n"),
            ("package-lock.json", npm),
            ("server.js", "app.listen(3000)"),
        ];
        Scratch::new(files).run(&["init", "--yes", "--print"]).stdout
    };
    let stale = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"b": "1"}}, "node_modules/b": {"version": "1.0.0"}}}"#;
    assert!(text(stale).contains("yarn install"), "{}", text(stale));
    let current = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1.0.0"}}}"#;
    assert!(text(current).contains("npm ci"), "{}", text(current));
}

#[test]
fn a_pnpm_that_fetches_nothing_gives_way_to_its_line() {
    let ran = |stated: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "packageManager": "pnpm@{stated}", "scripts": {{"start": "node server.js"}}, "dependencies": {{"a": "1"}}}}"#
        );
        Scratch::new([("package.json", manifest.as_str()), ("server.js", "app.listen(3000)")])
            .run(&["init", "--yes", "--print"])
    };
    for (stated, taken) in [("7.3.0", "7"), ("8.3.0", "8"), ("6.35.1", "7")] {
        let ran = ran(stated);
        assert!(ran.stdout.contains(&format!("pnpm@{taken}\n")), "{stated}: {}", ran.stdout);
        assert!(ran.stderr.contains(&format!("pnpm {stated} fetches nothing")), "{}", ran.stderr);
    }
    for stated in ["7.33.7", "8.15.9", "9.0.0", "10.1.0"] {
        let ran = ran(stated);
        assert!(
            ran.stdout.contains(&format!("pnpm@{stated}\n")) && !ran.stderr.contains("fetches nothing"),
            "{stated}"
        );
    }
}

#[test]
fn a_tsx_that_is_not_loaded_starts_node_itself() {
    let command = |version: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"start": "tsx src/index.ts"}}, "dependencies": {{"tsx": "{version}"}}}}"#
        );
        let files = [("package.json", manifest.as_str()), ("src/index.ts", "app.listen(3000)")];
        let text = Scratch::new(files).run(&["init", "--yes", "--print"]).stdout;
        text.lines().find(|line| line.starts_with("CMD ")).unwrap_or_default().to_owned()
    };
    assert_eq!(command("3.12.7"), r#"CMD ["node_modules/.bin/tsx", "src/index.ts"]"#);
    for version in ["^3.12.7", "4.19.0", "latest"] {
        assert_eq!(command(version), r#"CMD ["--import", "tsx", "src/index.ts"]"#, "{version}");
    }
    let scratch = Scratch::new([
        ("package.json", r#"{"private": true, "workspaces": ["packages/*"]}"#),
        (
            "packages/api/package.json",
            r#"{"name": "api", "scripts": {"start": "tsx src/index.ts"}, "dependencies": {"tsx": "3.12.7"}}"#,
        ),
        ("packages/api/src/index.ts", "app.listen(3000)"),
    ]);
    let made = scratch.run(&["init", "packages/api", "--yes", "--print"]).stdout;
    assert!(made.contains(r#"CMD ["../../node_modules/.bin/tsx", "src/index.ts"]"#), "{made}");
}

#[test]
fn settings_at_the_top_that_the_program_imports_are_part_of_it() {
    let text = |import: &str| {
        let files = [
            (
                "package.json",
                r#"{"name": "shop", "scripts": {"start": "node src/index.js"}, "dependencies": {"knex": "3"}}"#
                    .to_owned(),
            ),
            (
                "drizzle.config.js",
                "export default { dbCredentials: { url: process.env.DB || 'sqlite/shop.sqlite' } }".to_owned(),
            ),
            ("src/index.js", format!("{import}\napp.listen(3000)")),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Scratch::new(files).run(&["init", "--yes", "--print"]).stdout
    };
    assert!(text("import config from '../drizzle.config'; open(config.dbCredentials.url)").contains("/app/sqlite"));
    assert!(!text("import config from './drizzle.config'; open(config.dbCredentials.url)").contains("/app/sqlite"));
}

#[test]
fn what_babel_adds_to_compiled_files_is_there() {
    let text = |settings: &str, dependencies: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"start": "node build/index.js", "build": "babel src -d build"}},
            "dependencies": {{"express": "4"{dependencies}}}, "devDependencies": {{"@babel/cli": "7", "@babel/node": "7"}}}}"#
        );
        let files = [("package.json", manifest.as_str()), (".babelrc", settings), ("src/index.js", "app.listen(3000)")];
        let ran = Scratch::new(files).run(&["init", "--yes", "--print"]);
        (
            ran.stdout.contains("--omit=dev"),
            ran.stderr.contains("imports `source-map-support`, a development dependency"),
        )
    };
    let plugin = r#"{"presets": ["env"], "plugins": ["x", ["source-map-support", {}]]}"#;
    assert_eq!(text(plugin, ""), (false, true));
    assert_eq!(text(plugin, r#", "source-map-support": "0.5""#), (true, false));
    assert_eq!(text(r#"{"presets": ["source-map-support"], "plugins": ["x"]}"#, ""), (true, false));
}

#[test]
fn a_package_that_compiles_on_no_newer_node_decides_on_the_version() {
    let image = |range: &str, engines: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"start": "node server.js"}}, "dependencies": {{"better-sqlite3": "{range}"}}{engines}}}"#
        );
        Scratch::new([("package.json", manifest.as_str()), ("server.js", "app.listen(3000)")])
            .run(&["init", "--yes", "--print"])
            .stdout
    };
    assert!(image("^9.0.0", "").contains("FROM node:22-"));
    assert!(image("^9.0.0", r#", "engines": {"node": ">=18"}"#).contains("FROM node:22-"));
    assert!(image("^9.0.0", r#", "engines": {"node": "24"}, "volta": {"node": "24.1.0"}"#).contains("FROM node:24-"));
    assert!(image("7.6.2", "").contains("FROM node:22-"), "the line after 18, which has ended");
    assert!(image("^11.0.0", "").contains("FROM node:24-") && image("^12.0.0", "").contains("FROM node:24-"));
}

#[test]
fn bun_serves_what_its_file_exports() {
    let made = |source: &str| {
        let scratch = Scratch::new([
            (
                "package.json",
                r#"{"name": "shop", "scripts": {"start": "bun run index.ts"}, "dependencies": {"hono": "4"}}"#,
            ),
            ("bun.lock", "{}"),
            ("index.ts", source),
        ]);
        text(&scratch)
    };
    let app = "import { Hono } from 'hono'; const app = new Hono();";
    assert!(made(&format!("{app} export default app")).contains("ENV PORT=3000\n"));
    let stated = made(&format!("{app} export default {{ port: 8787, fetch: app.fetch }}"));
    assert!(stated.contains("EXPOSE 8787\n") && !stated.contains("ENV PORT"), "{stated}");
    assert!(!made(&format!("{app} export const other = app")).contains("EXPOSE"));
    assert!(!made("const queue = new Queue(); export default queue").contains("EXPOSE"));
}

#[test]
fn what_the_compiler_leaves_is_copied_to_where_the_program_looks() {
    let made = |build: &str, source: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"build": "{build}", "start": "node build/app.js"}}, "devDependencies": {{"typescript": "5"}}}}"#
        );
        let scratch = Scratch::new([
            ("package.json", manifest.as_str()),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "build", "rootDir": "."}}"#),
            ("app.ts", source),
            ("src/views/page.ejs", "<p>"),
        ]);
        text(&scratch)
    };
    let beside = "import path from 'path'; app.set('views', path.join(__dirname, 'src/views')); app.listen(3000)";
    let text = made("tsc", beside);
    assert!(text.contains("npm run build && mkdir -p build/src && cp -a src/views build/src/views"), "{text}");
    assert!(!made("tsc && cp -r src/views build/src", beside).contains("mkdir -p build/src"));
    assert!(
        !made(
            "tsc",
            "import path from 'path'; app.set('views', path.join(process.cwd(), 'src/views')); app.listen(3000)"
        )
        .contains("cp -a src/views")
    );
    assert!(!made("webpack && tsc", beside).contains("cp -a src/views"));
}

#[test]
fn a_file_of_the_repository_that_is_written_again_is_the_users() {
    let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
    scratch
        .file("server.js", format!("const fs = require('fs'); fs.writeFile('prices.json', '{{}}', done);\n{LISTENS}"));
    let own = "/app/prices.json /app/prices.json";
    assert!(!text(&scratch).contains(own));
    scratch.file("prices.json", "{}");
    assert!(text(&scratch).contains(&format!("COPY --from=build --chown=65532:65532 {own}\n")), "{}", text(&scratch));
    scratch.file("server.js", format!("const fs = require('fs'); fs.readFile('prices.json', done);\n{LISTENS}"));
    assert!(!text(&scratch).contains(own));
}

#[test]
fn a_folder_out_of_the_working_folder_is_made_for_the_user() {
    let scratch =
        package(r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"multer": "2"}}"#);
    for (source, folder) in [
        ("const multer = require('multer'); multer.diskStorage({ destination: '../web/uploads' });", "/web/uploads"),
        ("require('fs').mkdirSync('../kept', { recursive: true });", "/kept"),
    ] {
        scratch.file("server.js", format!("{source}\n{LISTENS}"));
        let ran = scratch.run(&["init", "--yes", "--print"]);
        assert!(ran.stdout.contains(&format!("mkdir -p /written{folder}\n")), "{}", ran.stdout);
        assert!(ran.stdout.contains(&format!("--chown=65532:65532 /written{folder} {folder}\n")), "{}", ran.stdout);
        assert!(ran.stderr.contains(&format!("the application writes `{folder}`")), "{}", ran.stderr);
    }
    for source in ["require('fs').mkdirSync('../../tmp/x');", "require('fs').readdirSync('../kept');"] {
        scratch.file("server.js", format!("{source}\n{LISTENS}"));
        assert!(!text(&scratch).contains("/written"), "{source}");
    }
}

#[test]
fn the_port_of_a_manifest_of_glue_is_read() {
    let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"glue": "4"}}"#);
    scratch.file(
        "server.js",
        "const Glue = require('glue'); const manifest = require('./manifest'); Glue.compose(manifest, run)",
    );
    scratch.file("manifest.js", "module.exports = { connections: [{ port: process.env.PORT || 5001 }] }");
    scratch.file("broker.js", "require('http').createServer().listen(process.env.BROKER_PORT || 7777)");
    assert!(text(&scratch).contains("EXPOSE 5001\n"), "{}", text(&scratch));
    scratch.file("server.js", "const pool = require('pool'); pool.compose({ connections: [{ port: 5001 }] })");
    assert!(!text(&scratch).contains("EXPOSE 5001\n"), "{}", text(&scratch));
}
