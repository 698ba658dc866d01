package dev.annals.command.summary;

import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.TimeZones;
import dev.annals.command.mail.Mail;
import dev.annals.command.mail.MailJob;
import dev.annals.command.mail.MailWriter;
import dev.annals.command.task.OpenTasks;
import dev.annals.platform.flag.Flag;
import dev.annals.platform.flag.Flags;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Lists a user's tasks that are overdue, due today, and due in the next seven days. */
@Component
class DailySummaryMail implements MailWriter {

  static final String KIND = "daily-summary";

  private static final int MAX_TASKS = 50;

  private final Users users;
  private final OpenTasks tasks;
  private final Flags flags;
  private final Clock clock;

  DailySummaryMail(Users users, OpenTasks tasks, Flags flags, Clock clock) {
    this.users = users;
    this.tasks = tasks;
    this.flags = flags;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return KIND;
  }

  /** Empty without a verified address, a subscription or due tasks. */
  @Override
  public Optional<Mail> write(MailJob job) {
    return users
        .findEnabled(job.userId())
        .filter(UserDetails::emailVerified)
        .filter(user -> user.dailySummary() && flags.isOn(Flag.DAILY_SUMMARY, user.id()))
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
