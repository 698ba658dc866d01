package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Chromium of the machine: the one of the variable {@code CHROME_BIN}, or else that of Debian's
 * package. It notes each error of a page and each request to another host. Registered as an
 * extension, it closes its windows after each test, and itself after the last.
 */
final class Browser implements AutoCloseable, AfterEachCallback, AfterAllCallback {

  /** The folder of the pictures of views. */
  private static final Path PICTURES = Path.of("target/console");

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final int TIMEOUT = 15_000;
  private static final int NARROW = 360;
  private static final int WIDE = 1_100;
  private static final int HEIGHT = 800;

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;
  private final URI site;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  private Browser(Playwright playwright, Path program, URI site) {
    // The default of 5 s is short for a busy machine.
    PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT);
    this.playwright = playwright;
    this.site = site;
    this.chromium =
        playwright
            .chromium()
            .launch(
                new LaunchOptions().setExecutablePath(program).setArgs(List.of("--no-sandbox")));
  }

  /**
   * Starts a browser, or aborts the test if the machine has none.
   *
   * @throws IllegalStateException if {@code CHROME_BIN} is not that of a program
   */
  static Browser at(URI site) {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      System.out.println(
          "The tests of the console are skipped: CHROME_BIN is not set, and there is no "
              + CHROMIUM
              + ".");
    }
    assumeTrue(program.isPresent(), "There is no Chromium.");
    return new Browser(
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))),
        program.get(),
        site);
  }

  private static Optional<Path> program() {
    String named = System.getenv("CHROME_BIN");
    Path program = named == null ? CHROMIUM : Path.of(named);
    if (Files.isExecutable(program) && Files.isRegularFile(program)) {
      return Optional.of(program);
    }
    if (named != null) {
      throw new IllegalStateException("CHROME_BIN is " + named + ", which is no program.");
    }
    return Optional.empty();
  }

  /** Opens a window with an empty storage of its own. */
  Page window() {
    BrowserContext context =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(WIDE, HEIGHT)
                .setTimezoneId("Europe/Berlin")
                .setReducedMotion(ReducedMotion.REDUCE));
    context.setDefaultTimeout(TIMEOUT);
    context.onPage(this::watch);
    Page page = context.newPage();
    page.navigate(site + "/");
    return page;
  }

  /** Opens a window, and logs a user in who has the usual password. */
  Page loggedIn(String email) {
    Page page = window();
    logIn(page, email);
    PlaywrightAssertions.assertThat(heading(page)).hasText("Notes");
    return page;
  }

  static void logIn(Page page, String email) {
    page.getByLabel("E-mail").fill(email);
    page.getByLabel("Password").fill(Annals.PASSWORD);
    button(page, "Log in").click();
  }

  static Locator heading(Page page) {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
  }

  static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  static Page.GetByLabelOptions exactly() {
    return new Page.GetByLabelOptions().setExact(true);
  }

  static Page.LocatorOptions containing(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, named(name));
  }

  static Locator link(Page page, Pattern name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
  }

  static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, named(name));
  }

  private void watch(Page page) {
    page.onPageError(error -> faults.add("error: " + error));
    page.onConsoleMessage(
        message -> {
          if (List.of("error", "warning").contains(message.type())) {
            // The gateway sends reason phrases, the sides none.
            faults.add(message.type() + ": " + message.text().replaceFirst(" \\(.*\\)$", ""));
          }
        });
    page.onRequest(
        request -> {
          URI url = URI.create(request.url().split("[?#]", 2)[0]);
          if (List.of("http", "https", "ws", "wss").contains(url.getScheme())
              && (!site.getHost().equals(url.getHost()) || site.getPort() != url.getPort())) {
            faults.add("request: " + url);
          }
        });
  }

  /** Closes all windows, and forgets their faults. */
  @Override
  public void afterEach(ExtensionContext test) {
    List.copyOf(chromium.contexts()).forEach(BrowserContext::close);
    faults.clear();
  }

  /** Returns the faults so far. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /**
   * Checks that a view is accessible in light and dark, and fits into a narrow window. With the
   * property {@code annals.pictures}, pictures of it are left in {@code target/console}.
   */
  static void examine(Page page, String name) {
    examine(page, name, ColorScheme.LIGHT, new AxeBuilder(page));
    // Only colors differ in the dark.
    examine(
        page,
        name,
        ColorScheme.DARK,
        new AxeBuilder(page).withRules(List.of("color-contrast", "link-in-text-block")));
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    page.setViewportSize(NARROW, HEIGHT);
    picture(page, name + "-narrow");
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
        .as("width of " + name)
        .isLessThanOrEqualTo(NARROW);
    page.setViewportSize(WIDE, HEIGHT);
  }

  private static void examine(Page page, String name, ColorScheme scheme, AxeBuilder axe) {
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
    assertThat(
            axe.analyze().getViolations().stream()
                .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                .map(Browser::described))
        .as("%s, %s", name, scheme)
        .isEmpty();
    picture(page, name + "-" + scheme.name().toLowerCase(Locale.ROOT));
  }

  private static String described(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getNodes().stream()
            .map(node -> node.getHtml() + " " + node.getFailureSummary())
            .toList();
  }

  private static void picture(Page page, String name) {
    if (Boolean.getBoolean("annals.pictures")) {
      page.screenshot(
          new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
    }
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    close();
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
