package dev.annals.query;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;

/** Two members with the same data, one of which is the primary. The other refuses commands. */
final class ReplicaSet implements AutoCloseable {

  private static final Set<String> OF_THE_DRIVER = Set.of("ismaster", "hello", "endsessions");

  private static final Set<String> WRITES = Set.of("delete", "findAndModify", "insert", "update");
  private static final int NOT_WRITABLE_PRIMARY = 10107;

  private final Member first = new Member();
  private final Member second = new Member();

  /** Null while there is none. */
  private volatile Member primary = first;

  /** Returns a URI that asks to read from the secondary, and to write without a majority. */
  String uri() {
    return ("mongodb://%s,%s/?replicaSet=rs&readPreference=secondary&readConcernLevel=available"
            + "&w=1&journal=false")
        .formatted(first.address, second.address);
  }

  /** Lets the primary step down. There is none until {@link #elect}. */
  void stepDown() {
    primary = null;
  }

  /** Makes the member that was not the first primary the primary. */
  void elect() {
    primary = second;
  }

  /**
   * Returns by collection and command, for the commands that reached the first primary, whether all
   * of them had majority read concern. A generation is named like its model.
   */
  Map<String, Boolean> commandsAtPrimary() {
    return first.asked;
  }

  /** Returns the kinds of commands that reached the first primary without a time limit. */
  Set<String> commandsWithoutTimeLimit() {
    return first.unlimited;
  }

  /** Returns the kinds of writes that the first primary may lose in an election. */
  Set<String> writesWithoutMajority() {
    return first.unsafe;
  }

  Set<String> commandsAtSecondary() {
    return second.asked.keySet();
  }

  @Override
  public void close() {
    first.server.shutdownNow();
    second.server.shutdownNow();
  }

  private final class Member extends MemoryBackend {

    private final Map<String, Boolean> asked = new ConcurrentSkipListMap<>();
    private final Set<String> unlimited = new ConcurrentSkipListSet<>();
    private final Set<String> unsafe = new ConcurrentSkipListSet<>();
    private final MongoServer server = new MongoServer(this);
    private final String address;

    Member() {
      InetSocketAddress bound = server.bind();
      this.address = "127.0.0.1:" + bound.getPort();
    }

    @Override
    public Document handleCommand(
        Channel channel, String database, String command, Document query) {
      if (!OF_THE_DRIVER.contains(command.toLowerCase(Locale.ROOT))) {
        boolean majority =
            query.get("readConcern") instanceof Document concern
                && "majority".equals(concern.get("level"));
        String kind = String.valueOf(query.get(command)).replaceFirst("-\\d+$", "") + " " + command;
        asked.merge(kind, majority, Boolean::logicalAnd);
        if (!query.containsKey("maxTimeMS")) {
          unlimited.add(kind);
        }
        if (WRITES.contains(command)
            && !(query.get("writeConcern") instanceof Document concern
                && "majority".equals(concern.get("w"))
                && Boolean.TRUE.equals(concern.get("j")))) {
          unsafe.add(kind);
        }
        if (primary != this) {
          throw new MongoServerError(NOT_WRITABLE_PRIMARY, "NotWritablePrimary", "not primary");
        }
        return first.answer(channel, database, command, query);
      }
      Document answer = answer(channel, database, command, query);
      if (command.equalsIgnoreCase("ismaster") || command.equals("hello")) {
        boolean isPrimary = primary == this;
        answer.put("setName", "rs");
        answer.put("hosts", List.of(first.address, second.address));
        // Then the driver repeats a write.
        answer.put("logicalSessionTimeoutMinutes", 30);
        answer.put("me", address);
        answer.put("ismaster", isPrimary);
        answer.put("isWritablePrimary", isPrimary);
        answer.put("secondary", !isPrimary);
      }
      return answer;
    }

    private Document answer(Channel channel, String database, String command, Document query) {
      return super.handleCommand(channel, database, command, query);
    }
  }
}
