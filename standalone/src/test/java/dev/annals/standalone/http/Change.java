package dev.annals.standalone.http;

/** The calls that change a note or task, which need {@code If-Match}. */
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

  /** The kind of the changed resource. */
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

  /** Creates a resource for this change, at version 1, and returns its path. */
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

  /** Sends the change with the client's headers. */
  Answer apply(Client client, String path) {
    return client.send(method, path + suffix, body);
  }

  /** Returns true if the answer has no body. */
  boolean isDeletion() {
    return method.equals("DELETE");
  }

  /** Returns true for a PUT. */
  boolean isUpdate() {
    return method.equals("PUT");
  }

  /** Returns true for a restore. */
  boolean isRestoration() {
    return suffix.equals("/restore");
  }
}
