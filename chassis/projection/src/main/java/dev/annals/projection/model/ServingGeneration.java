package dev.annals.projection.model;

import dev.annals.projection.list.Listing;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The generation of a model that this program reads. A lookup is shared by all readers of this
 * process for a while, see {@link ModelProperties#trust}. Thread-safe.
 */
public final class ServingGeneration {

  private final ModelServices services;
  private final String model;
  private final int version;
  private volatile View view;

  /**
   * The generations at some time.
   *
   * @param at the time, by {@link System#nanoTime()}
   */
  private record View(Generations generations, long at) {}

  ServingGeneration(ModelServices services, String model, int version) {
    this.services = services;
    this.model = model;
    this.version = version;
  }

  private void lookUp() {
    long began = System.nanoTime();
    replaceView(new View(services.generations().findOrCreate(model, version), began));
  }

  /**
   * Looks up the generations of all models, for all readers here.
   *
   * @param maxAge the age up to which another model's look is used
   */
  public Generations lookUpAll(Duration maxAge) {
    Generations.Store.Look look = services.generations().lookUp(model, version, maxAge);
    View found = new View(look.models().get(model), look.at());
    replaceView(found);
    return found.generations();
  }

  // A lookup that began before the current one and took longer is ignored.
  private synchronized void replaceView(View another) {
    if (view == null || another.at() > view.at()) {
      view = another;
    }
  }

  private View view() {
    if (view == null || !isTrusted(view)) {
      lookUp();
    }
    return view;
  }

  private boolean isTrusted(View seen) {
    return System.nanoTime() - seen.at() < services.properties().trust().toNanos();
  }

  String name() {
    return Listing.translating(() -> name(view()));
  }

  private String name(View seen) {
    return seen.generations().name(seen.generations().readBy(version));
  }

  /** Returns the generation, and the one that will be read soon: a client may read it next. */
  List<String> namesNowAndSoon() {
    Generations now = view().generations();
    return Stream.concat(
            Stream.of(now.readBy(version)),
            now.build().filter(it -> it.state() == Generation.State.READY).stream())
        .map(now::name)
        .toList();
  }

  boolean isBuilding(String generation) {
    return view().generations().isBuilding(generation);
  }

  /** Queries the generation. Queries again if it may have been dropped meanwhile. */
  <T> T query(Function<String, T> query) {
    return Listing.translating(
        () -> {
          while (true) {
            View before = view();
            String generation = name(before);
            services.guard().requireReadable(generation);
            T answer = query.apply(generation);
            if (isTrusted(before) || name().equals(generation)) {
              return answer;
            }
          }
        });
  }
}
