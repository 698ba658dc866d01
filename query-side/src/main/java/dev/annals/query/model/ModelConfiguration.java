package dev.annals.query.model;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.client.MongoDatabase;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.data.mongodb.MongoDatabaseFactory;

/** The read models' database. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelProperties.class)
public class ModelConfiguration {

  /** For how many seconds an answer of the database is waited for, and a connection before it. */
  public static final int QUERY_TIMEOUT_SECONDS = 8;

  // A client is told within seconds that the database is away, and a batch ends well before its
  // claim (10 s) does. The server is told the limit, too, and stops. A write that is not guarded
  // must not be given up: the server could do it yet, after a newer one.
  @Bean
  MongoClientSettingsBuilderCustomizer timeouts(ModelProperties properties) {
    return settings -> {
      settings
          .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(3, SECONDS))
          .applyToSocketSettings(socket -> socket.connectTimeout(3, SECONDS));
      if (properties.guarded()) {
        settings.timeout(QUERY_TIMEOUT_SECONDS, SECONDS);
      } else {
        // With a time limit the driver does not look at this one.
        settings.applyToConnectionPoolSettings(pool -> pool.maxWaitTime(3, SECONDS));
      }
    };
  }

  // Whatever the URI says. A projection that reads from a member that is behind takes an event for
  // one that cannot follow, and what a primary that is cut off wrote alone may be taken back after
  // a position was stored that relies on it.
  @Bean
  MongoDatabase modelDatabase(MongoDatabaseFactory databases) {
    return databases
        .getMongoDatabase()
        .withReadPreference(ReadPreference.primary())
        .withReadConcern(ReadConcern.MAJORITY);
  }

  @Bean(destroyMethod = "close")
  ModelIndexes modelIndexes(List<Model> models, ModelProperties properties) {
    // The embedded server makes no use of them, and creating one while documents are written can
    // damage the index on _id there.
    return new ModelIndexes(properties.guarded() ? models : List.of());
  }

  @Bean
  @Fallback
  ModelDurability acknowledgedIsDurable() {
    return () -> {};
  }
}
