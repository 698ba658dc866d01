import java.net.URI;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.json.JsonMapper;

/** Follows a user's notes and tasks: java -cp jackson… Follow.java address token [sequence] */
class Follow {
  static String address, token;
  static long since;

  static HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).header("Authorization", "Bearer " + token).build();
  }

  public static void main(String[] arguments) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    address = arguments[0];
    token = arguments[1];
    since = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
    sync(client, 0);
    var lines = client.send(get("/notifications/stream?after=" + since), BodyHandlers.ofLines()).body().iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      long id = line.startsWith("id:") ? Long.parseLong(line.substring(3).trim()) : 0;
      if (id > since) {
        sync(client, id);
      }
    }
  }

  static void sync(HttpClient client, long until) throws Exception {
    for (boolean more = true; more || since < until; ) {
      var page = JsonMapper.shared().readTree(client.send(get("/changes?since=" + since), BodyHandlers.ofString()).body());
      System.out.println(page);
      since = page.get("next").asLong();
      more = page.get("more").asBoolean();
      if (page.get("changes").isEmpty()) {
        Thread.sleep(200);
      }
    }
  }
}
