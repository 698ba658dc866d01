package dev.annals.standalone.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.annals.standalone.http.Browser.button;
import static dev.annals.standalone.http.Browser.containing;
import static dev.annals.standalone.http.Browser.exactly;
import static dev.annals.standalone.http.Browser.heading;
import static dev.annals.standalone.http.Browser.link;
import static dev.annals.standalone.http.Browser.logIn;
import static dev.annals.standalone.http.Browser.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import dev.annals.standalone.Postbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The console in a browser, as people use it. */
@InBrowser
@TestInstance(Lifecycle.PER_CLASS)
class ConsoleIT {

  private static final String CONFLICT =
      "error: Failed to load resource: the server responded with a status of 412";

  private final Annals annals;
  @RegisterExtension private final Browser browser;

  ConsoleIT(Annals annals) {
    this.annals = annals;
    this.browser = Browser.at(annals.url());
  }

  @Test
  void registersAUserByMailWhoLogsInAgain() {
    String email = Annals.newEmail();
    Page page = browser.window();
    assertThat(page).hasURL(annals.url() + "/console/#/login");
    Browser.examine(page, "log-in");
    link(page, "Register").click();
    Browser.examine(page, "register");
    page.getByLabel("Name").fill("Ada");
    page.getByLabel("E-mail").fill(email);
    page.getByLabel("Password").fill("short");
    button(page, "Register").click();
    assertThat(page.getByRole(AriaRole.ALERT))
        .hasText("Some values are not allowed. See the fields below.");
    assertThat(page.getByLabel("Password")).hasAttribute("aria-invalid", "true");
    assertThat(page.getByLabel("Password")).isFocused();
    Annals.SECRETS.add(Annals.PASSWORD);
    page.getByLabel("Password").fill(Annals.PASSWORD);
    button(page, "Register").click();
    assertThat(heading(page)).hasText("Notes");
    Browser.examine(page, "notes-empty");

    Postbox.Mail mail =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> Postbox.get().to(email, Annals.VERIFICATION).stream().findFirst(),
                Optional::isPresent)
            .orElseThrow();
    page.navigate(annals.url() + "/verify-email?token=" + Annals.verificationToken(mail));
    assertThat(page).hasURL(annals.url() + "/verify-email");
    Browser.examine(page, "verify-email");
    button(page, "Verify my address").click();
    assertThat(page.getByText("Your e-mail address is verified.")).isVisible();

