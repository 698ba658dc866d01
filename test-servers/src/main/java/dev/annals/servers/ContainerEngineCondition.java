package dev.annals.servers;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Skips all tests of {@code -Pcontainers} if no container engine is available. */
public final class ContainerEngineCondition implements ExecutionCondition {

  private static final String REASON =
      "No container engine can be reached: the tests of -Pcontainers are skipped.";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext test) {
    return !Servers.useContainers() || Engine.IS_AVAILABLE
        ? ConditionEvaluationResult.enabled("")
        : ConditionEvaluationResult.disabled(REASON);
  }

  private static final class Engine {
    static final boolean IS_AVAILABLE = isAvailable();

    private static boolean isAvailable() {
      boolean available = DockerClientFactory.instance().isDockerAvailable();
      if (!available) {
        System.out.println(REASON);
      }
      return available;
    }
  }
}
