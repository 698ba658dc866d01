package dev.annals.query;

import dev.annals.platform.crypto.StoredSubjectKeys;
import dev.annals.platform.start.AnnalsApplication;
import dev.annals.platform.start.RequiredProperties;
import dev.annals.query.model.Erased;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** The query side as a program. Reads scale with the number of processes. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan(
    value = {"dev.annals.query", "dev.annals.platform"},
    nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
public class QuerySide {

  @Bean
  Erased erased(StoredSubjectKeys keys) {
    return keys::findErased;
  }

  /** Starts the program. If it cannot start, it prints one sentence and exits with code 1. */
  public static void main(String[] args) {
    AnnalsApplication.run(
        QuerySide.class,
        args,
        new RequiredProperties("annals.master-key", "spring.datasource.url", "spring.mongodb.uri"));
  }
}
