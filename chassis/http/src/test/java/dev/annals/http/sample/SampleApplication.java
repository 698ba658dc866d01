package dev.annals.http.sample;

import dev.annals.base.security.AccessTable;
import dev.annals.base.security.PathSet;
import dev.annals.base.security.Role;
import dev.annals.base.security.VerificationKeys;
import dev.annals.base.start.Uploads;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.security.LiveSessions;
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
import org.springframework.web.filter.OncePerRequestFilter;

/** The sample application, without reachable stores. */
@SpringBootApplication(
    excludeName = {
      "dev.annals.http.limit.LimitConfiguration",
      "dev.annals.http.redis.RedisConfiguration"
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
  VerificationKeys sampleKeys() {
    return kid -> kid.equals(Tokens.KID) ? Optional.of(Tokens.PUBLIC_KEY) : Optional.empty();
  }

  @Bean
  AccessTable sampleTable() {
    return new AccessTable(
        PathSet.of(
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
  Uploads sampleUploads() {
    return new Uploads("/tasks/[A-Za-z0-9_-]+/attachments/?");
  }

  @Bean
  LiveSessions sampleSessions() {
    return sessions -> sessions;
  }
}
