//! Java: where applications listen, what they read and write, and what their JVM is told.

use crate::java::{BOOT, MAIN, PARENT, boot, has, made, pom, repository};

const SHADED: &str = "<build><plugins><plugin><artifactId>maven-shade-plugin</artifactId><executions><execution><goals><goal>shade</goal>\
     </goals><configuration><mainClass>a.Tool</mainClass></configuration></execution></executions></plugin></plugins></build>";

/// A module of a reactor, with dependencies.
fn module(name: &str, inside: &str) -> String {
    format!("<project>{PARENT}<artifactId>{name}</artifactId>{inside}</project>")
}

#[test]
fn a_server_that_a_sibling_brings_counts() {
    let top = "<project><groupId>x</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging>\
         <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>\
         <version>3.5.6</version></parent><modules><module>one</module><module>two</module></modules></project>";
    let one = module(
        "one",
        "<dependencies><dependency><groupId>x</groupId><artifactId>two</artifactId></dependency></dependencies>\
         <build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>",
    );
    let two = module(
        "two",
        "<dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies>",
    );
    let logback = "<configuration><appender><file>out/app.log</file></appender></configuration>";
    let files = [
        ("pom.xml", top),
        ("one/pom.xml", &one),
        ("one/src/main/java/a/App.java", BOOT.1),
        ("two/pom.xml", &two),
        ("two/src/main/resources/logback.xml", logback),
    ];
    let made = made(&files);
    has(&made, "EXPOSE 8080");
    has(&made, "COPY --from=build --chown=65532:65532 /writable/app/out /app/out");
}

#[test]
fn a_parent_can_lie_in_a_file_of_another_name() {
    let parent = "<project><groupId>x</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging>\
         <build><finalName>shop</finalName></build></project>";
    let own = "<project><parent><groupId>x</groupId><artifactId>top</artifactId><version>1</version>\
         <relativePath>pom.parent.xml</relativePath></parent><artifactId>a</artifactId></project>";
    let files = [("pom.xml", own), ("pom.parent.xml", parent), ("src/main/java/a/Tool.java", MAIN)];
    has(&made(&files), "cp /build/target/shop.jar /application.jar");
}

#[test]
fn names_of_settings_in_the_source_are_followed() {
    let renamed = BOOT.1.replace("{}", "{ properties(\"spring.config.name=shop\"); }");
    let files = [
        ("pom.xml", &*boot("3.5.6", "")),
        (BOOT.0, &renamed),
        ("src/main/resources/shop.yml", "spring.profiles.include: shared\n"),
        ("src/main/resources/shop-shared.yml", "server:\n  port: ${SHOP_PORT:9411}\n"),
    ];
    has(&made(&files), "EXPOSE 9411");
    let beside = BOOT.1.replace("@Spring", "@PropertySource(value = {\"classpath:shop.properties\"})\n@Spring");
    let files = [
        ("pom.xml", &*boot("3.5.6", "")),
        (BOOT.0, &beside),
        ("src/main/resources/shop.properties", "shop.port=8070\nserver.port=${shop.port}\n"),
    ];
    has(&made(&files), "EXPOSE 8070");
}

#[test]
fn a_port_that_spring_connects_to_is_not_its_own() {
    let client = "package a;\nclass Client { int port = 9200; }\n";
    let files = [("pom.xml", &*boot("3.5.6", "")), BOOT, ("src/main/java/a/Client.java", client)];
    has(&made(&files), "EXPOSE 8080");
}

#[test]
fn an_address_that_nobody_reaches_is_lifted() {
    let files = [
        ("pom.xml", &*boot("3.5.6", "")),
        BOOT,
        ("src/main/resources/application.properties", "server.address=${HOST:127.0.0.1}\n"),
    ];
    let (made, said) = repository(&files).init("", &[]).unwrap();
    has(&made, "ENV SERVER_ADDRESS=0.0.0.0");
    has(&said, "src/main/resources/application.properties:1");
    let dropwizard = pom(&format!(
        "<dependencies><dependency><artifactId>dropwizard-core</artifactId></dependency></dependencies>{SHADED}"
    ));
    let settings = "server:\n  application_connectors:\n  - type: http\n    port: 8989\n    bind_host: localhost\n";
    let files = [("pom.xml", &*dropwizard), ("src/main/java/a/Tool.java", MAIN), ("app.yml", settings)];
    let (made, _) = repository(&files).init("", &[]).unwrap();
    has(&made, "-Ddw.server.application_connectors[0].bind_host=0.0.0.0");
    has(&made, "EXPOSE 8989");
    let server = "package a;\nclass Tool {\n  public static void main(String[] a) {\n    HttpServer.create(new InetSocketAddress(\"localhost\", 8000), 0);\n  }\n}\n";
    let scratch = repository(&[("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", server)]);
    let (made, said) = scratch.init("", &[]).unwrap();
    assert!(said.contains("the build changes that") && said.contains("src/main/java/a/Tool.java:4"), "{said}");
    assert_eq!(scratch.edited(&made), server.replace("localhost", "0.0.0.0"));
    let (made, said) = scratch.init("", &["--listen", "keep"]).unwrap();
    assert!(!made.contains("sed -i") && said.contains("nobody reaches it") && said.contains("0.0.0.0"), "{said}");
}

