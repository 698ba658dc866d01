package dev.annals.command;

import static dev.annals.given.NoteBuilder.note;

import dev.annals.events.note.NoteCreated;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.eventstore.storage.EventSerializer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Measures appending an event in a transaction of its own: as in production, and without the lock
 * on the subject's key. It asserts nothing and is not part of {@code verify}. {@code
 * benchmarks/append} runs it; docs/benchmarks.md shows the results.
 */
class AppendBenchmark {

  private static final int THREADS = 4;
  private static final int APPENDS = 1_000;
  private static final int ROUNDS = 5;
  private static final String TEXT = "Sow in May, and water the beds before noon. ".repeat(5);

  @Test
  void appends() throws Exception {
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        ConfigurableApplicationContext withHold = start(postgres);
        ConfigurableApplicationContext withoutHold = start(postgres, NoHoldConfiguration.class)) {
      UUID owner = UUID.randomUUID();
      withHold.getBean(StoredSubjectKeys.class).create(owner);
      measure(withHold, owner);
      measure(withoutHold, owner);
      for (int round = 1; round <= ROUNDS; round++) {
        System.out.printf(
            Locale.ROOT,
            "Measured: | %d | %s | %s |%n",
            round,
            measure(withHold, owner),
            measure(withoutHold, owner));
      }
    }
  }

  private static ConfigurableApplicationContext start(EmbeddedPostgres postgres, Class<?>... more) {
    return new SpringApplicationBuilder(CommandSide.class)
        .sources(more)
        .run(
            "--server.port=0",
            "--management.server.port=0",
            "--annals.roles=commands",
            "--spring.main.allow-bean-definition-overriding=true",
            "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
            "--spring.datasource.username=postgres",
            "--spring.datasource.password=",
            "--spring.mail.host=127.0.0.1",
            "--annals.attachments.folder=target/attachments/append",
            "--annals.master-key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
  }

  private record Measured(double perSecond, double median) {

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.0f (%.2f ms)", perSecond, median);
    }
  }

  private static Measured measure(ConfigurableApplicationContext program, UUID owner)
      throws Exception {
    EventStorageEngine engine = program.getBean(EventStorageEngine.class);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Callable<long[]>> writers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      writers.add(() -> append(engine, owner));
    }
    long began = System.nanoTime();
    List<Long> times = new ArrayList<>();
    for (Future<long[]> done : threads.invokeAll(writers)) {
      Arrays.stream(done.get()).forEach(times::add);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    threads.shutdown();
    times.sort(null);
    return new Measured(times.size() / seconds, times.get(times.size() / 2) / 1e6);
  }

  private static long[] append(EventStorageEngine engine, UUID owner) {
    Map<String, String> origin =
        Map.of(
            AxonConfiguration.ACTOR, owner.toString(),
            AxonConfiguration.CORRELATION_ID, UUID.randomUUID().toString());
    long[] times = new long[APPENDS];
    for (int i = 0; i < APPENDS; i++) {
      UUID note = UUID.randomUUID();
      NoteCreated event = note().titled("Plan").content(TEXT).tagged("garden").created(note, owner);
      long began = System.nanoTime();
      engine.appendEvents(
          new GenericDomainEventMessage<>("Note", note.toString(), 0, event, origin));
      times[i] = System.nanoTime() - began;
    }
    return times;
  }

  static class NoHoldConfiguration {

    @Bean
    @Qualifier("eventSerializer")
    EventSerializer eventSerializer(StoredSubjectKeys keys) {
      return new EventSerializer(subject -> keys.find(subject));
    }
  }
}
