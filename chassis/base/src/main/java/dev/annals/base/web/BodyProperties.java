package dev.annals.base.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limits of bodies, also in programs without files.
 *
 * @param maxSize how much one file may have
 */
@ConfigurationProperties("annals.attachments")
public record BodyProperties(@DefaultValue("25MB") DataSize maxSize) {

  /** The maximum bytes of a body that is no upload. */
  public static final int MAX_BYTES = 1 << 20;

  /** Returns the maximum bytes of a body. The form around a file may be as large as any body. */
  public long maxBytes(boolean upload) {
    return upload ? maxSize.toBytes() + MAX_BYTES : MAX_BYTES;
  }

  public static Refusal tooLarge(long maxBytes) {
    return new Refusal(
        Problem.CONTENT_TOO_LARGE, "A body may have at most " + maxBytes + " bytes.");
  }
}
