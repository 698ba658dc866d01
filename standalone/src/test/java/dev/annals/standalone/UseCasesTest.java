package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Keeps {@code docs/use-cases.md} in step with the code. An operation sends the commands that its
 * method constructs, directly or through methods that it calls. A command stores the events that
 * its handler constructs.
 */
class UseCasesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path PAGE = ROOT.resolve("docs/use-cases.md");
  private static final Path WRITTEN = Path.of("target/use-cases.md");
  private static final String MARK =
      "<!-- Everything below this line is generated from the code by UseCasesTest. -->\n";

  private static final int MAX_TESTS = 3;
  private static final String MAIN = "target/classes";
  private static final String TESTS = "target/test-classes";

  private final JavaClasses main = imported(MAIN);
  private final JavaClasses tests = imported(TESTS);

  private final List<JavaMethod> commandHandlers =
      methods(method -> method.isMetaAnnotatedWith(CommandHandler.class));
  private final Set<JavaClass> commands = firstParameters(commandHandlers);
  private final Set<JavaClass> events =
      firstParameters(methods(method -> method.isMetaAnnotatedWith(EventSourcingHandler.class)))
          .stream()
          .flatMap(handled -> main.stream().filter(it -> it.isAssignableTo(handled.getName())))
          .filter(it -> !it.isInterface())
          .collect(Collectors.toSet());
  private final List<JavaMethod> eventHandlers =
      methods(
          method ->
              method.isMetaAnnotatedWith(EventHandler.class)
                  && !method.isMetaAnnotatedWith(EventSourcingHandler.class));

  @Test
  void thePageListsTheUseCasesOfTheCode() throws IOException {
    String checkedIn = Files.readString(PAGE);
    String written = checkedIn.substring(0, checkedIn.indexOf(MARK)) + MARK + tables();
    Files.writeString(WRITTEN, written);
    assertThat(checkedIn)
        .as("The page is stale. Read the new one, then: cp standalone/target/use-cases.md docs/")
        .isEqualTo(written);
  }

  private String tables() {
    StringBuilder requested = new StringBuilder();
    StringBuilder others = new StringBuilder();
    Set<JavaClass> internal = new LinkedHashSet<>(commands);
    operations()
        .forEach(
            (operation, endpoint) -> {
              String name = "`" + operation + "`";
              Set<JavaClass> tested = testsThatCall(operation);
              JavaMethod method = endpoint.method();
              Set<JavaClass> sent = constructed(method, commands);
              internal.removeAll(sent);
              if (!sent.isEmpty()) {
                requested.append(change(name, method, tested));
              } else {
                others.append(
                    row(
                        name,
                        link(endpoint.controller()),
                        links(documents(endpoint)),
                        links(tested)));
              }
            });
    String made =
        internal.stream()
            .sorted(Comparator.comparing(JavaClass::getSimpleName))
            .map(it -> change(links(senders(it)), it.getConstructors().iterator().next(), Set.of()))
            .collect(Collectors.joining());
    return """

        ## Changes that clients request

        | operation | commands | events | event handlers | tests |
        | --- | --- | --- | --- | --- |
        %s
        ## Changes that the program makes itself

        | sent by | commands | events | event handlers | tests |
        | --- | --- | --- | --- | --- |
        %s
        ## Operations without a command

        | operation | controller | read models | tests |
        | --- | --- | --- | --- |
        %s"""
        .formatted(requested, made, others);
  }

  /** A method that a controller declares or inherits. */
  private record Endpoint(JavaClass controller, JavaMethod method) {}

  /** The endpoint of each operation, by path. */
  private Map<String, Endpoint> operations() {
    Map<String, Endpoint> operations =
        new TreeMap<>(
            Comparator.comparing((String it) -> it.replaceFirst("^\\S+ ", ""))
                .thenComparing(it -> it));
    for (JavaClass controller : main) {
      if (controller.isAnnotatedWith(RestController.class)) {
        RequestMapping base =
            AnnotatedElementUtils.findMergedAnnotation(controller.reflect(), RequestMapping.class);
        for (JavaMethod method : controller.getAllMethods()) {
          if (method.isMetaAnnotatedWith(RequestMapping.class)) {
            RequestMapping mapping =
                AnnotatedElementUtils.findMergedAnnotation(method.reflect(), RequestMapping.class);
            for (String path : paths(mapping)) {
              operations.put(
                  mapping.method()[0] + " " + paths(base).get(0) + path,
                  new Endpoint(controller, method));
            }
          }
        }
      }
    }
    return operations;
  }

  private static List<String> paths(RequestMapping mapping) {
    return mapping == null || mapping.path().length == 0 ? List.of("") : List.of(mapping.path());
  }

  private String change(String cause, JavaCodeUnit start, Set<JavaClass> calling) {
    Set<JavaClass> sent = constructed(start, commands);
    Set<JavaClass> applied = constructed(start, events);
    Stream<JavaClass> handling =
        eventHandlers.stream()
            .filter(handler -> applied.stream().anyMatch(it -> takes(handler, it)))
            .map(JavaMember::getOwner);
    Set<JavaClass> tested = testsOf(sent);
    tested.addAll(calling);
    return row(cause, links(sent), links(applied), links(handling.toList()), links(tested));
  }

  private static boolean takes(JavaMethod handler, JavaClass message) {
    return message.isAssignableTo(firstParameter(handler).getName());
  }

  /** The classes that construct a command. */
  private Set<JavaClass> senders(JavaClass command) {
    return command.getConstructorCallsToSelf().stream()
        .map(call -> topLevel(call.getOriginOwner()))
        .collect(Collectors.toSet());
  }

  /** The tests that construct one of these commands. */
  private Set<JavaClass> testsOf(Set<JavaClass> sent) {
    Set<String> names = sent.stream().map(JavaClass::getName).collect(Collectors.toSet());
    return tests.stream()
        .filter(
            test ->
                test.getConstructorCallsFromSelf().stream()
                    .anyMatch(call -> names.contains(call.getTargetOwner().getName())))
        .map(UseCasesTest::topLevel)
        .filter(UseCasesTest::isTest)
        .collect(Collectors.toSet());
  }

  /** The {@value #MAX_TESTS} tests whose source has most calls of an operation. */
  private Set<JavaClass> testsThatCall(String operation) {
    Pattern call = call(operation);
    Map<JavaClass, Long> calls = new HashMap<>();
    for (JavaClass test : tests) {
      if (test.isTopLevelClass() && isTest(test)) {
        calls.put(test, call.matcher(text(test)).results().count());
      }
    }
    return calls.entrySet().stream()
        .filter(test -> test.getValue() > 0)
        .sorted(
            Map.Entry.<JavaClass, Long>comparingByValue()
                .reversed()
                .thenComparing(test -> test.getKey().getName()))
        .limit(MAX_TESTS)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** A call with the whole path in a literal, or with what follows the path's last variable. */
  private static Pattern call(String operation) {
    String path = operation.replaceFirst("^\\S+ ", "");
    int variable = path.lastIndexOf('{');
    String start = Pattern.quote(path.substring(0, Math.max(variable, 0)));
    String end = path.substring(path.indexOf('}', Math.max(variable, 0)) + 1);
    String argument =
        variable < 0
            ? "\"" + Pattern.quote(path) + "[\"?]"
            : end.isEmpty()
                ? "\"" + start + "(\" \\+ [\\w.()]+?\\)[;.\n]|[^/\"{]+\")"
                : "[^;]{0,80}?" + Pattern.quote(end) + "[\"?]";
    return Pattern.compile(
        "\\." + operation.replaceFirst(" .*", "").toLowerCase(Locale.ROOT) + "\\(\\s*" + argument);
  }

  private static boolean isTest(JavaClass test) {
    return test.getSimpleName().matches(".*(Test|IT)");
  }

  /** The documents of read models that an endpoint's method uses, or its superclass names. */
  private Set<JavaClass> documents(Endpoint endpoint) {
    return Stream.concat(
            reachable(endpoint.method()).stream().map(JavaMember::getOwner),
            endpoint.controller().getSuperclass().stream()
                .flatMap(it -> it.getAllInvolvedRawTypes().stream()))
        .filter(owner -> owner.getSimpleName().endsWith("Document") && !owner.isInterface())
        .collect(Collectors.toSet());
  }

  private Set<JavaClass> constructed(JavaCodeUnit method, Set<JavaClass> types) {
    return reachable(method).stream()
        .filter(JavaConstructor.class::isInstance)
        .map(JavaMember::getOwner)
        .filter(types::contains)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** A method with all that it calls, directly or through others, and the handlers of commands. */
  private Set<JavaCodeUnit> reachable(JavaCodeUnit method) {
    Set<JavaCodeUnit> reached = new LinkedHashSet<>();
    Deque<JavaCodeUnit> next = new ArrayDeque<>(List.of(method));
    while (!next.isEmpty()) {
      JavaCodeUnit unit = next.poll();
      if (unit.getOwner().getPackageName().startsWith("dev.annals") && reached.add(unit)) {
        if (unit instanceof JavaConstructor) {
          commandHandlers.stream()
              .filter(handler -> firstParameter(handler).equals(unit.getOwner()))
              .forEach(next::add);
        }
        Stream.of(
                unit.getCallsFromSelf(),
                unit.getMethodReferencesFromSelf(),
                unit.getConstructorReferencesFromSelf())
            .flatMap(Collection::stream)
            .forEach(
                access ->
                    access
                        .getTarget()
                        .resolveMember()
                        .ifPresent(member -> next.add((JavaCodeUnit) member)));
      }
    }
    return reached;
  }

  private List<JavaMethod> methods(Predicate<JavaMethod> wanted) {
    return main.stream().flatMap(it -> it.getMethods().stream()).filter(wanted).toList();
  }

  private static Set<JavaClass> firstParameters(List<JavaMethod> methods) {
    return methods.stream()
        .map(UseCasesTest::firstParameter)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static JavaClass firstParameter(JavaMethod method) {
    return method.getRawParameterTypes().get(0);
  }

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(UseCasesTest::topLevel).orElse(type);
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String links(Collection<JavaClass> types) {
    return types.isEmpty()
        ? "–"
        : types.stream()
            .map(UseCasesTest::link)
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(", "));
  }

  private static String link(JavaClass type) {
    return "[%s](../%s)".formatted(type.getSimpleName(), source(type));
  }

  private static String text(JavaClass test) {
    try {
      return Files.readString(ROOT.resolve(source(test)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The source of a class, from the repository's folder. */
  private static String source(JavaClass type) {
    Path compiled = Path.of(topLevel(type).getSource().orElseThrow().getUri());
    return ROOT.relativize(compiled)
        .toString()
        .replace(TESTS, "src/test/java")
        .replace(MAIN, "src/main/java")
        .replaceFirst("\\.class$", ".java");
  }

  private static JavaClasses imported(String classes) {
    try (Stream<Path> product = Files.list(ROOT);
        Stream<Path> chassis = Files.list(ROOT.resolve("chassis"))) {
      return new ClassFileImporter()
          .importPaths(
              Stream.concat(product, chassis)
                  .map(module -> module.resolve(classes))
                  .filter(Files::isDirectory)
                  .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
