package dev.annals.eventstore.aggregate;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.KeyedSemaphores;
import dev.annals.http.web.NameBasedUuids;
import dev.annals.http.web.Permits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates something once for each {@code Idempotency-Key}. There is no table of keys: the new id is
 * derived from the user, the path and the key, so the event store itself refuses a second creation,
 * on any instance and at any time. The metadata of the creation's event holds a digest of the
 * request body.
 */
public final class IdempotentCreation {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** Bounds the number of digests, which each absent property doubles. No body has more. */
  private static final int MAX_ABSENT = 6;

  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final KeyedSemaphores<UUID> turns = new KeyedSemaphores<>(1);
  private final CommandGateway commands;
  private final EventStore events;
  private final StoredSubjectKeys keys;

  IdempotentCreation(CommandGateway commands, EventStore events, StoredSubjectKeys keys) {
    this.commands = commands;
    this.events = events;
    this.keys = keys;
  }

  /** Returns the id of the thing to create: random if the request has no key. */
  public static UUID id(UUID user, String path, IdempotencyKey key) {
    return key.value()
        .map(value -> NameBasedUuids.of(user.toString(), path, value))
        .orElseGet(UUID::randomUUID);
  }

  /**
   * Creates aggregates {@link #once}.
   *
   * @param first the id of the first aggregate that the command creates
   * @param original rebuilds the answer from the first event of the first aggregate
   * @param admission runs the command, or refuses it; not called for a repeated request
   */
  public <T> T create(
      IdempotencyKey key,
      UUID user,
      UUID first,
      Object body,
      Object command,
      Function<DomainEventMessage<?>, T> original,
      Function<Supplier<T>, T> admission) {
    return once(
        key,
        user,
        first,
        body,
        () -> firstEvent(first),
        original,
        metaData -> admission.apply(() -> commands.sendAndWait(command, MetaData.from(metaData))));
  }

  /**
   * Creates something, unless a request with the same key has created it.
   *
   * @param id the {@link #id id} of the new thing; requests with the same key take turns
   * @param body the request body; another body under the same key is refused
   * @param created finds the event of the creation
   * @param original rebuilds the answer from that event
   * @param creation creates it by a command with the given metadata; not called for a repeated
   *     request
   * @throws Refusal {@code idempotency-key-reuse}; {@code unavailable} if another request with the
   *     key takes long
   */
  public <T> T once(
      IdempotencyKey key,
      UUID user,
      UUID id,
      Object body,
      Supplier<Optional<DomainEventMessage<?>>> created,
      Function<DomainEventMessage<?>, T> original,
      Function<Map<String, String>, T> creation) {
    if (key.value().isEmpty()) {
      return creation.apply(Map.of());
    }
    // With its nulls: the previous program version compares digests that include them.
    String digest = keys.digest(user, JSON.writeValueAsBytes(body));
    // Else repetitions would reserve quotas that the first request needs alone.
    try (Permits.Permit turn = turns.acquire(id, 1, System.nanoTime() + MAX_WAIT.toNanos())) {
      Optional<DomainEventMessage<?>> before = created.get();
      if (before.isEmpty()) {
        try {
          return creation.apply(Map.of(AxonConfiguration.BODY_DIGEST, digest));
        } catch (AggregateStreamCreationException | ConcurrencyException | Refusal overtaken) {
          // By a request to another instance.
          before = created.get();
          if (before.isEmpty()) {
            throw overtaken;
          }
        }
      }
      DomainEventMessage<?> event = before.orElseThrow();
      Object stored = event.getMetaData().get(AxonConfiguration.BODY_DIGEST);
      if (!digest.equals(stored) && !isOfOtherVersion(user, body, stored)) {
        throw new Refusal(
            Problem.IDEMPOTENCY_KEY_REUSE, "The key was used before with another body.");
      }
      return original.apply(event);
    } catch (TimeoutException e) {
      throw new Refusal(
          Problem.UNAVAILABLE, "A request with the same key is under way. Try again soon.");
    }
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
        .map(
            unknown -> keys.digest(user, JSON.writeValueAsBytes(without(unknown, tree.deepCopy()))))
        .anyMatch(stored::equals);
  }

  private static Stream<String> absent(JsonNode tree) {
    return Stream.concat(
        tree.propertyStream().filter(it -> it.getValue().isNull()).map(Map.Entry::getKey),
        tree.valueStream().flatMap(IdempotentCreation::absent));
  }

  private static JsonNode without(Set<String> properties, JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      properties.stream().filter(name -> object.path(name).isNull()).forEach(object::remove);
    }
    tree.forEach(item -> without(properties, item));
    return tree;
  }

  public Optional<DomainEventMessage<?>> firstEvent(UUID aggregate) {
    var stream = events.readEvents(aggregate.toString(), 0);
    return stream.hasNext() ? Optional.of(stream.next()) : Optional.empty();
  }
}
