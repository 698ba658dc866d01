package dev.annals.standalone;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Read before there is an application that could be given it.
 *
 * @param dataDir where the embedded stores, the attachments and the master key are kept
 * @param openMailbox whether other machines, too, may read the mails at {@code /dev/mailbox}, which
 *     hold links to new passwords; with {@code staging} there is no such page
 */
@ConfigurationProperties("annals")
record StandaloneProperties(
    @DefaultValue("data") String dataDir, @DefaultValue("false") boolean openMailbox) {}
