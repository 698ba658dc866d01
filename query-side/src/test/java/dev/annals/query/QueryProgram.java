package dev.annals.query;

import dev.annals.platform.crypto.MasterKey;
import dev.annals.platform.security.LiveSessions;
import dev.annals.platform.security.VerificationKeys;
import dev.annals.query.model.Erased;
import java.util.Set;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.json.JacksonSerializer;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The query side on an event store in memory, with the keys of {@link TestTokens}. */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
@ComponentScan(
    nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class,
    basePackages = {
      "dev.annals.query.console",
      "dev.annals.query.model",
      "dev.annals.query.note",
      "dev.annals.query.task",
      "dev.annals.query.notification",
      "dev.annals.query.processor",
      "dev.annals.query.resource",
      "dev.annals.platform.flag",
      "dev.annals.platform.json",
      "dev.annals.platform.openapi",
      "dev.annals.platform.problem",
      "dev.annals.platform.processor",
      "dev.annals.platform.redis",
      "dev.annals.platform.security",
      "dev.annals.platform.start",
      "dev.annals.platform.time",
      "dev.annals.platform.web"
    },
    excludeFilters =
        @ComponentScan.Filter(
            type = FilterType.REGEX,
            pattern = ".*Jdbc(VerificationKeys|LiveSessions)"))
public class QueryProgram {

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
    return JdbcClient.create(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none"));
  }

  @Bean
  Erased noUserIsErased() {
    return users -> Set.of();
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
