package dev.annals.jobs.mail;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of mails. The server is configured by Boot's {@code spring.mail}.
 *
 * @param from the sender of mails: an address, or a name and an address
 */
@ConfigurationProperties("annals.mail")
record MailProperties(@DefaultValue("Annals <annals@localhost>") String from) {}
