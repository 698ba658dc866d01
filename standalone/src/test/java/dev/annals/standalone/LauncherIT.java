package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the launcher of the package in a copy of its folder, with the command that verifies an
 * export, which needs no stores.
 */
class LauncherIT {

  private static final Path PACKAGED =
      Path.of(System.getProperty("annals.jar")).resolveSibling("annals");
  private static final String USAGE =
      "Usage: java -jar annals.jar verify --head FILE [--keys FILE] [EXPORT]\n";

  @TempDir private Path folder;
  private Path launcher;

  private record Ended(int code, String output, String errors) {}

  @BeforeEach
  void copy() throws IOException {
    launcher = Files.copy(PACKAGED.resolve("annals"), folder.resolve("annals"));
    launcher.toFile().setExecutable(true);
    for (String file : List.of("annals-launcher.jar", "jvm.options", "lib")) {
      Files.createSymbolicLink(folder.resolve(file), PACKAGED.resolve(file));
    }
  }

  @Test
  void isExecutable() throws IOException {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(PACKAGED.resolve("annals"))))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void runsWithoutAnArchive() throws Exception {
    assertThat(run(launcher, "")).isEqualTo(new Ended(2, USAGE, ""));
  }

  @Test
  void runsThroughALinkFromAnotherFolder() throws Exception {
    Path link = folder.resolve("elsewhere/annals");
    Files.createDirectory(link.getParent());
    Files.createSymbolicLink(link, launcher);
    assertThat(run(link, "")).isEqualTo(new Ended(2, USAGE, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not an archive"})
  void passesOverAnArchiveThatTheJvmRefuses(String content) throws Exception {
    Files.writeString(folder.resolve(archive()), content);
    assertThat(run(launcher, "")).isEqualTo(new Ended(2, USAGE, ""));
  }

  @Test
  void givesFurtherOptionsToTheJvm() throws Exception {
    Ended ended = run(launcher, "-showversion -Xmx64m");
    assertThat(ended.output()).isEqualTo(USAGE);
    assertThat(ended.errors()).contains(System.getProperty("java.version"));
  }

  /** Returns the name of the archive for this JVM, which the launcher looks for. */
  private String archive() throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "\"$0\" -Xinternalversion | cksum", AnnalsProcess.JAVA)
            .start();
    String sum = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return "classes-" + sum.split(" ", 2)[0] + ".archive";
  }

  private static Ended run(Path program, String options) throws Exception {
    Path errors = Files.createTempFile("launcher", ".errors");
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "verify", "--unknown")
            .redirectError(errors.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", options);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
