package dev.annals.command.attachment;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.Backoff;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AttachmentProperties.class)
class AttachmentConfiguration {

  @Bean
  ObjectStore objectStore(AttachmentProperties properties, SignedUrls urls) {
    return new LocalStore(properties.folder(), urls);
  }

  @Bean
  Task<String> removalOfBytes(Collector collector, Clock clock) {
    return Tasks.oneTime(StoredFiles.REMOVAL)
        .onFailure(
            (failed, operations) ->
                operations.reschedule(
                    failed,
                    clock.instant().plus(Backoff.after(failed.getExecution().consecutiveFailures))))
        .onDeadExecutionRevive()
        .execute((removal, context) -> collector.collect(removal.getData()));
  }
}
