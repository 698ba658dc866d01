package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Searches the history and the log for the passwords, hashes and tokens of all other tests; runs
 * last.
 */
@Order(Integer.MAX_VALUE)
@ExtendWith(Deployment.class)
class SecretsIT {

  /** The parts of tokens and hashes. */
  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9_$./+-]{20,}+=*");

  private final Annals annals;
  private final Database database;

  SecretsIT(Annals annals, Database database) {
    assumeThat(annals.output()).isPresent();
    this.annals = annals;
    this.database = database;
    annals.newUser();
  }

  @Test
  void doNotAppearInEventsSnapshotsJobsAndSagas() {
    List<String> rows =
        database
            .jdbc()
            .sql(
                """
                select convert_from(payload, 'UTF8') || convert_from(meta_data, 'UTF8')
                from events.domain_event_entry
                union all
                select convert_from(payload, 'UTF8') || convert_from(meta_data, 'UTF8')
                from events.snapshot_event_entry
                union all
                select convert_from(task_data, 'UTF8') from events.scheduled_tasks
                union all
                select convert_from(serialized_saga, 'UTF8') from events.saga_entry
                """)
            .query(String.class)
            .list();
    assertThat(rows).isNotEmpty();
    assertNoSecretIn(String.join("\n", rows));
  }

  @Test
  void doNotAppearInTheLog() {
    assertNoSecretIn(annals.output().orElseThrow().get());
  }

  private void assertNoSecretIn(String text) {
    Set<String> tokensAndHashes = hashes();
    for (String secret : Annals.SECRETS) {
      if (RUN.matcher(secret).matches()) {
        tokensAndHashes.add(secret);
      } else if (secret.strip().length() >= 12) {
        assertThat(text.contains(secret)).as("a password of the tests is there").isFalse();
      }
    }
    assertThat(tokensAndHashes).hasSizeGreaterThan(2);
    Matcher run = RUN.matcher(text);
    while (run.find()) {
      boolean found =
          tokensAndHashes.contains(run.group())
              || Stream.of(run.group().split("/", -1)).anyMatch(tokensAndHashes::contains);
      assertThat(found).as("a token or a hash of the tests is there").isFalse();
    }
  }

  /** Returns the hashes of passwords, and of tokens in each encoding. */
  private Set<String> hashes() {
    Set<String> hashes =
        new HashSet<>(
            database
                .jdbc()
                .sql("select password_hash from identity.account")
                .query(String.class)
                .list());
    Consumer<byte[]> add =
        hash -> {
          hashes.add(HexFormat.of().formatHex(hash));
          hashes.add(Base64.getEncoder().encodeToString(hash));
          hashes.add(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        };
    database
        .jdbc()
        .sql(
            """
            select token_hash from identity.refresh_token
            union all
            select token_hash from identity.reset_token where token_hash is not null
            union all
            select token_hash from identity.verification_token where token_hash is not null
            """)
        .query(byte[].class)
        .list()
        .forEach(add);
    return hashes;
  }
}
