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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;

/** Reports the state of the processors that keep models, as stored beside the models. */
public final class ModelProcessors implements ProcessorStates {

  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

  private final List<Model> models;
  private final MongoCollection<Document> entries;
  private final MongoCollection<LastFailure> failures;
  private final TokenEvents tokens;

  ModelProcessors(List<Model> models, MongoDatabase database, TokenEvents tokens) {
    this.models = List.copyOf(models);
    this.entries = database.getCollection(ModelTokenStore.COLLECTION);
    this.failures = database.getCollection("processor-failures", LastFailure.class);
    this.tokens = tokens;
  }

  public record LastFailure(@BsonId String processor, ProcessorFailure failure) {}

  @Override
  public List<ProcessorState> all() {
    return translating(() -> models.stream().map(this::state).toList());
  }

  private ProcessorState state(Model model) {
    String generation = model.generation();
    return new ProcessorState(
        model.name(),
        "query",
        segments(generation),
        Optional.ofNullable(failures.find(eq("_id", generation)).first())
            .map(LastFailure::failure));
  }

  List<ProcessorState.Segment> segments(String name) {
    return entries
        .find(eq("processorName", name))
        .map(entry -> new ProcessorState.Segment(tokens.position(entry), entry.getString("owner")))
        .into(new ArrayList<>());
  }

  void remove(String generation) {
    entries.deleteMany(eq("processorName", generation));
    failures.deleteOne(eq("_id", generation));
  }

  @Override
  public void failed(String processor, ProcessorFailure failure) {
    failures.replaceOne(eq("_id", processor), new LastFailure(processor, failure), UPSERT);
  }
}
