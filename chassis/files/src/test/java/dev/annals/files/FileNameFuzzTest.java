package dev.annals.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.problem.Refusal;
import java.nio.charset.StandardCharsets;

/** Any name is refused, or is safe in a header and a folder. */
class FileNameFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void acceptsOnlyHarmlessNames(byte[] sent) {
    String name;
    try {
      name = FileName.of(new String(sent, StandardCharsets.UTF_8), "/fileName");
    } catch (Refusal refused) {
      return;
    }
    assertThat(name).doesNotContain("/", "\\").isNotIn("", ".", "..");
    assertThat(name.codePointCount(0, name.length())).isLessThanOrEqualTo(255);
    assertThat(name.codePoints()).noneMatch(Character::isISOControl);
    assertThat(FileName.disposition(name))
        .matches("attachment; filename=\"[^\"\\\\%]+\"(; filename\\*=UTF-8''\\S+)?");
    assertThat(FileName.of(name, "/fileName")).isEqualTo(name);
  }
}
