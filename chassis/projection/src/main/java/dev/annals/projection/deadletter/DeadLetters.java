package dev.annals.projection.deadletter;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Sorts.descending;
import static com.mongodb.client.model.Updates.set;
import static dev.annals.projection.list.Listing.translating;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.ReplaceOptions;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.deadletter.DeadLetter.State;
import dev.annals.projection.list.Listing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * The events that projections could not handle. A retry or a skip is done within about two seconds
 * by the process that owns the aggregate's segment, between two batches.
 */
public final class DeadLetters {

  private static final long MAX_AGE = TimeUnit.SECONDS.toNanos(2);
  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
  private static final Bson WAITING = in("state", State.HELD, State.RETRY);
  private static final Bson WAITING_OR_TO_BE_SKIPPED =
      in("state", State.HELD, State.RETRY, State.SKIP);

  private static final List<Bson> INDEXES =
      List.of(
          new Document("processor", 1).append("state", 1).append("failedAt", 1).append("_id", 1),
          new Document("letter", 1));

  private final MongoCollection<DeadLetter> letters;
  private final Map<String, Requested> requested = new ConcurrentHashMap<>();
  private Look look = new Look(System.nanoTime() - MAX_AGE, Set.of());

  /** The letters of a processor with a request, as read then, by {@link System#nanoTime()}. */
  private record Requested(long readAt, List<DeadLetter> letters) {}

  /** The processors that had letters then, by {@link System#nanoTime()}. */
  private record Look(long at, Set<String> processors) {}

  public DeadLetters(MongoDatabase database) {
    this.letters = database.getCollection("dead-letters", DeadLetter.class);
  }

  /** Creates the indexes, without a time limit. */
  public void createIndexes() {
    letters
        .withTimeout(0, TimeUnit.SECONDS)
        .createIndexes(INDEXES.stream().map(IndexModel::new).toList());
  }

  /** Returns a page of the letters of some processors, the newest failure first. */
  public Page<DeadLetter> page(Collection<String> processors, Paging paging) {
    return new Listing<>(letters, null, DeadLetter::id, new Document())
        .page(
            and(in("processor", processors), WAITING),
            Listing.total(List.of(descending("failedAt"))),
            paging);
  }

  public long count(String processor) {
    return translating(() -> letters.countDocuments(and(eq("processor", processor), WAITING)));
  }

  /**
   * Requests a retry of a letter, and of the events behind it.
   *
   * @throws Refusal {@code not-found}
   */
  public void retry(UUID letter) {
    request(letter, State.RETRY);
  }

  /**
   * Requests to skip a letter's event, and to handle the events behind it.
   *
   * @throws Refusal {@code not-found}
   */
  public void skip(UUID letter) {
    request(letter, State.SKIP);
  }

  private void request(UUID letter, State state) {
    Bson waiting = and(eq("letter", letter.toString()), WAITING);
    if (translating(() -> letters.updateOne(waiting, set("state", state))).getMatchedCount() == 0) {
      throw Refusal.notFound();
    }
    requested.clear();
  }

  /**
   * Returns a processor's letters for these aggregates, by aggregate. Those that another process
   * has stored in the last two seconds may be missing, unless {@link #forget} was called.
   */
  public Map<String, DeadLetter> of(String processor, Collection<String> aggregates) {
    Map<String, DeadLetter> found = new HashMap<>();
    if (!hasSome(processor, System.nanoTime() - MAX_AGE)) {
      return found;
    }
    letters
        .find(in("_id", aggregates.stream().map(it -> DeadLetter.id(processor, it)).toList()))
        .forEach(letter -> found.put(letter.aggregateId(), letter));
    return found;
  }

  /** Returns true if a processor has letters. All processors share a look, not before that time. */
  private synchronized boolean hasSome(String processor, long time) {
    if (look.at() - time <= 0) {
      long began = System.nanoTime();
      look = new Look(began, letters.distinct("processor", String.class).into(new HashSet<>()));
    }
    return look.processors().contains(processor);
  }

  /** Makes the next look for letters a new one. */
  public synchronized void forget() {
    look = new Look(System.nanoTime() - MAX_AGE, Set.of());
  }

  /** Returns those of the aggregates that a processor's model skips as a whole. */
  public Set<String> abandoned(String processor, Collection<String> aggregates) {
    return of(processor, aggregates).values().stream()
        .filter(letter -> letter.state() == State.ABANDONED)
        .map(DeadLetter::aggregateId)
        .collect(Collectors.toSet());
  }

  /** Applies the skips of one generation to another. Returns true while some are still pending. */
  public boolean applySkipsOf(String generation, String another) {
    boolean some = false;
    for (DeadLetter letter : all(and(eq("processor", generation), WAITING_OR_TO_BE_SKIPPED))) {
      String there = DeadLetter.id(another, letter.aggregateId());
      Bson left =
          or(
              and(
                  eq("_id", there),
                  eq("state", State.ABANDONED),
                  eq("sequence", letter.sequence())),
              eq("_id", there + "/" + letter.sequence()));
      if (letter.state() == State.SKIP) {
        some = true;
      } else if (letters.countDocuments(left) > 0) {
        letters.updateOne(eq("_id", letter.id()), set("state", State.SKIP));
        some = true;
      }
    }
    return some;
  }

  /**
   * Returns the letters of a generation that hold back events which another one does not hold back.
   */
  public List<DeadLetter> onlyHeldBackIn(String generation, String another) {
    List<DeadLetter> only = new ArrayList<>();
    for (DeadLetter letter : all(and(eq("processor", generation), WAITING))) {
      Bson same =
          and(
              eq("_id", DeadLetter.id(another, letter.aggregateId())),
              lte("sequence", letter.sequence()));
      if (letters.countDocuments(same) == 0) {
        only.add(letter);
      }
    }
    return only;
  }

  public void removeAll(String processor) {
    letters.deleteMany(eq("processor", processor));
  }

  /** Deletes the letters of a processor whose events are not in the event store. */
  public void removeLost(String processor, StoredEvents events) {
    for (DeadLetter letter : all(eq("processor", processor))) {
      boolean there =
          letter.eventId() == null
              ? events.position(letter.aggregateId(), letter.sequence()) >= 0
              : events.positions(List.of(letter.eventId())).containsKey(letter.eventId());
      if (!there) {
        remove(letter);
      }
    }
  }

  public void retryAll(String processor) {
    letters.updateMany(
        and(eq("processor", processor), eq("state", State.HELD)), set("state", State.RETRY));
  }

  /**
   * Returns the letters of a processor with a requested retry or skip. The segments share a read.
   *
   * @param time when they may have been read at the earliest, by {@link System#nanoTime()}
   */
  public List<DeadLetter> requested(String processor, long time) {
    if (!hasSome(processor, time)) {
      return List.of();
    }
    return requested
        .compute(
            processor,
            (name, last) ->
                last != null && last.readAt() - time > 0
                    ? last
                    : new Requested(
                        System.nanoTime(),
                        all(and(eq("processor", name), in("state", State.RETRY, State.SKIP)))))
        .letters();
  }

  /** Reads all of them first: a cursor's time limit covers its whole life. */
  private List<DeadLetter> all(Bson filter) {
    return letters.find(filter).into(new ArrayList<>());
  }

  /** Stores the letter in place of the aggregate's previous one. */
  public void put(DeadLetter letter) {
    letters.replaceOne(eq("_id", letter.id()), letter, UPSERT);
    forget();
  }

  public void remove(DeadLetter letter) {
    letters.deleteOne(eq("_id", letter.id()));
  }
}
