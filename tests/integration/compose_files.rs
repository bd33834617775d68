//! What a compose file of the project says of its own service counts in every language.

use crate::scratch::Scratch;

const SERVERS: &[(&str, &[(&str, &str)])] = &[
    (
        "node",
        &[
            ("package.json", "{\"name\": \"shop\", \"scripts\": {\"start\": \"node server.js\"}}"),
            ("server.js", "require('http').createServer().listen(process.env.PORT)\n"),
        ],
    ),
    (
        "python",
        &[("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", "from fastapi import FastAPI\n\napp = FastAPI()\n")],
    ),
    (
        "go",
        &[
            ("go.mod", "module example.org/shop\n\ngo 1.26\n"),
            (
                "main.go",
                "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() { http.ListenAndServe(\":\"+os.Getenv(\"PORT\"), nil) }\n",
            ),
        ],
    ),
    (
        "rust",
        &[
            ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"1.0.0\"\nedition = \"2024\"\n"),
            ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"shop\"\nversion = \"1.0.0\"\n"),
            (
                "src/main.rs",
                "fn main() {\n    let port = std::env::var(\"PORT\").unwrap();\n    std::net::TcpListener::bind(format!(\"0.0.0.0:{port}\")).unwrap();\n}\n",
            ),
        ],
    ),
    (
        "java",
        &[
            (
                "pom.xml",
                "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>shop</artifactId><version>1</version></project>",
            ),
            (
                "src/main/java/Shop.java",
                "import com.sun.net.httpserver.HttpServer;\n\nclass Shop {\n    public static void main(String[] words) throws Exception {\n        HttpServer.create(new java.net.InetSocketAddress(8080), 0).start();\n    }\n}\n",
            ),
        ],
    ),
];

#[test]
fn volumes_of_the_own_service_are_the_users_and_those_of_another_are_not() {
    for (language, files) in SERVERS {
        let dockerfile = |service: &str| {
            let scratch = Scratch::new(files.iter().copied());
            scratch
                .file("compose.yaml", format!("services:\n  a:\n    {service}\n    volumes: ['kept:/var/lib/kept']\n"));
            scratch.init("", &[]).unwrap_or_else(|said| panic!("{language}: {said}")).0
        };
        let own = dockerfile("build: .");
        assert!(own.contains("VOLUME") && own.contains("/var/lib/kept"), "{language}: {own}");
        let other = dockerfile("image: postgres:18");
        assert!(!other.contains("/var/lib/kept"), "{language}: {other}");
    }
}
