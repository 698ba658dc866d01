package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.start.ProductionRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.mock.env.MockEnvironment;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks that the deployment files fit each other and the programs, as far as possible without
 * Docker.
 */
class DeploymentFilesTest {

  private static final Path ROOT = Path.of("..");
  private static final Set<String> PROGRAMS =
      Set.of("gateway", "identity", "commands", "worker", "queries");
  private static final Set<String> STORES = Set.of("postgres", "mongo", "redis", "mailpit", "s3");

  private static final Map<String, Map<String, Object>> SERVICES =
      map(yaml("docker-compose.yml").get("services"));

  @Test
  void composePinsAndLimitsEachService() {
    assertThat(SERVICES.keySet())
        .containsAll(PROGRAMS)
        .containsAll(STORES)
        .contains("prometheus", "grafana");
    SERVICES.forEach(
        (name, service) -> {
          String image = service.get("image").toString();
          assertThat(image)
              .as(name)
              .matches(
                  PROGRAMS.contains(name)
                      ? "annals/(gateway|command-side|query-side):\\$\\{ANNALS_VERSION:-local}"
                      : "[a-z/]+:v?\\d+\\.\\d+(\\.\\d+)?(-[a-z0-9.]+)?");
          assertThat(service.get("deploy").toString()).as(name).contains("cpus=", "memory=");
        });
  }

  @Test
  void programsHaveNoPrivilegesAndTimeToDrain() {
    for (String program : PROGRAMS) {
      assertThat(SERVICES.get(program))
          .as(program)
          .containsEntry("read_only", true)
          .containsEntry("tmpfs", List.of("/tmp"))
          .containsEntry("cap_drop", List.of("ALL"))
          .containsEntry("security_opt", List.of("no-new-privileges:true"))
          .containsEntry("stop_grace_period", "30s");
    }
  }

  /** A tmpfs counts as memory: a few spooled files would exceed the limit of the container. */
  @Test
  void uploadsAreSpooledToAVolumeOfTheImagesUser() {
    for (String program : Set.of("identity", "commands", "worker")) {
      String folder =
          object(SERVICES.get(program).get("environment"))
              .get("ANNALS_ATTACHMENTS_FOLDER")
              .toString();
      String mounted = folder.replaceFirst("/[^/]+$", "");
      assertThat(SERVICES.get(program).get("volumes"))
          .as(program)
          .isEqualTo(List.of("spool:" + mounted));
      assertThat(folder).as(program).doesNotStartWith("/tmp");
      assertThat(text("Dockerfile"))
          .contains(
              "--uid 10001 ", "install --directory --owner=annals --mode=0700 " + mounted + "\n");
    }
  }

  @Test
  void profileDevStartsOnlyStores() {
    Set<String> dev =
        SERVICES.keySet().stream()
            .filter(name -> SERVICES.get(name).get("profiles").toString().contains("dev"))
            .collect(Collectors.toSet());
    assertThat(dev).containsAll(STORES).doesNotContainAnyElementsOf(PROGRAMS);
    assertThat(SERVICES.values()).allMatch(it -> it.get("profiles").toString().contains("all"));
  }

  @Test
  void longRunningServicesHaveHealthChecksThatDependentsAwait() {
    SERVICES.forEach(
        (name, service) -> {
          if (!PROGRAMS.contains(name) && service.containsKey("restart")) {
            assertThat(service).as(name).containsKey("healthcheck");
          }
          map(service.getOrDefault("depends_on", Map.of()))
              .forEach(
                  (other, condition) ->
                      assertThat(condition.get("condition"))
                          .as(name + " waits for " + other)
                          .isEqualTo(
                              SERVICES.get(other).containsKey("restart")
                                  ? "service_healthy"
                                  : "service_completed_successfully"));
        });
  }

  @Test
  void redisEvictsTheShortestTtlFirst() {
    assertThat(SERVICES.get("redis").get("command").toString())
        .contains("--maxmemory 256mb --maxmemory-policy volatile-ttl --maxmemory-samples 32 ");
  }

  @Test
  void onlyTheGatewaysReservedAddressIsATrustedProxy() {
    assertThat(SERVICES.get("gateway").get("networks"))
        .isEqualTo(Map.of("default", Map.of("ipv4_address", "172.30.64.2")));
    for (String program : Set.of("identity", "commands", "worker")) {
      assertThat(object(SERVICES.get(program).get("environment")))
          .as(program)
          .containsEntry("ANNALS_PROXIES", "172.30.64.2");
    }
    assertThat(map(yaml("docker-compose.yml").get("networks")).get("default"))
        .isEqualTo(
            Map.of(
                "ipam",
                Map.of(
                    "config",
                    List.of(Map.of("subnet", "172.30.64.0/24", "ip_range", "172.30.64.128/25")))));
  }

