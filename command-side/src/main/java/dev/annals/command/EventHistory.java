package dev.annals.command;

import dev.annals.platform.problem.Refusal;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;

/** Finds what an aggregate was at an earlier version, which the aggregate itself does not keep. */
@Component
public final class EventHistory {

  private final EventStore events;

  /** Reads the aggregates' events there. */
  public EventHistory(EventStore events) {
    this.events = events;
  }

  /**
   * The last event of a kind up to a version. Other events are passed over without being read, so
   * that it costs little more than their number.
   *
   * @param current the aggregate's version
   * @param kind what the aggregate's first event is of, too
   * @throws Refusal {@code validation} if there never was such a version
   */
  public <T> T last(Class<T> kind, UUID aggregate, long version, long current) {
    if (version > current) {
      throw Refusal.invalid("/version", "must be a version that was; the last is " + current);
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
