package dev.annals.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The gateway as a program of its own. Start as many as requests need. */
@SpringBootApplication(proxyBeanMethods = false)
public class Gateway {

  /** Starts it; ends with exit code 1 and a sentence when it cannot. */
  public static void main(String[] arguments) {
    try {
      SpringApplication.run(Gateway.class, arguments);
    } catch (RuntimeException reported) {
      // FailureReporter has said why.
      System.exit(1);
    }
  }
}