#[test]
fn what_the_readme_gives_to_the_jar_is_given_to_it() {
    let files = |readme: &'static str| {
        [
            ("pom.xml", pom(SHADED)),
            ("src/main/java/a/Tool.java", MAIN.into()),
            ("example.yml", "a: 1\n".into()),
            ("README.md", readme.into()),
        ]
    };
    let made = |readme| {
        let files = files(readme);
        made(&files.each_ref().map(|(path, text)| (*path, &**text)))
    };
    let server = made("Run it:\n\n    java -jar target/a-1.jar 9106 example.yml\n");
    has(&server, "COPY --from=build /build/example.yml /app/example.yml");
    has(&server, "CMD [\"/app/application.jar\", \"9106\", \"example.yml\"]");
    has(&server, "EXPOSE 9106");
    // Anything else is an example of its author's.
    has(
        &made("    java -jar a-1.jar --in words.txt 9106\n"),
        "ENTRYPOINT [\"/usr/bin/java\", \"-jar\", \"/app/application.jar\"]",
    );
    assert!(!made("    java -jar other.jar 9106\n").contains("9106"));
}

#[test]
fn files_that_are_read_from_the_working_directory_are_there() {
    let reads = "package a;\nclass Tool {\n  public static void main(String[] a) {\n    new File(root, \"src/main/webapp/\");\n    Paths.get(\"conf/app.conf\");\n    new File(\"none.txt\");\n  }\n}\n";
    let files = [
        ("pom.xml", &*pom("")),
        ("src/main/java/a/Tool.java", reads),
        ("src/main/webapp/index.html", ""),
        ("conf/app.conf", ""),
    ];
    let made = made(&files);
    has(&made, "COPY --from=build /build/src/main/webapp /app/src/main/webapp\n");
    has(&made, "COPY --from=build /build/conf/app.conf /app/conf/app.conf\n");
    assert!(!made.contains("none.txt"), "{made}");
}

#[test]
fn a_log_without_a_folder_gets_one() {
    let files = [
        ("pom.xml", &*boot("3.5.6", "")),
        BOOT,
        ("src/main/resources/application.properties", "logging.file.name=shop.log\n"),
    ];
    let made = made(&files);
    has(&made, "ENV LOGGING_FILE_NAME=/app/logs/shop.log");
    has(&made, "VOLUME [\"/app/logs\"]");
}

#[test]
fn what_the_pom_opens_for_a_run_is_open_in_the_image() {
    let with = |plugin: &str, settings: &str| {
        let text = format!(
            "<properties><maven.compiler.release>21</maven.compiler.release></properties><build><plugins><plugin><artifactId>{plugin}</artifactId><configuration>{settings}</configuration></plugin></plugins></build>"
        );
        made(&[("pom.xml", &pom(&text)), ("src/main/java/a/Tool.java", MAIN)])
    };
    let tests = "<argLine>-Xmx1g --add-opens java.base/java.util=ALL-UNNAMED --add-exports a/b=ALL-UNNAMED</argLine>";
    has(
        &with("maven-surefire-plugin", tests),
        "ENV JDK_JAVA_OPTIONS=\"-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError --add-opens=java.base/java.util=ALL-UNNAMED\"",
    );
    let compiler =
        "<compilerArgs><arg>--enable-preview</arg><arg>-J--add-exports=jdk.compiler/x=ALL-UNNAMED</arg></compilerArgs>";
    has(
        &with("maven-compiler-plugin", compiler),
        "ENV JDK_JAVA_OPTIONS=\"-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError --enable-preview\"",
    );
}

#[test]
fn the_sources_say_the_servlet_api_before_the_names_of_artifacts() {
    let api = |version: &str| {
        pom(&format!(
            "<packaging>war</packaging><dependencies><dependency><groupId>jakarta.servlet</groupId><artifactId>jakarta.servlet-api</artifactId><version>{version}</version></dependency></dependencies>"
        ))
    };
    let source = "package a;\nimport javax.servlet.http.HttpServlet;\nclass Page extends HttpServlet {}\n";
    let tomcat = |version: &str| format!("<artifactId>tomcat-embed-jasper</artifactId><version>{version}.");
    has(&made(&[("pom.xml", &api("6.0.0")), ("src/main/java/a/Page.java", source)]), &tomcat("9.0"));
    // Its first version still has the packages `javax`.
    has(&made(&[("pom.xml", &api("4.0.4"))]), &tomcat("9.0"));
    has(&made(&[("pom.xml", &api("6.0.0"))]), &tomcat("10.1"));
    has(&made(&[("pom.xml", &api("6.1.0"))]), &tomcat("11.0"));
}

#[test]
fn quarkus_says_its_kind_of_jar_in_its_settings_too() {
    let quarkus = |version: &str| {
        pom(&format!(
            "<properties><quarkus.platform.version>{version}</quarkus.platform.version></properties><build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>"
        ))
    };
    let with = |version: &str, settings: &str| {
        made(&[("pom.xml", &quarkus(version)), ("src/main/resources/application.properties", settings)])
    };
    has(&with("3.15.1", ""), "COPY --from=build /build/target/quarkus-app/quarkus-run.jar /app/");
    has(&with("3.15.1", "quarkus.package.jar.type=uber-jar\n"), "cp /build/target/a-*-runner.jar /application.jar");
    let legacy = with("1.11.7.Final", "");
    has(&legacy, "cp /build/target/a-*-runner.jar /application.jar");
    has(&legacy, "COPY --from=build /build/target/lib/ /app/lib/");
}

