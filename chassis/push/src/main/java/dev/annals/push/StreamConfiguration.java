package dev.annals.push;

import dev.annals.base.start.ChassisConfiguration;
import io.swagger.v3.oas.models.media.StringSchema;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Import;

/** Sends streams of events, of this module and of others. */
@ChassisConfiguration
@Import({Connections.class, EventStreamConverter.class, PushThreads.class})
public class StreamConfiguration {

  static {
    SpringDocUtils.getConfig().replaceWithSchema(EventStream.class, new StringSchema());
  }
}
