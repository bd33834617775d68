//! Node.js: what an image is made of that real repositories imply, one repository for each thing.

use crate::scratch::Scratch;

/// A package of this manifest, and a server in `server.js`.
fn package(manifest: &str) -> Scratch {
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {}}}"#;
    Scratch::new([("package.json", manifest), ("package-lock.json", lock), ("server.js", "app.listen(3000)")])
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
    let set = "ENV MONGODB_URI=mongodb://unset.invalid/unset\nENV STRIPE_SECRET_KEY=unset\n";
    assert!(
        ran.stdout.contains(set) && !ran.stdout.contains("REDIS") && !ran.stdout.contains("SITE"),
        "{}",
        ran.stdout
    );
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
            "const dir = path.join(__dirname, '../uploads');\nif (!fs.existsSync(dir)) fs.mkdirSync(dir);",
            "/app/uploads",
        ),
        (
            "const C = process.env.CONFIG_DIR\n  ? process.env.CONFIG_DIR\n  : join(process.cwd(), \"config\");",
            "/app/config",
        ),
        ("multer({ storage: diskStorage({ destination: './files' }) })", "/app/files"),
        ("cb(null, 'uploads/')", "/app/uploads"),
        ("open(path.join(__dirname, '..', 'x')); open(path.join(__dirname, '../data/shop.sqlite'))", "/app/data"),
    ];
    for (source, folder) in cases {
        let scratch = package(r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#);
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
