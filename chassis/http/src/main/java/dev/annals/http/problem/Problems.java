package dev.annals.http.problem;

import dev.annals.base.problem.AllowHeader;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.Causes;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.InvalidFileNameException;
import org.apache.tomcat.util.http.fileupload.MultipartStream;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.method.MethodValidationException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.multipart.MultipartException;

/** Maps exceptions and HTTP statuses to problem documents, and writes these. */
public final class Problems {

  private static final List<ProblemMapping> MAPPINGS =
      SpringFactoriesLoader.loadFactories(ProblemMapping.class, null);

  // They describe the representation that a document replaces.
  private static final List<String> REPRESENTATION_HEADERS =
      List.of(
          "ETag",
          "Last-Modified",
          "Location",
          "Content-Disposition",
          "Content-Encoding",
          "Content-Range",
          "Content-Length",
          "Cache-Control");

  private Problems() {}

  /**
   * Returns the refusal for the first mapped exception in a chain of causes. Unmapped exceptions
   * are {@link Problem#INTERNAL_ERROR}, without their message.
   */
  public static Refusal of(Throwable thrown) {
    return Causes.of(thrown)
        .flatMap(cause -> toRefusal(cause).stream())
        .findFirst()
        .orElseGet(() -> ofStatus(500));
  }

  private static Optional<Refusal> toRefusal(Throwable thrown) {
    if (thrown instanceof Refusal refusal) {
      return Optional.of(refusal);
    }
    return fromWeb(thrown).or(() -> fromSecurity(thrown)).or(() -> fromStores(thrown));
  }

  private static Optional<Refusal> fromWeb(Throwable thrown) {
    if (thrown instanceof HttpRequestMethodNotSupportedException unsupported
        && unsupported.getSupportedHttpMethods() != null) {
      return Optional.of(
          ofStatus(405)
              .with(HttpHeaders.ALLOW, AllowHeader.of(unsupported.getSupportedHttpMethods())));
    }
    if (thrown instanceof ErrorResponse response) {
      return Optional.of(ofStatus(response.getStatusCode().value(), response.getHeaders()));
    }
    if (thrown instanceof InvalidParameterException parameter) {
      return Optional.of(ofStatus(parameter.getErrorCode()));
    }
    if ((thrown instanceof IOException || thrown instanceof MultipartException)
        && isDiskFailure(thrown)) {
      return Optional.of(ofStatus(503));
    }
    if (thrown instanceof HttpMessageNotReadableException
        || thrown instanceof ServletRequestBindingException
        || thrown instanceof MethodValidationException
        || thrown instanceof MultipartException
        || thrown instanceof FileUploadException
        || thrown instanceof MultipartStream.MalformedStreamException
        // A file name with NUL.
        || thrown instanceof InvalidFileNameException
        || thrown instanceof BadRequestException) {
      return Optional.of(ofStatus(400));
    }
    return Optional.empty();
  }

  // Errors in the request have their own exception classes.
  private static boolean isDiskFailure(Throwable thrown) {
    Throwable root = NestedExceptionUtils.getMostSpecificCause(thrown);
    return root.getClass() == IOException.class || root instanceof FileNotFoundException;
  }

  private static Optional<Refusal> fromSecurity(Throwable thrown) {
    if (thrown instanceof RequestRejectedException) {
      return Optional.of(ofStatus(400));
    }
    if (thrown instanceof AuthenticationException) {
      return Optional.of(ofStatus(401));
    }
    return thrown instanceof AccessDeniedException ? Optional.of(ofStatus(403)) : Optional.empty();
  }

  private static Optional<Refusal> fromStores(Throwable thrown) {
    for (ProblemMapping mapping : MAPPINGS) {
      Optional<Refusal> refusal = mapping.refusal(thrown);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return thrown instanceof DataAccessResourceFailureException
            || thrown instanceof RejectedExecutionException
            || thrown instanceof TransientDataAccessException
            || thrown instanceof TransactionException
            || (thrown instanceof SQLException sql && isTransient(sql))
        ? Optional.of(ofStatus(503))
        : Optional.empty();
  }

  private static boolean isTransient(SQLException sql) {
    // The pool sets no state after it has closed a broken connection.
    String state = sql.getSQLState() == null ? "08" : sql.getSQLState();
    // PostgreSQL, appendix A: connection, resources, shutdown or timeout; rollback, lock timeout,
    // idle transaction.
    return sql instanceof SQLTransientException
        || sql instanceof SQLRecoverableException
        || state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("57")
        || state.startsWith("40")
        || state.equals("55P03")
        || state.equals("25P03");
  }

  public static Refusal ofStatus(int status) {
    return ofStatus(status, HttpHeaders.EMPTY);
  }

  private static Refusal ofStatus(int status, HttpHeaders headers) {
    Refusal answer = new Refusal(Problem.ofStatus(status));
    for (String name : List.of(HttpHeaders.ALLOW, HttpHeaders.ACCEPT, HttpHeaders.CONTENT_RANGE)) {
      List<String> values = headers.getOrEmpty(name);
      if (!values.isEmpty()) {
        answer = answer.with(name, String.join(", ", values));
      }
    }
    return answer;
  }

  /**
   * Sends a problem document instead of the buffered response, whatever the client accepts. Headers
   * that do not describe the representation, such as rate limits, stay. Does nothing if the
   * response is committed.
   */
  public static void write(
      Refusal refusal, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    REPRESENTATION_HEADERS.forEach(header -> response.setHeader(header, null));
    response.setStatus(refusal.problem().status());
    refusal.headers().forEach(response::setHeader);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    byte[] document = refusal.document(path == null ? request.getRequestURI() : path);
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
    response.flushBuffer();
  }
}
