package dev.annals.push.webhook;

import static java.time.ZoneOffset.UTC;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.push.NotificationView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores deliveries and the cursors of webhooks. Each change of deliveries first locks the row of
 * its webhook.
 */
record DeliveryStore(JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {

  /** The reasons for which a webhook is paused. */
  static final String GONE = "gone";

  static final String FAILING = "failing";

  private static final String DISABLED = "The webhook is disabled";

  /** The time for which deliveries are kept. */
  static final Duration KEPT = Duration.ofDays(30);

  private static final int CHUNK = 500;

  /**
   * The right to make the attempts of a webhook.
   *
   * @param until the time when it ends; identifies it, too
   */
  record Claim(UUID webhook, UUID owner, Instant until) {}

  /** Returns the cursors of the webhooks that have one, by webhook. */
  Map<UUID, Cursor> cursors(Collection<UUID> webhooks) {
    Map<UUID, Cursor> found = new HashMap<>();
    jdbc.sql(
            """
            select c.webhook, c.owner, c.enabled_version, enabled_position, sequence, due_at, failing_since,
                   p.webhook is not null as paused
            from push.webhook_cursor c
                 left join push.webhook_pause p
                 on p.webhook = c.webhook and p.enabled_version = c.enabled_version
            where c.webhook = any(?)
            """)
        .param(webhooks.toArray(UUID[]::new))
        .query((row, number) -> cursor(row))
        .list()
        .forEach(cursor -> found.put(cursor.webhook(), cursor));
    return found;
  }

  private static Cursor cursor(ResultSet row) throws SQLException {
    return new Cursor(
        row.getObject("webhook", UUID.class),
        row.getObject("owner", UUID.class),
        row.getLong("enabled_version"),
        row.getLong("enabled_position"),
        row.getLong("sequence"),
        instant(row, "due_at"),
        instant(row, "failing_since"),
        row.getBoolean("paused"));
  }

  /** Returns the first webhooks after an id that have a cursor, in the order of ids. */
  List<UUID> webhooksAfter(UUID id, int limit) {
    return jdbc.sql(
            "select webhook from push.webhook_cursor where webhook > ? order by webhook limit ?")
        .params(id, limit)
        .query(UUID.class)
        .list();
  }

  /**
   * Stores where the deliveries of a webhook begin, unless that is stored. Pending ones, from
   * before it was disabled, end.
   */
  void begin(Webhook webhook, long position, long sequence) {
    locked(
        webhook.id(),
        () -> {
          int replaced =
              jdbc.sql(
                      """
                      update push.webhook_cursor
                      set enabled_version = ?, enabled_position = ?, sequence = ?, failing_since = null
                      where webhook = ? and enabled_version < ?
                      """)
                  .params(
                      webhook.enabledVersion(),
                      position,
                      sequence,
                      webhook.id(),
                      webhook.enabledVersion())
                  .update();
          if (replaced == 1) {
            failAll(webhook.id());
            return jdbc.sql(
                    "delete from push.webhook_pause where webhook = ? and enabled_version < ?")
                .params(webhook.id(), webhook.enabledVersion())
                .update();
          }
          return jdbc.sql(
                  """
                  insert into push.webhook_cursor
                      (webhook, owner, enabled_version, enabled_position, sequence)
                  values (?, ?, ?, ?, ?) on conflict do nothing
                  """)
              .params(webhook.id(), webhook.owner(), webhook.enabledVersion(), position, sequence)
              .update();
        });
  }

  /**
   * Stores a delivery for each of the notifications, and moves the cursor, unless another process
   * has moved it.
   *
   * @param last the number that the cursor moves to
   * @return whether it was moved
   */
  boolean enqueue(Cursor cursor, long last, List<NotificationView> news) {
    return Boolean.TRUE.equals(
        transactions.execute(
            transaction -> {
              int moved =
                  jdbc.sql(
                          """
                          update push.webhook_cursor set sequence = ?
                          where webhook = ? and enabled_version = ? and sequence = ?
                          """)
                      .params(last, cursor.webhook(), cursor.enabledVersion(), cursor.sequence())
                      .update();
              if (moved == 1 && !news.isEmpty()) {
                insert(
                    cursor,
                    news.stream().map(it -> UUID.fromString(it.id())).toArray(UUID[]::new),
                    news.stream().map(NotificationView::sequence).toArray(Long[]::new),
                    news.stream().map(NotificationView::type).toArray(String[]::new));
              }
              return moved == 1;
            }));
  }

  /** Stores a delivery of a test. */
  void addTest(Cursor cursor) {
    locked(
        cursor.webhook(),
        () -> {
          insert(
              cursor,
              new UUID[] {UUID.randomUUID()},
              new Long[] {null},
              new String[] {Delivery.TEST});
          return null;
        });
  }

  /** A notification has another number if its inbox was lost and built again. */
  private void insert(Cursor cursor, UUID[] notifications, Long[] sequences, String[] types) {
    OffsetDateTime now = at(now());
    jdbc.sql(
            """
            insert into push.delivery (id, webhook, owner, notification, sequence, type, state, attempts,
                                       created_at, next_attempt_at)
            select id, ?, ?, notification, sequence, type, 'PENDING', 0, ?, ?
            from unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::text[]) as new (id, notification, sequence, type)
            on conflict (webhook, notification) do update set sequence = excluded.sequence
            """)
        .params(
            cursor.webhook(),
            cursor.owner(),
            now,
            now,
            Stream.generate(UUID::randomUUID).limit(notifications.length).toArray(UUID[]::new),
            notifications,
            sequences,
            types)
        .update();
    due(cursor.webhook(), now);
  }

  private void due(UUID webhook, OffsetDateTime when) {
    jdbc.sql("update push.webhook_cursor set due_at = least(due_at, ?) where webhook = ?")
        .params(when, webhook)
        .update();
  }

  /** Claims the webhook that has been due for the longest time, unless its owner is among these. */
  Optional<Claim> claim(Collection<UUID> busyOwners, Duration lease) {
    Instant now = now();
    Instant until = now.plus(lease);
    return jdbc.sql(
            """
            update push.webhook_cursor set claimed_until = ?
            where webhook = (
                select webhook from push.webhook_cursor
                where due_at <= ? and (claimed_until is null or claimed_until <= ?) and owner <> all(?)
                order by due_at limit 1 for update skip locked)
            returning webhook, owner
            """)
        .params(at(until), at(now), at(now), busyOwners.toArray(UUID[]::new))
        .query(
            (row, number) ->
                new Claim(
                    row.getObject("webhook", UUID.class),
                    row.getObject("owner", UUID.class),
                    until))
        .optional();
  }

  /**
   * Ends a claim.
   *
   * @param notBefore the earliest time of the next attempt
   * @return the time of the next attempt; empty if no delivery is pending, or the claim had ended
   */
  Optional<Instant> release(Claim claim, Instant notBefore) {
    return locked(
        claim.webhook(),
        () ->
            jdbc.sql(
                    """
                    update push.webhook_cursor
                    set claimed_until = null,
                        due_at = (select greatest(next_attempt_at, ?) from push.delivery
                                  where webhook = ? and state = 'PENDING' order by next_attempt_at limit 1)
                    where webhook = ? and claimed_until = ?
                    returning due_at
                    """)
                .params(at(notBefore), claim.webhook(), claim.webhook(), at(claim.until()))
                .query((row, number) -> Optional.ofNullable(instant(row, "due_at")))
                .optional()
                .flatMap(due -> due));
  }

  /** Returns the pending delivery of a webhook that has been due for the longest time. */
  Optional<Delivery> firstDue(UUID webhook) {
    return jdbc.sql(
            """
            select id, webhook, owner, notification, sequence, type, attempts, created_at
            from push.delivery where webhook = ? and state = 'PENDING' and next_attempt_at <= ?
            order by next_attempt_at, sequence limit 1
            """)
        .params(webhook, at(now()))
        .query(
            (row, number) ->
                new Delivery(
                    row.getObject("id", UUID.class),
                    row.getObject("webhook", UUID.class),
                    row.getObject("owner", UUID.class),
                    row.getObject("notification", UUID.class),
                    row.getObject("sequence", Long.class),
                    row.getString("type"),
                    row.getInt("attempts"),
                    instant(row, "created_at")))
        .optional();
  }

  /**
   * Records an attempt, unless it was recorded or the delivery has ended.
   *
   * @param next the time of the next attempt; null if there is none
   */
  void recordAttempt(Delivery delivery, Answer answer, Instant startedAt, @Nullable Instant next) {
    Delivery.State state =
        answer.isSuccess()
            ? Delivery.State.DELIVERED
            : next == null ? Delivery.State.FAILED : Delivery.State.PENDING;
    locked(
        delivery.webhook(),
        () -> {
          int recorded =
              jdbc.sql(
                      """
                      update push.delivery
                      set state = ?, attempts = attempts + 1, response_status = ?, error = ?,
                          last_attempt_at = ?, next_attempt_at = ?
                      where id = ? and attempts = ? and state = 'PENDING'
                      """)
                  .params(
                      state.name(),
                      answer.status(),
                      answer.error(),
                      at(startedAt),
                      next == null ? null : at(next),
                      delivery.id(),
                      delivery.attempts())
                  .update();
          return recorded == 0
              ? 0
              : jdbc.sql(
                      """
                      update push.webhook_cursor
                      set failing_since = case when ? then null else coalesce(failing_since, ?) end
                      where webhook = ?
                      """)
                  .params(answer.isSuccess(), at(startedAt), delivery.webhook())
                  .update();
        });
  }

  /** Ends a delivery that cannot be sent. */
  void fail(Delivery delivery, String error) {
    locked(
        delivery.webhook(),
        () ->
            jdbc.sql(
                    """
                    update push.delivery set state = 'FAILED', error = ?, next_attempt_at = null
                    where id = ? and state = 'PENDING'
                    """)
                .params(error, delivery.id())
                .update());
  }

  /** Requests that a webhook is disabled, if this version still is the one that enabled it. */
  void pause(UUID webhook, long enabledVersion, String reason) {
    jdbc.sql(
            """
            insert into push.webhook_pause (webhook, enabled_version, reason, created_at) values (?, ?, ?, ?)
            on conflict (webhook) do update
            set enabled_version = excluded.enabled_version, reason = excluded.reason,
                created_at = excluded.created_at
            where push.webhook_pause.enabled_version < excluded.enabled_version
            """)
        .params(webhook, enabledVersion, reason, at(now()))
        .update();
  }

  /** Forgets how long a webhook that rests has been failing. */
  void rest(UUID webhook) {
    jdbc.sql("update push.webhook_cursor set failing_since = null where webhook = ?")
        .param(webhook)
        .update();
  }

  /** Ends the pending deliveries of a webhook. */
  void failPending(UUID webhook) {
    locked(webhook, () -> failAll(webhook));
  }

  /** Ends the pending deliveries of a webhook that is disabled, and the request to disable it. */
  void end(UUID webhook) {
    locked(
        webhook,
        () -> {
          failAll(webhook);
          jdbc.sql("delete from push.webhook_pause where webhook = ?").param(webhook).update();
          return jdbc.sql(
                  """
                  update push.webhook_cursor set due_at = null, failing_since = null where webhook = ?
                  """)
              .param(webhook)
              .update();
        });
  }

  private int failAll(UUID webhook) {
    return inChunks(
        """
        update push.delivery set state = 'FAILED', error = ?, next_attempt_at = null
        where id in (select id from push.delivery where webhook = ? and state = 'PENDING' limit %d)
        """,
        DISABLED, webhook);
  }

  /** Removes all that is stored of a webhook that does not exist. */
  void remove(UUID webhook) {
    inChunks(
        """
        delete from push.delivery where id in (select id from push.delivery where webhook = ? limit %d)
        """,
        webhook);
    jdbc.sql("delete from push.webhook_pause where webhook = ?").param(webhook).update();
    jdbc.sql("delete from push.webhook_cursor where webhook = ?").param(webhook).update();
  }

  /** Removes the deliveries that have been kept long enough. */
  void removeOld() {
    inChunks(
        """
        delete from push.delivery where id in (select id from push.delivery where created_at < ? limit %d)
        """,
        at(now().minus(KEPT)));
  }

  private int inChunks(String change, Object... values) {
    int all = 0;
    int changed;
    do {
      changed = jdbc.sql(change.formatted(CHUNK)).params(values).update();
      all += changed;
    } while (changed == CHUNK);
    return all;
  }

  /** Returns how long the first delivery that is due has been waiting. */
  Duration lag() {
    Instant now = now();
    return jdbc.sql("select min(due_at) as first from push.webhook_cursor where due_at <= ?")
        .param(at(now))
        .query((row, number) -> Optional.ofNullable(instant(row, "first")))
        .single()
        .map(first -> Duration.between(first, now))
        .orElse(Duration.ZERO);
  }

  /** Returns a page of the deliveries of a webhook, newest first. */
  Page<DeliveryView> page(UUID webhook, Paging paging) {
    long total =
        jdbc.sql("select count(*) from push.delivery where webhook = ?")
            .param(webhook)
            .query(Long.class)
            .single();
    List<DeliveryView> content =
        jdbc.sql(
                """
                select id, sequence, type, attempts, state, response_status, error, last_attempt_at,
                       next_attempt_at
                from push.delivery where webhook = ?
                order by created_at desc, sequence desc, id desc limit ? offset ?
                """)
            .params(webhook, paging.size(), paging.offset())
            .query(
                (row, number) ->
                    new DeliveryView(
                        row.getObject("id", UUID.class),
                        row.getObject("sequence", Long.class),
                        row.getString("type"),
                        row.getInt("attempts"),
                        Delivery.State.valueOf(row.getString("state")),
                        row.getObject("response_status", Integer.class),
                        row.getString("error"),
                        instant(row, "last_attempt_at"),
                        instant(row, "next_attempt_at")))
            .list();
    return Page.of(content, paging, total);
  }

  /**
   * Makes a failed delivery pending, if its webhook is enabled.
   *
   * @throws Refusal {@code not-found}, {@code not-failed}
   */
  void retry(UUID webhook, UUID delivery, boolean enabled) {
    locked(
        webhook,
        () -> {
          String state =
              jdbc.sql("select state from push.delivery where id = ? and webhook = ?")
                  .params(delivery, webhook)
                  .query(String.class)
                  .optional()
                  .orElseThrow(Refusal::notFound);
          if (!state.equals(Delivery.State.FAILED.name())) {
            throw new Refusal(Problem.NOT_FAILED, "The delivery has the state " + state + ".");
          }
          if (!enabled) {
            return jdbc.sql("update push.delivery set error = ? where id = ?")
                .params(DISABLED, delivery)
                .update();
          }
          OffsetDateTime now = at(now());
          due(webhook, now);
          return jdbc.sql(
                  "update push.delivery set state = 'PENDING', next_attempt_at = ? where id = ?")
              .params(now, delivery)
              .update();
        });
  }

  private <T> T locked(UUID webhook, Supplier<T> change) {
    return transactions.execute(
        transaction -> {
          jdbc.sql("select 1 from push.webhook_cursor where webhook = ? for update")
              .param(webhook)
              .query(row -> {});
          return change.get();
        });
  }

  // As exact as PostgreSQL stores it.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(UTC);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime stored = row.getObject(column, OffsetDateTime.class);
    return stored == null ? null : stored.toInstant();
  }
}
