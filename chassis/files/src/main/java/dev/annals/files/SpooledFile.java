package dev.annals.files;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.crypto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Received bytes in a temporary file, which closing this deletes. They are never held in memory.
 *
 * @param sha256 in lower-case hex
 */
public record SpooledFile(Path path, long size, String sha256) implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  /**
   * Reads a source to its end. On failure it leaves no file.
   *
   * @throws Refusal {@code content-too-large} as soon as the limit is exceeded
   * @throws IOException from the source
   */
  static SpooledFile read(InputStream source, long limit, Path folder) throws IOException {
    Path path = ObjectStore.onDisk(() -> Files.createTempFile(folder, "", ""));
    try {
      MessageDigest digest = Sha256.digest();
      long size = copy(source, limit, path, digest);
      return new SpooledFile(path, size, HexFormat.of().formatHex(digest.digest()));
    } catch (IOException | RuntimeException e) {
      delete(path);
      throw e;
    }
  }

  private static long copy(InputStream source, long limit, Path path, MessageDigest digest)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (OutputStream file =
        new DigestOutputStream(ObjectStore.onDisk(() -> Files.newOutputStream(path)), digest)) {
      for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
        size += read;
        if (size > limit) {
          throw new Refusal(
              Problem.CONTENT_TOO_LARGE, "A file may have at most " + limit + " bytes.");
        }
        write(file, buffer, read);
      }
    }
    return size;
  }

  private static void write(OutputStream file, byte[] buffer, int length) {
    ObjectStore.onDisk(
        () -> {
          file.write(buffer, 0, length);
          return file;
        });
  }

  private static void delete(Path path) {
    ObjectStore.onDisk(() -> Files.deleteIfExists(path));
  }

  @Override
  public void close() {
    delete(path);
  }
}
