package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteUpdated;
import dev.annals.events.note.NoteValues;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.eventstore.processor.ProcessorStates;
import dev.annals.projection.replay.Replay;
import dev.annals.projection.replay.Replays;
import dev.annals.projection.write.ModelDurability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Measures the speed of a replay against the same bulk writes to the same store without Axon. It
 * only asserts that it measures the right events, and is not part of {@code verify}; {@code
 * benchmarks/replay} runs it and docs/benchmarks.md has the results.
 */
class ReplayBenchmark {

  private static final int USERS = 10;
  private static final int NOTES = 2_500;
  private static final int VERSIONS = 20;
  private static final int WRITERS = 4;
  private static final String TEXT = "Sow in May, and water the beds before noon. ".repeat(5);

  private static final Recorder RECORDER = new Recorder();

  @TempDir private Path folder;

  @Test
  void replayAgainstBulkWrites() throws Exception {
    try (ConfigurableApplicationContext program = start()) {
      append(program);
      await().atMost(Duration.ofMinutes(15)).until(() -> hasCaughtUp(program));
      for (int round = 1; round <= 3; round++) {
        double rebuilt = replay(program, false);
        replay(program, true);
        double bare = write(program, () -> {});
        double durable = write(program, program.getBean(ModelDurability.class)::force);
        print(
            "| %d | %.0f | %.0f | %.2f | %.0f | %.2f |",
            round, rebuilt, durable, rebuilt / durable, bare, rebuilt / bare);
      }
    }
  }

  private ConfigurableApplicationContext start() throws Exception {
    return new SpringApplicationBuilder(Standalone.class, Recorded.class)
        .listeners(new LocalStores())
        .run(
            "--server.port=0",
            "--management.server.port=0",
            "--annals.data-dir=" + folder.toRealPath().resolve("data"));
  }

  /** Writes each version of all notes before the next version. */
  private static void append(ConfigurableApplicationContext program) {
    EventStorageEngine engine = program.getBean(EventStorageEngine.class);
    List<UUID> owners = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      UUID owner = UUID.randomUUID();
      program.getBean(StoredSubjectKeys.class).create(owner);
      owners.add(owner);
    }
    List<UUID> notes = new ArrayList<>();
    for (int i = 0; i < NOTES; i++) {
      notes.add(UUID.randomUUID());
    }
    List<GenericDomainEventMessage<?>> batch = new ArrayList<>();
    for (int version = 0; version < VERSIONS; version++) {
      for (int i = 0; i < NOTES; i++) {
        UUID note = notes.get(i);
        UUID owner = owners.get(i % USERS);
        String title = "Plan " + version;
        NoteValues values = new NoteValues(title, TEXT, List.of("garden"));
        NoteEvent event =
            version == 0
                ? new NoteCreated(note, owner, values)
                : new NoteUpdated(note, owner, values);
        batch.add(new GenericDomainEventMessage<>("Note", note.toString(), version, event));
        if (batch.size() == 500) {
          engine.appendEvents(batch);
          batch.clear();
        }
      }
    }
  }

  private static boolean hasCaughtUp(ConfigurableApplicationContext program) {
    long head =
        program.getBean(EventStorageEngine.class).createHeadToken().position().orElseThrow();
    return program.getBeansOfType(ProcessorStates.class).values().stream()
        .flatMap(side -> side.all().stream())
        .allMatch(processor -> processor.position() >= head);
  }

  /** Returns the events per second, from the first write to the end of the last one. */
  private static double replay(ConfigurableApplicationContext program, boolean keep) {
    RECORDER.begin(keep);
    Replays replays = program.getBean(Replays.class);
    UUID id = UUID.fromString(replays.start("notes").id());
    await()
        .atMost(Duration.ofMinutes(15))
        .until(() -> replays.find(id).state() == Replay.State.DONE);
    return RECORDER.rate();
  }

  /** Returns the events per second of the recorded writes, with one thread per segment. */
  private static double write(ConfigurableApplicationContext program, Runnable durable)
      throws Exception {
    MongoDatabase database = program.getBean(MongoDatabase.class);
    Queue<BsonDocument> commands = new ConcurrentLinkedQueue<>(RECORDER.kept());
    assertThat(commands).hasSizeGreaterThan(NOTES * VERSIONS / 300);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    long began = System.nanoTime();
    List<Callable<Void>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(
          () -> {
            for (BsonDocument next = commands.poll(); next != null; next = commands.poll()) {
              database.runCommand(next);
              durable.run();
            }
            return null;
          });
    }
    for (Future<Void> done : threads.invokeAll(writers)) {
      done.get();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    threads.shutdown();
    assertThat(database.getCollection("bare").countDocuments()).isEqualTo(NOTES);
    database.getCollection("bare").drop();
    return NOTES * VERSIONS / seconds;
  }

  private static void print(String format, Object... values) {
    System.out.println("Measured: " + String.format(Locale.ROOT, format, values));
  }

  /** Records the writes to another generation of notes. */
  private static final class Recorder implements CommandListener {

    private final Queue<BsonDocument> kept = new ConcurrentLinkedQueue<>();
    private volatile boolean keeps;
    private volatile long first;
    private volatile long last;

    void begin(boolean keep) {
      kept.clear();
      keeps = keep;
      first = 0;
    }

    Collection<BsonDocument> kept() {
      return kept;
    }

    double rate() {
      return NOTES * VERSIONS * 1e9 / (last - first);
    }

    @Override
    public synchronized void commandStarted(CommandStartedEvent event) {
      if (event.getCommandName().equals("update")
          && event.getCommand().getString("update").getValue().startsWith("notes-")) {
        if (first == 0) {
          first = System.nanoTime();
        }
        if (keeps) {
          BsonDocument command = BsonDocument.parse(event.getCommand().toJson());
          command.keySet().removeIf(name -> name.startsWith("$") || name.equals("lsid"));
          command.put("update", new BsonString("bare"));
          kept.add(command);
        }
      }
    }

    @Override
    public void commandSucceeded(CommandSucceededEvent event) {
      // During the replay, later writes are positions only.
      if (event.getCommandName().equals("update") && first != 0 && isNotes(event)) {
        last = System.nanoTime();
      }
    }

    private static boolean isNotes(CommandSucceededEvent event) {
      return event.getResponse().getNumber("n").intValue() > 1;
    }
  }

  static class Recorded {

    @Bean
    MongoClientSettingsBuilderCustomizer recorder() {
      return settings -> settings.addCommandListener(RECORDER);
    }
  }
}
