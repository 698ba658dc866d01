package dev.annals.eventstore.aggregate;

import dev.annals.base.problem.Refusal;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;

/** Finds earlier events of an aggregate, which the aggregate itself does not keep. */
public record EventHistory(EventStore events) {

  /**
   * Returns the last event of a kind up to a version. Other events are skipped without
   * deserializing them.
   *
   * @param current the aggregate's version
   * @param kind a type that includes the aggregate's first event
   * @throws Refusal {@code validation} if the version is higher than the current one
   */
  public <T> T last(Class<T> kind, UUID aggregate, long version, long current) {
    if (version > current) {
      throw Refusal.invalid("/version", "must be at most the current version, " + current);
    }
    DomainEventMessage<?> last = null;
    var stream = events.readEvents(aggregate.toString(), 0);
    while (stream.hasNext()) {
      DomainEventMessage<?> event = stream.next();
      if (event.getSequenceNumber() > version) {
        break;
      }
      if (kind.isAssignableFrom(event.getPayloadType())) {
        last = event;
      }
    }
    return kind.cast(last.getPayload());
  }
}
