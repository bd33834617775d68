//! Node.js: what is started, installed and copied, one repository for each thing that real ones say.

use crate::scratch::Scratch;

const LISTENS: &str = "require('http').createServer().listen(process.env.PORT || 3000)";

/// A package with these scripts and dependencies, and a server in `server.js`.
fn package(scripts: &str, dependencies: &str) -> Scratch {
    let manifest = format!(r#"{{"name": "shop", "scripts": {{{scripts}}}, "dependencies": {{{dependencies}}}}}"#);
    Scratch::new([("package.json", manifest.as_str()), ("server.js", LISTENS)])
}

/// What the Dockerfile of a repository starts: the line of CMD.
fn command(scratch: &Scratch) -> String {
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.stdout.lines().find(|line| line.starts_with("CMD")).map(str::to_owned).unwrap_or(ran.stderr)
}

#[test]
fn a_start_script_comes_down_to_one_command() {
    let cases = [
        ("node server.js", r#"CMD ["server.js"]"#),
        ("cross-env NODE_ENV=production PORT=4000 node server", r#"CMD ["server.js"]"#),
        ("dotenv -e .env -- node server.js", r#"CMD ["server.js"]"#),
        ("dotenvx run --env-file=.env.production -- node server.js", r#"CMD ["server.js"]"#),
        ("env-cmd -f .env.production node server.js --quiet", r#"CMD ["server.js", "--quiet"]"#),
        ("nodemon --ext js,json server.js", r#"CMD ["server.js"]"#),
        ("pm2-runtime start server.js -i max", r#"CMD ["server.js"]"#),
        ("node --conditions development server.js", r#"CMD ["--conditions", "development", "server.js"]"#),
        ("npm run serve", r#"CMD ["server.js"]"#),
        ("npm-run-all check serve", r#"CMD ["server.js"]"#),
        ("yarn node server.js", r#"CMD ["server.js"]"#),
        ("pnpm exec node server.js", r#"CMD ["server.js"]"#),
        ("pm2 start --name shop node -- -r ./paths.js server.js", r#"CMD ["-r", "./paths.js", "server.js"]"#),
        ("bun run server.js", r#"CMD ["server.js"]"#),
        ("sh -c 'node server.js'", r#"CMD ["server.js"]"#),
        ("./start.sh", r#"CMD ["--enable-source-maps", "server.js"]"#),
        ("sh start.sh", r#"CMD ["--enable-source-maps", "server.js"]"#),
    ];
    for (script, expected) in cases {
        let scratch = package(&format!(r#""start": "{script}", "serve": "node server.js", "check": "eslint .""#), "");
        scratch.file("start.sh", "#!/bin/sh\nset -e\necho starting\nexec node --enable-source-maps \\\n  server.js\n");
        assert_eq!(command(&scratch), expected, "{script}");
    }
}

#[test]
fn a_procfile_says_what_is_started() {
    let scratch = package("", "");
    scratch.file("Procfile", "release: node migrate.js\nweb: node --max-old-space-size=256 server.js\n");
    assert_eq!(command(&scratch), r#"CMD ["--max-old-space-size=256", "server.js"]"#);
}

#[test]
fn what_runs_before_the_server_is_built_or_named() {
    let scratch = package(
        r#""start": "npm run css && knex migrate:latest && echo up && node server.js", "css": "sass in.scss out.css""#,
        r#""sass": "1.0.0", "knex": "3.0.0""#,
    );
    let ran = scratch.run(&["init", "--yes", "--print"]);
    let with_the_image = "docker run --rm … node_modules/.bin/knex migrate:latest";
    ran.ends(0, &["the start script runs `knex migrate:latest` first", with_the_image]);
    assert!(ran.stdout.contains("RUN npm run css \\\n && mkdir /made"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("`npm run css` first") && !ran.stderr.contains("`echo up`"), "{}", ran.stderr);
}

#[test]
fn steps_of_a_start_script_keep_their_places_around_the_build() {
    let build = |start: &str| {
        let scratch = Scratch::new([
            (
                "package.json",
                &*format!(
                    r#"{{"name": "shop", "main": "dist/server.js", "scripts": {{"build": "tsc", "clean": "rimraf dist",
                    "types": "graphql-codegen", "fresh": "npm run clean && npm run build", "start": "{start}"}},
                    "devDependencies": {{"typescript": "5.9.2", "rimraf": "6.0.1", "terser": "5.0.0"}}}}"#
                ),
            ),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}"#),
            ("src/server.ts", LISTENS),
        ]);
        let ran = scratch.run(&["init", "--yes", "--print"]);
        let runs = ran.stdout.lines().filter_map(|line| line.strip_prefix("RUN npm run "));
        let runs = runs.map(|line| line.trim_end_matches(" \\"));
        runs.map(|line| format!("npm run {line}")).collect::<Vec<_>>().join("\n")
    };
    for (start, expected) in [
        ("npm run clean && npm run build && node dist/server.js", "npm run build"),
        ("rm -rf dist && tsc && node dist/server.js", "npm run build"),
        ("npm run fresh && node dist/server.js", "npm run build"),
        ("npm run types && npm run build && node dist/server.js", "npm run types && npm run build"),
        (
            "npm run build && terser dist/a.js && node dist/server.js",
            "npm run build && npx --no-install terser dist/a.js",
        ),
    ] {
        assert_eq!(build(start), expected, "{start}");
    }
}

#[test]
fn the_name_of_a_folder_is_no_pattern_of_the_ignore_file() {
    let scratch = Scratch::new([
        ("package.json", r#"{"workspaces": ["packages/*"]}"#),
        (
            "packages/**/package.json",
            r#"{"name": "web", "scripts": {"build": "vite build"}, "dependencies": {"vite": "7.0.0"}}"#,
        ),
        ("packages/**/index.html", "<html></html>"),
        ("packages/**/.env", "VITE_TITLE=x\n"),
        ("packages/api/package.json", r#"{"name": "api"}"#),
        ("packages/api/.env", "DB_PASSWORD=victim\n"),
    ]);
    scratch.run(&["init", "--yes", "--app", "web"]).ends(0, &[]);
    let ignore = scratch.read("packages/**/Dockerfile.dockerignore");
    assert!(ignore.contains(r"!packages/\*\*/.env") && !ignore.contains("!packages/**"), "{ignore}");
}

#[test]
fn pnpm_runs_the_install_scripts_that_the_project_lists() {
    let lock = "lockfileVersion: '9.0'\n\npackages:\n\n  bcrypt@5.1.1:\n    resolution: {}\n";
    let case = |manager: &str, settings: &str| {
        let manifest = format!(r#"{{"name": "shop", {manager} "dependencies": {{"bcrypt": "5.1.1"}}}}"#);
        let scratch = Scratch::new([
            ("package.json", manifest.as_str()),
            ("pnpm-workspace.yaml", settings),
            ("pnpm-lock.yaml", lock),
            ("server.js", LISTENS),
        ]);
        scratch.run(&["init", "--yes", "--print"])
    };
    let allows_all = "dangerouslyAllowAllBuilds";
    let stated = r#""packageManager": "pnpm@11.21.0","#;
    let listed = case(stated, "allowBuilds:\n  bcrypt: true\n");
    listed.ends(0, &[]);
    assert!(listed.stdout.contains("ENV PNPM_HOME=/pnpm\n") && listed.stdout.contains("pnpm@11.21.0\n"));
    assert!(!listed.stdout.contains(allows_all) && !listed.stderr.contains("approve-builds"), "{}", listed.stderr);
    assert!(!listed.stdout.contains("config set"), "{}", listed.stdout);
    let unlisted = case(stated, "packages: []\n");
    unlisted.ends(0, &["`bcrypt` is not listed", "approve-builds"]);
    assert!(!unlisted.stdout.contains(allows_all), "{}", unlisted.stdout);
    // An older pnpm may have written the lock file, and it ran every script.
    let unstated = case("", "packages: []\n");
    unstated.ends(0, &["the build runs all of them"]);
    assert!(unstated.stdout.contains(allows_all), "{}", unstated.stdout);
}

#[test]
fn what_runs_before_start_by_itself_is_named_too() {
    let scratch = package(
        r#""prestart": "npm run css && knex migrate:latest", "start": "node server.js", "css": "sass a b""#,
        "",
    );
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["the start script runs `knex migrate:latest` first"]);
    assert!(ran.stdout.contains("RUN npm run css\n"), "{}", ran.stdout);
}

#[test]
fn a_build_in_the_start_script_is_not_named_again() {
    let scratch =
        package(r#""start": "npm run build && node dist/server.js", "build": "tsc""#, r#""typescript": "5.0.0""#);
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &[]);
    assert!(!ran.stderr.contains("first"), "{}", ran.stderr);
    assert_eq!(ran.stdout.matches("RUN npm run build").count(), 1);
}

#[test]
fn a_start_script_that_needs_a_shell_is_named() {
    let scratch = package(r#""start": "node server.js | tee log""#, "");
    scratch.run(&["init", "--yes", "--print"]).ends(0, &["`node server.js | tee log` can't be run without a shell"]);
}

#[test]
fn type_script_runs_as_the_script_says() {
    let start = |script: &str, build: &str| {
        let manifest = format!(
            r#"{{"scripts": {{"start": "{script}" {build}}}, "devDependencies": {{"typescript": "5.0.0", "tsx": "4.0.0"}}}}"#
        );
        let scratch = Scratch::new([("package.json", manifest.as_str()), ("src/app.ts", LISTENS)]);
        scratch.file("tsconfig.json", r#"{ "compilerOptions": { "outDir": "./out" } }"#);
        command(&scratch)
    };
    assert_eq!(start("node src/app.ts", ""), r#"CMD ["src/app.ts"]"#, "Node.js takes the types away");
    assert_eq!(start("tsx src/app.ts", ""), r#"CMD ["--import", "tsx", "src/app.ts"]"#);
    assert_eq!(start("tsx src/app.ts", r#", "build": "tsc""#), r#"CMD ["out/app.js"]"#);
    assert_eq!(start("tsx src/app.ts", r#", "build": "tsc --noEmit""#), r#"CMD ["--import", "tsx", "src/app.ts"]"#);
    assert_eq!(start("tsx src/app.ts", r#", "build": "tsc --outDir lib""#), r#"CMD ["lib/app.js"]"#);
    assert_eq!(start("node src/app.js", r#", "build": "tsc""#), r#"CMD ["out/app.js"]"#, "beside its source");
}

#[test]
fn a_configuration_of_the_compiler_takes_over_what_it_extends() {
    let start = |extended: &str, own: &str| {
        let manifest =
            r#"{"scripts": {"start": "node src/app.js", "build": "tsc"}, "devDependencies": {"typescript": "5.0.0"}}"#;
        let scratch = Scratch::new([("package.json", manifest), ("src/app.ts", LISTENS)]);
        scratch.file("config/base.json", r#"{ "compilerOptions": { "outDir": "../out", "rootDir": "../src" } }"#);
        scratch.file("tsconfig.json", format!(r#"{{ "extends": {extended}, "compilerOptions": {{ {own} }} }}"#));
        command(&scratch)
    };
    assert_eq!(start(r#""./config/base.json""#, ""), r#"CMD ["out/app.js"]"#, "from the folder of what is extended");
    assert_eq!(start(r#"["./none.json", "./config/base"]"#, ""), r#"CMD ["out/app.js"]"#);
    assert_eq!(start(r#""./config/base.json""#, r#""outDir": "lib""#), r#"CMD ["lib/app.js"]"#, "its own word first");
    assert_eq!(start(r#""../base.json""#, ""), r#"CMD ["src/app.js"]"#, "nothing above the repository is read");
}

#[test]
fn a_configuration_decides_whether_a_framework_makes_files() {
    let scratch = Scratch::new([(
        "package.json",
        r#"{"scripts": {"build": "react-router build", "start": "react-router-serve ./build/server/index.js"},
            "dependencies": {"@react-router/serve": "7.0.0"}, "devDependencies": {"@react-router/dev": "7.0.0"}}"#,
    )]);
    assert!(command(&scratch).contains("@react-router/serve"));
    scratch.file("react-router.config.ts", "export default { ssr: false }");
    let site = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(site.contains("COPY --from=build /app/build/client /public") && site.contains("SERVER_FALLBACK_PAGE"));
    let next = Scratch::new([
        (
            "package.json",
            r#"{"scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "15.0.0"}}"#,
        ),
        ("next.config.mjs", "export default { output: 'export' }"),
    ]);
    let site = next.run(&["init", "--yes", "--print"]).stdout;
    assert!(site.contains("/app/out /public") && site.contains("SERVER_ERROR_PAGE_404=/public/404.html"), "{site}");
}

#[test]
fn an_output_that_holds_all_is_copied_alone() {
    let scratch = Scratch::new([(
        "package.json",
        r#"{"scripts": {"build": "nuxt build"}, "dependencies": {"nuxt": "4.0.0"}, "devDependencies": {"eslint": "9.0.0"}}"#,
    )]);
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains("COPY --from=build /app/.output /app/.output") && !text.contains("prune"), "{text}");
}

#[test]
fn an_automatic_adapter_is_told_of_containers() {
    let scratch = Scratch::new([(
        "package.json",
        r#"{"scripts": {"build": "vite build"},
            "devDependencies": {"@sveltejs/kit": "2.0.0", "@sveltejs/adapter-auto": "6.0.0", "vite": "7.0.0"}}"#,
    )]);
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["@sveltejs/adapter-auto builds for the platform that it finds"]);
    assert!(ran.stdout.contains("ENV GCP_BUILDPACKS=1") && ran.stdout.contains(r#"CMD ["build/index.js"]"#));
}

#[test]
fn a_bundler_without_a_page_makes_no_site() {
    let manifest =
        r#"{"bin": "build/cli.js", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7.0.0"}}"#;
    let scratch = Scratch::new([("package.json", manifest)]);
    let tool = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(tool.contains(r#""/nodejs/bin/node", "build/cli.js"]"#), "{tool}");
    scratch.file("index.html", "");
    assert!(scratch.run(&["init", "--yes", "--print"]).stdout.contains("/static-web-server"));
}

#[test]
fn the_root_says_which_member_it_starts() {
    for start in ["pnpm --filter @a/api run prod", "cd apps/api && pnpm run prod", "turbo run prod --filter=@a/api..."]
    {
        let root = format!(r#"{{"name": "root", "scripts": {{"start": "{start}"}}}}"#);
        let scratch = Scratch::new([
            ("package.json", root.as_str()),
            ("pnpm-workspace.yaml", "packages:\n  - apps/*\n"),
            ("apps/api/package.json", r#"{"name": "@a/api", "scripts": {"prod": "node main.js"}}"#),
            ("apps/api/main.js", LISTENS),
            ("apps/web/package.json", r#"{"name": "@a/web", "scripts": {"start": "node main.js"}}"#),
            ("apps/web/main.js", LISTENS),
        ]);
        scratch.run(&["init", "--yes", "--dry-run"]).ends(0, &["@a/api"]);
    }
}

#[test]
fn two_places_that_want_another_version_are_named() {
    let scratch = package(r#""start": "node server.js""#, "");
    scratch.file(".nvmrc", "22\n");
    scratch.file("package.json", r#"{"scripts": {"start": "node server.js"}, "engines": {"node": ">=24"}}"#);
    let message = "the project states different versions of Node.js, and the first decides: ";
    let said = format!("{message}`22` (.nvmrc:1), `>=24` (package.json:1)");
    scratch.run(&["init", "--yes", "--print"]).ends(0, &[&said]);
    let manifest = scratch.read("package.json");
    let below = Scratch::new([("api/.nvmrc", "22\n"), ("api/package.json", &manifest), ("api/server.js", LISTENS)]);
    let (_, told) = below.init("api", &[]).unwrap();
    assert!(told.contains(&said), "places are seen from where one stands: {told}");
    scratch.file(".nvmrc", "24\n");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(!ran.stderr.contains("decides"), "{}", ran.stderr);
}

#[test]
fn the_version_of_the_package_manager_comes_from_where_it_is_stated() {
    let install = |files: &[(&str, &str)]| {
        let scratch = Scratch::new(files.iter().copied());
        scratch.file("a.js", LISTENS);
        let text = scratch.run(&["init", "--yes", "--print"]).stdout;
        let line = text.lines().find(|line| line.starts_with("RUN npm install --global")).unwrap_or_default();
        line.split(" &&").next().unwrap_or_default().to_owned()
    };
    let manifest = |more: &str| format!(r#"{{"scripts": {{"start": "node a.js"}}, {more}}}"#);
    let cases = [
        (r#""packageManager": "pnpm@9.1.0+sha512.abc""#, "pnpm-lock.yaml", "pnpm@9.1.0"),
        (r#""devEngines": {"packageManager": {"name": "pnpm", "version": "11.2.0"}}"#, "pnpm-lock.yaml", "pnpm@11.2.0"),
        (r#""volta": {"pnpm": "8.15.9"}"#, "pnpm-lock.yaml", "pnpm@8.15.9"),
        (r#""engines": {"pnpm": "11.5.x"}"#, "pnpm-lock.yaml", "pnpm@11.5.x"),
        (r#""engines": {"pnpm": ">=8"}"#, "pnpm-lock.yaml", "pnpm@10"),
        (r#""packageManager": "npm@10.9.2""#, "package-lock.json", "npm@10.9.2"),
        (r#""packageManager": "yarn@1.22.19""#, "yarn.lock", "yarn@1.22.19"),
    ];
    for (more, lock, wanted) in cases {
        let line = install(&[("package.json", &manifest(more)), (lock, "lockfileVersion: '9.0'\n")]);
        assert!(line.ends_with(wanted), "{more}: {line}");
    }
    let pinned = install(&[
        ("package.json", &manifest(r#""x": 1"#)),
        ("mise.toml", "[tools]\npnpm = \"9.15.0\"\n"),
        ("pnpm-lock.yaml", ""),
    ]);
    assert!(pinned.ends_with("pnpm@9.15.0"), "{pinned}");
}

#[test]
fn a_lock_file_of_another_package_manager_decides_and_is_named() {
    let scratch = package(r#""start": "node server.js""#, r#""ms": "2.1.3""#);
    let manifest =
        r#"{"packageManager": "pnpm@9.0.0", "scripts": {"start": "node server.js"}, "dependencies": {"ms": "2.1.3"}}"#;
    scratch.file("package.json", manifest);
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ms": "2.1.3"}}}}"#;
    scratch.file("package-lock.json", lock);
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["the manifest names pnpm, and the only lock file is another's: `package-lock.json` decides"]);
    assert!(ran.stdout.contains("npm ci"), "{}", ran.stdout);
}

#[test]
fn ports_and_interfaces_are_read_from_schemas_of_the_environment() {
    let scratch = package(r#""start": "node server.js""#, "");
    scratch.file(
        "env.js",
        "const { z } = require('zod');\nexports.env = z.object({ HOST: z.string().default('localhost'),\n PORT: z.coerce\n  .number()\n  .default(8321) }).parse(process.env)",
    );
    scratch.file("server.js", "const { env } = require('./env');\napp.listen(env.PORT, env.HOST)");
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    for line in ["EXPOSE 8321", "ENV PORT=8321", "ENV HOST=0.0.0.0"] {
        assert!(text.lines().any(|own| own == line), "{line} is not in {text}");
    }
}

#[test]
fn what_listens_on_the_loopback_is_opened_by_the_build() {
    let scratch = package(r#""start": "node server.js""#, r#""fastify": "5.0.0""#);
    scratch.file("server.js", "fastify.listen({ port: 3000 }, done)");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["the machine's own loopback only", "server.js:1"]);
    assert_eq!(scratch.edited(&ran.stdout), "fastify.listen({ host: \"0.0.0.0\", port: 3000 }, done)");
    scratch.file("server.js", "const hostname = '127.0.0.1';\nserver.listen(3000, hostname)");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert_eq!(scratch.edited(&ran.stdout), "const hostname = '0.0.0.0';\nserver.listen(3000, hostname)");
    scratch.file("server.js", "app.listen(\n  3000,\n  'localhost')");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert_eq!(scratch.edited(&ran.stdout), "app.listen(\n  3000,\n  '0.0.0.0')");
    let kept = scratch.run(&["init", "--yes", "--print", "--listen", "keep"]);
    assert!(!kept.stdout.contains("sed"), "{}", kept.stdout);
    kept.ends(0, &["nobody reaches it in a container", "write `'0.0.0.0')` there"]);
    scratch.run(&["init", "--yes", "--print", "--listen", "never"]).ends(2, &["`rewrite`, `keep`"]);
    scratch.file("dockgen.toml", "listen = \"keep\"\n");
    assert!(!scratch.run(&["init", "--yes", "--print"]).stdout.contains("sed"));
    std::fs::remove_file(scratch.path().join("dockgen.toml")).unwrap();
    scratch.file("server.js", "fastify.listen({ port: 3000, host: '0.0.0.0' }, done)");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(!ran.stderr.contains("loopback") && !ran.stdout.contains("sed"), "{}", ran.stderr);
    // where there is nothing to edit, there is no question
    scratch.run(&["init", "--yes", "--print", "--listen", "keep"]).ends(2, &["`--listen` is no question"]);
}

#[test]
fn a_variable_of_any_name_opens_a_server_before_its_source_is_edited() {
    let scratch = package(r#""start": "node server.js""#, r#""express": "5.0.0""#);
    scratch.file("server.js", "app.listen(3000, process.env.BIND_TO || '127.0.0.1')");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(ran.stdout.contains("ENV BIND_TO=0.0.0.0\n") && !ran.stdout.contains("sed"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("loopback"), "{}", ran.stderr);
}

#[test]
fn folders_inside_of_written_folders_are_not_volumes_of_their_own() {
    let scratch = package(r#""start": "node server.js""#, "");
    scratch.file("server.js", "fs.mkdirSync('data/uploads');\nopen('./data/shop.sqlite');\napp.listen(3000)");
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains("VOLUME [\"/app/data\"]"), "{text}");
}

#[test]
fn a_package_of_deno_is_refused_by_name() {
    let scratch =
        Scratch::new([("package.json", "{}"), ("deno.json", "{}"), ("server.ts", "Deno.serve(() => new Response())")]);
    scratch.run(&["init", "--yes"]).ends(2, &["Deno runs this package"]);
}

#[test]
fn a_bundler_puts_its_output_by_what_it_is_given() {
    let start = |build: &str, version: &str| {
        let manifest = format!(
            r#"{{"scripts": {{"build": "{build}", "start": "node dist/server.js"}}, "dependencies": {{"fastify": "5.0.0"}}, "devDependencies": {{"tsup": "8.0.0", "typescript": "{version}"}}}}"#
        );
        let scratch = Scratch::new([
            ("package.json", manifest.as_str()),
            ("tsconfig.json", r#"{"compilerOptions": {"module": "nodenext"}}"#),
            ("src/server.ts", "import { app } from './app'; app.listen({ port: 8000 })"),
            ("src/app.ts", "import { db } from '../infra/db'; export const app = db"),
            ("infra/db.ts", "export const db = 1"),
        ]);
        command(&scratch)
    };
    for version in ["5.8.0", "6.0.3"] {
        for build in [
            "tsup src/ --minify",
            "tsup src/server.ts",
            "tsup 'src/**/*.ts' --format cjs",
            "esbuild src/server.ts --bundle --outdir=dist",
        ] {
            assert_eq!(start(build, version), r#"CMD ["dist/server.js"]"#, "{build} {version}");
        }
        assert_eq!(start("tsc --outDir dist", version), r#"CMD ["dist/src/server.js"]"#, "{version}");
    }
}

#[test]
fn an_application_that_only_the_tool_of_a_platform_serves_is_refused() {
    let ran = |scripts: &str, source: &str, lock: &str| {
        let manifest = format!(
            r#"{{"type": "module", "scripts": {{{scripts}}}, "dependencies": {{"hono": "4.9.0"}}, "devDependencies": {{"tsx": "4.20.0", "typescript": "5.8.0"}}}}"#
        );
        Scratch::new([("package.json", manifest.as_str()), ("src/index.ts", source), (lock, "{}")])
            .run(&["init", "--yes", "--print"])
    };
    let exported =
        "import { Hono } from 'hono'; const app = new Hono(); app.get('/', (c) => c.text('x')); export default app";
    let dev = r#""dev": "vc dev", "build": "vc build""#;
    ran(dev, exported, "x.json").ends(2, &["only `vc`, the tool of a platform, serves it", "package.json:1"]);
    let served = "import { Hono } from 'hono'; import { serve } from '@hono/node-server'; const app = new Hono(); serve(app); export default app";
    assert_eq!(ran(dev, served, "x.json").status, 0, "it listens");
    assert_eq!(ran(r#""dev": "tsx watch src/index.ts""#, served, "x.json").status, 0);
    assert_eq!(ran(r#""dev": "vc dev", "start": "tsx src/index.ts""#, served, "x.json").status, 0);
}

#[test]
fn sources_that_look_for_sources_run_as_they_are() {
    let start = |condition: &str, runner: &str| {
        let manifest = format!(
            r#"{{"main": "dist/index.js", "scripts": {{"start:application": "ts-node src/index.ts"}}, "devDependencies": {{"typescript": "5.8.0"{runner}}}}}"#
        );
        let source = format!(
            "import fs from 'fs'; fs.readdirSync(__dirname).forEach((name) => {{ if ({condition}) require(name) }}); setInterval(() => {{}}, 1000)"
        );
        command(&Scratch::new([
            ("package.json", manifest.as_str()),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "./dist"}}"#),
            ("src/index.ts", source.as_str()),
        ]))
    };
    let runner = r#", "ts-node": "10.9.1""#;
    assert_eq!(
        start("name.endsWith('.ts')", runner),
        r#"CMD ["--require", "ts-node/register/transpile-only", "src/index.ts"]"#
    );
    assert_eq!(start("name.endsWith('.ts') || name.endsWith('.js')", runner), r#"CMD ["dist/index.js"]"#);
    assert_eq!(start("name.endsWith('.ts')", ""), r#"CMD ["dist/index.js"]"#, "nothing runs them");
}

#[test]
fn a_driver_that_only_development_has_stays_where_a_library_loads_it() {
    let said = |settings: &str, client: &str| {
        let manifest = r#"{"scripts": {"start": "node server.js"}, "dependencies": {"express": "5.0.0", "knex": "3.0.0", "pg": "8.0.0", "zod": "4.0.0"}, "devDependencies": {"sqlite3": "5.0.0"}}"#;
        let server = format!(
            "const {{ z }} = require('zod'); const knex = require('knex'); {settings} knex({{ client: {client}, connection: 'x' }}); {LISTENS}"
        );
        Scratch::new([("package.json", manifest), ("server.js", server.as_str())])
            .run(&["init", "--yes", "--print"])
            .stderr
    };
    let keeps = "`sqlite3`, a development dependency";
    let schema =
        "const env = z.object({ DATABASE_CLIENT: z.enum(['sqlite3', 'pg']).default('sqlite3') }).parse(process.env);";
    assert!(said("", "'sqlite3'").contains(keeps));
    assert!(said(schema, "env.DATABASE_CLIENT").contains(keeps));
    assert!(said("", "process.env.CLIENT || 'sqlite3'").contains(keeps));
    assert!(!said("", "'pg'").contains(keeps) && !said("", "process.env.CLIENT").contains(keeps));
    assert!(!said(&schema.replace(".default('sqlite3')", ".default('pg')"), "env.DATABASE_CLIENT").contains(keeps));
}

#[test]
fn folders_of_sources_alone_are_not_copied_beside_what_is_made_of_them() {
    let copies = |more: &str| {
        let scratch = Scratch::new([
            ("package.json", r#"{"main": "dist/index.js", "devDependencies": {"typescript": "5.8.0"}}"#),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "./dist"}}"#),
            (
                "src/index.ts",
                "import fs from 'fs'; import path from 'path'; fs.readdirSync(path.join(__dirname, './commands')); setInterval(() => {}, 1000)",
            ),
            ("src/commands/ping.ts", "export default 1"),
            (more, "x"),
        ]);
        let ran = scratch.run(&["init", "--yes", "--print"]);
        ran.stdout.contains("cp -a src/commands dist/commands")
    };
    assert!(!copies("src/commands/pong.ts"));
    assert!(copies("src/commands/text.md"));
}

#[test]
fn a_worker_that_only_wrangler_starts_is_refused() {
    let ran = |scripts: &str, settings: &str| {
        let manifest = format!(r#"{{"name": "shop", "scripts": {{{scripts}}}, "dependencies": {{"hono": "4"}}}}"#);
        let files = [
            ("package.json", manifest.as_str()),
            (settings, "main = \"src/index.ts\"\n"),
            ("src/index.ts", "export default app\n"),
        ];
        Scratch::new(files).run(&["init", "--yes", "--print"])
    };
    ran(r#""dev": "wrangler dev", "deploy": "wrangler deploy""#, "wrangler.toml")
        .ends(2, &["a worker of Cloudflare", "wrangler.toml"]);
    ran(r#""start": "wrangler dev""#, "wrangler.jsonc").ends(2, &["a worker of Cloudflare"]);
    ran(r#""dev": "wrangler dev", "start": "node src/index.ts""#, "wrangler.toml").ends(0, &[]);
    ran(r#""dev": "wrangler dev""#, "other.toml").ends(0, &[]);
}

#[test]
fn projects_of_nx_are_applications() {
    let project = |name: &str, executor: &str, more: &str| {
        format!(
            r#"{{"name": "{name}", "projectType": "application", "targets": {{"build": {{"executor": "{executor}",
                "options": {{"outputPath": "dist/apps/{name}", "main": "apps/{name}/src/main.ts" {more}}}}}}}}}"#
        )
    };
    let scratch = Scratch::new([
        ("package.json", r#"{"dependencies": {"express": "5.0.0"}, "devDependencies": {"nx": "22.0.0"}}"#.to_owned()),
        ("nx.json", "{}".to_owned()),
        ("apps/api/project.json", project("api", "@nx/webpack:webpack", "")),
        ("apps/api/src/main.ts", LISTENS.to_owned()),
        ("apps/web/project.json", project("web", "@angular/build:application", r#", "index": "apps/web/index.html""#)),
        ("libs/shared/project.json", r#"{"name": "shared", "projectType": "library"}"#.to_owned()),
    ]);
    scratch.run(&["init", "--yes"]).ends(2, &["api ", "web "]);
    let server = scratch.run(&["init", "--yes", "--print", "--app", "api"]).stdout;
    assert!(server.contains("npx --no-install nx build api\n"), "{server}");
    assert!(
        server.contains("WORKDIR /app/apps/api\n") && server.contains(r#"["../../dist/apps/api/main.js"]"#),
        "{server}"
    );
    let site = scratch.run(&["init", "--yes", "--print", "--app", "web"]).stdout;
    assert!(site.contains("COPY --from=build /app/dist/apps/web/browser /public"), "{site}");
    scratch.file("nx.json", r#"{"defaultProject": "api"}"#);
    scratch.run(&["init", "--yes", "--dry-run"]).ends(0, &["api: "]);
}

#[test]
fn install_scripts_of_needed_members_run_after_the_sources_are_there() {
    let scratch = Scratch::new([
        ("package.json", r#"{"name": "root", "workspaces": ["a", "b", "c"]}"#),
        ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#),
        ("a/package.json", r#"{"name": "a", "scripts": {"start": "node a.js"}, "dependencies": {"b": "1.0.0"}}"#),
        ("a/a.js", LISTENS),
        ("b/package.json", r#"{"name": "b", "scripts": {"postinstall": "node make.js"}}"#),
        ("c/package.json", r#"{"name": "c", "scripts": {"postinstall": "node unneeded.js"}}"#),
    ]);
    let text = scratch.run(&["init", "--yes", "--print", "--app", "a"]).stdout;
    assert!(text.contains("--ignore-scripts\n") && text.contains("RUN npm run postinstall --workspace b\n"), "{text}");
    assert!(!text.contains("--workspace c"), "{text}");
}

#[test]
fn a_member_that_a_script_of_the_build_names_belongs_to_it() {
    let text = |prebuild: &str| {
        let member = format!(
            r#"{{"name": "a", "scripts": {{"prebuild": "{prebuild}", "build": "tsup", "start": "node dist/a.js"}}, "devDependencies": {{"tsup": "8"}}}}"#
        );
        let scratch = Scratch::new([
            ("package.json", r#"{"name": "root"}"#),
            ("pnpm-workspace.yaml", "packages: [a, types]\n"),
            ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
            ("a/package.json", &member),
            ("a/src/a.ts", LISTENS),
            ("types/package.json", r#"{"name": "@shop/types", "scripts": {"build": "tsc"}}"#),
            ("types/index.ts", "export type A = 1\n"),
        ]);
        scratch.run(&["init", "--yes", "--print", "--app", "a"]).stdout
    };
    for prebuild in
        ["pnpm --filter=@shop/types build", "pnpm --filter @shop/types... build", "npm run build -w @shop/types"]
    {
        assert!(text(prebuild).contains("pnpm --filter @shop/types run build"), "{prebuild}: {}", text(prebuild));
    }
    assert!(!text("pnpm --filter=@shop/other build").contains("@shop/types run build"));
}

#[test]
fn a_build_does_without_a_database() {
    let scratch =
        package(r#""start": "node dist/a.js", "build": "prisma generate && tsc && prisma migrate deploy""#, "");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["the build leaves out `prisma migrate deploy`, which needs a database"]);
    assert!(ran.stdout.contains("RUN npx --no-install prisma generate && npx --no-install tsc\n"), "{}", ran.stdout);
    let scripts = r#""start": "node dist/a.js", "build": "run-s db:migrate build:db build:next",
        "db:migrate": "drizzle-kit migrate", "build:db": "prisma generate", "build:next": "next build""#;
    let ran = package(scripts, "").run(&["init", "--yes", "--print"]);
    ran.ends(0, &["the build leaves out `npm run db:migrate`"]);
    assert!(ran.stdout.contains("RUN npm run build:db && npm run build:next\n"), "{}", ran.stdout);
    let scratch = package(r#""start": "node dist/a.js", "build": "DB=1 tsc && node seed.js""#, "");
    scratch.run(&["init", "--yes", "--print"]).ends(0, &["seems to need a database"]);
}

#[test]
fn the_validation_of_the_environment_is_switched_off_in_the_build() {
    let scratch = package(r#""start": "node server.js", "build": "node build.js""#, "");
    scratch.file("src/env.mjs", "createEnv({\n  skipValidation: !!process.env.SKIP_ENV_VALIDATION\n})");
    scratch.file("prisma.config.ts", "export default { datasource: { url: env('DATABASE_URL') } }");
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    let build = text.split("\nFROM").nth(1).unwrap_or_default();
    assert!(build.contains("ENV SKIP_ENV_VALIDATION=true\nENV DATABASE_URL=unset\n"), "{text}");
    assert_eq!(text.matches("DATABASE_URL").count(), 1, "not in the final image: {text}");
}

#[test]
fn a_lock_file_out_of_step_is_named_and_not_held_to() {
    let cases = [
        ("yarn.lock", "ms@2.1.2:\n  version \"2.1.2\"\n", "ms@2.1.3:\n  version \"2.1.3\"\n", "--frozen-lockfile"),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      ms:\n        specifier: 2.1.2\n",
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      ms:\n        specifier: 2.1.3\n",
            " --frozen-lockfile",
        ),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ms": "2.1.2"}}}}"#,
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ms": "2.1.3"}}}}"#,
            "npm ci",
        ),
    ];
    for (name, out_of_step, in_step, frozen) in cases {
        let scratch = package(r#""start": "node server.js""#, r#""ms": "2.1.3""#);
        scratch.file(name, out_of_step);
        let ran = scratch.run(&["init", "--yes", "--print"]);
        ran.ends(0, &["is out of step with package.json: it lacks `ms`"]);
        assert!(
            !ran.stdout.contains(frozen) && ran.stdout.contains(&format!("COPY package.json {name}")),
            "{name}: {}",
            ran.stdout
        );
        scratch.file(name, in_step);
        let ran = scratch.run(&["init", "--yes", "--print"]);
        assert!(ran.stdout.contains(frozen) && !ran.stderr.contains("out of step"), "{name}: {}", ran.stdout);
    }
}

#[test]
fn what_the_manifest_names_comes_before_a_script_for_development() {
    let manifest = r#"{"bin": "cli.js", "scripts": {"dev": "node --watch server.js fixtures.json"}}"#;
    let scratch = Scratch::new([("package.json", manifest), ("cli.js", ""), ("server.js", LISTENS)]);
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains(r#""/nodejs/bin/node", "cli.js"]"#), "{text}");
}

#[test]
fn yarn_3_keeps_development_dependencies_without_its_plugin() {
    let manifest = r#"{"packageManager": "yarn@3.8.7", "scripts": {"start": "node server.js"}, "devDependencies": {"ms": "2.1.3"}}"#;
    let scratch = Scratch::new([("package.json", manifest), ("server.js", LISTENS)]);
    scratch.file("yarn.lock", "__metadata:\n  version: 6\n\n\"ms@npm:2.1.3\":\n  version: 2.1.3\n");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["Yarn 3 takes development dependencies away by a plugin only"]);
    assert!(!ran.stdout.contains("focus"), "{}", ran.stdout);
    scratch.file(".yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs", "");
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains("yarn workspaces focus --all --production"), "{text}");
}

#[test]
fn a_shell_is_what_starts_programs_and_no_database() {
    let scratch = package(r#""start": "node server.js""#, "");
    scratch.file("server.js", "db.exec('CREATE TABLE x');\napp.listen(3000)");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(!ran.stderr.contains("`sh`"), "{}", ran.stderr);
    scratch.file("server.js", "const out = child_process.execSync('ls');\napp.listen(3000)");
    scratch.run(&["init", "--yes", "--print"]).ends(0, &["starts `sh`, `ls`", "server.js:1"]);
}

#[test]
fn a_build_is_commands_in_turn_with_their_variables() {
    let scratch = package(r#""start": "node server.js", "build": "tsc""#, "");
    let made = scratch.run(&["init", "--yes", "--print", "--build", "A='b c' npm run build && npx tsc -p 'x y'"]);
    assert!(made.stdout.contains("RUN A='b c' npm run build && npx tsc -p 'x y'\n"), "{}", made.stdout);
    for build in
        ["npm run build | tee log", "npm run build > log", "(cd web && npm run build)", "npm run 'build", "a &"]
    {
        scratch.run(&["init", "--yes", "--print", "--build", build]).ends(2, &["operator other than `&&`"]);
    }
}

#[test]
fn a_script_of_several_lines_and_semicolons_is_followed() {
    let scratch = package(r#""start": "cd app; PORT=4000 node index.js 2>&1""#, "");
    scratch.file("app/index.js", LISTENS);
    assert_eq!(command(&scratch), r#"CMD ["index.js"]"#);
    let scratch = package(r#""start": "./run.sh""#, "");
    scratch.file(
        "run.sh",
        "#!/bin/sh\nif [ -z \"$X\" ]; then\n  echo no\nfi\ncat <<E\nnode other.js\nE\nexec node server.js \"a b\"\n",
    );
    assert_eq!(command(&scratch), r#"CMD ["server.js", "a b"]"#);
    // What only a condition starts can't be followed.
    scratch.file("run.sh", "#!/bin/sh\nif true; then\n  node server.js --x\nfi\n");
    assert_eq!(command(&scratch), r#"CMD ["server.js"]"#);
}

#[test]
fn a_lock_file_that_lacks_what_a_package_wants_on_other_systems_is_out_of_step() {
    let lock = |more: &str| {
        format!(
            r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"chokidar": "3"}}}},
            "node_modules/chokidar": {{"dependencies": {{"glob": "1"}}, "optionalDependencies": {{"fsevents": "2"}}, "peerDependencies": {{"x": "1"}}}},
            "node_modules/chokidar/node_modules/glob": {{}}{more}}}}}"#
        )
    };
    let scratch = package(r#""start": "node server.js""#, r#""chokidar": "3""#);
    scratch.file("package-lock.json", lock(""));
    let ran = scratch.run(&["init", "--yes", "--print"]);
    ran.ends(0, &["is out of step with package.json: it lacks `fsevents`"]);
    assert!(!ran.stdout.contains("npm ci"), "{}", ran.stdout);
    scratch.file("package-lock.json", lock(r#", "node_modules/fsevents": {}"#));
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(ran.stdout.contains("npm ci") && !ran.stderr.contains("out of step"), "{ran:?}");
}

#[test]
fn the_folder_that_a_start_script_goes_to_is_the_working_folder() {
    let shown = |scratch: &Scratch| {
        let text = scratch.run(&["init", "--yes", "--print"]).stdout;
        let last = text.rsplit("\nFROM ").next().unwrap_or_default().to_owned();
        let line = |start: &str| last.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned();
        format!("{} {}", line("WORKDIR"), line("CMD"))
    };
    for (start, expected) in [
        ("cd app && node index.js", r#"WORKDIR /app/app CMD ["index.js"]"#),
        ("cd ./app && node ../server.js", r#"WORKDIR /app/app CMD ["../server.js"]"#),
        ("cd /usr/src/app && node index.js", r#"WORKDIR /app/app CMD ["index.js"]"#),
        ("cd dist && cross-env NODE_ENV=production node server.js", r#"WORKDIR /app/dist CMD ["server.js"]"#),
        // Where nothing goes anywhere, or to another image's own folder.
        ("node app/index.js", r#"WORKDIR /app CMD ["app/index.js"]"#),
        ("cd /srv && node server.js", r#"WORKDIR /app CMD ["server.js"]"#),
    ] {
        let scratch = package(&format!(r#""start": "{start}", "build": "tsc""#), r#""typescript": "5""#);
        scratch.file("app/index.js", LISTENS);
        scratch.file("server.ts", LISTENS);
        scratch.file("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}, "files": ["server.ts"]}"#);
        assert_eq!(shown(&scratch), expected, "{start}");
    }
    // Files are sought and written from there.
    let scratch = package(r#""start": "cd app && node index.js""#, r#""better-sqlite3": "12""#);
    scratch.file("app/index.js", format!("require('fs').mkdirSync('uploads'); {LISTENS}"));
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains("VOLUME [\"/app/app/uploads\"]\n"), "{text}");
}

#[test]
fn a_folder_with_packages_of_its_own_runs_with_those() {
    let scratch = package(r#""start": "cd api && node index.js""#, "");
    scratch.file("api/index.js", LISTENS);
    scratch.file("api/package.json", r#"{"name": "api", "main": "index.js", "dependencies": {"express": "5"}}"#);
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains("COPY package.json ./\n") && text.contains("CMD [\"index.js\"]\n"), "{text}");
    scratch.run(&["detect", "--json"]).ends(0, &[]);
    // What has none belongs to the package above.
    scratch.file("api/package.json", r#"{"type": "commonjs"}"#);
    assert_eq!(command(&scratch), r#"CMD ["index.js"]"#);
}

#[test]
fn a_file_of_variables_that_the_program_ends_without_is_told() {
    let said = |text: &str, file: &str| {
        let scratch = package(r#""start": "node server.js""#, r#""dotenv": "16""#);
        scratch.file("server.js", format!("{text}\n{LISTENS}\n"));
        if !file.is_empty() {
            scratch.file(file, "A=1\n");
        }
        scratch.run(&["init", "--yes", "--print"]).stderr
    };
    for text in [
        "const result = require('dotenv').config({ path: './.env.local' })\nif (result.error) throw result.error",
        "const dotenv = require('dotenv')\nconst { error } = dotenv.config({ path: '.env.local' })\nif (error) { console.error(error); process.exit(1) }",
        "const dotenv = require('dotenv')\nconst path = require('path')\nconst env = dotenv.config({ path: path.join(__dirname, '.env.local') })\nif (env.error !== undefined || !env.parsed) { throw new Error('none') }",
        "process.loadEnvFile('.env.local')",
    ] {
        let said = said(text, ".env.example");
        assert!(said.contains("it reads `.env.local` unless told otherwise, and there is none"), "{text}: {said}");
        assert!(said.contains("made from `.env.example`") && said.contains(":/app/.env.local:ro"), "{text}: {said}");
    }
    let told = said("const env = require('dotenv').config()\nif (env.error) throw env.error", ".env");
    assert!(told.contains("it reads `.env` unless told otherwise, and it is left out of the image"), "{told}");
    for text in [
        "require('dotenv').config({ path: './.env.local' })",
        "const result = require('dotenv').config({ path: '.env.local' })\nif (result.error) console.warn(result.error)",
        "if (process.env.NODE_ENV !== 'production') {\n  const result = require('dotenv').config({ path: '.env.local' })\n  if (result.error) throw result.error\n}",
        "try { process.loadEnvFile('.env.local') } catch {}",
        "const { error } = schema.validate(process.env)\nif (error) throw error",
    ] {
        let said = said(text, ".env.example");
        assert!(!said.contains("unless told otherwise"), "{text}: {said}");
    }
}

#[test]
fn a_start_script_that_names_a_file_in_other_letters_starts_it() {
    let scratch = package(r#""start": "nodemon app""#, "");
    std::fs::remove_file(scratch.path().join("server.js")).unwrap();
    scratch.file(
        "App.js",
        format!("app.set('views', 'views'); app.get('/', (req, res) => res.render('home')); {LISTENS}"),
    );
    scratch.file("views/Home.ejs", "");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(ran.stdout.contains("CMD [\"App.js\"]\n"), "{}", ran.stdout);
    ran.ends(0, &["`app` is called `App.js` in the repository", "`home` is called `views/Home.ejs` in the repository"]);
    scratch.file("app.js", LISTENS);
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(ran.stdout.contains("CMD [\"app.js\"]\n") && !ran.stderr.contains("`app` is called"), "{}", ran.stderr);
}

#[test]
fn a_lock_file_of_bun_that_lacks_a_package_is_not_frozen() {
    let lock =
        |names: &str| format!(r#"{{"lockfileVersion": 1, "workspaces": {{"": {{"dependencies": {{{names}}}}},}}}}"#);
    let scratch = package(r#""start": "node server.js""#, r#""hono": "^4.0.0", "left-pad": "1.3.0""#);
    for (names, is_frozen) in [(r#""hono": "^4.0.0", "left-pad": "1.3.0","#, true), (r#""hono": "^4.0.0","#, false)] {
        scratch.file("bun.lock", lock(names));
        let ran = scratch.run(&["init", "--yes", "--print"]);
        assert_eq!(ran.stdout.contains("--frozen-lockfile"), is_frozen, "{}", ran.stdout);
        assert_eq!(
            ran.stderr.contains("is out of step with package.json: it lacks `left-pad`"),
            !is_frozen,
            "{}",
            ran.stderr
        );
    }
    std::fs::remove_file(scratch.path().join("bun.lock")).unwrap();
    for (bytes, is_frozen) in
        [(&b"\xff\x00hono\x00^4.0.0left-pad1.3.0\x00"[..], true), (&b"\xff\x00hono\x00^4.0.0"[..], false)]
    {
        std::fs::write(scratch.path().join("bun.lockb"), bytes).unwrap();
        let ran = scratch.run(&["init", "--yes", "--print"]);
        assert_eq!(ran.stdout.contains("--frozen-lockfile"), is_frozen, "{}", ran.stdout);
    }
}

#[test]
fn a_file_that_only_exports_a_function_is_started_by_nothing() {
    let library = |text: &str| {
        let scratch = Scratch::new([(
            "package.json",
            r#"{"name": "lib", "main": "index.js", "dependencies": {"express": "4"}}"#,
        )]);
        scratch.file("index.js", text);
        scratch.run(&["init", "--yes", "--print"])
    };
    for text in [
        "module.exports = function (options) { return require('express')() }",
        "const a = require('a')\nmodule.exports = () => a()",
        "module.exports = function (db) { const x = require('./lib')(db); return { x } }",
    ] {
        library(text).ends(2, &["nothing in the package can be started"]);
    }
    for text in [
        "const app = require('express')(); app.listen(3000); module.exports = () => app",
        "require('./server'); module.exports = () => 1",
        "module.exports = require('express')()",
    ] {
        library(text).ends(0, &[]);
    }
}

#[test]
fn a_line_that_was_never_for_production_has_ended_like_any_other() {
    let scratch = package(r#""start": "node server.js""#, "");
    scratch.file(".nvmrc", "13.3.0\n");
    scratch.run(&["init", "--yes", "--print"]).ends(0, &["Node.js 13 ended on 2020-06-01; the image has Node.js 22"]);
    scratch.file(".nvmrc", "2.0.0\n");
    scratch.run(&["init", "--yes", "--print"]).ends(2, &["no maintained Node.js satisfies `2.0.0`"]);
}

#[test]
fn the_number_of_a_stream_is_no_folder() {
    let scratch = package(r#""start": "node server.js""#, r#""pino": "9""#);
    scratch.file("server.js", format!("log({{ options: {{ destination: 1 }} }}); {LISTENS}"));
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(!text.contains("VOLUME"), "{text}");
    scratch.file("server.js", format!("log({{ options: {{ destination: './logs' }} }}); {LISTENS}"));
    assert!(scratch.run(&["init", "--yes", "--print"]).stdout.contains("VOLUME [\"/app/logs\"]"));
}

/// The Dockerfile for a server whose package has these fields and files.
fn dockerfile(fields: &str, files: &[(&str, &str)]) -> String {
    let manifest = format!("{{\"name\": \"x\", \"scripts\": {{\"start\": \"node server.js\"}}{fields}}}");
    let scratch = Scratch::new([("package.json", manifest.as_str()), ("server.js", LISTENS)]);
    for (path, text) in files {
        scratch.file(path, text);
    }
    scratch.init(".", &[]).unwrap().0
}

#[test]
fn what_stands_in_for_a_dependency_is_there_before_the_install() {
    let before = |fields: &str, path: &str, files: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = files.iter().copied().chain([(path, "x")]).collect();
        let text = dockerfile(fields, &all);
        let folder = path.rsplit_once('/').unwrap().0;
        let commands = ["yarn install", "npm ci", "npm install"];
        let install = commands.iter().find_map(|command| text.find(command)).unwrap();
        text[..install].contains(&format!("COPY {folder}")) || text[..install].contains(&format!("COPY {path}"))
    };
    assert!(before(", \"overrides\": {\"a\": {\"b\": \"file:./vendor/b.tgz\"}}", "vendor/b.tgz", &[]));
    assert!(before(", \"resolutions\": {\"b\": \"file:./vendor/b.tgz\"}", "vendor/b.tgz", &[("yarn.lock", "")]));
    assert!(before(", \"dependencies\": {\"b\": \"./vendor/b.tgz\"}", "vendor/b.tgz", &[]));
    let patch = ", \"dependencies\": {\"a\": \"patch:a@npm%3A1.0.0#~/fixes/a.patch::version=1.0.0\"}, \"packageManager\": \"yarn@4.5.0\"";
    assert!(before(patch, "fixes/a.patch", &[("yarn.lock", "__metadata:\n  version: 8\n")]));
    assert!(!before(", \"overrides\": {\"b\": \"1.0.0\"}", "vendor/b.tgz", &[]), "nothing names it");
}

#[test]
fn a_dependency_beside_the_package_is_in_the_build_context() {
    let scratch = Scratch::new([
        (
            "app/package.json",
            "{\"name\": \"x\", \"scripts\": {\"start\": \"node server.js\"}, \"dependencies\": {\"s\": \"file:../shared\"}}",
        ),
        ("app/server.js", "require('s'); require('http').createServer().listen(3000)"),
        ("shared/package.json", "{\"name\": \"s\", \"version\": \"1.0.0\"}"),
    ]);
    let (text, _) = scratch.init("app", &[]).unwrap();
    assert!(text.contains("WORKDIR /app/app\n") && text.contains("COPY shared /app/shared/\n"), "{text}");
    scratch.file(
        "app/package.json",
        "{\"name\": \"x\", \"scripts\": {\"start\": \"node server.js\"}, \"dependencies\": {\"s\": \"^1.0.0\"}}",
    );
    let (text, _) = scratch.init("app", &[]).unwrap();
    assert!(text.contains("WORKDIR /app\n") && !text.contains("shared"), "{text}");
}

#[test]
fn variables_of_pages_are_found_in_components() {
    let vite = ", \"devDependencies\": {\"vite\": \"^6.0.0\", \"vue\": \"^3.0.0\"}";
    let manifest = format!("{{\"name\": \"x\", \"scripts\": {{\"build\": \"vite build\"}}{vite}}}");
    let arguments = |name: &str, component: &str| {
        let scratch = Scratch::new([("package.json", manifest.as_str()), ("index.html", ""), (name, component)]);
        let (text, _) = scratch.init(".", &[]).unwrap();
        text.lines().filter(|line| line.starts_with("ARG VITE_")).map(str::to_owned).collect::<Vec<_>>()
    };
    let script = "<script setup lang=\"ts\">\nconst a: string = import.meta.env.VITE_API\n</script>\n<template>{{ a }}</template>\n";
    assert_eq!(arguments("src/App.vue", script), ["ARG VITE_API"]);
    assert_eq!(arguments("src/App.svelte", script), ["ARG VITE_API"]);
    assert!(arguments("src/App.vue", "<template>import.meta.env.VITE_API</template>\n").is_empty(), "no script");
}

#[test]
fn a_variable_in_a_start_command_is_refused() {
    let scratch = Scratch::new([
        ("package.json", "{\"scripts\": {\"start\": \"node server.js\"}}"),
        ("server.js", "require('http').createServer().listen(3000)"),
    ]);
    scratch.run(&["init", "--yes", "--start", "node server.js $PORT"]).ends(2, &["$PORT", "no shell"]);
    scratch.run(&["init", "--yes", "--start", "node server.js '$PORT'"]).ends(0, &[]);
}

#[test]
fn a_build_that_asks_git_gets_the_history() {
    let asks = |script: &str, settings: &str| {
        let manifest = format!(
            "{{\"name\": \"x\", \"scripts\": {{\"build\": \"{script}\", \"stamp\": \"git rev-parse HEAD > a\", \"start\": \"node server.js\"}}}}"
        );
        let scratch =
            Scratch::new([("package.json", manifest.as_str()), ("server.js", LISTENS), ("vite.config.js", settings)]);
        let ran = scratch.run(&["init", "--yes"]);
        let has_git = scratch.read("Dockerfile").contains(" git ");
        assert_eq!(has_git, scratch.read(".dockerignore").contains("!.git\n.git/config\n"), "{script}");
        assert_eq!(has_git, ran.stderr.contains("the build asks git"), "{script}");
        has_git
    };
    let settings = "import { execSync } from 'node:child_process'\nexecSync('git rev-parse HEAD')\n";
    assert!(asks("git rev-parse HEAD > version.txt", ""));
    assert!(asks("npm run stamp", ""));
    assert!(asks("COMMIT=$(git rev-parse HEAD) node build.js", ""));
    assert!(asks("vite build", settings));
    assert!(!asks("vite build", "export default {} // execSync('git rev-parse HEAD')"), "a comment");
    assert!(!asks("node git.js && echo git", ""), "another program");
}

#[test]
fn another_program_of_the_package_says_nothing_of_the_one_that_is_started() {
    let other = "const app = require('express')();\nrequire('./pages')(app);\napp.get('/ping', (_, a) => a.send('x'));\napp.listen(4545);\n";
    let scratch = package(r#""start": "node server.js", "admin": "node admin/server.js""#, r#""express": "5.0.0""#);
    scratch.file("admin/server.js", other);
    scratch.file(
        "admin/pages.js",
        "module.exports = app => app.get('/health', (_, a) => a.send(process.env.ADMIN_KEY));\n",
    );
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains("EXPOSE 3000\n") && !text.contains("HEALTHCHECK"), "{text}");
    // what the started one takes in, or starts, is a part of it
    for taken in ["require('./admin/server')", "require('child_process').fork('./admin/server.js')"] {
        scratch.file("server.js", format!("{taken};\n{LISTENS}"));
        let text = scratch.run(&["init", "--yes", "--print"]).stdout;
        assert!(text.contains("HEALTHCHECK"), "{taken}: {text}");
    }
    // where nothing else listens, it is the server after all
    scratch.file("server.js", "require('dotenv');\n");
    let text = scratch.run(&["init", "--yes", "--print"]).stdout;
    assert!(text.contains("EXPOSE 4545\n"), "{text}");
}

#[test]
fn what_the_members_that_it_needs_read_is_told_to_the_program() {
    let said = |dependency: &str| {
        let api =
            format!(r#"{{"name": "api", "scripts": {{"start": "node server.js"}}, "dependencies": {{{dependency}}}}}"#);
        let scratch = Scratch::new([
            ("package.json", r#"{"name": "all", "private": true, "workspaces": ["api", "store"]}"#),
            ("api/package.json", api.as_str()),
            ("api/server.js", LISTENS),
            (
                "store/package.json",
                r#"{"name": "store", "main": "store.js", "dependencies": {"@prisma/client": "6.0.0"}}"#,
            ),
            (
                "store/store.js",
                "const { PrismaClient } = require('@prisma/client');\nexports.client = new PrismaClient();\nexports.key = process.env.STORE_KEY;\n",
            ),
            (
                "store/prisma/schema.prisma",
                "datasource db {\n  provider = \"mysql\"\n  url      = env(\"STORE_URL\")\n}\n",
            ),
        ]);
        scratch.run(&["init", "api", "--yes", "--dry-run"]).stderr
    };
    let told = said(r#""store": "*""#);
    for part in ["STORE_KEY", "services         mysql", "needs variables that nothing sets: `STORE_URL`"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!said("").contains("STORE_"), "it is not needed");
}

#[test]
fn a_folder_beside_compiled_sources_is_where_the_program_looks_for_it() {
    let of = |build: &str| {
        let scratch =
            package(&format!(r#""start": "node dist/a/server.js", "build": "{build}""#), r#""typescript": "5.9.2""#);
        scratch.file("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}"#);
        let source = "import { mkdirSync } from 'fs';\nimport { join } from 'path';\nmkdirSync(join(__dirname, '..', 'cache'));\nserver.listen(3000);\n";
        scratch.file("src/a/server.ts", source);
        scratch.run(&["init", "--yes", "--dry-run"]).stderr
    };
    assert!(of("tsc").contains("the application writes `dist/cache`"), "{}", of("tsc"));
    assert!(of("tsup src/a/server.ts").contains("the application writes `src/cache`"), "a bundle lies elsewhere");
}

#[test]
fn members_are_built_in_the_order_of_the_root_where_that_names_all_of_them() {
    let of = |build: &str| {
        let root = format!(
            r#"{{"name": "all", "private": true, "workspaces": ["packages/*"], "scripts": {{"build": "{build}", "build:a": "yarn workspace a build", "build:b": "yarn workspace b build"}}}}"#
        );
        let member = |name: &str, dependencies: &str| {
            format!(
                r#"{{"name": "{name}", "scripts": {{"build": "tsc", "start": "node server.js"}}, "dependencies": {{{dependencies}}}}}"#
            )
        };
        let scratch = Scratch::new([
            ("package.json", root.as_str()),
            ("yarn.lock", "# yarn lockfile v1\n"),
            ("packages/a/package.json", &member("a", "")),
            ("packages/b/package.json", &member("b", "")),
            ("packages/app/package.json", &member("app", r#""a": "*", "b": "*""#)),
            ("packages/app/server.js", LISTENS),
        ]);
        let text = scratch.run(&["init", "packages/app", "--yes", "--print"]).stdout;
        let at =
            |name: &str| text.find(&format!("yarn workspace {name} run build")).unwrap_or_else(|| panic!("{text}"));
        (at("a") < at("b"), at("b") < at("app"))
    };
    assert_eq!(of("yarn build:b && yarn build:a && yarn workspace app build"), (false, true));
    for other in
        ["turbo build", "yarn build:b && yarn build:a", "yarn workspace app build && yarn build:b && yarn build:a"]
    {
        assert_eq!(of(other), (true, true), "{other}");
    }
}

#[test]
fn what_is_made_among_the_modules_survives_an_installation_anew() {
    let of = |dependencies: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "scripts": {{"start": "node dist/server.js", "build": "tsc"}}, "dependencies": {{{dependencies}}}, "devDependencies": {{"typescript": "5.9.2", "prisma": "6.0.0"}}}}"#
        );
        let scratch = Scratch::new([
            ("package.json", manifest.as_str()),
            ("bun.lock", "{}"),
            ("src/server.ts", "require('http').createServer().listen(3000)"),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}"#),
            ("prisma/schema.prisma", "datasource db {\n  provider = \"sqlite\"\n  url = env(\"DATABASE_URL\")\n}\n"),
        ]);
        scratch.run(&["init", "--yes", "--print"]).stdout
    };
    let generated = of(r#""@prisma/client": "6.0.0""#);
    let clean = "find node_modules -mindepth 1 -maxdepth 1 '!' -name .prisma '!' -name .zenstack -exec rm -rf '{}' +";
    assert!(generated.contains(clean) && generated.contains("--ignore-scripts"), "{generated}");
    let compiled = of(r#""@prisma/client": "6.0.0", "better-sqlite3": "11.0.0""#);
    assert!(compiled.contains(clean) && !compiled.contains("--ignore-scripts"), "{compiled}");
    let plain = of(r#""express": "5.0.0""#);
    assert!(!plain.contains("-name .prisma") && !plain.contains("prisma generate"), "{plain}");
}

#[test]
fn variables_that_a_build_of_sveltekit_demands_are_given_to_it() {
    let of = |import: &str| {
        let scratch = Scratch::new([
            (
                "package.json",
                r#"{"name": "shop", "scripts": {"build": "vite build"}, "devDependencies": {"@sveltejs/kit": "2.0.0", "@sveltejs/adapter-node": "5.0.0", "vite": "6.0.0"}}"#,
            ),
            (
                "svelte.config.js",
                "import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };\n",
            ),
            ("src/hooks.server.ts", import),
        ]);
        scratch.run(&["init", "--yes", "--print"])
    };
    let public = of("import { PUBLIC_SHOP } from '$env/static/public';\n");
    assert!(public.stdout.contains("ARG PUBLIC_SHOP=\n"), "{}", public.stdout);
    let private = of("import { SHOP_KEY } from '$env/static/private';\n");
    assert!(private.stdout.contains("--mount=type=secret,id=SHOP_KEY"), "{}", private.stdout);
    assert!(private.stdout.contains("SHOP_KEY=\"$(cat /run/secrets/SHOP_KEY)\""), "{}", private.stdout);
    assert!(private.stderr.contains("`SHOP_KEY` is put into the server when it is built"), "{}", private.stderr);
    let dynamic = of("import { env } from '$env/dynamic/private';\nexport const key = env.SHOP_KEY;\n");
    assert!(!dynamic.stdout.contains("SHOP_KEY") && !dynamic.stdout.contains("ARG "), "{}", dynamic.stdout);
}

#[test]
fn scripts_that_start_each_other_are_followed_to_an_end() {
    let circle = r#""build": "npm run build build other build", "other": "npm run build other""#;
    let chain: Vec<String> = (0..20_000).map(|at| format!(r#""s{at}": "npm run s{}""#, at + 1)).collect();
    for scripts in [circle.to_owned(), format!(r#""build": "npm run s0", {}"#, chain.join(","))] {
        let root = format!(r#"{{"name": "all", "private": true, "workspaces": ["app"], "scripts": {{{scripts}}}}}"#);
        let scratch = Scratch::new([
            ("package.json", root.as_str()),
            ("app/package.json", r#"{"name": "app", "scripts": {"start": "node server.js"}}"#),
            ("app/server.js", LISTENS),
        ]);
        scratch.run(&["init", "app", "--yes", "--dry-run"]).ends(0, &[]);
    }
}

#[test]
fn a_main_that_is_not_there_and_that_nothing_makes_starts_nothing() {
    let with = |main: &str, settings: &str, source: &str| {
        let manifest = format!(
            r#"{{"name": "shop", "main": "{main}", "scripts": {{"build": "tsc", "dev": "nodemon dist/index.js"}},
            "devDependencies": {{"typescript": "5.9.2"}}}}"#
        );
        let settings = format!(r#"{{"compilerOptions": {{{settings}}}}}"#);
        command(&Scratch::new([("package.json", &*manifest), ("tsconfig.json", &settings), (source, LISTENS)]))
    };
    let folders = r#""outDir": "dist", "rootDir": "src""#;
    assert_eq!(with("index.js", folders, "src/index.ts"), r#"CMD ["dist/index.js"]"#);
    // what the compiler makes, in its folder or beside the source
    assert_eq!(with("dist/index.js", folders, "src/index.ts"), r#"CMD ["dist/index.js"]"#);
    assert_eq!(with("index.js", "", "index.ts"), r#"CMD ["index.js"]"#);
}

#[test]
fn a_main_that_does_nothing_gives_way_to_the_servers_of_scripts() {
    let shop = |main: &str| {
        let scratch = Scratch::new([
            (
                "package.json",
                r#"{"name": "shop", "main": "index.js", "scripts": {"check": "node check.js", "api": "nodemon api/index.js", "admin": "nodemon admin/index.js"}}"#,
            ),
            ("api/index.js", LISTENS),
            ("admin/index.js", "require('http').createServer().listen(4000)"),
            ("check.js", "console.log('fine')"),
        ]);
        scratch.file("index.js", main);
        scratch.run(&["init", "--yes", "--print"])
    };
    let ran = shop("console.log('hello')");
    ran.ends(0, &["a script starts another server, `admin/index.js`", "`--start 'node admin/index.js'`"]);
    assert!(ran.stdout.contains(r#"CMD ["api/index.js"]"#), "{}", ran.stdout);
    for main in ["require('./api')", "import('./' + process.argv[2])", LISTENS] {
        let ran = shop(main);
        assert!(ran.stdout.contains(r#"CMD ["index.js"]"#) && !ran.stderr.contains("another server"), "{main}");
    }
}

#[test]
fn what_the_started_file_never_loads_says_nothing_of_it() {
    let shop = |server: &str, files: &[(&str, &str)]| {
        let scratch = package(r#""start": "node server.js""#, r#""express": "5.0.0", "pg": "8.0.0""#);
        scratch.file("server.js", server);
        scratch
            .file("lib/store.js", "if (!process.env.STORE_KEY) throw new Error('STORE_KEY');\nmodule.exports = {};\n");
        for (path, text) in files {
            scratch.file(path, *text);
        }
        scratch.run(&["init", "--yes", "--print"]).stderr.contains("STORE_KEY")
    };
    let listens = "require('express')().listen(3000)";
    assert!(!shop(&format!("// require('./lib/store')\n{listens}"), &[]));
    for loads in [
        "require('./lib/store');",
        "const name = 'store'; require(`./lib/${name}`);",
        "require('fs').readdirSync('./lib').forEach(name => require('./lib/' + name));",
        "const path = require('path'); load(name => require(path.join(__dirname, 'lib', name)));",
        "load(name => require(name));",
        "load(name => import(name));",
        "new (require('worker_threads').Worker)('./lib/store.js');",
        "require('./routes');",
        "require('@/lib/store');",
        "require('require-all')('./lib');",
    ] {
        assert!(shop(&format!("{loads}\n{listens}"), &[("routes.js", "require('./lib/store')")]), "{loads}");
    }
    assert!(!shop(&format!("const name = 'routes'; require(`./${{name}}`);\n{listens}"), &[("routes.js", "")]));
    // what pages are built of is no part of the server, and yet has its variables
    let scratch =
        package(r#""start": "node server.js", "build": "vite build""#, r#""express": "5.0.0", "vite": "7.0.0""#);
    scratch.file("server.js", listens);
    scratch.file("src/page.js", "show(import.meta.env.VITE_TITLE);\nask(process.env.SHOP_KEY)");
    let ran = scratch.run(&["init", "--yes", "--print"]);
    assert!(ran.stdout.contains("ARG VITE_TITLE") && !ran.stderr.contains("SHOP_KEY"), "{}", ran.stderr);
    // what opens the port is not seen to be loaded, so more is loaded than one sees
    assert!(shop("require('pg')", &[("lib/web.js", listens)]));
}

#[test]
fn what_is_loaded_only_where_a_flag_is_set_demands_no_variable() {
    let shop = |server: &str| {
        let scratch = package(r#""start": "node server.js""#, r#""express": "5.0.0""#);
        scratch.file("server.js", format!("{server}\nrequire('express')().listen(3000)"));
        scratch.file("store.js", "if (!process.env.STORE_KEY) throw new Error('STORE_KEY');\nmodule.exports = {};\n");
        scratch.file("orders.js", "require('./store');\n");
        scratch.run(&["init", "--yes", "--print"]).stderr.contains("nothing sets: `STORE_KEY`")
    };
    assert!(!shop("if (process.env.STORE * 1 === 1) { require('./orders') }"));
    assert!(shop("if (process.env.STORE === '1') { require('./orders') } else { require('./store') }"));
    assert!(shop("if (process.env.NODE_ENV === 'production') { require('./orders') }"));
}

#[test]
fn what_a_bundler_starts_from_stands_in_its_settings() {
    let start = |build: &str, settings: &str| {
        let manifest = format!(
            r#"{{"scripts": {{"build": "{build}", "start": "node dist/http/server.js"}}, "dependencies": {{"fastify": "5.0.0"}},
            "devDependencies": {{"tsup": "8.0.0", "typescript": "5.8.0"}}}}"#
        );
        command(&Scratch::new([
            ("package.json", manifest.as_str()),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}, "include": ["src/**/*", "checks/**/*"]}"#),
            ("tsup.config.ts", settings),
            ("src/http/server.ts", "import fastify from 'fastify'; fastify().listen({ port: 8000 })"),
            ("checks/server.ts", "export {}"),
        ]))
    };
    let settings = |entry: &str| {
        format!("import {{ defineConfig }} from 'tsup'; export default defineConfig({{ entry: {entry} }})")
    };
    assert_eq!(start("tsup", &settings("['src']")), r#"CMD ["dist/http/server.js"]"#);
    // what the compiler makes lies by the folder that all of its sources have in common, and so does what a bundler is given
    assert_eq!(start("tsc", &settings("['src']")), r#"CMD ["dist/src/http/server.js"]"#);
    assert_eq!(start("tsup", &settings("['src', 'checks']")), r#"CMD ["dist/src/http/server.js"]"#);
}

#[test]
fn the_port_of_a_schema_in_a_member_is_that_of_the_server() {
    let text = |package: &str| {
        let scratch = Scratch::new([
            ("package.json", r#"{"private": true, "workspaces": ["api", "packages/*"]}"#),
            (
                "api/package.json",
                r#"{"name": "api", "scripts": {"start": "node server.js"}, "dependencies": {"fastify": "5", "@shop/env": "*"}}"#,
            ),
            (
                "api/server.js",
                "import fastify from 'fastify'; import { env } from '@shop/env'; fastify().listen({ port: env.PORT, host: '0.0.0.0' })",
            ),
            ("packages/env/package.json", package),
            (
                "packages/env/index.js",
                "import { z } from 'zod'; export const env = z.object({ PORT: z.coerce.number().default(3333) }).parse(process.env)",
            ),
        ]);
        scratch.run(&["init", "--yes", "--app", "api", "--print"]).stdout
    };
    let member = text(r#"{"name": "@shop/env", "main": "index.js"}"#);
    assert!(member.contains("EXPOSE 3333\n") && member.contains("ENV PORT=3333\n"), "{member}");
    // a member that the server does not need says nothing of it
    let other = text(r#"{"name": "@shop/other", "main": "index.js"}"#);
    assert!(!other.contains("3333"), "{other}");
}

#[test]
fn an_old_hapi_says_where_it_listens_and_works_in_no_image() {
    let of = |version: &str, text: &str| {
        let scratch = package(r#""start": "node server.js""#, &format!(r#""hapi": "{version}""#));
        scratch.file("server.js", text);
        let ran = scratch.run(&["init", "--yes", "--print"]);
        format!("{}{}", ran.stdout, ran.stderr)
    };
    let old = "var hapi = require('hapi'); var server = new hapi.Server(); server.connection({ host: 'localhost', port: 9090 });";
    let said = of("^13.5.0", old);
    assert!(said.contains("works in no image") && said.contains("EXPOSE 9090") && said.contains("localhost"), "{said}");
    let open = "var hapi = require('hapi'); var server = new hapi.Server(); server.connection({ port: 9090 });";
    let said = of("^16.8.4", open);
    assert!(
        !said.contains("works in no image") && !said.contains("localhost") && said.contains("EXPOSE 9090"),
        "{said}"
    );
}

#[test]
fn a_file_of_variables_without_one_stays_out_of_the_image() {
    let of = |text: &str| {
        let scratch = package(r#""start": "node server.js""#, "");
        scratch.file(".env", text);
        scratch.run(&["init", "--yes"]);
        std::fs::read_to_string(scratch.path().join(".dockerignore")).unwrap()
    };
    assert!(!of("# DB_PASSWORD=secret\n# PORT=3001\n").contains("!.env"));
    assert!(of("VITE_API=https://shop.example\n").contains("!.env"));
}

#[test]
fn a_volume_of_another_image_is_no_second_folder() {
    let of = |text: &str, target: &str| {
        let scratch = package(r#""start": "node server.js""#, "");
        scratch.file("server.js", format!("const fs = require('fs');\n{text}\n{LISTENS}"));
        scratch.file(
            "compose.yaml",
            format!("services:\n  app:\n    build: .\n    volumes: ['kept:{target}']\nvolumes: {{kept: {{}}}}\n"),
        );
        scratch.init("", &[]).unwrap().1
    };
    let writes = "fs.mkdirSync('media', { recursive: true });";
    let said = of(writes, "/files/media");
    assert!(said.contains("writes `media`") && !said.contains("/files/media"), "{said}");
    assert!(of(writes, "/files/logs").contains("`/files/logs`"));
    assert!(of("fs.mkdirSync('/files/media', { recursive: true });", "/files/media").contains("`/files/media`"));
}

#[test]
fn adonis_of_version_4_is_a_server_that_takes_its_environment() {
    let scratch =
        package(r#""start": "node server.js""#, r#""@adonisjs/ignitor": "^2.0.8", "@adonisjs/framework": "^5.0.9""#);
    scratch.file(
        "server.js",
        "const { Ignitor } = require('@adonisjs/ignitor')\nnew Ignitor(require('@adonisjs/fold')).appRoot(__dirname).fireHttpServer()\n",
    );
    scratch.file("ace", "const { Ignitor } = require('@adonisjs/ignitor')\n");
    scratch.file("database/migrations/1503250034279_user.js", "module.exports = class {}\n");
    let (text, said) = scratch.init("", &[]).unwrap();
    for words in ["HOST=0.0.0.0", "PORT=3333", "ENV_SILENT=true", "EXPOSE 3333", r#"CMD ["server.js"]"#] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(said.contains("IMAGE ace migration:run --force"), "{said}");
    let other = package(r#""start": "node server.js""#, r#""@adonisjs/fold": "^4.0.9""#);
    assert!(!other.init("", &[]).unwrap().0.contains("ENV_SILENT"));
}

#[test]
fn an_import_of_a_file_that_is_nowhere_is_said() {
    let of = |text: &str, scripts: &str| {
        let scratch = package(&format!(r#""start": "node server.js"{scripts}"#), "");
        scratch.file("server.js", format!("const keys = {text};\n{LISTENS}"));
        scratch.file("views/page.vue", "");
        scratch.init("", &[]).unwrap().1
    };
    let said = of("require('./config/keys')", "");
    assert!(said.contains("it imports `config/keys`, which is not there") && said.contains("server.js:1"), "{said}");
    for (text, scripts) in [
        ("require('./views')", ""),
        ("require('./views/page')", ""),
        ("require('./dist/keys')", ""),
        ("require('../keys')", ""),
        ("process.env.KEYS ? require('./config/keys') : {}", ""),
        ("() => require('./config/keys')", ""),
        ("require('./config/keys')", r#", "prebuild": "node make.js config/keys.js""#),
        ("require('./config/keys')", r#", "prepare": "codegen""#),
        ("require('./server.js')", ""),
    ] {
        assert!(!of(text, scripts).contains("which is not there"), "{text} {scripts}");
    }
}

#[test]
fn the_variable_that_settings_of_sequelize_name_is_needed() {
    let of = |production: &str, path: &str| {
        let scratch = package(r#""start": "node server.js""#, r#""sequelize": "6.0.0", "pg": "8.0.0""#);
        let models = "const env = process.env.NODE_ENV || 'development';\nconst config = require(__dirname + '/config/PATH')[env];\nconst db = config.use_env_variable ? new Sequelize(process.env[config.use_env_variable], config) : new Sequelize(config);\n";
        scratch.file("server.js", format!("{}{LISTENS}", models.replace("PATH", path)));
        let table =
            format!("{{\"development\": {{\"use_env_variable\": \"DEV_URL\"}},\n\"production\": {production}}}\n");
        let text = if path.ends_with(".json") { table } else { format!("module.exports = {table}") };
        scratch.file(format!("config/{path}"), text);
        scratch.init("", &[]).unwrap().1
    };
    for path in ["config.json", "config.js"] {
        let said = of(r#"{"use_env_variable": "SHOP_URL"}"#, path);
        assert!(said.contains("`SHOP_URL`") && said.contains(&format!("config/{path}:2")), "{said}");
        assert!(!said.contains("DEV_URL"), "{said}");
        assert!(!of(r#"{"username": "shop", "host": "db"}"#, path).contains("needs variables"));
    }
}

#[test]
fn a_variable_that_takes_the_place_of_a_setting_is_read() {
    let of = |packages: &str, files: &[(&str, &str)]| {
        let scratch = package(r#""start": "node server.js""#, packages);
        scratch.file("server.js", "const app = require('./app');\nconst port = app.get('port');\napp.listen(port);\n");
        scratch.file("app.js", "const express = require('@feathersjs/express');\nmodule.exports = express();\n");
        for (path, text) in files {
            scratch.file(path, text);
        }
        let (text, said) = scratch.init("", &[]).unwrap();
        format!("{text}{said}")
    };
    let usual = ("config/default.json", r#"{"port": 3030, "secret": "x", "algorithm": "HS256"}"#);
    let production =
        ("config/production.json", r#"{"port": "PORT", "db": {"url": "SHOP_URL"}, "host": "shop.example"}"#);
    let said = of(r#""@feathersjs/configuration": "4.5.0""#, &[usual, production]);
    assert!(said.contains("PORT=3030") && said.contains("EXPOSE 3030") && said.contains("`SHOP_URL`"), "{said}");
    assert!(!said.contains("HS256"), "{said}");
    let other = of(r#""express": "4.0.0""#, &[usual, production]);
    assert!(!other.contains("3030") && !other.contains("SHOP_URL"), "{other}");
    let custom = (
        "config/custom-environment-variables.json",
        r#"{"port": {"__name": "PORT", "__format": "number"}, "secret": "SHOP_KEY"}"#,
    );
    let said = of(r#""config": "3.3.0""#, &[usual, custom]);
    assert!(said.contains("PORT=3030") && !said.contains("needs variables"), "{said}");
}
