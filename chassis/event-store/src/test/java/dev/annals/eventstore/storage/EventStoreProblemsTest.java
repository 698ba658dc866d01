package dev.annals.eventstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.problem.Problems;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.UUID;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.CannotConvertBetweenTypesException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class EventStoreProblemsTest {

  private static final Map<String, Throwable> THROWN =
      Map.of(
          "conflict",
          new CommandExecutionException("wrapped", new ConcurrencyException("secret")),
          "no-aggregate",
          new AggregateNotFoundException("id", "secret"),
          "erased",
          new ErasedSubjectException(new UUID(0, 1)),
          "locked",
          new LockAcquisitionFailedException("secret"),
          "deadlock",
          new EventStoreException("x", new SQLException("secret", "40P01")),
          "unreadable",
          new CannotConvertBetweenTypesException("secret"),
          "unreadable-time",
          new DateTimeParseException("secret", "secret", 0));

  @ParameterizedTest
  @CsvSource({
    "conflict,409,conflict",
    "no-aggregate,404,not-found",
    "erased,404,not-found",
    "locked,503,unavailable",
    "deadlock,503,unavailable",
    "unreadable,422,unreadable-event",
    "unreadable-time,422,unreadable-event"
  })
  void mapsExceptionsToProblemsWithoutTheirMessages(String thrown, int status, String slug)
      throws Exception {
    MockHttpServletResponse response = new MockHttpServletResponse();
    Problems.write(
        Problems.of(THROWN.get(thrown)), new MockHttpServletRequest("GET", "/things"), response);

    assertThat(response.getStatus()).isEqualTo(status);
    assertThat(response.getContentAsString(StandardCharsets.UTF_8))
        .contains("\"urn:problem:" + slug + "\"")
        .doesNotContain("secret");
    assertThat(response.getHeader("Retry-After") != null).isEqualTo(status == 503);
  }
}
