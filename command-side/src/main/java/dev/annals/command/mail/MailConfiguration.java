package dev.annals.command.mail;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MailProperties.class)
class MailConfiguration {

  @Bean
  Task<MailJob> mail(MailDelivery delivery) {
    return Tasks.oneTime(Mails.TASK)
        .onFailure(delivery::failed)
        .onDeadExecutionRevive()
        .execute((mail, context) -> delivery.attempt(mail.getData()));
  }
}
