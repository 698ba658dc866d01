package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the words of the product out of the chassis: out of names, texts, comments and resources.
 */
class ChassisWordsTest {

  private static final Path ROOT = Path.of("..");
  private static final List<String> PRODUCT =
      List.of("shared-events", "command-side", "query-side");

  /** Applied to a line in lower case, with a space between the words of a name. */
  private static final Pattern WORDS =
      Pattern.compile(
          "\\b(notes?|tasks?|attachments?|passwords?|profiles?|e-?mails?|display[ -]names?"
              + "|time[ -]zones?)\\b");

  private static final Pattern PACKAGES =
      Pattern.compile("dev\\.annals\\.(events|api|command|query|gateway|standalone)\\b");
  private static final Pattern NAME = Pattern.compile("\\w+");
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^ *(?:[a-z-]+ )*(?:class|record|interface|enum) ([A-Z]\\w+)", Pattern.MULTILINE);
  private static final Pattern OF_TWO_WORDS = Pattern.compile("[A-Z][a-z0-9]+[A-Z]\\w*");

  /** What the chassis may say, because it is stored, configured or named by others. */
  private static final List<Allowed> ALLOWED =
      List.of(
          // db-scheduler calls its jobs tasks.
          in("(jobs|files)/", "com\\.github\\.kagkarlsson\\.scheduler\\.task\\b[\\w.]*"),
          in(
              "(jobs|files)/",
              "\\b(Recurring)?Task\\b|\\bTasks\\.|\\bTask(Descriptor|InstanceId)\\b"),
          in("(jobs|files)/", "\\b(getTask|taskInstance|startTasks|humanReadableTask)\\w*"),
          in("(jobs|files)/", "\\bscheduled_tasks\\b|\\btask_(name|instance|data)\\b"),
          // So do the JDK and Spring.
          in("", "PeriodicTasks( tasks)?\\b|\\btasks\\.run|\\bthis\\.tasks = tasks;|\\), tasks\\)"),
          in("http/", "TaskScheduler\\b"),
          // Micrometer's timer of requests that are being answered.
          in("http/", "\\bLongTaskTimer\\b"),
          in("http/.*/application.yaml", "^  task:|(reject|accept)-tasks-"),
          // Stored and public names of files.
          in("(base|files)/", "annals\\.attachments\\b"),
          in("http/.*/application.yaml", "^  attachments: # the module files|data}/attachments$"),
          in("files/", "\\battachment(\\.[a-z_]+|;)|\\b(attachment|task)_id\\b"),
          in("files/", "\"attachment-removal\"|\"/files/attachments/\""),
          in("files/", "ContentDisposition\\.attachment\\(\\)"),
          // Spring's profiles.
          in(
              "base/",
              "\\bprofiles? (prod|\\{@code prod|of all programs)|\\b(matches)?PROFILES?\\b|\\bWithout a profile\\b"),
          in("base/", "\\bmatchesProfiles\\b|on-profile\\b"),
          in("http/", "\\bclasspath:profiles\\.yaml"),
          // Passwords of stores and of the first administrator.
          in("base/.*/(FailureSentence|ProductionRules|StoreAddress)\\.java", "(?i)password"),
          in("http/.*/RedisUrl\\.java", "password"),
          in("event-store/", "\\bgetPassword\\b"),
          in("http/", "UsernamePasswordAuthenticationToken"),
          // Addresses of mail as such, and OpenAPI's format.
          in("jobs/", "EmailAddress\\b|\\be-mail address\\b"),
          in("http/.*/RecordSchemas\\.java", "\"email\""));

  /**
   * An exception.
   *
   * @param files a pattern of the beginning of paths below {@code chassis}
   */
  private record Allowed(Pattern files, Pattern phrase) {

    boolean isIn(String file) {
      return files.matcher(file).lookingAt();
    }
  }

  private static Allowed in(String files, String phrase) {
    return new Allowed(Pattern.compile(files), Pattern.compile(phrase));
  }

  /**
   * A line of the chassis.
   *
   * @param file the path below {@code chassis}
   */
  private record Line(String file, int number, String text) {

    /** Returns the words of the product that are not allowed here. */
    Set<String> productWords(Set<String> classes) {
      String rest = text;
      for (Allowed allowed : ALLOWED) {
        if (allowed.isIn(file)) {
          rest = allowed.phrase().matcher(rest).replaceAll(" ");
        }
      }
      String words =
          rest.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").replace('_', ' ').toLowerCase(Locale.ROOT);
      Set<String> found = new LinkedHashSet<>();
      WORDS.matcher(words).results().map(MatchResult::group).forEach(found::add);
      PACKAGES.matcher(rest).results().map(MatchResult::group).forEach(found::add);
      NAME.matcher(rest)
          .results()
          .map(MatchResult::group)
          .filter(classes::contains)
          .forEach(found::add);
      return found;
    }
  }

  @Test
  void theChassisNamesNothingOfTheProduct() throws IOException {
    Set<String> classes = classesOfTheProductAlone();
    assertThat(classes).contains("TaskCompleted", "OverdueSaga", "AttachmentView");
    Set<String> found = new TreeSet<>();
    for (Line line : lines()) {
      line.productWords(classes)
          .forEach(word -> found.add("%s:%d: %s".formatted(line.file(), line.number(), word)));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void everyExceptionIsNeeded() throws IOException {
    List<Line> lines = lines();
    assertThat(ALLOWED)
        .allMatch(
            allowed ->
                lines.stream()
                    .anyMatch(
                        line ->
                            allowed.isIn(line.file())
                                && allowed.phrase().matcher(line.text()).find()));
  }

  private static List<Line> lines() throws IOException {
    Path chassis = ROOT.resolve("chassis");
    try (Stream<Path> files = Files.walk(chassis)) {
      return files
          .filter(file -> file.toString().contains("/src/main/") && Files.isRegularFile(file))
          .flatMap(file -> lines(chassis.relativize(file).toString(), text(file)))
          .toList();
    }
  }

  private static Stream<Line> lines(String file, String text) {
    List<String> lines = text.lines().toList();
    return Stream.iterate(0, index -> index < lines.size(), index -> index + 1)
        .map(index -> new Line(file, index + 1, lines.get(index)));
  }

  private static Set<String> classesOfTheProductAlone() throws IOException {
    Set<String> classes = new TreeSet<>();
    for (String module : PRODUCT) {
      classes.addAll(classes(ROOT.resolve(module).resolve("src/main/java")));
    }
    classes.removeAll(classes(ROOT.resolve("chassis")));
    classes.removeIf(name -> !OF_TWO_WORDS.matcher(name).matches());
    return classes;
  }

  private static Set<String> classes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
          .flatMap(file -> DECLARATION.matcher(text(file)).results())
          .map(found -> found.group(1))
          .collect(Collectors.toSet());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
