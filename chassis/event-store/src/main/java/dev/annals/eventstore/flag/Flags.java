package dev.annals.eventstore.flag;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.annals.base.flag.DeclaredFlags;
import dev.annals.base.flag.Flag;
import dev.annals.base.flag.FlagChange;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.NameBasedUuids;
import dev.annals.http.web.Sort;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.providers.memory.InMemoryProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Evaluates feature flags. The states are cached in memory and refreshed from the event store
 * within a second of a signalled commit, and every two seconds in any case. While the store is
 * down, the last cached states stay in force; without any, {@link FlagState#INITIAL} does.
 * Thread-safe.
 */
public final class Flags {

  private static final Logger log = LoggerFactory.getLogger(Flags.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
  // A process that ends between a commit and its signal gives none.
  private static final long REFRESH_NANOS = Duration.ofMillis(1_900).toNanos();

  private final List<Flag> declared;
  private final JdbcClient jdbc;
  private final EventStore events;
  private final CommitSignal signal;
  private long signalled;
  private long refreshedAt;
  private final Map<Flag, FlagState> states = new ConcurrentHashMap<>();
  // The SDK's default instance is shared by the whole JVM.
  private final OpenFeatureAPI openFeature = OpenFeatureAPI.createIsolated();
  private final Client client;

  Flags(
      DeclaredFlags declared,
      JdbcClient jdbc,
      EventStore events,
      CommitSignal signal,
      PeriodicTasks tasks) {
    this.declared = declared.flags();
    this.signal = signal;
    this.jdbc = jdbc;
    this.events = events;
    openFeature.setProviderAndWait(
        new InMemoryProvider(this.declared.stream().collect(toMap(Flag::key, this::evaluated))));
    client = openFeature.getClient();
    // The first request needs the states.
    tryRefresh();
    tasks.runEvery(CHECK_INTERVAL, this::refreshIfDue);
  }

  private dev.openfeature.sdk.providers.memory.Flag<?> evaluated(Flag flag) {
    return dev.openfeature.sdk.providers.memory.Flag.<Boolean>builder()
        .contextEvaluator(
            (definition, context) ->
                cached(flag).isOn(flag, UUID.fromString(context.getTargetingKey())))
        .build();
  }

  /** Returns whether a feature is on for a user. Does no I/O. */
  public boolean isOn(Flag flag, UUID user) {
    return client.getBooleanValue(flag.key(), true, new ImmutableContext(user.toString()));
  }

  /**
   * Reads a flag's current state from the event store.
   *
   * @throws org.springframework.dao.DataAccessException if the event store does not answer
   */
  public FlagState current(Flag flag) {
    refresh();
    return cached(flag);
  }

  /**
   * Returns the changes among these that are not in force in this process, after a refresh if any
   * are missing. Ids of other aggregates are ignored.
   *
   * @throws org.springframework.dao.DataAccessException if the event store does not answer
   */
  public Set<ConsistencyToken> missing(Set<ConsistencyToken> states) {
    if (!findMissing(states).isEmpty()) {
      refresh();
    }
    return findMissing(states);
  }

  private Set<ConsistencyToken> findMissing(Set<ConsistencyToken> states) {
    return states.stream()
        .filter(
            it ->
                declared.stream()
                    .anyMatch(
                        flag ->
                            idOf(flag).equals(it.id()) && cached(flag).version() < it.version()))
        .collect(toSet());
  }

  /**
   * Rejects a {@code sort} parameter if sorting is off for the user.
   *
   * @param sorting the flag of sorting
   * @throws Refusal {@code feature-disabled} if there is a parameter {@code sort}
   */
  public void requireEnabled(Flag sorting, Sort sort, UUID user) {
    if (!sort.isDefault() && !isOn(sorting, user)) {
      throw new Refusal(Problem.FEATURE_DISABLED, "Lists cannot be sorted for now.");
    }
  }

  public Optional<Flag> find(String key) {
    return declared.stream().filter(flag -> flag.key().equals(key)).findFirst();
  }

  /** Returns the id of a flag's aggregate. */
  public static UUID idOf(Flag flag) {
    return NameBasedUuids.of("flag", flag.key());
  }

  private FlagState cached(Flag flag) {
    return states.getOrDefault(flag, FlagState.INITIAL);
  }

  private void refresh() {
    Map<UUID, Long> versions = new ConcurrentHashMap<>();
    jdbc.sql(
            """
            select aggregate_identifier, max(sequence_number) from events.domain_event_entry
            where aggregate_identifier = any(?) group by aggregate_identifier
            """)
        .param(declared.stream().map(flag -> idOf(flag).toString()).toArray(String[]::new))
        .query(
            row -> {
              versions.put(UUID.fromString(row.getString(1)), row.getLong(2));
            });
    for (Flag flag : declared) {
      long version = versions.getOrDefault(idOf(flag), -1L);
      if (version > cached(flag).version()) {
        FlagState found = read(flag, version);
        // Another thread may have read a newer state.
        states.merge(flag, found, (a, b) -> a.version() > b.version() ? a : b);
      }
    }
  }

  private FlagState read(Flag flag, long version) {
    FlagChange event =
        (FlagChange) events.readEvents(idOf(flag).toString(), version).next().getPayload();
    return new FlagState(event.enabled(), event.percentage(), event.users(), version);
  }

  private void refreshIfDue() {
    long signals = signal.count();
    if (signals != signalled || System.nanoTime() - refreshedAt >= REFRESH_NANOS) {
      signalled = signals;
      tryRefresh();
    }
  }

  private void tryRefresh() {
    try {
      refreshedAt = System.nanoTime();
      refresh();
    } catch (RuntimeException e) {
      log.debug("The cached states of the feature flags stay in force for now", e);
    }
  }
}
