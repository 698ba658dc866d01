package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.client.AccountApi;
import dev.annals.client.AttachmentsApi;
import dev.annals.client.AuditApi;
import dev.annals.client.AuthenticationApi;
import dev.annals.client.FeatureFlagsApi;
import dev.annals.client.KeysApi;
import dev.annals.client.NotesApi;
import dev.annals.client.NotificationsApi;
import dev.annals.client.OperationsApi;
import dev.annals.client.ProbesApi;
import dev.annals.client.TasksApi;
import dev.annals.client.UsersApi;
import dev.annals.client.http.ApiClient;
import dev.annals.client.http.ApiException;
import dev.annals.client.http.ApiResponse;
import dev.annals.client.model.Assignment;
import dev.annals.client.model.Attachment;
import dev.annals.client.model.AuditedEvent;
import dev.annals.client.model.Credentials;
import dev.annals.client.model.ErasureRequest;
import dev.annals.client.model.FlagDetails;
import dev.annals.client.model.NewNote;
import dev.annals.client.model.NewTask;
import dev.annals.client.model.NewTasks;
import dev.annals.client.model.NewUpload;
import dev.annals.client.model.Note;
import dev.annals.client.model.NoteUpdate;
import dev.annals.client.model.NotificationView;
import dev.annals.client.model.PasswordChange;
import dev.annals.client.model.Profile;
import dev.annals.client.model.ProfileUpdate;
import dev.annals.client.model.Refresh;
import dev.annals.client.model.Registration;
import dev.annals.client.model.ReplayView;
import dev.annals.client.model.RevertRequest;
import dev.annals.client.model.ScheduleView;
import dev.annals.client.model.Setting;
import dev.annals.client.model.Task;
import dev.annals.client.model.TaskUpdate;
import dev.annals.client.model.Tokens;
import dev.annals.client.model.UserDetails;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Uses the client that openapi-generator has made from {@code docs/openapi.json}. It refuses
 * answers that lack a property or have one that the document does not name.
 */
@ExtendWith(Deployment.class)
class GeneratedClientIT {

  private static final OffsetDateTime NOON =
      OffsetDateTime.of(2031, 5, 1, 12, 0, 0, 0, ZoneOffset.UTC);

  @TempDir private Path folder;
  private final Annals annals;

  GeneratedClientIT(Annals annals) {
    this.annals = annals;
  }

  private ApiClient anonymous() {
    return new ApiClient().setBasePath(annals.url().toString());
  }

  private ApiClient withToken(String token) {
    ApiClient client = anonymous();
    client.setBearerToken(token);
    return client;
  }

  private Tokens login(String email, String password) throws ApiException {
    return new AuthenticationApi(anonymous())
        .authLogin(new Credentials().email(email).password(password));
  }

  private ApiClient admin() throws ApiException {
    return withToken(
        login(Annals.ADMIN.get("ANNALS_ADMIN_EMAIL"), Annals.ADMIN.get("ANNALS_ADMIN_PASSWORD"))
            .getAccessToken());
  }

  private Profile register(String email) throws ApiException {
    return new AuthenticationApi(anonymous())
        .authRegister(new Registration().email(email).password(Annals.PASSWORD).displayName("Ada"));
  }

  private ApiClient newUser() throws ApiException {
    String email = Annals.newEmail();
    register(email);
    return withToken(login(email, Annals.PASSWORD).getAccessToken());
  }

  private static String version(long version) {
    return "\"" + version + "\"";
  }

  private static String token(ApiResponse<?> response) {
    return response.getHeaders().entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Consistency-Token"))
        .findFirst()
        .orElseThrow()
        .getValue()
        .get(0);
  }

