package dev.annals.standalone;

import java.net.URI;
import java.util.Map;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;

/** A bucket of an in-memory S3 server in this JVM. */
final class Bucket implements AutoCloseable {
  private static final String NAME = "attachments";

  private final BlobStoreContext blobs =
      ContextBuilder.newBuilder(new TransientApiMetadata()).build(BlobStoreContext.class);
  private final S3Proxy server;

  Bucket() throws Exception {
    blobs.getBlobStore().createContainerInLocation(null, NAME);
    server =
        S3Proxy.builder()
            .blobStore(blobs.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "access", "secret")
            .build();
    server.start();
  }

  /** Returns the environment variables that configure a program to use it. */
  Map<String, String> variables() {
    return Map.of(
        "ANNALS_ATTACHMENTS_S3_BUCKET", NAME,
        "ANNALS_ATTACHMENTS_S3_ENDPOINT", "http://127.0.0.1:" + server.getPort(),
        "ANNALS_ATTACHMENTS_S3_PATH_STYLE", "true",
        "ANNALS_ATTACHMENTS_S3_ACCESS_KEY", "access",
        "ANNALS_ATTACHMENTS_S3_SECRET_KEY", "secret");
  }

  @Override
  public void close() throws Exception {
    server.stop();
    blobs.close();
  }
}
