package dev.annals.benchmark;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cost of loading an aggregate of many events: an update that changes nothing loads it,
 * decides, and stores nothing. Of a cached aggregate, and of one that is not cached.
 */
final class LongHistory implements Scenario {

  private static final int UPDATES = 200;
  private static final int CHUNK = 1_000;

  /** Makes all processes clear their caches, as the erasure of a user does. */
  private static final String FORGET =
      "notify annals_destroyed_keys, '00000000-0000-0000-0000-000000000000'";

  private static final int HEARD_MILLIS = 20;

  /** Repeats the last event, as further updates would. */
  private static final String MORE =
      """
      insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type, time_stamp,
        payload_type, payload_revision, payload, meta_data)
      select gen_random_uuid()::text, aggregate_identifier, sequence, type, time_stamp, payload_type, payload_revision,
        payload, meta_data
      from (select * from events.domain_event_entry where aggregate_identifier = '%1$s'
            order by sequence_number desc limit 1) last, generate_series(last.sequence_number + 1, %2$d) sequence
      """;

  @Override
  public String run(Bench bench) throws Exception {
    Contestant commands = bench.contestant("commands").orElseThrow();
    Map<Integer, byte[]> updates = new LinkedHashMap<>();
    try (Connection connection = new Connection(commands.port())) {
      for (int events : bench.options().events()) {
        Bench.say("  a note of %d events is made", events);
        byte[] update = ofSoManyEvents(bench, commands, events, connection);
        bench.rest(commands);
        // The first update loads all events and starts a snapshot.
        connection.send(update).expect(200);
        bench.rest(commands);
        updates.put(events, update);
      }
      return measured(bench, commands, connection, updates);
    }
  }

  /** Creates a note of a number of events, and returns an update of it that changes nothing. */
  static byte[] ofSoManyEvents(
      Bench bench, Contestant contestant, int events, Connection connection)
      throws IOException, SQLException {
    String user = Bench.user(0);
    String note = connection.send(contestant.create(user)).expect(201).header("Location");
    byte[] update = contestant.update(user, note);
    connection.send(update).expect(200);
    String id = note.substring(note.lastIndexOf('/') + 1);
    // Each event of a transaction updates the head of its aggregate once more.
    for (int last = CHUNK; last < events - 1 + CHUNK; last += CHUNK) {
      bench.database().execute(contestant.name(), MORE.formatted(id, Math.min(last, events - 1)));
    }
    return update;
  }

  private static String measured(
      Bench bench, Contestant commands, Connection connection, Map<Integer, byte[]> updates)
      throws Exception {
    int rounds = bench.options().rounds();
    Ratios kept = new Ratios(rounds);
    Ratios loaded = new Ratios(rounds);
    for (int round = 0; round < rounds; round++) {
      measure(connection, updates, () -> {}, kept, round);
      measure(
          connection,
          updates,
          () -> {
            bench.database().execute(commands.name(), FORGET);
            Thread.sleep(HEARD_MILLIS);
          },
          loaded,
          round);
      Bench.say("  round %d is done", round + 1);
    }
    StringBuilder text =
        new StringBuilder(
            """
            | events | cached, p50 ms | ratio to the shortest | from a snapshot, p50 ms | ratio to the shortest |
            | --- | --- | --- | --- | --- |
            """);
    Plot plot = new Plot("An update that changes nothing, p50", "events of the note", "ms");
    String least = updates.keySet().iterator().next().toString();
    String most = least;
    for (int events : updates.keySet()) {
      most = Integer.toString(events);
      text.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  most,
                  kept.of(most),
                  kept.ratio(most, least),
                  loaded.of(most),
                  loaded.ratio(most, least)));
      plot.add("cached", events, kept.of(most).median());
      plot.add("from a snapshot", events, loaded.of(most).median());
    }
    bench.plot("history", plot);
    String what = "%s events, ratio to %s".formatted(most, least);
    return text.append('\n')
        .append(Scenario.atMost(2, what + ", cached", kept.ratio(most, least)))
        .append(Scenario.atMost(2, what + ", from a snapshot", loaded.ratio(most, least)))
        .append("\n![Loading over the events](benchmarks/history.svg)\n")
        .toString();
  }

  private interface Before {
    void each() throws Exception;
  }

  private static void measure(
      Connection connection, Map<Integer, byte[]> updates, Before before, Ratios p50, int round)
      throws Exception {
    Map<Integer, long[]> nanos = new LinkedHashMap<>();
    updates.keySet().forEach(events -> nanos.put(events, new long[UPDATES]));
    // In turn, so that other load of the machine affects all.
    for (int i = 0; i < UPDATES; i++) {
      for (Map.Entry<Integer, byte[]> update : updates.entrySet()) {
        before.each();
        long start = System.nanoTime();
        connection.send(update.getValue()).expect(200);
        nanos.get(update.getKey())[i] = System.nanoTime() - start;
      }
    }
    for (Map.Entry<Integer, long[]> one : nanos.entrySet()) {
      Arrays.sort(one.getValue());
      p50.put(one.getKey().toString(), round, Load.millis(one.getValue(), 0.5));
    }
  }
}
