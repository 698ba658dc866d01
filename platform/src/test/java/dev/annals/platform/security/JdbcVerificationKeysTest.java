package dev.annals.platform.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.platform.sample.Tokens;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class JdbcVerificationKeysTest {

  private static final Instant START = Instant.parse("2026-11-22T05:50:00Z");

  private static EmbeddedPostgres postgres;
  private static JdbcClient jdbc;

  private final Moving clock = new Moving();
  private final JdbcVerificationKeys keys = new JdbcVerificationKeys(jdbc, clock);

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    jdbc = JdbcClient.create(postgres.getPostgresDatabase());
    jdbc.sql("create schema identity").update();
    jdbc.sql(
            "create table identity.signing_key (kid text primary key, public_key bytea not null,"
                + " purpose text not null, not_after timestamptz)")
        .update();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("delete from identity.signing_key").update();
  }

  @Test
  void a_key_for_tokens_is_found() {
    store("a", "token", null);
    assertThat(keys.find("a")).contains(Tokens.PUBLIC_KEY);
  }

  @Test
  void a_key_for_something_else_is_not() {
    store("a", "tree-head", null);
    assertThat(keys.find("a")).isEmpty();
  }

  @Test
  void a_key_ends_with_its_time() {
    store("a", "token", START.plusSeconds(10));
    assertThat(keys.find("a")).isPresent();
    clock.now = START.plusSeconds(10);
    assertThat(keys.find("a")).isEmpty();
  }

  @Test
  void a_key_that_was_made_a_moment_ago_is_found() {
    assertThat(keys.find("a")).isEmpty();
    store("a", "token", null);
    assertThat(keys.find("a")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\u0000", "ä", "../a"})
  void what_cannot_be_a_name_is_not_looked_up(String name) {
    assertThat(keys.find(name)).isEmpty();
    assertThat(keys.find("a".repeat(65))).isEmpty();
  }

  @Test
  void a_key_that_is_gone_is_forgotten_within_a_minute() {
    store("a", "token", null);
    assertThat(keys.find("a")).isPresent();
    empty();
    assertThat(keys.find("a")).isPresent();
    clock.now = START.plusSeconds(61);
    await().untilAsserted(() -> assertThat(keys.find("a")).isEmpty());
  }

  @Test
  void a_key_that_nobody_asked_for_in_ten_minutes_is_forgotten() {
    store("a", "token", null);
    assertThat(keys.find("a")).isPresent();
    empty();
    clock.now = START.plusSeconds(601);
    assertThat(keys.find("a")).isEmpty();
  }

  @Test
  void a_known_key_goes_on_while_the_database_is_away() {
    store("a", "token", null);
    assertThat(keys.find("a")).isPresent();
    jdbc.sql("alter table identity.signing_key rename to away").update();
    try {
      clock.now = START.plusSeconds(61);
      assertThat(keys.find("a")).isPresent();
    } finally {
      jdbc.sql("alter table identity.away rename to signing_key").update();
    }
  }

  private static void store(String kid, String purpose, Instant notAfter) {
    jdbc.sql("insert into identity.signing_key values (?, ?, ?, ?)")
        .param(kid)
        .param(Tokens.PUBLIC_KEY.getEncoded())
        .param(purpose)
        .param(notAfter == null ? null : OffsetDateTime.ofInstant(notAfter, ZoneOffset.UTC))
        .update();
  }

  /** A clock that a test moves. */
  private static final class Moving extends Clock {

    private volatile Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
