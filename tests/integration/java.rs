//! Java: what repositories that are no example make of it.

use crate::scratch::Scratch;

pub const MAIN: &str = "package a;\npublic class Tool {\n  public static void main(String[] arguments) {}\n}\n";
pub const PARENT: &str = "<parent><groupId>x</groupId><artifactId>top</artifactId><version>1</version></parent>";

/// A repository with these files.
pub fn repository(files: &[(&str, &str)]) -> Scratch {
    Scratch::new(files.iter().copied())
}

pub fn made(files: &[(&str, &str)]) -> String {
    repository(files).init("", &[]).unwrap().0
}

pub fn refused(files: &[(&str, &str)]) -> String {
    repository(files).init("", &[]).unwrap_err()
}

pub fn has(text: &str, line: &str) {
    assert!(text.contains(line), "no `{line}` in\n{text}");
}

/// A POM with this inside.
pub fn pom(inside: &str) -> String {
    format!("<project>\n<groupId>x</groupId><artifactId>a</artifactId><version>1</version>\n{inside}\n</project>\n")
}

pub fn boot(version: &str, inside: &str) -> String {
    pom(&format!(
        "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>\
         <version>{version}</version></parent>\n<dependencies><dependency>\
         <artifactId>spring-boot-starter-web</artifactId></dependency>{inside}</dependencies>\n<build><plugins><plugin>\
         <artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>"
    ))
}

pub const BOOT: (&str, &str) = (
    "src/main/java/a/App.java",
    "package a;\n@SpringBootApplication\npublic class App {\n  public static void main(String[] arguments) {}\n}\n",
);

#[test]
fn a_document_type_and_its_entities_are_refused_with_the_line() {
    let laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY a \"ha\">\n<!ENTITY b \"&a;&a;&a;&a;&a;&a;\">\n]>\n<project><artifactId>&b;</artifactId></project>\n";
    let said = refused(&[("pom.xml", laughs), ("src/main/java/a/Tool.java", MAIN)]);
    assert!(said.contains("pom.xml:2") && said.contains("without a document type"), "{said}");
}

#[test]
fn properties_in_a_circle_stay_as_they_are() {
    let text = pom(
        "<properties><one>${two}</one><two>${one}</two><maven.compiler.release>${one}</maven.compiler.release></properties>\n<build><finalName>${one}</finalName></build>",
    );
    let made = made(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN)]);
    has(&made, "-eclipse-temurin-21");
    has(&made, "test \"$(wc -l </tmp/found)\" -eq 1");
}

#[test]
fn a_release_that_no_image_has_is_an_error_with_its_line() {
    let text = pom("<properties>\n<maven.compiler.release>99</maven.compiler.release></properties>");
    let said = refused(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN)]);
    assert!(said.contains("no maintained image has Java 99") && said.contains("pom.xml:4"), "{said}");
}

#[test]
fn a_parent_from_elsewhere_does_not_matter() {
    let text =
        pom("<parent><groupId>com.example</groupId><artifactId>company</artifactId><version>7</version></parent>");
    let made = made(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN)]);
    has(&made, "cp /build/target/a-*.jar /application.jar");
}

#[test]
fn a_pom_that_builds_nothing_is_no_application() {
    let said = refused(&[("pom.xml", &pom("<packaging>pom</packaging>"))]);
    assert!(said.contains("packaging `pom`"), "{said}");
}

#[test]
fn a_wrapper_is_not_needed_and_its_options_reach_maven() {
    let files = [
        ("pom.xml", &*pom("")),
        ("src/main/java/a/Tool.java", MAIN),
        ("mvnw", "#!/bin/sh\n"),
        (".mvn/maven.config", "-Drevision=3\n"),
    ];
    let folder = repository(&files);
    folder.run(&["init", "--yes"]).ends(0, &[]);
    has(&folder.read("Dockerfile"), "&& mvn -B -ntp -Dmaven.test.skip=true package");
    assert!(!folder.read(".dockerignore").contains(".mvn"));
}

#[test]
fn gradle_alone_is_refused_and_beside_maven_ignored() {
    let said = refused(&[("build.gradle", "plugins {}\n"), ("src/main/java/a/Tool.java", MAIN)]);
    assert!(said.contains("this is a Gradle build") && said.contains("build.gradle"), "{said}");
    let files = [("build.gradle", "plugins {}\n"), ("pom.xml", &pom("")), ("src/main/java/a/Tool.java", MAIN)];
    has(&made(&files), "mvn -B -ntp");
}

#[test]
fn several_modules_that_start_are_listed() {
    let module = |name: &str| {
        boot("3.5.6", "").replace("<artifactId>a</artifactId>", &format!("<artifactId>{name}</artifactId>"))
    };
    let top = pom("<packaging>pom</packaging><modules><module>one</module><module>two</module></modules>");
    let files = [
        ("pom.xml", &*top),
        ("one/pom.xml", &module("one")),
        ("one/src/main/java/a/App.java", BOOT.1),
        ("two/pom.xml", &module("two")),
        ("two/src/main/java/a/App.java", BOOT.1),
    ];
    let said = refused(&files);
    assert!(said.contains("one  Spring Boot application in one") && said.contains("--app one"), "{said}");
}

