package dev.annals.jobs.mail;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures mails, which jobs send. */
@ChassisConfiguration
@Import({MailDelivery.class, MailTransport.class, Mails.class})
class MailConfiguration {}
