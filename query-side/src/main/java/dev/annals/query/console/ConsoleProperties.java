package dev.annals.query.console;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the console.
 *
 * @param enabled whether {@code /console/} has the console, and browsers that open {@code /} are
 *     led there
 */
@ConfigurationProperties("annals.console")
record ConsoleProperties(@DefaultValue("true") boolean enabled) {}
