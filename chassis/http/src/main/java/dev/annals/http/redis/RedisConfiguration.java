package dev.annals.http.redis;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures Redis. */
@ChassisConfiguration
@Import({Redis.class, RedisUrl.class})
public class RedisConfiguration {}
