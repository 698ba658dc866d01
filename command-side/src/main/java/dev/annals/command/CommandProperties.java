package dev.annals.command;

import dev.annals.command.role.ProcessRole;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the command side as a whole has to know of where it runs.
 *
 * @param instance tells this process from the others that share its database, for what one of them
 *     does at a time. A new name for each start, the default, is always right; the same one lets a
 *     restarted process go on at once, without waiting until what it held before is free
 * @param publicUrl where people find the service: links in mails begin with it; by default {@code
 *     http://localhost} and the port of the process
 * @param proxies the addresses, or ranges as in {@code 10.0.0.0/8}, of proxies whose {@code
 *     X-Forwarded-For} is believed
 * @param roles what this process does: some of {@code commands}, {@code identity} and {@code
 *     worker}
 */
@ConfigurationProperties("annals")
public record CommandProperties(
    @DefaultValue("") String instance,
    @DefaultValue("") String publicUrl,
    @DefaultValue List<String> proxies,
    @DefaultValue({"commands", "identity", "worker"}) Set<ProcessRole> roles) {}
