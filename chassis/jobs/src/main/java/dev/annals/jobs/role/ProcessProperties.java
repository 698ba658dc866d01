package dev.annals.jobs.role;

import java.util.Set;
import java.util.UUID;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of a process that runs commands and jobs.
 *
 * @param instance the name of this process; jobs and processors are claimed by it. The default, a
 *     new name for each start, is always right. With a fixed name a restarted process resumes its
 *     own claims at once, without waiting for them to expire
 * @param roles the roles of this process: one or more of {@code commands}, {@code identity} and
 *     {@code worker}
 */
@ConfigurationProperties("annals")
public record ProcessProperties(
    @DefaultValue("") String instance,
    @DefaultValue({"commands", "identity", "worker"}) Set<ProcessRole> roles) {

  public ProcessProperties {
    instance = instance.isEmpty() ? UUID.randomUUID().toString() : instance;
  }
}
