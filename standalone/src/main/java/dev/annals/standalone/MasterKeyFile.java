package dev.annals.standalone;

import dev.annals.platform.crypto.MasterKey;
import dev.annals.platform.start.CannotStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The key that encrypts the other keys, in a file of the data folder when none is configured. */
final class MasterKeyFile {
  private MasterKeyFile() {}

  /**
   * The key in base64, made up by the first start and the same from then on. It is on the disk
   * before this returns, since what it will encrypt cannot be read without it.
   *
   * @throws CannotStartException when the file holds no key, or is gone while the data is still
   *     there
   */
  static String readOrCreate(DataFolder data) throws IOException {
    Path file = data.resolve("master.key");
    if (Files.notExists(file)) {
      if (Files.exists(data.resolve(EmbeddedPostgreSql.FOLDER))) {
        throw new CannotStartException(
            "The data in %s needs its master key, but %s is missing and annals.master-key is not set."
                .formatted(data, file));
      }
      create(file);
    }
    String key = Files.readString(file).strip();
    if (!MasterKey.isValid(key)) {
      throw new CannotStartException(
          "The master key file %s does not hold %d bytes in base64."
              .formatted(file, MasterKey.BYTES));
    }
    return key;
  }

  private static void create(Path file) throws IOException {
    byte[] key = new byte[MasterKey.BYTES];
    new SecureRandom().nextBytes(key);
    DataFolder.write(file, Base64.getEncoder().encodeToString(key) + "\n");
  }
}
