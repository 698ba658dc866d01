package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.start.CannotStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyFileTest {
  @TempDir private Path folder;

  @Test
  void createsTheKeyOnceAndReadsItAfterwards() throws Exception {
    try (DataFolder data = DataFolder.open(folder)) {
      String made = MasterKeyFile.readOrCreate(data);

      assertThat(Base64.getDecoder().decode(made)).hasSize(32);
      assertThat(MasterKeyFile.readOrCreate(data)).isEqualTo(made);
    }
  }

  @Test
  void refusesAMissingKeyBesideExistingData() throws Exception {
    Files.createDirectory(folder.resolve("postgres"));
    try (DataFolder data = DataFolder.open(folder)) {
      assertThatThrownBy(() -> MasterKeyFile.readOrCreate(data))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("annals.master-key");
      assertThat(folder.resolve("master.key")).doesNotExist();
    }
  }

  @Test
  void refusesAFileWithoutAKey() throws Exception {
    Files.writeString(folder.resolve("master.key"), "c2hvcnQ=");
    try (DataFolder data = DataFolder.open(folder)) {
      assertThatThrownBy(() -> MasterKeyFile.readOrCreate(data))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("master.key does not hold 32 bytes")
          .hasMessageNotContaining("c2hvcnQ");
    }
  }
}