    page.navigate(annals.url() + "/console/");
    assertThat(heading(page)).hasText("Notes");
    link(page, "Ada").click();
    assertThat(page.getByText("This address is verified.")).isVisible();
    Browser.examine(page, "account");
    button(page, "Log out").first().click();
    assertThat(heading(page)).hasText("Log in");
    logIn(page, email);
    assertThat(heading(page)).hasText("Notes");
    link(page, "Tasks").click();
    page.reload();
    assertThat(heading(page)).hasText("Tasks");
    assertThat(browser.faults())
        .containsExactly(
            "error: Failed to load resource: the server responded with a status of 400");
  }

  @Test
  void keepsBothVersionsOfANoteThatTwoWindowsChange() {
    String email = user();
    Page first = browser.loggedIn(email);
    link(first, "New note").click();
    first.getByLabel("Title").fill("Plan");
    first.getByLabel("Text").fill("one\ntwo\nthree");
    first.getByLabel("Tags").fill("home, garden");
    button(first, "Create note").click();
    assertThat(first.getByText("Version 0, changed")).isVisible();
    Browser.examine(first, "note");

    Page second = browser.loggedIn(email);
    link(second, "Plan").click();
    second.getByLabel("Text").fill("one\nzwei\nthree");
    first.getByLabel("Text").fill("one\n2\nthree");
    button(first, "Save").click();
    assertThat(first.getByText("Version 1, changed")).isVisible();
    assertThat(second.getByText("A newer version was saved on another device.")).isVisible();

    button(second, "Save").click();
    assertThat(second.getByRole(AriaRole.HEADING, named("Two versions"))).isFocused();
    Browser.examine(second, "conflict");
    button(second, "Save mine").click();
    assertThat(second.getByText("Version 2, changed")).isVisible();
    assertThat(first.getByLabel("Text")).hasValue("one\nzwei\nthree");
    second.close();

    link(first, "History").click();
    assertThat(first.getByText("Changes from version 1 to 2")).isVisible();
    assertThat(first.locator(".diff"))
        .hasText(Pattern.compile("one.*-\\s*2.*\\+\\s*zwei.*three", Pattern.DOTALL));
    Browser.examine(first, "history");
    first
        .getByRole(AriaRole.SLIDER, new Page.GetByRoleOptions().setName("Version 2"))
        .press("Home");
    button(first, "Go back to version 0").click();
    button(first, "Go back").last().click();
    assertThat(first.getByText("Version 3, changed")).isVisible();
    assertThat(first.getByLabel("Text")).hasValue("one\ntwo\nthree");

    button(first, "Move to trash").click();
    assertThat(first.getByText("You have no notes yet.")).isVisible();
    link(first, "Trash").click();
    Browser.examine(first, "trash");
    link(first, "Plan").click();
    assertThat(first.getByText("It is in the trash.")).isVisible();
    button(first, "Restore").click();
    assertThat(first.getByLabel("Title")).hasValue("Plan");

    link(first, Pattern.compile("Notifications")).click();
    assertThat(first.getByText("Note restored")).isVisible();
    Browser.examine(first, "notifications");
    button(first, "Mark all as read").click();
    assertThat(first.locator(".row.unread")).hasCount(0);
    assertThat(browser.faults()).containsOnly(CONFLICT);
  }

  @Test
  void takesTasksThroughTheirSteps() {
    Page page = browser.loggedIn(user());
    link(page, "Tasks").click();
    page.getByLabel("New task", exactly()).fill("Dig");
    button(page, "Add task").click();
    assertThat(link(page, "Dig")).isVisible();
    button(page, "Paste lines").click();
    page.getByLabel("Tasks, one a line").fill("Sow\n\n" + "x".repeat(201) + "\nReap\n");
    button(page, "Add 3 tasks").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Line 2");
    page.getByLabel("Tasks, one a line").fill("Sow\n\nReap\n");
    Browser.examine(page, "tasks-pasted");
    button(page, "Add 2 tasks").click();
    assertThat(page.getByText("3 tasks", new Page.GetByTextOptions().setExact(true))).isVisible();
    button(page, "Start: Dig").click();
    assertThat(page.locator(".row", containing("Dig"))).containsText("In progress");
    page.getByLabel("Search").fill("re");
    assertThat(page.getByText("1 task", new Page.GetByTextOptions().setExact(true))).isVisible();
    page.getByLabel("Search").fill("");
    page.getByLabel("Status").selectOption("IN_PROGRESS");
    assertThat(page.locator(".row")).hasCount(1);
    Browser.examine(page, "tasks");

    link(page, "Dig").click();
    page.getByLabel("Priority").selectOption("URGENT");
    page.getByLabel("Due").fill("2020-02-29T10:00");
    page.getByLabel("Estimate").fill("90");
    button(page, "Save").click();
    assertThat(page.getByText("due 29 Feb 2020, 10:00")).isVisible();
    page.getByLabel("Add files").setInputFiles(file("plan.txt", "text/plain", "Dig here."));
    assertThat(button(page, "plan.txt").first()).isVisible();
    page.getByLabel("Add files").setInputFiles(file("plan.exe", "application/x-msdownload", "MZ"));
    assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
    button(page, "Dismiss").click();
    drop(page.locator(".files"), "dragged.md", "text/markdown", "# Dig");
    assertThat(button(page, "dragged.md").first()).isVisible();
    Browser.examine(page, "task");
    byte[] saved = saved(page, "plan.txt");
    assertThat(saved).asString().isEqualTo("Dig here.");
    button(page, "Complete").click();
    assertThat(page.locator(".bar")).containsText("Done");
    assertThat(browser.faults())
        .allMatch(fault -> fault.contains("status of 400") || fault.contains("status of 415"))
        .hasSize(2);
  }

  @Test
  void savesAFormAlthoughOtherPartsOfTheResourceHaveChanged() {
    String email = user();
    Page page = browser.window();
    // Without notifications, so that the page does not know.
    page.addInitScript("window.WebSocket = class { close() {} send() {} };");
    page.reload();
    logIn(page, email);
    link(page, "Tasks").click();
    page.getByLabel("New task", exactly()).fill("Dig");
    button(page, "Add task").click();
    link(page, "Dig").click();
    page.getByLabel("Title").fill("Dig deep");
    String task = page.url().substring(page.url().lastIndexOf('/') + 1);
    annals
        .signedIn(email, Annals.PASSWORD)
        .ifMatch(0)
        .post("/tasks/" + task + "/start")
        .expect(200);
    button(page, "Save").click();
    assertThat(page.locator(".bar"))
        .containsText(Pattern.compile("In progress.*Version 2", Pattern.DOTALL));

    link(page, "Ada").click();
    page.getByLabel("Time zone").selectOption("America/New_York");
    page.getByLabel("Current password").fill(Annals.PASSWORD);
    page.getByLabel("New password").fill(Annals.PASSWORD);
    button(page, "Change password").click();
    assertThat(page.getByText("Password changed.")).isVisible();
    button(page, "Save").click();
    assertThat(page.getByText("Saved.")).isVisible();
    page.reload();
    assertThat(page.getByLabel("Time zone")).hasValue("America/New_York");
    assertThat(browser.faults()).containsOnly(CONFLICT);
  }

  @Test
  void keepsTheSessionOfACopiedTabUntilTheLogOut() {
    Page page = browser.loggedIn(user());
    Page copy = page.waitForPopup(() -> page.evaluate("void window.open(location.href)"));
    assertThat(heading(copy)).hasText("Notes");
    page.reload();
    assertThat(heading(page)).hasText("Notes");
    copy.reload();
    assertThat(heading(copy)).hasText("Notes");
    page.evaluate("void setTimeout(() => location.reload())");
    copy.reload();
    assertThat(heading(copy)).hasText("Notes");
    page.reload();
    assertThat(heading(page)).hasText("Notes");
    button(copy, "Log out").click();
    assertThat(heading(copy)).hasText("Log in");
    assertThat(heading(page)).hasText("Log in");
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void asksForALogInAfterTheSessionHasEndedAndReturnsToTheView() {
    String email = user();
    Page page = browser.loggedIn(email);
    page.navigate("about:blank");
    annals.signedIn(email, Annals.PASSWORD).post("/auth/logout-all").expect(204);
    page.navigate(annals.url() + "/console/#/tasks");
    assertThat(heading(page)).hasText("Log in");
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("Your session has ended. Log in again.");
    logIn(page, email);
    assertThat(heading(page)).hasText("Tasks");
    assertThat(browser.faults())
        .containsExactly(
            "error: Failed to load resource: the server responded with a status of 401");
  }

  @Test
  void showsAuditAndOperationsByRole() {
    Page page = browser.loggedIn(user());
    assertThat(page.getByRole(AriaRole.NAVIGATION).first().getByRole(AriaRole.LINK))
        .hasText(new String[] {"Notes", "Tasks"});
    page.navigate(annals.url() + "/console/#/operations");
    assertThat(heading(page)).hasText("Page not found");

    String email = Annals.newEmail();
    annals.newUser(email, "USER", "AUDITOR", "ADMIN");
    Page admin = browser.loggedIn(email);
    link(admin, "Audit").click();
    assertThat(admin.getByText("UserRegistered").first()).isVisible();
    Browser.examine(admin, "audit");
    link(admin, "Operations").click();
    assertThat(
            admin.getByRole(
                AriaRole.ROWHEADER, new Page.GetByRoleOptions().setName("notes").setExact(true)))
        .isVisible();
    Browser.examine(admin, "operations");
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void erasesAnAccountByItsName() {
    String email = user();
    Page page = browser.window();
    List<WebSocket> connections = new ArrayList<>();
    page.onWebSocket(connections::add);
    page.route(
        "**/users/me/erase",
        route -> {
          APIResponse answer = route.fetch();
          page.waitForCondition(() -> connections.stream().allMatch(WebSocket::isClosed));
          route.fulfill(new Route.FulfillOptions().setResponse(answer));
        });
    logIn(page, email);
    link(page, "Ada").click();
    page.getByLabel("Password, to erase the account").fill(Annals.PASSWORD);
    button(page, "Erase my account").click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    Locator erase =
        dialog.getByRole(
            AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Erase my account"));
    assertThat(erase).isDisabled();
    dialog.getByLabel("Type your name, Ada").fill("Ada");
    Browser.examine(page, "erase");
    erase.click();
    assertThat(heading(page)).hasText("Log in");
    annals.anybody().post("/auth/login", Annals.login(email, Annals.PASSWORD)).expect(401);
    assertThat(browser.faults()).isEmpty();
  }

  private String user() {
    String email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201);
    return email;
  }

  private static FilePayload file(String name, String type, String text) {
    return new FilePayload(name, type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void drop(Locator target, String name, String type, String text) {
    target.dispatchEvent(
        "drop",
        Map.of(
            "dataTransfer",
            target
                .page()
                .evaluateHandle(
                    """
                    ([name, type, text]) => {
                      const data = new DataTransfer();
                      data.items.add(new File([text], name, { type }));
                      return data;
                    }""",
                    List.of(name, type, text))));
  }

  private static byte[] saved(Page page, String name) {
    try {
      return Files.readAllBytes(
          page.waitForDownload(() -> button(page, name).first().click()).path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
