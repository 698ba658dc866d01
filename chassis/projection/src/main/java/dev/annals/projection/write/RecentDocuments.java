package dev.annals.projection.write;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annals.eventstore.heap.HeapSize;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A cache of the documents that this process wrote last, so that the next batch need not read them.
 * A document after a given event is the same whichever process wrote it, so a cached one is valid
 * if the next event directly follows it. Thread-safe.
 */
public final class RecentDocuments<D extends ModelDocument> {

  /** The size of the cache, for each model. */
  static final int MAX_BYTES = 8 << 20;

  // As long as a key that another process destroyed may be cached.
  private static final Duration TTL = Duration.ofSeconds(60);

  private final Cache<Place, D> documents =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((Place place, D document) -> HeapSize.of(place) + HeapSize.of(document))
          .expireAfterWrite(TTL)
          .build();

  private record Place(String generation, String id) {}

  /** Returns the document that directly precedes this event, if it is cached. */
  public Optional<D> before(String generation, String id, long sequence) {
    return Optional.ofNullable(documents.getIfPresent(new Place(generation, id)))
        .filter(document -> document.lastSequence() + 1 == sequence);
  }

  /** Returns true if this process stored at least this version of a document, and knows it. */
  public boolean contains(String generation, String id, long version) {
    D document = documents.getIfPresent(new Place(generation, id));
    return document != null && document.lastSequence() >= version;
  }

  public void put(String generation, D document) {
    documents.put(new Place(generation, document.id()), document);
  }

  public void forget(Set<String> owners) {
    documents.asMap().values().removeIf(document -> owners.contains(document.owner()));
  }

  /** Evicts at once, instead of soon. */
  public void cleanUp() {
    documents.cleanUp();
  }
}
