package dev.annals.base.start;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Rejects configurations of the profile {@code prod} that are only fit for tests: a secret from an
 * example, a store or links without protection, mails in plain text, webhooks into private
 * networks, a public actuator. It reports all violations at once, a sentence each.
 */
public final class ProductionRules
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

  public static final String PROFILE = "prod";

  private static final List<String> SECRETS =
      List.of(
          "annals.admin.password",
          "annals.attachments.s3.secret-key",
          "spring.data.redis.password",
          "spring.data.redis.sentinel.password",
          "spring.datasource.password",
          "spring.mail.password");
  private static final List<String> URLS =
      List.of("spring.datasource.url", "spring.mongodb.uri", "spring.data.redis.url");
  private static final Pattern PASSWORD =
      Pattern.compile("://[^/@?]*:([^/@]*)@|[?&]password=([^&]*)");
  private static final Pattern WITH_PASSWORD = Pattern.compile("://[^/@?]*:[^/@]+@");
  private static final int MIN_BCRYPT_COST = 12;
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "(change|replace)[-_ ]?(me|it|this).*|annals|admin|example|guest|minioadmin|mongo"
              + "|passw(or)?d|password[0-9]*|postgres(ql)?|redis|root|secret|test");
  private static final Set<String> HARMLESS_ENDPOINTS =
      Set.of("health", "info", "metrics", "prometheus");

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    if (!environment.matchesProfiles(PROFILE)) {
      return;
    }
    List<String> broken = new ArrayList<>();
    secrets(environment, broken);
    logins(environment, broken);
    mail(environment, broken);
    webhooks(environment, broken);
    actuator(environment, broken);
    if (!broken.isEmpty()) {
      throw new CannotStartException(String.join(" ", broken));
    }
  }

  private static void secrets(ConfigurableEnvironment environment, List<String> broken) {
    Stream.Builder<String> known = Stream.builder();
    Stream.of("annals.master-key", "annals.master-key-previous")
        .filter(name -> isOneByteRepeated(environment.getProperty(name, "")))
        .forEach(known::add);
    SECRETS.stream()
        .filter(name -> isExample(environment.getProperty(name, "")))
        .forEach(known::add);
    URLS.stream().filter(name -> hasExample(environment.getProperty(name, ""))).forEach(known::add);
    known
        .build()
        .map("With the profile prod, %s must not be a well-known default secret."::formatted)
        .forEach(broken::add);
  }

  private static void logins(ConfigurableEnvironment environment, List<String> broken) {
    int cost =
        Binder.get(environment)
            .bind("annals.identity.bcrypt-cost", Integer.class)
            .orElse(MIN_BCRYPT_COST);
    if (cost < MIN_BCRYPT_COST) {
      broken.add(
          "With the profile prod, annals.identity.bcrypt-cost must be at least %d, not %d."
              .formatted(MIN_BCRYPT_COST, cost));
    }
    String mongo = environment.getProperty("spring.mongodb.uri", "");
    // Mechanisms unlike SCRAM authenticate without a password.
    if (!mongo.isBlank()
        && !WITH_PASSWORD.matcher(mongo).find()
        && !mongo.contains("authMechanism=")) {
      broken.add(
          "With the profile prod, MongoDB must require a login, but spring.mongodb.uri has no"
              + " password.");
    }
    String links = environment.getProperty("annals.public-url", "");
    if (links.strip().toLowerCase(Locale.ROOT).startsWith("http:")) {
      broken.add(
          "With the profile prod, links must not lead over plain-text HTTP: annals.public-url must"
              + " begin with https.");
    }
  }

  private static void mail(ConfigurableEnvironment environment, List<String> broken) {
    boolean encrypted =
        environment.getProperty("spring.mail.protocol", "").equals("smtps")
            || Stream.of(
                    "spring.mail.ssl.enabled",
                    "spring.mail.properties.mail.smtp.ssl.enable",
                    "spring.mail.properties.mail.smtp.starttls.required")
                .anyMatch(name -> environment.getProperty(name, "").equals("true"))
            || !environment.getProperty("spring.mail.ssl.bundle", "").isEmpty();
    if (!environment.getProperty("spring.mail.host", "").isBlank() && !encrypted) {
      broken.add(
          "With the profile prod, mails must not leave by plain-text SMTP: set"
              + " spring.mail.properties.mail.smtp.starttls.required or spring.mail.ssl.enabled to true.");
    }
  }

  private static void webhooks(ConfigurableEnvironment environment, List<String> broken) {
    boolean publicOnly =
        Binder.get(environment).bind("annals.webhooks.public-only", Boolean.class).orElse(true);
    if (!publicOnly) {
      broken.add(
          "With the profile prod, webhooks must not lead into private networks, but"
              + " annals.webhooks.public-only is false.");
    }
  }

  private static void actuator(ConfigurableEnvironment environment, List<String> broken) {
    Binder binder = Binder.get(environment);
    int api = binder.bind("server.port", Integer.class).orElse(8080);
    int management = binder.bind("management.server.port", Integer.class).orElse(api);
    if (management < 0) {
      return;
    }
    List<String> further =
        binder
            .bind("management.endpoints.web.exposure.include", Bindable.listOf(String.class))
            .orElse(List.of())
            .stream()
            .filter(endpoint -> !HARMLESS_ENDPOINTS.contains(endpoint))
            .toList();
    if (!further.isEmpty()) {
      broken.add(
          "With the profile prod, the actuator must not be open, but management.endpoints.web.exposure.include has %s."
              .formatted(String.join(", ", further)));
    }
    if (management == api && management != 0) {
      broken.add(
          "With the profile prod, the actuator must not be open, but management.server.port is the port of the API.");
    } else {
      addresses(environment.getProperty("management.server.address", ""))
          .filter(ProductionRules::isPublic)
          .findFirst()
          .map(
              address ->
                  "With the profile prod, the actuator must not be open, but it is on the public address %s: set management.server.address to another."
                      .formatted(address.getHostAddress()))
          .ifPresent(broken::add);
    }
  }

  /**
   * Returns the addresses of a server with this configured address: all of the host for a wildcard.
   */
  private static Stream<InetAddress> addresses(String configured) {
    try {
      InetAddress address = InetAddress.getByName(configured.isBlank() ? "0.0.0.0" : configured);
      return address.isAnyLocalAddress()
          ? Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
              .flatMap(network -> Collections.list(network.getInetAddresses()).stream())
          : Stream.of(address);
    } catch (UnknownHostException | SocketException e) {
      throw new CannotStartException(
          "The property management.server.address is not an address.", e);
    }
  }

  /** Returns whether an address is publicly reachable by the registries of RFC 6890. */
  static boolean isPublic(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    int third = bytes[2] & 0xff;
    if (bytes.length == 16) {
      boolean unique = (first & 0xfe) == 0xfc;
      boolean documentation = first == 0x20 && second == 1 && third == 0x0d;
      return !unique && !documentation;
    }
    boolean shared = first == 100 && (second & 0xc0) == 64;
    boolean protocol = first == 192 && second == 0;
    boolean benchmark = first == 198 && (second & 0xfe) == 18;
    boolean documentation =
        (first == 198 && second == 51 && third == 100)
            || (first == 203 && second == 0 && third == 113);
    return !(shared || protocol || benchmark || documentation);
  }

  private static boolean hasExample(String url) {
    Matcher found = PASSWORD.matcher(url);
    while (found.find()) {
      if (isExample(found.group(1) == null ? found.group(2) : found.group(1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExample(String secret) {
    return EXAMPLE.matcher(secret.strip().toLowerCase(Locale.ROOT)).matches();
  }

  /** Returns whether a key consists of one repeated byte, like the keys of documents and tests. */
  private static boolean isOneByteRepeated(String base64) {
    try {
      byte[] key = Base64.getDecoder().decode(base64.strip());
      for (byte one : key) {
        if (one != key[0]) {
          return false;
        }
      }
      return key.length > 0;
    } catch (IllegalArgumentException notBase64) {
      // MasterKey rejects it.
      return false;
    }
  }
}
