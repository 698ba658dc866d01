package dev.annals.command;

import dev.annals.command.role.ProcessRole;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the whole command side.
 *
 * @param instance the name of this process; jobs and processors are claimed by it. The default, a
 *     new name for each start, is always right. With a fixed name a restarted process resumes its
 *     own claims at once, without waiting for them to expire
 * @param proxies the addresses, or ranges such as {@code 10.0.0.0/8}, of the proxies whose {@code
 *     X-Forwarded-For} is trusted
 * @param roles the roles of this process: one or more of {@code commands}, {@code identity} and
 *     {@code worker}
 */
@ConfigurationProperties("annals")
public record CommandProperties(
    @DefaultValue("") String instance,
    @DefaultValue List<String> proxies,
    @DefaultValue({"commands", "identity", "worker"}) Set<ProcessRole> roles) {

  public CommandProperties {
    instance = instance.isEmpty() ? UUID.randomUUID().toString() : instance;
  }
}
