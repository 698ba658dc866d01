package dev.annals.standalone.http;

/** The two kinds of resources, which mostly follow the same rules. */
enum Kind {
  NOTE(
      "/notes",
      """
      {"title": "Plan", "content": "Sow in May", "tags": ["garden", "2027"]}""",
      """
      {"title": "New plan", "content": "Sow in June", "tags": ["garden"]}"""),
  TASK(
      "/tasks",
      """
      {"title": "Dig", "description": "Two spits deep", "priority": "HIGH",
       "dueAt": "2031-05-01T10:00:00Z", "tags": ["garden"]}""",
      """
      {"title": "Dig over", "description": "Three spits", "priority": "LOW",
       "dueAt": null, "tags": []}""");

  /** The path of the collection. */
  final String path;

  /** A complete body of a POST, which a PUT accepts, too. */
  final String creation;

  /** A body that changes each property. */
  final String update;

  Kind(String path, String creation, String update) {
    this.path = path;
    this.creation = creation;
    this.update = update;
  }

  /** Creates a resource and returns its path. */
  String createdBy(Client user) {
    return path + "/" + user.post(path, creation).expect(201).id();
  }
}
