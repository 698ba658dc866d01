package dev.annals.command;

import dev.annals.command.role.WorkerOnlyEnvironment;
import dev.annals.platform.start.AnnalsApplication;
import dev.annals.platform.start.RequiredProperties;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** The command side as a program. The standalone program imports it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
// The standalone program has both sides, whose controllers share simple names.
@ComponentScan(
    value = {"dev.annals.command", "dev.annals.platform"},
    nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
public class CommandSide {

  /** Starts the command side. If it cannot start, it prints one sentence and exits with code 1. */
  public static void main(String[] arguments) {
    AnnalsApplication.run(
        CommandSide.class,
        arguments,
        new RequiredProperties("annals.master-key", "spring.datasource.url", "spring.mail.host"),
        new WorkerOnlyEnvironment());
  }
}
