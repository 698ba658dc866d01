package dev.annals.query.notification;

import dev.annals.push.AsyncApiPart;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Describes the deliveries of notifications to webhooks. */
@Configuration(proxyBeanMethods = false)
class NotificationConfiguration {

  @Bean
  AsyncApiPart webhookDeliveries() {
    return new AsyncApiPart("asyncapi-webhooks.json", List.of());
  }
}
