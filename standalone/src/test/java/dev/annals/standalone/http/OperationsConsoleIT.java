package dev.annals.standalone.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.annals.standalone.http.Browser.button;
import static dev.annals.standalone.http.Browser.containing;
import static dev.annals.standalone.http.Browser.heading;
import static dev.annals.standalone.http.Browser.link;
import static dev.annals.standalone.http.Browser.named;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The view Operations of the console in a browser, as administrators use it. */
@InBrowser
@TestInstance(Lifecycle.PER_CLASS)
class OperationsConsoleIT {

  private static final String CONFLICT =
      "error: Failed to load resource: the server responded with a status of 412";

  /** Lines have colours; the grid and the texts of a chart are grey. */
  private static final String COLOURED_PIXELS =
      """
      canvas => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
        let coloured = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [red, green, blue, alpha] = data.subarray(i, i + 4);
          coloured += alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60;
        }
        return coloured;
      }""";

  private final Annals annals;
  @RegisterExtension private final Browser browser;
  private final Database database;
  private final String email = Annals.newEmail();
  private final Client admin;

  OperationsConsoleIT(Annals annals, Database database) {
    this.annals = annals;
    this.browser = Browser.at(annals.url());
    this.database = database;
    this.admin = annals.newUser(email, "USER", "AUDITOR", "ADMIN");
  }