#[test]
fn a_front_end_among_the_sources_of_a_module_is_part_of_it() {
    let page = "{\"name\": \"a\", \"scripts\": {\"start\": \"node server.js\"}}";
    let files = [
        ("pom.xml", &*boot("3.5.6", "")),
        BOOT,
        ("src/main/webui/package.json", page),
        ("src/main/webui/server.js", "require('http').createServer().listen(80)\n"),
        ("checks-test/pom.xml", &pom("")),
        ("checks-test/src/main/java/a/Tool.java", MAIN),
    ];
    has(&made(&files), "# Made by dockgen: Spring Boot application");
}

#[test]
fn what_only_a_comment_or_a_text_says_is_no_server() {
    let tool = "package a;\n/* new ServerSocket(9999) */\nclass Tool {\n  // once: Javalin.create().start(9998)\n  \
                static final String HELP = \"new ServerSocket(9997)\";\n  public static void main(String[] a) {}\n}\n";
    let (made, said) =
        repository(&[("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", tool)]).init("", &[]).unwrap();
    assert!(!made.contains("EXPOSE") && !said.contains("999"), "{made}{said}");
    let server = tool.replace("(String[] a) {}", "(String[] a) { new ServerSocket(9996); }");
    has(&self::made(&[("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", &server)]), "EXPOSE 9996");
}

#[test]
fn variables_without_a_default_and_programs_that_are_started_are_said() {
    let tool = "package a;\nclass Tool {\n  public static void main(String[] a) throws Exception {\n    \
                Objects.requireNonNull(System.getenv(\"API_KEY\"));\n    System.getenv().getOrDefault(\"LEVEL_X\", \"1\");\n    \
                new ProcessBuilder(\"ffmpeg\", \"-i\").start();\n  }\n}\n";
    let (_, said) = repository(&[("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", tool)]).init("", &[]).unwrap();
    assert!(said.contains("`API_KEY`") && !said.contains("LEVEL_X") && said.contains("`ffmpeg`"), "{said}");
    let settings = "spring.datasource.url=${DATABASE_URL}\nspring.datasource.username=${DATABASE_USER:shop}\n";
    let files = [("pom.xml", &*boot("3.5.6", "")), BOOT, ("src/main/resources/application.properties", settings)];
    let (_, said) = repository(&files).init("", &[]).unwrap();
    assert!(said.contains("`DATABASE_URL`") && !said.contains("DATABASE_USER"), "{said}");
}

#[test]
fn variables_that_a_list_names_are_needed_where_its_reader_ends_without() {
    let said = |end: &str| {
        let tool = format!(
            "package a;\nclass Tool {{\n  public static void main(String[] a) {{ needed(new String [] {{ \"CLIENT_ID\", \"CLIENT_SECRET\" }}); }}\n  \
             static void needed(String [] names) {{\n    boolean error = false;\n    \
             for (String name : names) {{ if (System.getenv(name) == null) {{ error = true; }} }}\n    if (error) {{ {end} }}\n  }}\n}}\n"
        );
        repository(&[("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", &tool)]).init("", &[]).unwrap().1
    };
    for end in ["System.exit(1);", "throw new IllegalStateException();"] {
        assert!(said(end).contains("needs variables that nothing sets: `CLIENT_ID`"), "{}", said(end));
        assert!(said(end).contains("`CLIENT_SECRET`"), "{}", said(end));
    }
    assert!(!said("warn(names);").contains("nothing sets"), "it goes on");
}

#[test]
fn the_variables_in_settings_of_micronaut_count_without_its_plugin() {
    let variables = |group: &str, artifact: &str| {
        let dependency = format!(
            "<dependencies><dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>1.0.3</version></dependency></dependencies>"
        );
        let settings = "shop:\n  registry: \"${SHOP_REGISTRY:registry}:8500\"\n";
        let manifest = pom(&dependency);
        let files = [("pom.xml", &*manifest), ("src/main/resources/application.yml", settings)];
        let tool = ("src/main/java/a/Tool.java", "package a;\nclass Tool { public static void main(String[] a) {} }\n");
        repository(&files.into_iter().chain([tool]).collect::<Vec<_>>()).run(&["detect"]).stdout
    };
    let found = variables("io.micronaut", "micronaut-http-server-netty");
    assert!(found.contains("SHOP_REGISTRY"), "{found}");
    assert!(!variables("io.shop", "shop-micronaut").contains("SHOP_REGISTRY"), "nothing reads the file");
}

#[test]
fn a_resource_of_which_a_sample_alone_is_there_is_said_before_the_build() {
    let said = |read: &str, files: &[(&str, &str)]| {
        let tool = format!(
            "package a;\nclass Tool {{\n  public static void main(String[] a) throws Exception {{\n    \
             new java.util.Properties().load(Tool.class.getClassLoader().{read});\n  }}\n}}\n"
        );
        let manifest = pom("");
        let own = [("pom.xml", manifest.as_str()), ("src/main/java/a/Tool.java", &tool)];
        repository(&own.iter().chain(files).copied().collect::<Vec<_>>()).init("", &[]).unwrap().1
    };
    let read = "getResourceAsStream(\"mail.properties\")";
    let sample = ("src/main/resources/mail.properties.example", "host=\n");
    let message =
        "reads `src/main/resources/mail.properties` from its resources, and the repository has only a sample of it";
    assert!(said(read, &[sample]).contains(message), "{}", said(read, &[sample]));
    assert!(!said(read, &[sample, ("src/main/resources/mail.properties", "host=a\n")]).contains("only a sample"));
    assert!(!said(read, &[]).contains("only a sample"), "another module may bring it");
    assert!(!said("other(\"mail.properties\")", &[sample]).contains("only a sample"));
}

