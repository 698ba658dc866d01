package dev.annals.files;

import dev.annals.base.start.CannotStartException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * The local folder of {@link SpooledFile spooled files}, in which the multipart parser writes
 * received bytes, too. Files that a crash leaves there are deleted a day later.
 */
final class Spool {

  private final Path folder;

  /**
   * Creates the folder if it is missing.
   *
   * @throws CannotStartException if the folder cannot be used
   */
  Spool(FileProperties properties) {
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

  /** Deletes files that were last written before an instant. */
  void sweep(Instant before) {
    File[] old = folder.toFile().listFiles(it -> it.lastModified() < before.toEpochMilli());
    for (File file : Objects.requireNonNullElse(old, new File[0])) {
      // If it cannot be deleted, the next sweep tries again.
      file.delete();
    }
  }
}
