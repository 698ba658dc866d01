package dev.annals.push.webhook;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.http.address.PublicAddresses;
import dev.annals.http.address.WebhookProperties;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.push.NotificationSource;
import dev.annals.push.StompConfiguration;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.boot.autoconfigure.AutoConfigureAfter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Configures the deliveries to webhooks, if the product has some. */
@ChassisConfiguration
@AutoConfigureAfter(StompConfiguration.class)
@Import({
  Cursors.class,
  DeliveryController.class,
  DeliveryRunner.class,
  DeliveryStore.class,
  Dispatcher.class
})
@ConditionalOnBean({NotificationSource.class, WebhookSource.class})
class WebhookConfiguration {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Bean
  WebhookClient webhookClient(WebhookProperties properties, PeriodicTasks timer) {
    return new WebhookClient(
        properties.publicOnly(),
        address -> !properties.publicOnly() || PublicAddresses.isPublic(address),
        SystemDefaultDnsResolver.INSTANCE,
        LIMIT,
        timer);
  }

  @Bean
  RetrySchedule retrySchedule() {
    return new RetrySchedule(() -> ThreadLocalRandom.current().nextDouble());
  }
}
