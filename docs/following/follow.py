"""Follows a user's notes and tasks: python3 follow.py <address> <access token> [<sequence>]"""
import json, sys, time, urllib.request

address, token, since = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0


def get(path):
    return urllib.request.urlopen(urllib.request.Request(address + path, headers={"Authorization": "Bearer " + token}))


def sync(until):
    global since
    more = True
    while more or since < until:
        page = json.load(get(f"/changes?since={since}"))
        print(json.dumps(page), flush=True)
        since, more = page["next"], page["more"]
        if not page["changes"]:
            time.sleep(0.2)


sync(0)
with get(f"/notifications/stream?after={since}") as stream:
    for line in stream:
        if line.startswith(b"id:") and int(line[3:]) > since:
            sync(int(line[3:]))
