package dev.annals.gateway;

import dev.annals.platform.start.AnnalsApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The gateway as a program of its own. Start as many as requests need. */
@SpringBootApplication(proxyBeanMethods = false)
public class Gateway {

  /** Starts it; ends with exit code 1 and a sentence when it cannot. */
  public static void main(String[] arguments) {
    AnnalsApplication.run(Gateway.class, arguments);
  }
}