  @Test
  void volumesAreDeclaredAndMountedFilesExist() {
    Map<String, Object> volumes = object(yaml("docker-compose.yml").get("volumes"));
    for (Map<String, Object> service : SERVICES.values()) {
      for (Object mount : (List<?>) service.getOrDefault("volumes", List.of())) {
        String source = mount.toString().split(":", 2)[0];
        if (source.startsWith(".")) {
          assertThat(ROOT.resolve(source)).exists();
        } else {
          assertThat(volumes).containsKey(source);
        }
      }
    }
  }

  @Test
  void everyVariableOfAProgramIsOneOfItsProperties() throws IOException {
    Set<String> known = new TreeSet<>();
    for (String module :
        List.of(
            "chassis/base",
            "chassis/http",
            "chassis/jobs",
            "chassis/files",
            "chassis/projection",
            "command-side",
            "gateway")) {
      for (JsonNode property :
          JsonMapper.shared()
              .readTree(
                  ROOT.resolve(module)
                      .resolve("target/classes/META-INF/spring-configuration-metadata.json"))
              .path("properties")) {
        known.add(variable(property.path("name").asString()));
      }
    }
    for (String program : PROGRAMS) {
      assertThat(object(SERVICES.get(program).get("environment")).keySet())
          .as(program)
          .filteredOn(name -> name.startsWith("ANNALS_"))
          .isSubsetOf(known);
    }
  }

