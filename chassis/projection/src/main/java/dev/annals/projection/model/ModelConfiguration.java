package dev.annals.projection.model;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.write.Erased;
import dev.annals.projection.write.FlatRecordCodec;
import dev.annals.projection.write.ModelDurability;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Import;
import org.springframework.data.mongodb.MongoDatabaseFactory;

/** Configures the read models' database. */
@ChassisConfiguration
@Import({DeadLetters.class, ModelServices.class, MongoHealthIndicator.class})
@EnableConfigurationProperties(ModelProperties.class)
public class ModelConfiguration {

  /** The time limit of a query, including the wait for a connection, in seconds. */
  public static final int QUERY_TIMEOUT_SECONDS = 8;

  private static final Duration INDEXES_PAUSE = Duration.ofSeconds(30);

  // A client learns within seconds that the database is unavailable, and a batch ends well before
  // its claim (10 s) does. The server gets the limit, too, and stops. An unguarded write must have
  // no limit: the server could still apply it after a newer one.
  @Bean
  MongoClientSettingsBuilderCustomizer timeouts(ModelProperties properties) {
    return settings -> {
      settings
          .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(3, SECONDS))
          .applyToSocketSettings(socket -> socket.connectTimeout(3, SECONDS));
      if (properties.guarded()) {
        settings.timeout(QUERY_TIMEOUT_SECONDS, SECONDS);
      } else {
        // The driver ignores it if there is a time limit.
        settings.applyToConnectionPoolSettings(pool -> pool.maxWaitTime(3, SECONDS));
      }
    };
  }

  // Overrides the URI. A projection that reads from a secondary that lags finds a gap before the
  // next event, and a write that only an isolated primary has may be rolled back after the token
  // was stored.
  @Bean
  MongoDatabase modelDatabase(MongoDatabaseFactory databases) {
    return FlatRecordCodec.in(databases.getMongoDatabase())
        .withReadPreference(ReadPreference.primary())
        .withReadConcern(ReadConcern.MAJORITY)
        .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
  }

  @Bean
  Generations.Store generations(MongoDatabase database) {
    return new Generations.Store(database.getCollection("generations", Generations.class));
  }

  /** Creates the indexes once the program is ready: without them queries are slow but right. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> modelIndexes(
      List<Model> models, DeadLetters letters, ModelProperties properties, PeriodicTasks timer) {
    // The embedded server does not use them, and creating one during writes can damage its index on
    // _id.
    return ready -> {
      if (properties.guarded()) {
        timer.retry(
            INDEXES_PAUSE,
            () -> {
              letters.createIndexes();
              models.forEach(Model::createIndexes);
            });
      }
    };
  }

  @Bean
  @ConditionalOnMissingBean
  Erased erased(StoredSubjectKeys keys) {
    return new Erased() {
      @Override
      public Set<UUID> among(Set<UUID> users) {
        return keys.findErased(users);
      }

      /** A key that decrypted an event of the batch is cached, and evicted when it is destroyed. */
      @Override
      public Set<UUID> knownAmong(Set<UUID> users) {
        return keys.findErased(keys.withoutCachedKey(users));
      }
    };
  }

  @Bean
  @Fallback
  ModelDurability acknowledgedIsDurable() {
    return () -> {};
  }
}
