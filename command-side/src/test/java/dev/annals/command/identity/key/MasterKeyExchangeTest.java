package dev.annals.command.identity.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.security.Role;
import dev.annals.command.Database;
import dev.annals.command.identity.People;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.session.Sessions;
import dev.annals.eventstore.crypto.SigningKeys;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.security.AccessTokens;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Exchanges the master key while a user is signed in. */
class MasterKeyExchangeTest {

  private static final String NEXT = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

  private final Database database = Database.create();
  private final JdbcClient jdbc = database.jdbc();

  @Test
  void sealsAllKeysUnderTheNewMasterKeyAndVerifiesOldTokens() {
    UUID user;
    Sessions.Open session;
    String token;
    try (ConfigurableApplicationContext before = database.start()) {
      user = People.register(before, "anna@example.org");
      session =
          before
              .getBean(Sessions.class)
              .open(before.getBean(Accounts.class).find(user).orElseThrow(), "Test");
      token =
          before.getBean(TokenIssuer.class).issue(user, session.sessionId(), EnumSet.of(Role.USER));
      before.getBean(SigningKeys.class).sealing();
    }
    // More than a page.
    MasterKey first = new MasterKey(Database.MASTER_KEY);
    UUID[] others = Stream.generate(UUID::randomUUID).limit(600).toArray(UUID[]::new);
    jdbc.sql(
            """
            insert into identity.subject_key (subject, sealed_key)
            select * from unnest(?::uuid[], ?::bytea[])
            """)
        .params(
            others,
            Stream.of(others)
                .map(other -> first.seal(new byte[32], "subject/" + other))
                .toArray(byte[][]::new))
        .update();

    try (ConfigurableApplicationContext both =
        database.start(
            "--annals.master-key=" + NEXT, "--annals.master-key-previous=" + Database.MASTER_KEY)) {
      assertThat(both.getBean(Users.class).find(user).displayName()).isEqualTo("Anna");
      assertThat(both.getBean(AccessTokens.class).bearer("Bearer " + token)).isPresent();
      assertThat(both.getBean(SigningKeys.class).published()).hasSize(2);
    }

    MasterKey next = new MasterKey(NEXT);
    Map<String, byte[]> sealed =
        sealed(
            """
            select 'subject/' || subject, sealed_key from identity.subject_key
            union all select 'signing/' || kid, sealed_private_key from identity.signing_key
            """);
    assertThat(sealed).hasSize(603);
    sealed.forEach(
        (purpose, key) -> {
          assertThat(next.open(key, purpose)).isNotEmpty();
          assertThatThrownBy(() -> first.open(key, purpose))
              .isInstanceOf(IllegalStateException.class);
        });
    assertThat(next.open(sealed.get("subject/" + others[0]), "subject/" + others[0]))
        .isEqualTo(new byte[32]);
  }

  private Map<String, byte[]> sealed(String query) {
    Map<String, byte[]> sealed = new HashMap<>();
    jdbc.sql(query)
        .query(
            row -> {
              sealed.put(row.getString(1), row.getBytes(2));
            });
    return sealed;
  }
}
