package dev.annals.standalone.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.annals.standalone.http.Browser.button;
import static dev.annals.standalone.http.Browser.heading;
import static dev.annals.standalone.http.Browser.link;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.SelectOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The console's views for auditors in a browser. A test alters an event of a flag, which nothing
 * reads again, and undoes its change.
 */
@InBrowser
@TestInstance(Lifecycle.PER_CLASS)
class AuditConsoleIT {

  private static final String EVENTS = "events.domain_event_entry";

  private final Annals annals;
  private final Database database;
  private final JdbcClient jdbc;
  private final Client admin;
  private final Client user;
  private final String userId;
  @RegisterExtension private final Browser browser;
  private final String auditor = Annals.newEmail();
  private long flag;

  AuditConsoleIT(Annals annals, Database database) {
    this.annals = annals;
    this.database = database;
    this.browser = Browser.at(annals.url());
    this.jdbc = database.jdbc();
    this.admin = annals.admin();
    this.user = annals.newUser();
    this.userId = user.get("/users/me").id();
  }

  /** Stores an event of a flag, a gap as wide as a part of a verification, and a note. */
  @BeforeAll
  void history() {
    annals.newUser(auditor, "USER", "AUDITOR");
    seal();
    admin
        .with("If-Match", "*")
        .put(
            "/admin/flags/attachments",
            Json.object("enabled", true, "users", List.of(UUID.randomUUID().toString())))
        .expect(200);
    flag = number("select max(global_index) from " + EVENTS + " where type = 'FeatureFlag'");
    number(
        """
        select max(nextval('events.domain_event_entry_global_index_seq'))
        from generate_series(1, 10000)
        """);
    user.post("/notes", Kind.NOTE.creation).expect(201);
    seal();
  }