#[test]
fn of_several_main_methods_the_one_that_serves_is_evident() {
    let server = "package a;\nclass Web {\n  static final int PORT = 9000;\n  public static void main(String[] a) {\n    HttpServer.create(null, 0);\n  }\n}\n";
    let other = MAIN.replace("Tool", "Other");
    let mut files = vec![("pom.xml", pom("")), ("src/main/java/a/Tool.java", MAIN.into())];
    files.push(("src/main/java/a/Other.java", other));
    let all =
        |files: &[(&str, String)]| repository(&files.iter().map(|(path, text)| (*path, &**text)).collect::<Vec<_>>());
    let said = all(&files).init("", &[]).unwrap_err();
    assert!(said.contains("--binary") && said.contains("`a.Other`") && said.contains("`a.Tool`"), "{said}");
    let (made, _) = all(&files).init("", &["--binary", "a.Other"]).unwrap();
    has(&made, "\"a.Other\"]");
    files.push(("src/main/java/a/Web.java", server.into()));
    let (made, said) = all(&files).init("", &[]).unwrap();
    has(&made, "\"a.Web\"]");
    has(&made, "EXPOSE 9000");
    has(&said, "several classes have a main method: a.Other, a.Tool, a.Web");
}

#[test]
fn a_main_class_of_a_step_of_the_build_is_not_the_applications() {
    let text = pom(
        "<build><plugins><plugin><artifactId>exec-maven-plugin</artifactId><executions><execution><configuration><mainClass>gen.Generator</mainClass></configuration></execution></executions></plugin></plugins></build>",
    );
    has(&made(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN)]), "\"a.Tool\"]");
}

#[test]
fn a_tool_takes_the_arguments_of_docker_run() {
    let assembly = "<build><plugins><plugin><artifactId>maven-assembly-plugin</artifactId><configuration><descriptorRefs><descriptorRef>jar-with-dependencies</descriptorRef></descriptorRefs><archive><manifest><mainClass>a.Tool</mainClass></manifest></archive></configuration></plugin></plugins></build>";
    let files = [("pom.xml", &*pom(assembly)), ("src/main/java/a/Tool.java", MAIN)];
    let tool = made(&files);
    // No execution names the goal, so the build has to.
    has(&tool, " package assembly:single");
    has(&tool, "ENTRYPOINT [\"/usr/bin/java\", \"-jar\", \"/app/application.jar\"]");
    assert!(!tool.contains("CMD"), "{tool}");
    let (server, _) = repository(&files).init("", &["--port", "80"]).unwrap();
    has(&server, "CMD [\"/app/application.jar\"]");
}

#[test]
fn profiles_that_nobody_names_count_as_maven_has_it() {
    let profile = |activation: &str, release: u32| {
        format!(
            "<profile><activation>{activation}</activation><properties><maven.compiler.release>{release}</maven.compiler.release></properties></profile>"
        )
    };
    let version = |profiles: &[String]| {
        let text = pom(&format!("<profiles>{}</profiles>", profiles.concat()));
        let made = made(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN), ("marker", "")]);
        let (_, version) = made.split_once("-eclipse-temurin-").unwrap();
        version[..2].to_owned()
    };
    let default = profile("<activeByDefault>true</activeByDefault>", 25);
    assert_eq!(version(std::slice::from_ref(&default)), "25");
    assert_eq!(version(&[default.clone(), profile("<jdk>[9,)</jdk>", 17)]), "17");
    assert_eq!(version(&[default.clone(), profile("<jdk>1.8</jdk>", 17)]), "25");
    assert_eq!(version(&[default.clone(), profile("<property><name>!skip</name></property>", 17)]), "17");
    assert_eq!(version(&[default.clone(), profile("<property><name>fast</name></property>", 17)]), "25");
    assert_eq!(version(&[default, profile("<os><family>windows</family></os>", 17)]), "25");
    assert_eq!(version(&[profile("<file><exists>${basedir}/marker</exists></file>", 17)]), "17");
    assert_eq!(version(&[profile("<file><missing>marker</missing></file>", 17)]), "21");
}

#[test]
fn a_file_of_the_module_switches_a_profile_of_its_parent_on() {
    let top = format!(
        "<project><groupId>x</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging>\
         <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>\
         <version>3.5.6</version></parent><modules><module>one</module></modules><profiles><profile>{}{}</profile></profiles></project>",
        "<activation><file><exists>src/main/resources/application.yml</exists></file></activation>",
        "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>"
    );
    let module = format!("<project>{PARENT}<artifactId>one</artifactId></project>");
    let mut files = vec![("pom.xml", &*top), ("one/pom.xml", &module), ("one/src/main/java/a/App.java", BOOT.1)];
    assert!(!made(&files).contains("Djarmode"));
    files.push(("one/src/main/resources/application.yml", "server:\n  port: 8099\n"));
    has(&made(&files), "java -Djarmode=tools -jar /application.jar extract");
}

#[test]
fn the_profile_of_spring_that_is_active_says_the_port() {
    let files = [
        ("pom.xml", &*boot("3.5.6", "")),
        BOOT,
        ("src/main/resources/application.yml", "spring:\n  profiles:\n    active: local\nserver:\n  port: 1111\n"),
        ("src/main/resources/application-local.yml", "server:\n  port: ${PORT:2222}\n"),
    ];
    has(&made(&files), "EXPOSE 2222");
    let files = [
        ("pom.xml", &*boot("3.5.6", "")),
        BOOT,
        ("src/main/resources/application.properties", "server.port=${PORT}\n"),
    ];
    has(&made(&files), "ENV PORT=8080");
}

