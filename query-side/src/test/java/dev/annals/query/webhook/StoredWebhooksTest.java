package dev.annals.query.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.eventstore.storage.SubjectCipher;
import dev.annals.http.security.TestTokens;
import dev.annals.push.webhook.Webhook;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/** The rows of the command side, in its own tables. */
class StoredWebhooksTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final UUID ALL = new UUID(2, 1);
  private static final UUID SOME = new UUID(2, 2);
  private static final UUID OFF = new UUID(2, 3);
  private static final UUID BENS = new UUID(0x80, 1);
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final byte[] SECRET = bytes("the secret of today");
  private static final byte[] FORMER = bytes("the secret of yesterday");

  private static EmbeddedPostgres postgres;
  private static JdbcClient jdbc;

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final StoredSubjectKeys keys = new StoredSubjectKeys(jdbc, TestTokens.MASTER_KEY, clock);
  private final StoredWebhooks webhooks = new StoredWebhooks(jdbc, keys, clock);

  @BeforeAll
  static void startPostgres() throws Exception {
    postgres = EmbeddedPostgres.start();
    jdbc = JdbcClient.create(postgres.getPostgresDatabase());
    ResourceDatabasePopulator schema =
        new ResourceDatabasePopulator(
            Stream.of("V1__events_and_identity", "V2__accounts_and_their_sessions", "V22__webhooks")
                .map("../command-side/src/main/resources/db/migration/%s.sql"::formatted)
                .map(FileSystemResource::new)
                .toArray(Resource[]::new));
    schema.setSeparator(ScriptUtils.EOF_STATEMENT_SEPARATOR);
    schema.execute(postgres.getPostgresDatabase());
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void insert() {
    jdbc.sql("truncate identity.webhook, identity.account, identity.subject_key").update();
    keys.create(ANN);
    keys.create(BEN);
    account(ANN, true);
    account(BEN, false);
    insert(ALL, ANN, null, true, null);
    insert(SOME, ANN, List.of("A", "B"), true, NOW.plusMillis(1));
    insert(OFF, ANN, null, false, NOW);
    insert(BENS, BEN, null, true, null);
  }

  @Test
  void readsTheWebhooksOfSomeUsers() {
    assertThat(webhooks.of(Set.of(ANN)))
        .containsExactlyInAnyOrder(
            new Webhook(ALL, ANN, null, Webhook.State.ENABLED, 7),
            new Webhook(SOME, ANN, Set.of("A", "B"), Webhook.State.ENABLED, 7),
            new Webhook(OFF, ANN, null, Webhook.State.DISABLED, 7));
    assertThat(webhooks.of(Set.of(BEN, new UUID(9, 9))))
        .as("the owner is disabled")
        .containsExactly(new Webhook(BENS, BEN, null, Webhook.State.RESTING, 7));
    jdbc.sql("delete from identity.account").update();
    assertThat(webhooks.find(Set.of(ALL, new UUID(9, 9))))
        .as("the owner has no account")
        .containsExactly(new Webhook(ALL, ANN, null, Webhook.State.RESTING, 7));
  }

  @Test
  void readsAllInPieces() {
    assertThat(webhooks.after(new UUID(0, 0), 2))
        .extracting(Webhook::id)
        .containsExactly(ALL, SOME);
    assertThat(webhooks.after(SOME, 2)).extracting(Webhook::id).containsExactly(OFF, BENS);
    assertThat(webhooks.after(BENS, 2)).isEmpty();
  }

  @Test
  void decryptsTheAddressAndTheKeysThatSign() {
    var target = webhooks.target(ALL).orElseThrow();
    assertThat(target.url()).isEqualTo(URI.create("https://example.org/" + ALL));
    assertThat(target.keys()).containsExactly(SECRET);
    assertThat(webhooks.target(SOME).orElseThrow().keys()).containsExactly(SECRET, FORMER);
    assertThat(webhooks.target(OFF).orElseThrow().keys())
        .as("the former secret has ended")
        .containsExactly(SECRET);
    assertThat(webhooks.target(new UUID(9, 9))).isEmpty();
  }

  @Test
  void knowsNoAddressOfAnErasedUser() {
    keys.destroy(ANN);
    keys.evictAll();

    assertThat(webhooks.target(ALL)).isEmpty();
    assertThat(webhooks.target(BENS)).isPresent();
  }

  private static void account(UUID user, boolean enabled) {
    jdbc.sql(
            """
            insert into identity.account (user_id, password_hash, roles, enabled, created_at)
            values (?, '', '{USER}', ?, now())
            """)
        .params(user, enabled)
        .update();
  }

  private void insert(
      UUID id,
      UUID owner,
      @Nullable List<String> types,
      boolean enabled,
      @Nullable Instant previousUntil) {
    jdbc.sql(
            """
            insert into identity.webhook (id, owner, url, description, types, enabled, version, enabled_version,
                                          created_at, secret, previous_secret, previous_until)
            values (?, ?, ?, '', ?, ?, 8, 7, now(), ?, ?, ?)
            """)
        .params(
            id,
            owner,
            encrypted(owner, id, "url", bytes("https://example.org/" + id)),
            types == null ? null : types.toArray(String[]::new),
            enabled,
            encrypted(owner, id, "secret", SECRET),
            previousUntil == null ? null : encrypted(owner, id, "secret", FORMER),
            previousUntil == null ? null : OffsetDateTime.ofInstant(previousUntil, ZoneOffset.UTC))
        .update();
  }

  private byte[] encrypted(UUID owner, UUID id, String column, byte[] value) {
    return new SubjectCipher(keys).encrypt(owner, "webhook/" + id + "/" + column, value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
