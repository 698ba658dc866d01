package dev.annals.platform.sample;

import dev.annals.events.identity.Role;
import dev.annals.platform.crypto.MasterKey;
import dev.annals.platform.crypto.PublicKeys;
import dev.annals.platform.security.AccessTable;
import dev.annals.platform.security.LiveSessions;
import dev.annals.platform.security.PathSet;
import dev.annals.platform.security.VerificationKeys;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.filter.OncePerRequestFilter;

/** The sample application, without reachable stores. */
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

  static final String BEGUN = "begun";

  /** Writes a header long after the endpoint has returned. */
  @Bean
  Filter lateHeader() {
    return new OncePerRequestFilter() {
      @Override
      protected void doFilterInternal(
          HttpServletRequest request, HttpServletResponse response, FilterChain chain)
          throws ServletException, IOException {
        CountDownLatch begun = new CountDownLatch(1);
        request.setAttribute(BEGUN, begun);
        chain.doFilter(request, response);
        if (request.isAsyncStarted() && request.getRequestURI().equals("/stream")) {
          try {
            response.setHeader(
                "Late", begun.await(300, TimeUnit.MILLISECONDS) ? "lost" : "written");
          } catch (InterruptedException e) {
            throw new ServletException(e);
          }
        }
      }
    };
  }

  @Bean
  @Primary
  VerificationKeys sampleKeys() {
    return kid -> kid.equals(Tokens.KID) ? Optional.of(Tokens.PUBLIC_KEY) : Optional.empty();
  }

  @Bean
  @Primary
  AccessTable sampleTable() {
    return new AccessTable(
        PathSet.PUBLIC.with(
            "/quiet",
            "/open",
            "/open/large",
            "/open/later",
            "/sender",
            "/picky/*",
            "/tasks/*/attachments",
            "/cut-off",
            "/fails/*"),
        PathSet.of("/whoami"),
        Map.of(
            Role.USER,
            PathSet.of("/samples/**", "/held", "/stream", "/cut-off/waited", "/cut-off/stream"),
            Role.ADMIN,
            PathSet.of("/administered")));
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
