package dev.annals.platform.sample;

import dev.annals.platform.crypto.MasterKey;
import dev.annals.platform.crypto.PublicKeys;
import dev.annals.platform.security.LiveSessions;
import dev.annals.platform.security.VerificationKeys;
import java.util.Optional;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The application; its stores are never reached. */
@SpringBootApplication(
    scanBasePackages = {
      "dev.annals.platform.arrival",
      "dev.annals.platform.json",
      "dev.annals.platform.openapi",
      "dev.annals.platform.problem",
      "dev.annals.platform.sample",
      "dev.annals.platform.security",
      "dev.annals.platform.start",
      "dev.annals.platform.time",
      "dev.annals.platform.web"
    })
public class SampleApplication {

  @Bean
  @Primary
  VerificationKeys sampleKeys() {
    return kid -> kid.equals(Tokens.KID) ? Optional.of(Tokens.PUBLIC_KEY) : Optional.empty();
  }

  @Bean
  MasterKey sampleMasterKey() {
    return new MasterKey("A".repeat(43) + "=");
  }

  @Bean
  PublicKeys samplePublicKeys(JdbcClient jdbc, MasterKey masterKey) {
    return new PublicKeys(jdbc, masterKey);
  }

  @Bean
  @Primary
  LiveSessions sampleSessions() {
    return sessions -> sessions;
  }
}