#[test]
fn the_route_for_health_is_where_the_settings_put_it() {
    let actuator = "<dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency>";
    let made = |settings: &str| {
        made(&[("pom.xml", &boot("3.5.6", actuator)), BOOT, ("src/main/resources/application.properties", settings)])
    };
    has(&made(""), "\"http://127.0.0.1:8080/actuator/health\"]");
    has(&made("server.servlet.context-path=/shop\n"), "\"http://127.0.0.1:8080/shop/actuator/health\"]");
    let own =
        "server.servlet.context-path=/shop\nmanagement.server.port=9000\nmanagement.endpoints.web.base-path=/manage\n";
    has(&made(own), "\"http://127.0.0.1:9000/manage/health\"]");
}

#[test]
fn an_archive_is_made_by_the_runtime_that_reads_it() {
    let archive = |release: &str| {
        let text = boot("3.5.6", "").replace(
            "<dependencies>",
            &format!("<properties><java.version>{release}</java.version></properties><dependencies>"),
        );
        repository(&[("pom.xml", &text), BOOT]).init("", &["--runtime", "archive"]).unwrap().0
    };
    has(&archive("21"), "\"-XX:ArchiveClassesAtExit=/tmp/application.jsa\"");
    has(&archive("21"), "ENTRYPOINT [\"/usr/bin/java\", \"-XX:SharedArchiveFile=/app/application.jsa\", \"-jar\"]");
    has(&archive("25"), "\"-XX:AOTCacheOutput=/tmp/application.aot\"");
    has(&archive("25"), "ENTRYPOINT [\"/usr/bin/java\", \"-XX:AOTCache=/app/application.aot\", \"-jar\"]");
    // Layers of before 3.3 are folders, whose classes no archive holds.
    let old = boot("2.7.18", "")
        .replace("<dependencies>", "<properties><java.version>17</java.version></properties><dependencies>");
    let runtime = |text: &str| repository(&[("pom.xml", text), BOOT]).init("", &["--runtime", "archive"]).unwrap_err();
    let said = runtime(&old);
    assert!(said.contains("the choices are `jre`, `jlink`"), "{said}");
    // and Java 8 has neither archives nor jlink
    let said = runtime(&boot("2.7.18", ""));
    assert!(said.contains("the choices are `jre`\n"), "{said}");
}

#[test]
fn a_repository_that_wants_an_account_gets_it_from_a_secret() {
    let text =
        pom("<repositories><repository>\n<url>https://maven.pkg.github.com/x/y</url></repository></repositories>");
    let (made, said) = repository(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN)]).init("", &[]).unwrap();
    has(&made, "--mount=type=secret,id=maven-settings,target=/root/.m2/settings.xml");
    assert!(said.contains("hands out nothing without an account") && said.contains("pom.xml:4"), "{said}");
}

#[test]
fn a_lombok_of_before_java_17_is_named() {
    let dependency = |version: &str| {
        pom(&format!(
            "<dependencies><dependency>\n<artifactId>lombok</artifactId><version>{version}</version></dependency></dependencies>"
        ))
    };
    let said = |version: &str| {
        repository(&[("pom.xml", &dependency(version)), ("src/main/java/a/Tool.java", MAIN)]).init("", &[]).unwrap().1
    };
    has(&said("1.16.12"), "pom.xml:4");
    assert!(!said("1.18.30").contains("Lombok") && !said("${lombok}").contains("Lombok"));
    // a version of its own is none that Spring Boot's property sets
    let boot = "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>2.5.3</version></parent>";
    let built = |rest: &str| {
        let pom = format!("<project>{boot}<artifactId>a</artifactId><version>1</version>{rest}</project>");
        let files = [("pom.xml", pom.as_str()), ("src/main/java/a/Tool.java", MAIN)];
        repository(&files).init("", &["--version", "17"]).unwrap()
    };
    let lombok = |version: &str| {
        format!("<dependencies><dependency><artifactId>lombok</artifactId>{version}</dependency></dependencies>")
    };
    assert!(built(&lombok("")).0.contains("-Dlombok.version="));
    let own = format!("<properties><own>1.18.8</own></properties>{}", lombok("<version>${own}</version>"));
    assert!(built(&own).0.contains("-Down="), "{:?}", built(&own));
    for version in ["1.18.20", "1.18.30"] {
        let (text, said) = built(&lombok(&format!("<version>{version}</version>")));
        assert!(!text.contains("lombok") && !said.contains("by its property"), "{text}{said}");
    }
}

#[test]
fn a_port_that_the_source_asks_a_file_of_properties_for_is_that_of_the_file() {
    let dependency = "<dependencies><dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId></dependency></dependencies>";
    let source = |file: &str, key: &str| {
        let body = format!(
            "var p = new java.util.Properties(); p.load(Shop.class.getResourceAsStream(\"{file}\"));\n\
             Javalin.create().start(Integer.parseInt(p.getProperty(\"{key}\")));"
        );
        format!(
            "package a;\nimport io.javalin.Javalin;\npublic class Shop {{\n  public static void main(String[] arguments) {{ {body} }}\n}}\n"
        )
    };
    let port = |inside: &str, source: &str, file: &str, properties: &str| {
        let pom = pom(&format!("{dependency}{inside}"));
        made(&[("pom.xml", &pom), ("src/main/java/a/Shop.java", source), (file, properties)])
    };
    let file = "src/main/resources/shop.properties";
    let settings = "javalin.port=7071\nredis.port=6379\n";
    has(&port("", &source("/shop.properties", "javalin.port"), file, settings), "EXPOSE 7071");
    has(&port("", &source("shop.properties", "redis.port"), file, settings), "EXPOSE 8080");
    has(&port("", &source("other.properties", "javalin.port"), file, settings), "EXPOSE 8080");
    let written = |goal: &str| {
        format!(
            "<properties><javalin.port>7072</javalin.port></properties><build><plugins><plugin><groupId>org.codehaus.mojo</groupId>\
             <artifactId>properties-maven-plugin</artifactId><executions><execution><goals><goal>{goal}</goal></goals></execution>\
             </executions></plugin></plugins></build>"
        )
    };
    let made = |goal: &str| port(&written(goal), &source("/of-pom.properties", "javalin.port"), "README.md", "");
    has(&made("write-project-properties"), "EXPOSE 7072");
    has(&made("write-active-profile-properties"), "EXPOSE 8080");
}

