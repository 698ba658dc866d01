// Notes in a table behind Express.
import { createSecretKey } from 'node:crypto';
import express from 'express';
import jwt from 'jsonwebtoken';
import { create, update } from './notes.js';

const text = (value, least, most) => typeof value === 'string' && value.length >= least && value.length <= most;

const valid = (body) =>
  text(body?.title, 1, 200) && body.title.trim() !== '' && text(body.content, 0, 100_000) &&
  Array.isArray(body.tags) && body.tags.length <= 20 && body.tags.every((tag) => text(tag, 1, 50));

// A string is parsed as a public key first, for each token, which takes 0.4 of a create's 0.55 ms of a processor.
const secret = createSecretKey(process.env.SECRET, 'utf8');

const app = express();
app.get('/nothing', (request, response) => response.status(204).end());
app.use((request, response, next) => {
  try {
    request.caller = jwt.verify(request.headers.authorization?.slice(7), secret, { algorithms: ['HS256'] }).sub;
    next();
  } catch {
    response.status(401).end();
  }
});
app.use(express.json({ limit: '1mb' }));
app.use((request, response, next) => (valid(request.body) ? next() : response.status(400).end()));
app.post('/notes', async (request, response) => {
  const note = await create(request.caller, request.body);
  response.status(201).location(`/notes/${note.id}`).json(note);
});
app.put('/notes/:id', async (request, response) => {
  const note = await update(request.caller, request.params.id, request.body);
  if (note) {
    response.json(note);
  } else {
    response.status(404).end();
  }
});
app.listen(Number(process.env.PORT), '127.0.0.1');
