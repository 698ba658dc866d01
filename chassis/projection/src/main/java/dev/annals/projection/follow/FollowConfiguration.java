package dev.annals.projection.follow;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.projection.inbox.InboxTypes;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

/** Configures the queries for clients that keep a copy, if the product has notifications. */
@ChassisConfiguration
@Import(ChangeQueries.class)
@ConditionalOnBean(InboxTypes.class)
class FollowConfiguration {}
