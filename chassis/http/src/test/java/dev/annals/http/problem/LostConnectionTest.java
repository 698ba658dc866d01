package dev.annals.http.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.transaction.TransactionSystemException;

/** A lost connection to the database must not be mistaken for one to the client. */
class LostConnectionTest {

  private final MockHttpServletResponse response = new MockHttpServletResponse();

  @Test
  void answers503IfTheDatabaseConnectionIsLost() throws Exception {
    answer(
        new IllegalStateException(
            "append", new SQLException("I/O error", "08006", new EOFException())));

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getContentAsString()).contains("urn:problem:unavailable");
    assertThat(response.getHeader("Retry-After")).isNotNull();
  }

  @Test
  void answers503IfTheRollbackFails() throws Exception {
    answer(
        new TransactionSystemException(
            "JDBC rollback failed", new SQLException("Connection is closed")));

    assertThat(response.getStatus()).isEqualTo(503);
  }

  private void answer(Throwable thrown) throws Exception {
    new ProblemAdvice().respond(thrown, new MockHttpServletRequest("POST", "/notes"), response);
  }
}