#[test]
fn a_shaded_jar_is_where_the_plugin_puts_it() {
    let shaded = |output: &str| {
        pom(&format!(
            "<build><plugins><plugin><artifactId>maven-shade-plugin</artifactId><executions><execution><goals><goal>shade</goal>\
             </goals><configuration><transformers><transformer><manifestEntries><Main-Class>a.Tool</Main-Class></manifestEntries>\
             </transformer></transformers>{output}</configuration></execution></executions></plugin></plugins></build>"
        ))
    };
    let fat = shaded("<outputFile>${project.build.directory}/${project.artifactId}-fat.jar</outputFile>");
    has(
        &made(&[("pom.xml", &fat), ("src/main/java/a/Tool.java", MAIN)]),
        "cp /build/target/a-fat.jar /application.jar",
    );
    let packaged = shaded(
        "<outputFile>\n  ${project.build.directory}/${project.artifactId}-all.${project.packaging}\n</outputFile>",
    );
    has(
        &made(&[("pom.xml", &packaged), ("src/main/java/a/Tool.java", MAIN)]),
        "cp /build/target/a-all.jar /application.jar",
    );
    has(
        &made(&[("pom.xml", &shaded("")), ("src/main/java/a/Tool.java", MAIN)]),
        "cp /build/target/a-*.jar /application.jar",
    );
}

#[test]
fn a_release_leaves_the_name_of_the_jar_as_it_is() {
    let program = |inside: &str| made(&[("pom.xml", &*pom(inside)), ("src/main/java/a/Tool.java", MAIN)]);
    has(&program(""), "cp /build/target/a-*.jar /application.jar");
    has(&program("<build><finalName>shop</finalName></build>"), "cp /build/target/shop.jar /application.jar");
    has(
        &program("<build><finalName>${project.name}-1</finalName></build>"),
        "cp /build/target/a-*.jar /application.jar",
    );
    let revision =
        "<properties><revision>2.0</revision></properties><build><finalName>a-${revision}-all</finalName></build>";
    has(&program(revision), "cp /build/target/a-*-all.jar /application.jar");
    let named = "<properties><jar.name>shop</jar.name></properties><build><finalName>${jar.name}</finalName></build>";
    has(&program(named), "cp /build/target/shop.jar /application.jar");
    has(&program("<build><finalName>${unknown}</finalName></build>"), "-name '*.jar' ! -name 'original-*'");
    let tests = "<build><plugins><plugin><artifactId>maven-jar-plugin</artifactId><executions><execution><goals>\
                 <goal>test-jar</goal></goals></execution></executions></plugin></plugins></build>";
    has(&program(tests), "find /build/target -maxdepth 1 -name 'a-*.jar' ! -name '*-tests.jar'");
}

#[test]
fn what_makes_an_image_in_the_build_is_switched_off_there() {
    let plugin = |inside: &str| pom(&format!("<build><plugins><plugin>{inside}</plugin></plugins></build>"));
    let program = |pom: &str| made(&[("pom.xml", pom), ("src/main/java/a/Tool.java", MAIN)]);
    has(&program(&plugin("<artifactId>jib-maven-plugin</artifactId>")), " -Djib.skip ");
    let own = "<artifactId>docker-maven-plugin</artifactId><configuration><skip>${no.image}</skip></configuration>";
    has(&program(&plugin(own)), " -Ddocker.skip -Dno.image -DskipDocker ");
    let goal = |goal: &str| {
        plugin(&format!(
            "<artifactId>spring-boot-maven-plugin</artifactId><executions><execution><goals><goal>{goal}</goal></goals>\
             </execution></executions>"
        ))
    };
    has(&program(&goal("build-image-no-fork")), " -Dspring-boot.build-image.skip ");
    assert!(!program(&goal("repackage")).contains("build-image"));
    let runs = |program: &str| {
        plugin(&format!(
            "<artifactId>exec-maven-plugin</artifactId><executions><execution><phase>package</phase><goals><goal>exec\
             </goal></goals><configuration><executable>{program}</executable></configuration></execution></executions>"
        ))
    };
    has(&program(&runs("docker")), " -Dexec.skip ");
    assert!(!program(&runs("npm")).contains("exec.skip"));
    let extension =
        "<dependencies><dependency><artifactId>quarkus-container-image-jib</artifactId></dependency></dependencies>";
    has(&program(&pom(extension)), " -Dquarkus.container-image.build=false -Dquarkus.container-image.push=false ");
    let chosen = "<packaging>${packaging}</packaging><properties><packaging>docker</packaging></properties>";
    has(&program(&pom(chosen)), " -Dpackaging=jar ");
    let fixed = pom("<packaging>docker</packaging>");
    assert!(
        refused(&[("pom.xml", &fixed), ("src/main/java/a/Tool.java", MAIN)]).contains("makes an image in Maven itself")
    );
}

