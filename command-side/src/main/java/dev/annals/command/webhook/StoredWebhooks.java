package dev.annals.command.webhook;

import dev.annals.base.problem.Refusal;
import dev.annals.command.CommandProblem;
import dev.annals.command.identity.Users;
import dev.annals.events.webhook.WebhookDisabled;
import dev.annals.events.webhook.WebhookValues;
import dev.annals.eventstore.storage.SubjectCipher;
import dev.annals.eventstore.storage.SubjectKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The rows of webhooks in {@code identity.webhook}, which the query side reads. Changes are part of
 * the current transaction, which stores the event. Addresses, descriptions and secrets are
 * encrypted under the key of the owner. Only the row has secrets.
 */
@Component
class StoredWebhooks {

  private static final int MAX_WEBHOOKS = 10;
  private static final int SECRET_BYTES = 32;
  private static final Duration ROTATION = Duration.ofHours(24);
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String SELECT =
      """
      select id, owner, url, description, types, enabled, disabled_reason, version, enabled_version, created_at
      from identity.webhook where owner = ?\s""";

  private final JdbcClient jdbc;
  private final Users users;
  private final SubjectCipher cipher;
  private final Clock clock;

  StoredWebhooks(JdbcClient jdbc, Users users, SubjectKeys keys, Clock clock) {
    this.jdbc = jdbc;
    this.users = users;
    this.cipher = new SubjectCipher(keys);
    this.clock = clock;
  }

  /**
   * Locks the account of the owner, and requires that the session of the command has not ended. The
   * receiver's name may have been looked up for seconds since the session was checked.
   *
   * @param session null for a command of the program
   * @throws Refusal {@code unauthorized} if the session has ended
   */
  void hold(UUID owner, @Nullable String session) {
    users.hold(owner, session);
  }

  /**
   * Requires that the owner has room for another webhook. The account is locked.
   *
   * @throws Refusal {@code too-many-webhooks}
   */
  void requireRoom(UUID owner) {
    int count =
        jdbc.sql("select count(*) from identity.webhook where owner = ?")
            .param(owner)
            .query(Integer.class)
            .single();
    if (count >= MAX_WEBHOOKS) {
      throw new Refusal(
          CommandProblem.TOO_MANY_WEBHOOKS,
          "A user has at most " + MAX_WEBHOOKS + " webhooks. Delete one first.");
    }
  }

  /** Inserts a row with a new secret, and returns the secret as clients see it. */
  String insert(StoredWebhook webhook) {
    byte[] secret = secret();
    values(
            """
            insert into identity.webhook (id, owner, url, description, types, enabled, disabled_reason, version,
                                          enabled_version, created_at, secret)
            values (:id, :owner, :url, :description, :types, :enabled, :reason, :version, :enabledVersion,
                    :createdAt, :secret)
            """,
            webhook)
        .param("owner", webhook.owner())
        .param("createdAt", webhook.createdAt().atOffset(ZoneOffset.UTC))
        .param("secret", encrypt(webhook, "secret", secret))
        .update();
    return shown(secret);
  }

  void update(StoredWebhook webhook) {
    values(
            """
            update identity.webhook
            set url = :url, description = :description, types = :types, enabled = :enabled,
                disabled_reason = :reason, version = :version, enabled_version = :enabledVersion
            where id = :id
            """,
            webhook)
        .update();
  }

  /**
   * Replaces the secret, and returns the new one as clients see it. For 24 hours deliveries are
   * signed with the former one, too.
   */
  String rotateSecret(StoredWebhook webhook) {
    byte[] secret = secret();
    jdbc.sql(
            """
            update identity.webhook
            set previous_secret = secret, previous_until = :until, secret = :secret, version = :version
            where id = :id
            """)
        .param("until", OffsetDateTime.now(clock).plus(ROTATION))
        .param("secret", encrypt(webhook, "secret", secret))
        .param("version", webhook.version())
        .param("id", webhook.id())
        .update();
    return shown(secret);
  }

  void delete(UUID id) {
    jdbc.sql("delete from identity.webhook where id = ?").param(id).update();
  }

  Optional<StoredWebhook> find(UUID owner, UUID id) {
    return jdbc.sql(SELECT + "and id = ?")
        .params(owner, id)
        .query((row, number) -> read(row))
        .optional();
  }

  /** Returns the owner's webhooks, the oldest first. */
  List<StoredWebhook> of(UUID owner) {
    return jdbc.sql(SELECT + "order by created_at, id")
        .param(owner)
        .query((row, number) -> read(row))
        .list();
  }

  private JdbcClient.StatementSpec values(String sql, StoredWebhook webhook) {
    List<String> types = webhook.values().types();
    return jdbc.sql(sql)
        .param("id", webhook.id())
        .param("url", encrypt(webhook, "url", webhook.values().url()))
        .param("description", encrypt(webhook, "description", webhook.values().description()))
        .param("types", types == null ? null : types.toArray(String[]::new))
        .param("enabled", webhook.enabled())
        .param("reason", name(webhook.disabledReason()))
        .param("version", webhook.version())
        .param("enabledVersion", webhook.enabledVersion());
  }

  private StoredWebhook read(ResultSet row) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    UUID owner = row.getObject("owner", UUID.class);
    Array types = row.getArray("types");
    return new StoredWebhook(
        id,
        owner,
        new WebhookValues(
            decrypt(owner, place(id, "url"), row.getBytes("url")),
            types == null ? null : List.of((String[]) types.getArray()),
            decrypt(owner, place(id, "description"), row.getBytes("description"))),
        row.getBoolean("enabled"),
        reason(row.getString("disabled_reason")),
        row.getLong("version"),
        row.getLong("enabled_version"),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }

  static WebhookDisabled.@Nullable Reason reason(@Nullable String name) {
    return name == null ? null : WebhookDisabled.Reason.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static @Nullable String name(WebhookDisabled.@Nullable Reason reason) {
    return reason == null ? null : reason.name().toLowerCase(Locale.ROOT);
  }

  private byte[] encrypt(StoredWebhook webhook, String column, String text) {
    return encrypt(webhook, column, text.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] encrypt(StoredWebhook webhook, String column, byte[] value) {
    return cipher.encrypt(webhook.owner(), place(webhook.id(), column), value);
  }

  private String decrypt(UUID owner, String place, byte[] stored) {
    // The owner may have been erased since the row was read.
    return new String(
        cipher.decrypt(owner, place, stored).orElseThrow(Refusal::notFound),
        StandardCharsets.UTF_8);
  }

  /** Returns the place of a cipher text. A former secret keeps that of the current one. */
  private static String place(UUID id, String column) {
    return "webhook/" + id + "/" + column;
  }

  private static byte[] secret() {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return secret;
  }

  /** Returns a secret in the form of Standard Webhooks 1.0. */
  private static String shown(byte[] secret) {
    return "whsec_" + Base64.getEncoder().encodeToString(secret);
  }
}