#[test]
fn an_environment_file_that_must_be_there_is_named() {
    let made = |load: &str| {
        let tool = format!(
            "package a;\nimport io.github.cdimascio.dotenv.Dotenv;\nclass Tool {{\n  public static void main(String[] a) {{\n    \
             Dotenv dotenv = {load};\n    new ServerSocket(9996);\n  }}\n}}\n"
        );
        repository(&[("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", &tool)]).init("", &[]).unwrap()
    };
    for (load, file) in [
        ("Dotenv.load()", ".env"),
        ("Dotenv.configure().directory(\"./x\").load()", "x/.env"),
        ("Dotenv.configure().filename(\"app.env\").load()", "app.env"),
    ] {
        let (text, said) = made(load);
        let message =
            format!("ends unless there is a file `{file}`, which must not be in an image: an empty one is there");
        assert!(said.contains(&message), "{said}");
        assert!(text.contains(&format!("RUN install -D /dev/null /empty/app/{file}\n")), "{text}");
        assert!(text.contains(&format!("COPY --from=build /empty/app/{file} /app/{file}\n")), "{text}");
    }
    for load in [
        "Dotenv.configure().ignoreIfMissing().load()",
        "Settings.load()",
        "Dotenv.configure().directory(\"/x\").load()",
    ] {
        let (text, said) = made(load);
        assert!(!said.contains("ends unless there is a file") && !text.contains(".env"), "{load}: {said}");
    }
}

#[test]
fn a_database_that_the_repository_has_lies_among_what_is_written() {
    let tool = "package a;\nclass Tool {\n  public static void main(String[] a) {\n    \
                DriverManager.getConnection(\"jdbc:sqlite:kept/shop.db\");\n    new ServerSocket(9996);\n  }\n}\n";
    let files = [("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", tool), ("kept/shop.db", "x")];
    let with = made(&files);
    has(&with, "RUN cp /build/kept/shop.db /writable/app/kept/shop.db\n");
    has(&with, "COPY --from=build --chown=65532:65532 /writable/app/kept /app/kept\n");
    has(&with, "RUN mkdir -p /writable/app/kept\n");
    has(&made(&files[..2]), "RUN mkdir -p /writable/app/kept\n");
}

#[test]
fn a_key_among_the_resources_is_taken_in_where_it_is_public_and_said_where_it_is_not() {
    let pem = |kind: &str| format!("-----BEGIN {kind} KEY-----\nx\n-----END {kind} KEY-----\n");
    let (public, private) = (pem("PUBLIC"), pem("PRIVATE"));
    let settings =
        "mp.jwt.verify.publickey.location=classpath:keys/public.pem\nsmallrye.jwt.sign.key.location=private.pem\n";
    let said = |settings: &str, tool: &str| {
        repository(&[
            ("pom.xml", &*pom("")),
            ("src/main/java/a/Tool.java", tool),
            ("src/main/resources/application.properties", settings),
            ("src/main/resources/keys/public.pem", &*public),
            ("src/main/resources/private.pem", &*private),
        ])
        .init("", &[])
        .unwrap()
        .1
    };
    let needed = "the program needs `src/main/resources/private.pem`, which may hold a secret";
    assert!(said(settings, MAIN).contains(needed), "{}", said(settings, MAIN));
    assert!(!said(settings, MAIN).contains("keys/public.pem`, which may hold"));
    let tool = MAIN.replace("{}", "{ load(\"/private.pem\"); }");
    assert!(said("", &tool).contains(needed));
    assert!(!said("", MAIN).contains("may hold a secret"));
}

#[test]
fn a_database_that_no_setting_names_is_a_variable() {
    let said = |more: &str, settings: &str, source: &str| {
        let text = boot(
            "3.3.3",
            &format!("<dependency><artifactId>spring-boot-starter-data-jpa</artifactId></dependency>{more}"),
        );
        repository(&[
            ("pom.xml", &*text),
            BOOT,
            ("src/main/resources/application.properties", settings),
            ("src/main/java/a/Own.java", source),
        ])
        .init("", &[])
        .unwrap()
        .1
    };
    let name = "`SPRING_DATASOURCE_URL`";
    assert!(said("", "spring.application.name=shop", "class Own {}").contains(name));
    assert!(
        said("", "spring.datasource.platform=postgres\nlogging.level.jdbc.datasource.init=debug", "class Own {}")
            .contains(name)
    );
    for (more, settings, source) in [
        ("", "spring.datasource.url=jdbc:postgresql://db/shop", "class Own {}"),
        ("", "shop.datasource.jdbc-url=jdbc:postgresql://db/shop", "class Own {}"),
        ("<dependency><artifactId>h2</artifactId></dependency>", "", "class Own {}"),
        ("", "", "package a;\nimport javax.sql.DataSource;\nclass Own { @Bean DataSource made() { return null; } }"),
    ] {
        assert!(!said(more, settings, source).contains(name), "{more}{settings}{source}");
    }
    let test = "<dependency><artifactId>h2</artifactId><scope>test</scope></dependency>";
    assert!(said(test, "", "class Own {}").contains(name));
}

