package dev.annals.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.jar.JarFile;
import org.axonframework.eventhandling.tokenstore.AbstractTokenEntry;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Sets the clock of a packaged program ahead. This class precedes the program on the class path;
 * Spring Boot finds it there, and it replaces the clocks of the program and of Axon.
 */
public final class FastClock
    implements ApplicationContextInitializer<ConfigurableApplicationContext>, BeanPostProcessor {

  private static final String AHEAD = "annals.test.ahead";
  private static final String MONGO_TOKENS =
      "org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore";

  /** Returns the arguments of {@code java} that start the program of the unpacked jar. */
  static List<String> arguments(Path jar, Duration ahead) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return List.of(
          "-D" + AHEAD + "=" + ahead,
          "-cp",
          folder() + ":" + jar,
          file.getManifest().getMainAttributes().getValue("Main-Class"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies this class alone, since the program must not see the tests' other classes. */
  private static Path folder() throws IOException {
    Path folder = Files.createTempDirectory("annals-clock");
    String name = ClassUtils.convertClassNameToResourcePath(FastClock.class.getName()) + ".class";
    Path copy = folder.resolve(name);
    Files.createDirectories(copy.getParent());
    try (InputStream bytes = FastClock.class.getClassLoader().getResourceAsStream(name)) {
      Files.copy(bytes, copy);
    }
    Path factories = folder.resolve("META-INF/spring.factories");
    Files.createDirectories(factories.getParent());
    Files.writeString(
        factories,
        ApplicationContextInitializer.class.getName() + "=" + FastClock.class.getName(),
        StandardCharsets.ISO_8859_1);
    return folder;
  }

  private Clock fast;

  @Override
  public void initialize(ConfigurableApplicationContext program) {
    fast =
        Clock.offset(
            Clock.tick(Clock.system(ZoneOffset.UTC), Duration.ofMillis(1)),
            Duration.parse(System.getProperty(AHEAD)));
    program.getBeanFactory().addBeanPostProcessor(this);
    AbstractTokenEntry.clock = fast;
    if (ClassUtils.isPresent(MONGO_TOKENS, getClass().getClassLoader())) {
      replaceClockOfMongoTokens();
    }
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof Clock ? fast : bean;
  }

  // The clock is a constant; only Unsafe can replace it.
  private void replaceClockOfMongoTokens() {
    try {
      Field constant = Class.forName(MONGO_TOKENS).getDeclaredField("clock");
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field only = type.getDeclaredField("theUnsafe");
      only.setAccessible(true);
      Object unsafe = only.get(null);
      type.getMethod("putObject", Object.class, long.class, Object.class)
          .invoke(
              unsafe,
              type.getMethod("staticFieldBase", Field.class).invoke(unsafe, constant),
              type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, constant),
              fast);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
