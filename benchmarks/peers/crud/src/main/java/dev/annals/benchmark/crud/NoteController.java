package dev.annals.benchmark.crud;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
class NoteController {

  private static final String COLUMNS = "id, title, content, tags, version, created_at, updated_at";

  private final JdbcTemplate jdbc;

  NoteController(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  record Body(
      @NotBlank @Size(max = 200) String title,
      @NotNull @Size(max = 100_000) String content,
      @NotNull @Size(max = 20) List<@NotBlank @Size(max = 50) String> tags) {}

  record Note(
      UUID id,
      String title,
      String content,
      List<String> tags,
      long version,
      Instant createdAt,
      Instant updatedAt) {}

  record Page(List<Note> content, PageMetadata page) {}

  record PageMetadata(int size, int number, long totalElements, long totalPages) {}

  /** The ceiling for requests: all others do more. */
  @GetMapping("/nothing")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void nothing() {}

  /** The same with a check of the token. */
  @GetMapping("/nothing/known")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void nothingKnown() {}

  @PostMapping("/notes")
  ResponseEntity<Note> create(@RequestBody @Valid Body body, @AuthenticationPrincipal Jwt caller) {
    Instant now = Instant.now();
    Note note = new Note(UUID.randomUUID(), body.title(), body.content(), body.tags(), 0, now, now);
    jdbc.update(
        "insert into note (owner, " + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?)",
        UUID.fromString(caller.getSubject()),
        note.id(),
        note.title(),
        note.content(),
        note.tags().toArray(String[]::new),
        note.version(),
        Timestamp.from(now),
        Timestamp.from(now));
    return ResponseEntity.created(URI.create("/notes/" + note.id())).eTag("0").body(note);
  }

  @PutMapping("/notes/{id}")
  ResponseEntity<Note> update(
      @PathVariable UUID id, @RequestBody @Valid Body body, @AuthenticationPrincipal Jwt caller) {
    List<Note> updated =
        jdbc.query(
            "update note set title = ?, content = ?, tags = ?, version = version + 1, updated_at ="
                + " ? where id = ? and owner = ? returning "
                + COLUMNS,
            NoteController::note,
            body.title(),
            body.content(),
            body.tags().toArray(String[]::new),
            Timestamp.from(Instant.now()),
            id,
            UUID.fromString(caller.getSubject()));
    if (updated.isEmpty()) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
    Note note = updated.get(0);
    return ResponseEntity.ok().eTag(Long.toString(note.version())).body(note);
  }

  @GetMapping("/notes")
  Page list(
      @RequestParam(defaultValue = "0") @Min(0) int page,
      @RequestParam(defaultValue = "20") @Min(1) @Max(100) int size,
      @AuthenticationPrincipal Jwt caller) {
    UUID owner = UUID.fromString(caller.getSubject());
    Long total =
        jdbc.queryForObject("select count(*) from note where owner = ?", Long.class, owner);
    List<Note> notes =
        jdbc.query(
            "select "
                + COLUMNS
                + " from note where owner = ? order by updated_at desc, id limit ? offset ?",
            NoteController::note,
            owner,
            size,
            (long) page * size);
    return new Page(notes, new PageMetadata(size, page, total, (total + size - 1) / size));
  }

  private static Note note(ResultSet row, int number) throws SQLException {
    return new Note(
        row.getObject("id", UUID.class),
        row.getString("title"),
        row.getString("content"),
        List.of((String[]) row.getArray("tags").getArray()),
        row.getLong("version"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }
}
