package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * A server in this JVM that speaks MongoDB's protocol, on loopback, with its data in one file.
 * Killed, it opens again by itself, but without the last second: what must not be lost needs {@link
 * #commit()}.
 */
final class EmbeddedMongo implements AutoCloseable {

  // A thread runs the commands of its connections one after the other. With more threads than a
  // driver has connections, nobody waits for what another one asks.
  private static final int THREADS = 128;

  private final Path file;
  private final OwnerIndexedBackend backend;
  private final MongoServer server;

  private EmbeddedMongo(Path file) {
    this.file = file;
    this.backend = new OwnerIndexedBackend(file.toString());
    this.server = new MongoServer(backend);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, THREADS);
  }

  static EmbeddedMongo start(DataFolder data) {
    return new EmbeddedMongo(data.resolve("mongo.mv"));
  }

  /**
   * Writes to the file everything that was acknowledged before this call: after it, a kill loses
   * none of that.
   */
  void commit() {
    backend.commit();
  }

  /** What the application has to know to use this server. */
  Map<String, Object> properties() {
    return Map.of(
        "spring.mongodb.uri",
        "mongodb://%s/annals".formatted(address()),
        "annals.read-model.guarded",
        "false",
        // One process has it to itself: after a crash it need not wait for its own claims to end.
        "annals.read-model.node",
        "standalone");
  }

  private String address() {
    return "127.0.0.1:" + server.getLocalAddress().getPort();
  }

  /** Drops its clients, then writes and closes the file. */
  @Override
  public void close() {
    server.shutdownNow();
  }

  @Override
  public String toString() {
    return "embedded, in %s, at %s".formatted(file, address());
  }
}
