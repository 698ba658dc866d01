package dev.annals.projection.model;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Collects the commands of programs under test that a sharded cluster sends to all shards, or
 * refuses, since they do not name the owner. Commands of tests do not count.
 */
public final class ShardedCommands implements CommandListener {

  /** The collections that stay on one shard, and the reason. All others are sharded by owner. */
  static final Map<String, String> ON_ONE_SHARD =
      Map.of(
          "dead-letters", "they have processors, and there are 1 000 of each at most",
          "generations", "one document for each model",
          "processor-failures", "one document for each processor",
          "replays", "one document for each replay",
          "tokens", "one document for each segment of each processor");

  /** The fields that name the owner, where it is not {@code owner}. */
  private static final Map<String, String> OWNERS = Map.of("inboxes", "_id");

  /** The methods whose commands go to all shards, and the reason. */
  static final Map<String, String> TO_ALL_SHARDS =
      Map.of(
          "DocumentWriter.findOfAnyOwner", "an administrator skips an event that cannot be read",
          "Inbox.findOfAnyOwner", "an administrator skips an event that cannot be read",
          "Inbox.cutBack", "all entries are compared with a restored event store",
          "InboxRetention.inboxesAfter", "all inboxes are looked through every hour",
          "InboxQueries.lackingOfAnyOwner", "a token may be another user's; at most 4 a second",
          "ReadModel.lackingOfAnyOwner", "a token may be another user's; at most 4 a second");

  /** Commands about a collection as a whole, or a cursor. */
  private static final Set<String> WITHOUT_FILTER =
      Set.of("createIndexes", "drop", "dropIndexes", "getMore", "killCursors", "listIndexes");

  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static final Set<String> FOUND = ConcurrentHashMap.newKeySet();

  @Override
  public void commandStarted(CommandStartedEvent event) {
    if (!namesOwner(event.getCommandName(), event.getCommand())) {
      List<StackFrame> callers =
          STACK.walk(
              frames ->
                  frames
                      .filter(it -> it.getClassName().startsWith("dev.annals."))
                      .filter(it -> it.getDeclaringClass() != ShardedCommands.class)
                      .toList());
      if (!callers.isEmpty()
          && isOfProgram(callers.get(0).getDeclaringClass())
          && callers.stream().map(ShardedCommands::method).noneMatch(TO_ALL_SHARDS::containsKey)) {
        FOUND.add(
            event.getCommand()
                + " of "
                + callers.stream().map(ShardedCommands::method).distinct().collect(joining(" < ")));
      }
    }
  }

  private static boolean isOfProgram(Class<?> caller) {
    String place = caller.getProtectionDomain().getCodeSource().getLocation().getPath();
    return !place.contains("test-classes") && !place.endsWith("-tests.jar");
  }

  private static String method(StackFrame frame) {
    Class<?> outer = frame.getDeclaringClass();
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    return outer.getSimpleName()
        + "."
        + frame.getMethodName().replaceFirst("^lambda\\$(\\w+)\\$\\d+$", "$1");
  }

  /** Fails if commands were collected since the last call. */
  public static void requireNone() {
    Set<String> found = Set.copyOf(FOUND);
    FOUND.removeAll(found);
    assertThat(found).as("commands that do not name the owner").isEmpty();
  }

  /** Returns true if a command need not go to more shards than those of the owners it names. */
  static boolean namesOwner(String name, BsonDocument command) {
    BsonValue target = command.get(name);
    if (target == null || !target.isString() || WITHOUT_FILTER.contains(name)) {
      return true;
    }
    String collection = target.asString().getValue();
    String owner = OWNERS.getOrDefault(collection, "owner");
    return ON_ONE_SHARD.containsKey(collection)
        || filters(name, command).allMatch(filter -> names(filter, owner));
  }

  private static Stream<BsonDocument> filters(String name, BsonDocument command) {
    return switch (name) {
      case "find" -> Stream.of(command.getDocument("filter", new BsonDocument()));
      case "aggregate" ->
          Stream.of(
              documents(command.getArray("pipeline"))
                  .findFirst()
                  .orElseThrow()
                  .getDocument("$match", new BsonDocument()));
      case "count", "distinct", "findAndModify" ->
          Stream.of(command.getDocument("query", new BsonDocument()));
      case "insert" -> documents(command.getArray("documents"));
      case "update" -> documents(command.getArray("updates")).map(it -> it.getDocument("q"));
      case "delete" -> documents(command.getArray("deletes")).map(it -> it.getDocument("q"));
      default -> throw new IllegalArgumentException("No filter is known of " + name);
    };
  }

  private static Stream<BsonDocument> documents(BsonArray values) {
    return values.stream().map(BsonValue::asDocument);
  }

  private static boolean names(BsonDocument filter, String field) {
    BsonValue value = filter.get(field);
    if (value != null && value.isDocument()) {
      BsonValue some = value.asDocument().get("$in");
      return some != null && some.asArray().stream().allMatch(BsonValue::isString);
    }
    return value == null
        ? documents(filter.getArray("$and", new BsonArray())).anyMatch(it -> names(it, field))
        : value.isString();
  }
}
