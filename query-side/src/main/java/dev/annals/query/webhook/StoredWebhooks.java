package dev.annals.query.webhook;

import dev.annals.eventstore.storage.SubjectCipher;
import dev.annals.eventstore.storage.SubjectKeys;
import dev.annals.push.webhook.Webhook;
import dev.annals.push.webhook.WebhookSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the webhooks that the command side stores. The keys of their owners decrypt them. */
@Component
final class StoredWebhooks implements WebhookSource {

  private static final String SELECT =
      """
      select id, owner, types, enabled_version,
             case when not webhook.enabled then 'DISABLED' when account.enabled then 'ENABLED' else 'RESTING' end
             as state
      from identity.webhook left join identity.account on user_id = owner where\s""";

  private final JdbcClient jdbc;
  private final SubjectCipher cipher;
  private final Clock clock;

  StoredWebhooks(JdbcClient jdbc, SubjectKeys keys, Clock clock) {
    this.jdbc = jdbc;
    this.cipher = new SubjectCipher(keys);
    this.clock = clock;
  }

  @Override
  public List<Webhook> of(Collection<UUID> owners) {
    return select("owner = any(?)", (Object) owners.toArray(UUID[]::new));
  }

  @Override
  public List<Webhook> find(Collection<UUID> ids) {
    return select("id = any(?)", (Object) ids.toArray(UUID[]::new));
  }

  @Override
  public List<Webhook> after(UUID id, int limit) {
    return select("id > ? order by id limit ?", id, limit);
  }

  private List<Webhook> select(String condition, Object... values) {
    return jdbc.sql(SELECT + condition).params(values).query((row, number) -> webhook(row)).list();
  }

  private static Webhook webhook(ResultSet row) throws SQLException {
    Array types = row.getArray("types");
    return new Webhook(
        row.getObject("id", UUID.class),
        row.getObject("owner", UUID.class),
        types == null ? null : Set.of((String[]) types.getArray()),
        Webhook.State.valueOf(row.getString("state")),
        row.getLong("enabled_version"));
  }

  @Override
  public Optional<Target> target(UUID id) {
    return jdbc.sql(
            """
            select owner, url, secret, case when previous_until > ? then previous_secret end as previous_secret
            from identity.webhook where id = ?
            """)
        .params(OffsetDateTime.now(clock), id)
        .query((row, number) -> target(id, row))
        .optional()
        .flatMap(target -> target);
  }

  private Optional<Target> target(UUID id, ResultSet row) throws SQLException {
    UUID owner = row.getObject("owner", UUID.class);
    Optional<byte[]> url = cipher.decrypt(owner, place(id, "url"), row.getBytes("url"));
    List<byte[]> keys = new ArrayList<>();
    for (String column : List.of("secret", "previous_secret")) {
      byte[] stored = row.getBytes(column);
      if (stored != null) {
        // A former secret was encrypted as the current one.
        cipher.decrypt(owner, place(id, "secret"), stored).ifPresent(keys::add);
      }
    }
    // Without its owner's key a webhook is as good as deleted.
    return url.filter(it -> !keys.isEmpty())
        .map(it -> new Target(URI.create(new String(it, StandardCharsets.UTF_8)), keys));
  }

  private static String place(UUID id, String column) {
    return "webhook/" + id + "/" + column;
  }
}
