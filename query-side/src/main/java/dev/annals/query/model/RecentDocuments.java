package dev.annals.query.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annals.platform.heap.HeapSize;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Documents that this process wrote a moment ago, so that the next batch need not read them first.
 * What a document is after one of its aggregate's events does not depend on who wrote it, so one
 * that comes right before the next event is what is stored, or what was stored before that event
 * was handled elsewhere. Safe for any number of threads.
 */
final class RecentDocuments<D extends ModelDocument> {

  /** How many bytes of documents are remembered, of each model. */
  static final int MAX_BYTES = 8 << 20;

  // As long as a key is remembered that was destroyed elsewhere.
  private static final Duration TTL = Duration.ofSeconds(60);

  private final Cache<Place, D> documents =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((Place place, D document) -> HeapSize.of(place) + HeapSize.of(document))
          .expireAfterWrite(TTL)
          .build();

  private record Place(String generation, String id) {}

  /** The document that this event comes right after, if it is one of them. */
  Optional<D> before(String generation, String id, long sequence) {
    return Optional.ofNullable(documents.getIfPresent(new Place(generation, id)))
        .filter(document -> document.lastSequence() + 1 == sequence);
  }

  /** Remembers what was written. */
  void put(String generation, D document) {
    documents.put(new Place(generation, document.id()), document);
  }

  /** Forgets all of these owners'. */
  void forget(Set<String> owners) {
    documents.asMap().values().removeIf(document -> owners.contains(document.owner()));
  }

  /** Forgets at once what is too much. */
  void cleanUp() {
    documents.cleanUp();
  }
}
