package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static dev.annals.given.TaskBuilder.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import com.mongodb.client.model.Filters;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskPriority;
import dev.annals.projection.model.TestMongo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The real processors, with a store whose responses are lost, late, cut, noise or malformed. */
@SpringBootTest(
    classes = QueryProgram.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"management.server.port=-1", "annals.read-model.guarded=true"})
@Tag("long") // A processor waits for seconds after a failure.
@DisabledIfEnvironmentVariable(
    named = "SPRING_MONGODB_URI",
    matches = ".+",
    disabledReason = "A replica set names addresses that lead past the proxy")
class FaultyStoreTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final int OF_EACH_KIND = 5;

  private static TestMongo mongo;
  private static FaultyProxy proxy;

  @Autowired private EventStorageEngine engine;
  private int appended;

  @AfterAll
  static void close() throws Exception {
    proxy.close();
    mongo.close();
  }

  @Test
  void setsNoEventAsideAndCompletesAllModelsWhenResponsesAreFaulty() {
    // Creating an index during writes can damage the embedded server's.
    await()
        .until(() -> indexes("notes") > 1 && indexes("tasks") > 1 && indexes("notifications") > 2);

    proxy.spoil(0.1);
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              append(appended++);
              return Arrays.stream(FaultyProxy.Fault.values())
                  .allMatch(fault -> proxy.made(fault) >= OF_EACH_KIND);
            });
    proxy.spoil(0);

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> count("notes", 1) == appended && count("tasks", 1) == appended);
    await().until(() -> numbers().size() == 4 * appended);
    assertThat(numbers()).doesNotHaveDuplicates();
    assertThat(mongo.database().getCollection("dead-letters").find()).isEmpty();
  }

  private void append(int number) {
    UUID note = new UUID(9, number);
    engine.appendEvents(
        Stream.of(
                note().titled("Plan").created(note, ANN),
                note().titled("Plan B").updated(note, ANN))
            .messages());
    UUID task = new UUID(10, number);
    engine.appendEvents(
        Stream.of(
                task().titled("Do").priority(TaskPriority.LOW).created(task, ANN),
                new TaskCompleted(task, ANN))
            .messages());
  }

  private static int indexes(String collection) {
    return mongo.database().getCollection(collection).listIndexes().into(new ArrayList<>()).size();
  }

  private static long count(String collection, long version) {
    return mongo
        .database()
        .getCollection(collection)
        .countDocuments(Filters.eq("lastSequence", version));
  }

  private static List<Long> numbers() {
    return mongo
        .database()
        .getCollection("notifications")
        .find(Filters.eq("owner", ANN.toString()))
        .map(entry -> entry.getLong("sequence"))
        .into(new ArrayList<>());
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    ServerAddress server =
        new ServerAddress(new ConnectionString(TestMongo.uri()).getHosts().get(0));
    proxy = new FaultyProxy(server.getHost(), server.getPort(), 20_260_301);
    properties.add("spring.mongodb.uri", () -> "mongodb://127.0.0.1:" + proxy.port());
    properties.add("spring.mongodb.database", () -> mongo.name());
  }
}
