package dev.annals.command.summary;

import dev.annals.command.identity.Users;
import dev.annals.command.mail.Mails;
import dev.annals.command.schedule.Schedule;
import dev.annals.command.task.OpenTasks;
import dev.annals.platform.flag.Flag;
import dev.annals.platform.flag.Flags;
import dev.annals.platform.web.NameBasedUuids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Schedules due summaries. The transaction also settles the day, so a day has one mail. */
@Component
class DailySummary implements Schedule {

  private static final int PAGE = 100;
  private static final UUID NIL = new UUID(0, 0);

  private final SummarySubscriptions subscriptions;
  private final Users users;
  private final OpenTasks tasks;
  private final Mails mails;
  private final Flags flags;
  private final TransactionTemplate transactions;
  private final Clock clock;

  DailySummary(
      SummarySubscriptions subscriptions,
      Users users,
      OpenTasks tasks,
      Mails mails,
      Flags flags,
      TransactionTemplate transactions,
      Clock clock) {
    this.subscriptions = subscriptions;
    this.users = users;
    this.tasks = tasks;
    this.mails = mails;
    this.flags = flags;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "daily-summary";
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
        || !flags.isOn(Flag.DAILY_SUMMARY, user)
        || tasks.countDueBefore(user, content.end()) == 0) {
      return false;
    }
    SummarySubscription mailed = subscription.mail(now);
    UUID id = NameBasedUuids.of(name(), user.toString(), mailed.mailedDay().toString());
    // By then the next summary replaces this one.
    mails.scheduleInBulk(DailySummaryMail.KIND, id, user, mailed.next(now).orElseThrow());
    subscriptions.save(mailed, now);
    return true;
  }
}