#[test]
fn a_main_class_of_other_letters_is_said() {
    let said = |class: &str| {
        let plugin = format!(
            "<build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId>\
             <configuration><mainClass>a.{class}</mainClass></configuration></plugin></plugins></build>"
        );
        let pom = boot("3.5.6", "");
        let (before, after) = pom.split_once("<build>").unwrap();
        let pom = format!("{before}{plugin}{}", after.split_once("</build>").unwrap().1);
        let main = "package a;\nimport org.springframework.boot.autoconfigure.SpringBootApplication;\n@SpringBootApplication\n\
            class ShopApplication { public static void main(String[] a) { SpringApplication.run(ShopApplication.class, a); } }";
        repository(&[("pom.xml", &*pom), ("src/main/java/a/ShopApplication.java", main)]).init("", &[]).unwrap().1
    };
    let other = said("ShopAppLication");
    assert!(other.contains("`a.ShopAppLication` started, which the source calls `a.ShopApplication`"), "{other}");
    assert!(!said("ShopApplication").contains("which the source calls"));
    assert!(!said("brought.by.ALibrary").contains("which the source calls"));
}

#[test]
fn a_service_that_is_looked_for_on_the_machine_itself_is_said() {
    let said = |settings: &str, source: &str| {
        let pom = boot("3.5.6", "");
        let main = BOOT.1.replace("{}", source);
        let files = [("pom.xml", &*pom), (BOOT.0, &*main), ("src/main/resources/application.properties", settings)];
        let (_, said) = repository(&files).init("", &[]).unwrap();
        if said.contains("on its own machine") { said } else { String::new() }
    };
    let settings = said("spring.datasource.url=jdbc:mysql://localhost:3306/shop\n", "{}");
    assert!(settings.contains("it looks for mysql on its own machine"), "{settings}");
    assert!(settings.contains("docker run --env SPRING_DATASOURCE_URL=…"), "{settings}");
    let source = said("", "{ String url = \"mongodb://localhost:27017\"; }");
    assert!(source.contains("it looks for mongo on its own machine"), "{source}");
    for elsewhere in [
        "spring.datasource.url=jdbc:mysql://db:3306/shop\n",
        "spring.datasource.url=jdbc:mysql://${DB_HOST:localhost}:3306/shop\n",
        "# spring.datasource.url=jdbc:mysql://localhost:3306/shop\n",
        "spring.datasource.url=jdbc:h2:mem:shop\n",
    ] {
        assert!(said(elsewhere, "{}").is_empty(), "{elsewhere}");
    }
}

#[test]
fn a_server_of_dropwizard_is_told_by_its_configuration_where_it_logs_and_what_it_reaches() {
    let dropwizard = pom(&format!(
        "<dependencies><dependency><artifactId>dropwizard-core</artifactId></dependency></dependencies>{SHADED}"
    ));
    let settings = "server:\n  applicationConnectors:\n    - type: http\n      port: 8095\ndatabase:\n  url: jdbc:postgresql://localhost:5432/shop\n\
        logging:\n  appenders:\n    - type: console\n    - type: file\n      currentLogFilename: /logs/shop.log\n      archivedLogFilenamePattern: old/shop-%d.log\n";
    let made = |settings: &str| {
        let files = [("pom.xml", &*dropwizard), ("src/main/java/a/Tool.java", MAIN), ("config.yml", settings)];
        repository(&files).init("", &[]).unwrap()
    };
    let (dockerfile, said) = made(settings);
    has(&dockerfile, "VOLUME [\"/logs\", \"/app/old\"]");
    has(&said, "it looks for postgres on its own machine");
    let below = |path: &str, settings: &str| {
        let files = [("pom.xml", &*dropwizard), ("src/main/java/a/Tool.java", MAIN), (path, settings)];
        repository(&files).init("", &[]).unwrap().0
    };
    let found = below("src/main/java/conf/shop.yml", settings);
    has(&found, "\"server\", \"/app/src/main/java/conf/shop.yml\"]");
    has(&found, "EXPOSE 8095");
    has(&below("src/test/resources/shop.yml", settings), "\"server\"]");
    has(&below("src/main/java/conf/shop.yml", "server:\n  url: https://example.org\n"), "\"server\"]");
    let other = settings.replace("logging:", "other:").replace("localhost", "db");
    let (dockerfile, said) = made(&other);
    assert!(!dockerfile.contains("VOLUME") && !said.contains("on its own machine"), "{dockerfile}{said}");
}

#[test]
fn a_database_that_jpa_finds_on_the_machine_itself_is_said() {
    let said = |url: &str| {
        let unit = format!(
            "<persistence><persistence-unit name=\"shop\"><properties><property name=\"jakarta.persistence.jdbc.url\" value=\"{url}\"/>\
             </properties></persistence-unit></persistence>"
        );
        let files = [
            ("pom.xml", &*pom("<packaging>war</packaging>")),
            ("src/main/resources/META-INF/persistence.xml", &*unit),
            ("src/main/webapp/index.html", "x"),
        ];
        repository(&files).init("", &[]).unwrap().1
    };
    has(&said("jdbc:mysql://localhost:3306/shop?useSSL=false&amp;x=y"), "it looks for mysql on its own machine");
    assert!(!said("jdbc:mysql://db:3306/shop").contains("on its own machine"));
    let settings = "<!DOCTYPE hibernate-configuration PUBLIC \"-//Hibernate/Hibernate Configuration DTD 3.0//EN\" \"http://x/y.dtd\">\n\
        <hibernate-configuration><session-factory><property name=\"connection.url\">jdbc:mysql://127.0.0.1/shop</property></session-factory></hibernate-configuration>";
    let files = [
        ("pom.xml", &*pom("")),
        ("src/main/java/a/Tool.java", MAIN),
        ("src/main/resources/hibernate.cfg.xml", settings),
    ];
    has(&repository(&files).init("", &[]).unwrap().1, "it looks for mysql on its own machine");
}

