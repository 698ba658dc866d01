package dev.annals.eventstore.aggregate;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import dev.annals.base.start.CannotStartException;
import dev.annals.eventstore.axon.EventTableProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Configures the migration of the schema. */
@AutoConfiguration
@ConditionalOnClass(Flyway.class)
@EnableConfigurationProperties({EventTableProperties.class, SchemaConfiguration.Settings.class})
class SchemaConfiguration {

  /**
   * Settings of the schema.
   *
   * @param migrate whether the start of a command side migrates the schema. With {@code false}, for
   *     deployments in which the command {@code migrate} does it before, the start fails if the
   *     schema is older than the program
   */
  @ConfigurationProperties("annals")
  record Settings(@DefaultValue("true") boolean migrate) {}

  /** The timeouts of the pool are for requests; creating an index may take hours. */
  private static final String NO_TIMEOUTS =
      "set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0";

  @Bean
  FlywayConfigurationCustomizer migrations(EventTableProperties events) {
    return flyway -> {
      HikariDataSource pool =
          DataSourceUnwrapper.unwrap(flyway.getDataSource(), HikariDataSource.class);
      if (pool != null) {
        // The settings would stay on the pool's own connections.
        flyway.dataSource(unpooled(pool));
      }
      flyway.initSql(NO_TIMEOUTS).callbacks(new FirstPositions(), new Partitions(events));
    };
  }

  @Bean
  FlywayMigrationStrategy migrationStrategy(Settings settings) {
    return flyway -> {
      if (settings.migrate()) {
        flyway.migrate();
      } else if (!flyway.validateWithResult().validationSuccessful) {
        throw new CannotStartException(
            "The schema of the database is not the one of this program, and annals.migrate is false:"
                + " run the command migrate of this version first.");
      }
    };
  }

  private static DataSource unpooled(HikariDataSource pool) {
    DataSource source = pool.getDataSource();
    if (source == null) {
      source =
          new DriverDataSource(
              pool.getJdbcUrl(),
              pool.getDriverClassName(),
              pool.getDataSourceProperties(),
              pool.getUsername(),
              pool.getPassword());
    }
    return new DelegatingDataSource(source) {
      @Override
      public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
      }
    };
  }

  /**
   * Locks out writers of events while a migration sets a processor's first position: an uncommitted
   * event can have a lower position than the last visible one.
   */
  private static final class FirstPositions extends BaseCallback {

    private static final String INSERTION = "insert into events.token_entry";

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public void handle(Event event, Context context) {
      try {
        for (Location location : context.getConfiguration().getLocations()) {
          ClassPathResource script =
              new ClassPathResource(
                  location.getRootPath() + "/" + context.getMigrationInfo().getScript());
          if (script.exists()
              && script.getContentAsString(StandardCharsets.UTF_8).contains(INSERTION)) {
            lock(context);
          }
        }
      } catch (IOException | SQLException e) {
        throw new IllegalStateException("The event table cannot be locked for a migration", e);
      }
    }

    private static void lock(Context context) throws SQLException {
      try (Statement lock = context.getConnection().createStatement()) {
        lock.execute("set local lock_timeout = '30s'");
        lock.execute("lock table events.domain_event_entry in share mode");
        lock.execute("set local lock_timeout = 0");
      }
    }
  }

  /** Adds partitions for new events at each start, as the program may have stopped for long. */
  private static final class Partitions extends BaseCallback {

    private final EventTableProperties properties;

    Partitions(EventTableProperties properties) {
      this.properties = properties;
    }

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.AFTER_MIGRATE;
    }

    @Override
    public void handle(Event event, Context context) {
      try (Statement addition = context.getConnection().createStatement()) {
        addition.execute(properties.addPartitions());
      } catch (SQLException e) {
        throw new IllegalStateException("The event table gets no partitions for new events", e);
      }
    }
  }
}
