package dev.annals.api;

import dev.annals.base.flag.DeclaredFlags;
import dev.annals.base.security.AccessTable;
import dev.annals.base.start.Uploads;
import dev.annals.base.web.ApiTitle;
import dev.annals.events.upcaster.Upcasters;
import java.util.List;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Describes this product to the chassis. Both sides import it. */
@Configuration(proxyBeanMethods = false)
public class ApiConfiguration {

  @Bean
  AccessTable accessTable() {
    return ApiPaths.ACCESS;
  }

  @Bean
  Uploads uploads() {
    return ApiPaths.UPLOADS;
  }

  @Bean
  DeclaredFlags flags() {
    return new DeclaredFlags(List.of(Feature.values()));
  }

  @Bean
  ApiTitle title() {
    return new ApiTitle("Annals", "Notes and tasks with their complete history.");
  }

  @Bean
  EventUpcaster upcasters() {
    return Upcasters.chain();
  }
}