#[test]
fn known_parents_say_the_file_and_the_class() {
    let helidon = |kind: &str| {
        pom(&format!(
            "<parent><groupId>io.helidon.applications</groupId><artifactId>helidon-{kind}</artifactId><version>4.2.0</version></parent>"
        ))
    };
    let mp = made(&[("pom.xml", &helidon("mp"))]);
    has(&mp, "cp /build/target/a.jar /application.jar");
    has(&mp, "\"io.helidon.Main\"]");
    has(&made(&[("pom.xml", &helidon("se")), ("src/main/java/a/Tool.java", MAIN)]), "\"a.Tool\"]");
}

#[test]
fn settings_of_microprofile_lead_to_the_machine_itself() {
    let said = |artifact: &str| {
        let dependency = format!(
            "<dependencies><dependency><groupId>io.helidon.microprofile</groupId><artifactId>{artifact}</artifactId><version>4.2.0</version></dependency></dependencies>"
        );
        let parent = "<parent><groupId>io.helidon.applications</groupId><artifactId>helidon-mp</artifactId><version>4.2.0</version></parent>";
        let settings = "javax.sql.DataSource.shop.dataSource.url=jdbc:mysql://localhost:3306/shop\n";
        let pom = pom(&format!("{parent}{dependency}"));
        let files =
            [("pom.xml", pom.as_str()), ("src/main/resources/META-INF/microprofile-config.properties", settings)];
        repository(&files).run(&["init", "--yes", "--dry-run"]).stderr
    };
    assert!(said("helidon-microprofile-core").contains("it looks for mysql on its own machine"));
    assert!(!said("helidon-webserver").contains("it looks for mysql"));
}

#[test]
fn tests_have_a_stage_of_their_own_where_it_is_wanted() {
    let files = [("pom.xml", &*boot("3.5.6", "")), BOOT];
    assert!(!made(&files).contains("AS test"));
    let (made, _) = repository(&files).init("", &["--tests", "stage"]).unwrap();
    has(&made, "FROM build AS test\n");
    has(&made, "    mvn -B -ntp test\n");
    has(&made, "    mvn -B -ntp -Dmaven.test.skip=true package \\\n");
}

#[test]
fn a_maven_that_the_image_lacks_is_fetched_by_the_wrapper() {
    let wrapper = |version: &str| {
        let url = format!("distributionUrl=https://repo.example.com/apache-maven-{version}-bin.zip\n");
        let files = [
            ("pom.xml", &*pom("")),
            ("src/main/java/a/Tool.java", MAIN),
            ("mvnw", "#!/bin/sh\n"),
            (".mvn/wrapper/maven-wrapper.properties", &url),
        ];
        repository(&files).init("", &[]).unwrap()
    };
    has(&wrapper("4.0.0-rc-4").0, "sh mvnw -B -ntp");
    has(&wrapper("4.0.0-rc-4").1, "Maven 4.0.0-rc-4");
    has(&wrapper("3.8.1").0, "&& mvn -B -ntp");
}

#[test]
fn toolchains_are_given_the_jdk_of_the_image() {
    let asks = |version: &str| {
        let text = format!(
            "<build><plugins><plugin><artifactId>maven-toolchains-plugin</artifactId><version>3.2.0</version><configuration><toolchains><jdk><version>{version}</version></jdk></toolchains></configuration></plugin></plugins></build>"
        );
        made(&[("pom.xml", &pom(&text)), ("src/main/java/a/Tool.java", MAIN)])
    };
    has(&asks("11"), "'    <provides><version>'11'</version></provides>'");
    has(&asks("11"), "FROM eclipse-temurin:11-jre-noble AS java");
    has(&asks("17"), "java17-debian13");
    has(&asks("[21,)"), "'    <provides><version>'21'</version></provides>'");
}

#[test]
fn a_property_of_every_call_names_the_file() {
    let text = pom("<properties><jar>a</jar></properties><build><finalName>${jar}</finalName></build>");
    let files = [("pom.xml", &*text), ("src/main/java/a/Tool.java", MAIN), (".mvn/maven.config", "-T1\n-Djar=shop\n")];
    has(&made(&files), "cp /build/target/shop.jar /application.jar");
}

#[test]
fn scala_starts_an_object_or_a_function() {
    let main = |text: &str| made(&[("pom.xml", &*pom("")), ("src/main/scala/a/files.scala", text)]);
    has(&main("package a\nobject Shop extends App {}\n"), "\"a.Shop\"]");
    has(&main("package a\n@main def shop() = println(1)\n"), "\"a.shop\"]");
    has(&main("package a\nobject Shop {\n  def main(a: Array[String]): Unit = {}\n}\n"), "\"a.Shop\"]");
}

