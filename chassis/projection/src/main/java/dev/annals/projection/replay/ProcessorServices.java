package dev.annals.projection.replay;

import com.mongodb.client.MongoDatabase;
import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.Generations;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.write.ModelDurability;
import java.time.Clock;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;

/** The services that the processors of models use. An event store in memory has two fewer. */
record ProcessorServices(
    MongoDatabase database,
    ModelProperties properties,
    Serializer serializer,
    ObjectProvider<NotifyingEventSource> source,
    ObjectProvider<StoredEvents> stored,
    ModelDurability durability,
    TokenEntries tokens,
    TokenEvents tokenEvents,
    LatePositions positions,
    DeadLetters letters,
    Generations.Store generations,
    Replays replays,
    ModelProcessors states,
    Clock clock,
    PeriodicTasks timer) {

  SegmentCount segmentCount() {
    return new SegmentCount(tokens.collection(), serializer, durability, properties.segments());
  }

  MongoTokenStore.Builder tokenStore() {
    return ModelTokenStore.builder(database, properties, serializer);
  }
}
