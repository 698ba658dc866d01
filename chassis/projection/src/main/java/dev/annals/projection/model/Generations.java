package dev.annals.projection.model;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import dev.annals.projection.model.Generation.State;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * The generations of a model: one document, which all processes read and any of them changes.
 *
 * @param model the model's name
 * @param revision grows with each stored change
 * @param last the highest number in use so far
 * @param version the highest version that was built, or begun
 * @param all by number; one of them serves, and at most one is being built
 */
public record Generations(
    @BsonId String model, long revision, int last, int version, List<Generation> all) {

  public Generations {
    all = List.copyOf(all);
  }

  public static Generations first(String model, int version) {
    return new Generations(
        model, 0, 1, version, List.of(new Generation(1, version, State.SERVING, null, 0)));
  }

  /** Returns the name of a generation's processor and collection. */
  public String name(Generation generation) {
    return generation.number() == 1 ? model : model + "-" + generation.number();
  }

  public Generation serving() {
    return all.stream().filter(it -> it.state() == State.SERVING).findFirst().orElseThrow();
  }

  public Optional<Generation> build() {
    return all.stream().filter(Generation::isBuild).findFirst();
  }

  /**
   * Returns the generation that a program reads: the last one whose shape it knows, or the serving
   * one if it knows none of them.
   *
   * @param known the version of the program's shape
   */
  public Generation readBy(int known) {
    return all.stream()
        .filter(it -> it.state() == State.SERVING || it.state() == State.RETIRED)
        .filter(it -> it.version() <= known)
        .max(Comparator.comparing(Generation::number))
        .orElseGet(this::serving);
  }

  /** Returns true if the named generation is written to and not read. */
  public boolean isBuilding(String name) {
    return all.stream().anyMatch(it -> it.state() == State.BUILDING && name(it).equals(name));
  }

  public Generations building(int ofVersion, String replay) {
    Generation build = new Generation(last + 1, ofVersion, State.BUILDING, replay, 0);
    return new Generations(
        model,
        revision,
        last + 1,
        Math.max(version, ofVersion),
        Stream.concat(all.stream(), Stream.of(build)).toList());
  }

  /** Replaces the generation that is being built by a new one of the same replay. */
  public Generations builtAgain(Generation build) {
    return with(new Generation(build.number(), build.version(), State.STOPPED, null, 0))
        .building(build.version(), build.replay());
  }

  public Generations swapped(Generation ready) {
    return with(serving().in(State.RETIRED)).with(ready.in(State.SERVING));
  }

  public Generations with(Generation changed) {
    return of(all.stream().map(it -> it.number() == changed.number() ? changed : it));
  }

  public Generations without(Generation dropped) {
    return of(all.stream().filter(it -> it.number() != dropped.number()));
  }

  private Generations of(Stream<Generation> now) {
    return new Generations(model, revision, last, version, now.toList());
  }

  /** Stores the generations of all models. */
  public static final class Store {

    private final MongoCollection<Generations> documents;
    private Look look;

    /** The generations of all models at some time, by {@link System#nanoTime()}. */
    record Look(Map<String, Generations> models, long at) {}

    public Store(MongoCollection<Generations> documents) {
      this.documents = documents;
    }

    /** Looks up the generations of all models, unless another model did so lately. */
    synchronized Look lookUp(String model, int version, Duration maxAge) {
      if (look == null
          || System.nanoTime() - look.at() > maxAge.toNanos()
          || !look.models().containsKey(model)) {
        long began = System.nanoTime();
        Map<String, Generations> found = new HashMap<>();
        documents.find().forEach(it -> found.put(it.model(), it));
        if (!found.containsKey(model)) {
          found.put(model, findOrCreate(model, version));
        }
        look = new Look(found, began);
      }
      return look;
    }

    public Optional<Generations> find(String model) {
      return Optional.ofNullable(documents.find(eq("_id", model)).first());
    }

    public Generations findOrCreate(String model, int version) {
      return find(model)
          .orElseGet(
              () -> {
                try {
                  documents.insertOne(first(model, version));
                } catch (MongoWriteException failure) {
                  if (ErrorCategory.fromErrorCode(failure.getCode())
                      != ErrorCategory.DUPLICATE_KEY) {
                    throw failure;
                  }
                }
                return find(model).orElseThrow();
              });
    }

    /** Replaces the document; returns false if another process changed it first. */
    public boolean change(Generations from, Generations to) {
      Generations next =
          new Generations(to.model(), from.revision() + 1, to.last(), to.version(), to.all());
      boolean changed =
          documents
                  .replaceOne(and(eq("_id", from.model()), eq("revision", from.revision())), next)
                  .getMatchedCount()
              == 1;
      synchronized (this) {
        look = null;
      }
      return changed;
    }
  }
}