#[test]
fn the_pages_beside_a_jar_of_spring_boot_come_along() {
    let page = ("src/main/webapp/WEB-INF/jsp/home.jsp", "<p>x</p>");
    has(&made(&[("pom.xml", &*boot("3.5.6", "")), BOOT, page]), "/build/src/main/webapp /app/src/main/webapp");
    let war =
        boot("3.5.6", "").replace("<artifactId>a</artifactId>", "<artifactId>a</artifactId><packaging>war</packaging>");
    assert!(!made(&[("pom.xml", &*war), BOOT, page]).contains("src/main/webapp"), "the archive holds them");
    assert!(!made(&[("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", MAIN), page]).contains("src/main/webapp"));
}

#[test]
fn a_database_that_quarkus_starts_only_for_developers_is_a_variable() {
    let said = |settings: &str| {
        let text = pom(
            "<dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-hibernate-orm-panache</artifactId></dependency></dependencies>\n\
             <build><plugins><plugin><groupId>io.quarkus</groupId><artifactId>quarkus-maven-plugin</artifactId><version>3.19.4</version></plugin></plugins></build>",
        );
        let files = [
            ("pom.xml", &*text),
            (
                "src/main/java/a/App.java",
                "package a;\nimport javax.sql.DataSource;\nclass App { @Inject DataSource pool; }\n",
            ),
            ("src/main/resources/application.properties", settings),
        ];
        repository(&files).init("", &[]).unwrap().1
    };
    let name = "`QUARKUS_DATASOURCE_JDBC_URL`";
    has(&said("quarkus.datasource.db-kind=postgresql\n"), name);
    has(&said("%dev.quarkus.datasource.jdbc.url=jdbc:postgresql://localhost/shop\n"), name);
    assert!(!said("quarkus.datasource.jdbc.url=jdbc:postgresql://db/shop\n").contains(name));
    assert!(!said("%prod.quarkus.datasource.jdbc.url=jdbc:postgresql://db/shop\n").contains(name));
}

#[test]
fn settings_in_latin_1_are_read() {
    let scratch = repository(&[("pom.xml", &*boot("3.5.6", "")), BOOT]);
    scratch.file("src/main/resources/application.properties", b"# configuraci\xf3n\nserver.port=9191\n");
    has(&scratch.init("", &[]).unwrap().0, "EXPOSE 9191");
    scratch.file("src/main/resources/application.properties", b"\xff\xfes\0e\0r\0v\0");
    assert!(scratch.init("", &[]).is_ok());
}

#[test]
fn a_repository_that_no_build_can_ask_is_said() {
    let said = |url: &str| {
        let repositories = format!("<repositories><repository><id>x</id><url>{url}</url></repository></repositories>");
        let pom = pom(&repositories);
        repository(&[("pom.xml", &*pom), ("src/main/java/a/Tool.java", MAIN)]).init("", &[]).unwrap().1
    };
    assert!(said("http://repo.example.org/maven").contains("Maven asks no repository without TLS"));
    let ended = said("https://jcenter.bintray.com/");
    assert!(ended.contains("ended on 2021-05-01") && !ended.contains("write `https://`"), "{ended}");
    for url in
        ["https://repo.example.org/maven", "http://localhost:8081/maven", "https://example.org/jcenter.bintray.com"]
    {
        let said = said(url);
        assert!(!said.contains("without TLS") && !said.contains("ended on"), "{said}");
    }
}

#[test]
fn a_verticle_that_no_source_has_is_not_started() {
    let made = |verticle: &str| {
        let entries =
            format!("<Main-Class>io.vertx.core.Launcher</Main-Class><Main-Verticle>{verticle}</Main-Verticle>");
        let plugin = format!(
            "<build><plugins><plugin><artifactId>maven-shade-plugin</artifactId><executions><execution><goals><goal>shade</goal></goals>\
             <configuration><transformers><transformer><manifestEntries>{entries}</manifestEntries></transformer></transformers>\
             </configuration></execution></executions></plugin></plugins></build>"
        );
        made(&[
            ("pom.xml", &*pom(&plugin)),
            ("src/main/java/a/Tool.java", MAIN),
            ("src/main/java/a/Items.java", "package a;\nclass Items extends AbstractVerticle {}\n"),
        ])
    };
    has(&made("com.example.starter.MainVerticle"), "\"a.Tool\"]");
    let launched = made("a.Items");
    assert!(!launched.contains("\"a.Tool\"]") && launched.contains("\"/app/application.jar\"]"), "{launched}");
}

