package dev.annals.base.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CausesTest {

  @Test
  void listsAFailureAndItsCausesInOrder() {
    Exception root = new Exception("root");
    Exception middle = new Exception("middle", root);
    Exception outer = new Exception("outer", middle);

    assertThat(Causes.of(outer)).containsExactly(outer, middle, root);
  }

  @Test
  void endsAtACycle() {
    Exception one = new Exception("one");
    Exception another = new Exception("another", one);
    one.initCause(another);

    assertThat(Causes.of(one)).hasSize(100);
  }
}