#[test]
fn dependencies_have_a_layer_of_their_own_where_it_is_wanted() {
    let top = "<project><groupId>x</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging>\
               <modules><module>one</module><module>two</module></modules></project>";
    let module =
        |name: &str, inside: &str| format!("<project>{PARENT}<artifactId>{name}</artifactId>{inside}</project>");
    let needs =
        "<dependencies><dependency><groupId>x</groupId><artifactId>two</artifactId></dependency></dependencies>";
    let files = [
        ("pom.xml", top),
        ("one/pom.xml", &module("one", needs)),
        (
            "one/src/main/java/a/Server.java",
            "package a;\nclass Server {\n  public static void main(String[] a) { new ServerSocket(8000); }\n}\n",
        ),
        ("two/pom.xml", &module("two", "")),
        (".mvn/jvm.config", "-Xmx1g\n"),
    ];
    let (made, _) = repository(&files).init("", &["--cache", "layer"]).unwrap();
    has(&made, "COPY .mvn .mvn/\nCOPY one/pom.xml one/\nCOPY pom.xml ./\nCOPY two/pom.xml two/\n");
    has(&made, "RUN mvn -B -ntp -pl one -am org.apache.maven.plugins:maven-dependency-plugin:3.8.1:go-offline\n");
    assert!(!made.contains("--mount=type=cache"), "{made}");
}

#[test]
fn what_git_leaves_out_and_the_build_needs_is_said() {
    let main = "package a;\npublic class Tool {\n  public static void main(String[] arguments) { new Bot(Keys.token()); }\n}\n";
    let said = |ignored: &str, inside: &str, more: &[(&str, &str)]| {
        let pom = pom(inside);
        let files = [("pom.xml", pom.as_str()), ("src/main/java/a/Tool.java", main), (".gitignore", ignored)];
        repository(&[&files[..], more].concat()).init("", &[]).unwrap().1
    };
    let is_said =
        |ignored: &str, more: &[(&str, &str)]| said(ignored, "", more).contains("a/Keys.java`, which `.gitignore`");
    assert!(is_said("target\nKeys.java\n", &[]));
    assert!(is_said("/src/main/java/a/Keys.java\n", &[]));
    for ignored in ["*.java\n", "Locks.java\n", "/other/Keys.java\n", "#Keys.java\n"] {
        assert!(!is_said(ignored, &[]), "{ignored}");
    }
    let inside = (
        "src/main/java/a/All.java",
        "package a;\nclass All { static class Keys { static String token() { return \"\"; } } }\n",
    );
    assert!(!is_said("Keys.java\n", &[("src/main/java/a/Keys.java", "package a;\nclass Keys {}\n")]));
    assert!(!is_said("Keys.java\n", &[inside]));
    let writer = "<build><plugins><plugin><artifactId>templating-maven-plugin</artifactId></plugin></plugins></build>";
    assert!(!said("Keys.java\n", writer, &[]).contains("`.gitignore`"));
    // of another package, which is a library's
    let imported = main.replace("package a;", "package a;\nimport b.Keys;");
    let files =
        [("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", imported.as_str()), (".gitignore", "Keys.java\n")];
    assert!(!repository(&files).init("", &[]).unwrap().1.contains("`.gitignore`"));
}

#[test]
fn settings_that_git_leaves_out_are_said() {
    let said = |ignored: &str, more: &[(&str, &str)]| {
        let pom = boot("3.5.6", "");
        let files = [("pom.xml", pom.as_str()), BOOT, (".gitignore", ignored)];
        repository(&[&files[..], more].concat()).init("", &[]).unwrap().1
    };
    let is_said = |ignored: &str, more: &[(&str, &str)]| {
        said(ignored, more).contains("`.gitignore` leaves out `src/main/resources/application.properties`")
    };
    assert!(is_said("src/main/resources/application.properties\n", &[]) && is_said("application.properties\n", &[]));
    for ignored in ["application-local.properties\n", "*.properties\n", "src/test/resources/application.properties\n"] {
        assert!(!is_said(ignored, &[]), "{ignored}");
    }
    assert!(!is_said("application.properties\n", &[("src/main/resources/application.yml", "a: b\n")]));
}

#[test]
fn what_another_reactor_of_the_repository_makes_is_installed_first() {
    let library = |name: &str, version: &str, needs: &str| {
        format!(
            "<project><groupId>x</groupId><artifactId>{name}</artifactId><version>{version}</version>{needs}</project>"
        )
    };
    let needs = |name: &str, version: &str| {
        format!(
            "<dependencies><dependency><groupId>x</groupId><artifactId>{name}</artifactId><version>{version}</version>\
             </dependency></dependencies>"
        )
    };
    let parent = "<project><groupId>x</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging></project>";
    let of = |version: &str| {
        let shop = pom(&format!("<properties><ours>1.0</ours></properties>{}", needs("orders", version)));
        let prices = format!(
            "<project>{}<artifactId>prices</artifactId></project>",
            PARENT.replace("</parent>", "<relativePath>../top</relativePath></parent>")
        );
        repository(&[
            ("shop/pom.xml", shop.as_str()),
            ("shop/src/main/java/a/Tool.java", MAIN),
            ("orders/pom.xml", &library("orders", "1.0", &needs("prices", "1"))),
            ("prices/pom.xml", &prices),
            ("top/pom.xml", parent),
            ("other/pom.xml", &library("other", "1.0", "")),
        ])
    };
    let install = |name: &str| format!("mvn -B -ntp -f {name} -N -Dmaven.test.skip=true install");
    for version in ["1.0", "${ours}"] {
        let text = of(version).init("shop", &[]).unwrap().0;
        for line in ["top", "prices", "orders"].map(install) {
            has(&text, &line);
        }
        let place = |name: &str| text.find(&install(name));
        assert!(place("top") < place("prices") && place("prices") < place("orders"), "{text}");
        has(&text, "mvn -B -ntp -f shop -Dmaven.test.skip=true package");
        assert!(place("other").is_none(), "{text}");
    }
    // a registry has the other version
    let text = of("0.9").init("shop", &[]).unwrap().0;
    assert!(!text.contains(" install"), "{text}");
}