#[test]
fn of_two_plugins_that_pack_everything_the_one_that_is_told_what_to_start_counts() {
    let shade = "<plugin><artifactId>maven-shade-plugin</artifactId><executions><execution><goals><goal>shade</goal></goals>\
                 <configuration><transformers><transformer><manifestEntries><Main-Class>io.vertx.core.Launcher</Main-Class>\
                 <Main-Verticle>a.Items</Main-Verticle></manifestEntries></transformer></transformers>\
                 <outputFile>${project.build.directory}/${project.artifactId}-${project.version}-fat.jar</outputFile>\
                 </configuration></execution></executions></plugin>";
    let made = |other: &str| {
        made(&[
            ("pom.xml", &*pom(&format!("<build><plugins>{shade}{other}</plugins></build>"))),
            ("src/main/java/a/Items.java", "package a;\nclass Items extends AbstractVerticle {}\n"),
        ])
    };
    let vertx = "<plugin><artifactId>vertx-maven-plugin</artifactId>NAME</plugin>";
    has(&made(&vertx.replace("NAME", "")), "-fat.jar /application.jar");
    let told = made(&vertx.replace("NAME", "<configuration><verticle>a.Items</verticle></configuration>"));
    assert!(!told.contains("-fat.jar"), "{told}");
}

#[test]
fn a_folder_that_javalin_serves_from_beside_the_jar_is_in_the_image() {
    let made = |place: &str| {
        let main = format!(
            "package a;\nclass Items {{ public static void main(String[] a) {{ Javalin.create(config -> {{ config.staticFiles.add(\"public\", Location.{place}); }}).start(7000); }} }}\n"
        );
        made(&[("pom.xml", &*pom("")), ("src/main/java/a/Items.java", &*main), ("public/a.css", "x")])
    };
    has(&made("EXTERNAL"), "/build/public /app/public\n");
    let packed = made("CLASSPATH");
    assert!(!packed.contains("/app/public"), "{packed}");
}

#[test]
fn a_profile_that_is_switched_on_is_the_one_that_it_starts_with() {
    let of = |active: &str| {
        let pom = boot("3.5.6", "");
        let files = [
            ("pom.xml", pom.as_str()),
            BOOT,
            ("src/main/resources/application.properties", active),
            ("src/main/resources/application-prod.properties", "server.port=10000\n"),
            ("src/main/resources/application-dev.properties", "spring.datasource.url=jdbc:h2:mem:shop\n"),
        ];
        made(&files)
    };
    has(&of("spring.profiles.active=dev\n"), "EXPOSE 8080\n");
    has(&of("spring.profiles.active=prod\n"), "EXPOSE 10000\n");
    // who runs the image may choose one, and starts it without one otherwise
    has(&of("a=b\n"), "EXPOSE 8080\n");
    has(&of("spring.profiles.default=prod\n"), "EXPOSE 10000\n");
    has(&of("spring.profiles.active=${PROFILE:prod}\n"), "EXPOSE 10000\n");
    // one is switched on, and nothing says which
    has(&of("spring.profiles.active=@chosen@\n"), "EXPOSE 10000\n");
}

#[test]
fn a_profile_is_switched_on_by_the_source_the_build_and_a_framework() {
    let of = |pom: &str, run: &str, settings: &[(&str, &str)]| {
        let main = format!(
            "package a;\n@SpringBootApplication class Main {{ public static void main(String[] a) {{ {run} }} }}\n"
        );
        let files = [("pom.xml", pom), ("src/main/java/a/Main.java", main.as_str())];
        made(&[&files[..], settings].concat())
    };
    let run = "SpringApplication.run(Main.class, a);";
    let prod = ("src/main/resources/application-prod.properties", "server.port=10000\n");
    let plain = boot("3.5.6", "");
    has(&of(&plain, run, &[prod]), "EXPOSE 8080\n");
    for chosen in [
        "var it = new SpringApplication(Main.class); it.setAdditionalProfiles(\"prod\"); it.run(a);",
        "System.setProperty(\"spring.profiles.active\", \"prod\"); SpringApplication.run(Main.class, a);",
    ] {
        has(&of(&plain, chosen, &[prod]), "EXPOSE 10000\n");
    }
    let asked =
        "String it = System.getProperty(\"spring.profiles.active\", \"prod\"); SpringApplication.run(Main.class, a);";
    has(&of(&plain, asked, &[prod]), "EXPOSE 8080\n");
    let profile = "<profiles><profile><id>p</id><activation><activeByDefault>true</activeByDefault></activation>\
         <properties><chosen>prod</chosen></properties></profile></profiles></project>";
    let built = plain.replace("</project>", profile);
    let filtered = ("src/main/resources/application.properties", "spring.profiles.active=@chosen@\n");
    let dev = ("src/main/resources/application-dev.properties", "server.port=10002\n");
    has(&of(&built, run, &[prod, filtered]), "EXPOSE 10000\n");
    has(&of(&built.replace(">prod<", ">dev<"), run, &[prod, dev, filtered]), "EXPOSE 10002\n");
    let quarkus =
        pom("<build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>");
    let of_profile = |name: &str| {
        let path = format!("src/main/resources/application-{name}.properties");
        of(&quarkus, "", &[(path.as_str(), "quarkus.http.port=10001\n")])
    };
    has(&of_profile("prod"), "EXPOSE 10001\n");
    has(&of_profile("dev"), "EXPOSE 8080\n");
}

#[test]
fn the_variable_of_a_setting_with_a_dash_is_what_its_framework_reads() {
    let settings = ("src/main/resources/application.properties", "shop.redis-host=localhost\n");
    let quarkus =
        pom("<build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>");
    let said = |pom: &str| repository(&[("pom.xml", pom), BOOT, settings]).init("", &[]).unwrap().1;
    has(&said(&quarkus), "--env SHOP_REDIS_HOST=");
    has(&said(&boot("3.5.6", "")), "--env SHOP_REDISHOST=");
}

