package dev.annals.http.web;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.base.start.Draining;
import dev.annals.base.start.Uploads;
import dev.annals.base.web.BodyProperties;
import dev.annals.base.web.CorsProperties;
import dev.annals.http.problem.ProblemAdvice;
import dev.annals.http.security.Caller;
import dev.annals.http.web.Permits.Permit;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.catalina.core.StandardHost;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.ConfigurableWebBindingInitializer;
import org.springframework.web.bind.support.WebBindingInitializer;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Registers the filters, resolvers and interceptors that all endpoints share. */
@ChassisConfiguration
@Import({
  BodyHeaders.class,
  LargeResponses.class,
  ProblemAdvice.class,
  PublicUrl.class,
  SignedTokens.class
})
@EnableConfigurationProperties({BodyProperties.class, CorsProperties.class})
public class WebConfiguration implements WebMvcConfigurer {

  private static final int MAX_REQUESTS_PER_USER = 128;
  private static final int HEAP_FRACTION_OF_BODIES = 8;

  /**
   * Two of the largest bodies, at eight bytes of heap each. Projections keep pace with a user's
   * sequential large requests, but not with concurrent ones.
   */
  private static final long BODY_BYTES_PER_USER = 5 << 20;

  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(2);

  private final SignedTokens signed;
  private final ProblemAdvice problems;

  WebConfiguration(SignedTokens signed, ProblemAdvice problems) {
    this.signed = signed;
    this.problems = problems;
  }

  @Bean
  @ConditionalOnMissingBean
  Uploads signedUploads() {
    return new Uploads("");
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(new RequestArguments(signed));
  }

