package dev.annals.standalone.http;

/** The two kinds of things that a user keeps, which mostly obey the same rules. */
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

  /** Where the collection is. */
  final String path;

  /** A body with everything that a POST takes; it is one that a PUT takes, too. */
  final String creation;

  /** A body that changes everything. */
  final String update;

  Kind(String path, String creation, String update) {
    this.path = path;
    this.creation = creation;
    this.update = update;
  }

  /** Creates one and gives its path. */
  String createdBy(Client user) {
    return path + "/" + user.post(path, creation).expect(201).id();
  }
}
