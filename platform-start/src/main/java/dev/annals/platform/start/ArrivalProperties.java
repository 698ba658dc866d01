package dev.annals.platform.start;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a client may take to send a request, counted from its first byte, and to read its
 * answer.
 *
 * @param head how long the head of a request may take in all
 * @param body how long its body may take in all; an uploaded file has one more second for each 64
 *     KiB
 * @param stall how long a client may read nothing of an answer that waits for it
 */
@ConfigurationProperties("annals.arrival")
public record ArrivalProperties(
    @DefaultValue("10s") Duration head,
    @DefaultValue("30s") Duration body,
    @DefaultValue("60s") Duration stall) {

  /**
   * The bytes of a connection's send buffer. The system reports room in it only when a third is
   * free, and lets it grow to megabytes, so that an honest client seems to stall.
   */
  public static final int SEND_BUFFER = 256 * 1024;
}
