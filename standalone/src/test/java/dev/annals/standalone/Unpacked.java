package dev.annals.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A packaged program taken out of its jar, the way an image holds it: a small jar beside its
 * libraries. Tests start it a few dozen times, and that takes a third less of a processor than from
 * libraries inside of a jar.
 */
final class Unpacked {
  private static final Map<Path, Path> JARS = new ConcurrentHashMap<>();

  private Unpacked() {}

  /** The small jar. The first call in a JVM unpacks it, beside the packaged one. */
  static Path jarOf(Path packaged) {
    return JARS.computeIfAbsent(packaged, Unpacked::unpack);
  }

  private static Path unpack(Path packaged) {
    Path folder = packaged.resolveSibling(packaged.getFileName() + ".unpacked");
    try {
      Process tool =
          new ProcessBuilder(
                  AnnalsProcess.JAVA,
                  "-Djarmode=tools",
                  "-jar",
                  packaged.toString(),
                  "extract",
                  "--force",
                  "--destination",
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (tool.waitFor() != 0) {
        throw new AssertionError(said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return folder.resolve(packaged.getFileName());
  }
}