/// A reactor of the modules `tools` and `server`, with this inside of the POM of the server.
fn reactor(server: &str) -> Scratch {
    let module = |name: &str, inside: &str| {
        format!("<project>\n{PARENT}<groupId>x</groupId><artifactId>{name}</artifactId>\n{inside}\n</project>\n")
    };
    let top = "<project><groupId>x</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging>\
               <modules><module>tools</module><module>server</module></modules></project>";
    repository(&[
        ("pom.xml", top),
        ("tools/pom.xml", &module("tools", "")),
        ("tools/src/main/java/t/Part.java", "package t;\npublic class Part {}\n"),
        ("server/pom.xml", &module("server", server)),
        ("server/src/main/java/a/Tool.java", MAIN),
    ])
}

#[test]
fn what_only_the_configuration_of_a_plugin_names_is_built_by_name() {
    let built = |plugin: &str| {
        let inside = format!("<build><plugins><plugin>{plugin}</plugin></plugins></build>");
        reactor(&inside).init("server", &[]).unwrap().0
    };
    let artifact = "<groupId>x</groupId><artifactId>tools</artifactId><version>1</version>";
    let processor = format!(
        "<artifactId>maven-compiler-plugin</artifactId><configuration><annotationProcessorPaths><path>{artifact}</path>\
         </annotationProcessorPaths></configuration>"
    );
    has(&built(&processor), "mvn -B -ntp -pl tools,server -am ");
    let archive = format!(
        "<artifactId>maven-dependency-plugin</artifactId><executions><execution><configuration><artifactItems>\
         <artifactItem>{artifact}</artifactItem></artifactItems></configuration></execution></executions>"
    );
    has(&built(&archive), "-pl tools,server -am ");
    let rules = format!(
        "<artifactId>maven-checkstyle-plugin</artifactId><dependencies><dependency>{artifact}</dependency></dependencies>"
    );
    has(&built(&rules), "mvn -B -ntp -pl server -am ");
    has(&built(&processor.replace("<groupId>x<", "<groupId>y<")), "mvn -B -ntp -f server ");
}

#[test]
fn a_main_class_of_the_parent_belongs_to_the_module_that_holds_it() {
    let files = |class: &str| {
        let top = format!(
            "<project><groupId>x</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging>\
             <modules><module>model</module><module>server</module></modules><build><plugins><plugin>\
             <artifactId>maven-shade-plugin</artifactId><configuration><mainClass>{class}</mainClass></configuration>\
             </plugin></plugins></build></project>"
        );
        let module = |name: &str| format!("<project>\n{PARENT}<artifactId>{name}</artifactId></project>");
        repository(&[
            ("pom.xml", &top),
            ("model/pom.xml", &module("model")),
            ("model/src/main/java/a/Part.java", "package a;\npublic class Part {}\n"),
            ("server/pom.xml", &module("server")),
            ("server/src/main/java/a/Tool.java", MAIN),
        ])
    };
    has(&files("a.Tool").init("", &[]).unwrap().0, "-f server ");
    // A class of a library starts every module.
    assert!(files("io.vertx.core.Launcher").init("", &[]).unwrap_err().contains("model"));
}

#[test]
fn settings_of_spring_that_are_not_there_are_named_with_their_sample() {
    let boot = "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.3.0</version></parent><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>";
    let said = |rest: &str, files: &[(&str, &str)]| {
        let pom = format!("<project><artifactId>a</artifactId><version>1</version>{rest}</project>");
        let mut all = vec![("pom.xml", pom.as_str()), ("src/main/java/a/Tool.java", MAIN)];
        all.extend(files);
        repository(&all).init("", &[]).unwrap().1
    };
    let sample = ("src/main/resources/application.properties.example", "a.b=c\n");
    let warned = said(boot, &[sample]);
    has(&warned, "made from `src/main/resources/application.properties.example`");
    has(&warned, "/application.properties:/app/application.properties:ro");
    let yaml = said(boot, &[("src/main/resources/application-sample.yml", "a: b\n")]);
    has(&yaml, "/application.yml:/app/application.yml:ro");
    assert!(!said(boot, &[sample, ("src/main/resources/application.yml", "a: b\n")]).contains("may not start"));
    assert!(!said("", &[sample]).contains("may not start"));
}

#[test]
fn variables_of_the_profile_that_is_switched_on_are_wanted() {
    let said = |active: &str| {
        let settings = format!("spring.profiles.active={active}\n");
        let pom =
            pom("<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>");
        repository(&[
            ("pom.xml", pom.as_str()),
            ("src/main/java/a/Tool.java", MAIN),
            ("src/main/resources/application.properties", settings.as_str()),
            ("src/main/resources/application-dev.properties", "spring.datasource.url=${DB_URL}\n"),
        ])
        .init("", &[])
        .unwrap()
        .1
    };
    has(&said("dev"), "`DB_URL`");
    assert!(!said("prod").contains("DB_URL"));
}

