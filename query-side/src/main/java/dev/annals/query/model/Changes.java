package dev.annals.query.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The changes of a batch of events to one generation of a read model. */
final class Changes<D extends ModelDocument> implements BatchWrite {

  private final ReadModel<D> model;
  private final String generation;
  private final Map<String, List<Change<D>>> byDocument = new LinkedHashMap<>();
  private final Set<UUID> dropped = new HashSet<>();

  Changes(ReadModel<D> model, String generation) {
    this.model = model;
    this.generation = generation;
  }

  void add(Change<D> change) {
    byDocument.computeIfAbsent(change.id(), id -> new ArrayList<>()).add(change);
  }

  void drop(UUID owner) {
    dropped.add(owner);
  }

  @Override
  public void write(FailedEvents poison, Runnable extendClaim) {
    model.write(generation, byDocument, dropped, poison, extendClaim);
  }
}
