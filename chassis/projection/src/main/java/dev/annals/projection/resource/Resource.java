package dev.annals.projection.resource;

import dev.annals.projection.history.History;
import dev.annals.projection.model.ModelServices;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.write.ModelDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Describes a kind of resource.
 *
 * @param <E> the events
 * @param <D> the stored documents
 * @param <V> the resource as clients see it
 * @param name the name of the read model, of its processor and of its cached pages
 * @param version the version of the documents; a greater one makes the read model be built anew
 * @param kind the kind of the consistency tokens
 * @param aggregateType the type that the event store names
 * @param step the fold of the read model and of the history
 * @param filterIndexes the indexes for the conditions of a {@link ListQuery}, each after {@link
 *     #index()}
 */
public record Resource<E, D extends ModelDocument, V>(
    String name,
    int version,
    String kind,
    String aggregateType,
    Class<E> eventType,
    Class<D> documentType,
    History.Step<E, D> step,
    Function<D, V> view,
    Sorting sorting,
    List<Bson> filterIndexes) {

  /** Returns the beginning of each index: a list has one owner, and shows the trash or the rest. */
  public static Document index() {
    return new Document("owner", 1).append("deleted", 1);
  }

  public List<Bson> indexes() {
    List<Bson> indexes = new ArrayList<>(sorting.indexes());
    indexes.addAll(filterIndexes);
    indexes.add(index().append("words", 1));
    return indexes;
  }

  public ReadModel<D> readModel(ModelServices services) {
    return new ReadModel<>(services, name, version, documentType, indexes());
  }

  public History<E, D> history(EventStore events) {
    return new History<>(events, aggregateType, eventType, step, view);
  }
}
