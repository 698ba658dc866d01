package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Runs the clients of {@code docs/following.md}. */
@ExtendWith(Deployment.class)
class FollowingClientsIT {

  private static final Path FOLDER = Path.of("../docs/following");

  private final Client user;
  private final Map<String, Long> copy = new ConcurrentSkipListMap<>();
  private final List<Process> processes = new ArrayList<>();
  private volatile long next;

  FollowingClientsIT(Annals annals) {
    user = annals.newUser();
  }

  private enum Language {
    JAVA(Path.of(System.getProperty("java.home"), "bin", "java").toString()) {
      @Override
      List<String> arguments() {
        String jackson =
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(it -> it.contains("jackson"))
                .reduce((some, more) -> some + File.pathSeparator + more)
                .orElseThrow();
        return List.of("-cp", jackson, FOLDER.resolve("Follow.java").toString());
      }
    },
    PYTHON("python3") {
      @Override
      List<String> arguments() {
        return List.of(FOLDER.resolve("follow.py").toString());
      }
    },
    JAVASCRIPT("node") {
      @Override
      List<String> arguments() throws IOException {
        return List.of(
            "--input-type=module",
            "--eval",
            Files.readString(FOLDER.resolve("follow.mjs"))
                + """
                const [address, token, since] = process.argv.slice(1);
                await follow(address, token, Number(since), (page) => console.log(JSON.stringify(page)));
                """);
      }
    };

    private final String program;

    Language(String program) {
      this.program = program;
    }

    abstract List<String> arguments() throws IOException;

    private boolean isInstalled() {
      return Stream.of(System.getenv("PATH").split(File.pathSeparator))
          .anyMatch(folder -> Path.of(folder).resolve(program).toFile().canExecute());
    }
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @EnumSource
  void showWhatTheListsShow(Language language) throws IOException {
    assumeTrue(language.isInstalled(), language.program + " is not installed");
    String edited = created("/notes", "first");
    String deleted = created("/tasks", "second");
    user.ifMatch(0).delete("/tasks/" + deleted).expect(204);

    Process first = follow(language);
    Annals.eventually(() -> assertThat(copy).isEqualTo(lists()).hasSize(1));
    created("/notes", "third");
    user.ifMatch(1).post("/tasks/" + deleted + "/restore").expect(200);
    Annals.eventually(() -> assertThat(copy).isEqualTo(lists()).hasSize(3));

    first.destroyForcibly();
    user.ifMatch(0).delete("/notes/" + edited).expect(204);
    created("/tasks", "fourth");
    follow(language);
    Annals.eventually(() -> assertThat(copy).isEqualTo(lists()).hasSize(3));
  }

  @Test
  void showWhatTheListsShowInABrowser() throws IOException {
    created("/notes", "first");
    try (Browser browser = Browser.at(user.url())) {
      Page page = browser.window();
      page.evaluate(
          "([address, token]) => { %s window.pages = []; follow(address, token, 0, it => pages.push(it)); }"
              .formatted(
                  Files.readString(FOLDER.resolve("follow.mjs")).replace("export async", "async")),
          List.of(user.url().toString(), token()));
      created("/tasks", "second");

      Annals.eventually(
          () -> {
            Json.parse((String) page.evaluate("JSON.stringify(pages)")).forEach(this::apply);
            assertThat(copy).isEqualTo(lists()).hasSize(2);
          });
    }
  }

  @Test
  void areLinkedFromThePage() throws IOException {
    String page = Files.readString(FOLDER.resolveSibling("following.md"));
    try (Stream<Path> clients = Files.list(FOLDER)) {
      assertThat(clients)
          .hasSize(3)
          .allMatch(it -> page.contains("(following/" + it.getFileName()));
    }
  }

  private String created(String path, String title) {
    return user.post(path, Json.object("title", title)).expect(201).id();
  }

  private String token() {
    return user.headers().get("Authorization").substring("Bearer ".length());
  }

  private Process follow(Language language) throws IOException {
    List<String> command = new ArrayList<>(List.of(language.program));
    command.addAll(language.arguments());
    command.addAll(List.of(user.url().toString(), token(), Long.toString(next)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    Thread reader = new Thread(() -> read(process));
    reader.setDaemon(true);
    reader.start();
    return process;
  }

  private void read(Process process) {
    try (BufferedReader pages = process.inputReader()) {
      pages.lines().map(Json::parse).forEach(this::apply);
    } catch (IOException | java.io.UncheckedIOException killed) {
      // The test goes on without it.
    }
  }

  private void apply(JsonNode page) {
    for (JsonNode change : page.get("changes")) {
      if (change.get("deleted").asBoolean()) {
        copy.remove(change.get("id").asString());
      } else {
        copy.put(change.get("id").asString(), change.at("/resource/version").asLong());
      }
    }
    next = page.get("next").asLong();
  }

  private Map<String, Long> lists() {
    Map<String, Long> shown = new TreeMap<>();
    for (String path : List.of("/notes", "/tasks")) {
      for (JsonNode resource : user.get(path).expect(200).json().get("content")) {
        shown.put(resource.get("id").asString(), resource.get("version").asLong());
      }
    }
    return shown;
  }
}
