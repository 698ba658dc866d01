package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.api.GeneratedAdmin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class StartReportTest {
  @Test
  void showsAGeneratedLoginOnce(CapturedOutput output) {
    SpringApplication application = new SpringApplication(MakesUpAnAdmin.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.addListeners(new StartReport(new LocalStores()));

    application.run("--local.server.port=8080").close();

    assertThat(output.getOut())
        .containsOnlyOnce("First admin: admin@annals.example, password made-up (shown only now)")
        .containsOnlyOnce("made-up")
        .contains("Swagger UI: http://localhost:8080/swagger-ui.html");
  }

  @Configuration(proxyBeanMethods = false)
  static class MakesUpAnAdmin {
    /** Publishes the login during the refresh of the context. */
    @Bean
    Object admin(ApplicationEventPublisher events) {
      events.publishEvent(new GeneratedAdmin("admin@annals.example", "made-up"));
      return new Object();
    }
  }
}
