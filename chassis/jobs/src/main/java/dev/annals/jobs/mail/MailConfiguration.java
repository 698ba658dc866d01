package dev.annals.jobs.mail;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

/** Configures mails, which jobs send, if the product writes any. */
@ChassisConfiguration
@ConditionalOnBean(MailWriter.class)
@Import({MailDelivery.class, MailTransport.class, Mails.class})
class MailConfiguration {}
