package dev.annals.query.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a batch of events changes in one read model. */
final class Changes<D extends ModelDocument> implements BatchWrite {

  private final ReadModel<D> model;
  private final Map<String, List<Change<D>>> byDocument = new LinkedHashMap<>();

  Changes(ReadModel<D> model) {
    this.model = model;
  }

  void add(Change<D> change) {
    byDocument.computeIfAbsent(change.id(), id -> new ArrayList<>()).add(change);
  }

  @Override
  public void write(Poison poison) {
    model.write(byDocument, poison);
  }
}
