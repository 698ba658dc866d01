package dev.annals.http.address;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of webhooks.
 *
 * @param publicOnly whether webhooks must lead to addresses of the public Internet, by {@code
 *     https}; {@code false} also allows {@code http} and the processes of private networks, for
 *     development
 */
@ConfigurationProperties("annals.webhooks")
public record WebhookProperties(@DefaultValue("true") boolean publicOnly) {}
