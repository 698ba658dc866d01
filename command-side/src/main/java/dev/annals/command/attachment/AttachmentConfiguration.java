package dev.annals.command.attachment;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.Backoff;
import jakarta.servlet.MultipartConfigElement;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AttachmentProperties.class)
class AttachmentConfiguration {

  @Bean
  ObjectStore objectStore(AttachmentProperties properties, SignedUrls urls, Clock clock) {
    return properties.s3() != null
        ? new S3Store(properties.s3(), clock)
        : new LocalStore(properties.folder(), urls);
  }

  /** Tomcat writes files to the disk, too, and enforces the limit while it reads. */
  @Bean
  MultipartConfigElement multipart(AttachmentProperties properties, Spool spool) {
    // Each part is limited, and their number.
    return new MultipartConfigElement(
        spool.folder().toString(), properties.maxSize().toBytes(), -1, 0);
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
