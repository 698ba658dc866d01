package dev.annals.base.start;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationErrors;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.Environment;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/** Describes a failed start in one sentence without line breaks or credentials. */
final class FailureSentence {
  private static final Pattern SECRET =
      Pattern.compile("password|secret|token|key|credential|passphrase|ur[il]");
  private static final Pattern CAMEL_HUMP = Pattern.compile("(?<=[a-z0-9])([A-Z])");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private FailureSentence() {}

  static String of(Throwable failure, Environment environment) {
    // The program's own exceptions take precedence over their wrappers.
    String sentence =
        Stream.concat(
                Causes.of(failure).filter(CannotStartException.class::isInstance),
                Causes.of(failure))
            .map(cause -> describe(cause, environment))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseGet(() -> describeOther(failure));
    return BLANKS.matcher(sentence).replaceAll(" ").strip();
  }

  private static Optional<String> describe(Throwable cause, Environment environment) {
    if (cause instanceof CannotStartException told) {
      return Optional.of(told.getMessage());
    }
    if (cause instanceof BindException bind) {
      return Optional.of(notBound(bind));
    }
    if (cause instanceof InvalidConfigurationPropertyValueException invalid) {
      String value = value(invalid.getName(), invalid.getValue());
      return Optional.of(
          "The property %s%s is not valid: %s."
              .formatted(invalid.getName(), value, bare(invalid.getReason())));
    }
    if (cause instanceof PortInUseException taken) {
      return Optional.of(
          "The port %d (%s) is already in use."
              .formatted(taken.getPort(), portProperty(taken.getPort(), environment)));
    }
    if (cause instanceof SQLException refused && refused.getSQLState() != null) {
      return database(refused, environment);
    }
    // By name, since only the query side has the driver on its class path.
    if (cause.getClass().getName().equals("com.mongodb.MongoTimeoutException")) {
      return Optional.of(
          "The server at %s (spring.mongodb.uri) cannot be reached."
              .formatted(address("spring.mongodb.uri", environment)));
    }
    return Optional.empty();
  }

  private static String notBound(BindException bind) {
    String name = bind.getName().toString();
    Optional<BindValidationException> refused =
        Causes.of(bind)
            .filter(BindValidationException.class::isInstance)
            .map(BindValidationException.class::cast)
            .findFirst();
    if (refused.isPresent()) {
      return notValid(refused.get().getValidationErrors());
    }
    ConfigurationProperty property = bind.getProperty();
    String value = property == null ? "" : value(name, property.getValue());
    String origin =
        property == null || property.getOrigin() == null
            ? ""
            : " (from %s)".formatted(property.getOrigin());
    return "The property %s%s%s is not valid: %s."
        .formatted(name, value, origin, conversion(bind).orElseGet(() -> bare(reason(bind))));
  }

  private static Optional<String> conversion(BindException bind) {
    return Causes.of(bind)
        .filter(
            cause ->
                cause instanceof ConversionFailedException
                    || cause instanceof ConverterNotFoundException)
        .map(
            cause -> "it cannot be read as " + bind.getTarget().getType().toClass().getSimpleName())
        .findFirst();
  }

  private static String notValid(ValidationErrors errors) {
    return errors.getAllErrors().stream()
        .map(error -> notValid(errors.getName().toString(), error))
        .sorted()
        .collect(Collectors.joining("; ", "The configuration is not valid: ", "."));
  }

  private static String notValid(String prefix, ObjectError error) {
    if (error instanceof FieldError field) {
      String dashed = CAMEL_HUMP.matcher(field.getField()).replaceAll("-$1");
      String name = prefix + "." + dashed.toLowerCase(Locale.ROOT);
      return name + value(name, field.getRejectedValue()) + " " + error.getDefaultMessage();
    }
    return prefix + " " + error.getDefaultMessage();
  }

  private static String value(String name, Object value) {
    String last = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return value == null || SECRET.matcher(last).find() ? "" : " with the value \"" + value + '"';
  }

  private static String portProperty(int port, Environment environment) {
    String management = environment.getProperty("management.server.port");
    return String.valueOf(port).equals(management) ? "management.server.port" : "server.port";
  }

  /** Describes an error of the configuration by its class of SQLSTATE (PostgreSQL, appendix A). */
  private static Optional<String> database(SQLException refused, Environment environment) {
    String what = "The database at " + address("spring.datasource.url", environment);
    return switch (refused.getSQLState().substring(0, 2)) {
      case "08" ->
          Optional.of(
              what + " (spring.datasource.url) cannot be reached: " + reason(refused) + ".");
      case "28" ->
          Optional.of(
              what
                  + " refuses the login (spring.datasource.username, spring.datasource.password).");
      case "3D" -> Optional.of(what + " (spring.datasource.url) does not exist on that server.");
      default -> Optional.empty();
    };
  }

  private static String address(String property, Environment environment) {
    return StoreAddress.withoutCredentials(environment.getProperty(property, "an unnamed server"));
  }

  private static String describeOther(Throwable failure) {
    return "Annals cannot start: %s (set logging.level.dev.annals.base.start to debug for more)."
        .formatted(bare(reason(failure)));
  }

  private static String reason(Throwable failure) {
    Throwable root = Causes.of(failure).reduce(failure, (outer, inner) -> inner);
    if (root instanceof UnknownHostException) {
      return "the host " + root.getMessage() + " is unknown";
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : StoreAddress.withoutCredentials(message);
  }

  private static String bare(String reason) {
    String stripped = reason.strip();
    return stripped.endsWith(".") ? stripped.substring(0, stripped.length() - 1) : stripped;
  }
}