  /** Adds the wait before the resolver that answers exceptions. */
  @Override
  public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
    resolvers.add(0, new VisibilityWait(problems));
  }

  /** Uses the media type that {@link EndpointMapping} has chosen. */
  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
    negotiation.strategies(List.of(EndpointMapping::chosen));
  }

  @Bean
  WebMvcRegistrations endpointMapping() {
    return new WebMvcRegistrations() {
      @Override
      public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
        return new EndpointMapping();
      }

      /** Adds {@link StrictIds} here, since a method with InitBinder is made again each time. */
      @Override
      public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
        return new RequestMappingHandlerAdapter() {
          @Override
          public void setWebBindingInitializer(@Nullable WebBindingInitializer initializer) {
            if (initializer instanceof ConfigurableWebBindingInitializer configurable) {
              configurable.setPropertyEditorRegistrar(new StrictIds());
            }
            super.setWebBindingInitializer(initializer);
          }
        };
      }
    };
  }

  /** Starts a stream only after all filters are done. Otherwise two threads would write headers. */
  @Override
  public void configureAsyncSupport(AsyncSupportConfigurer async) {
    async.registerCallableInterceptors(
        new CallableProcessingInterceptor() {
          @Override
          public <T> void preProcess(NativeWebRequest request, Callable<T> stream)
              throws InterruptedException {
            RequestLog.awaitFilters(request.getNativeRequest(HttpServletRequest.class));
          }
        });
  }

  /** Rejects forged consistency tokens also where no read model waits for them. */
  @Override
  public void addInterceptors(InterceptorRegistry interceptors) {
    interceptors.addInterceptor(new ContentCodingCheck()).order(1);
    interceptors.addInterceptor(
        new HandlerInterceptor() {
          @Override
          public boolean preHandle(
              HttpServletRequest request, HttpServletResponse response, Object handler) {
            if (request.getMethod().equals("GET") || request.getMethod().equals("HEAD")) {
              ConsistencyTokens.of(request, signed);
            }
            return true;
          }
        });
  }

  /** Closes each connection after its response while the process drains. */
  @Bean
  FilterRegistrationBean<Filter> closeWhileDraining(Draining draining) {
    return step(
        (request, response, chain) -> {
          if (draining.hasBegun()) {
            response.setHeader("Connection", "close");
          }
          chain.doFilter(request, response);
        },
        Ordered.HIGHEST_PRECEDENCE);
  }

  /**
   * Hides the query from code that asks the container for it, as the probes do: its parser rejects
   * what {@link QueryString} reads or ignores.
   */
  @Bean
  FilterRegistrationBean<Filter> unparsedQuery() {
    return step(
        (request, response, chain) ->
            chain.doFilter(
                new HttpServletRequestWrapper(request) {
                  @Override
                  public Map<String, String[]> getParameterMap() {
                    return Map.of();
                  }
                },
                response),
        Ordered.HIGHEST_PRECEDENCE);
  }

  @Bean
  FilterRegistrationBean<Filter> signatures() {
    return step(
        (request, response, chain) -> chain.doFilter(request, signed.signing(response)), -120);
  }

  @Bean
  FilterRegistrationBean<RequestLog> requestLog(
      ObjectProvider<MeterRegistry> meters, BeanFactory beans) {
    // With tracing, Spring observes requests.
    MeterRegistry own =
        beans.containsBean("webMvcObservationFilter") ? null : meters.getIfAvailable();
    return ordered(
        new RequestLog(problems, own == null ? null : new RequestMetrics(own)),
        Ordered.HIGHEST_PRECEDENCE);
  }

  /**
   * Adds the headers of {@link CorsProperties} to all responses, and answers preflights. Runs
   * inside the request log and before all filters that may refuse a request.
   */
  @Bean
  FilterRegistrationBean<Filter> corsHeaders(CorsProperties cors) {
    return step(
        (request, response, chain) -> {
          String origin = request.getHeader(HttpHeaders.ORIGIN);
          cors.headers(origin).forEach(response::setHeader);
          String requested = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
          if (CorsProperties.isPreflight(request.getMethod(), origin, requested)) {
            cors.preflight(origin, requested).forEach(response::setHeader);
          } else {
            chain.doFilter(request, response);
          }
        },
        -125);
  }

  /** Runs just before Spring Security, whose order is -100. */
  @Bean
  FilterRegistrationBean<BodyLimit> bodyLimit(BodyProperties properties, Uploads uploads) {
    MemoryBudget budget =
        new MemoryBudget(
            Runtime.getRuntime().maxMemory() / HEAP_FRACTION_OF_BODIES,
            BODY_BYTES_PER_USER,
            BODY_TIMEOUT);
    return ordered(new BodyLimit(properties, uploads, budget), -110);
  }

  /**
   * Bounds the concurrent requests of a user. Requests that wait without a thread or stream their
   * response have separate bounds. Runs just after Spring Security, which authenticates the user.
   */
  @Bean
  FilterRegistrationBean<Filter> requestsOfUser() {
    Permits<UUID> permits = new Permits<>(MAX_REQUESTS_PER_USER);
    return step(
        (request, response, chain) -> {
          Optional<Caller> caller = Caller.current();
          try (Permit permit = caller.map(user -> permits.take(user.userId())).orElse(() -> {})) {
            chain.doFilter(request, response);
          }
        },
        -90);
  }

  /** Runs inside the request log and before the body limit. */
  @Bean
  FilterRegistrationBean<HeadLimit> headLimit() {
    return ordered(new HeadLimit(), -115);
  }

  /** Replaces the error pages of Tomcat and Spring Boot. */
  @Bean
  static WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemReports(
      CorsProperties cors) {
    return factory ->
        factory.addContextCustomizers(
            context -> {
              for (var page : context.findErrorPages()) {
                context.removeErrorPage(page);
              }
              if (context.getParent() instanceof StandardHost host) {
                // The host would add its own valve after this one.
                host.setErrorReportValveClass("");
                host.getPipeline().addValve(new ProblemReportValve(cors));
              }
            });
  }

  @Bean
  static ErrorController noErrorEndpoint() {
    return new ErrorController() {};
  }

  /** Filters the first dispatch of a request. */
  private interface Step {
    void take(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException;
  }

  private static FilterRegistrationBean<Filter> step(Step step, int order) {
    return ordered(
        (request, response, chain) ->
            step.take((HttpServletRequest) request, (HttpServletResponse) response, chain),
        order);
  }

  private static <F extends Filter> FilterRegistrationBean<F> ordered(F filter, int order) {
    FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(order);
    return registration;
  }
}
