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

/** The query side as a program of its own. Start as many as reads need. */
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

  /** Starts it; ends with exit code 1 and a sentence when it cannot. */
  public static void main(String[] args) {
    AnnalsApplication.run(
        QuerySide.class,
        args,
        new RequiredProperties("annals.master-key", "spring.datasource.url", "spring.mongodb.uri"));
  }
}
