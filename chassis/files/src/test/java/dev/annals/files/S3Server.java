package dev.annals.files;

import dev.annals.files.FileProperties.S3;
import java.net.URI;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;

/** An S3 server in this JVM with an in-memory bucket. It can be paused and resumed. */
final class S3Server implements AutoCloseable {

  static final String BUCKET = "files";

  private final BlobStoreContext blobs =
      ContextBuilder.newBuilder(new TransientApiMetadata()).build(BlobStoreContext.class);
  private S3Proxy server;
  private int port;

  S3Server() {
    blobs.getBlobStore().createContainerInLocation(null, BUCKET);
    resume();
  }

  S3 settings() {
    return settings(BUCKET, "secret");
  }

  /** Returns settings for a proxy at another port. */
  static S3 settings(int port) {
    return new S3(
        BUCKET, "us-east-1", URI.create("http://127.0.0.1:" + port), true, "access", "secret");
  }

  S3 settings(String bucket, String secretKey) {
    return new S3(
        bucket, "us-east-1", URI.create("http://127.0.0.1:" + port), true, "access", secretKey);
  }

  int port() {
    return port;
  }

  /** Returns settings as {@code --name=value}. */
  String[] properties() {
    return properties(port);
  }

  /** Returns settings for a proxy at another port. */
  static String[] properties(int port) {
    String prefix = "--annals.attachments.s3.";
    return new String[] {
      prefix + "bucket=" + BUCKET,
      prefix + "endpoint=http://127.0.0.1:" + port,
      prefix + "path-style=true",
      prefix + "access-key=access",
      prefix + "secret-key=secret"
    };
  }

  void pause() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Restarts the server at the same port. */
  void resume() {
    server =
        S3Proxy.builder()
            .blobStore(blobs.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "access", "secret")
            .build();
    try {
      server.start();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    port = server.getPort();
  }

  @Override
  public void close() {
    pause();
    blobs.close();
  }
}
