package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import org.springframework.web.util.UriUtils;

/** Each accepted target is read as the same path by all parsers. */
class TargetFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void acceptsOnlyUnambiguousTargets(byte[] sent) {
    String target = new String(sent, ISO_8859_1);
    if (!MalformedRequestHandler.isTarget(target)) {
      return;
    }
    URI uri = URI.create(target);
    assertThat(uri.isAbsolute() || uri.getRawAuthority() != null).isFalse();
    assertThat(uri.normalize()).hasToString(target);

    String path = uri.getPath();
    assertThat(path).startsWith("/").doesNotContain("//", "\\", ";", "%", "\u2028", "\u2029");
    assertThat(path.codePoints()).noneMatch(it -> it < 0x20 || it == 0x7F);
    assertThat(path.split("/")).doesNotContain(".", "..");
    assertThat(UriUtils.decode(uri.getRawPath(), UTF_8)).isEqualTo(path);
  }
}
