package dev.annals.command;

import dev.annals.api.ApiConfiguration;
import dev.annals.base.start.AnnalsApplication;
import dev.annals.base.start.RequiredProperties;
import dev.annals.command.limit.LimitProperties;
import dev.annals.eventstore.aggregate.SchemaMigration;
import dev.annals.http.limit.RateLimits;
import dev.annals.jobs.role.WorkerOnlyEnvironment;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;
import org.springframework.context.annotation.Import;

/** The command side as a program. The standalone program imports it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
// The standalone program has both sides, whose controllers share simple names.
@ComponentScan(nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
@EnableConfigurationProperties(LimitProperties.class)
@Import(ApiConfiguration.class)
public class CommandSide {

  @Bean
  RateLimits limits(LimitProperties properties) {
    return properties.table();
  }

  /**
   * Starts the command side, or migrates the schema (see {@link SchemaMigration}). If it cannot, it
   * prints one sentence and exits with code 1.
   */
  public static void main(String[] arguments) {
    if (SchemaMigration.isRequested(arguments)) {
      SchemaMigration.run(arguments);
      return;
    }
    AnnalsApplication.run(
        CommandSide.class,
        arguments,
        new RequiredProperties("annals.master-key", "spring.datasource.url", "spring.mail.host"),
        new WorkerOnlyEnvironment());
  }
}
