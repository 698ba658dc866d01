package dev.annals.query.model;

import com.mongodb.MongoException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Creates the read models' indexes in the background, once the program is ready: without them
 * queries are slow but right. While MongoDB is unavailable it tries again every 30 seconds.
 * Existing indexes cost nothing.
 */
final class ModelIndexes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ModelIndexes.class);
  private static final int RETRY_SECONDS = 30;

  private final List<Model> models;
  private final Thread background = new Thread(this::create, "model-indexes");

  ModelIndexes(List<Model> models) {
    this.models = List.copyOf(models);
    background.setDaemon(true);
  }

  @EventListener(ApplicationReadyEvent.class)
  void start() {
    background.start();
  }

  @Override
  public void close() {
    background.interrupt();
  }

  private void create() {
    try {
      while (!created()) {
        TimeUnit.SECONDS.sleep(RETRY_SECONDS);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean created() {
    try {
      models.forEach(Model::createIndexes);
      return true;
    } catch (MongoException failure) {
      log.warn("Indexes could not be created; trying again in {} s", RETRY_SECONDS, failure);
      return false;
    }
  }
}
