package dev.annals.eventstore.axon;

import dev.annals.base.start.Causes;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.axonframework.common.DateTimeUtils;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The append of a command's only event: the last statement of the transaction, sent together with
 * the commit. The statement itself locks the key that the event is encrypted with.
 */
final class FinalAppend implements TransactionSynchronization {

  private static final String INSERT =
      """
      insert into events.domain_event_entry (aggregate_identifier, sequence_number, type, time_stamp,
        payload_type, payload_revision, payload, meta_data, event_identifier)
      values (?, ?, ?, ?, ?, ?, ?, ?, %s)
      """;

  private static final String WITHOUT_KEY = INSERT.formatted("?");

  // The column is not null, so without the key the statement fails.
  private static final String WITH_KEY =
      INSERT.formatted(
          """
          (select cast(? as text) from identity.subject_key
           where subject = ? and sealed_key = ? for key share)""");

  private static final String NOT_NULL_VIOLATION = "23502";

  private final JdbcClient jdbc;
  private final StoredSubjectKeys keys;
  private final DomainEventMessage<?> event;
  private final SerializedObject<byte[]> payload;
  private final SerializedObject<byte[]> metaData;
  private final Optional<StoredSubjectKeys.Unlocked> key;
  private final Consumer<Exception> failure;
  private boolean executed;

  /**
   * Serializes an event.
   *
   * @param failure throws the exception of the store for a failed statement
   */
  FinalAppend(
      JdbcClient jdbc,
      StoredSubjectKeys keys,
      DomainEventMessage<?> event,
      Serializer serializer,
      Consumer<Exception> failure) {
    this.jdbc = jdbc;
    this.keys = keys;
    this.event = event;
    this.failure = failure;
    AtomicReference<SerializedObject<byte[]>> serialized = new AtomicReference<>();
    this.key =
        keys.withoutLock(() -> serialized.set(event.serializePayload(serializer, byte[].class)));
    this.payload = serialized.get();
    this.metaData = event.serializeMetaData(serializer, byte[].class);
  }

  /** Executes this append at the end of the current transaction. */
  void schedule() {
    CurrentUnitOfWork.get().resources().put(FinalAppend.class.getName(), this);
    TransactionSynchronizationManager.registerSynchronization(this);
  }

  /** Executes a scheduled append of the current unit of work, which another one follows. */
  static void executeScheduled() {
    if (CurrentUnitOfWork.map(UnitOfWork::resources)
            .map(resources -> resources.get(FinalAppend.class.getName()))
            .orElse(null)
        instanceof FinalAppend scheduled) {
      scheduled.execute("");
    }
  }

  @Override
  public void beforeCommit(boolean readOnly) {
    execute("; commit");
  }

  private void execute(String end) {
    if (executed) {
      return;
    }
    executed = true;
    Stream<Object> identifier =
        key.map(
                held ->
                    Stream.<Object>of(
                        event.getIdentifier(), held.subject(), held.sealedKey().array()))
            .orElseGet(() -> Stream.of(event.getIdentifier()));
    try {
      jdbc.sql((key.isPresent() ? WITH_KEY : WITHOUT_KEY) + end)
          .params(
              event.getAggregateIdentifier(),
              event.getSequenceNumber(),
              event.getType(),
              DateTimeUtils.formatInstant(event.getTimestamp()),
              payload.getType().getName(),
              payload.getType().getRevision(),
              payload.getData(),
              metaData.getData())
          .params(identifier.toArray())
          .update();
    } catch (DataAccessException e) {
      key.filter(held -> isNotNullViolation(e))
          .ifPresent(
              held -> {
                keys.evict(held.subject());
                // The command is repeated with the current key, or refused without one.
                throw new ConcurrencyException("The key of an event has gone", e);
              });
      failure.accept(e);
    }
  }

  private static boolean isNotNullViolation(DataAccessException failure) {
    return Causes.of(failure)
        .anyMatch(
            cause ->
                cause instanceof SQLException sql && NOT_NULL_VIOLATION.equals(sql.getSQLState()));
  }
}
