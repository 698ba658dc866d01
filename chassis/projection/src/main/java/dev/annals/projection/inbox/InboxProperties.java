package dev.annals.projection.inbox;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long notifications are kept.
 *
 * @param keepRead how long a notification is kept after it is read, 1 second to 100 years. One that
 *     was read before the upgrade to the first version with this property counts as read then
 * @param keepUnread how long an unread notification is kept, 1 second to 100 years
 */
@Validated
@ConfigurationProperties("annals.notifications")
public record InboxProperties(
    @DefaultValue("90d") @DurationMin(seconds = 1) @DurationMax(days = 36_525) Duration keepRead,
    @DefaultValue("365d") @DurationMin(seconds = 1) @DurationMax(days = 36_525)
        Duration keepUnread) {

  private static final Duration DAY = Duration.ofDays(1);

  Duration shorter() {
    return keepRead.compareTo(keepUnread) < 0 ? keepRead : keepUnread;
  }

  /** Returns an age that each removed notification has reached, also with other properties. */
  Duration oldAge() {
    return shorter().compareTo(DAY) < 0 ? shorter() : DAY;
  }

  /** Returns by how much longer a notification may be kept, so that it costs less to find it. */
  static Duration slack(Duration keep) {
    return keep.dividedBy(100);
  }
}
