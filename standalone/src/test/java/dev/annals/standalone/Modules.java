package dev.annals.standalone;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The modules of the build, the arrows between them, and their classes. */
final class Modules {

  static final Path ROOT = Path.of("..");

  /** The modules by folder, each after those that it uses. */
  static final Map<String, Module> ALL =
      Stream.of(
              module("chassis/base", "base"),
              module("chassis/http", "http", "chassis/base"),
              module("chassis/event-store", "eventstore", "chassis/http"),
              module("chassis/jobs", "jobs", "chassis/event-store"),
              module("chassis/files", "files", "chassis/jobs"),
              module("chassis/push", "push", "chassis/event-store"),
              module("chassis/projection", "projection", "chassis/event-store", "chassis/push"),
              module("chassis/audit", "audit", "chassis/projection"),
              module("docs/own", "own", "chassis/jobs", "chassis/audit"),
              module("shared-events", "(events|api)", "chassis/base"),
              module("command-side", "command", "shared-events", "chassis/files"),
              module("query-side", "query", "shared-events", "chassis/audit"),
              module("gateway", "gateway", "shared-events"),
              module("standalone", "standalone", "command-side", "query-side"))
          .collect(
              Collectors.toMap(Module::folder, it -> it, (one, other) -> one, LinkedHashMap::new));

  static final JavaClasses CLASSES =
      ArchConfiguration.withThreadLocalScope(
          configuration -> {
            // The classes of libraries are many and not looked into.
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter()
                .importPaths(
                    ALL.keySet().stream()
                        .map(folder -> ROOT.resolve(folder).resolve("target/classes"))
                        .toList());
          });

  /**
   * A module.
   *
   * @param packages a pattern of the packages that only this module has
   * @param uses the modules that it uses; it may use theirs, too
   */
  record Module(String folder, String packages, List<String> uses) {

    boolean has(JavaClass type) {
      return type.getPackageName().matches(packages);
    }

    boolean isOfChassis() {
      return folder.startsWith("chassis/");
    }

    String name() {
      return folder.substring(folder.lastIndexOf('/') + 1);
    }

    Set<String> reach() {
      return uses.stream()
          .flatMap(used -> Stream.concat(Stream.of(used), ALL.get(used).reach().stream()))
          .collect(Collectors.toSet());
    }

    /** Returns the arrows that do not follow from others. */
    List<String> arrows() {
      return uses.stream()
          .filter(used -> uses.stream().noneMatch(other -> ALL.get(other).reach().contains(used)))
          .toList();
    }
  }

  private static Module module(String folder, String packages, String... uses) {
    return new Module(folder, "dev\\.annals\\." + packages + "(\\..*)?", List.of(uses));
  }

  static Module of(JavaClass type) {
    return ALL.values().stream()
        .filter(module -> module.has(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError(type.getName() + " is in no module's packages"));
  }

  static boolean isOfChassis(JavaClass type) {
    return of(type).isOfChassis();
  }

  private Modules() {}
}
