package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;
import static dev.annals.projection.list.Listing.translating;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.projection.model.Generation;
import dev.annals.projection.model.Generations;
import dev.annals.projection.model.Model;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.write.ModelDurability;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.conversions.Bson;

/**
 * Starts and ends replays of read models. Requests are stored, and all processes look for them each
 * second: if one ends, the others or its successor continue.
 */
public final class Replays {

  private final Generations.Store generations;
  private final MongoCollection<Replay> replays;
  private final List<Model> models;
  private final ModelDurability durability;
  private final Clock clock;

  Replays(
      Generations.Store generations,
      MongoDatabase database,
      List<Model> models,
      ModelDurability durability,
      Clock clock) {
    this.generations = generations;
    this.replays = database.getCollection("replays", Replay.class);
    this.models = List.copyOf(models);
    this.durability = durability;
    this.clock = clock;
  }

  /**
   * Starts a replay of a read model.
   *
   * @throws Refusal {@code not-found}, {@code not-replayable}, {@code replay-running}
   */
  public Replay start(String processor) {
    Model model =
        models.stream()
            .filter(it -> it.name().equals(processor))
            .findFirst()
            .orElseThrow(Refusal::notFound);
    if (!(model instanceof ReadModel<?> replayable)) {
      throw notReplayable();
    }
    return translating(() -> start(replayable.name(), replayable.version()))
        .orElseThrow(
            () -> new Refusal(Problem.REPLAY_RUNNING, "A replay of this processor is running."));
  }

  /** Returns the refusal to replay a processor whose effects must not be repeated. */
  public static Refusal notReplayable() {
    return new Refusal(
        Problem.NOT_REPLAYABLE, "The effects of this processor must not be repeated.");
  }

  Optional<Replay> start(String model, int version) {
    Generations now = generations.findOrCreate(model, version);
    if (now.build().isPresent()) {
      return Optional.empty();
    }
    Replay replay =
        new Replay(
            UUID.randomUUID().toString(), model, Replay.State.RUNNING, 0, 0, clock.instant(), null);
    replays.insertOne(replay);
    boolean first = generations.change(now, now.building(version, replay.id()));
    if (!first) {
      replays.deleteOne(eq("_id", replay.id()));
    }
    durability.force();
    return first ? Optional.of(replay) : start(model, version);
  }

  /**
   * Returns the replay with that id.
   *
   * @throws Refusal {@code not-found}
   */
  public Replay find(UUID id) {
    return translating(() -> Optional.ofNullable(replays.find(eq("_id", id.toString())).first()))
        .orElseThrow(Refusal::notFound);
  }

  /**
   * Cancels a replay, if it still runs, and drops the generation that it builds.
   *
   * @throws Refusal {@code not-found}
   */
  public Replay cancel(UUID id) {
    Replay replay = find(id);
    translating(
        () -> {
          end(replay.processor(), replay.id(), Replay.State.CANCELLED);
          return null;
        });
    return find(id);
  }

  /** Ends a replay without a swap, unless it has ended. */
  void end(String model, String replay, Replay.State state) {
    while (true) {
      Generations now = generations.find(model).orElseThrow();
      Optional<Generation> build = now.build().filter(it -> it.replay().equals(replay));
      if (build.isEmpty()) {
        return;
      }
      if (generations.change(now, now.with(build.get().in(Generation.State.STOPPED)))) {
        finish(replay, state);
        return;
      }
    }
  }

  void recordProgress(String replay, long processed, long total) {
    replays.updateOne(running(replay), combine(set("processed", processed), set("total", total)));
  }

  void finish(String replay, Replay.State state) {
    replays.updateOne(
        running(replay), combine(set("state", state), set("finishedAt", clock.instant())));
    durability.force();
  }

  private static Bson running(String replay) {
    return and(eq("_id", replay), eq("state", Replay.State.RUNNING));
  }
}
