package dev.annals.command.mail;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What mails say of themselves. The server is Boot's {@code spring.mail}.
 *
 * @param from who mails are from: an address, or a name and an address
 */
@ConfigurationProperties("annals.mail")
record MailProperties(@DefaultValue("Annals <annals@localhost>") String from) {}