  @Test
  void drawsTheLagOfEachProcessorAndFollowsAReplayToItsEnd() {
    Page page = operations("Processors");
    List<String> names = Json.texts(admin.get("/admin/processors").expect(200).json(), "name");
    Locator rows = page.getByRole(AriaRole.ROWHEADER);
    assertThat(rows).hasText(names.toArray(String[]::new));

    button(page, "Replay: notes").click();
    Locator start = inDialog(page, "Replay");
    assertThat(start).isDisabled();
    page.getByLabel("Type notes").fill("notes");
    start.click();
    Locator replay = page.locator(".row", containing("notes"));
    assertThat(replay.getByRole(AriaRole.PROGRESSBAR)).isVisible();
    page.reload();
    assertThat(replay.getByRole(AriaRole.PROGRESSBAR)).isVisible();
    assertThat(replay).containsText(Pattern.compile("done|running"));

    Locator chart = page.locator("canvas");
    Annals.eventually(
        () -> assertThat((Integer) chart.evaluate(COLOURED_PIXELS)).isGreaterThan(20));
    chart.hover(new Locator.HoverOptions().setForce(true));
    assertThat(page.locator("figcaption")).containsText(Pattern.compile("\\d\\d:\\d\\d:\\d\\d: "));
    assertThat(replay.locator(".state"))
        .hasText("done", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    assertThat(replay).containsText(Pattern.compile("([\\d,]+) of \\1 events"));
    Browser.examine(page, "operations-processors");

    page.context().setOffline(true);
    assertThat(page.getByRole(AriaRole.ALERT))
        .hasText("The server cannot be reached. Check your connection.");
    assertThat(page.getByText("You are offline.")).isVisible();
    assertThat(rows).hasCount(names.size());
    Browser.examine(page, "operations-offline");
    page.context().setOffline(false);
    assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
    assertThat(browser.faults()).allMatch(fault -> fault.contains("ERR_INTERNET_DISCONNECTED"));
  }

  @Test
  void cancelsAReplay() {
    Page page = operations("Processors");
    button(page, "Replay: tasks").click();
    page.getByLabel("Type tasks").fill("tasks");
    inDialog(page, "Replay").click();
    button(page, "Cancel replay: tasks").click();
    assertThat(page.locator(".row", containing("tasks")).locator(".state")).hasText("cancelled");
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void retriesAPoisonEventAfterItsCauseIsGoneAndSkipsAnotherByItsName() throws SQLException {
    String retried = note("Retried");
    String skipped = note("Skipped");
    Page page = operations("Dead letters");
    Locator letters = page.locator(".row", containing(retried));
    Locator others = page.locator(".row", containing(skipped));
    // While it is held, no event is sealed: one that changes after that would be tampered with.
    try (Connection connection = database.connect();
        Statement unsealed = connection.createStatement()) {
      unsealed.execute("select pg_advisory_lock(hashtext('events.seal_leaf'))");
      store(retried, "{\"noteId\": ");
      store(skipped, "{}");
      assertThat(letters).hasCount(2);
      assertThat(others).hasCount(2);
      assertThat(letters.first()).containsText("The event cannot be read or applied.");
      assertThat(link(page, retried).first()).hasAttribute("href", "#/audit/aggregates/" + retried);
      Browser.examine(page, "operations-dead-letters");

      Locator letter = by(letters, "notes");
      in(letter, "Retry: NoteDeleted").click();
      assertThat(letter).containsText("failed again");
      assertThat(letter).containsText("2 attempts");
      mend(retried);
      in(letter, "Retry: NoteDeleted").click();
      in(by(letters, "notifications"), "Retry: NoteDeleted").click();
      assertThat(letters).hasCount(0);
    }

    for (int left = 1; left >= 0; left--) {
      in(others.first(), "Skip: NoteDeleted").click();
      assertThat(inDialog(page, "Skip")).isDisabled();
      page.getByLabel("Type NoteDeleted").fill("NoteDeleted");
      inDialog(page, "Skip").click();
      assertThat(others).hasCount(left);
    }
    Annals.eventually(() -> admin.get("/notes/" + skipped).expect(200).hasVersion(1));

    link(page, "Notes").click();
    assertThat(link(page, "Skipped")).isVisible();
    assertThat(link(page, "Retried")).hasCount(0);
    link(page, "Trash").click();
    assertThat(link(page, "Retried")).isVisible();
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void showsTheSagaOfATaskAndRunsASchedule() {
    String task =
        admin
            .post("/tasks", Json.object("title", "Dig", "dueAt", "2099-01-01T00:00:00Z"))
            .expect(201)
            .id();
    Annals.eventually(() -> assertThat(pageOfSaga(task)).isNotNegative());
    Page page = operations("Sagas");
    page.navigate(
        annals.url() + "/console/#/operations/sagas?type=OverdueSaga&page=" + pageOfSaga(task));
    Locator saga = page.locator("tr", containing(task));
    assertThat(saga).containsText("Task that becomes overdue");
    assertThat(saga).containsText("1 Jan 2099, 00:00:00");
    Browser.examine(page, "operations-sagas");

    link(page, "Schedules").click();
    String before = lastRun();
    button(page, "Run now: overdue-sweep").click();
    Locator schedule = page.locator("tr", containing("overdue-sweep"));
    Annals.eventually(() -> assertThat(lastRun()).isNotEqualTo(before));
    assertThat(schedule.locator(".state")).hasText("succeeded");
    assertThat(schedule).containsText(Pattern.compile("second|now"));
    button(page, "Run now: daily-summary").click();
    assertThat(inDialog(page, "Run now")).isDisabled();
    inDialog(page, "Cancel").click();
    Browser.examine(page, "operations-schedules");
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void switchesAFlagAndShowsBothVersionsAfterAnotherAdministratorsSwitch() {
    Client user = annals.newUser();
    String flag = "/admin/flags/daily-summary";
    String on = "{\"enabled\": true}";
    admin.with("If-Match", "*").put(flag, on).expect(200);
    try {
      Page page = operations("Flags");
      button(page, "Change: daily-summary").click();
      assertThat(page.getByLabel("On", new Page.GetByLabelOptions().setExact(true))).isFocused();
      page.getByLabel("Percentage of users").fill("101");
      page.getByRole(AriaRole.SEARCHBOX).fill(email);
      button(page, "Add: " + email).click();
      Browser.examine(page, "operations-flag");
      admin.with("If-Match", "*").put(flag, "{\"enabled\": true, \"percentage\": 70}").expect(200);
      page.getByLabel("Percentage of users").fill("30");
      button(page, "Save").click();
      assertThat(page.getByRole(AriaRole.HEADING, named("Two versions"))).isFocused();
      assertThat(page.locator(".conflict")).containsText(email + " saved version");
      assertThat(page.locator(".conflict tr", containing("Percentage")))
          .containsText(Pattern.compile("30 %\\s*70 %"));
      Browser.examine(page, "operations-flag-conflict");
      button(page, "Save mine").click();
      assertThat(page.getByText("on for 30 % of users and 1 named user")).isVisible();
      assertThat(admin.get(flag).json().get("percentage").asInt()).isEqualTo(30);

      button(page, "Change: daily-summary").click();
      page.getByLabel("On", new Page.GetByLabelOptions().setExact(true)).uncheck();
      button(page, "Remove: " + email).click();
      button(page, "Save").click();
      assertThat(inDialog(page, "Switch off")).isDisabled();
      page.getByLabel("Type daily-summary").fill("daily-summary");
      inDialog(page, "Switch off").click();
      assertThat(page.locator(".card", containing("daily-summary")).locator(".state"))
          .hasText("off");
      Annals.eventually(
          () -> assertThat(user.get("/flags").json().get("daily-summary").asBoolean()).isFalse());
      Browser.examine(page, "operations-flags");
      // Flags of other tests name users who do not exist.
      assertThat(browser.faults())
          .containsOnlyOnce(CONFLICT)
          .allMatch(fault -> fault.equals(CONFLICT) || fault.endsWith("404"));
    } finally {
      admin.with("If-Match", "*").put(flag, on).expect(200);
    }
  }

  @Test
  void disablesEnablesAndErasesAUserByNameAndChangesRoles() {
    String other = Annals.newEmail();
    Client user = annals.newUser(other, "USER");
    Page page = operations("Users");
    page.getByLabel("Search").fill(other);
    assertThat(page.getByText("1 user", new Page.GetByTextOptions().setExact(true))).isVisible();
    button(page, "Disable: " + other).click();
    assertThat(inDialog(page, "Disable")).isDisabled();
    page.getByLabel("Type " + other).fill(other);
    inDialog(page, "Disable").click();
    assertThat(page.locator(".row")).containsText("Disabled");
    user.get("/users/me").expect(401);
    annals.anybody().post("/auth/login", Annals.login(other, Annals.PASSWORD)).expect(403);
    Browser.examine(page, "operations-users");
    button(page, "Enable: " + other).click();
    assertThat(button(page, "Disable: " + other)).isVisible();
    Client again = annals.signedIn(other, Annals.PASSWORD);

    button(page, "Roles: " + other).click();
    page.getByLabel("Auditor", new Page.GetByLabelOptions().setExact(true)).check();
    String path = "/admin/users/" + again.get("/users/me").expect(200).id();
    admin
        .with("If-Match", "*")
        .put(path + "/roles", "{\"roles\": [\"USER\", \"ADMIN\"]}")
        .expect(200);
    for (int attempt = 0; attempt < 2; attempt++) {
      button(page, "Save roles").click();
      page.getByLabel("Type " + other).fill(other);
      inDialog(page, "Save roles").click();
      if (attempt == 0) {
        assertThat(page.getByRole(AriaRole.ALERT))
            .containsText("Saved roles: User, Administrator.");
        Browser.examine(page, "operations-roles");
      }
    }
    assertThat(page.locator(".row .tag")).hasText(new String[] {"User", "Auditor"});
    assertThat(Json.texts(admin.get(path).expect(200).json().get("roles")))
        .containsExactlyInAnyOrder("USER", "AUDITOR");

    button(page, "Erase: " + other).click();
    page.getByLabel("Type " + other).fill(other);
    inDialog(page, "Erase").click();
    assertThat(page.getByText("Nothing matches.")).isVisible();
    annals.anybody().post("/auth/login", Annals.login(other, Annals.PASSWORD)).expect(401);
    assertThat(browser.faults()).containsExactly(CONFLICT);
  }

  @Test
  void countsStoredFilesAndRotatesTheKeyOfTokensByName() {
    Page page = operations("Storage and keys");
    long objects = admin.get("/admin/storage").expect(200).json().get("objects").asLong();
    assertThat(page.locator("dd").first()).hasText("%,d".formatted(objects));
    Locator keys = page.locator(".rows .id");
    assertThat(page.getByText("signed the token of this tab")).isVisible();
    List<String> before = keys.allTextContents();
    button(page, "Rotate token key").click();
    assertThat(inDialog(page, "Rotate token key")).isDisabled();
    page.getByLabel("Type token key").fill("token key");
    inDialog(page, "Rotate token key").click();
    Locator signs = page.locator(".row", containing("signs new tokens"));
    assertThat(signs).hasCount(1);
    assertThat(before).doesNotContain(signs.locator(".id").textContent());
    assertThat(page.getByText("verifies older tokens until they expire")).isVisible();
    Browser.examine(page, "operations-storage");
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void hidesAllPartsFromUsersWithoutTheRole() {
    Page page = operations("Processors");
    List<String> parts =
        page.locator(".parts a").all().stream().map(it -> it.getAttribute("href")).toList();
    assertThat(parts).hasSize(7);
    String auditor = Annals.newEmail();
    annals.newUser(auditor, "USER", "AUDITOR");
    Page other = browser.loggedIn(auditor);
    assertThat(link(other, "Operations")).hasCount(0);
    for (String part : parts) {
      other.evaluate("part => void (location.hash = part)", part);
      assertThat(heading(other)).hasText("Page not found");
      other.evaluate("void (location.hash = '#/notes')");
      assertThat(heading(other)).hasText("Notes");
    }
    assertThat(browser.faults()).isEmpty();
  }

  private Page operations(String part) {
    Page page = browser.loggedIn(email);
    link(page, "Operations").click();
    assertThat(page.getByRole(AriaRole.ROWHEADER).first()).isVisible();
    // The number of dead letters can follow.
    page.locator(".parts a", containing(part)).click();
    assertThat(heading(page)).hasText(part);
    return page;
  }

  private static Locator inDialog(Page page, String button) {
    return in(page.getByRole(AriaRole.DIALOG), button);
  }

  private static Locator in(Locator part, String button) {
    return part.getByRole(
        AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button).setExact(true));
  }

  private static Locator by(Locator letters, String processor) {
    return letters.filter(new Locator.FilterOptions().setHasText("by " + processor));
  }

  private String note(String title) {
    return admin.post("/notes", Json.object("title", title)).expect(201).id();
  }

  private int pageOfSaga(String task) {
    for (int number = 0; ; number++) {
      JsonNode page = admin.get("/admin/sagas?type=OverdueSaga&page=" + number).expect(200).json();
      if (page.get("content").toString().contains(task)) {
        return number;
      }
      if (number + 1 >= page.at("/page/totalPages").asInt()) {
        return -1;
      }
    }
  }

  private String lastRun() {
    for (JsonNode schedule : admin.get("/admin/schedules").expect(200).json()) {
      if (schedule.get("name").asString().equals("overdue-sweep")) {
        return schedule.get("lastRun").asString("");
      }
    }
    throw new AssertionError("There is no overdue-sweep.");
  }

  /** Inserts the deletion of a note directly into the store. */
  private void store(String note, String payload) {
    database
        .jdbc()
        .sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type,
              time_stamp, payload_type, payload_revision, payload, meta_data)
            select gen_random_uuid()::text, aggregate_identifier, 1, type, time_stamp,
              'dev.annals.events.note.NoteDeleted', payload_revision, convert_to(?, 'UTF8'), meta_data
            from events.domain_event_entry where aggregate_identifier = ? and sequence_number = 0
            """)
        .params(payload, note)
        .update();
  }

  private void mend(String note) {
    String owner = admin.get("/users/me").expect(200).id();
    database
        .jdbc()
        .sql(
            """
            update events.domain_event_entry set payload = convert_to(?, 'UTF8')
            where aggregate_identifier = ? and sequence_number = 1
            """)
        .params(Json.object("noteId", note, "ownerId", owner), note)
        .update();
  }
}
