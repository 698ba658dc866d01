package dev.annals.query.history;

import dev.annals.events.storage.UnreadableEventException;
import dev.annals.platform.axon.AxonConfiguration;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.query.history.HistoryEntry.FieldChange;
import dev.annals.query.model.ModelDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;

/**
 * The history of one kind of resource. Whatever is asked costs one walk through the events of one
 * resource, from the first up to those that are asked for.
 *
 * @param <E> the events
 * @param <D> what they are folded into
 */
public final class History<E, D extends ModelDocument> {

  /** Says which change it is, not what it changed. */
  private static final Set<String> OF_EACH_CHANGE =
      Set.of("id", "version", "createdAt", "updatedAt");

  private static final JsonMapper JSON = JsonMapper.shared();

  private final EventStore events;
  private final String aggregateType;
  private final Class<E> eventType;
  private final Step<E, D> step;
  private final Function<D, String> owner;
  private final Function<D, ?> view;

  /** How one event changes what is known. */
  @FunctionalInterface
  public interface Step<E, D> {

    /**
     * What is known after the event.
     *
     * @param before null for the first event
     */
    D after(D before, E event, long sequence, Instant occurredAt);
  }

  /**
   * The history of what an aggregate type's events tell.
   *
   * @param step the fold, the same as the projection's
   * @param owner whose a resource is
   * @param view a resource as clients see it
   */
  public History(
      EventStore events,
      String aggregateType,
      Class<E> eventType,
      Step<E, D> step,
      Function<D, String> owner,
      Function<D, ?> view) {
    this.events = events;
    this.aggregateType = aggregateType;
    this.eventType = eventType;
    this.step = step;
    this.owner = owner;
    this.view = view;
  }

  /** What it is a history of. */
  public String aggregateType() {
    return aggregateType;
  }

  /** The owner's resource as it was then, be it in the trash; empty if it was not then. */
  public Optional<D> at(UUID user, UUID id, Moment moment) {
    return at(id, moment).filter(isOf(user));
  }

  /** A resource as its owner saw it then. */
  public Optional<Object> seen(UUID id, Moment moment) {
    return at(id, moment).map(view);
  }

  private Optional<D> at(UUID id, Moment moment) {
    D state = null;
    DomainEventStream stream = events.readEvents(id.toString(), 0);
    while (stream.hasNext()) {
      DomainEventMessage<?> event = stream.next();
      if (!isOf(event) || !moment.includes(event)) {
        break;
      }
      state = after(state, event);
    }
    return Optional.ofNullable(state).filter(it -> moment.isAt(it.lastSequence()));
  }

  /** What happened to the owner's resource, the newest first; empty if it is not theirs. */
  public Optional<Page<HistoryEntry>> page(UUID user, UUID id, Paging paging) {
    long total = events.lastSequenceNumberFor(id.toString()).map(last -> last + 1).orElse(0L);
    long end = Math.max(1, total - paging.offset());
    List<HistoryEntry> entries = new ArrayList<>();
    D state = null;
    DomainEventStream stream = events.readEvents(id.toString(), 0);
    while (stream.hasNext()) {
      DomainEventMessage<?> event = stream.next();
      if (!isOf(event) || event.getSequenceNumber() >= end) {
        break;
      }
      D before = state;
      state = after(before, event);
      if (event.getSequenceNumber() >= total - paging.offset() - paging.size()
          && paging.offset() < total) {
        entries.add(entry(event, before, state));
      }
    }
    Collections.reverse(entries);
    return Optional.ofNullable(state)
        .filter(isOf(user))
        .map(known -> Page.of(entries, paging, total));
  }

  private Predicate<D> isOf(UUID user) {
    return state -> owner.apply(state).equals(user.toString());
  }

  private boolean isOf(DomainEventMessage<?> event) {
    return event.getType().equals(aggregateType);
  }

  private D after(D before, DomainEventMessage<?> event) {
    Object payload = event.getPayload();
    if (!eventType.isInstance(payload)) {
      throw new UnreadableEventException("Its type is not known here.", null);
    }
    return step.after(
        before, eventType.cast(payload), event.getSequenceNumber(), event.getTimestamp());
  }

  private HistoryEntry entry(DomainEventMessage<?> event, D before, D after) {
    return new HistoryEntry(
        event.getSequenceNumber(),
        event.getPayloadType().getSimpleName(),
        event.getTimestamp(),
        event.getMetaData().get(AxonConfiguration.ACTOR) instanceof String actor ? actor : null,
        changes(before == null ? MissingNode.getInstance() : tree(before), tree(after)));
  }

  private JsonNode tree(D state) {
    return JSON.valueToTree(view.apply(state));
  }

  private static List<FieldChange> changes(JsonNode before, JsonNode after) {
    Set<String> fields = new LinkedHashSet<>(after.propertyNames());
    fields.addAll(before.propertyNames());
    fields.removeAll(OF_EACH_CHANGE);
    return fields.stream()
        .map(field -> new FieldChange(field, value(before, field), value(after, field)))
        .filter(change -> !Objects.equals(change.from(), change.to()))
        .toList();
  }

  private static JsonNode value(JsonNode tree, String field) {
    JsonNode value = tree.path(field);
    return value.isMissingNode() ? NullNode.getInstance() : value;
  }
}
