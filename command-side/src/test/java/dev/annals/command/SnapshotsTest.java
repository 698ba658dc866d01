package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.Aead;
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.eventstore.storage.EventSerializer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * An aggregate loaded from a snapshot equals one loaded from its events. Sample events come from
 * the approved files.
 */
@ExtendWith(OutputCaptureExtension.class)
class SnapshotsTest {

  private static final Path APPROVED = Path.of("../shared-events/src/test/resources/approved");
  private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID OWNER = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final Instant START = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final Class<?> TASK =
      ClassUtils.resolveClassName("dev.annals.command.task.Task", null);

  // The personal parts of the approved files are not encrypted.
  private static final EventSerializer READABLE =
      new EventSerializer(
          subject ->
              Optional.of(
                  new Aead() {
                    @Override
                    public byte[] encrypt(byte[] plaintext, byte[] associatedData) {
                      return plaintext;
                    }

                    @Override
                    public byte[] decrypt(byte[] ciphertext, byte[] associatedData) {
                      return ciphertext;
                    }
                  }));

  private static ConfigurableApplicationContext node;

  private final JdbcClient jdbc = node.getBean(JdbcClient.class);

  @BeforeAll
  static void start() {
    // Without the role worker, no processor handles the events.
    node = Database.create().start("--annals.roles=commands");
    node.getBean(StoredSubjectKeys.class).create(OWNER);
    node.getBean(StoredSubjectKeys.class).create(ID);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void deleteAll() {
    jdbc.sql("delete from events.snapshot_event_entry").update();
    jdbc.sql("delete from events.domain_event_entry").update();
  }

  static Stream<Class<?>> aggregates() {
    ClassPathScanningCandidateComponentProvider scanner =
        new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(Aggregate.class));
    return scanner.findCandidateComponents("dev.annals").stream()
        .map(found -> ClassUtils.resolveClassName(found.getBeanClassName(), null));
  }

  @ParameterizedTest
  @MethodSource("aggregates")
  void loadsEachAggregateFromASnapshotOfEachVersion(Class<?> type) {
    List<Object> events = samples(type);
    UUID id = idOf(type, events);
    List<Field> neverFilled = new ArrayList<>(fields(type));
    for (int version = 1; version < events.size(); version++) {
      deleteAll();
      append(type, id, events, 0, version + 1);
      Object folded = load(type, id);
      neverFilled.removeIf(field -> !isBlank(ReflectionUtils.getField(field, folded)));
      snapshot(type, id);
      jdbc.sql("delete from events.domain_event_entry").update();

      assertSame(load(type, id), folded);

      append(type, id, events, version + 1, events.size());
      Object continued = load(type, id);
      jdbc.sql("delete from events.snapshot_event_entry").update();
      append(type, id, events, 0, version + 1);
      assertSame(continued, load(type, id));
    }
    assertThat(neverFilled).as("fields that no sample fills").isEmpty();
  }

  @Test
  void ignoresCountsAndLogsAnUnreadableSnapshotOnce(CapturedOutput output) {
    List<Object> events = samples(TASK);
    double counted = unreadable();
    List<String> corruptions =
        List.of(
            "payload = 'x'",
            "payload = 'null'",
            "payload = '{}'",
            "payload = convert_to((convert_from(payload, 'UTF8')::jsonb - 'files')::text, 'UTF8')",
            with("\"more\": 1"),
            with("\"createdAt\": \"then\""),
            with("\"title\": \"AAAA\""),
            "payload_type = 'dev.annals.command.task.Gone'",
            "payload_type = 'dev.annals.command.notification.Inbox'");
    for (String corruption : corruptions) {
      deleteAll();
      append(TASK, ID, events, 0, events.size());
      Object folded = load(TASK, ID);
      snapshot(TASK, ID);
      assertThat(jdbc.sql("update events.snapshot_event_entry set " + corruption).update()).isOne();

      assertSame(load(TASK, ID), folded);
      assertThat(unreadable()).as(corruption).isEqualTo(++counted);

      // A snapshot of the same version replaces it.
      snapshot(TASK, ID);
      counted = unreadable();
      jdbc.sql("delete from events.domain_event_entry").update();
      assertSame(load(TASK, ID), folded);
    }
    assertThat(unreadable()).isEqualTo(counted);
    assertThat(output.getAll().split("A snapshot of a Task cannot be read", -1)).hasSize(2);
  }

