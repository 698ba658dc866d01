package dev.annals.http.sample;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChunkedList;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.IfMatch;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.http.web.QueryParameters;
import dev.annals.http.web.Sort;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.validator.constraints.Range;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** A controller with one endpoint of each kind. */
@RestController
public class SampleController {

  static final String KNOWN = "11111111-1111-4111-8111-111111111111";

  private static final AtomicInteger BLOCKED = new AtomicInteger();
  private static volatile CountDownLatch block = new CountDownLatch(0);

  /** Makes later requests to {@code /held} wait. */
  public static void block() {
    block = new CountDownLatch(1);
  }

  /** Releases waiting requests. */
  public static void release() {
    block.countDown();
  }

  /** Returns the number of waiting requests. */
  public static int blocked() {
    return BLOCKED.get();
  }

  @GetMapping("/held")
  Map<String, Boolean> waitUntilReleased() throws InterruptedException {
    BLOCKED.incrementAndGet();
    block.await();
    BLOCKED.decrementAndGet();
    return Map.of("held", true);
  }

  @PostMapping("/samples")
  CreateSample create(@RequestBody CreateSample body) {
    return body;
  }

  @PostMapping(path = "/samples/bulk", consumes = "application/json")
  CreateSamples createAll(@RequestBody CreateSamples body) {
    return body;
  }

  @PutMapping("/samples/{id}")
  UpdateSample update(@RequestBody UpdateSample body, IfMatch ifMatch, @PathVariable UUID id) {
    if (!id.toString().equals(KNOWN)) {
      throw Refusal.notFound();
    }
    ifMatch.require(3);
    return body;
  }

  @DeleteMapping("/samples/{id}")
  void delete(@PathVariable UUID id) {}

  @DeleteMapping("/administered")
  void administer() {}

  @GetMapping("/samples/{id}")
  ResponseEntity<Map<String, String>> get(@PathVariable UUID id) {
    if (!id.toString().equals(KNOWN)) {
      throw Refusal.notFound();
    }
    return ResponseEntity.ok().eTag("\"3\"").body(Map.of("id", id.toString()));
  }

  @GetMapping("/samples")
  Page<String> list(SampleQuery query) {
    return Page.of(query.search().tag(), query.paging(), 45);
  }

  /** A parameter of each kind. */
  record SampleQuery(
      Search search,
      Optional<Boolean> done,
      Optional<CreateSample.Level> level,
      Optional<Instant> dueBefore,
      OptionalLong after,
      @DefaultValue("7") @Range(min = 1, max = 9) int limit,
      Paging paging,
      @Sort.By({"title", "createdAt"}) @DefaultValue("createdAt,desc") Sort sort)
      implements QueryParameters {

    SampleQuery {
      if (done.isPresent() && level.isPresent()) {
        throw Refusal.invalid("?level", "cannot be given together with done");
      }
    }
  }

  /** A record in another one. */
  record Search(
      @DefaultValue("false") boolean deleted,
      @Size(max = 20) List<@Text(min = 1, max = 9_000) String> tag,
      Optional<@Text(max = 3_500) String> q)
      implements QueryParameters {

    Search {
      if (q.orElse("").equals("refused")) {
        throw Refusal.invalid("?q", "is refused");
      }
    }
  }

  @PostMapping(path = "/quiet", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> quiet() {
    return ResponseEntity.noContent().build();
  }

  @GetMapping("/whoami")
  Caller whoAmI(@AuthenticationPrincipal Caller caller) {
    return caller;
  }

  @GetMapping("/open")
  Map<String, Boolean> open(@AuthenticationPrincipal Caller caller) {
    return Map.of("known", Optional.ofNullable(caller).isPresent());
  }

  /** Returns more than the buffers of a connection hold. */
  @GetMapping("/open/large")
  byte[] large() {
    return new byte[8 << 20];
  }

  /** Responds asynchronously. */
  @GetMapping("/open/later")
  Callable<Map<String, Boolean>> later() {
    return () -> Map.of("late", true);
  }

  @GetMapping("/sender")
  Map<String, String> sender(HttpServletRequest request) {
    Collections.list(request.getHeaderNames()).forEach(request::getHeader);
    return Map.of("address", request.getRemoteAddr(), "url", request.getRequestURL().toString());
  }

  @PostMapping(path = "/picky/{a}", consumes = "text/csv")
  void fixed() {}

  @PostMapping("/tasks/{id}/attachments")
  void upload() {}

  /** Fails to read the second chunk after the first has been sent. */
  @GetMapping("/cut-off")
  Page<String> cutOff() {
    return Page.of(
        new ChunkedList<>(
            2,
            1,
            0,
            chunk -> {
              if (chunk > 0) {
                throw new DataAccessResourceFailureException("secret");
              }
              return List.of("x".repeat(100_000));
            }),
        new Paging(0, 2),
        2);
  }

  @GetMapping("/cut-off/waited")
  Page<String> cutOffAfterAWait(ConsistencyTokens changes) {
    changes.await(
        () ->
            CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS)));
    return cutOff();
  }

  @GetMapping("/cut-off/stream")
  StreamingResponseBody cutOffStream() {
    return out -> {
      out.write("x".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
      out.flush();
      throw new DataAccessResourceFailureException("secret");
    };
  }

  @GetMapping("/stream")
  StreamingResponseBody stream(HttpServletRequest request) {
    CountDownLatch begun = (CountDownLatch) request.getAttribute(SampleApplication.BEGUN);
    return out -> {
      begun.countDown();
      out.write('x');
      out.flush();
    };
  }

  @GetMapping("/fails/{how}")
  void fail(@PathVariable String how) {
    throw switch (how) {
      case "no-database" ->
          new IllegalStateException("x", new DataAccessResourceFailureException("secret"));
      case "timeout" -> new QueryTimeoutException("secret");
      case "deadlock" -> new IllegalStateException("x", new SQLException("secret", "40P01"));
      case "lock-timeout" -> new IllegalStateException("x", new SQLException("secret", "55P03"));
      case "idle-timeout" -> new IllegalStateException("x", new SQLException("secret", "25P03"));
      case "too-many-streams" -> new RejectedExecutionException("secret");
      case "refusal" ->
          new IllegalStateException(
              "x", new Refusal(Problem.NOT_DELETED, "The sample is not deleted."));
      default -> new IllegalStateException("secret");
    };
  }
}
