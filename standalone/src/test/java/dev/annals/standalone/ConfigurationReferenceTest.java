package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

  /** The file with the defaults of each module, in the order of the page. */
  private static final Map<String, String> MODULES = new LinkedHashMap<>();

  static {
    MODULES.put("platform-start", "profiles.yaml");
    MODULES.put("platform", "application.yaml");
    MODULES.put("command-side", "command-side.yaml");
    MODULES.put("query-side", "query-side.yaml");
    MODULES.put("gateway", "application.yaml");
    MODULES.put("standalone", "standalone.yaml");
  }

  private static final Binder COMMAND_SIDE = defaults("command-side", "command-side.yaml");

  private static final Map<String, String> TITLES =
      Map.of(
          "platform-start", "Every program",
          "platform", "Both sides",
          "command-side", "The command side",
          "query-side", "The query side",
          "gateway", "The gateway",
          "standalone", "The standalone program");

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
    for (String module : MODULES.keySet()) {
      for (JsonNode property : properties(module).values()) {
        assertThat(property.path("description").asString(""))
            .as(property.path("name").asString())
            .isNotBlank();
      }
    }
  }

  private static String tables() throws IOException {
    StringBuilder tables = new StringBuilder();
    for (Map.Entry<String, String> module : MODULES.entrySet()) {
      Map<String, JsonNode> properties = properties(module.getKey());
      if (!properties.isEmpty()) {
        tables.append(
            """

            ## %s

            | property, variable | default | what it is |
            | --- | --- | --- |
            """
                .formatted(TITLES.get(module.getKey())));
        Binder defaults = defaults(module.getKey(), module.getValue());
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
  private static Map<String, JsonNode> properties(String module) throws IOException {
    Path metadata =
        ROOT.resolve(module).resolve("target/classes/META-INF/spring-configuration-metadata.json");
    Map<String, JsonNode> properties = new TreeMap<>();
    if (Files.exists(metadata)) {
      for (JsonNode property : JsonMapper.shared().readTree(metadata).path("properties")) {
        String name = property.path("name").asString();
        // The base declares a part of the properties of the command side.
        if (!(module.equals("platform-start") && name.startsWith("annals.attachments."))
            && !limitsNothing(name)) {
          properties.put(name, property);
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
    Path yaml = ROOT.resolve(module).resolve("src/main/resources").resolve(file);
    try {
      List<PropertySource<?>> sources =
          new YamlPropertySourceLoader().load(file, new FileSystemResource(yaml));
      // Without system properties, which are no defaults.
      return new Binder(ConfigurationPropertySources.from(sources));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
