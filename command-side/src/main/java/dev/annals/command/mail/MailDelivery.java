package dev.annals.command.mail;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import dev.annals.command.Backoff;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Carries out mail jobs, again and again after failures, unless the mail is refused for good. A
 * crash between sending and recording costs one more mail, nothing else does.
 */
@Component
class MailDelivery {

  private static final Logger log = LoggerFactory.getLogger(MailDelivery.class);

  private static final int MOST_REMEMBERED = 100_000;

  private final LoadingCache<Recipient, Semaphore> left =
      Caffeine.newBuilder()
          .expireAfterWrite(Duration.ofHours(1))
          .maximumSize(MOST_REMEMBERED)
          .build(recipient -> new Semaphore(recipient.writer().maxPerHour()));

  private final Map<String, MailWriter> writers;
  private final MailTransport post;
  private final MeterRegistry metrics;
  private final Clock clock;

  MailDelivery(List<MailWriter> writers, MailTransport post, MeterRegistry metrics, Clock clock) {
    this.writers =
        writers.stream().collect(Collectors.toMap(MailWriter::kind, Function.identity()));
    this.post = post;
    this.metrics = metrics;
    this.clock = clock;
  }

  void attempt(MailJob job) {
    MailWriter writer = writers.get(job.kind());
    if (!job.sent() && !send(writer, job)) {
      return;
    }
    try {
      writer.sent(job);
    } catch (RuntimeException e) {
      throw new NotRecordedException(e);
    }
  }

  private boolean send(MailWriter writer, MailJob job) {
    if (!clock.instant().isBefore(job.until())) {
      count(job, "expired");
      return false;
    }
    Semaphore left = this.left.get(new Recipient(writer, job.userId()));
    if (!left.tryAcquire()) {
      log.warn("The mail {} ({}) is dropped: its user has too many", job.id(), job.kind());
      count(job, "limited");
      return false;
    }
    String outcome = "failed";
    try {
      outcome = sendOne(writer, job);
    } finally {
      if (!outcome.equals("sent")) {
        left.release();
      }
    }
    count(job, outcome);
    return outcome.equals("sent");
  }

  private String sendOne(MailWriter writer, MailJob job) {
    Optional<Mail> mail = writer.write(job);
    if (mail.isEmpty()) {
      return "dropped";
    }
    try {
      post.send(mail.get());
      return "sent";
    } catch (MailRefusedException refused) {
      log.warn("The mail {} ({}) is refused: {}", job.id(), job.kind(), refused.getMessage());
      return "refused";
    }
  }

  private record Recipient(MailWriter writer, UUID userId) {}

  void failed(ExecutionComplete complete, ExecutionOperations<MailJob> operations) {
    MailJob job = (MailJob) complete.getExecution().taskInstance.getData();
    Throwable cause = complete.getCause().orElseThrow();
    boolean sent = job.sent() || cause instanceof NotRecordedException;
    if (!sent) {
      count(job, "failed");
    }
    Instant next = clock.instant().plus(Backoff.after(complete.getExecution().consecutiveFailures));
    // Its message may quote the recipient's address.
    String why = cause.getClass().getSimpleName();
    if (next.isBefore(job.until())) {
      log.warn("The mail {} ({}) is tried again at {}: {}", job.id(), job.kind(), next, why);
      operations.reschedule(complete, next, sent ? job.afterSending() : job);
    } else {
      log.warn("The mail {} ({}) is given up: {}", job.id(), job.kind(), why);
      if (!sent) {
        count(job, "expired");
      }
      operations.remove();
    }
  }

  private void count(MailJob job, String outcome) {
    metrics.counter("annals.mails", "kind", job.kind(), "outcome", outcome).increment();
  }

  private static final class NotRecordedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotRecordedException(RuntimeException cause) {
      super(cause);
    }
  }
}
