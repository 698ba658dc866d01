package dev.annals.eventstore.axon;

import dev.annals.eventstore.storage.StoredFields;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Axon's JDBC engine with snapshots as a mere cache: it skips a snapshot that cannot be read or
 * lacks a field of its aggregate, and reads the events instead. It counts each one ({@code
 * annals.snapshots.unreadable}, by aggregate type) and logs the first of a type.
 */
class SnapshotTolerantEngine extends JdbcEventStorageEngine {

  private static final Logger log = LoggerFactory.getLogger(SnapshotTolerantEngine.class);

  private final MeterRegistry metrics;
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  SnapshotTolerantEngine(Builder builder, MeterRegistry metrics) {
    super(builder);
    this.metrics = metrics;
  }

  @Override
  public Optional<DomainEventMessage<?>> readSnapshot(String aggregateId) {
    return super.readSnapshot(aggregateId).filter(this::isReadable);
  }

  /** Replaces a snapshot of the same version, which may be unreadable. */
  @Override
  protected PreparedStatement appendSnapshot(
      Connection connection, DomainEventMessage<?> snapshot, Serializer serializer)
      throws SQLException {
    try (PreparedStatement delete =
        deleteSnapshots(
            connection, snapshot.getAggregateIdentifier(), snapshot.getSequenceNumber() + 1)) {
      delete.executeUpdate();
    }
    return super.appendSnapshot(connection, snapshot, serializer);
  }

  private boolean isReadable(DomainEventMessage<?> snapshot) {
    try {
      JsonNode stored =
          snapshot.serializePayload(getSnapshotSerializer(), JsonNode.class).getData();
      Class<?> type = snapshot.getPayload().getClass();
      if (type.getSimpleName().equals(snapshot.getType())
          && stored.propertyNames().containsAll(fieldsOf(type))) {
        return true;
      }
      skip(snapshot, "it has another shape");
    } catch (RuntimeException | LinkageError e) {
      // Its message may quote personal data.
      skip(snapshot, e.getClass().getSimpleName());
    }
    return false;
  }

  private void skip(DomainEventMessage<?> snapshot, String why) {
    String type = snapshot.getType();
    metrics.counter("annals.snapshots.unreadable", "type", type).increment();
    if (logged.add(type)) {
      log.warn("A snapshot of a {} cannot be read ({}). Its events are read instead.", type, why);
    }
  }

  /** Without the nullable components of records: these may be younger than the snapshot. */
  private static Set<String> fieldsOf(Class<?> type) {
    return StoredFields.of(type)
        .filter(
            field ->
                !field.getDeclaringClass().isRecord()
                    || !field.getAnnotatedType().isAnnotationPresent(Nullable.class))
        .map(Field::getName)
        .collect(Collectors.toSet());
  }
}
