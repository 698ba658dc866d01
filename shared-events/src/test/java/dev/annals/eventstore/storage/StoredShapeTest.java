package dev.annals.eventstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.crypto.tink.Aead;
import dev.annals.base.security.Role;
import dev.annals.events.flag.FlagEvent;
import dev.annals.events.flag.FlagSwitched;
import dev.annals.events.identity.EmailVerified;
import dev.annals.events.identity.ErasureCompleted;
import dev.annals.events.identity.PasswordChanged;
import dev.annals.events.identity.PasswordResetEvent;
import dev.annals.events.identity.PasswordResetMailed;
import dev.annals.events.identity.PasswordResetRequested;
import dev.annals.events.identity.ProfileUpdated;
import dev.annals.events.identity.RolesAssigned;
import dev.annals.events.identity.UserDisabled;
import dev.annals.events.identity.UserEnabled;
import dev.annals.events.identity.UserErased;
import dev.annals.events.identity.UserEvent;
import dev.annals.events.identity.UserRegistered;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteReverted;
import dev.annals.events.note.NoteUpdated;
import dev.annals.events.note.NoteValues;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationEvent;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.task.AttachmentAdded;
import dev.annals.events.task.AttachmentRemoved;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskStarted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.events.task.TaskValues;
import dev.annals.events.upcaster.Upcasters;
import dev.annals.events.webhook.WebhookChanged;
import dev.annals.events.webhook.WebhookCreated;
import dev.annals.events.webhook.WebhookDeleted;
import dev.annals.events.webhook.WebhookDisabled;
import dev.annals.events.webhook.WebhookEvent;
import dev.annals.events.webhook.WebhookSecretRotated;
import dev.annals.events.webhook.WebhookValues;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.upcasting.event.InitialEventRepresentation;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the stored JSON of each event with approved files. A file is named {@code
 * <event>.<revision>.json}, or {@code <event>.<revision>.<sample>.json} where an event has several
 * samples: one for each additive field that is set. A file is never edited once events of its shape
 * may be stored.
 *
 * <p>The key of this test does not encrypt, so personal fields are the base64 of their JSON.
 */
class StoredShapeTest {

  private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID OWNER = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID FILE = UUID.fromString("00000000-0000-4000-8000-000000000003");
  private static final Instant DUE = Instant.parse("2026-11-22T05:50:00.123Z");

  private final EventSerializer serializer = new EventSerializer(subject -> Optional.of(PLAIN));

  /**
   * An event to store.
   *
   * @param name the part of the file's name that tells this sample from the event's first one
   */
  private record Sample(Object event, String name) {

    Sample(Object event) {
      this(event, "");
    }

    private String file(String revision) {
      return event.getClass().getSimpleName() + "." + revision + name + ".json";
    }

    @Override
    public String toString() {
      return event.getClass().getSimpleName() + name;
    }
  }

  static Stream<Sample> samples() {
    return Stream.concat(
        events().map(Sample::new),
        Stream.of(
            new Sample(new PasswordChanged(ID, true), ".all"),
            new Sample(
                new TaskCreated(
                    ID,
                    OWNER,
                    new TaskValues("Title", "Text", TaskPriority.HIGH, DUE, List.of("a"), 90)),
                ".all")));
  }

