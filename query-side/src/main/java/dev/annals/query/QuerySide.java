package dev.annals.query;

import dev.annals.platform.start.AnnalsApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** The query side as a program of its own. Start as many as reads need. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan(
    value = {"dev.annals.query", "dev.annals.platform"},
    nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
public class QuerySide {

  public static void main(String[] args) {
    AnnalsApplication.run(QuerySide.class, args);
  }
}
