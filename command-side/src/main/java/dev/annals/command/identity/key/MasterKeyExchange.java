package dev.annals.command.identity.key;

import dev.annals.http.crypto.MasterKey;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Seals the stored keys under the current master key if the previous one is configured, too, at
 * each start. An update requires that a key has not changed since it was read, so several processes
 * can run it concurrently, and each key opens with one of the two master keys at any time.
 */
@Component
record MasterKeyExchange(JdbcClient jdbc, TransactionTemplate transactions, MasterKey masterKey)
    implements ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(MasterKeyExchange.class);
  private static final int PAGE = 500;

  private static final List<Column> SEALED =
      List.of(
          new Column(
              "identity.subject_key",
              "subject",
              "uuid",
              "00000000-0000-0000-0000-000000000000",
              "sealed_key",
              "subject/"),
          new Column("identity.signing_key", "kid", "text", "", "sealed_private_key", "signing/"));

  /**
   * A column with sealed keys.
   *
   * @param id the primary key
   * @param least an id below all others
   * @param purpose the prefix of the purpose that a key is sealed for; its id follows
   */
  private record Column(
      String table, String id, String type, String least, String name, String purpose) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Sealed(String id, byte[] key) {}

  @Override
  public void run(ApplicationArguments arguments) {
    if (masterKey.hasPrevious()) {
      SEALED.forEach(this::renew);
    }
  }

  private void renew(Column column) {
    int renewed = 0;
    String last = column.least();
    List<Sealed> page;
    do {
      page = page(column, last);
      renewed += renew(column, page);
      last = page.isEmpty() ? last : page.get(page.size() - 1).id();
    } while (page.size() == PAGE);
    log.info("Sealed {} keys of {} under annals.master-key", renewed, column.table());
  }

  private int renew(Column column, List<Sealed> page) {
    String update =
        "update %s set %s = ? where %s = ?::%s and %2$s = ?"
            .formatted(column.table(), column.name(), column.id(), column.type());
    return transactions.execute(
        status ->
            page.stream()
                .mapToInt(
                    each ->
                        reseal(column, each)
                            .map(
                                key -> jdbc.sql(update).params(key, each.id(), each.key()).update())
                            .orElse(0))
                .sum());
  }

  private Optional<byte[]> reseal(Column column, Sealed stored) {
    try {
      return masterKey.reseal(stored.key(), column.purpose() + stored.id());
    } catch (IllegalStateException neither) {
      log.error("{}: {} of {}", neither.getMessage(), stored.id(), column.table());
      return Optional.empty();
    }
  }

  private List<Sealed> page(Column column, String after) {
    return jdbc.sql(
            "select %2$s::text, %4$s from %1$s where %2$s > ?::%3$s order by %2$s limit ?"
                .formatted(column.table(), column.id(), column.type(), column.name()))
        .params(after, PAGE)
        .query((row, number) -> new Sealed(row.getString(1), row.getBytes(2)))
        .list();
  }
}
