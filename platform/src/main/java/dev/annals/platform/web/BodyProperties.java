package dev.annals.platform.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The part of what is allowed of attachments that holds where none are kept, too.
 *
 * @param maxSize how much one file may have
 */
@ConfigurationProperties("annals.attachments")
record BodyProperties(@DefaultValue("25MB") DataSize maxSize) {}
