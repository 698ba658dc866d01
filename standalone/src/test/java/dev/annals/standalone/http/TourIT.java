package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.AnnalsProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the calls of the README and the tour, and compares the answers with those shown. */
@ExtendWith(Deployment.class)
class TourIT {

  private static final Path ROOT = Path.of("..");

  /** The calls, and the answer that is shown for them, if one is. */
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^```sh\n([\\s\\S]*?)^```\n((?:\n* {4}[^\n]*\n)*)");

  private final Annals annals;
  @TempDir private Path folder;

  TourIT(Annals annals) {
    this.annals = annals;
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/tour.md"})
  @Timeout(120)
  void theAnswersAreThoseThatThePageShows(String page) throws IOException {
    List<MatchResult> blocks =
        BLOCK.matcher(Files.readString(ROOT.resolve(page))).results().toList();

    List<String> answers = run(page);

    assertThat(answers).hasSize(blocks.size() + 1);
    for (int i = 0; i < blocks.size(); i++) {
      assertThat(withoutSpace(answers.get(i)))
          .as(blocks.get(i).group(1))
          .matches(pattern(blocks.get(i).group(2)));
    }
    assertThat(answers.get(blocks.size())).isEmpty();
  }

  /** The output of each block. */
  private List<String> run(String page) throws IOException {
    ProcessBuilder tour =
        new ProcessBuilder("docs/tour.sh", page).directory(ROOT.toFile()).redirectErrorStream(true);
    tour.environment().put("SERVER_PORT", Integer.toString(annals.url().getPort()));
    tour.environment().put("ADMIN_EMAIL", Annals.ADMIN.get("ANNALS_ADMIN_EMAIL"));
    tour.environment().put("ADMIN_PASSWORD", Annals.ADMIN.get("ANNALS_ADMIN_PASSWORD"));
    tour.environment().merge("PATH", packagedProgramAsMaven(), (path, first) -> first + ":" + path);
    Process process = tour.start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return List.of(output.split("\n----\n", -1));
    } finally {
      process.destroy();
    }
  }

  /**
   * A folder with a command {@code mvn} that passes {@code -Dspring-boot.run.arguments} on to the
   * packaged program: the build that runs this test must not be built beneath it.
   */
  private String packagedProgramAsMaven() throws IOException {
    Path maven = folder.resolve("mvn");
    Files.writeString(
        maven,
        """
        #!/usr/bin/env bash
        exec %s ${3#-Dspring-boot.run.arguments=}
        """
            .formatted(
                AnnalsProcess.command().stream().collect(Collectors.joining("' '", "'", "'"))));
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    return folder.toString();
  }

  private static String pattern(String shown) {
    return Stream.of(withoutSpace(shown).split("…", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s", "");
  }
}
