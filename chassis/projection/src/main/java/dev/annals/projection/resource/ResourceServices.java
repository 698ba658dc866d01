package dev.annals.projection.resource;

import dev.annals.http.redis.Redis;
import dev.annals.http.web.LargeResponses;
import org.axonframework.eventsourcing.eventstore.EventStore;
import tools.jackson.databind.json.JsonMapper;

/** The services that the queries of each resource use. */
public record ResourceServices(
    EventStore events, Redis redis, JsonMapper json, LargeResponses answers) {}
