package dev.annals.projection.inbox;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.push.StompConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureBefore;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** Configures the inboxes of notifications, if the product has any. */
@ChassisConfiguration
@AutoConfigureBefore(StompConfiguration.class)
@EnableConfigurationProperties(InboxProperties.class)
@Import({Inbox.class, InboxQueries.class, InboxRetention.class, InboxWriter.class})
@ConditionalOnBean(InboxTypes.class)
class InboxConfiguration {}
