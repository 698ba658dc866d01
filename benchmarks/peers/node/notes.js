// The table of the Express and the Fastify peer. Their environment is the same: PORT, SECRET, and the variables of
// PostgreSQL's own clients.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const pool = new pg.Pool({ max: 10 });
const columns = 'id, title, content, tags, version, created_at as "createdAt", updated_at as "updatedAt"';

export async function create(owner, { title, content, tags }) {
  const now = new Date();
  const note = { id: randomUUID(), title, content, tags, version: 0, createdAt: now, updatedAt: now };
  await pool.query({
    name: 'create',
    text: 'insert into note (owner, id, title, content, tags, version, created_at, updated_at) values ($1, $2, $3, $4, $5, 0, $6, $6)',
    values: [owner, note.id, title, content, tags, now],
  });
  return note;
}

/** Returns undefined if there is no such note. */
export async function update(owner, id, { title, content, tags }) {
  const { rows } = await pool.query({
    name: 'update',
    text: `update note set title = $1, content = $2, tags = $3, version = version + 1, updated_at = $4
           where id = $5 and owner = $6 returning ${columns}`,
    values: [title, content, tags, new Date(), id, owner],
  });
  return rows[0];
}
