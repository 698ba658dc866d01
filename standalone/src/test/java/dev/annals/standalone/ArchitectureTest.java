package dev.annals.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.annals.api.ApiPaths;
import dev.annals.base.security.AccessTable;
import dev.annals.base.security.Role;
import dev.annals.http.redis.Redis;
import dev.annals.http.validation.Text;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.role.ServedBy;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;
import org.axonframework.spring.stereotype.Saga;
import org.slf4j.Logger;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.http.server.PathContainer;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Rules for all modules and contexts. */
@AnalyzeClasses(packages = "dev.annals", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] EVENTS = {
    "dev.annals.events",
    "dev.annals.events.note",
    "dev.annals.events.task",
    "dev.annals.events.notification",
    "dev.annals.events.identity",
    "dev.annals.events.flag",
    "dev.annals.events.webhook"
  };

  private static final String IDENTITY = "dev.annals.command.identity";

  // Other types of the context are public only for its own folders.
  private static final Set<String> OPEN_TYPES =
      Set.of(IDENTITY + ".UserDetails", IDENTITY + ".Users", IDENTITY + ".account.TimeZones");

  private static final DescribedPredicate<JavaClass> ARE_NOT_OPEN =
      DescribedPredicate.describe(
          "are not open to other contexts",
          type -> !OPEN_TYPES.contains(outermost(type).getName()));

  @ArchTest
  static final ArchRule theCommandSideKnowsNothingOfTheQuerySide =
      noClasses()
          .that()
          .resideInAPackage("dev.annals.command..")
          .should(
              dependOnClassesThat(
                  resideInAnyPackage("dev.annals.query..", "com.mongodb..", "org.bson..")));

  @ArchTest
  static final ArchRule theQuerySideKnowsNothingOfTheCommandSide =
      noClasses()
          .that()
          .resideInAPackage("dev.annals.query..")
          .should(
              dependOnClassesThat(
                  resideInAnyPackage(
                      "dev.annals.command..", "org.axonframework.commandhandling..")));

  @ArchTest
  static final ArchRule everyEndpointOfTheCommandSideSaysWhichProcessesHaveIt =
      classes()
          .that()
          .resideInAnyPackage("dev.annals.command..", "dev.annals.files..", "dev.annals.jobs..")
          .and()
          .areAnnotatedWith(RestController.class)
          .should()
          .beAnnotatedWith(ServedBy.class);

  @ArchTest
  static final ArchRule theBaseOfGatewayAndSidesNeedsNeitherServletsNorAxon =
      noClasses()
          .that()
          .resideInAPackage("dev.annals.base..")
          .should(
              dependOnClassesThat(
                  resideInAnyPackage(
                      "jakarta.servlet..",
                      "org.apache.catalina..",
                      "org.axonframework..",
                      "org.springframework.http.server.reactive..",
                      "org.springframework.web.servlet..",
                      "org.springframework.web.reactive..",
                      "reactor..")));

  @ArchTest
  static final ArchRule eventsDependOnNothingButTheirMarks =
      classes()
          .that()
          .resideInAnyPackage(EVENTS)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "com.fasterxml.jackson.annotation..")
                  .or(resideInAnyPackage(EVENTS))
                  .or(resideInAnyPackage("dev.annals.base.event", "dev.annals.base.flag"))
                  .or(JavaClass.Predicates.equivalentTo(Role.class))
                  .or(JavaClass.Predicates.equivalentTo(Revision.class)));

  @ArchTest
  static final ArchRule onlyOneClassKnowsWhichEngineStoresEvents =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.annals.eventstore.axon..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.axonframework.eventsourcing.eventstore.jdbc..");

  // RedisServersTest and SharedBucketsTest run the operations of these classes in a cluster, where
  // the keys of an operation must be in one slot.
  @ArchTest
  static final ArchRule onlyClassesTestedWithAClusterUseRedis =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.annals.http.redis..", "dev.annals.servers..")
          .and()
          .haveNameNotMatching(
              "dev.annals.http.limit.SharedBuckets"
                  + "|dev.annals.projection.list.CachedPages"
                  + "|dev.annals.push.Subscriptions")
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "the target is Redis", call -> call.getTargetOwner().isEquivalentTo(Redis.class)))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework.data.redis..", "io.lettuce..");

  @ArchTest
  static final ArchRule everyEndpointIsInTheTableOfAccess =
      classes()
          .that()
          .areAnnotatedWith(RestController.class)
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .should(mapOnlyPathsThatTheTableLists());

  // Parameters are resolved in order: an invalid body (400) must be reported before an unknown id
  // (404).
  @ArchTest
  static final ArchRule endpointsTakeTheBodyThenTheConditionThenTheId =
      methods()
          .that()
          .areMetaAnnotatedWith(RequestMapping.class)
          .should(haveParametersInTheOrderOfTheirErrors());

  @ArchTest
  static final ArchRule whatIsShownInALineIsOne =
      fields()
          .that()
          .haveNameMatching("title|displayName")
          .and()
          .areAnnotatedWith(Text.class)
          .should()
          .beAnnotatedWith(
              DescribedPredicate.describe(
                  "@Text(line = true)",
                  annotation ->
                      annotation.getRawType().isEquivalentTo(Text.class)
                          && annotation.get("line").equals(Optional.of(true))));

  @ArchTest
  static final ArchRule whateverIsNoProjectionRefusesReplays =
      classes()
          .that()
          .containAnyMethodsThat(
              DescribedPredicate.describe(
                  "handle events",
                  method ->
                      method.isMetaAnnotatedWith(EventHandler.class)
                          && !method.isMetaAnnotatedWith(EventSourcingHandler.class)))
          .and()
          .haveSimpleNameNotEndingWith("Projection")
          .should()
          .beAnnotatedWith(DisallowReplay.class)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule projectionsBelongToTheQuerySide =
      classes()
          .that()
          .haveSimpleNameEndingWith("Projection")
          .should()
          .resideInAPackage("dev.annals.query..");

  @ArchTest
  static final ArchRule replayingAnAggregateHasNoEffectsAndNoChance =
      noMethods()
          .that()
          .areAnnotatedWith(EventSourcingHandler.class)
          .should(
              new ArchCondition<JavaMethod>("call a clock, randomness, a log or Axon") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  for (JavaCall<?> call : method.getCallsFromSelf()) {
                    if (isUnrepeatable(call)) {
                      events.add(SimpleConditionEvent.satisfied(method, call.getDescription()));
                    }
                  }
                }
              });

  @ArchTest
  static final ArchRule whatIsStoredOfAggregatesAndSagasIsWrittenBack =
      classes()
          .that()
          .areAnnotatedWith(Aggregate.class)
          .or()
          .areAnnotatedWith(Saga.class)
          .should(consistOfWhatJacksonWritesBack());

  @ArchTest
  static final ArchRule timeIsReadFromTheInjectedClock =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.annals.http.time..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule contextsOfTheCommandSideFormNoCycle =
      slices().matching("dev.annals.command.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule foldersOfAContextOfTheCommandSideFormNoCycle =
      slices().matching("dev.annals.command.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule identityIsUsedThroughItsOpenTypes =
      classes()
          .that()
          .resideInAPackage(IDENTITY + "..")
          .and(ARE_NOT_OPEN)
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage(IDENTITY + "..");

  @ArchTest
  static final ArchRule foldersOfAContextAreUsedByThatContextAlone =
      classes()
          .that()
          .resideInAPackage("dev.annals.command.*.*..")
          .and(ARE_NOT_OPEN)
          .should(beUsedByTheirContextAlone());

  // Public, if at all, for the folders of their context.
  @ArchTest
  static final ArchRule aggregatesAndCommandsAreUsedByTheirContextAlone =
      classes()
          .that()
          .areAnnotatedWith(Aggregate.class)
          .or()
          .containAnyFieldsThat(
              DescribedPredicate.describe(
                  "target an aggregate",
                  field -> field.isAnnotatedWith(TargetAggregateIdentifier.class)))
          .should(beUsedByTheirContextAlone());

  @ArchTest
  static final ArchRule contextsOfTheQuerySideFormNoCycle =
      slices().matching("dev.annals.query.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfProjectionsFormNoCycle =
      slices().matching("dev.annals.projection.(*)..").should().beFreeOfCycles();

  private static ArchCondition<JavaClass> mapOnlyPathsThatTheTableLists() {
    Mappings mappings = new Mappings();
    return new ArchCondition<>("map only paths that the table of access lists") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Set<String> paths = mappings.paths(type.reflect());
        events.add(
            new SimpleConditionEvent(type, !paths.isEmpty(), type.getName() + " maps no path"));
        for (String path : paths) {
          events.add(
              new SimpleConditionEvent(
                  type, isListed(path), path + " is not in the table of access"));
        }
      }
    };
  }

  /** Reads the paths of controllers as Spring does. */
  private static final class Mappings extends RequestMappingHandlerMapping {

    Set<String> paths(Class<?> controller) {
      return MethodIntrospector.selectMethods(
              controller,
              (MetadataLookup<RequestMappingInfo>) it -> getMappingForMethod(it, controller))
          .values()
          .stream()
          .flatMap(mapping -> mapping.getPatternValues().stream())
          .collect(Collectors.toSet());
    }
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static ArchCondition<JavaClass> beUsedByTheirContextAlone() {
    return new ArchCondition<>("be used by their context alone") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency use : type.getDirectDependenciesToSelf()) {
          boolean isOwn = context(use.getOriginClass()).equals(context(type));
          events.add(new SimpleConditionEvent(type, isOwn, use.getDescription()));
        }
      }
    };
  }

  /** {@code dev.annals.command.task} of each of its folders. */
  private static String context(JavaClass type) {
    String name = type.getPackageName();
    return Stream.of(name.split("\\.", -1)).limit(4).collect(Collectors.joining("."));
  }

  private static boolean isUnrepeatable(JavaAccess<?> call) {
    JavaClass target = call.getTargetOwner();
    return target.isAssignableTo(InstantSource.class)
        || target.isAssignableTo(Random.class)
        || target.isAssignableTo(Logger.class)
        || target.getPackageName().startsWith("org.axonframework")
        || (target.isEquivalentTo(Instant.class) && call.getName().equals("now"))
        || (target.isEquivalentTo(UUID.class) && call.getName().equals("randomUUID"));
  }

  private static ArchCondition<JavaClass> consistOfWhatJacksonWritesBack() {
    return new ArchCondition<>("consist of what Jackson writes back") {
      @Override
      public void check(JavaClass stored, ConditionEvents events) {
        Set<JavaClass> parts = new LinkedHashSet<>();
        addWithParts(stored, parts);
        for (JavaClass part : parts) {
          boolean isMade =
              part.isEnum()
                  || part.isRecord()
                  || (!part.isInterface()
                      && !part.getModifiers().contains(JavaModifier.ABSTRACT)
                      && part.tryGetConstructor().isPresent());
          events.add(
              new SimpleConditionEvent(stored, isMade, part.getName() + " cannot be made anew"));
          for (JavaField field : instanceFields(part)) {
            events.add(
                new SimpleConditionEvent(
                    stored, isWrittenBack(field), field.getDescription() + " is not written back"));
          }
        }
      }
    };
  }

  private static boolean isListed(String path) {
    AccessTable table = ApiPaths.ACCESS;
    return Stream.concat(
            Stream.of(table.open(), table.authenticated()), table.roles().values().stream())
        .anyMatch(paths -> paths.contains(PathContainer.parsePath(path)));
  }

  private static void addWithParts(JavaClass type, Set<JavaClass> parts) {
    if (type.getPackageName().startsWith("dev.annals") && parts.add(type)) {
      instanceFields(type).stream()
          .flatMap(field -> field.getAllInvolvedRawTypes().stream())
          .forEach(part -> addWithParts(part, parts));
    }
  }

  private static List<JavaField> instanceFields(JavaClass type) {
    return type.isEnum()
        ? List.of()
        : type.getAllFields().stream()
            .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
            .toList();
  }

  private static boolean isWrittenBack(JavaField field) {
    boolean isSet =
        field.getOwner().isRecord()
            || !(field.getModifiers().contains(JavaModifier.FINAL)
                || field.getModifiers().contains(JavaModifier.TRANSIENT));
    // What is written back is a HashSet.
    boolean losesTheirOrder =
        field.getRawType().isEquivalentTo(Set.class)
            && field.getAllInvolvedRawTypes().stream().anyMatch(JavaClass::isEnum);
    return isSet && !losesTheirOrder;
  }

  private static ArchCondition<JavaMethod> haveParametersInTheOrderOfTheirErrors() {
    return new ArchCondition<>("take body, condition and id in this order") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        List<Integer> ranks =
            method.getParameters().stream()
                .map(ArchitectureTest::rank)
                .filter(rank -> rank >= 0)
                .toList();
        boolean ordered = ranks.equals(ranks.stream().sorted().toList());
        events.add(
            new SimpleConditionEvent(method, ordered, method.getFullName() + " takes " + ranks));
      }
    };
  }

  private static int rank(JavaParameter parameter) {
    if (parameter.isAnnotatedWith(RequestBody.class)) {
      return 0;
    }
    if (parameter.getRawType().isEquivalentTo(IfMatch.class)) {
      return 1;
    }
    return parameter.isAnnotatedWith(PathVariable.class) ? 2 : -1;
  }
}