#[test]
fn a_project_runs_on_the_line_that_it_is_written_for() {
    let on = |release: &str, dependency: &str, source: &str, arguments: &[&str]| {
        let text = pom(&format!(
            "<properties><maven.compiler.source>{release}</maven.compiler.source></properties><dependencies>{dependency}</dependencies>"
        ));
        repository(&[("pom.xml", &text), ("src/main/java/a/Tool.java", source)]).init("", arguments).unwrap()
    };
    let builds = |line: &str| format!("FROM maven:3.9-eclipse-temurin-{line}-noble AS build");
    let (old, said) = on("1.8", "", MAIN, &[]);
    has(&old, &builds("8"));
    has(&old, "FROM gcr.io/distroless/java-base-debian13:nonroot");
    has(&old, "COPY --from=java /java/ /opt/java/openjdk/");
    has(&old, "ENV JAVA_TOOL_OPTIONS=\"-XX:MaxRAMPercentage=75.0 -XX:+ExitOnOutOfMemoryError\"");
    has(&old, "ENTRYPOINT [\"/opt/java/openjdk/bin/java\"");
    assert!(!said.contains("is written for Java"), "{said}");
    has(&on("1.7", "", MAIN, &[]).0, &builds("8"));
    has(&on("9", "", MAIN, &[]).0, &builds("11"));
    has(&on("11", "", MAIN, &[]).0, "ENV JDK_JAVA_OPTIONS=\"-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError\"");
    // between two lines, and by an answer, what was closed since is opened
    for (up, said) in [on("14", "", MAIN, &[]), on("1.8", "", MAIN, &["--version", "17"])] {
        has(&up, &builds("17"));
        has(&up, "--add-opens=java.base/java.lang=ALL-UNNAMED");
        assert!(!up.contains("AS java\n") && said.contains("JDK"), "{said}");
    }
    // what it uses may need a later one than what it is compiled for
    let library = |artifact: &str, version: &str, more: &str| {
        format!(
            "<dependency><groupId>{artifact}</groupId><artifactId>x</artifactId><version>{version}</version>{more}</dependency>"
        )
    };
    has(&on("1.8", &library("io.javalin", "6.1.3", ""), MAIN, &[]).0, &builds("11"));
    has(&on("1.8", &library("io.javalin", "4.6.8", ""), MAIN, &[]).0, &builds("8"));
    has(&on("1.8", &library("org.mockito", "5.2.0", "<scope>test</scope>"), MAIN, &[]).0, &builds("8"));
    let calls = |call: &str| {
        format!(
            "package a;\nimport java.util.*;\npublic class Tool {{ public static void main(String[] arguments) {{ {call} }} }}\n"
        )
    };
    for (call, line) in [
        ("var list = List.of(1);", "11"),
        ("arguments[0].isBlank();", "11"),
        ("Arrays.stream(arguments).map(x -> x).toList();", "17"),
        ("StringUtils.isBlank(arguments[0]);", "8"),
        ("page.toList();", "8"),
        ("Arrays.stream(arguments).collect(Collectors.toList());", "8"),
        ("Files.readAllBytes(path);", "8"),
    ] {
        has(&on("1.8", "", &calls(call), &[]).0, &builds(line));
    }
    // the latest that a POM names, since another place of it may need that one
    let both = "1.8</maven.compiler.source><java.version>17</java.version><maven.compiler.target>11</maven.compiler.target><maven.compiler.source>1.8";
    has(&on(both, "", MAIN, &[]).0, &builds("17"));
    // and nothing that is stated is not less than what is usual
    let usual = [("pom.xml", &*pom("")), ("src/main/java/a/Tool.java", &calls("List.of(1);"))];
    has(&made(&usual), &builds("21"));
}

#[test]
fn an_image_of_the_hardened_family_has_the_old_lines_itself() {
    let text = pom("<properties><maven.compiler.release>8</maven.compiler.release></properties>");
    let files = [("pom.xml", &*text), ("src/main/java/a/Tool.java", MAIN)];
    let made = repository(&files).init("", &["--family", "dhi"]).unwrap().0;
    has(&made, "FROM dhi.io/eclipse-temurin:8-debian13");
    assert!(!made.contains("AS java\n"), "{made}");
}

#[test]
fn a_lombok_is_replaced_where_it_can_not_compile_on_the_line() {
    let lombok = |release: &str, version: &str| {
        let text = pom(&format!(
            "<properties><java.version>{release}</java.version><lombok.version>{version}</lombok.version></properties><dependencies><dependency><groupId>org.projectlombok</groupId><artifactId>lombok</artifactId><version>${{lombok.version}}</version></dependency></dependencies>"
        ));
        made(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN)])
    };
    for (release, version, is_replaced) in [
        ("8", "1.16.8", false),
        ("11", "1.18.0", true),
        ("11", "1.18.12", false),
        ("17", "1.18.12", true),
        ("21", "1.18.24", true),
        ("21", "1.18.30", false),
    ] {
        assert_eq!(lombok(release, version).contains("-Dlombok.version="), is_replaced, "{release} {version}");
    }
}

#[test]
fn a_line_that_has_ended_says_so() {
    let files = |release: &str| {
        let text = pom(&format!("<properties><maven.compiler.release>{release}</maven.compiler.release></properties>"));
        refused(&[("pom.xml", &text), ("src/main/java/a/Tool.java", MAIN)])
    };
    assert!(files("26").contains("Java 26 has ended on 2026-09-15"), "{}", files("26"));
    assert!(files("31").contains("no maintained image has Java 31"), "{}", files("31"));
}
