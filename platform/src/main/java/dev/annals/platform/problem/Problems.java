package dev.annals.platform.problem;

import dev.annals.events.storage.ErasedSubjectException;
import dev.annals.events.storage.UnreadableEventException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.InvalidFileNameException;
import org.apache.tomcat.util.http.fileupload.MultipartStream;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.method.MethodValidationException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MultipartException;

/** Maps exceptions and HTTP statuses to problem documents. */
public final class Problems {

  // Longer chains are loops.
  private static final int MAX_CHAIN = 20;

  private Problems() {}

  /**
   * Returns the response for the first mapped exception in a chain of causes. Unmapped exceptions
   * are {@link Problem#INTERNAL_ERROR}, without their message.
   */
  public static ProblemResponse of(Throwable thrown) {
    return causes(thrown)
        .flatMap(cause -> toResponse(cause).stream())
        .findFirst()
        .orElseGet(
            () ->
                new ProblemResponse(
                    Problem.INTERNAL_ERROR, "The request failed. The log here says why."));
  }

  /** Returns the value of {@code Allow} for mapped methods: Spring adds HEAD and OPTIONS. */
  public static String allow(Collection<HttpMethod> mapped) {
    Set<HttpMethod> all = new HashSet<>(mapped);
    if (all.contains(HttpMethod.GET)) {
      all.add(HttpMethod.HEAD);
    }
    all.add(HttpMethod.OPTIONS);
    return all.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
  }

  /** Returns a throwable and its causes, the outermost first. */
  static Stream<Throwable> causes(Throwable thrown) {
    return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause).limit(MAX_CHAIN);
  }

  private static Optional<ProblemResponse> toResponse(Throwable thrown) {
    if (thrown instanceof Refusal refusal) {
      return Optional.of(ProblemResponse.of(refusal));
    }
    return fromWeb(thrown).or(() -> fromSecurity(thrown)).or(() -> fromStores(thrown));
  }

  private static Optional<ProblemResponse> fromWeb(Throwable thrown) {
    if (thrown instanceof MethodArgumentTypeMismatchException mismatch) {
      return Optional.of(
          ProblemResponse.of(Refusal.invalid("?" + mismatch.getName(), "cannot be read")));
    }
    if (thrown instanceof MissingServletRequestParameterException missing) {
      return Optional.of(
          ProblemResponse.of(Refusal.invalid("?" + missing.getParameterName(), "is missing")));
    }
    if (thrown instanceof HttpRequestMethodNotSupportedException unsupported
        && unsupported.getSupportedHttpMethods() != null) {
      return Optional.of(
          ofStatus(405).with(HttpHeaders.ALLOW, allow(unsupported.getSupportedHttpMethods())));
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

  private static Optional<ProblemResponse> fromSecurity(Throwable thrown) {
    if (thrown instanceof RequestRejectedException) {
      return Optional.of(ofStatus(400));
    }
    if (thrown instanceof AuthenticationException) {
      return Optional.of(ofStatus(401));
    }
    return thrown instanceof AccessDeniedException ? Optional.of(ofStatus(403)) : Optional.empty();
  }

  private static Optional<ProblemResponse> fromStores(Throwable thrown) {
    // A user may have been erased after authorization.
    if (thrown instanceof AggregateNotFoundException || thrown instanceof ErasedSubjectException) {
      return Optional.of(ProblemResponse.of(Refusal.notFound()));
    }
    if (thrown instanceof ConcurrencyException
        || thrown instanceof AggregateStreamCreationException) {
      return Optional.of(
          new ProblemResponse(
              Problem.CONFLICT, "Another request changed the same resource first."));
    }
    if (UnreadableEventException.isReadFailure(thrown)) {
      return UnreadableEventException.reason(thrown)
          .map(
              why ->
                  new ProblemResponse(
                      Problem.UNREADABLE_EVENT, "An event of its history cannot be read. " + why));
    }
    return thrown instanceof DataAccessResourceFailureException
            || thrown instanceof RejectedExecutionException
            || thrown instanceof LockAcquisitionFailedException
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

  /** Returns the response for an HTTP status. */
  public static ProblemResponse ofStatus(int status) {
    return ofStatus(status, HttpHeaders.EMPTY);
  }

  private static ProblemResponse ofStatus(int status, HttpHeaders headers) {
    ProblemResponse answer =
        switch (status) {
          case 401 -> new ProblemResponse(Problem.UNAUTHORIZED, "Send a valid access token.");
          case 403 -> new ProblemResponse(Problem.FORBIDDEN, "The caller lacks a role for this.");
          case 404 -> ProblemResponse.of(Refusal.notFound());
          case 405 ->
              new ProblemResponse(Problem.METHOD_NOT_ALLOWED, "See Allow for what it does know.");
          case 406 ->
              new ProblemResponse(Problem.NOT_ACCEPTABLE, "Accept does not name what there is.");
          case 413 -> new ProblemResponse(Problem.CONTENT_TOO_LARGE, "Send less.");
          case 414 -> new ProblemResponse(Problem.URI_TOO_LONG, "Send a shorter one.");
          case 415 ->
              new ProblemResponse(
                  Problem.UNSUPPORTED_MEDIA_TYPE, "Content-Type is not one that is read here.");
          case 416 ->
              new ProblemResponse(
                  Problem.RANGE_NOT_SATISFIABLE, "Content-Range says how much there is.");
          case 417 ->
              new ProblemResponse(Problem.EXPECTATION_FAILED, "Expect may be 100-continue alone.");
          case 431 ->
              new ProblemResponse(Problem.HEADER_FIELDS_TOO_LARGE, "Send fewer or shorter ones.");
          case 501 ->
              new ProblemResponse(
                  Problem.NOT_IMPLEMENTED, "The method or the transfer coding is not known.");
          case 503 -> new ProblemResponse(Problem.UNAVAILABLE, "Try again soon.");
          case 505 -> new ProblemResponse(Problem.HTTP_VERSION_NOT_SUPPORTED, "Speak HTTP/1.1.");
          default ->
              status < 500
                  ? new ProblemResponse(Problem.BAD_REQUEST, "The request is not well-formed.")
                  : new ProblemResponse(
                      Problem.INTERNAL_ERROR, "The request failed. The log here says why.");
        };
    for (String name : List.of(HttpHeaders.ALLOW, HttpHeaders.ACCEPT, HttpHeaders.CONTENT_RANGE)) {
      List<String> values = headers.getOrEmpty(name);
      if (!values.isEmpty()) {
        answer = answer.with(name, String.join(", ", values));
      }
    }
    return answer;
  }
}
