package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import dev.annals.base.start.CannotStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path folder;

  @Test
  void setsOwnerOnlyPermissionsAtEachStart() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    try (DataFolder data = DataFolder.open(folder)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void refusesAFolderOfAnotherUser() throws Exception {
    Path another = anothers();

    assertThatThrownBy(() -> DataFolder.open(another))
        .isInstanceOf(CannotStartException.class)
        .hasMessageMatching(
            "The data folder %s \\(annals.data-dir\\) cannot be used: it belongs to another user, \\w+\\."
                .formatted(another));
    assertThat(another.resolve("annals.lock")).doesNotExist();
  }

  private Path anothers() throws Exception {
    if (new UnixSystem().getUid() != 0) {
      return Path.of("/usr");
    }
    Files.setAttribute(folder, "unix:uid", 12345);
    return folder;
  }
}
