/** Follows a user's notes and tasks from a sequence on: apply(page) for each page of changes, until the token expires. */
export async function follow(address, token, since, apply) {
  const get = async (path) => {
    const response = await fetch(address + path, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response;
  };
  const sync = async (until) => {
    for (let more = true; more || since < until; ) {
      const page = await (await get(`/changes?since=${since}`)).json();
      await apply(page);
      ({ next: since, more } = page);
      if (!page.changes.length) await new Promise((next) => setTimeout(next, 200));
    }
  };
  await sync(0);
  const stream = (await get(`/notifications/stream?after=${since}`)).body.pipeThrough(new TextDecoderStream());
  let line = "";
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (line + value).split("\n");
    line = lines.pop();
    for (const it of lines) {
      const id = it.startsWith("id:") ? Number(it.slice(3)) : 0;
      if (id > since) await sync(id);
    }
  }
}
