package dev.annals.command.summary;

import dev.annals.api.Feature;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.TimeZones;
import dev.annals.command.task.OpenTasks;
import dev.annals.eventstore.flag.Flags;
import dev.annals.http.web.NameBasedUuids;
import dev.annals.jobs.mail.Mail;
import dev.annals.jobs.mail.MailJob;
import dev.annals.jobs.mail.MailWriter;
import dev.annals.jobs.mail.Mails;
import dev.annals.jobs.schedule.Schedule;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Schedules due summaries, and writes them: a user's tasks that are overdue, due today, and due in
 * the next seven days. The transaction that schedules a mail also settles the day, so a day has one
 * mail.
 */
@Component
record DailySummary(
    SummarySubscriptions subscriptions,
    Users users,
    OpenTasks tasks,
    Mails mails,
    Flags flags,
    TransactionTemplate transactions,
    Clock clock)
    implements Schedule, MailWriter {

  private static final int PAGE = 100;
  private static final int MAX_TASKS = 50;
  private static final UUID NIL = new UUID(0, 0);

  @Override
  public String name() {
    return "daily-summary";
  }

  @Override
  public String kind() {
    return name();
  }

  @Override
  public void run(Trigger trigger) {
    switch (trigger) {
      case SCHEDULED -> sendDue();
      case MANUAL -> sendToday();
    }
  }

  private void sendDue() {
    List<SummarySubscription> page;
    do {
      page = inTransaction(now -> settle(subscriptions.due(now, PAGE), now));
    } while (page.size() == PAGE);
  }

  private void sendToday() {
    List<SummarySubscription> page = List.of();
    do {
      UUID last = page.isEmpty() ? NIL : page.get(PAGE - 1).userId();
      page =
          inTransaction(
              now -> {
                List<SummarySubscription> active = subscriptions.active(last, PAGE);
                active.forEach(subscription -> mail(subscription, now));
                return active;
              });
    } while (page.size() == PAGE);
  }

  private List<SummarySubscription> settle(List<SummarySubscription> due, Instant now) {
    for (SummarySubscription subscription : due) {
      if (!mail(subscription, now)) {
        subscriptions.save(subscription.settle(now), now);
      }
    }
    return due;
  }

  private List<SummarySubscription> inTransaction(
      Function<Instant, List<SummarySubscription>> page) {
    return transactions.execute(status -> page.apply(clock.instant()));
  }

  /**
   * Schedules a mail unless this day has one, the address is not verified, or no task is due.
   *
   * @return whether a mail was scheduled
   */
  private boolean mail(SummarySubscription subscription, Instant now) {
    UUID user = subscription.userId();
    SummaryContent content = new SummaryContent(now, subscription.zone());
    if (subscription.isMailed(now)
        || !users.isVerified(user)
        || !flags.isOn(Feature.DAILY_SUMMARY, user)
        || tasks.countDueBefore(user, content.end()) == 0) {
      return false;
    }
    SummarySubscription mailed = subscription.mail(now);
    UUID id = NameBasedUuids.of(name(), user.toString(), mailed.mailedDay().toString());
    // By then the next summary replaces this one.
    mails.scheduleInBulk(kind(), id, user, mailed.next(now).orElseThrow());
    subscriptions.save(mailed, now);
    return true;
  }

  /** Empty without a verified address, a subscription or due tasks. */
  @Override
  public Optional<Mail> write(MailJob job) {
    return users
        .findEnabled(job.userId())
        .filter(UserDetails::emailVerified)
        .filter(user -> user.dailySummary() && flags.isOn(Feature.DAILY_SUMMARY, user.id()))
        .flatMap(this::write);
  }

  private Optional<Mail> write(UserDetails user) {
    SummaryContent content = new SummaryContent(clock.instant(), TimeZones.of(user.timeZone()));
    int all = tasks.countDueBefore(user.id(), content.end());
    return all > 0 ? Optional.of(mail(user, content, all)) : Optional.empty();
  }

  private Mail mail(UserDetails user, SummaryContent content, int all) {
    Map<String, Object> values =
        new HashMap<>(content.sections(tasks.dueBefore(user.id(), content.end(), MAX_TASKS)));
    values.put("greeting", user.greeting());
    values.put("day", content.day());
    values.put("zone", user.timeZone());
    values.put("more", Math.max(0, all - MAX_TASKS));
    return new Mail(
        user.email(), "Your tasks for " + content.day(), "daily-summary", Map.copyOf(values));
  }
}
