package dev.annals.command.identity;

import dev.annals.platform.security.Access;
import dev.annals.platform.security.Caller;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Access(Access.To.AUTHENTICATED)
class UserController {

  private final Users users;

  UserController(Users users) {
    this.users = users;
  }

  @GetMapping(path = "/users/me", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<UserDetails> me(@AuthenticationPrincipal Caller caller) {
    UserDetails user = users.find(caller.userId());
    return ResponseEntity.ok().eTag(Long.toString(user.version())).body(user);
  }
}
