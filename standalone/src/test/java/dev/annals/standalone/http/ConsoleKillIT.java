package dev.annals.standalone.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.annals.standalone.http.Browser.button;
import static dev.annals.standalone.http.Browser.heading;
import static dev.annals.standalone.http.Browser.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.annals.servers.FreePorts;
import dev.annals.standalone.AnnalsProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a program under the console, and starts it again. */
@Tag("long") // It starts two programs.
class ConsoleKillIT {

  private static final String UNREACHABLE = "The server cannot be reached. What you see may be old";

  /** The longest pause between two attempts to connect is 10 s. */
  private static final LocatorAssertions.HasCountOptions PATIENTLY =
      new LocatorAssertions.HasCountOptions().setTimeout(60_000);

  /** The views that read when they are opened, of a note if they are of one. */
  private static final List<String> VIEWS =
      List.of(
          "/tasks",
          "/notes/%s",
          "/notes/%s/history",
          "/notifications",
          "/account",
          "/audit",
          "/audit/aggregates/%s",
          "/audit/seal",
          "/audit/proof/1",
          "/operations/dead-letters",
          "/operations/sagas",
          "/operations/schedules",
          "/operations/flags",
          "/operations/users",
          "/operations/storage");

  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void keepsAFormAndContinuesWithoutALogInAfterAKill() throws Exception {
    int port = FreePorts.next();
    URI url = URI.create("http://localhost:" + port);
    String email = Annals.newEmail();
    try (Browser browser = Browser.at(url)) {
      Map<Page, String> views = new LinkedHashMap<>();
      Page form;
      Page list;
      try (AnnalsProcess program = program(port).start().awaitReady()) {
        Client admin = new Annals(url, Optional.empty()).newUser(email, "USER", "ADMIN", "AUDITOR");
        String note = admin.post("/notes", Json.object("title", "Plan")).expect(201).id();
        form = browser.loggedIn(email);
        link(form, "Plan").click();
        form.getByLabel("Title").fill("A better plan");
        list = browser.loggedIn(email);
        link(list, "Operations").click();
        assertThat(list.getByRole(AriaRole.ROWHEADER).first()).isVisible();
        for (String path : VIEWS) {
          Page other = browser.loggedIn(email);
          assertThat(heading(other)).hasText("Notes");
          views.put(other, path.formatted(note));
        }
        program.kill9();

        for (Page page : new Page[] {form, list}) {
          assertThat(page.getByText(UNREACHABLE)).isVisible();
        }
        button(form, "Save").click();
        assertThat(form.getByRole(AriaRole.ALERT)).isVisible();
        assertThat(form.getByLabel("Title")).hasValue("A better plan");
        Browser.examine(form, "unreachable");
        Browser.examine(list, "operations-unreachable");
        link(list, "Notes").click();
        assertThat(list.getByRole(AriaRole.ALERT)).isVisible();
        views.forEach(
            (other, path) -> {
              other.navigate(url + "/console/#" + path);
              assertThat(other.getByRole(AriaRole.ALERT).first()).isVisible();
            });
      }

      try (AnnalsProcess program = program(port).start().awaitReady()) {
        assertThat(program.baseUrl()).isEqualTo(url);
        for (Page page : new Page[] {form, list}) {
          assertThat(page.getByText(UNREACHABLE)).hasCount(0, PATIENTLY);
          assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
        }
        views.forEach(
            (other, path) -> {
              assertThat(other.getByText(UNREACHABLE)).hasCount(0, PATIENTLY);
              Annals.eventually(
                  () ->
                      assertThat(other.getByRole(AriaRole.ALERT).allInnerTexts())
                          .as(path)
                          .isEmpty());
            });
        assertThat(heading(list)).hasText("Notes");
        assertThat(link(list, "Plan")).isVisible();
        assertThat(form.getByLabel("Title")).hasValue("A better plan");
        button(form, "Save").click();
        assertThat(form.getByText("Version 1, changed")).isVisible();
        assertThat(link(list, "A better plan")).isVisible();
        assertThat(browser.faults())
            .allMatch(fault -> fault.contains("ERR_CONNECTION_") || fault.contains("WebSocket"));
      }
    }
  }

  private AnnalsProcess.Builder program(int port) throws Exception {
    return AnnalsProcess.on(folder.toRealPath().resolve("data"))
        .embedded()
        .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
        .with("SERVER_PORT", Integer.toString(port))
        .with(Annals.ADMIN);
  }
}
