package dev.annals.command;

import dev.annals.platform.axon.AxonConfiguration;
import dev.annals.platform.crypto.StoredSubjectKeys;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.IdempotencyKey;
import dev.annals.platform.web.NameBasedUuids;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates something once for each {@code Idempotency-Key}. There is no table of keys: the new
 * aggregate's id is derived from the user, the path and the key, so the event store itself refuses
 * the second creation, on whatever instance and after however long. The first event remembers which
 * body it was made from.
 */
@Component
public final class IdempotentCreation {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** More than any body has; each doubles the digests that are compared. */
  private static final int MOST_ABSENT = 6;

  private final CommandGateway commands;
  private final EventStore events;
  private final StoredSubjectKeys keys;

  IdempotentCreation(CommandGateway commands, EventStore events, StoredSubjectKeys keys) {
    this.commands = commands;
    this.events = events;
    this.keys = keys;
  }

  /** The id of what a request is to create: a random one unless it has a key. */
  public static UUID id(UUID user, String path, IdempotencyKey key) {
    return key.value()
        .map(value -> NameBasedUuids.of(user.toString(), path, value))
        .orElseGet(UUID::randomUUID);
  }

  /**
   * Sends the command, unless a request with the same key was carried out before.
   *
   * @param first the id of the first aggregate that the command creates
   * @param body what the client sent; another one under the same key is refused
   * @param original makes the answer again from the first aggregate's first event
   * @param admission is asked to do what was not done before, and may refuse
   * @throws Refusal {@code idempotency-key-reuse}
   */
  public <T> T create(
      IdempotencyKey key,
      UUID user,
      UUID first,
      Object body,
      Object command,
      Function<DomainEventMessage<?>, T> original,
      Function<Supplier<T>, T> admission) {
    if (key.value().isEmpty()) {
      return admission.apply(() -> commands.sendAndWait(command));
    }
    // Not without nulls yet: the version before compares with all of them.
    String digest = keys.digest(user, JSON.writeValueAsBytes(body));
    Optional<DomainEventMessage<?>> created = firstEvent(first);
    if (created.isEmpty()) {
      try {
        return admission.apply(
            () ->
                commands.sendAndWait(
                    GenericCommandMessage.asCommandMessage(command)
                        .andMetaData(Map.of(AxonConfiguration.BODY_DIGEST, digest))));
      } catch (AggregateStreamCreationException | Refusal overtaken) {
        created = firstEvent(first);
        if (created.isEmpty()) {
          throw overtaken;
        }
      }
    }
    DomainEventMessage<?> event = created.orElseThrow();
    Object stored = event.getMetaData().get(AxonConfiguration.BODY_DIGEST);
    if (!digest.equals(stored) && !isOfAnotherVersion(user, body, stored)) {
      throw new Refusal(
          Problem.IDEMPOTENCY_KEY_REUSE, "The key was used here before, with another body.");
    }
    return original.apply(event);
  }

  /**
   * Whether it is the digest of the same body by a version that did not know some of the properties
   * which the client leaves out, or that leaves them out itself.
   */
  private boolean isOfAnotherVersion(UUID user, Object body, Object stored) {
    JsonNode tree = JSON.valueToTree(body);
    List<String> absent = absent(tree).distinct().limit(MOST_ABSENT).toList();
    return IntStream.range(1, 1 << absent.size())
        .mapToObj(
            choice ->
                IntStream.range(0, absent.size())
                    .filter(each -> ((choice >> each) & 1) == 1)
                    .mapToObj(absent::get)
                    .collect(Collectors.toSet()))
        .map(unknown -> keys.digest(user, JSON.writeValueAsBytes(without(unknown, tree))))
        .anyMatch(stored::equals);
  }

  private static Stream<String> absent(JsonNode tree) {
    return Stream.concat(
        tree.propertyStream().filter(it -> it.getValue().isNull()).map(Map.Entry::getKey),
        tree.valueStream().flatMap(IdempotentCreation::absent));
  }

  private static JsonNode without(Set<String> properties, JsonNode tree) {
    if (tree.isArray()) {
      ArrayNode rest = JSON.createArrayNode();
      tree.forEach(item -> rest.add(without(properties, item)));
      return rest;
    }
    if (!tree.isObject()) {
      return tree;
    }
    ObjectNode rest = JSON.createObjectNode();
    tree.properties().stream()
        .filter(it -> !it.getValue().isNull() || !properties.contains(it.getKey()))
        .forEach(it -> rest.set(it.getKey(), without(properties, it.getValue())));
    return rest;
  }

  /** The event that an aggregate began with. */
  public Optional<DomainEventMessage<?>> firstEvent(UUID aggregate) {
    var stream = events.readEvents(aggregate.toString(), 0);
    return stream.hasNext() ? Optional.of(stream.next()) : Optional.empty();
  }
}
