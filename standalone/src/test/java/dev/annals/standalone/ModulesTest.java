package dev.annals.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

/** Compares classes and builds of the modules with the arrows between modules, and draws these. */
class ModulesTest {

  private static final Path ROOT = Modules.ROOT;
  private static final Path PAGE = ROOT.resolve("docs/architecture.md");
  private static final Path WRITTEN = Path.of("target/architecture.md");
  private static final String BEGIN = "<!-- modules:begin -->\n";
  private static final String END = "<!-- modules:end -->\n";

  @Test
  void eachModuleOfTheBuildHasItsArrows() throws Exception {
    assertThat(texts(ROOT.resolve("pom.xml"), "/project/modules/module"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Modules.ALL.keySet().stream(), Stream.of("test-servers")).toList());
  }

  @Test
  void eachModuleIsBuiltOnTheModulesThatItUses() throws Exception {
    for (Modules.Module module : Modules.ALL.values()) {
      assertThat(
              texts(
                  ROOT.resolve(module.folder()).resolve("pom.xml"),
                  "/project/dependencies/dependency[groupId='dev.annals' and not(scope='test')]"
                      + "/artifactId"))
          .as(module.folder())
          .containsExactlyInAnyOrderElementsOf(
              module.uses().stream().map(used -> used.replace('/', '-')).toList());
    }
  }

  @Test
  void eachClassIsInAPackageOfItsModule() {
    List<String> strangers = new ArrayList<>();
    for (JavaClass type : Modules.CLASSES) {
      String file = type.getSource().orElseThrow().getUri().toString();
      Modules.Module module = Modules.of(type);
      if (!file.contains("/" + module.folder() + "/target/classes/")) {
        strangers.add(type.getName() + " in " + file);
      }
    }
    assertThat(strangers).isEmpty();
  }

  @Test
  void eachClassUsesItsModuleAndThoseInItsReachAlone() {
    Set<String> astray = new TreeSet<>();
    for (JavaClass type : Modules.CLASSES) {
      Modules.Module module = Modules.of(type);
      for (Dependency use : type.getDirectDependenciesFromSelf()) {
        JavaClass target = use.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith("dev.annals.")
            && !module.has(target)
            && !module.reach().contains(Modules.of(target).folder())) {
          astray.add(use.getDescription());
        }
      }
    }
    assertThat(astray).isEmpty();
  }

  @Test
  void pushUsesNeitherMongoDbNorAxon() {
    noClasses()
        .that()
        .resideInAPackage("dev.annals.push..")
        .should(
            dependOnClassesThat(
                resideInAnyPackage("com.mongodb..", "org.bson..", "org.axonframework..")
                    .and(not(resideInAPackage("org.axonframework.tracing..")))))
        .check(Modules.CLASSES);
  }

  @Test
  void thePackagesOfTheChassisFormNoCycle() {
    slices().assignedFrom(packagesOfTheChassis()).should().beFreeOfCycles().check(Modules.CLASSES);
  }

  @Test
  void thePictureShowsTheModulesAndTheirArrows() throws IOException {
    String page = Files.readString(PAGE);
    String written =
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + picture()
            + page.substring(page.indexOf(END));
    Files.writeString(WRITTEN, written);
    assertThat(page)
        .as("It is stale. Read what is new, then: cp standalone/target/architecture.md docs/")
        .isEqualTo(written);
  }

  private static String picture() {
    StringBuilder picture = new StringBuilder("```mermaid\nflowchart TD\n");
    picture.append("  subgraph chassis\n");
    Modules.ALL.values().stream()
        .filter(Modules.Module::isOfChassis)
        .forEach(module -> picture.append("    %s\n".formatted(module.name())));
    picture.append("  end\n");
    for (Modules.Module module : Modules.ALL.values()) {
      for (String used : module.arrows()) {
        picture.append("  %s --> %s\n".formatted(module.name(), Modules.ALL.get(used).name()));
      }
    }
    return picture.append("```\n").toString();
  }

  private static SliceAssignment packagesOfTheChassis() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return Modules.ALL.values().stream().anyMatch(it -> it.isOfChassis() && it.has(type))
            ? SliceIdentifier.of(type.getPackageName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages of the chassis";
      }
    };
  }

  private static List<String> texts(Path pom, String path) throws Exception {
    NodeList nodes =
        (NodeList)
            XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                    path,
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile()),
                    XPathConstants.NODESET);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip());
    }
    return texts;
  }
}
