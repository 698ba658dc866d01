package dev.annals.benchmark.axon;

import java.nio.charset.StandardCharsets;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/** Notes as aggregates, on Axon with all its defaults but for the server, which is not there. */
@SpringBootApplication
public class Axon {

  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(Axon.class, arguments);
  }

  @Bean
  SecurityFilterChain security(HttpSecurity http) {
    return http.csrf(csrf -> csrf.disable())
        .sessionManagement(it -> it.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .authorizeHttpRequests(it -> it.anyRequest().authenticated())
        .oauth2ResourceServer(it -> it.jwt(Customizer.withDefaults()))
        .build();
  }

  @Bean
  JwtDecoder tokens(@Value("${benchmark.secret}") String secret) {
    return NimbusJwtDecoder.withSecretKey(
            new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"))
        .build();
  }
}
