package dev.annals.standalone;

import dev.annals.base.start.CannotStartException;
import dev.annals.http.crypto.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;

/** Stores the master key in a file of the data folder if none is configured. */
final class MasterKeyFile {
  private MasterKeyFile() {}

  /**
   * Returns the key in base64; the first start creates it. The key is on disk before this method
   * returns, since data that it encrypts cannot be read without it.
   *
   * @throws CannotStartException if the file holds no key, or is missing beside existing data
   */
  static String readOrCreate(DataFolder data) throws IOException {
    Path file = data.resolve("master.key");
    if (Files.notExists(file)) {
      if (Files.exists(data.resolve(EmbeddedPostgreSql.FOLDER))) {
        throw new CannotStartException(
            "The data in %s needs its master key, but %s is missing and annals.master-key is not set."
                .formatted(data, file));
      }
      StringKeyGenerator keys = new Base64StringKeyGenerator(Base64.getEncoder(), MasterKey.BYTES);
      DataFolder.write(file, keys.generateKey() + "\n");
    }
    String key = Files.readString(file).strip();
    if (!MasterKey.isValid(key)) {
      throw new CannotStartException(
          "The master key file %s does not hold %d bytes in base64."
              .formatted(file, MasterKey.BYTES));
    }
    return key;
  }
}
