package dev.annals.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A packaged program taken out of its jar, the way an image holds it: a small jar beside its
 * libraries, and an archive of the classes that a start loads. Tests start it a few dozen times,
 * and that takes a third less of a processor than from libraries inside of a jar, and with the
 * archive again a third less.
 *
 * @param jar the small one
 * @param archive for {@code -XX:SharedArchiveFile}, with that jar first on the class path
 */
record Unpacked(Path jar, Path archive) {
  private static final Map<Path, Unpacked> PROGRAMS = new ConcurrentHashMap<>();
  private static final String NOBODY = "127.0.0.1:1";

  /** The first call unpacks it, beside the packaged one; other JVMs that test wait for that. */
  static Unpacked of(Path packaged) {
    return PROGRAMS.computeIfAbsent(packaged, Unpacked::unpacked);
  }

  private static Unpacked unpacked(Path packaged) {
    Path folder = packaged.resolveSibling(packaged.getFileName() + ".unpacked");
    Unpacked program =
        new Unpacked(
            folder.resolve(packaged.getFileName()),
            folder.resolve("classes-" + Runtime.version() + ".jsa"));
    Path lock = packaged.resolveSibling(packaged.getFileName() + ".lock");
    try (FileChannel file =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.lock();
      if (!program.isNewerThan(packaged)) {
        run(
            Map.of(),
            "-Djarmode=tools",
            "-jar",
            packaged,
            "extract",
            "--force",
            "--destination",
            folder);
        program.archiveClasses(packaged);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return program;
  }

  private boolean isNewerThan(Path packaged) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(packaged)) > 0;
  }

  /** By a start that gets as far as it can without stores. */
  private void archiveClasses(Path packaged) throws IOException {
    String said =
        run(
            Map.of(
                "SERVER_PORT", "0",
                "MANAGEMENT_SERVER_PORT", "0",
                "ANNALS_DATA_DIR", jar.resolveSibling("data").toString(),
                "ANNALS_MASTER_KEY", "A".repeat(43) + "=",
                "SPRING_DATASOURCE_URL", "jdbc:postgresql://" + NOBODY + "/none",
                "SPRING_MONGODB_URI", "mongodb://" + NOBODY + "/none",
                "SPRING_DATA_REDIS_URL", "redis://" + NOBODY,
                "SPRING_MAIL_HOST", "127.0.0.1",
                "ANNALS_GATEWAY_COMMANDS", "http://" + NOBODY,
                "ANNALS_GATEWAY_QUERIES", "http://" + NOBODY),
            "-XX:ArchiveClassesAtExit=" + archive,
            "-Dspring.context.exit=onRefresh",
            "-jar",
            jar);
    if (!isNewerThan(packaged)) {
      throw new AssertionError(said);
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
