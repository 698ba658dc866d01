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
 * Where what arrives is written to before it is known to be good, on a disk of this machine: by us,
 * and by the parser of multipart requests. What a crash has left there is removed a day later.
 */
@Component
final class Spool {

  private final Path folder;

  /**
   * Makes the folder where it is missing.
   *
   * @throws CannotStartException if it cannot be used
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

  /** An absolute path. */
  Path folder() {
    return folder;
  }

  /**
   * Reads to the end; leaves nothing behind if that fails.
   *
   * @throws Refusal {@code content-too-large} as soon as there are more bytes than the limit
   * @throws IOException from the source
   */
  SpooledFile read(InputStream source, long limit) throws IOException {
    return SpooledFile.read(source, limit, folder);
  }

  /** Removes what was written last before that. */
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
      // By whoever wrote it.
    }
  }
}
