package dev.annals.query;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;

/** A primary, and a secondary that stays empty. */
final class ReplicaSet implements AutoCloseable {

  private static final Set<String> OF_THE_DRIVER = Set.of("ismaster", "hello", "endsessions");

  private final Member primary = new Member(true);
  private final Member secondary = new Member(false);

  /** Returns a URI that asks to read from the secondary. */
  String uri() {
    return "mongodb://%s,%s/?replicaSet=rs&readPreference=secondary&readConcernLevel=available"
        .formatted(primary.address, secondary.address);
  }

  /**
   * Returns by collection and command, for the commands that reached the primary, whether all of
   * them had majority read concern. A generation is named like its model.
   */
  Map<String, Boolean> commandsAtPrimary() {
    return primary.asked;
  }

  /** Returns the kinds of commands that reached the primary without a time limit. */
  Set<String> commandsWithoutTimeLimit() {
    return primary.unlimited;
  }

  Set<String> commandsAtSecondary() {
    return secondary.asked.keySet();
  }

  @Override
  public void close() {
    primary.server.shutdownNow();
    secondary.server.shutdownNow();
  }

  private final class Member extends MemoryBackend {

    private final boolean isPrimary;
    private final Map<String, Boolean> asked = new ConcurrentSkipListMap<>();
    private final Set<String> unlimited = new ConcurrentSkipListSet<>();
    private final MongoServer server = new MongoServer(this);
    private final String address;

    Member(boolean isPrimary) {
      this.isPrimary = isPrimary;
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
      }
      Document answer = super.handleCommand(channel, database, command, query);
      if (command.equalsIgnoreCase("ismaster") || command.equals("hello")) {
        answer.put("setName", "rs");
        answer.put("hosts", List.of(primary.address, secondary.address));
        answer.put("primary", primary.address);
        answer.put("me", address);
        answer.put("ismaster", isPrimary);
        answer.put("isWritablePrimary", isPrimary);
        answer.put("secondary", !isPrimary);
      }
      return answer;
    }
  }
}
