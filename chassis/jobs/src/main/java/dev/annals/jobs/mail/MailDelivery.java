package dev.annals.jobs.mail;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.jobs.Backoff;
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
import org.springframework.context.annotation.Bean;

/**
 * Runs mail jobs, and retries them after failures unless the mail is refused permanently. Only a
 * crash between sending and recording can send a mail twice.
 */
class MailDelivery {

  private static final Logger log = LoggerFactory.getLogger(MailDelivery.class);

  private static final int MAX_REMEMBERED_RECIPIENTS = 100_000;

  private final LoadingCache<Recipient, Semaphore> quotas =
      Caffeine.newBuilder()
          .expireAfterWrite(Duration.ofHours(1))
          .maximumSize(MAX_REMEMBERED_RECIPIENTS)
          .build(recipient -> new Semaphore(recipient.writer().maxPerHour()));

  private final Map<String, MailWriter> writers;
  private final MailTransport transport;
  private final MeterRegistry metrics;
  private final Clock clock;

  MailDelivery(
      List<MailWriter> writers, MailTransport transport, MeterRegistry metrics, Clock clock) {
    this.writers =
        writers.stream().collect(Collectors.toMap(MailWriter::kind, Function.identity()));
    this.transport = transport;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Bean
  Task<MailJob> mail() {
    return Tasks.oneTime(Mails.JOB)
        .onFailure(this::failed)
        .onDeadExecutionRevive()
        .execute((mail, context) -> attempt(mail.getData()));
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
    Semaphore quota = quotas.get(new Recipient(writer, job.userId()));
    if (!quota.tryAcquire()) {
      log.warn(
          "The mail {} ({}) is dropped: its user has reached the hourly maximum",
          job.id(),
          job.kind());
      count(job, "limited");
      return false;
    }
    String outcome = "failed";
    try {
      outcome = sendOne(writer, job);
    } finally {
      if (!outcome.equals("sent")) {
        quota.release();
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
      transport.send(mail.get());
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
    // The message may quote the recipient's address.
    String why = cause.getClass().getSimpleName();
    if (next.isBefore(job.until())) {
      log.warn("The mail {} ({}) failed and is retried at {}: {}", job.id(), job.kind(), next, why);
      operations.reschedule(complete, next, sent ? job.asSent() : job);
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
