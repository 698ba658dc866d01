package dev.annals.servers;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Skips every test of {@code -Pcontainers}, and says so once, where no engine runs containers. */
public final class ContainerEngineCondition implements ExecutionCondition {

  private static final String WHY =
      "No container engine can be reached: the tests of -Pcontainers are skipped.";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext test) {
    return !Servers.wanted() || Engine.IS_THERE
        ? ConditionEvaluationResult.enabled("")
        : ConditionEvaluationResult.disabled(WHY);
  }

  private static final class Engine {
    static final boolean IS_THERE = look();

    private static boolean look() {
      boolean there = DockerClientFactory.instance().isDockerAvailable();
      if (!there) {
        System.out.println(WHY);
      }
      return there;
    }
  }
}
