package dev.annals.command;

import dev.annals.command.role.WorkerOnlyEnvironment;
import dev.annals.platform.start.AnnalsApplication;
import dev.annals.platform.start.RequiredProperties;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** The command side as a process of its own; the standalone program imports it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
// A controller of a context has the same name on both sides, and the standalone program has both.
@ComponentScan(
    value = {"dev.annals.command", "dev.annals.platform"},
    nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
public class CommandSide {

  /** Starts it; ends with exit code 1 and a sentence when it cannot. */
  public static void main(String[] arguments) {
    AnnalsApplication.run(
        CommandSide.class,
        arguments,
        new RequiredProperties("annals.master-key", "spring.datasource.url", "spring.mail.host"),
        new WorkerOnlyEnvironment());
  }
}