  @Test
  void managesAnAccount() throws ApiException {
    String email = Annals.newEmail();
    Profile registered = register(email);
    assertThat(registered.getEmail()).isEqualTo(email);
    Tokens tokens = login(email, Annals.PASSWORD);
    AuthenticationApi authentication = new AuthenticationApi(withToken(tokens.getAccessToken()));
    AccountApi account = new AccountApi(withToken(tokens.getAccessToken()));

    Profile changed =
        account.userUpdate(
            version(account.userMe(null).getVersion()),
            new ProfileUpdate()
                .displayName("Bea")
                .dailySummary(true)
                .timeZone("Europe/Berlin")
                .summaryHour(8));
    assertThat(changed.getDisplayName()).isEqualTo("Bea");
    assertThat(account.exportExport()).isNotEmpty();
    assertThat(authentication.authSessions())
        .singleElement()
        .satisfies(session -> assertThat(session.getCurrent()).isTrue());
    assertThat(new FeatureFlagsApi(withToken(tokens.getAccessToken())).flagMine(null))
        .containsEntry("attachments", true);
    authentication.authChangePassword(
        new PasswordChange().currentPassword(Annals.PASSWORD).newPassword("another password"));
    Tokens fresh = authentication.authRefresh(new Refresh().refreshToken(tokens.getRefreshToken()));
    account.userErase(new ErasureRequest().password("another password"));

    assertThatThrownBy(() -> new AccountApi(withToken(fresh.getAccessToken())).userMe(null))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.getCode()).isEqualTo(401));
  }

  @Test
  void keepsNotes() throws ApiException {
    NotesApi notes = new NotesApi(newUser());
    ApiResponse<Note> created =
        notes.noteCreateWithHttpInfo(
            new NewNote().title("Buy paint").tags(Set.of("house")), "\"once\"");
    UUID id = created.getData().getId();
    assertThat(notes.noteGet(id, null, null, token(created), null)).isEqualTo(created.getData());
    Note updated =
        notes.noteUpdate(
            id, version(0), new NoteUpdate().title("Buy paint").content("red").tags(Set.of()));
    assertThat(updated.getContent()).isEqualTo("red");
    ApiResponse<Void> deleted = notes.noteDeleteWithHttpInfo(id, "*");
    assertThatThrownBy(() -> notes.noteGet(id, null, null, token(deleted), null))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.getCode()).isEqualTo(404));
    assertThat(notes.noteRestore(id, "*").getVersion()).isEqualTo(3);
    ApiResponse<Note> reverted =
        notes.noteRevertWithHttpInfo(id, "*", new RevertRequest().version(0L));
    assertThat(reverted.getData().getTags()).containsExactly("house");
    assertThat(notes.noteList(null, null, null, null, null, null, token(reverted)).getContent())
        .containsExactly(reverted.getData());
    assertThat(notes.noteHistory(id, null, null, null).getContent()).hasSize(5);
    assertThat(notes.noteGet(id, 1L, null, null, null).getContent()).isEqualTo("red");
  }

  @Test
  void doesTasks() throws ApiException {
    ApiClient user = newUser();
    TasksApi tasks = new TasksApi(user);
    Task created = tasks.taskCreate(new NewTask().title("Paint").dueAt(NOON), null);
    assertThat(created.getDueAt()).isEqualTo(NOON);
    assertThat(created.getCompletedAt()).isNull();
    UUID id = created.getId();
    assertThat(tasks.taskStart(id, version(0)).getStatus()).isEqualTo(Task.StatusEnum.IN_PROGRESS);
    assertThat(tasks.taskComplete(id, version(1)).getCompletedAt()).isNotNull();
    assertThat(tasks.taskReopen(id, version(2)).getVersion()).isEqualTo(3);
    Task updated =
        tasks.taskUpdate(
            id,
            version(3),
            new TaskUpdate()
                .title("Paint it")
                .description("")
                .priority(TaskUpdate.PriorityEnum.HIGH)
                .dueAt(NOON.plusDays(1))
                .tags(Set.of())
                .estimate(30));
    assertThat(updated.getDueAt()).isEqualTo(NOON.plusDays(1));
    tasks.taskDelete(id, "*");
    assertThat(tasks.taskRestore(id, "*").getEstimate()).isEqualTo(30);
    assertThat(tasks.taskRevert(id, "*", new RevertRequest().version(0L)).getTitle())
        .isEqualTo("Paint");
    assertThat(
            tasks
                .taskCreateMany(
                    new NewTasks()
                        .tasks(List.of(new NewTask().title("a"), new NewTask().title("b"))),
                    null)
                .getTasks())
        .hasSize(2);
    Annals.eventually(
        () -> {
          assertThat(
                  tasks
                      .taskList(
                          null, null, null, null, null, null, null, null, null, null, null, null)
                      .getContent())
              .hasSize(3);
          assertThat(tasks.taskHistory(id, null, null, null).getContent()).hasSize(8);
        });
    readsNotifications(new NotificationsApi(user));
  }

  private static void readsNotifications(NotificationsApi inbox) throws ApiException {
    Annals.eventually(
        () -> assertThat(inbox.notificationCountUnread(null).getCount()).isEqualTo(10));
    NotificationView newest =
        inbox.notificationList(null, null, null, null, null).getContent().get(0);
    assertThat(newest.getResource().getKind()).isEqualTo("task");
    inbox.notificationRead(newest.getId());
    assertThat(
            inbox
                .notificationCountUnread(token(inbox.notificationReadAllWithHttpInfo()))
                .getCount())
        .isZero();
  }

  @Test
  void attachesFiles() throws Exception {
    ApiClient user = newUser();
    AttachmentsApi attachments = new AttachmentsApi(user);
    UUID task = new TasksApi(user).taskCreate(new NewTask().title("Paint"), null).getId();
    Path file = Files.writeString(folder.resolve("a.txt"), "text");
    ApiResponse<Attachment> attached =
        attachments.attachmentAttachWithHttpInfo(task, file.toFile(), null);
    UUID id = attached.getData().getId();
    assertThat(attached.getData().getFileName()).isEqualTo("a.txt");
    assertThat(new TasksApi(user).taskAttachments(task, token(attached)))
        .containsExactly(attached.getData());
    assertThat(attachments.attachmentGet(task, id, null, null, null)).hasContent("text");
    assertThat(attachments.attachmentGet(task, id, "bytes=1-2", null, null)).hasContent("ex");
    assertThat(attachments.attachmentLink(task, id).getUrl()).hasScheme("http");
    NewUpload upload =
        new NewUpload()
            .fileName("b.txt")
            .contentType("text/plain")
            .size(4L)
            .sha256("982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1");
    assertThat(attachments.attachmentAnnounce(task, upload).getMethod()).isEqualTo("PUT");
    attachments.attachmentRemove(task, id);
  }

  @Test
  void audits() throws ApiException {
    UUID note = new NotesApi(newUser()).noteCreate(new NewNote().title("Seen"), null).getId();
    AuditApi audit = new AuditApi(admin());
    List<AuditedEvent> events =
        audit
            .auditEvents(note.toString(), null, null, null, null, null, null, null, null)
            .getEvents();
    assertThat(events)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getType()).isEqualTo("NoteCreated");
              assertThat(event.getPayload())
                  .asInstanceOf(InstanceOfAssertFactories.MAP)
                  .containsEntry("title", "Seen");
            });
    assertThat(audit.auditAggregate(note, null, null).getVersion()).isZero();
    assertThat(audit.sealVerify(null, null).getIntact()).isTrue();
    assertThat(audit.sealHeads()).isNotNull();
  }

  @Test
  void administers() throws ApiException {
    ApiClient admin = admin();
    UsersApi users = new UsersApi(admin);
    Profile someone = register(Annals.newEmail());
    UserDetails auditor =
        users.administrationAssignRoles(
            someone.getId(),
            version(someone.getVersion()),
            new Assignment()
                .roles(Set.of(Assignment.RolesEnum.USER, Assignment.RolesEnum.AUDITOR)));
    assertThat(auditor.getRoles()).hasSize(2);
    assertThat(users.administrationDisable(someone.getId()).getEnabled()).isFalse();
    assertThat(users.administrationEnable(someone.getId()).getEnabled()).isTrue();
    assertThat(users.administrationGet(someone.getId(), null).getEmail())
        .isEqualTo(someone.getEmail());
    assertThat(
            users.administrationList(someone.getEmail(), null, null, null, null, null).getContent())
        .hasSize(1);
    users.administrationErase(someone.getId());

    FeatureFlagsApi flags = new FeatureFlagsApi(admin);
    FlagDetails flag = flags.flagGet("daily-summary", null);
    assertThat(flags.flagList()).contains(flag);
    assertThat(
            flags.flagSet("daily-summary", "*", new Setting().enabled(flag.getEnabled())).getKey())
        .isEqualTo("daily-summary");
    assertThat(new KeysApi(admin).keyPublished().getKeys()).isNotEmpty();
    assertThat(new ProbesApi(admin).readyz().getStatus()).isEqualTo("UP");
  }

  @Test
  void operates() throws ApiException {
    OperationsApi operations = new OperationsApi(admin());
    assertThat(operations.scheduleList())
        .extracting(ScheduleView::getName)
        .contains("storage-sweep");
    operations.scheduleRun("storage-sweep");
    assertThat(operations.sagaList(null, null, null).getContent()).isNotNull();
    assertThat(operations.deadLetterList(null, null).getContent()).isNotNull();
    assertThat(operations.processorList()).isNotEmpty();
    assertThat(operations.storageStorage().getObjects()).isNotNegative();
    ReplayView replay = operations.replayStart("notes");
    assertThat(replay.getFinishedAt()).isNull();
    Annals.eventually(
        () ->
            assertThat(operations.replayGet(replay.getId()).getState())
                .isEqualTo(ReplayView.StateEnum.DONE));
    operations.replayCancel(replay.getId());
  }
}
