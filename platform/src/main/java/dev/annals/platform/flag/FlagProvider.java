package dev.annals.platform.flag;

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Evaluates flags for OpenFeature. All of them are boolean. */
final class FlagProvider implements FeatureProvider {

  private final Function<Flag, FlagState> states;

  FlagProvider(Function<Flag, FlagState> states) {
    this.states = states;
  }

  @Override
  public Metadata getMetadata() {
    return () -> "annals";
  }

  /**
   * Evaluates a flag.
   *
   * @param context with the user's id as the targeting key
   */
  @Override
  public ProviderEvaluation<Boolean> getBooleanEvaluation(
      String key, Boolean otherwise, EvaluationContext context) {
    Optional<Flag> flag = Flag.byKey(key);
    if (flag.isEmpty()) {
      return failed(otherwise, ErrorCode.FLAG_NOT_FOUND);
    }
    return ProviderEvaluation.<Boolean>builder()
        .value(
            states.apply(flag.get()).isOn(flag.get(), UUID.fromString(context.getTargetingKey())))
        .build();
  }

  @Override
  public ProviderEvaluation<String> getStringEvaluation(
      String key, String otherwise, EvaluationContext context) {
    return failed(otherwise, ErrorCode.TYPE_MISMATCH);
  }

  @Override
  public ProviderEvaluation<Integer> getIntegerEvaluation(
      String key, Integer otherwise, EvaluationContext context) {
    return failed(otherwise, ErrorCode.TYPE_MISMATCH);
  }

  @Override
  public ProviderEvaluation<Double> getDoubleEvaluation(
      String key, Double otherwise, EvaluationContext context) {
    return failed(otherwise, ErrorCode.TYPE_MISMATCH);
  }

  @Override
  public ProviderEvaluation<Value> getObjectEvaluation(
      String key, Value otherwise, EvaluationContext context) {
    return failed(otherwise, ErrorCode.TYPE_MISMATCH);
  }

  private static <T> ProviderEvaluation<T> failed(T otherwise, ErrorCode code) {
    return ProviderEvaluation.<T>builder().value(otherwise).errorCode(code).build();
  }
}
