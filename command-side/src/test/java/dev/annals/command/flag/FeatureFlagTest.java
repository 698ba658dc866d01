package dev.annals.command.flag;

import static dev.annals.command.Expect.refused;

import dev.annals.api.Feature;
import dev.annals.base.problem.Problem;
import dev.annals.command.flag.FeatureFlag.SwitchFlag;
import dev.annals.events.flag.FlagSwitched;
import dev.annals.eventstore.flag.FlagState;
import dev.annals.http.web.IfMatch;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

class FeatureFlagTest {

  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final FlagSwitched OFF_EXCEPT_FOR_ANNA =
      new FlagSwitched("sorting", false, 100, List.of(ANNA));

  private final AggregateTestFixture<FeatureFlag> flag =
      new AggregateTestFixture<>(FeatureFlag.class);

  private static SwitchFlag command(IfMatch ifMatch, boolean enabled, int percentage) {
    return new SwitchFlag(Feature.SORTING, ifMatch, enabled, percentage, List.of(ANNA));
  }

  @Test
  void storesTheFirstSwitch() {
    flag.givenNoPriorActivity()
        .when(command(IfMatch.version(-1), false, 100))
        .expectEvents(OFF_EXCEPT_FOR_ANNA)
        .expectResultMessagePayload(new FlagState(false, 100, List.of(ANNA), 0));
  }

  @Test
  void storesAFurtherSwitch() {
    flag.given(OFF_EXCEPT_FOR_ANNA)
        .when(command(IfMatch.version(0), true, 25))
        .expectEvents(new FlagSwitched("sorting", true, 25, List.of(ANNA)))
        .expectResultMessagePayload(new FlagState(true, 25, List.of(ANNA), 1));
  }

  @Test
  void storesNothingIfASwitchChangesNothing() {
    flag.given(OFF_EXCEPT_FOR_ANNA)
        .when(command(new IfMatch.AnyVersion(), false, 100))
        .expectNoEvents()
        .expectResultMessagePayload(new FlagState(false, 100, List.of(ANNA), 0));
  }

  @Test
  void storesNothingIfTheFirstSwitchEqualsTheDefault() {
    flag.givenNoPriorActivity()
        .when(new SwitchFlag(Feature.SORTING, IfMatch.version(-1), true, 100, List.of()))
        .expectNoEvents()
        .expectResultMessagePayload(FlagState.INITIAL);
  }

  @Test
  void refusesAStaleOrMissingVersion() {
    refused(
        flag.given(OFF_EXCEPT_FOR_ANNA).when(command(IfMatch.version(-1), true, 100)),
        Problem.STALE_VERSION,
        Map.of("currentVersion", 0L));
    refused(
        flag.givenNoPriorActivity().when(command(IfMatch.version(0), true, 100)),
        Problem.STALE_VERSION,
        Map.of("currentVersion", -1L));
    refused(
        flag.givenNoPriorActivity().when(command(new IfMatch.Absent(), true, 100)),
        Problem.PRECONDITION_REQUIRED);
  }
}
