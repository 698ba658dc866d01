package dev.annals.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Checks the Helm chart by its approved output, one file for each file of values. The output is
 * compared with that of {@code helm} where it is installed, on the path or as {@code HELM_BIN}.
 */
class HelmChartTest {

  private static final Path ROOT = Path.of("..");
  private static final Path CHART = ROOT.resolve("deploy/helm");
  private static final Path APPROVED = Path.of("src/test/resources/helm");
  private static final Path RENDERED = Path.of("target/helm");
  private static final String VALUES = ".values.yaml";

  /** The chart contains this file by a link. The approved output has only its place. */
  private static final Path ALERTS = ROOT.resolve("deploy/prometheus/alerts.yml");

  /** Validates an element against the schema of a kind. */
  private interface KindSchema {
    void validate(JsonElement manifest) throws IOException;
  }

  private static final Map<String, KindSchema> SCHEMAS =
      Map.of(
          "apps/v1 Deployment", V1Deployment::validateJsonElement,
          "autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement,
          "batch/v1 Job", V1Job::validateJsonElement,
          "networking.k8s.io/v1 Ingress", V1Ingress::validateJsonElement,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement,
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "v1 Service", V1Service::validateJsonElement);

  /** Prometheus Operator defines these. */
  private static final Set<String> FOREIGN =
      Set.of("monitoring.coreos.com/v1 ServiceMonitor", "monitoring.coreos.com/v1 PrometheusRule");

  /** The approved output for a file of values. */
  private record Installation(String name, List<Object> manifests) {

    List<Object> of(String kind) {
      return manifests.stream().filter(it -> text(it, "kind").equals(kind)).toList();
    }

    /** Returns the templates of pods by the names of their owners. */
    Map<String, Object> pods() {
      Map<String, Object> pods = new TreeMap<>();
      Stream.concat(of("Deployment").stream(), of("Job").stream())
          .forEach(it -> pods.put(text(it, "metadata.name"), at(it, "spec.template")));
      return pods;
    }

