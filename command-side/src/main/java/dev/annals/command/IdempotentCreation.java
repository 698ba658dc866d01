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
 * a second creation, on any instance and at any time. The first event's metadata holds a digest of
 * the request body.
 */
@Component
public final class IdempotentCreation {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** Bounds the number of digests, which each absent property doubles. No body has more. */
  private static final int MAX_ABSENT = 6;

  private final CommandGateway commands;
  private final EventStore events;
  private final StoredSubjectKeys keys;

  IdempotentCreation(CommandGateway commands, EventStore events, StoredSubjectKeys keys) {
    this.commands = commands;
    this.events = events;
    this.keys = keys;
  }

  /** Returns the id of the aggregate to create: random if the request has no key. */
  public static UUID id(UUID user, String path, IdempotencyKey key) {
    return key.value()
        .map(value -> NameBasedUuids.of(user.toString(), path, value))
        .orElseGet(UUID::randomUUID);
  }

  /**
   * Sends the command, unless a request with the same key was executed before.
   *
   * @param first the id of the first aggregate that the command creates
   * @param body the request body; another body under the same key is refused
   * @param original rebuilds the answer from the first event of the first aggregate
   * @param admission runs the command, or refuses it; not called for a repeated request
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
    // With its nulls: the previous program version compares digests that include them.
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
    if (!digest.equals(stored) && !isOfOtherVersion(user, body, stored)) {
      throw new Refusal(
          Problem.IDEMPOTENCY_KEY_REUSE, "The key was used before with another body.");
    }
    return original.apply(event);
  }

  /**
   * Returns true if the digest is of the same body, but taken by a program version that did not
   * know some of the absent properties, or leaves them out.
   */
  private boolean isOfOtherVersion(UUID user, Object body, Object stored) {
    JsonNode tree = JSON.valueToTree(body);
    List<String> absent = absent(tree).distinct().limit(MAX_ABSENT).toList();
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

  /** Returns the first event of an aggregate. */
  public Optional<DomainEventMessage<?>> firstEvent(UUID aggregate) {
    var stream = events.readEvents(aggregate.toString(), 0);
    return stream.hasNext() ? Optional.of(stream.next()) : Optional.empty();
  }
}