  @Test
  void theExampleListsEachSecretAndProductionRefusesItsValues() {
    Properties example = new Properties();
    try (var lines = Files.newBufferedReader(ROOT.resolve(".env.example"))) {
      example.load(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set<String> asked =
        Pattern.compile("\\$\\{([A-Z0-9_]+):\\?")
            .matcher(text("docker-compose.yml"))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(example.stringPropertyNames()).containsAll(asked);

    MockEnvironment production = new MockEnvironment();
    production.setActiveProfiles("prod");
    production.setProperty("management.server.port", "8081");
    production.setProperty("management.server.address", "127.0.0.1");
    Map.of(
            "annals.master-key", "ANNALS_MASTER_KEY",
            "annals.admin.password", "ANNALS_ADMIN_PASSWORD",
            "spring.datasource.password", "POSTGRES_PASSWORD",
            "annals.attachments.s3.secret-key", "S3_SECRET_KEY")
        .forEach((name, value) -> production.setProperty(name, example.getProperty(value)));
    production.setProperty(
        "spring.mongodb.uri",
        "mongodb://annals:" + example.getProperty("MONGO_PASSWORD") + "@mongo/");
    production.setProperty(
        "spring.data.redis.url", "redis://:" + example.getProperty("REDIS_PASSWORD") + "@redis");
    assertThatThrownBy(
            () ->
                new ProductionRules()
                    .onApplicationEvent(
                        new ApplicationEnvironmentPreparedEvent(
                            new DefaultBootstrapContext(),
                            new SpringApplication(),
                            new String[0],
                            production)))
        .hasMessageContainingAll(
            "annals.master-key",
            "annals.admin.password",
            "spring.datasource.password",
            "annals.attachments.s3.secret-key",
            "spring.mongodb.uri",
            "spring.data.redis.url");
  }

  @Test
  void theImageIsPinnedRunsUnprivilegedAndHasAHealthCheck() {
    String dockerfile = text("Dockerfile");
    assertThat(dockerfile.lines().filter(line -> line.startsWith("FROM ")))
        .hasSize(2)
        .allMatch(
            line -> line.matches("FROM [a-z/-]+:\\d+\\.\\d+\\.\\d+[a-z0-9_.-]*( AS [a-z]+)?"));
    assertThat(dockerfile).contains("\nUSER 10001\n", "\nENTRYPOINT [\"java\", ");
    String probe =
        Pattern.compile("\"(dev\\.annals\\.[A-Za-z.]+)\"")
            .matcher(dockerfile)
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElseThrow();
    assertThat(probe).isEqualTo("dev.annals.base.start.HealthProbe");
    assertThat(text(".dockerignore").lines())
        .containsAll(
            Pattern.compile("<module>(.*)</module>")
                .matcher(text("pom.xml"))
                .results()
                .map(found -> found.group(1))
                .map(module -> "!" + module + (module.equals("docs/own") ? "/pom.xml" : ""))
                .map(module -> module.replaceFirst("^!chassis/.*", "!chassis"))
                .toList());
  }

  @Test
  void theImageAndTheLauncherTrainTheProgramWithTheOptionsOfItsStart() {
    String main = " " + Training.class.getName() + " ";
    assertThat(text("Dockerfile"))
        .contains(
            main,
            " java @/annals/jvm.options ",
            "\nENTRYPOINT [\"java\", \"@/annals/jvm.options\"");
    assertThat(text("deploy/annals").split("\"@\\$home/jvm.options\" -Xmx", -1)).hasSize(3);
    assertThat(text("deploy/annals")).contains(main);
    assertThat(text("standalone/pom.xml")).contains("/../deploy/jvm.options");
  }

  @Test
  void prometheusScrapesEachProgram() {
    Map<String, Object> job =
        object(((List<?>) yaml("deploy/prometheus/prometheus.yml").get("scrape_configs")).get(0));
    assertThat(job)
        .containsEntry(
            "static_configs",
            List.of(Map.of("targets", List.of("gateway:8081", "identity:8081", "worker:8081"))))
        .containsEntry(
            "dns_sd_configs",
            List.of(
                Map.of(
                    "names",
                    List.of("commands", "queries"),
                    "type",
                    "A",
                    "port",
                    8081,
                    "refresh_interval",
                    "10s")));
  }

  /** The names of replicas have several addresses. */
  @Test
  void theGatewayNamesEachProgramThatIsReplicated() {
    assertThat(object(SERVICES.get("gateway").get("environment")))
        .containsEntry("ANNALS_GATEWAY_COMMANDS", "http://commands:8080")
        .containsEntry("ANNALS_GATEWAY_IDENTITY", "http://identity:8080")
        .containsEntry("ANNALS_GATEWAY_QUERIES", "http://queries:8080");
    for (String program : PROGRAMS) {
      assertThat(object(SERVICES.get(program).get("deploy")).get("replicas"))
          .as(program)
          .isEqualTo(Set.of("commands", "queries").contains(program) ? 2 : null);
    }
  }

  @Test
  void operationsPageExplainsEachAlert() {
    Set<String> alarms =
        Pattern.compile("- alert: (\\w+)")
            .matcher(text("deploy/prometheus/alerts.yml"))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    String operations = text("docs/operations.md");
    Set<String> explained =
        Pattern.compile("(?m)^### (\\w+)$")
            .matcher(operations.substring(operations.indexOf("## Alarms")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(explained).isEqualTo(alarms).isNotEmpty();
    assertThat(yaml("deploy/prometheus/alerts.yml")).containsKey("groups");
  }

  @Test
  void alertsAndDashboardUseExistingMetrics() throws IOException {
    JsonNode dashboard =
        JsonMapper.shared().readTree(ROOT.resolve("deploy/grafana/dashboards/annals.json"));
    String shown =
        dashboard
            .path("panels")
            .valueStream()
            .flatMap(panel -> panel.path("targets").valueStream())
            .map(target -> target.path("expr").asString())
            .collect(Collectors.joining("\n"));
    Set<String> measured = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(ROOT)) {
      for (Path source :
          sources
              .filter(path -> path.toString().contains("src/main/java"))
              .filter(path -> path.toString().endsWith(".java"))
              .toList()) {
        Pattern.compile("\"(annals\\.[a-z.]+)\"")
            .matcher(Files.readString(source))
            .results()
            .forEach(found -> measured.add(found.group(1).replace('.', '_')));
      }
    }
    Set<String> used =
        Pattern.compile("\\bannals_[a-z_]+")
            .matcher(shown + text("deploy/prometheus/alerts.yml"))
            .results()
            .map(found -> found.group())
            // Prometheus appends these suffixes.
            .map(name -> name.replaceAll("_(bucket|count|sum|total)$", ""))
            .map(name -> name.replaceAll("_(seconds|events)$", ""))
            .collect(Collectors.toSet());
    assertThat(used)
        .contains(
            "annals_processor_lag", "annals_commands", "annals_mails", "annals_stomp_sessions")
        .isSubsetOf(measured);
  }

  static List<Path> workflows() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(".github/workflows"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void workflowsHaveMinimalPermissionsAndPinnedActions(Path file) {
    Map<String, Object> workflow = yaml(ROOT.relativize(file).toString());
    assertThat(workflow.get("permissions")).isEqualTo(Map.of("contents", "read"));
    assertThat(text(ROOT.relativize(file).toString())).doesNotContain("pull_request_target");
    map(workflow.get("jobs"))
        .forEach(
            (name, job) -> {
              assertThat(job).as(name).containsKeys("runs-on", "timeout-minutes", "steps");
              for (Object step : (List<?>) job.get("steps")) {
                Object action = object(step).get("uses");
                if (action != null) {
                  assertThat(action.toString())
                      .matches("[\\w.-]+(/[\\w.-]+)+@(v\\d+\\.\\d+\\.\\d+|[0-9a-f]{40})");
                } else {
                  assertThat(object(step)).as(name).containsKey("run");
                }
              }
            });
  }

  private static String variable(String property) {
    return property.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
  }

  private static String text(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> yaml(String file) {
    return object(new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file)));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> map(Object value) {
    return (Map<String, Map<String, Object>>) value;
  }
}
