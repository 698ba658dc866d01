package dev.annals.platform.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limit of attachments that also applies in programs without attachments.
 *
 * @param maxSize how much one file may have
 */
@ConfigurationProperties("annals.attachments")
record BodyProperties(@DefaultValue("25MB") DataSize maxSize) {}
