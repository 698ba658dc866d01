package dev.annals.eventstore.primary;

import com.zaxxer.hikari.HikariDataSource;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.http.time.PeriodicTasks;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.annotation.Bean;

/** Configures the pool for a URL with several hosts. */
@ChassisConfiguration
public class PrimaryConfiguration {

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);

  @Bean
  PrimarySearch primarySearch(ObjectProvider<DataSource> pools) {
    return () ->
        pools.stream()
            .map(pool -> DataSourceUnwrapper.unwrap(pool, HikariDataSource.class))
            .filter(pool -> pool != null && pool.getDataSource() instanceof NewestPrimary)
            .map(pool -> (NewestPrimary) pool.getDataSource())
            .forEach(source -> source.servers().forEach(source::look));
  }

  @Bean
  static BeanPostProcessor newestPrimary(ObjectProvider<PeriodicTasks> timer) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool) {
          NewestPrimary.of(pool)
              .ifPresent(
                  source -> {
                    pool.setDataSource(source);
                    for (DataSource server : source.servers()) {
                      timer.getObject().runEvery(BETWEEN_LOOKS, () -> source.look(server));
                    }
                  });
        }
        return bean;
      }
    };
  }
}
