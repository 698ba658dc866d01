package dev.annals.benchmark;

import static dev.annals.benchmark.Contestant.Kind.PEER;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The ceiling for changes: one insert a transaction into a copy of the events' table, of an event
 * of a note. By pgbench where it is installed, else over JDBC.
 */
final class Inserts {

  private final Bench bench;
  private final String name;
  private final String statement;
  private final boolean pgbench = Tools.has("pgbench");

  /** Creates the table in the database of the first build of Annals, which has events of notes. */
  Inserts(Bench bench, List<Contestant> contestants) throws Exception {
    this.bench = bench;
    name =
        contestants.stream()
            .filter(contestant -> contestant.kind() != PEER)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no build of Annals was chosen"))
            .name();
    Database database = bench.database();
    database.execute(
        name,
        """
        create schema if not exists ceiling;
        create table if not exists ceiling.domain_event_entry (like events.domain_event_entry including all)
        """);
    String sample =
        "select encode(%s, 'hex') from events.domain_event_entry where type = 'Note' order by"
            + " global_index desc limit 1";
    statement =
        """
        insert into ceiling.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type, time_stamp,\
         payload_type, payload_revision, payload, meta_data)\
         values (gen_random_uuid()::text, gen_random_uuid()::text, 0, 'Note', '2026-01-01T00:00:00.000Z', 'NoteCreated', '1',\
         decode('%s', 'hex'), decode('%s', 'hex'))\
        """
            .formatted(
                database.ask(name, sample.formatted("payload")),
                database.ask(name, sample.formatted("meta_data")));
  }

  String label(int clients) {
    return "%s, one insert a transaction, %s"
        .formatted(pgbench ? "pgbench" : "JDBC", clients == 1 ? "1 client" : clients + " clients");
  }

  /** Measures inserts a second. */
  double rate(int clients) throws Exception {
    Duration duration = bench.options().measured();
    return pgbench ? byPgbench(clients, duration) : overJdbc(clients, duration);
  }

  private double byPgbench(int clients, Duration duration) throws Exception {
    Path script = Files.writeString(bench.folder().resolve("insert.sql"), statement + ";\n");
    List<String> lines =
        Tools.run(
            List.of(
                "pgbench",
                "--no-vacuum",
                "--protocol=prepared",
                "--file=" + script,
                "--client=" + clients,
                "--jobs=" + Math.min(2, clients),
                "--time=" + duration.toSeconds()),
            bench.database().clientVariables(name),
            line -> {});
    String tps = lines.stream().filter(line -> line.startsWith("tps = ")).findFirst().orElseThrow();
    return Double.parseDouble(tps.split(" ", -1)[2]);
  }

  private double overJdbc(int clients, Duration duration) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      long end = System.nanoTime() + duration.toNanos();
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        tasks.add(
            () -> {
              long count = 0;
              try (Connection connection = bench.database().connect(name);
                  PreparedStatement insert = connection.prepareStatement(statement)) {
                for (; System.nanoTime() < end; count++) {
                  insert.execute();
                }
              }
              return count;
            });
      }
      long sum = 0;
      for (Future<Long> done : threads.invokeAll(tasks)) {
        sum += done.get();
      }
      return sum / (duration.toNanos() / 1e9);
    } finally {
      threads.shutdownNow();
    }
  }
}