    /** Returns the names of the owners of the pods that a selector selects. */
    Set<String> selected(Object selector) {
      Set<String> selected = new TreeSet<>();
      pods()
          .forEach(
              (name, pod) -> {
                if (matches(selector, at(pod, "metadata.labels"))) {
                  selected.add(name);
                }
              });
      return selected;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Installation> installations() throws IOException {
    List<Installation> installations = new ArrayList<>();
    for (String name : approvedNames()) {
      installations.add(
          new Installation(
              name,
              StreamSupport.stream(
                      yaml()
                          .loadAll(Files.readString(APPROVED.resolve(name + ".yaml")))
                          .spliterator(),
                      false)
                  .toList()));
    }
    return installations.stream();
  }

  static List<String> approvedNames() throws IOException {
    try (Stream<Path> files = Files.list(APPROVED)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(VALUES))
          .map(name -> name.replace(VALUES, ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("approvedNames")
  void rendersTheApprovedOutput(String name) throws Exception {
    Result result = render("--values", APPROVED.resolve(name + VALUES).toString());
    assertThat(result.code()).as(result.errors()).isZero();
    String alerts = Files.readString(ALERTS).strip().indent(2);
    String rendered =
        "# Checksum of the chart and the values: "
            + checksum(name)
            + "\n"
            + result.output().replace(alerts, "  groups: [] # " + ALERTS.getFileName() + "\n");
    Files.createDirectories(RENDERED);
    Files.writeString(RENDERED.resolve(name + ".yaml"), rendered);
    assertThat(rendered)
        .as(
            "The output is stale. Read the difference, then: cp standalone/target/helm/* standalone/%s/",
            APPROVED)
        .isEqualTo(Files.readString(APPROVED.resolve(name + ".yaml")));
  }

  @ParameterizedTest
  @MethodSource("approvedNames")
  void theApprovedOutputIsOfThisChart(String name) throws Exception {
    assertThat(Files.readString(APPROVED.resolve(name + ".yaml")).lines().findFirst())
        .as("The chart has changed since the approval: install helm, and run this test again")
        .contains("# Checksum of the chart and the values: " + checksum(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image.tag=          | The values are not complete, not set: image.tag.",
        "mail.host=,publicUrl= | The values are not complete, not set: mail.host, publicUrl.",
        "roles.worker.minReplicas=9 | The value roles.worker.maxReplicas must be at least minReplicas, 9.",
        "redis.sentinel.master=annals | Redis with Sentinel needs both redis.sentinel.master and"
            + " redis.sentinel.nodes.",
        "image.tga=1          | at '/image': additional properties 'tga' not allowed",
        "mail.encryption=ssl  | at '/mail/encryption': value must be one of 'starttls', 'tls', 'none'",
        "proxies={gateway}    | at '/proxies/0': 'gateway' does not match pattern"
      })
  void refusesWrongValuesInASentence(String values, String sentence) throws Exception {
    Result result =
        render("--values", APPROVED.resolve("required" + VALUES).toString(), "--set", values);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.errors()).contains(sentence);
  }

  /** Without {@code helm}, too. */
  @Test
  void theSchemaOfValuesAllowsTheDefaultsAndTheTestedValuesOnly() throws Exception {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(Files.readString(CHART.resolve("values.schema.json")));
    assertThat(schema.validate(Files.readString(CHART.resolve("values.yaml")), InputFormat.YAML))
        .isEmpty();
    for (String name : approvedNames()) {
      String values = Files.readString(APPROVED.resolve(name + VALUES));
      assertThat(schema.validate(values, InputFormat.YAML)).as(name).isEmpty();
      assertThat(schema.validate(values + "further: 1\n", InputFormat.YAML)).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void eachManifestFitsTheSchemaOfItsKind(Installation installation) {
    assertThat(installation.manifests()).hasSizeGreaterThan(10);
    for (Object manifest : installation.manifests()) {
      String kind = text(manifest, "apiVersion") + " " + text(manifest, "kind");
      if (!FOREIGN.contains(kind)) {
        assertThat(SCHEMAS).containsKey(kind);
        assertThatCode(() -> SCHEMAS.get(kind).validate(new Gson().toJsonTree(manifest)))
            .as("%s %s", kind, text(manifest, "metadata.name"))
            .doesNotThrowAnyException();
      }
      for (String texts : List.of("metadata.labels", "metadata.annotations")) {
        assertThat(map(at(manifest, texts)).values()).as(kind).allMatch(String.class::isInstance);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void eachRoleHasTheImageOfComposeAndAHookMigratesBefore(Installation installation) {
    Map<String, String> programs = new TreeMap<>();
    installation
        .pods()
        .forEach(
            (name, pod) -> {
              String image = text(container(pod), "image");
              programs.put(name, image.replaceFirst(".*(annals/[a-z-]+):0123abc$", "$1"));
            });
    assertThat(programs)
        .isEqualTo(
            Map.of(
                "annals-gateway", "annals/gateway",
                "annals-identity", "annals/command-side",
                "annals-commands", "annals/command-side",
                "annals-worker", "annals/command-side",
                "annals-queries", "annals/query-side",
                "annals-migrate", "annals/command-side"));
    Map<String, Object> services = map(at(load(ROOT.resolve("docker-compose.yml")), "services"));
    assertThat(
            services.values().stream()
                .map(it -> text(it, "image").split(":", 2)[0])
                .collect(Collectors.toSet()))
        .containsAll(programs.values());
    for (String role : List.of("identity", "commands", "worker")) {
      assertThat(values(installation.pods().get("annals-" + role)))
          .as(role)
          .containsEntry("ANNALS_ROLES", role)
          .containsEntry("ANNALS_MIGRATE", "false");
    }
    Object job = installation.of("Job").get(0);
    assertThat(map(at(job, "metadata.annotations")))
        .containsEntry("helm.sh/hook", "pre-install,pre-upgrade");
    assertThat(at(container(at(job, "spec.template")), "args")).isEqualTo(List.of("migrate"));
  }

  @ParameterizedTest
  @MethodSource("installations")
  void eachVariableIsInTheConfigurationPage(Installation installation) throws IOException {
    Set<String> documented = documentedVariables();
    installation
        .pods()
        .forEach(
            (name, pod) ->
                assertThat(variableNames(pod))
                    .as(name)
                    .doesNotHaveDuplicates()
                    .isSubsetOf(documented));
  }

  @ParameterizedTest
  @MethodSource("installations")
  void eachSecretIsAReferenceWhoseKeyIsInTheOperationsPage(Installation installation)
      throws IOException {
    String operations = Files.readString(ROOT.resolve("docs/operations.md"));
    Pattern secret = Pattern.compile("PASSWORD|USERNAME|EMAIL|_KEY|MONGODB_URI|REDIS_URL");
    for (Object pod : installation.pods().values()) {
      for (Object variable : variables(pod)) {
        Object reference = map(variable).get("valueFrom");
        if (secret.matcher(text(variable, "name")).find()) {
          assertThat(reference).as(text(variable, "name")).isNotNull();
          assertThat(operations)
              .contains(
                  "| `%s` |".formatted(text(reference, "secretKeyRef.name")),
                  "`%s`".formatted(text(reference, "secretKeyRef.key")));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void eachSecretIsOnlyInThePodsThatUseIt(Installation installation) {
    Map<String, Set<String>> holders = new TreeMap<>();
    installation
        .pods()
        .forEach(
            (name, pod) -> {
              for (Object variable : variables(pod)) {
                Object secret = map(at(variable, "valueFrom")).get("secretKeyRef");
                if (secret != null) {
                  holders
                      .computeIfAbsent(text(secret, "name"), it -> new TreeSet<>())
                      .add(name.replace("annals-", ""));
                }
              }
            });
    Set<String> sides = Set.of("identity", "commands", "worker", "queries");
    Map<String, Set<String>> allowed =
        Map.of(
            "annals-master-key", sides,
            "annals-redis", sides,
            "annals-postgresql", Set.of("identity", "commands", "worker", "queries", "migrate"),
            "annals-mongodb", Set.of("queries"),
            "annals-s3", Set.of("identity", "commands", "worker"),
            "annals-mail", Set.of("worker"),
            "annals-admin", Set.of("identity"));
    assertThat(holders)
        .containsKeys("annals-master-key", "annals-redis", "annals-postgresql", "annals-mongodb");
    holders.forEach((secret, roles) -> assertThat(roles).isEqualTo(allowed.get(secret)));
  }

  @ParameterizedTest
  @MethodSource("installations")
  void eachPodIsUnprivilegedAndWritesOnlyToItsVolumes(Installation installation) {
    installation
        .pods()
        .forEach(
            (name, pod) -> {
              assertThat(map(at(pod, "spec")))
                  .as(name)
                  .containsEntry("automountServiceAccountToken", false)
                  .containsEntry("enableServiceLinks", false);
              assertThat(at(pod, "spec.securityContext"))
                  .isEqualTo(
                      Map.of(
                          "runAsNonRoot", true,
                          "runAsUser", 10001,
                          "runAsGroup", 10001,
                          "fsGroup", 10001,
                          "seccompProfile", Map.of("type", "RuntimeDefault")));
              assertThat(at(container(pod), "securityContext"))
                  .isEqualTo(
                      Map.of(
                          "allowPrivilegeEscalation", false,
                          "readOnlyRootFilesystem", true,
                          "capabilities", Map.of("drop", List.of("ALL"))));
              assertThat(map(at(container(pod), "resources.limits"))).containsKey("memory");
              Map<String, Object> mounts = new TreeMap<>();
              list(at(container(pod), "volumeMounts"))
                  .forEach(it -> mounts.put(text(it, "name"), text(it, "mountPath")));
              assertThat(mounts)
                  .containsEntry("tmp", "/tmp")
                  .isEqualTo(
                      values(pod).containsKey("ANNALS_ATTACHMENTS_FOLDER")
                          ? Map.of("tmp", "/tmp", "spool", "/var/lib/annals")
                          : Map.of("tmp", "/tmp"));
              assertThat(list(at(pod, "spec.volumes")))
                  .hasSameSizeAs(mounts.keySet())
                  .allMatch(it -> map(at(it, "emptyDir")).containsKey("sizeLimit"));
            });
  }

  @ParameterizedTest
  @MethodSource("installations")
  void portsAndProbesAreThoseOfThePrograms(Installation installation) {
    for (String module : List.of("chassis/http", "gateway")) {
      Object settings = load(ROOT.resolve(module + "/src/main/resources/application.yaml"));
      assertThat(at(settings, "server.port")).isEqualTo(8080);
      assertThat(at(settings, "management.server.port")).isEqualTo(8081);
    }
    for (Object deployment : installation.of("Deployment")) {
      String name = text(deployment, "metadata.name");
      Object container = container(at(deployment, "spec.template"));
      Map<String, Object> ports = new TreeMap<>();
      list(at(container, "ports"))
          .forEach(it -> ports.put(text(it, "name"), at(it, "containerPort")));
      boolean worker = name.equals("annals-worker");
      assertThat(ports)
          .as(name)
          .isEqualTo(worker ? Map.of("management", 8081) : Map.of("api", 8080, "management", 8081));
      String live = worker ? "/actuator/health/liveness" : "/livez";
      String ready =
          switch (name) {
            case "annals-worker" -> "/actuator/health/readiness";
            // A gateway answers for sides that are not ready.
            case "annals-gateway" -> "/livez";
            default -> "/readyz";
          };
      String port = worker ? "management" : "api";
      Map.of("startupProbe", live, "livenessProbe", live, "readinessProbe", ready)
          .forEach(
              (probe, path) ->
                  assertThat(at(container, probe + ".httpGet"))
                      .as(name)
                      .isEqualTo(Map.of("path", path, "port", port)));
    }
    Set<String> reachable = new TreeSet<>();
    for (Object service : installation.of("Service")) {
      String name = text(service, "metadata.name");
      Object port = list(at(service, "spec.ports")).get(0);
      assertThat(at(port, "targetPort"))
          .as(name)
          .isEqualTo(name.equals("annals-metrics") ? "management" : "api");
      assertThat(installation.selected(Map.of("matchLabels", at(service, "spec.selector"))))
          .as(name)
          .containsAll(name.equals("annals-metrics") ? deployments() : Set.of(name));
      reachable.add("http://" + name + ":" + at(port, "port"));
    }
    Map<String, String> gateway = values(installation.pods().get("annals-gateway"));
    for (String role : List.of("commands", "identity", "queries")) {
      String url = "http://annals-" + role + ":8080";
      assertThat(gateway)
          .containsEntry("ANNALS_GATEWAY_" + role.toUpperCase(Locale.ROOT), url + "," + url);
      assertThat(reachable).contains(url);
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void podsAreReplacedWithoutAGapAndHaveTimeToDrain(Installation installation) {
    for (Object deployment : installation.of("Deployment")) {
      assertThat(at(deployment, "spec.strategy"))
          .isEqualTo(
              Map.of(
                  "type",
                  "RollingUpdate",
                  "rollingUpdate",
                  Map.of("maxUnavailable", 0, "maxSurge", 1)));
      Object pod = at(deployment, "spec.template");
      int drain = Integer.parseInt(values(pod).get("ANNALS_DRAIN").replace("s", ""));
      assertThat(at(pod, "spec.terminationGracePeriodSeconds")).isEqualTo(drain + 30);
      assertThat(list(at(pod, "spec.topologySpreadConstraints")))
          .extracting(it -> text(it, "topologyKey"))
          .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void eachDeploymentHasABudgetAndAScalerOrAFixedNumber(Installation installation)
      throws IOException {
    assertThat(installation.of("PodDisruptionBudget"))
        .extracting(it -> installation.selected(at(it, "spec.selector")))
        .containsExactlyInAnyOrderElementsOf(deployments().stream().map(Set::of).toList());
    Map<String, Object> scaled = new TreeMap<>();
    for (Object scaler : installation.of("HorizontalPodAutoscaler")) {
      scaled.put(text(scaler, "spec.scaleTargetRef.name"), at(scaler, "spec.metrics"));
    }
    for (Object deployment : installation.of("Deployment")) {
      assertThat(map(at(deployment, "spec")).containsKey("replicas"))
          .isNotEqualTo(scaled.containsKey(text(deployment, "metadata.name")));
    }
    List<Object> external =
        scaled.values().stream()
            .flatMap(metrics -> list(metrics).stream())
            .filter(metric -> text(metric, "type").equals("External"))
            .toList();
    if (installation.name().equals("all")) {
      assertThat(external).hasSize(2);
    }
    String sources = sources();
    for (Object metric : external) {
      // Micrometer appends the unit of the first.
      assertThat(sources)
          .contains(
              "\"%s\""
                  .formatted(
                      text(metric, "external.metric.name")
                          .replace('_', '.')
                          .replaceFirst("(time)\\.seconds$", "$1")));
      for (Object expression :
          list(map(at(metric, "external.metric.selector")).get("matchExpressions"))) {
        for (Object processor : list(at(expression, "values"))) {
          assertThat(sources).contains(" NAME = \"" + processor + "\"");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("installations")
  void networkPoliciesAllowOnlyTheConnectionsOfEachRole(Installation installation) {
    if (installation.of("NetworkPolicy").isEmpty()) {
      assertThat(installation.name()).isEqualTo("cluster");
      return;
    }
    Map<String, Set<String>> policies = new LinkedHashMap<>();
    for (Object policy : installation.of("NetworkPolicy")) {
      policies.put(
          text(policy, "metadata.name"), installation.selected(at(policy, "spec.podSelector")));
    }
    Set<String> all = installation.pods().keySet();
    assertThat(policies)
        .containsEntry("annals", all)
        .containsEntry("annals-gateway", Set.of("annals-gateway"))
        .containsEntry("annals-sides", owners("identity", "commands", "queries"))
        .containsEntry("annals-migrate", owners("migrate"))
        .containsEntry("annals-postgresql", owners("identity", "commands", "worker", "queries"))
        .containsEntry("annals-redis", owners("identity", "commands", "worker", "queries"))
        .containsEntry("annals-s3", owners("identity", "commands", "worker"))
        .containsEntry("annals-mail", owners("worker"))
        .containsEntry("annals-mongodb", owners("queries"))
        .containsEntry("annals-webhooks", owners("queries"))
        .hasSize(10);
    Map<String, Object> byName = new TreeMap<>();
    installation.of("NetworkPolicy").forEach(it -> byName.put(text(it, "metadata.name"), it));
    assertThat(at(byName.get("annals"), "spec.policyTypes"))
        .isEqualTo(List.of("Ingress", "Egress"));
    assertThat(list(at(byName.get("annals-migrate"), "spec.egress")).get(1))
        .isEqualTo(list(at(byName.get("annals-postgresql"), "spec.egress")).get(0));
    assertThat(map(at(byName.get("annals-migrate"), "metadata.annotations")))
        .as("it precedes the migration")
        .containsEntry("helm.sh/hook", "pre-install,pre-upgrade")
        .containsEntry("helm.sh/hook-weight", "-1");
    Object toSides = list(at(byName.get("annals-gateway"), "spec.egress")).get(0);
    assertThat(installation.selected(at(list(at(toSides, "to")).get(0), "podSelector")))
        .isEqualTo(policies.get("annals-sides"));
    Object fromGateway = list(at(byName.get("annals-sides"), "spec.ingress")).get(0);
    assertThat(installation.selected(at(list(at(fromGateway, "from")).get(0), "podSelector")))
        .isEqualTo(Set.of("annals-gateway"));
  }

  @Test
  void webhooksReachNoPrivateNetwork() throws Exception {
    Object policy =
        installations()
            .filter(it -> it.name().equals("required"))
            .flatMap(it -> it.of("NetworkPolicy").stream())
            .filter(it -> text(it, "metadata.name").equals("annals-webhooks"))
            .findFirst()
            .orElseThrow();
    List<Object> peers = list(at(list(at(policy, "spec.egress")).get(0), "to"));
    assertThat(peers)
        .extracting(it -> text(it, "ipBlock.cidr"))
        .containsExactly("0.0.0.0/0", "2000::/3");
    assertThat(list(at(peers.get(0), "ipBlock.except")))
        .contains("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16");
  }

  @Test
  void theIngressHasTheHostOfThePublicUrlAndTheAlertsAreThoseOfPrometheus() throws Exception {
    Installation all =
        installations().filter(it -> it.name().equals("all")).findFirst().orElseThrow();
    Object rule = list(at(all.of("Ingress").get(0), "spec.rules")).get(0);
    assertThat(text(rule, "host"))
        .isEqualTo(
            URI.create(values(all.pods().get("annals-queries")).get("ANNALS_PUBLIC_URL"))
                .getHost());
    assertThat(Files.isSameFile(CHART.resolve("files/alerts.yml"), ALERTS)).isTrue();
    assertThat(text(all.of("ServiceMonitor").get(0), "spec.jobLabel"))
        .isEqualTo("app.kubernetes.io/name");
    assertThat(map(at(all.of("ServiceMonitor").get(0), "metadata.labels")))
        .containsEntry("app.kubernetes.io/name", "annals");
  }

  private record Result(int code, String output, String errors) {}

  private static Result render(String... options) throws IOException, InterruptedException {
    Optional<Path> helm =
        Stream.concat(
                Optional.ofNullable(System.getenv("HELM_BIN")).map(Path::of).stream(),
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                    .map(it -> Path.of(it, "helm")))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(
        helm.isPresent(), "helm is not installed (HELM_BIN): only its approved output is tested");
    List<String> command =
        new ArrayList<>(
            List.of(
                helm.get().toString(),
                "template",
                "annals",
                CHART.toString(),
                "--namespace=notes",
                "--kube-version=1.31.0"));
    command.addAll(List.of(options));
    Path errors = Files.createTempFile("helm", ".txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    Result result = new Result(process.waitFor(), output, Files.readString(errors));
    Files.delete(errors);
    return result;
  }

  /** Returns a checksum of all files of the chart except the alerts, and of a file of values. */
  private static String checksum(String name) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    List<Path> hashed;
    try (Stream<Path> files = Files.walk(CHART)) {
      hashed = new ArrayList<>(files.filter(it -> Files.isRegularFile(it)).sorted().toList());
    }
    hashed.removeIf(Files::isSymbolicLink);
    hashed.add(APPROVED.resolve(name + VALUES));
    for (Path file : hashed) {
      digest.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the names in tables of the page; "…_PORT" after a name replaces its last word. */
  private static Set<String> documentedVariables() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/configuration.md"));
    Set<String> variables = new TreeSet<>();
    String last = "";
    for (MatchResult code : Pattern.compile("`([^`]*)`").matcher(page).results().toList()) {
      String word = code.group(1);
      if (word.matches("[A-Z][A-Z0-9_]+")) {
        last = word;
        variables.add(word);
      } else if (word.matches("…_[A-Z_]+")) {
        variables.add(last.substring(0, last.lastIndexOf('_')) + word.substring(1));
      } else if (word.matches("[a-z0-9-]+(\\.[a-z0-9-]+)+")) {
        variables.add(word.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT));
      }
    }
    return variables;
  }

  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      StringBuilder sources = new StringBuilder();
      for (Path file :
          files
              .filter(
                  it -> it.toString().contains("src/main/java") && it.toString().endsWith(".java"))
              .toList()) {
        sources.append(Files.readString(file));
      }
      return sources.toString();
    }
  }

  private static Set<String> deployments() {
    return owners("gateway", "identity", "commands", "worker", "queries");
  }

  private static Set<String> owners(String... roles) {
    return Stream.of(roles).map(role -> "annals-" + role).collect(Collectors.toSet());
  }

  private static boolean matches(Object selector, Object labels) {
    return map(labels).entrySet().containsAll(map(map(selector).get("matchLabels")).entrySet())
        && list(map(selector).get("matchExpressions")).stream()
            .allMatch(it -> list(at(it, "values")).contains(map(labels).get(text(it, "key"))));
  }

  private static Object container(Object pod) {
    List<Object> containers = list(at(pod, "spec.containers"));
    assertThat(containers).hasSize(1);
    return containers.get(0);
  }

  private static List<Object> variables(Object pod) {
    return list(at(container(pod), "env"));
  }

  private static List<String> variableNames(Object pod) {
    return variables(pod).stream().map(it -> text(it, "name")).toList();
  }

  /** Returns the variables that have a value, by name. */
  private static Map<String, String> values(Object pod) {
    Map<String, String> values = new TreeMap<>();
    for (Object variable : variables(pod)) {
      if (map(variable).get("value") instanceof String value) {
        values.put(text(variable, "name"), value);
      }
    }
    return values;
  }

  private static Yaml yaml() {
    return new Yaml(new SafeConstructor(new LoaderOptions()));
  }

  private static Object load(Path file) {
    try {
      return yaml().loadAll(Files.readString(file)).iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the value at a path of names with dots between them; null if there is none. */
  private static Object at(Object value, String path) {
    Object found = value;
    for (String name : path.split("\\.", -1)) {
      found = map(found).get(name);
    }
    return found;
  }

  private static String text(Object value, String path) {
    return (String) at(value, path);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return value == null ? List.of() : (List<Object>) value;
  }
}
