package dev.annals.command.summary;

import dev.annals.events.identity.ProfileUpdated;
import dev.annals.events.identity.UserDisabled;
import dev.annals.events.identity.UserEnabled;
import dev.annals.events.identity.UserErased;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of subscriptions, maintained from the events of users. */
@Component
@ProcessingGroup("summary-subscriptions")
@DisallowReplay
record SummarySubscriptions(JdbcClient jdbc, Clock clock) {

  @EventHandler
  void on(ProfileUpdated event) {
    Instant now = clock.instant();
    find(event.userId())
        .map(it -> it.change(event.dailySummary(), event.timeZone(), event.summaryHour(), now))
        .or(
            () ->
                event.dailySummary()
                    ? Optional.of(
                        SummarySubscription.begin(
                            event.userId(), event.timeZone(), event.summaryHour(), now))
                    : Optional.empty())
        .ifPresent(changed -> save(changed, now));
  }

  @EventHandler
  void on(UserDisabled event) {
    enable(event.userId(), false);
  }

  @EventHandler
  void on(UserEnabled event) {
    enable(event.userId(), true);
  }

  @EventHandler
  void on(UserErased event) {
    jdbc.sql("delete from events.summary_subscription where user_id = ?")
        .param(event.userId())
        .update();
  }

  /** Returns some due subscriptions and locks them; other transactions skip them. */
  List<SummarySubscription> due(Instant now, int limit) {
    return jdbc.sql(
            """
            select * from events.summary_subscription where next_at <= ?
            order by next_at limit ?
            for update skip locked
            """)
        .params(now.atOffset(ZoneOffset.UTC), limit)
        .query(SummarySubscription.class)
        .list();
  }

  /**
   * Returns a page of active subscriptions, locked for the current transaction.
   *
   * @param after the last user of the previous page
   */
  List<SummarySubscription> active(UUID after, int limit) {
    return jdbc.sql(
            """
            select * from events.summary_subscription where next_at is not null and user_id > ?
            order by user_id limit ?
            for update
            """)
        .params(after, limit)
        .query(SummarySubscription.class)
        .list();
  }

  void save(SummarySubscription subscription, Instant now) {
    jdbc.sql(
            """
            insert into events.summary_subscription
            values (:user, :zone, :hour, :wanted, :enabled, :settled, :mailed::date, :next::timestamptz)
            on conflict (user_id) do update
            set time_zone = excluded.time_zone, hour = excluded.hour, wanted = excluded.wanted,
                enabled = excluded.enabled, settled_day = excluded.settled_day,
                mailed_day = excluded.mailed_day, next_at = excluded.next_at
            """)
        .param("user", subscription.userId())
        .param("zone", subscription.timeZone())
        .param("hour", subscription.hour())
        .param("wanted", subscription.wanted())
        .param("enabled", subscription.enabled())
        .param("settled", subscription.settledDay())
        .param("mailed", subscription.mailedDay())
        .param(
            "next", subscription.next(now).map(next -> next.atOffset(ZoneOffset.UTC)).orElse(null))
        .update();
  }

  private void enable(UUID user, boolean enabled) {
    Instant now = clock.instant();
    find(user).ifPresent(it -> save(it.enable(enabled, now), now));
  }

  private Optional<SummarySubscription> find(UUID user) {
    return jdbc.sql("select * from events.summary_subscription where user_id = ? for update")
        .param(user)
        .query(SummarySubscription.class)
        .optional();
  }
}
