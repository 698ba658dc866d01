package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanedPostgresTest {
  @TempDir private Path folder;

  @Test
  void sparesAServerOfAnotherFolderWithAReusedPid(@TempDir Path elsewhere) throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), elsewhere.resolve("postgres"));
    Process stranger = new ProcessBuilder(program.toString(), "60").start();
    try {
      Path pidFile = folder.resolve("postmaster.pid");
      Files.writeString(pidFile, stranger.pid() + "\n" + folder + "\n");

      new OrphanedPostgres(folder).stop();

      assertThat(stranger.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(pidFile).doesNotExist();
    } finally {
      stranger.destroy();
    }
  }

  @Test
  void ignoresATruncatedPid() throws Exception {
    Path pidFile = folder.resolve("postmaster.pid");
    Files.writeString(pidFile, "");

    new OrphanedPostgres(folder).stop();

    assertThat(pidFile).doesNotExist();
  }

  @Test
  void doesNothingBeforeTheFirstStart() throws Exception {
    Path missing = folder.resolve("missing");

    new OrphanedPostgres(missing).stop();

    assertThat(missing).doesNotExist();
  }
}
