package dev.annals.command;

import dev.annals.platform.start.AnnalsApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;

/** The command side as a process of its own; the standalone program imports it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan({"dev.annals.command", "dev.annals.platform"})
public class CommandSide {

  /** Starts it; ends with exit code 1 and a sentence when it cannot. */
  public static void main(String[] arguments) {
    AnnalsApplication.run(CommandSide.class, arguments);
  }
}
