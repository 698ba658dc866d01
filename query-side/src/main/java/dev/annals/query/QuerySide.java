package dev.annals.query;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;

/** The query side as a program of its own. Start as many as reads need. */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan({"dev.annals.query", "dev.annals.platform"})
public class QuerySide {

  public static void main(String[] args) {
    SpringApplication.run(QuerySide.class, args);
  }
}
