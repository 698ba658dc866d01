package dev.annals.command.notification;

import static dev.annals.given.NoteBuilder.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.Database;
import dev.annals.events.identity.UserRegistered;
import dev.annals.events.note.NoteDeleted;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.security.Caller;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tests reading notifications against a real event store. */
class NotificationStorageTest {

  private static Database database;
  private static ConfigurableApplicationContext program;

  private final UUID note = UUID.randomUUID();
  private final UUID owner = UUID.randomUUID();
  private final Caller caller = new Caller(owner, UUID.randomUUID(), Set.of(Role.USER));
  private final JdbcClient jdbc = database.jdbc();
  private final NotificationController notifications =
      program.getBean(NotificationController.class);

  @BeforeAll
  static void start() {
    database = Database.create();
    program = database.start();
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @BeforeEach
  void createNoteWithTwoEvents() {
    program.getBean(StoredSubjectKeys.class).create(owner);
    program
        .getBean(EventStore.class)
        .publish(
            new GenericDomainEventMessage<>(
                "Note", note.toString(), 0, note().titled("T").created(note, owner)),
            new GenericDomainEventMessage<>(
                "Note", note.toString(), 1, new NoteDeleted(note, owner)));
  }

  @Test
  void readingStoresTheResourceAndVersionOfTheNotification() {
    notifications.read(eventOf(note, 1), caller);

    assertThat(payloads("NotificationRead"))
        .containsExactly(
            """
            {"notificationId":"%s","userId":"%s","resourceId":"%s","version":1}"""
                .formatted(eventOf(note, 1), owner, note));
  }

  @Test
  void concurrentReadingsOfANotificationAreStoredOnce() {
    UUID id = eventOf(note, 0);
    IntStream.range(0, 8).parallel().forEach(time -> notifications.read(id, caller));

    assertThat(payloads("NotificationRead")).hasSize(1);
  }

  @Test
  void refusesIdsThatAreNotNotificationsOfTheCaller() {
    Caller stranger = new Caller(UUID.randomUUID(), UUID.randomUUID(), Set.of(Role.USER));
    UUID registered = UUID.randomUUID();
    program.getBean(StoredSubjectKeys.class).create(registered);
    program
        .getBean(EventStore.class)
        .publish(
            new GenericDomainEventMessage<>(
                "User",
                registered.toString(),
                0,
                new UserRegistered(
                    registered, "a@b.example", "A", Set.of(Role.USER), false, "UTC", 7)));
    notifications.read(eventOf(note, 0), caller);
    UUID reading =
        jdbc.sql(
                """
                select event_identifier::uuid from events.domain_event_entry
                where payload_type like '%NotificationRead' and convert_from(payload, 'UTF8') like ?
                """)
            .param("%" + note + "%")
            .query(UUID.class)
            .single();

    assertThatThrownBy(() -> notifications.read(eventOf(note, 0), stranger))
        .isInstanceOf(Refusal.class);
    for (UUID id : List.of(UUID.randomUUID(), note, eventOf(registered, 0), reading)) {
      assertThatThrownBy(() -> notifications.read(id, caller)).isInstanceOf(Refusal.class);
    }
    assertThat(payloads("NotificationRead")).hasSize(1);
  }

  @Test
  void storesEachReadingOfAllForTheCaller() {
    notifications.readAll(caller);
    notifications.readAll(caller);

    assertThat(payloads("AllNotificationsRead"))
        .containsExactly("{\"userId\":\"" + owner + "\"}", "{\"userId\":\"" + owner + "\"}");
  }

  private UUID eventOf(UUID aggregate, long sequence) {
    return jdbc.sql(
            """
            select event_identifier::uuid from events.domain_event_entry
            where aggregate_identifier = ? and sequence_number = ?
            """)
        .param(aggregate.toString())
        .param(sequence)
        .query(UUID.class)
        .single();
  }

  private List<String> payloads(String type) {
    return jdbc.sql(
            """
            select convert_from(payload, 'UTF8') from events.domain_event_entry
            where payload_type like ? and convert_from(payload, 'UTF8') like ?
            """)
        .param("%." + type)
        .param("%" + owner + "%")
        .query(String.class)
        .list();
  }
}
