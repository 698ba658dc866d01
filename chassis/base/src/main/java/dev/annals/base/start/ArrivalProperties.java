package dev.annals.base.start;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Timeouts for slow clients: to send a request, counted from its first byte, and to read its
 * response.
 *
 * @param head the maximum time for a request head
 * @param body the maximum time for a request body; an uploaded file has one more second for each 64
 *     KiB
 * @param stall the maximum time in which a client reads nothing of a pending response
 */
@ConfigurationProperties("annals.arrival")
public record ArrivalProperties(
    @DefaultValue("10s") Duration head,
    @DefaultValue("30s") Duration body,
    @DefaultValue("60s") Duration stall) {

  /**
   * The bytes of a connection's send buffer. By default the system lets it grow to megabytes and
   * reports space only when a third is free, so a client that keeps reading would seem to stall.
   */
  public static final int SEND_BUFFER = 256 * 1024;
}
