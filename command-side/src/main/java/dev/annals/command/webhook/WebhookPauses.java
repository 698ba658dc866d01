package dev.annals.command.webhook;

import dev.annals.command.webhook.WebhookCommand.DisableWebhook;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.jobs.role.ProcessProperties;
import dev.annals.jobs.role.ProcessRole;
import java.time.Duration;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Disables the webhooks that the query side wants paused, in workers only. It looks every five
 * seconds. Workers may look at the same time: the aggregate disables a webhook once. The query side
 * removes the rows.
 */
@Component
class WebhookPauses implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(WebhookPauses.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);

  private final JdbcClient jdbc;
  private final CommandGateway commands;
  private final PeriodicTasks timer;
  private final boolean worker;
  private volatile Runnable stop;

  WebhookPauses(
      JdbcClient jdbc, CommandGateway commands, PeriodicTasks timer, ProcessProperties properties) {
    this.jdbc = jdbc;
    this.commands = commands;
    this.timer = timer;
    this.worker = properties.roles().contains(ProcessRole.WORKER);
  }

  private record Pause(UUID webhook, long enabledVersion, String reason) {}

  void look() {
    jdbc.sql(
            """
            select webhook, enabled_version, reason
            from push.webhook_pause pause
            where exists (select from identity.webhook
                          where id = pause.webhook and enabled and enabled_version = pause.enabled_version)
            order by created_at limit 100
            """)
        .query(Pause.class)
        .list()
        .forEach(this::disable);
  }

  private void disable(Pause pause) {
    try {
      commands.sendAndWait(
          new DisableWebhook(
              pause.webhook(), pause.enabledVersion(), StoredWebhooks.reason(pause.reason())));
    } catch (RuntimeException e) {
      // The message may quote personal data. The next look tries again.
      log.warn(
          "The webhook {} cannot be disabled for now: {}",
          pause.webhook(),
          e.getClass().getSimpleName());
    }
  }

  @Override
  public boolean isAutoStartup() {
    return worker;
  }

  @Override
  public void start() {
    stop = timer.runEvery(LOOK_INTERVAL, this::look);
  }

  @Override
  public void stop() {
    stop.run();
    stop = null;
  }

  @Override
  public boolean isRunning() {
    return stop != null;
  }
}
