package dev.annals.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.problem.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any file is refused, or is of an allowed type that matches its bytes. The first line of an input
 * is the name, the second the claimed type.
 */
class FileTypesFuzzTest {

  private static final Set<String> ALLOWED =
      Set.of(
          "text/plain",
          "text/markdown",
          "application/json",
          "application/pdf",
          "image/png",
          "application/zip");

  private static final FileTypes types =
      new FileTypes(
          new FileProperties(
              DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), ALLOWED, "", Duration.ZERO, null));
  private static Path file;

  @BeforeAll
  static void begin() throws IOException {
    file = Files.createTempFile("annals-type", "");
  }

  @AfterAll
  static void end() throws IOException {
    Files.delete(file);
  }

  @FuzzTest(maxDuration = "1m")
  void acceptsOnlyAllowedTypes(byte[] sent) throws IOException {
    String[] lines = new String(sent, ISO_8859_1).split("\n", 3);
    if (lines.length < 3) {
      return;
    }
    byte[] bytes = lines[2].getBytes(ISO_8859_1);
    Files.write(file, bytes);
    String type;
    try {
      type = types.claimed(lines[0], lines[1]);
      types.check(type, file);
    } catch (Refusal refused) {
      assertThat(refused).hasMessageStartingWith("The type is not allowed");
      return;
    }
    assertThat(type).isIn(ALLOWED);
    if (type.startsWith("text/")) {
      boolean marked = bytes.length > 1 && (bytes[0] ^ bytes[1]) == 1 && (bytes[0] & 0xFE) == 0xFE;
      assertThat(new String(bytes, marked ? UTF_16 : ISO_8859_1)).doesNotContain("\0");
    } else if (type.equals("application/json")) {
      assertThat(JsonMapper.shared().readTree(new String(bytes, UTF_8)).isMissingNode()).isFalse();
    } else {
      String magic =
          switch (type) {
            case "application/pdf" -> "%PDF-";
            case "image/png" -> "\u0089PNG";
            default -> "PK";
          };
      assertThat(new String(Arrays.copyOf(bytes, 2_000), ISO_8859_1)).contains(magic);
    }
  }
}
