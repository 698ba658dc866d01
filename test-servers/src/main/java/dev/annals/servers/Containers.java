package dev.annals.servers;

import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.mongodb.MongoDBContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Starts the stores in containers, with the versions of docker-compose.yml. The first access starts
 * all; Testcontainers removes them after the JVM ends.
 */
final class Containers {

  static final Map<String, String> VARIABLES = start();

  private Containers() {}

  @SuppressWarnings("resource") // Closed by Testcontainers.
  private static Map<String, String> start() {
    PostgreSQLContainer postgres =
        new PostgreSQLContainer(DockerImageName.parse("postgres:17.6-alpine3.22"))
            .withDatabaseName("postgres")
            .withCommand("postgres", "-c", "max_connections=300");
    MongoDBContainer mongo = new MongoDBContainer(DockerImageName.parse("mongo:8.0.17"));
    GenericContainer<?> redis =
        new GenericContainer<>(DockerImageName.parse("redis:7.4.2-alpine")).withExposedPorts(6379);
    Startables.deepStart(postgres, mongo, redis).join();
    return Map.of(
        "SPRING_DATASOURCE_URL", postgres.getJdbcUrl(),
        "SPRING_DATASOURCE_USERNAME", postgres.getUsername(),
        "SPRING_DATASOURCE_PASSWORD", postgres.getPassword(),
        "SPRING_MONGODB_URI", mongo.getReplicaSetUrl("annals"),
        "SPRING_DATA_REDIS_URL",
            "redis://%s:%d".formatted(redis.getHost(), redis.getMappedPort(6379)));
  }
}
