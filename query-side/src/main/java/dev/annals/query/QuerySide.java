package dev.annals.query;

import dev.annals.api.ApiConfiguration;
import dev.annals.base.start.AnnalsApplication;
import dev.annals.base.start.RequiredProperties;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;
import org.springframework.context.annotation.Import;

/** The query side as a program. Reads scale with the number of processes. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ApiConfiguration.class)
@ComponentScan(nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
public class QuerySide {

  /** Starts the program. If it cannot start, it prints one sentence and exits with code 1. */
  public static void main(String[] args) {
    AnnalsApplication.run(
        QuerySide.class,
        args,
        new RequiredProperties("annals.master-key", "spring.datasource.url", "spring.mongodb.uri"));
  }
}
