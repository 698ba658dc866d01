package dev.annals.query;

import dev.annals.api.ApiConfiguration;
import dev.annals.base.security.VerificationKeys;
import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.security.LiveSessions;
import dev.annals.http.security.TestTokens;
import dev.annals.projection.model.ShardedCommands;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.write.Erased;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.json.JacksonSerializer;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The query side on an event store in memory, with the keys of {@link TestTokens}. */
@SpringBootConfiguration
@EnableAutoConfiguration(
    exclude = DataSourceAutoConfiguration.class,
    excludeName = {
      "dev.annals.audit.AuditConfiguration",
      "dev.annals.eventstore.aggregate.CommandConfiguration",
      "dev.annals.eventstore.axon.AxonConfiguration",
      "dev.annals.http.crypto.CryptoConfiguration",
      "dev.annals.http.limit.LimitConfiguration"
    })
@Import(ApiConfiguration.class)
@ComponentScan(
    nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class,
    basePackages = {
      "dev.annals.query.console",
      "dev.annals.query.note",
      "dev.annals.query.task",
      "dev.annals.query.notification"
    })
public class QueryProgram {

  private static final DataSource AWAY =
      new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none");

  /**
   * Starts a program on an event store and a database that several share.
   *
   * @param more configurations
   * @param settings arguments of the program
   */
  static ConfigurableApplicationContext start(
      EventStorageEngine engine, TestMongo mongo, List<Class<?>> more, String... settings) {
    return new SpringApplicationBuilder(QueryProgram.class)
        .sources(more.toArray(Class<?>[]::new))
        .initializers(context -> context.getBeanFactory().registerSingleton("sharedEngine", engine))
        .run(
            Stream.concat(
                    Stream.of(
                        "--server.port=0",
                        "--management.server.port=-1",
                        "--spring.main.allow-bean-definition-overriding=true",
                        "--spring.mongodb.uri=" + TestMongo.uri(),
                        "--spring.mongodb.database=" + mongo.name()),
                    Stream.of(settings))
                .toArray(String[]::new));
  }

  /** A test with several programs provides its own. */
  @Bean
  @Fallback
  EventStorageEngine eventStorageEngine() {
    return new InMemoryEventStorageEngine();
  }

  @Bean
  @Primary
  Serializer serializer() {
    return JacksonSerializer.defaultSerializer();
  }

  /** Feature flags are all on while they cannot be looked up. */
  @Bean
  JdbcClient databaseThatIsAway() {
    return JdbcClient.create(AWAY);
  }

  @Bean
  CommitSignal signalOfNoOtherProcess(JdbcClient jdbc, MasterKey masterKey, Clock clock) {
    return new CommitSignal(AWAY, new StoredSubjectKeys(jdbc, masterKey, clock));
  }

  @Bean
  Erased noUserIsErased() {
    return users -> Set.of();
  }

  @Bean
  MongoClientSettingsBuilderCustomizer shardedCommands() {
    return settings -> settings.addCommandListener(new ShardedCommands());
  }

  @Bean
  MasterKey masterKey() {
    return TestTokens.MASTER_KEY;
  }

  @Bean
  VerificationKeys verificationKeys() {
    return TestTokens.keys();
  }

  @Bean
  LiveSessions liveSessions() {
    return TestTokens::live;
  }
}
