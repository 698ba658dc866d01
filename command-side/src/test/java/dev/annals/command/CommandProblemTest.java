package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CommandProblemTest {

  @Test
  void hasTheTypesAndStatusesOfTheContract() {
    assertThat(
            Arrays.stream(CommandProblem.values())
                .map(problem -> problem.status() + " " + problem.type()))
        .containsExactly(
            "400 urn:problem:invalid-reset-token",
            "400 urn:problem:invalid-verification-token",
            "401 urn:problem:bad-credentials",
            "400 urn:problem:bad-credentials",
            "401 urn:problem:invalid-refresh-token",
            "403 urn:problem:account-disabled",
            "409 urn:problem:email-taken",
            "409 urn:problem:already-verified",
            "409 urn:problem:invalid-transition",
            "409 urn:problem:last-admin",
            "409 urn:problem:too-many-webhooks");
  }
}
