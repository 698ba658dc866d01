package dev.annals.command.attachment;

import dev.annals.platform.problem.Refusal;
import dev.annals.platform.start.CannotStartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The local folder in which this class and the multipart parser write received bytes until they are
 * checked. Files that a crash leaves there are deleted a day later.
 */
@Component
final class Spool {

  private final Path folder;

  /**
   * Creates the folder if it is missing.
   *
   * @throws CannotStartException if the folder cannot be used
   */
  Spool(AttachmentProperties properties) {
    folder = Path.of(properties.folder()).toAbsolutePath().resolve("spool");
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "", ""));
    } catch (IOException e) {
      throw new CannotStartException(
          "The folder %s (annals.attachments.folder) cannot be used: %s."
              .formatted(properties.folder(), e.getClass().getSimpleName()),
          e);
    }
  }

  /** Returns the absolute path of the folder. */
  Path folder() {
    return folder;
  }

  /**
   * Reads a source to its end. On failure it leaves no file.
   *
   * @throws Refusal {@code content-too-large} as soon as the limit is exceeded
   * @throws IOException from the source
   */
  SpooledFile read(InputStream source, long limit) throws IOException {
    return SpooledFile.read(source, limit, folder);
  }

  /** Deletes files that were last written before an instant. */
  void sweep(Instant before) {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        deleteIfOlder(file, before);
      }
    } catch (IOException e) {
      throw ObjectStore.unavailable(e);
    }
  }

  private static void deleteIfOlder(Path file, Instant before) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException goneMeanwhile) {
      // Its writer has deleted it.
    }
  }
}
