package dev.annals.query.resource;

import dev.annals.platform.flag.Flags;
import dev.annals.platform.redis.Redis;
import dev.annals.platform.web.LargeResponses;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The services that the queries of each resource use. */
@Component
public record ResourceServices(
    EventStore events, Redis redis, JsonMapper json, Flags flags, LargeResponses answers) {}
