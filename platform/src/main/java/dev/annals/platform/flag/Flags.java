package dev.annals.platform.flag;

import static java.util.stream.Collectors.toSet;

import dev.annals.events.flag.FlagSwitched;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.ConsistencyToken;
import dev.annals.platform.web.QueryParameters;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which features are on for whom. The switches are kept in memory and looked up in the event store
 * twice a second, by one small query; while that does not answer, the last known ones stay in
 * force, and those of {@link FlagState#INITIAL} in a process that never reached it. Safe for any
 * number of threads.
 */
@Component
public final class Flags implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Flags.class);
  private static final int LOOK_AGAIN_MILLIS = 500;
  private static final int BEFORE_THE_WEB_SERVER = 0;

  private final JdbcClient jdbc;
  private final EventStore events;
  private final Map<Flag, FlagState> switches = new ConcurrentHashMap<>();
  // One for each of us: the SDK's own belongs to the whole JVM.
  private final OpenFeatureAPI openFeature = OpenFeatureAPI.createIsolated();
  private final Client client;
  private volatile boolean running;
  private Thread looker;

  Flags(JdbcClient jdbc, EventStore events) {
    this.jdbc = jdbc;
    this.events = events;
    openFeature.setProviderAndWait(new FlagProvider(this::known));
    client = openFeature.getClient();
  }

  /** Whether the feature is on for the user. No I/O. */
  public boolean isOn(Flag flag, UUID user) {
    return client.getBooleanValue(flag.key(), true, new ImmutableContext(user.toString()));
  }

  /**
   * Has a list refuse to be sorted for whom that is off.
   *
   * @throws Refusal {@code feature-disabled} if there is a parameter {@code sort}
   */
  public void requireSortingEnabled(QueryParameters parameters, UUID user) {
    if (parameters.has("sort") && !isOn(Flag.SORTING, user)) {
      throw new Refusal(Problem.FEATURE_DISABLED, "Lists cannot be sorted for now.");
    }
  }

  /**
   * How the flag is switched as of now, whichever process switched it.
   *
   * @throws org.springframework.dao.DataAccessException when the event store does not answer
   */
  public FlagState current(Flag flag) {
    look();
    return known(flag);
  }

  /**
   * Gives those of these switches that are not in force here, after a look if need be. What is no
   * flag's id does not count.
   *
   * @throws org.springframework.dao.DataAccessException when the event store does not answer
   */
  public Set<ConsistencyToken> missing(Set<ConsistencyToken> switches) {
    if (!unknown(switches).isEmpty()) {
      look();
    }
    return unknown(switches);
  }

  private Set<ConsistencyToken> unknown(Set<ConsistencyToken> switches) {
    return switches.stream()
        .filter(
            it ->
                Arrays.stream(Flag.values())
                    .anyMatch(
                        flag ->
                            flag.aggregateId().equals(it.id())
                                && known(flag).version() < it.version()))
        .collect(toSet());
  }

  private FlagState known(Flag flag) {
    return switches.getOrDefault(flag, FlagState.INITIAL);
  }

  private void look() {
    Map<UUID, Long> versions = new ConcurrentHashMap<>();
    jdbc.sql(
            """
            select aggregate_identifier, max(sequence_number) from events.domain_event_entry
            where aggregate_identifier = any(?) group by aggregate_identifier
            """)
        .param(
            Arrays.stream(Flag.values())
                .map(flag -> flag.aggregateId().toString())
                .toArray(String[]::new))
        .query(
            row -> {
              versions.put(UUID.fromString(row.getString(1)), row.getLong(2));
            });
    for (Flag flag : Flag.values()) {
      long version = versions.getOrDefault(flag.aggregateId(), -1L);
      if (version > known(flag).version()) {
        FlagState found = read(flag, version);
        // Another thread may have found a newer one meanwhile.
        switches.merge(flag, found, (a, b) -> a.version() > b.version() ? a : b);
      }
    }
  }

  private FlagState read(Flag flag, long version) {
    FlagSwitched event =
        (FlagSwitched)
            events.readEvents(flag.aggregateId().toString(), version).next().getPayload();
    return new FlagState(event.enabled(), event.percentage(), event.users(), version);
  }

  private void lookOrGoOn() {
    try {
      look();
    } catch (RuntimeException e) {
      log.debug("The switches of features stay as they are known for now", e);
    }
  }

  private void lookUntilStopped() {
    try {
      while (running) {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        lookOrGoOn();
      }
    } catch (InterruptedException stopped) {
      log.debug("The switches of features are not looked up any more");
    }
  }

  @Override
  public synchronized void start() {
    lookOrGoOn();
    running = true;
    looker = new Thread(this::lookUntilStopped, "flags");
    looker.setDaemon(true);
    looker.start();
  }

  @Override
  public synchronized void stop() {
    running = false;
    looker.interrupt();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return BEFORE_THE_WEB_SERVER;
  }
}