#[test]
fn an_address_that_is_empty_is_none() {
    let of = |setting: &str, driver: &str| {
        let library = |name: &str| format!("<dependency><artifactId>{name}</artifactId></dependency>");
        let pom = boot("3.5.6", &[library("spring-boot-starter-data-jpa"), library(driver)].concat());
        let settings = ("src/main/resources/application.properties", setting);
        repository(&[("pom.xml", pom.as_str()), BOOT, settings]).init("", &[]).unwrap().1
    };
    let said = of("spring.datasource.url=${SHOP_DB:}\n", "postgresql");
    assert!(said.contains("`SHOP_DB` (src/main/resources/application.properties:1)"), "{said}");
    assert!(of("spring.datasource.url=\n", "postgresql").contains("`SPRING_DATASOURCE_URL`"));
    // one within the program stands in
    assert!(!of("spring.datasource.url=${SHOP_DB:}\n", "h2").contains("needs variables"));
    let said = of("spring.datasource.url=jdbc:postgresql://db/shop\nspring.datasource.password=\n", "postgresql");
    assert!(!said.contains("needs variables"), "{said}");
}

#[test]
fn what_only_a_profile_gives_needs_the_profile() {
    let of = |name: &str, active: &str| {
        let starter = "<dependency><artifactId>spring-boot-starter-data-jpa</artifactId></dependency>";
        let path = format!("src/main/resources/{name}.properties");
        let files = [
            ("pom.xml", &*boot("3.5.6", starter)),
            BOOT,
            ("src/main/resources/application.yml", active),
            (path.as_str(), "spring.datasource.url=jdbc:postgresql://db/shop\n"),
        ];
        repository(&files).init("", &[]).unwrap().1
    };
    let said = of("application-prod", "a: b\n");
    assert!(said.contains("`SPRING_PROFILES_ACTIVE` (src/main/resources/application-prod.properties:1)"), "{said}");
    assert!(!said.contains("`SPRING_DATASOURCE_URL`"), "{said}");
    let said = of("application-prod", "spring:\n  profiles:\n    active: prod\n");
    assert!(!said.contains("`SPRING_PROFILES_ACTIVE`") && !said.contains("`SPRING_DATASOURCE_URL`"), "{said}");
    let said = of("application-other", "a: b\n");
    assert!(said.contains("`SPRING_DATASOURCE_URL`"), "{said}");
}

#[test]
fn a_pool_that_the_container_makes_has_its_library_and_its_address_is_looked_at() {
    let servlet = "package a;\nimport javax.servlet.http.HttpServlet;\nclass Page extends HttpServlet {}\n";
    let made = |resource: &str| {
        let context = format!("<Context><Resource name = \"jdbc/shop\" {resource}/></Context>\n");
        let files = [
            ("pom.xml", &*pom("<packaging>war</packaging>")),
            ("src/main/java/a/Page.java", servlet),
            ("src/main/webapp/META-INF/context.xml", context.as_str()),
        ];
        repository(&files).init("", &[]).unwrap()
    };
    let library = |name: &str| format!("<groupId>org.apache.tomcat</groupId><artifactId>{name}</artifactId>");
    let (text, said) = made("type = \"javax.sql.DataSource\" url = \"jdbc:mysql://localhost:3306/shop\"");
    assert!(text.contains(&library("tomcat-dbcp")) && !text.contains("tomcat-jdbc"), "{text}");
    assert!(said.contains("it looks for mysql on its own machine"), "{said}");
    let (text, said) = made(
        "type=\"javax.sql.DataSource\" factory=\"org.apache.tomcat.jdbc.pool.DataSourceFactory\" url=\"jdbc:mysql://db/shop\"",
    );
    assert!(text.contains(&library("tomcat-jdbc")) && !text.contains("tomcat-dbcp"), "{text}");
    assert!(!said.contains("own machine"), "{said}");
    let (text, _) = made("type=\"javax.mail.Session\"");
    assert!(!text.contains("<groupId>org.apache.tomcat</groupId>"), "{text}");
}

#[test]
fn a_server_that_a_framework_looks_for_on_the_machine_itself_is_said() {
    let said = |pom: &str, setting: &str| {
        let settings = ("src/main/resources/application.properties", setting);
        repository(&[("pom.xml", pom), BOOT, settings]).init("", &[]).unwrap().1
    };
    let quarkus =
        pom("<build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>");
    let missing = said(&quarkus, "quarkus.oidc.auth-server-url=http://localhost:8180/realms/shop\n");
    has(&missing, "it looks for OpenID Connect on its own machine");
    has(&missing, "--env QUARKUS_OIDC_AUTH_SERVER_URL=");
    let eureka =
        said(&boot("3.5.6", ""), "eureka.client.serviceUrl.defaultZone=${EUREKA:http://localhost:8761/eureka}\n");
    has(&eureka, "it looks for Eureka on its own machine");
    for other in [
        "eureka.client.service-url.defaultZone=http://eureka:8761/eureka\n",
        "shop.redirect-uri=http://localhost:8080/login\n",
    ] {
        assert!(!said(&boot("3.5.6", ""), other).contains("own machine"), "{other}");
    }
}
