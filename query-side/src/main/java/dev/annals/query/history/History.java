package dev.annals.query.history;

import dev.annals.events.storage.UnreadableEventException;
import dev.annals.platform.axon.AxonConfiguration;
import dev.annals.platform.heap.HeapSize;
import dev.annals.platform.web.ChunkedList;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.query.history.HistoryEntry.FieldChange;
import dev.annals.query.model.ModelDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
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
 * resource, from the first up to those that are asked for, and once more through these if they are
 * large.
 *
 * @param <E> the events
 * @param <D> what they are folded into
 */
public final class History<E, D extends ModelDocument> {

  /** Says which change it is, not what it changed. */
  private static final Set<String> OF_EACH_CHANGE =
      Set.of("id", "version", "createdAt", "updatedAt");

  /** The most bytes of a page that is in memory as a whole. */
  private static final int SMALL = 1 << 20;

  /** How many entries of a larger one are, so that there are about as many pieces. */
  private static final int PIECE = 10;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final EventStore events;
  private final String aggregateType;
  private final Class<E> eventType;
  private final Step<E, D> step;
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
   * @param view a resource as clients see it
   */
  public History(
      EventStore events,
      String aggregateType,
      Class<E> eventType,
      Step<E, D> step,
      Function<D, ?> view) {
    this.events = events;
    this.aggregateType = aggregateType;
    this.eventType = eventType;
    this.step = step;
    this.view = view;
  }

  /** What it is a history of. */
  public String aggregateType() {
    return aggregateType;
  }

  /** The owner's resource as it was then, be it in the trash; empty if it was not then. */
  public Optional<D> at(UUID user, UUID id, PointInTime moment) {
    return at(id, moment).filter(isOf(user));
  }

  /** A resource as its owner saw it then. */
  public Optional<Object> seen(UUID id, PointInTime moment) {
    return at(id, moment).map(view);
  }

  private Optional<D> at(UUID id, PointInTime moment) {
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

  /**
   * What happened to the owner's resource, the newest first; empty if it is not theirs. Where that
   * is large, it is read again, piece by piece, while it is written.
   */
  public Optional<Page<HistoryEntry>> page(UUID user, UUID id, Paging paging) {
    long total = events.lastSequenceNumberFor(id.toString()).map(last -> last + 1).orElse(0L);
    long end = total - paging.offset();
    Span<D> span = new Span<>(Math.max(0, end - paging.size()), end);
    D state = null;
    DomainEventStream stream = events.readEvents(id.toString(), 0);
    while (stream.hasNext()) {
      DomainEventMessage<?> event = stream.next();
      if (!isOf(event) || event.getSequenceNumber() >= Math.max(1, end)) {
        break;
      }
      D before = state;
      state = after(before, event);
      if (event.getSequenceNumber() >= span.first && event.getSequenceNumber() < end) {
        span.add(entry(event, before, state), before);
      }
    }
    return Optional.ofNullable(state)
        .filter(isOf(user))
        .map(known -> Page.of(span.content(piece -> piece(id, span, piece)), paging, total));
  }

  private List<HistoryEntry> piece(UUID id, Span<D> span, int number) {
    long end = span.end - (long) number * PIECE;
    long first = Math.max(span.first, end - PIECE);
    D state = span.before.get(first);
    List<HistoryEntry> entries = new ArrayList<>();
    DomainEventStream stream = events.readEvents(id.toString(), first);
    while (stream.hasNext() && stream.peek().getSequenceNumber() < end) {
      DomainEventMessage<?> event = stream.next();
      D before = state;
      state = after(before, event);
      entries.add(entry(event, before, state));
    }
    Collections.reverse(entries);
    return entries;
  }

  /**
   * The entries of a page as far as they are small together, and what is needed to read them anew.
   */
  private static final class Span<D> {

    private final long first;
    private final long end;

    /** What was known before the first event of each piece, by that event's number. */
    private final Map<Long, D> before = new HashMap<>();

    private final List<HistoryEntry> entries = new ArrayList<>();
    private int count;
    private long bytes;
    private int largest;

    Span(long first, long end) {
      this.first = first;
      this.end = end;
    }

    void add(HistoryEntry entry, D known) {
      if (entry.version() == first || (end - entry.version()) % PIECE == 0) {
        before.put(entry.version(), known);
      }
      int weight = HeapSize.of(entry);
      count++;
      bytes += weight;
      largest = Math.max(largest, weight);
      if (bytes <= SMALL) {
        entries.add(entry);
      } else {
        entries.clear();
      }
    }

    List<HistoryEntry> content(IntFunction<List<HistoryEntry>> read) {
      if (bytes > SMALL) {
        // What an event leaves is what the next one finds.
        return new ChunkedList<>(count, PIECE, (long) largest * (PIECE + before.size()) / 2, read);
      }
      Collections.reverse(entries);
      return entries;
    }
  }

  private Predicate<D> isOf(UUID user) {
    return state -> state.owner().equals(user.toString());
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
