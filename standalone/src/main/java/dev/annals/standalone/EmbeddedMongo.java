package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * An in-process server with MongoDB's protocol, on loopback, with its data in one file. A kill may
 * lose the last second of writes; {@link #commit()} makes them durable. The next start recovers the
 * file.
 */
final class EmbeddedMongo implements AutoCloseable {

  // A thread runs the commands of its connections in turn. With more threads than a driver has
  // connections, no connection waits for another.
  private static final int THREADS = 128;

  private final Path file;
  private final OwnerIndexedBackend backend;
  private final MongoServer server;

  EmbeddedMongo(DataFolder data) {
    this.file = data.resolve("mongo.mv");
    this.backend = new OwnerIndexedBackend(file.toString());
    this.server = new MongoServer(backend);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, THREADS);
  }

  /** Writes all acknowledged changes to the file, so that a kill does not lose them. */
  void commit() {
    backend.commit();
  }

  /** Returns the properties that connect the application to this server. */
  Map<String, Object> properties() {
    return Map.of(
        "spring.mongodb.uri",
        "mongodb://%s/annals".formatted(address()),
        "annals.read-model.guarded",
        "false",
        // A fixed name, so that the process reclaims its own claims at once after a crash.
        "annals.read-model.node",
        "standalone");
  }

  private String address() {
    return "127.0.0.1:" + server.getLocalAddress().getPort();
  }

  /** Closes all connections, then writes and closes the file. */
  @Override
  public void close() {
    server.shutdownNow();
  }

  @Override
  public String toString() {
    return "embedded, in %s, at %s".formatted(file, address());
  }
}