  static Stream<Object> events() {
    return Stream.of(
        new NoteCreated(ID, OWNER, new NoteValues("Title", "Content", List.of("a", "b"))),
        new NoteUpdated(ID, OWNER, new NoteValues("Title", "", List.of())),
        new NoteReverted(ID, OWNER, 3, new NoteValues("Title", "", List.of("a"))),
        new NoteDeleted(ID, OWNER),
        new NoteRestored(ID, OWNER),
        new TaskCreated(
            ID, OWNER, new TaskValues("Title", "Text", TaskPriority.HIGH, DUE, List.of("a"), null)),
        new TaskUpdated(
            ID, OWNER, new TaskValues("Title", "", TaskPriority.LOW, null, List.of(), null)),
        new TaskReverted(
            ID, OWNER, 3, new TaskValues("Title", "", TaskPriority.LOW, DUE, List.of(), null)),
        new TaskStarted(ID, OWNER),
        new TaskCompleted(ID, OWNER),
        new TaskReopened(ID, OWNER),
        new TaskDeleted(ID, OWNER),
        new TaskRestored(ID, OWNER),
        new TaskMarkedOverdue(ID, OWNER, DUE),
        new AttachmentAdded(ID, OWNER, FILE, "plan.pdf", "application/pdf", 4096, "9f86d0"),
        new AttachmentRemoved(ID, OWNER, FILE),
        new NotificationRead(ID, OWNER, UUID.fromString("00000000-0000-4000-8000-000000000002"), 3),
        new AllNotificationsRead(OWNER),
        new UserRegistered(
            ID, "anna@example.org", "Anna", EnumSet.of(Role.USER, Role.AUDITOR), false, "UTC", 7),
        new ProfileUpdated(ID, "Anna", true, "Europe/Vienna", 6),
        new EmailVerified(ID),
        new PasswordChanged(ID, null),
        new RolesAssigned(ID, EnumSet.of(Role.USER, Role.ADMIN)),
        new UserDisabled(ID),
        new UserEnabled(ID),
        new UserErased(ID),
        new ErasureCompleted(ID),
        new PasswordResetRequested(ID, OWNER, DUE),
        new PasswordResetMailed(ID, OWNER),
        new FlagSwitched("sorting", true, 25, List.of(OWNER)),
        new WebhookCreated(
            ID,
            OWNER,
            new WebhookValues(
                "https://example.org/hook", List.of("NoteCreated", "TaskCompleted"), "Backup")),
        new WebhookChanged(
            ID, OWNER, new WebhookValues("https://example.org/hook", null, "Backup"), true),
        new WebhookDisabled(ID, OWNER, WebhookDisabled.Reason.GONE),
        new WebhookSecretRotated(ID, OWNER),
        new WebhookDeleted(ID, OWNER));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void isStoredInTheApprovedShape(Sample sample) throws IOException {
    SerializedObject<byte[]> stored = serializer.serialize(sample.event(), byte[].class);

    assertThat(stored.getType().getName()).isEqualTo(sample.event().getClass().getName());
    // Cipher text that is bound to its field begins with a dot.
    assertThat(new String(stored.getData(), StandardCharsets.UTF_8).replace("\".", "\""))
        .isEqualTo(approved(sample.file(stored.getType().getRevision())));
  }

  /** Returns the files of all shapes, including those that are no longer written. */
  static Stream<Arguments> approvedFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/approved"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream()
          .map(file -> arguments(file, file.split("\\.", -1)[1]));
    }
  }

  @ParameterizedTest
  @MethodSource("approvedFiles")
  void isReadFromEachStoredShape(String file, String revision) throws IOException {
    Object event =
        samples()
            .filter(sample -> sample.file(revision).equals(file))
            .findAny()
            .orElseThrow()
            .event();

    assertThat(read(event.getClass().getName(), revision, approved(file))).isEqualTo(event);
  }

  @Test
  void copiesCipherTextUnchangedInAnUpcaster() throws IOException {
    String stored =
        approved("UserRegistered.1.json").replace("ImFubmFAZXhhbXBsZS5vcmci", "c2VjcmV0");
    List<IntermediateEventRepresentation> upcast =
        upcast(UserRegistered.class.getName(), "1", stored);

    assertThat(upcast).hasSize(1);
    assertThat(new String(upcast.get(0).getData(byte[].class).getData(), StandardCharsets.UTF_8))
        .contains("\"email\":\"c2VjcmV0\"");
    assertThat(upcast.get(0).getType().getRevision()).isEqualTo("2");
  }

  @Test
  void hasAnApprovedShapeForEachEvent() {
    assertThat(events().map(Object::getClass))
        .containsAll(
            Stream.of(
                    NoteEvent.class,
                    TaskEvent.class,
                    NotificationEvent.class,
                    UserEvent.class,
                    PasswordResetEvent.class,
                    FlagEvent.class,
                    WebhookEvent.class)
                .<Class<?>>flatMap(stream -> Stream.of(stream.getPermittedSubclasses()))
                .toList());
  }

  private Object read(String type, String revision, String payload) {
    IntermediateEventRepresentation newest = upcast(type, revision, payload).get(0);
    return serializer.deserialize(newest.getData());
  }

  private List<IntermediateEventRepresentation> upcast(
      String type, String revision, String payload) {
    GenericDomainEventEntry<byte[]> stored =
        new GenericDomainEventEntry<>(
            "Any",
            ID.toString(),
            0,
            ID.toString(),
            DUE,
            type,
            revision,
            payload.getBytes(StandardCharsets.UTF_8),
            "{}".getBytes(StandardCharsets.UTF_8));
    return Upcasters.chain()
        .upcast(Stream.of(new InitialEventRepresentation(stored, serializer)))
        .toList();
  }

  private static String approved(String file) throws IOException {
    try (InputStream in = StoredShapeTest.class.getResourceAsStream("/approved/" + file)) {
      assertThat(in).as("approved file %s", file).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static final Aead PLAIN =
      new Aead() {
        @Override
        public byte[] encrypt(byte[] plaintext, byte[] associatedData) {
          return plaintext;
        }

        @Override
        public byte[] decrypt(byte[] ciphertext, byte[] associatedData) {
          return ciphertext;
        }
      };
}
