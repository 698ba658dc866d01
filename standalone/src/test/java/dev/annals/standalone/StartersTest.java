package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.annals.audit.EventStates;
import dev.annals.base.flag.DeclaredFlags;
import dev.annals.base.security.AccessTable;
import dev.annals.base.security.VerificationKeys;
import dev.annals.base.start.Uploads;
import dev.annals.base.web.ApiTitle;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.limit.RateLimits;
import dev.annals.http.security.LiveSessions;
import dev.annals.http.web.QueryParameters;
import dev.annals.projection.inbox.InboxTypes;
import dev.annals.projection.write.Erased;
import dev.annals.push.NotificationListener;
import dev.annals.push.NotificationSource;
import dev.annals.push.webhook.WebhookSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ConfigurationClassPostProcessor;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;

/**
 * Checks that a program gets the whole chassis by autoconfiguration, and can replace the defaults.
 */
class StartersTest {

  private static final String AUTOCONFIGURATIONS =
      "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";
  private static final String MANAGEMENT =
      "META-INF/spring/org.springframework.boot.actuate.autoconfigure.web"
          + ".ManagementContextConfiguration.imports";

  /** The types of the beans by which a product replaces defaults of the chassis. */
  private static final List<Class<?>> REPLACEABLE =
      List.of(
          AccessTable.class,
          ApiTitle.class,
          DeclaredFlags.class,
          Erased.class,
          EventStates.class,
          LiveSessions.class,
          MasterKey.class,
          RateLimits.class,
          Uploads.class,
          VerificationKeys.class);

  @Test
  void anAutoconfigurationReachesEachComponentAndAllPropertiesOfTheChassis() {
    Set<Class<?>> reached = reached();
    assertThat(chassis())
        .filteredOn(
            type ->
                !type.isAnnotation()
                    && (AnnotatedElementUtils.hasAnnotation(type, Component.class)
                        || type.isAnnotationPresent(ConfigurationProperties.class)))
        .hasSizeGreaterThan(50)
        .allMatch(reached::contains);
  }

  @Test
  void eachClassOfTheChassisThatNoCodeInstantiatesIsABeanOrIsMadeByALibrary() {
    Set<String> beans = reached().stream().map(Class::getName).collect(Collectors.toSet());
    assertThat(Modules.CLASSES)
        .filteredOn(Modules::isOfChassis)
        .filteredOn(StartersTest::isInstantiatedByNoCode)
        .extracting(JavaClass::getName)
        .filteredOn(name -> !beans.contains(name))
        .containsExactlyInAnyOrder(
            // spring.factories
            "dev.annals.base.start.FailureReporter",
            "dev.annals.base.start.TracingFilter",
            "dev.annals.eventstore.aggregate.ConnectionChecks",
            "dev.annals.eventstore.storage.EventStoreProblems",
            // Tomcat
            "dev.annals.http.arrival.TimedProtocol",
            // Properties of a product
            "dev.annals.http.limit.Allowance",
            "dev.annals.http.limit.Allowances");
  }

  /** The annotation adds nothing to an import, unless it names the bean. */
  @Test
  void componentsOfTheChassisHaveTheAnnotationOnlyForAName() {
    assertThat(chassis())
        .filteredOn(type -> type.isAnnotationPresent(Component.class))
        .isNotEmpty()
        .allSatisfy(type -> assertThat(type.getAnnotation(Component.class).value()).isNotEmpty());
  }

  @Test
  void programsScanTheirOwnPackagesAlone() {
    Map<String, ComponentScan> scans =
        programs().stream()
            .filter(type -> AnnotatedElementUtils.isAnnotated(type, ComponentScan.class))
            .collect(
                Collectors.toMap(
                    Class::getName,
                    type -> AnnotatedElementUtils.getMergedAnnotation(type, ComponentScan.class)));
    assertThat(scans)
        .containsOnlyKeys("dev.annals.command.CommandSide", "dev.annals.query.QuerySide");
    assertThat(scans.values())
        .allSatisfy(
            scan -> {
              assertThat(scan.basePackages()).isEmpty();
              assertThat(scan.basePackageClasses()).isEmpty();
            });
  }

  @Test
  void programsImportNothingOfTheChassis() {
    assertThat(programs())
        .filteredOn(type -> !imports(type).isEmpty())
        .isNotEmpty()
        .allSatisfy(
            type ->
                assertThat(imports(type))
                    .extracting(Class::getPackageName)
                    .noneMatch(StartersTest::isOfChassis));
  }

