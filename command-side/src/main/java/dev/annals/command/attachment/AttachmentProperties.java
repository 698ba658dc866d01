package dev.annals.command.attachment;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is allowed of attachments.
 *
 * @param maxSize how much one file may have
 * @param quota how much all files of a user together may have
 * @param types the media types that can be attached
 * @param folder where the local store keeps the bytes, and what arrives is written to first; all
 *     command sides must see the same folder, unless there is a bucket
 * @param linkLifetime how long a signed URL is good for
 * @param s3 where they are kept instead, if that is configured
 */
@ConfigurationProperties("annals.attachments")
record AttachmentProperties(
    DataSize maxSize,
    DataSize quota,
    Set<String> types,
    String folder,
    Duration linkLifetime,
    @Nullable S3 s3) {

  /**
   * A bucket to keep the bytes in, in the place of the folder.
   *
   * @param bucket for nothing else: what is in it and is not known here is removed
   * @param endpoint of another service than Amazon's
   * @param pathStyle whether the bucket's name is in the path and not in the host's name
   * @param accessKey without one, credentials are looked for in the usual places of Amazon's SDK
   */
  record S3(
      @Nullable String bucket,
      @DefaultValue("us-east-1") String region,
      @Nullable URI endpoint,
      boolean pathStyle,
      @Nullable String accessKey,
      @Nullable String secretKey) {

    @Override
    public String toString() {
      return "S3[bucket=" + bucket + "]";
    }
  }
}
