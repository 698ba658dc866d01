package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.eq;
import static dev.annals.projection.list.Listing.translating;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import dev.annals.eventstore.processor.ProcessorFailure;
import dev.annals.eventstore.processor.ProcessorState;
import dev.annals.eventstore.processor.ProcessorStates;
import dev.annals.projection.model.Model;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.codecs.pojo.annotations.BsonId;

/** Reports the state of the processors that keep models, as stored beside the models. */
public final class ModelProcessors implements ProcessorStates {

  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

  private final List<Model> models;
  private final TokenEntries entries;
  private final MongoCollection<LastFailure> failures;
  private final TokenEvents tokens;

  ModelProcessors(
      List<Model> models, MongoDatabase database, TokenEntries entries, TokenEvents tokens) {
    this.models = List.copyOf(models);
    this.entries = entries;
    this.failures = database.getCollection("processor-failures", LastFailure.class);
    this.tokens = tokens;
  }

  public record LastFailure(@BsonId String processor, ProcessorFailure failure) {}

  @Override
  public List<ProcessorState> all() {
    return translating(
        () -> {
          Map<String, ProcessorFailure> last = new HashMap<>();
          failures.find().forEach(it -> last.put(it.processor(), it.failure()));
          return models.stream()
              .map(
                  model ->
                      new ProcessorState(
                          model.name(),
                          "query",
                          segments(model.generation()),
                          Optional.ofNullable(last.get(model.generation()))))
              .toList();
        });
  }

  /** Returns the segments as they were at a time within the last second. */
  List<ProcessorState.Segment> segments(String name) {
    return entries.recentOf(name).stream()
        .map(entry -> new ProcessorState.Segment(tokens.position(entry), entry.getString("owner")))
        .toList();
  }

  void remove(String generation) {
    entries.collection().deleteMany(eq("processorName", generation));
    failures.deleteOne(eq("_id", generation));
  }

  @Override
  public void failed(String processor, ProcessorFailure failure) {
    failures.replaceOne(eq("_id", processor), new LastFailure(processor, failure), UPSERT);
  }
}
