package dev.annals.projection.inbox;

import dev.annals.push.StompConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/** Configures the inboxes of notifications, if the product has any. */
@AutoConfiguration(before = StompConfiguration.class)
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@Import({Inbox.class, InboxQueries.class, InboxWriter.class})
@ConditionalOnBean(InboxTypes.class)
class InboxConfiguration {}