  @Test
  void theReplaceableBeansAreThese() {
    assertThat(
            chassis().stream()
                .flatMap(
                    type -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredMethods())))
                .filter(it -> it.isAnnotationPresent(ConditionalOnMissingBean.class))
                .map(StartersTest::replaceable))
        .containsExactlyInAnyOrderElementsOf(REPLACEABLE);
  }

  @ParameterizedTest
  @FieldSource("REPLACEABLE")
  void aBeanOfTheProductReplacesTheDefault(Class<?> type) {
    assertThat(names(type, beans())).hasSize(1);
    assertThat(names(type, beans(type))).containsExactly("own");
  }

  @Test
  void aProductWithoutNotificationsHasNeitherInboxesNorAWebSocket() {
    ListableBeanFactory beans = beans();
    assertThat(names(NotificationSource.class, beans)).isEmpty();
    assertThat(names(WebSocketConfigurer.class, beans)).isEmpty();
  }

  @Test
  void aProductWithTypesOfNotificationsHasInboxesAndAWebSocket() {
    ListableBeanFactory beans = beans(InboxTypes.class);
    assertThat(names(NotificationSource.class, beans)).hasSize(1);
    assertThat(names(WebSocketConfigurer.class, beans)).hasSize(1);
  }

  @Test
  void aProductWithASourceOfNotificationsHasAWebSocketWithoutInboxes() {
    ListableBeanFactory beans = beans(NotificationSource.class);
    assertThat(names(NotificationSource.class, beans)).containsExactly("own");
    assertThat(names(WebSocketConfigurer.class, beans)).hasSize(1);
  }

  @Test
  void aProductWithNotificationsAndWebhooksDeliversThem() {
    assertThat(names(NotificationListener.class, beans(WebhookSource.class))).isEmpty();
    assertThat(names(NotificationListener.class, beans(InboxTypes.class))).hasSize(1);
    assertThat(names(NotificationListener.class, beans(InboxTypes.class, WebhookSource.class)))
        .hasSize(2);
  }

  private static List<String> names(Class<?> type, ListableBeanFactory beans) {
    return List.of(beans.getBeanNamesForType(type, true, false));
  }

  /** Returns the definitions of the beans of a product on the chassis, without instances. */
  private static ListableBeanFactory beans(Class<?>... own) {
    GenericWebApplicationContext context = new GenericWebApplicationContext();
    for (Class<?> type : own) {
      context.registerBean(own.length == 1 ? "own" : type.getSimpleName(), type);
    }
    new AnnotatedBeanDefinitionReader(context)
        .register(
            Configurations.getClasses(
                AutoConfigurations.of(
                    configurations(AUTOCONFIGURATIONS).toArray(Class<?>[]::new))));
    ConfigurationClassPostProcessor configurations = new ConfigurationClassPostProcessor();
    configurations.setEnvironment(context.getEnvironment());
    configurations.setResourceLoader(context);
    configurations.postProcessBeanDefinitionRegistry(context);
    return context.getDefaultListableBeanFactory();
  }

  /** Returns the classes of the sides and of the program that has both. */
  private static List<Class<?>> programs() {
    return Modules.CLASSES.stream()
        .filter(type -> type.getName().matches("dev\\.annals\\.(command|query|standalone)\\..*"))
        .<Class<?>>map(JavaClass::reflect)
        .toList();
  }

  private static List<Class<?>> chassis() {
    return Modules.CLASSES.stream()
        .filter(Modules::isOfChassis)
        .<Class<?>>map(JavaClass::reflect)
        .toList();
  }

  private static boolean isOfChassis(String packageName) {
    return Modules.ALL.values().stream()
        .anyMatch(module -> module.isOfChassis() && packageName.matches(module.packages()));
  }

  /** Returns the autoconfigurations of the chassis and the classes that they make beans of. */
  private static Set<Class<?>> reached() {
    Set<Class<?>> reached = new LinkedHashSet<>();
    Stream.of(AUTOCONFIGURATIONS, MANAGEMENT)
        .flatMap(file -> configurations(file).stream())
        .forEach(type -> addWithImports(type, reached));
    return reached;
  }

  private static void addWithImports(Class<?> type, Set<Class<?>> reached) {
    if (reached.add(type)) {
      imports(type).forEach(imported -> addWithImports(imported, reached));
    }
  }

  private static List<Class<?>> imports(Class<?> type) {
    return Stream.concat(
            AnnotatedElementUtils.findAllMergedAnnotations(type, Import.class).stream()
                .flatMap(it -> Stream.of(it.value())),
            AnnotatedElementUtils.findAllMergedAnnotations(
                    type, EnableConfigurationProperties.class)
                .stream()
                .flatMap(it -> Stream.of(it.value())))
        .<Class<?>>map(imported -> imported)
        .toList();
  }

  private static List<Class<?>> configurations(String file) {
    return Modules.ALL.values().stream()
        .filter(Modules.Module::isOfChassis)
        .map(
            module ->
                Modules.ROOT.resolve(module.folder()).resolve("src/main/resources").resolve(file))
        .filter(Files::exists)
        .flatMap(StartersTest::classes)
        .toList();
  }

  private static Stream<Class<?>> classes(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(name -> ClassUtils.resolveClassName(name, StartersTest.class.getClassLoader()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Class<?> replaceable(AnnotatedElement conditional) {
    return conditional instanceof Method method
        ? method.getReturnType()
        : conditional.getAnnotation(ConditionalOnMissingBean.class).value()[0];
  }

  private static boolean isInstantiatedByNoCode(JavaClass type) {
    return type.isTopLevelClass()
        && !type.isInterface()
        && !type.isEnum()
        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
        && !type.isAssignableTo(QueryParameters.class)
        && !type.isAnnotatedWith(ConfigurationPropertiesSource.class)
        && type.getConstructors().stream()
            .noneMatch(made -> made.getModifiers().contains(JavaModifier.PRIVATE))
        && type.getConstructors().stream().allMatch(made -> made.getAccessesToSelf().isEmpty());
  }
}
