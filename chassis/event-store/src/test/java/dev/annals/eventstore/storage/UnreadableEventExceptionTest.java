package dev.annals.eventstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.format.DateTimeParseException;
import java.util.stream.Stream;
import org.axonframework.serialization.CannotConvertBetweenTypesException;
import org.axonframework.serialization.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnreadableEventExceptionTest {

  private static final String SHAPE = "Its shape is not that of a stored event.";

  static Stream<Arguments> unreadable() {
    return Stream.of(
        arguments(new UnreadableEventException("Its title is gone.", null), "Its title is gone."),
        arguments(
            new SubjectKeyException(new IllegalStateException("secret")),
            "The key of its user cannot be decrypted."),
        arguments(new SerializationException("secret"), SHAPE),
        arguments(new CannotConvertBetweenTypesException("secret"), SHAPE),
        arguments(new DateTimeParseException("secret", "secret", 0), SHAPE),
        arguments(
            new SerializationException(
                "secret", new UnreadableEventException("Its title is gone.", null)),
            "Its title is gone."));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void explainsWhyAnEventCannotBeRead(RuntimeException failure, String why) {
    assertThat(UnreadableEventException.isReadFailure(failure)).isTrue();
    assertThat(UnreadableEventException.reason(failure)).hasValue(why);
    IllegalStateException around = new IllegalStateException(failure);
    assertThat(UnreadableEventException.isReadFailure(around)).isFalse();
    assertThat(UnreadableEventException.reason(around)).hasValue(why);
  }

  @Test
  void doesNotExplainAFailureOfAStore() {
    IllegalStateException away = new IllegalStateException("secret");
    assertThat(UnreadableEventException.isReadFailure(away)).isFalse();
    assertThat(UnreadableEventException.reason(away)).isEmpty();
  }
}
