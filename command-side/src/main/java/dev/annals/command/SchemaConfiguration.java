package dev.annals.command;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** How the schema is migrated. */
@Configuration(proxyBeanMethods = false)
class SchemaConfiguration {

  /** The time in which the database has to answer is for requests; an index may take hours. */
  @Bean
  FlywayConfigurationCustomizer patience() {
    return flyway -> flyway.dataSource(new Patient(flyway.getDataSource()));
  }

  private static final class Patient extends DelegatingDataSource {

    Patient(DataSource impatient) {
      super(impatient);
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      // The pool sets it back.
      connection.setNetworkTimeout(Runnable::run, 0);
      return connection;
    }
  }
}