  @Test
  void showsNewEventsAtOnceButHoldsThemWhileTheReaderReads() {
    Client other = annals.newUser();
    String id = other.get("/users/me").id();
    Page page = browser.loggedIn(auditor);
    link(page, "Audit").click();
    assertThat(page.getByText("Live: new events appear by themselves.")).isVisible();
    page.getByText("Filters").click();
    page.getByLabel("User id").fill(id);
    button(page, "Filter").click();
    assertThat(rows(page)).containsText(new String[] {"UserRegistered"});
    other.post("/notes", Kind.NOTE.creation).expect(201);
    assertThat(rows(page)).containsText(new String[] {"NoteCreated", "UserRegistered"});

    row(page, "NoteCreated").click();
    assertThat(page.locator(".payload pre")).containsText("\"title\": \"Plan\"");
    other.post("/tasks", Kind.TASK.creation).expect(201);
    assertThat(button(page, "Show 1 new event")).isVisible();
    assertThat(rows(page)).hasCount(2);
    Browser.examine(page, "audit-log");
    button(page, "Show 1 new event").click();
    assertThat(rows(page))
        .containsText(new String[] {"TaskCreated", "NoteCreated", "UserRegistered"});

    row(page, "NoteCreated").click();
    button(page, "Pause").click();
    // A separator of lines for JavaScript, but not in a stream.
    String text = Json.object("title", "Lines", "content", "one\u2028two", "tags", List.of());
    other.post("/notes", text).expect(201);
    assertThat(button(page, "Show 1 new event")).isVisible();
    assertThat(rows(page)).hasCount(3);
    button(page, "Resume").click();
    assertThat(rows(page))
        .containsText(new String[] {"NoteCreated", "TaskCreated", "NoteCreated", "UserRegistered"});

    String last = page.locator(".events .position").last().innerText();
    page.navigate(fragment("/audit?actor=" + id + "&before=" + (Long.parseLong(last) + 1)));
    assertThat(rows(page)).containsText(new String[] {"UserRegistered"});
    link(page, "Newest events").click();
    assertThat(rows(page)).hasCount(4);
    link(page, "Remove filter: User id " + id).click();
    assertThat(row(page, "FlagSwitched").first()).isVisible();
    page.navigate(fragment("/audit?aggregateId=unknown"));
    assertThat(page.getByText("No event matches.")).isVisible();
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void continuesAfterTheEndOfATokenAndALostConnectionWithTheNewestThousandEvents() {
    String request = "console-" + UUID.randomUUID();
    Page page = browser.loggedIn(auditor);
    List<String> after = new CopyOnWriteArrayList<>();
    // Positions of the gap: the program accepts them as those of events that the client has.
    long last = flag + 1_200;
    page.route(
        Pattern.compile("/audit/events/stream"),
        route -> {
          after.add(route.request().headers().get("last-event-id"));
          switch (after.size()) {
            case 1 ->
                route.fulfill(
                    new FulfillOptions()
                        .setContentType("text/event-stream")
                        .setBody(
                            ": begin\n\n"
                                + LongStream.rangeClosed(flag + 1, last)
                                    .mapToObj(AuditConsoleIT::streamed)
                                    .collect(Collectors.joining())
                                + "event: end\ndata: expired\n\n"));
            case 2 -> route.abort();
            default -> route.resume();
          }
        });
    page.navigate(fragment("/audit?correlationId=" + request));
    assertThat(page.getByText("The connection is interrupted. The browser tries again."))
        .isVisible();
    assertThat(page.getByText("Live: new events appear by themselves.")).isVisible();
    assertThat(after.subList(1, 3)).containsExactly(Long.toString(last), Long.toString(last));
    assertThat(rows(page)).hasCount(1_000);
    assertThat(rows(page).last().locator(".position")).hasText(Long.toString(last - 999));
    assertThat(link(page, "Older events")).isVisible();

    page.evaluate("scrollTo(0, 3000)");
    user.with("X-Request-Id", request).post("/tasks", Kind.TASK.creation).expect(201);
    button(page, "Show 1 new event").click();
    assertThat(rows(page).first()).containsText("TaskCreated");
    assertThat(rows(page).first()).isInViewport();
    assertThat(rows(page)).hasCount(1_000);
    page.context().setOffline(true);
    assertThat(page.getByText("The connection is interrupted. The browser tries again."))
        .isVisible();
    page.context().setOffline(false);
    assertThat(page.getByText("Live: new events appear by themselves.")).isVisible();

    Pattern list = Pattern.compile("/audit/events\\?");
    page.route(
        list,
        route ->
            route.fulfill(
                new FulfillOptions()
                    .setStatus(503)
                    .setContentType("application/problem+json")
                    .setBody("{\"type\":\"urn:problem:unavailable\",\"title\":\"Unavailable\"}")));
    page.navigate(fragment("/audit"));
    Locator alert = page.getByRole(AriaRole.ALERT);
    assertThat(alert).containsText("The server is busy.");
    Browser.examine(page, "audit-problem");
    page.unroute(list);
    button(page, "Try again").click();
    assertThat(rows(page).first()).isVisible();
    assertThat(browser.faults())
        .contains("error: Failed to load resource: net::ERR_FAILED")
        .allMatch(
            fault ->
                fault.contains("ERR_FAILED")
                    || fault.contains("ERR_INTERNET_DISCONNECTED")
                    || fault.contains("status of 503"));
  }

  @Test
  void pagesBackOverGapsWithoutMissingAnEvent() {
    Page page = browser.loggedIn(auditor);
    for (String filter :
        List.of("", "actor=" + userId, "aggregateType=User", "aggregateType=FeatureFlag")) {
      JsonNode events = admin.get("/audit/events?limit=1000&" + filter).json();
      List<Long> listed = new ArrayList<>();
      events.get("events").forEach(event -> listed.add(event.get("position").asLong()));
      assertThat(listed).as(filter).isNotEmpty();
      List<Long> newest = listed.subList(Math.max(0, listed.size() - 6), listed.size());
      for (int count : List.of(1, 2, 5)) {
        Object paged =
            page.evaluate(
                """
                async ([filter, end, last, count]) => {
                  const { before } = await import(new URL("views/audit-log.js", document.baseURI));
                  const found = [];
                  let top = last + 1;
                  for (let more = true; more && top > end; ) {
                    const page = await before(Object.fromEntries(new URLSearchParams(filter)), top, count);
                    found.unshift(...page.events.map(it => it.position).reverse());
                    more = page.more;
                    top = page.events.at(-1)?.position;
                  }
                  return JSON.stringify(found.filter(it => it >= end));
                }""",
                List.of(
                    filter,
                    newest.get(0).intValue(),
                    listed.get(listed.size() - 1).intValue(),
                    count));
        assertThat(paged).as("%s, %d at once", filter, count).isEqualTo(Json.of(newest));
      }
    }
    long earlier = number("select max(global_index) from " + EVENTS);
    Object found =
        page.evaluate(
            "async () => (await import(new URL('views/audit-log.js', document.baseURI))).newest()");
    assertThat(((Number) found).longValue())
        .isBetween(earlier, number("select max(global_index) from " + EVENTS));
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void stepsThroughTheStatesOfAnAggregate() {
    String task = Kind.TASK.createdBy(user);
    String id = task.substring("/tasks/".length());
    user.ifMatch(0).put(task, Kind.TASK.update).expect(200);
    user.ifMatch(1).post(task + "/start").expect(200);
    Page page = browser.loggedIn(auditor);
    page.navigate(fragment("/audit?aggregateId=" + id));
    row(page, "TaskUpdated").click();
    link(page, "State at this event").click();
    assertThat(heading(page)).hasText("Task, version 1");
    Locator state = page.locator(".fields");
    assertThat(state.locator("del").first()).hasText("Dig");
    assertThat(state.locator("ins").first()).hasText("Dig over");
    Browser.examine(page, "audit-aggregate");

    button(page, "Next").click();
    assertThat(page).hasURL(fragment("/audit/aggregates/" + id + "?version=2"));
    assertThat(state.locator("ins", containing("IN_PROGRESS"))).isVisible();
    assertThat(button(page, "Next")).isDisabled();
    user.ifMatch(2).post(task + "/complete").expect(200);
    assertThat(heading(page)).hasText("Task, version 3");
    page.getByRole(AriaRole.SLIDER).press("Home");
    assertThat(heading(page)).hasText("Task, version 0");
    assertThat(page.getByText("This is its first event.")).isVisible();
    Locator first = page.locator(".stops button").first();
    first.press("ArrowDown");
    assertThat(heading(page)).hasText("Task, version 1");
    assertThat(page.locator(".stops button").nth(1)).isFocused();
    page.navigate(fragment("/audit/aggregates/" + UUID.randomUUID()));
    assertThat(page.getByText("There is no aggregate with this id.")).isVisible();
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void showsTheStateOfEachTypeOfAggregate() {
    Client erased = annals.newUser();
    String note = Kind.NOTE.createdBy(erased).substring("/notes/".length());
    erased.post("/users/me/erase", Json.object("password", Annals.PASSWORD)).expect(202);
    String altered =
        database.storeCopy(
            user.post("/notes", Kind.NOTE.creation).expect(201).id(),
            payload -> payload.substring(0, 40));
    Kind.TASK.createdBy(user);
    user.post("/webhooks", Json.object("url", "http://127.0.0.1:9/")).expect(201);
    user.post("/notifications/read-all").expect(204);
    Page page = browser.loggedIn(auditor);

    List<JsonNode> events = new ArrayList<>();
    admin.get("/audit/events?limit=1000&actor=" + userId).json().get("events").forEach(events::add);
    events.add(admin.get("/audit/events?limit=1&type=FlagSwitched").json().at("/events/0"));
    List<String> types = new ArrayList<>();
    for (JsonNode event : events) {
      String type = event.get("aggregateType").asString();
      if (types.contains(type) || event.has("unreadable")) {
        continue;
      }
      types.add(type);
      page.navigate(fragment("/audit/aggregates/" + event.get("aggregateId").asString()));
      assertThat(heading(page)).containsText(type + ", version ");
      assertThat(page.locator(".fields dt").first()).isVisible();
      assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
    }
    assertThat(types)
        .contains("User", "Note", "Task", "Webhook", "FeatureFlag")
        .hasSizeGreaterThan(5);

    page.navigate(fragment("/audit/aggregates/" + note));
    assertThat(page.getByText("The person has been erased:")).isVisible();
    assertThat(browser.faults()).isEmpty();
    page.navigate(fragment("/audit/aggregates/" + altered));
    assertThat(page.getByRole(AriaRole.ALERT))
        .containsText("cannot be read. Its payload is not JSON.");
    Browser.examine(page, "audit-unreadable");
  }

  @Test
  void verifiesTheHistoryAndFindsATamperedEvent() {
    Page page = browser.loggedIn(auditor);
    page.navigate(fragment("/audit/seal"));
    assertThat(page.locator(".heads .signature").first()).hasText("✓ valid signature");
    Pattern verify = Pattern.compile("/audit/verify");
    page.route(verify, route -> {});
    button(page, "Verify").click();
    assertThat(page.getByLabel("Progress of the verification")).isVisible();
    Browser.examine(page, "audit-verifying");
    button(page, "Cancel").click();
    assertThat(page.getByText("The verification was cancelled.")).isVisible();
    page.unroute(verify);
    button(page, "Verify").click();
    assertThat(page.getByText("✓ Intact:")).isVisible();
    assertThat(page.locator(".strip .good").count()).isGreaterThan(1);
    Browser.examine(page, "audit-intact");
    page.getByLabel("From position").fill("10");
    page.getByLabel("To position").fill("9");
    button(page, "Verify").click();
    assertThat(page.getByLabel("To position")).hasAttribute("aria-invalid", "true");
    page.getByLabel("From position").fill("");
    page.getByLabel("To position").fill("");

    jdbc.sql(
            "create table public.untampered as select * from " + EVENTS + " where global_index = ?")
        .param(flag)
        .update();
    try {
      jdbc.sql(
              "update "
                  + EVENTS
                  + " set meta_data = meta_data || ' '::bytea where global_index = ?")
          .param(flag)
          .update();
      button(page, "Verify").click();
      assertThat(page.getByRole(AriaRole.ALERT))
          .containsText("✗ Altered: the first position that differs from the seal is " + flag);
      Browser.examine(page, "audit-altered");
      link(page, "See the log around it").click();
      assertThat(page.locator(".wanted .position")).hasText(Long.toString(flag));
      Browser.examine(page, "audit-around");
      link(page, "Prove this event").click();
      assertThat(page.getByRole(AriaRole.ALERT)).hasText("✗ The proof does not hold.");
      assertThat(failures(page))
          .hasText(new String[] {"✗ The hash of the stored bytes is not that of the leaf."});
    } finally {
      jdbc.sql(
              """
              update events.domain_event_entry event set meta_data = kept.meta_data
              from public.untampered kept where event.global_index = kept.global_index
              """)
          .update();
      jdbc.sql("drop table public.untampered").update();
    }
    page.navigate(fragment("/audit/seal"));
    page.navigate(fragment("/audit/proof/" + flag));
    assertThat(page.getByText("✓ The proof holds:")).isVisible();
    assertThat(browser.faults())
        .containsExactly(
            "error: Failed to load resource: the server responded with a status of 400");
  }

  /** What an answer with one altered byte makes fail. */
  private record Alteration(String answer, String pointer, List<String> failures) {}

  @Test
  void checksAProofAndFindsEachAlteredByte() {
    String event = "✗ The event differs from its stored bytes.";
    String leaf = "✗ The hash of the stored bytes is not that of the leaf.";
    String path = "✗ The hashes do not lead from the leaf to the root.";
    String root = "✗ The root is not that of the tree head.";
    String signature = "✗ The signature of the tree head is not by the published key.";
    Page page = browser.loggedIn(auditor);
    String proof = fragment("/audit/proof/" + flag);
    page.navigate(proof);
    assertThat(page.getByText("✓ The proof holds: this event is part of the signed history."))
        .isVisible();
    assertThat(page.locator(".checks .good")).hasCount(5);
    page.getByText("Hashes from the leaf to the root").click();
    Browser.examine(page, "audit-proof");

    for (Alteration alteration :
        List.of(
            new Alteration("/audit/proof/", "/hashes/0", List.of(path)),
            new Alteration("/audit/proof/", "/leafHash", List.of(leaf, path)),
            new Alteration("/audit/proof/", "/root", List.of(path, root)),
            new Alteration("/audit/heads", "/0/root", List.of(root, signature)),
            new Alteration("/audit/heads", "/0/signature", List.of(signature)),
            new Alteration("/audit/events", "/stored", List.of(event, leaf)),
            new Alteration("/.well-known/jwks.json", "/keys", List.of(signature)))) {
      Predicate<String> answer = url -> url.contains(alteration.answer());
      page.route(answer, route -> alter(route, alteration.pointer()));
      page.navigate(fragment("/audit/proof/0"));
      assertThat(page.getByText("There is no event at this position.")).isVisible();
      page.navigate(proof);
      assertThat(page.getByRole(AriaRole.ALERT)).hasText("✗ The proof does not hold.");
      assertThat(failures(page)).hasText(alteration.failures().toArray(String[]::new));
      if (alteration.pointer().equals("/hashes/0")) {
        Browser.examine(page, "audit-proof-failed");
      }
      page.unroute(answer);
    }

    user.post("/notes", Kind.NOTE.creation).expect(201);
    seal();
    page.navigate(fragment("/audit/proof/0"));
    assertThat(page.getByText("There is no event at this position.")).isVisible();
    page.navigate(proof);
    Locator heads = page.getByLabel("Tree head").locator("option");
    assertThat(heads.first())
        .hasAttribute("value", String.valueOf(number("select max(size) from events.seal_head")));
    page.getByLabel("Tree head").selectOption(new SelectOption().setIndex(1));
    assertThat(page).hasURL(Pattern.compile(flag + "\\?size=\\d+$"));
    assertThat(page.getByText("✓ The proof holds:")).isVisible();
    page.route(
        Pattern.compile("/audit/proof/"),
        route -> route.fulfill(new FulfillOptions().setStatus(404).setBody("{}")));
    page.navigate(proof);
    assertThat(page.getByText("This event is not sealed yet.")).isVisible();
    assertThat(browser.faults()).allMatch(fault -> fault.contains("status of 404"));
  }

  @Test
  void saysThatAPageWithoutEncryptionCannotCheckProofs() {
    Page page = browser.window();
    page.addInitScript("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });");
    page.reload();
    Browser.logIn(page, auditor);
    assertThat(heading(page)).hasText("Notes");
    page.navigate(fragment("/audit/proof/" + flag));
    assertThat(page.getByText("Use https to check proofs.")).isVisible();
    page.navigate(fragment("/audit/seal"));
    assertThat(page.locator(".heads .signature").first()).hasText("signature not checked");
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void savesTheExportOfTheSelection() throws IOException {
    Page page = browser.loggedIn(auditor);
    page.evaluate("window.showSaveFilePicker = undefined");
    page.navigate(fragment("/audit?type=NoteCreated&actor=" + userId));
    assertThat(rows(page).first()).isVisible();
    String export =
        admin
            .with("Accept", "application/x-ndjson")
            .get("/audit/events?type=NoteCreated&actor=" + userId)
            .expect(200)
            .text();
    Download download = page.waitForDownload(() -> button(page, "Export").click());
    assertThat(Files.readString(download.path())).isEqualTo(export);
    assertThat(download.suggestedFilename()).matches("annals-audit-[\\w-]+\\.ndjson");
    long lines = export.lines().count();
    assertThat(page.getByRole(AriaRole.STATUS).last())
        .hasText(Pattern.compile("Exported: " + lines + " events?, .*"));

    page.evaluate(
        """
        window.showSaveFilePicker = async () =>
          (await navigator.storage.getDirectory()).getFileHandle("export", { create: true })""");
    button(page, "Export").click();
    Annals.eventually(
        () ->
            assertThat(
                    page.evaluate(
                        """
                        async () => {
                          const folder = await navigator.storage.getDirectory();
                          const saved = await folder.getFileHandle("export", { create: true });
                          return (await saved.getFile()).text();
                        }"""))
                .isEqualTo(export));

    page.route(
        Pattern.compile("/audit/events\\?type"),
        route -> {
          if (!route.request().headers().get("accept").contains("ndjson")) {
            route.resume();
          }
        });
    button(page, "Export").click();
    assertThat(page.getByLabel("Progress of the export")).isVisible();
    Browser.examine(page, "audit-export");
    button(page, "Cancel").click();
    assertThat(page.getByText("The export was cancelled.")).isVisible();
    assertThat(browser.faults()).isEmpty();
  }

  @Test
  void showsNothingToAUserWithoutTheRole() {
    String email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201);
    Page page = browser.loggedIn(email);
    List<String> requests = new CopyOnWriteArrayList<>();
    page.onRequest(request -> requests.add(request.url()));
    assertThat(link(page, "Audit")).hasCount(0);
    for (String path :
        List.of(
            "/audit", "/audit/seal", "/audit/proof/1", "/audit/aggregates/" + UUID.randomUUID())) {
      page.navigate(fragment("/notes"));
      assertThat(heading(page)).hasText("Notes");
      page.navigate(fragment(path));
      assertThat(heading(page)).hasText("Page not found");
    }
    assertThat(requests).noneMatch(url -> url.contains(annals.url() + "/audit"));
    assertThat(browser.faults()).isEmpty();
  }

  /** Returns an event as a stream sends it. */
  private static String streamed(long position) {
    String event =
        """
        {"position":%d,"eventId":"x","aggregateType":"Note","aggregateId":"x","sequence":0,
         "type":"NoteUpdated","revision":"1","occurredAt":"2026-11-29T08:00:00Z","actor":null,
         "correlationId":null,"payload":{}}"""
            .replace("\n", "");
    return "id: %d\nevent: event\ndata: %s\n\n".formatted(position, event.formatted(position));
  }

  private String fragment(String path) {
    return annals.url() + "/console/#" + path;
  }

  private static Locator rows(Page page) {
    return page.locator(".events > li");
  }

  private static Locator row(Page page, String type) {
    return page.locator(".events button.line", new Page.LocatorOptions().setHasText(type));
  }

  private static Locator failures(Page page) {
    return page.locator(".checks .bad");
  }

  private static Locator.LocatorOptions containing(String text) {
    return new Locator.LocatorOptions().setHasText(text);
  }

  /** Answers with one byte changed of a value in base64, or without the entries of an array. */
  private static void alter(Route route, String pointer) {
    APIResponse answer = route.fetch();
    String text = answer.text();
    boolean isExport = text.contains("\"stored\"");
    JsonNode json = Json.parse(isExport ? text.lines().findFirst().orElseThrow() : text);
    JsonNode value = json.at(pointer);
    if (value instanceof ArrayNode array) {
      array.removeAll();
    } else if (value.isString()) {
      byte[] bytes = Base64.getDecoder().decode(value.asString());
      bytes[bytes.length - 1] ^= 1;
      String altered = Base64.getEncoder().encodeToString(bytes);
      int end = pointer.lastIndexOf('/');
      JsonNode parent = json.at(pointer.substring(0, end));
      if (parent instanceof ArrayNode array) {
        array.set(Integer.parseInt(pointer.substring(end + 1)), altered);
      } else {
        ((ObjectNode) parent).put(pointer.substring(end + 1), altered);
      }
    }
    route.fulfill(new FulfillOptions().setResponse(answer).setBody(json + "\n"));
  }

  /** Seals all events, and waits until they have entries, so that lists do not end early. */
  private void seal() {
    long last = number("select max(global_index) from " + EVENTS);
    admin.post("/admin/schedules/seal/run").expect(202);
    Annals.eventually(
        () ->
            assertThat(number("select coalesce(max(global_index), 0) from events.audit_entry"))
                .isGreaterThanOrEqualTo(last));
  }

  private long number(String query) {
    return jdbc.sql(query).query(Long.class).single();
  }
}