  @Test
  void ignoresATaskSnapshotOfTheUnreadableRevision3() {
    List<Object> events = samples(TASK);
    append(TASK, ID, events, 0, events.size());
    Object folded = load(TASK, ID);
    double counted = unreadable();
    snapshot(TASK, ID);
    jdbc.sql("update events.snapshot_event_entry set payload_revision = '3'").update();

    assertSame(load(TASK, ID), folded);
    assertThat(unreadable()).isEqualTo(counted);
  }

  private static String with(String property) {
    return "payload = convert_to((convert_from(payload, 'UTF8')::jsonb || '{%s}')::text, 'UTF8')"
        .formatted(property);
  }

  private static void assertSame(Object loaded, Object folded) {
    assertThat(loaded).usingRecursiveComparison().isEqualTo(folded);
    // Also compares the order of elements.
    assertThat(READABLE.serialize(loaded, String.class).getData())
        .isEqualTo(READABLE.serialize(folded, String.class).getData());
  }

  private static boolean isBlank(@Nullable Object value) {
    return value == null || Set.of(false, 0, List.of(), Set.of()).contains(value);
  }

  private static List<Field> fields(Class<?> type) {
    List<Field> fields =
        Arrays.stream(type.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .toList();
    fields.forEach(ReflectionUtils::makeAccessible);
    return fields;
  }

  /**
   * Returns one of each event of the aggregate, in the order of declaration. The first comes twice,
   * since no snapshot is made of a single event.
   */
  private static List<Object> samples(Class<?> type) {
    List<Object> events =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(EventSourcingHandler.class))
            .<Class<?>>map(method -> method.getParameterTypes()[0])
            .flatMap(it -> it.isSealed() ? Stream.of(it.getPermittedSubclasses()) : Stream.of(it))
            .distinct()
            .sorted(Comparator.comparing(SnapshotsTest::indexOf))
            .map(SnapshotsTest::sample)
            .collect(Collectors.toCollection(ArrayList::new));
    events.add(0, events.get(0));
    return events;
  }

  private static int indexOf(Class<?> event) {
    return Arrays.stream(event.getInterfaces())
        .filter(Class::isSealed)
        .mapToInt(stream -> List.of(stream.getPermittedSubclasses()).indexOf(event))
        .max()
        .orElseThrow();
  }

  private static Object sample(Class<?> event) {
    String revision = event.getAnnotation(Revision.class).value();
    Path file = APPROVED.resolve(event.getSimpleName() + "." + revision + ".json");
    assertThat(file).exists();
    try {
      return READABLE.deserialize(
          new SimpleSerializedObject<>(
              Files.readAllBytes(file), byte[].class, READABLE.typeForClass(event)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private UUID idOf(Class<?> type, List<Object> events) {
    append(type, ID, events, 0, 1);
    Object aggregate = load(type, ID);
    return fields(type).stream()
        .filter(field -> field.isAnnotationPresent(AggregateIdentifier.class))
        .map(field -> (UUID) ReflectionUtils.getField(field, aggregate))
        .findFirst()
        .orElseThrow();
  }

  private static void append(Class<?> type, UUID id, List<Object> events, int from, int to) {
    List<GenericDomainEventMessage<?>> messages = new ArrayList<>();
    for (int sequence = from; sequence < to; sequence++) {
      messages.add(
          new GenericDomainEventMessage<>(
              type.getSimpleName(),
              id.toString(),
              sequence,
              events.get(sequence),
              MetaData.emptyInstance(),
              "event " + sequence,
              START.plusSeconds(sequence)));
    }
    node.getBean(EventStorageEngine.class).appendEvents(messages);
  }

  private static void snapshot(Class<?> type, UUID id) {
    node.getBean(Snapshotter.class).scheduleSnapshot(type, id.toString());
  }

  private static <A> A load(Class<A> type, UUID id) {
    return AggregateReader.of(
            node.getBean(Configuration.class).repository(type), id, Function.identity())
        .orElseThrow();
  }

  private static double unreadable() {
    return node.getBean(MeterRegistry.class)
        .counter("annals.snapshots.unreadable", "type", "Task")
        .count();
  }
}
