package dev.annals.standalone.http;

/** Every call that changes one note or task, and so needs {@code If-Match}. */
enum Change {
  UPDATE_NOTE(Kind.NOTE, "PUT", "", Kind.NOTE.update),
  DELETE_NOTE(Kind.NOTE, "DELETE", "", ""),
  RESTORE_NOTE(Kind.NOTE, "POST", "/restore", ""),
  REVERT_NOTE(Kind.NOTE, "POST", "/revert", "{\"version\": 0}"),
  UPDATE_TASK(Kind.TASK, "PUT", "", Kind.TASK.update),
  DELETE_TASK(Kind.TASK, "DELETE", "", ""),
  RESTORE_TASK(Kind.TASK, "POST", "/restore", ""),
  REVERT_TASK(Kind.TASK, "POST", "/revert", "{\"version\": 0}"),
  START_TASK(Kind.TASK, "POST", "/start", ""),
  COMPLETE_TASK(Kind.TASK, "POST", "/complete", ""),
  REOPEN_TASK(Kind.TASK, "POST", "/reopen", "");

  /** Of what it is. */
  final Kind kind;

  private final String method;
  private final String suffix;
  private final String body;

  Change(Kind kind, String method, String suffix, String body) {
    this.kind = kind;
    this.method = method;
    this.suffix = suffix;
    this.body = body;
  }

  /** Creates something that this change can be applied to, at version 1, and gives its path. */
  String preparedBy(Client user) {
    String path = kind.createdBy(user);
    switch (this) {
      case RESTORE_NOTE, RESTORE_TASK -> user.ifMatch(0).delete(path).expect(204);
      case REOPEN_TASK -> user.ifMatch(0).post(path + "/complete").expect(200);
      default ->
          user.ifMatch(0).put(path, Json.with(kind.creation, "title", "Prepared")).expect(200);
    }
    return path;
  }

  /** Applies it to what is at that path, with the client's headers. */
  Answer apply(Client client, String path) {
    return client.send(method, path + suffix, body);
  }

  /** Whether the answer has no body. */
  boolean isDeletion() {
    return method.equals("DELETE");
  }

  /** Whether it is a PUT. */
  boolean isUpdate() {
    return method.equals("PUT");
  }

  /** Whether it takes something out of the trash. */
  boolean isRestoration() {
    return suffix.equals("/restore");
  }
}
