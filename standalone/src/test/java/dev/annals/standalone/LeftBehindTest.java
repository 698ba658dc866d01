package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftBehindTest {
  @TempDir private Path folder;

  @Test
  void leavesAProcessAloneThatGotTheNumberOfADeadServer() throws Exception {
    Process stranger = new ProcessBuilder("cat").start();
    try {
      Path pidFile = folder.resolve("postmaster.pid");
      Files.writeString(pidFile, stranger.pid() + "\n" + folder + "\n");

      new LeftBehind(folder).stop();

      assertThat(stranger.isAlive()).isTrue();
      assertThat(pidFile).doesNotExist();
    } finally {
      stranger.destroy();
    }
  }

  @Test
  void takesAHalfWrittenProcessNumberForNone() throws Exception {
    Path pidFile = folder.resolve("postmaster.pid");
    Files.writeString(pidFile, "");

    new LeftBehind(folder).stop();

    assertThat(pidFile).doesNotExist();
  }

  @Test
  void findsNothingToDoBeforeTheFirstStart() throws Exception {
    Path missing = folder.resolve("missing");

    new LeftBehind(missing).stop();

    assertThat(missing).doesNotExist();
  }
}
