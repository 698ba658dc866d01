package dev.annals.projection.follow;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.LargeResponses;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.inbox.InboxEntry;
import dev.annals.projection.inbox.InboxQueries;
import dev.annals.projection.inbox.InboxTypes;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.resource.Resource;
import dev.annals.projection.resource.ResourceDocument;
import dev.annals.projection.write.ModelDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells what changed since a cursor, which is the number of a notification. The entries of an inbox
 * are added in the order of their numbers, so that a reader who continues after the last one misses
 * none. A page shows the resources of the entries that no other entry of the resource follows.
 */
public final class ChangeQueries {

  /** The entries of one read. */
  private static final int CHUNK = 500;

  /** The most entries that a page passes: nearly all may be of resources that changed again. */
  private static final int MAX_ENTRIES = 10_000;

  /** The documents of one read: each may have some hundred kilobytes. */
  private static final int DOCUMENTS = 20;

  /** The most bytes of a page of more than one change. */
  private static final int MAX_BYTES = 1 << 20;

  /** The bytes from which a page counts as a large response. */
  private static final int LARGE_BYTES = 1 << 18;

  /** The bytes of a page without changes, at most. */
  private static final int EMPTY_BYTES = 100;

  private final InboxQueries inbox;
  private final JsonMapper json;
  private final LargeResponses answers;
  private final Map<String, Source> sources;

  /** A kind of resource, and its read model. */
  private record Source(Resource<?, ?, ?> resource, ReadModel<?> model) {

    Change change(InboxEntry entry, ModelDocument document) {
      boolean deleted = document instanceof ResourceDocument kept && kept.deletedAt() != null;
      return new Change(
          entry.kind(),
          document.id(),
          document.lastSequence(),
          deleted,
          deleted ? null : view(resource, document));
    }

    private static <D extends ModelDocument> Object view(
        Resource<?, D, ?> resource, ModelDocument document) {
      return resource.view().apply(resource.documentType().cast(document));
    }
  }

  /**
   * An entry that no other entry of its resource follows.
   *
   * @param before the number of the entry before it
   */
  private record Newest(InboxEntry entry, long before) {}

  /**
   * The entries of a page.
   *
   * @param end the number of the last entry that was read
   */
  private record Entries(List<Newest> newest, long end, boolean more) {}

  ChangeQueries(
      InboxQueries inbox,
      ObjectProvider<Resource<?, ?, ?>> resources,
      ObjectProvider<ReadModel<?>> models,
      JsonMapper json,
      LargeResponses answers) {
    this.inbox = inbox;
    this.json = json;
    this.answers = answers;
    Map<String, ReadModel<?>> byName = models.stream().collect(toMap(ReadModel::name, identity()));
    this.sources =
        resources.stream()
            .collect(
                toMap(
                    it -> InboxTypes.kind(it.aggregateType()),
                    it -> new Source(it, byName.get(it.name()))));
  }

  /**
   * Returns the first changes of a user's resources after a number. The page ends before a change
   * that the read model does not show yet. If a dead letter holds that change up, there is no more.
   *
   * @throws Refusal {@link Problem#VALIDATION} if the number is beyond the newest; {@link
   *     Problem#CURSOR_GONE} if a restore cut it off; {@link Problem#READ_MODEL_BEHIND} while a
   *     model is repaired after a restore; {@link Problem#TOO_MANY_REQUESTS} if the page is large,
   *     and the user has too many large responses at a time
   */
  public Changes after(UUID owner, ChangeQuery query) {
    long since = query.since();
    long last = inbox.last(owner);
    if (since > last) {
      throw Refusal.invalid("?since", "is beyond the newest sequence");
    }
    if (since == last) {
      return new Changes(List.of(), since, false);
    }
    if (since > 0 && inbox.isCutOff(owner, since)) {
      throw new Refusal(
          Problem.CURSOR_GONE,
          "The events were restored to a state before this sequence. Begin without since.");
    }
    return page(owner, entries(owner, since, query.limit()));
  }

  private Entries entries(UUID owner, long since, int limit) {
    Map<String, Newest> newest = new LinkedHashMap<>();
    long end = since;
    for (int read = 0; read < MAX_ENTRIES; read += CHUNK) {
      List<InboxEntry> chunk = inbox.entriesAfter(owner, end, CHUNK);
      for (InboxEntry entry : chunk) {
        if (!entry.superseded() && sources.containsKey(entry.kind())) {
          // The one of an earlier chunk has been superseded since that was read.
          newest.remove(entry.resourceId());
          if (newest.size() == limit) {
            return new Entries(List.copyOf(newest.values()), end, true);
          }
          newest.put(entry.resourceId(), new Newest(entry, end));
        }
        end = entry.sequence();
      }
      if (chunk.size() < CHUNK) {
        return new Entries(List.copyOf(newest.values()), end, false);
      }
    }
    return new Entries(List.copyOf(newest.values()), end, true);
  }

  private Changes page(UUID owner, Entries entries) {
    Page page = new Page(owner);
    List<Newest> newest = entries.newest();
    Optional<Changes> ended = Optional.empty();
    for (int i = 0; i < newest.size() && ended.isEmpty(); i += DOCUMENTS) {
      List<Newest> some = newest.subList(i, Math.min(newest.size(), i + DOCUMENTS));
      ended = answers.read(LargeResponses.LIST_BYTES, () -> page.add(some));
    }
    if (page.bytes > LARGE_BYTES) {
      answers.begin(owner);
    }
    return ended.orElseGet(() -> new Changes(page.changes, entries.end(), entries.more()));
  }

  /** The beginning of a page. */
  private final class Page {

    private final UUID owner;
    private final List<Change> changes = new ArrayList<>();
    private long bytes = EMPTY_BYTES;

    Page(UUID owner) {
      this.owner = owner;
    }

    /** Adds the changes of some entries. Returns the page if it ends before one of them. */
    Optional<Changes> add(List<Newest> some) {
      Map<String, ModelDocument> documents = documents(some);
      for (Newest newest : some) {
        InboxEntry entry = newest.entry();
        Source source = sources.get(entry.kind());
        ModelDocument document = documents.get(entry.resourceId());
        if (document == null || document.lastSequence() < entry.version()) {
          Optional<DeadLetter.State> letter =
              source.model().letter(entry.resourceId()).map(DeadLetter::state);
          if (letter.filter(DeadLetter.State.ABANDONED::equals).isEmpty()) {
            return Optional.of(new Changes(changes, newest.before(), letter.isEmpty()));
          }
        } else {
          Change change = source.change(entry, document);
          int size = json.writeValueAsBytes(change).length + 1;
          if (bytes + size > MAX_BYTES && !changes.isEmpty()) {
            return Optional.of(new Changes(changes, newest.before(), true));
          }
          bytes += size;
          changes.add(change);
        }
      }
      return Optional.empty();
    }

    /** Returns the documents of these entries' resources that exist, by id. */
    private Map<String, ModelDocument> documents(List<Newest> some) {
      Map<String, ModelDocument> documents = new HashMap<>();
      some.stream()
          .map(Newest::entry)
          .collect(groupingBy(InboxEntry::kind, mapping(InboxEntry::resourceId, toList())))
          .forEach((kind, ids) -> documents.putAll(sources.get(kind).model().find(owner, ids)));
      return documents;
    }
  }
}
