package dev.annals.projection.model;

import com.mongodb.MongoException;
import dev.annals.http.time.PeriodicTasks;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Creates the read models' indexes in the background, once the program is ready: without them
 * queries are slow but right. While MongoDB is unavailable it tries again every 30 seconds.
 * Existing indexes cost nothing.
 */
record ModelIndexes(List<Model> models, PeriodicTasks tasks) {

  private static final Logger log = LoggerFactory.getLogger(ModelIndexes.class);
  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(30);

  @EventListener(ApplicationReadyEvent.class)
  void start() {
    tasks.runAfter(Duration.ZERO, this::create);
  }

  private void create() {
    try {
      models.forEach(Model::createIndexes);
    } catch (MongoException failure) {
      log.warn(
          "Indexes could not be created; trying again in {} s",
          RETRY_INTERVAL.toSeconds(),
          failure);
      tasks.runAfter(RETRY_INTERVAL, this::create);
    }
  }
}
