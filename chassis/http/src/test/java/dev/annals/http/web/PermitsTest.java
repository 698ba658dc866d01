package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Refusal;
import org.junit.jupiter.api.Test;

class PermitsTest {

  private final Permits<String> permits = new Permits<>(2);

  @Test
  void refusesAThirdPermitOfOneKeyButNotOfAnother() {
    permits.take("ada");
    permits.take("ada");

    assertThatThrownBy(() -> permits.take("ada")).isInstanceOf(Refusal.class);
    assertThatCode(() -> permits.take("bob")).doesNotThrowAnyException();
  }

  @Test
  void freesAPermitOnceWhenItIsClosedTwice() {
    permits.take("ada");
    Permits.Permit second = permits.take("ada");

    second.close();
    second.close();

    permits.take("ada");
    assertThatThrownBy(() -> permits.take("ada")).isInstanceOf(Refusal.class);
  }
}
