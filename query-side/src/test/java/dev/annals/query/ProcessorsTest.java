package dev.annals.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskPriority;
import dev.annals.eventstore.processor.ProcessorState;
import dev.annals.given.NoteBuilder;
import dev.annals.given.TaskBuilder;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.replay.ModelProcessors;
import dev.annals.projection.write.Erased;
import dev.annals.projection.write.ModelDurability;
import dev.annals.query.note.NoteDocument;
import dev.annals.query.task.TaskDocument;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventProcessor;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.json.JacksonSerializer;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Primary;
import org.springframework.web.bind.annotation.RestController;

/** The real processors, from an event store in memory to read models, across restarts. */
class ProcessorsTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final String GUARDED = "--annals.read-model.guarded=" + TestMongo.real();

  private final TestMongo mongo = new TestMongo();
  private final EventStorageEngine engine = new InMemoryEventStorageEngine();
  private final AtomicInteger forced = new AtomicInteger();
  private final AtomicBoolean durable = new AtomicBoolean(true);
  private ConfigurableApplicationContext program;

  @AfterEach
  void close() {
    stop();
    mongo.close();
  }

  @Test
  void handlesEventsFromBeforeAndAfterARestart() {
    for (int i = 0; i < 500; i++) {
      append(note(i));
      append(task(i));
    }
    start();
    await().atMost(Duration.ofSeconds(30)).until(() -> notesAt(2) == 500 && tasksAt(1) == 500);

    append(
        Stream.of(
                NoteBuilder.note().titled("while it runs").created(id(1000), ANN),
                NoteBuilder.note().titled("changed while it runs").updated(id(1000), ANN))
            .messages());
    await().atMost(Duration.ofSeconds(10)).until(() -> notesAt(1) == 1);

    stop();
    append(note(1001));
    start();
    await().atMost(Duration.ofSeconds(10)).until(() -> notesAt(2) == 501);

    assertThat(forced).hasPositiveValue();
    assertThat(notes()).isEqualTo(502);
  }

  @Test
  void continuesWithAnotherNumberOfSegments() {
    append(note(1));
    start();
    await().until(() -> notesAt(2) == 1);
    stop();
    append(note(2));

    start(GUARDED, "--annals.read-model.segments=1");

    await().until(() -> notesAt(2) == 2);
    assertThat(tokens("notes")).hasSize(1);
    assertThat(tokens("tasks")).hasSize(1);
    stop();
    append(note(3));

    start(GUARDED, "--annals.read-model.segments=3", "--annals.read-model.batch-size=2");

    await().until(() -> notesAt(2) == 3);
    assertThat(tokens("notes")).hasSize(3);
    assertThat(notes()).isEqualTo(3);
  }

  @Test
  void doesNotReplayOnAFirstStart() {
    append(note(1));
    durable.set(false);

    start();

    await().until(() -> forced.get() > 0);
    assertThat(tokens("notes"))
        .extracting(token -> token.getString("tokenType"))
        .containsOnly(GlobalSequenceTrackingToken.class.getName());
  }

  @Test
  void doesNotChangeTheTokenStoreOfOtherProcessors() {
    start();

    TokenStore others = program.getBean(TokenStore.class);
    assertThat(others).isInstanceOf(InMemoryTokenStore.class);
    await().until(() -> tokens("notes").size() == 4 && tokens("tasks").size() == 4);
    assertThat(others.fetchSegments("notes")).isEmpty();
    assertThat(others.fetchSegments("tasks")).isEmpty();
  }

  @Test
  void keepsTheTokenUntilWritesAreDurable() {
    durable.set(false);
    start();
    append(note(1));
    EventProcessor notes = processor("notes");
    await().atMost(Duration.ofSeconds(10)).until(() -> forced.get() > 0 && notes() == 1);
    assertThat(positions("notes")).contains(-1L);

    durable.set(true);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(positions("notes")).containsOnly(2L));
    assertThat(notes.isError()).isFalse();
  }

  @Test
  void rebuildsTheSameReadModel() {
    for (int i = 0; i < 50; i++) {
      append(note(i));
      append(task(i));
    }
    start();
    await().until(() -> notesAt(2) == 50 && tasksAt(1) == 50);
    Set<NoteDocument> notes = all("notes", NoteDocument.class);
    Set<TaskDocument> tasks = all("tasks", TaskDocument.class);
    stop();
    mongo.database().drop();

    start();
    await().until(() -> notesAt(2) == 50 && tasksAt(1) == 50);

    assertThat(all("notes", NoteDocument.class)).isEqualTo(notes);
    assertThat(all("tasks", TaskDocument.class)).isEqualTo(tasks);
  }

  @Test
  void createsTheIndexes() {
    start("--annals.read-model.guarded=true");

    await()
        .untilAsserted(
            () ->
                assertThat(mongo.database().getCollection("tasks").listIndexes())
                    .extracting(index -> index.get("key"))
                    .contains(
                        new Document("owner", 1)
                            .append("deleted", 1)
                            .append("noDueAt", 1)
                            .append("dueAt", -1)
                            .append("_id", -1)));
  }

  private static List<DomainEventMessage<?>> note(int number) {
    return Stream.of(
            NoteBuilder.note().titled("Note " + number).content("text").created(id(number), ANN),
            NoteBuilder.note()
                .titled("Note " + number)
                .content("other text")
                .tagged("a")
                .updated(id(number), ANN),
            new NoteDeleted(id(number), ANN))
        .messages();
  }

  private static List<DomainEventMessage<?>> task(int number) {
    UUID id = new UUID(10, number);
    return Stream.of(
            TaskBuilder.task().titled("Task " + number).priority(TaskPriority.LOW).created(id, ANN),
            new TaskCompleted(id, ANN))
        .messages();
  }

  private static UUID id(int number) {
    return new UUID(9, number);
  }

  private void append(List<DomainEventMessage<?>> events) {
    engine.appendEvents(events);
  }

  private long notes() {
    return mongo.database().getCollection("notes").countDocuments();
  }

  private long notesAt(long version) {
    return mongo
        .database()
        .getCollection("notes")
        .countDocuments(Filters.eq("lastSequence", version));
  }

  private long tasksAt(long version) {
    return mongo
        .database()
        .getCollection("tasks")
        .countDocuments(Filters.eq("lastSequence", version));
  }

  private <T> Set<T> all(String name, Class<T> type) {
    return mongo.database().getCollection(name, type).find().into(new HashSet<>());
  }

  private List<Document> tokens(String processor) {
    return mongo
        .database()
        .getCollection("tokens")
        .find(Filters.eq("processorName", processor))
        .into(new ArrayList<>());
  }

  private List<Long> positions(String processor) {
    return program.getBean(ModelProcessors.class).all().stream()
        .filter(it -> it.name().equals(processor))
        .flatMap(it -> it.segments().stream())
        .map(ProcessorState.Segment::position)
        .toList();
  }

  private EventProcessor processor(String name) {
    return program
        .getBean(EventProcessingConfiguration.class)
        .<EventProcessor>eventProcessor(name)
        .orElseThrow();
  }

  private void start() {
    start(GUARDED);
  }

  private void start(String... properties) {
    program =
        new SpringApplicationBuilder(Program.class)
            .web(WebApplicationType.NONE)
            .initializers(
                context -> {
                  context.getBeanFactory().registerSingleton("engine", engine);
                  context
                      .getBeanFactory()
                      .registerSingleton("durability", (ModelDurability) this::force);
                })
            .properties(
                "spring.mongodb.uri=" + TestMongo.uri(), "spring.mongodb.database=" + mongo.name())
            .run(properties);
  }

  private void force() {
    forced.incrementAndGet();
    if (!durable.get()) {
      throw new IllegalStateException("the disk is full");
    }
  }

  private void stop() {
    if (program != null) {
      program.close();
    }
  }

  @SpringBootConfiguration
  @EnableAutoConfiguration(
      exclude = DataSourceAutoConfiguration.class,
      excludeName = {
        "dev.annals.audit.AuditConfiguration",
        "dev.annals.eventstore.aggregate.CommandConfiguration",
        "dev.annals.eventstore.axon.AxonConfiguration",
        "dev.annals.eventstore.flag.FlagConfiguration",
        "dev.annals.eventstore.processor.ProcessorConfiguration",
        "dev.annals.http.arrival.ArrivalConfiguration",
        "dev.annals.http.crypto.CryptoConfiguration",
        "dev.annals.http.limit.LimitConfiguration",
        "dev.annals.http.openapi.OpenApiConfiguration",
        "dev.annals.http.security.SecurityConfiguration",
        "dev.annals.http.web.WebConfiguration",
        "dev.annals.projection.processor.AdministrationConfiguration",
        "dev.annals.projection.resource.ResourceConfiguration",
        "dev.annals.push.StreamConfiguration"
      })
  @ComponentScan(
      basePackages = {"dev.annals.query.note", "dev.annals.query.task"},
      excludeFilters = @ComponentScan.Filter(RestController.class))
  static class Program {

    @Bean
    @Primary
    Serializer serializer() {
      return JacksonSerializer.defaultSerializer();
    }

    @Bean
    MeterRegistry metrics() {
      return new SimpleMeterRegistry();
    }

    @Bean
    Erased noUserIsErased() {
      return users -> Set.of();
    }

    @Bean
    TokenStore tokenStore() {
      return new InMemoryTokenStore();
    }
  }
}
