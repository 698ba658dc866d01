package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares {@code docs/configuration.md} with the properties of the programs. */
class ConfigurationReferenceTest {

  private static final Path ROOT = Path.of("..");
  private static final Path REFERENCE = ROOT.resolve("docs/configuration.md");
  private static final Path WRITTEN = Path.of("target/configuration.md");
  private static final String MARK =
      "<!-- Below this line all is generated from the records that are bound: see"
          + " ConfigurationReferenceTest. -->\n";

  /** A part of the page: the properties of some modules, with the defaults of the last and http. */
  private record Section(String title, List<String> modules, String defaults) {

    Binder binder() {
      return ConfigurationReferenceTest.defaults(modules.get(modules.size() - 1), defaults);
    }
  }

  private static final List<Section> SECTIONS =
      List.of(
          new Section("Every program", List.of("chassis/base"), "profiles.yaml"),
          new Section(
              "Both sides", List.of("chassis/event-store", "chassis/http"), "application.yaml"),
          new Section(
              "The command side",
              List.of("chassis/files", "chassis/jobs", "command-side"),
              "command-side.yaml"),
          new Section(
              "The query side",
              List.of("chassis/audit", "chassis/projection", "chassis/push", "query-side"),
              "query-side.yaml"),
          new Section("The gateway", List.of("gateway"), "application.yaml"),
          new Section("The standalone program", List.of("standalone"), "standalone.yaml"));

  private static final Binder COMMAND_SIDE = defaults("command-side", "command-side.yaml");

  @Test
  void theReferencePageEqualsTheGeneratedOne() throws IOException {
    String checkedIn = Files.readString(REFERENCE);
    String written = checkedIn.substring(0, checkedIn.indexOf(MARK)) + MARK + tables();
    Files.writeString(WRITTEN, written);
    assertThat(checkedIn)
        .as("It is stale. Read what is new, then: cp standalone/target/configuration.md docs/")
        .isEqualTo(written);
  }

  @Test
  void everyPropertyIsDescribed() throws IOException {
    for (Section section : SECTIONS) {
      for (JsonNode property : properties(section).values()) {
        assertThat(property.path("description").asString(""))
            .as(property.path("name").asString())
            .isNotBlank();
      }
    }
  }

  private static String tables() throws IOException {
    StringBuilder tables = new StringBuilder();
    for (Section section : SECTIONS) {
      Map<String, JsonNode> properties = properties(section);
      if (!properties.isEmpty()) {
        tables.append(
            """

            ## %s

            | property, variable | default | what it is |
            | --- | --- | --- |
            """
                .formatted(section.title()));
        Binder defaults = section.binder();
        properties.forEach((name, property) -> tables.append(row(name, property, defaults)));
      }
    }
    return tables.toString();
  }

  private static String row(String name, JsonNode property, Binder defaults) {
    return "| `%s` `%s` | %s | %s |\n"
        .formatted(
            name,
            name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT),
            value(name, property, defaults),
            sentence(property.path("description").asString("")));
  }

  private static String value(String name, JsonNode property, Binder defaults) {
    String value =
        defaults
            .bind(name, Bindable.listOf(String.class))
            .map(values -> String.join(", ", values))
            .orElseGet(() -> text(property.path("defaultValue")));
    return value.isEmpty() ? "none" : "`" + value + "`";
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(ConfigurationReferenceTest::text)
            .collect(Collectors.joining(", "))
        : value.asString("");
  }

  private static String sentence(String description) {
    return Pattern.compile("\\{@code ([^}]*)}")
        .matcher(description)
        .replaceAll("`$1`")
        .replaceAll("\\s+", " ")
        .replaceAll("\\.$", "");
  }

  /** The properties by name. */
  private static Map<String, JsonNode> properties(Section section) throws IOException {
    Map<String, JsonNode> properties = new TreeMap<>();
    for (String module : section.modules()) {
      Path metadata =
          ROOT.resolve(module)
              .resolve("target/classes/META-INF/spring-configuration-metadata.json");
      if (Files.exists(metadata)) {
        for (JsonNode property : JsonMapper.shared().readTree(metadata).path("properties")) {
          String name = property.path("name").asString();
          // The base declares a part of the properties of files.
          if (!(module.equals("chassis/base") && name.startsWith("annals.attachments."))
              && !limitsNothing(name)) {
            properties.put(name, property);
          }
        }
      }
    }
    return properties;
  }

  /** Returns the properties of a policy, which has some of those of all policies. */
  private static boolean limitsNothing(String name) {
    return name.startsWith("annals.limits.") && !COMMAND_SIDE.bind(name, String.class).isBound();
  }

  private static Binder defaults(String module, String file) {
    Path chassis = ROOT.resolve("chassis/http/src/main/resources/application.yaml");
    Path yaml = ROOT.resolve(module).resolve("src/main/resources").resolve(file);
    try {
      List<PropertySource<?>> sources =
          new ArrayList<>(new YamlPropertySourceLoader().load(file, new FileSystemResource(yaml)));
      sources.addAll(
          new YamlPropertySourceLoader().load("chassis", new FileSystemResource(chassis)));
      // Without system properties, which are no defaults.
      return new Binder(ConfigurationPropertySources.from(sources));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
