package dev.annals.standalone;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties that are read before the application context exists.
 *
 * @param dataDir the folder of the embedded stores, the attachments and the master key
 * @param openMailbox true if clients on other machines may read {@code /dev/mailbox}, whose mails
 *     hold links to new passwords; with {@code staging} the page does not exist
 */
@ConfigurationProperties("annals")
record StandaloneProperties(
    @DefaultValue("data") String dataDir, @DefaultValue("false") boolean openMailbox) {}
