package dev.annals.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.util.FileSystemUtils;

/**
 * A packaged program extracted from its jar, as in an image: a small jar beside its libraries. A
 * start from it needs a third less CPU time than from nested jars. With the system property {@code
 * annals.archived} it also has a class data archive, which saves another third per start and takes
 * as long as several starts to create.
 *
 * @param jar the small jar
 * @param archive the file for {@code -XX:SharedArchiveFile}
 */
record Unpacked(Path jar, Optional<Path> archive) {
  private static final Map<Path, Unpacked> PROGRAMS = new ConcurrentHashMap<>();

  /**
   * Returns the program, which the first call unpacks beside its jar unless an earlier JVM did.
   *
   * @param variables environment variables with which it can start
   */
  static Unpacked of(Path packaged, Map<String, String> variables) {
    return PROGRAMS.computeIfAbsent(packaged, first -> unpacked(first, variables));
  }

  private static Unpacked unpacked(Path packaged, Map<String, String> variables) {
    Path folder = packaged.resolveSibling(packaged.getFileName() + ".unpacked");
    Path archive = folder.resolve("classes-" + Runtime.version() + ".jsa");
    Unpacked program =
        new Unpacked(
            folder.resolve(packaged.getFileName()),
            Boolean.getBoolean("annals.archived") ? Optional.of(archive) : Optional.empty());
    try {
      if (!isNewer(folder, packaged)) {
        FileSystemUtils.deleteRecursively(folder);
        run(Map.of(), "-Djarmode=tools", "-jar", packaged, "extract", "--destination", folder);
      }
      if (program.archive().filter(Files::notExists).isPresent()) {
        program.archiveClasses(variables);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return program;
  }

  private static boolean isNewer(Path folder, Path packaged) throws IOException {
    return Files.exists(folder)
        && Files.getLastModifiedTime(folder).compareTo(Files.getLastModifiedTime(packaged)) > 0;
  }

  /** Creates the archive by a start that exits after the context is refreshed. */
  private void archiveClasses(Map<String, String> variables) throws IOException {
    Path data = jar.resolveSibling("data");
    Map<String, String> own = new HashMap<>(variables);
    own.putAll(
        Map.of(
            "SERVER_PORT", "0",
            "MANAGEMENT_SERVER_PORT", "0",
            "ANNALS_DATA_DIR", data.toString()));
    String output =
        run(
            own,
            "-XX:ArchiveClassesAtExit=" + archive.orElseThrow(),
            "-Dspring.context.exit=onRefresh",
            "-jar",
            jar);
    FileSystemUtils.deleteRecursively(data);
    if (Files.notExists(archive.orElseThrow())) {
      throw new AssertionError(output);
    }
  }

  private static String run(Map<String, String> variables, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(AnnalsProcess.JAVA));
    command.addAll(AnnalsProcess.QUICK_START);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process java = builder.start();
    return new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
