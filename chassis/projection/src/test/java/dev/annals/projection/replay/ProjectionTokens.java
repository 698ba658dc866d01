package dev.annals.projection.replay;

import com.mongodb.client.MongoDatabase;
import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.eventstore.primary.PrimarySearch;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.write.ModelDurability;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.json.JacksonSerializer;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** Creates the token store of projections. */
public final class ProjectionTokens {

  private ProjectionTokens() {}

  /** Creates one with the program's settings. */
  public static TokenStore in(MongoDatabase database, ModelDurability durability) {
    return in(database, durability, "test", 4, System::nanoTime);
  }

  /** Creates one for a process that wants so many segments. */
  static ModelTokenStore in(
      MongoDatabase database,
      ModelDurability durability,
      String node,
      int segments,
      LongSupplier nanos) {
    Serializer serializer = JacksonSerializer.defaultSerializer();
    TokenEntries entries = new TokenEntries(database, node, nanos);
    entries.start();
    TokenEvents events =
        new TokenEvents(
            entries,
            serializer,
            new StaticListableBeanFactory().getBeanProvider(StoredEvents.class),
            new StaticListableBeanFactory().getBeanProvider(NotifyingEventSource.class),
            new StaticListableBeanFactory().getBeanProvider(PrimarySearch.class),
            new DeadLetters(database),
            new SimpleMeterRegistry());
    return new ModelTokenStore(
        ModelTokenStore.builder(database, TestMongo.properties(), serializer).nodeId(node),
        durability,
        entries,
        events,
        new LatePositions(entries, events, serializer, nanos),
        new SegmentCount(entries.collection(), serializer, durability, segments),
        Optional.empty(),
        () -> {});
  }
}
