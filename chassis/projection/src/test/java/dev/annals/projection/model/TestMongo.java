package dev.annals.projection.model;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.write.Erased;
import dev.annals.projection.write.FlatRecordCodec;
import dev.annals.servers.Servers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * MongoDB for tests: the server that {@code SPRING_MONGODB_URI} names, else an embedded one, over a
 * socket as well. Each test class uses a database of a random name and drops it; that fails if a
 * command of a program does not name the owner.
 */
public final class TestMongo implements AutoCloseable {

  private static final String NAMED = Servers.variable("SPRING_MONGODB_URI").orElse(null);

  private final List<CommandStartedEvent> commands = new CopyOnWriteArrayList<>();
  private volatile Runnable beforeEach = () -> {};
  private final MongoClient client =
      MongoClients.create(
          MongoClientSettings.builder()
              .applyConnectionString(new ConnectionString(uri()))
              .addCommandListener(new ShardedCommands())
              .addCommandListener(
                  new CommandListener() {
                    @Override
                    public void commandStarted(CommandStartedEvent event) {
                      commands.add(copy(event));
                      beforeEach.run();
                    }
                  })
              .build());
  private final String name = "test-" + UUID.randomUUID();
  private final MongoDatabase database = FlatRecordCodec.in(client.getDatabase(name));

  /** The driver uses the memory of a command again. */
  private static CommandStartedEvent copy(CommandStartedEvent event) {
    return new CommandStartedEvent(
        event.getRequestContext(),
        event.getOperationId(),
        event.getRequestId(),
        event.getConnectionDescription(),
        event.getDatabaseName(),
        event.getCommandName(),
        event.getCommand().clone());
  }

  /** Returns true if it is a real MongoDB. */
  public static boolean real() {
    return NAMED != null;
  }

  /** Returns the properties of read models on this server. */
  public static ModelProperties properties() {
    return new ModelProperties(real(), null, Duration.ofSeconds(3), 4, 200);
  }

  /** Returns the services of read models in a database. No user is erased. */
  public static ModelServices services(MongoDatabase database) {
    return services(database, properties(), users -> Set.of());
  }

  public static ModelServices services(
      MongoDatabase database, ModelProperties properties, Erased erased) {
    return new ModelServices(
        database,
        properties,
        erased,
        new DeadLetters(database),
        new Generations.Store(database.getCollection("generations", Generations.class)),
        processor -> {});
  }

  public static String uri() {
    return real() ? NAMED : Embedded.SERVER.getConnectionString();
  }

  public String name() {
    return name;
  }

  public MongoDatabase database() {
    return database;
  }

  /** Returns another test's database, on this one's connections. */
  public MongoDatabase database(String another) {
    return client.getDatabase(another);
  }

  /** Returns the commands that were sent through {@link #database()} so far. */
  public List<CommandStartedEvent> commands() {
    return List.copyOf(commands);
  }

  /** Returns the commands of that name that were sent through {@link #database()} so far. */
  public List<CommandStartedEvent> commands(String command) {
    return commands.stream().filter(it -> it.getCommandName().equalsIgnoreCase(command)).toList();
  }

  /** Runs an action before each later command. It must not use {@link #database()}. */
  public void beforeEach(Runnable action) {
    beforeEach = action;
  }

  public void forgetCommands() {
    commands.clear();
  }

  @Override
  public void close() {
    database().drop();
    client.close();
    ShardedCommands.requireNone();
  }

  private static final class Embedded {
    static final MongoServer SERVER = started();

    private static MongoServer started() {
      MongoServer server = new MongoServer(new MemoryBackend());
      server.bind();
      return server;
    }
  }
}
