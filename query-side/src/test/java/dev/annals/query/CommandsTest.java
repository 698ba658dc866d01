package dev.annals.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.annals.given.NoteBuilder;
import dev.annals.projection.model.TestMongo;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Counts the commands to MongoDB of a query side with three models of four segments each. */
class CommandsTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final TestMongo MONGO = new TestMongo();
  private static final Queue<String> COMMANDS = new ConcurrentLinkedQueue<>();

  private static ConfigurableApplicationContext program;

  @BeforeAll
  static void start() {
    program =
        new SpringApplicationBuilder(Program.class)
            .run(
                "--server.port=0",
                "--management.server.port=-1",
                "--spring.mongodb.uri=" + TestMongo.uri(),
                "--spring.mongodb.database=" + MONGO.name(),
                "--annals.read-model.guarded=" + TestMongo.real());
    append(new UUID(2, 1));
    await().until(() -> isPushed(new UUID(2, 1)));
    await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
  }

  @AfterAll
  static void stop() {
    program.close();
    MONGO.close();
  }

  @Test
  void sendsAtMostFiveCommandsASecondWhileIdle() {
    COMMANDS.clear();

    await().pollDelay(Duration.ofSeconds(6)).until(() -> true);

    assertThat(COMMANDS).hasSizeLessThanOrEqualTo(6 * 5);
  }

  @Test
  void sendsFewCommandsForAnEvent() {
    UUID note = new UUID(2, 2);
    COMMANDS.clear();

    append(note);

    await().until(() -> isPushed(note));
    await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
    assertThat(COMMANDS.stream().filter(it -> !isPoll(it))).hasSizeLessThanOrEqualTo(8);
  }

  private static void append(UUID note) {
    program
        .getBean(EventStorageEngine.class)
        // It happens now: one that is old lets the inbox be looked through again.
        .appendEvents(
            new GenericDomainEventMessage<>(
                "Note", note.toString(), 0, NoteBuilder.note().titled("Milk").created(note, ANN)));
  }

  private static boolean isPushed(UUID note) {
    return MONGO
            .database(MONGO.name())
            .getCollection("notifications")
            .countDocuments(Filters.eq("resourceId", note.toString()))
        == 1;
  }

  /** Returns whether a command is sent without events, too. */
  private static boolean isPoll(String command) {
    return List.of(
            "find generations",
            "find tokens",
            "find processor-failures",
            "find inboxes",
            "distinct dead-letters",
            "extend tokens")
        .contains(command);
  }

  @Import(QueryProgram.class)
  static class Program {

    @Bean
    MongoClientSettingsBuilderCustomizer recorder() {
      return settings ->
          settings.addCommandListener(
              new CommandListener() {
                @Override
                public void commandStarted(CommandStartedEvent event) {
                  COMMANDS.add(name(event));
                }
              });
    }

    private static String name(CommandStartedEvent event) {
      BsonDocument command = event.getCommand();
      String name = event.getCommandName();
      boolean extension =
          name.equals("update")
              && command.toString().contains("\"multi\": true")
              && command.getString(name).getValue().equals("tokens");
      return (extension ? "extend" : name)
          + " "
          + (command.get(name).isString() ? command.getString(name).getValue() : "");
    }
  }
}
