// Notes in a table behind Fastify.
import jwt from '@fastify/jwt';
import Fastify from 'fastify';
import { create, update } from './notes.js';

const body = {
  type: 'object',
  required: ['title', 'content', 'tags'],
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S' },
    content: { type: 'string', maxLength: 100_000 },
    tags: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 50 } },
  },
};
const note = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    title: { type: 'string' },
    content: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    version: { type: 'integer' },
    createdAt: { type: 'string', format: 'date-time' },
    updatedAt: { type: 'string', format: 'date-time' },
  },
};

const app = Fastify({ bodyLimit: 1024 * 1024 });
app.register(jwt, { secret: process.env.SECRET });
const onRequest = (request) => request.jwtVerify();
app.get('/nothing', (request, reply) => reply.code(204).send());
app.post('/notes', { onRequest, schema: { body, response: { 201: note } } }, async (request, reply) => {
  const created = await create(request.user.sub, request.body);
  return reply.code(201).header('location', `/notes/${created.id}`).send(created);
});
app.put('/notes/:id', { onRequest, schema: { body, response: { 200: note } } }, async (request, reply) => {
  const updated = await update(request.user.sub, request.params.id, request.body);
  return updated ?? reply.code(404).send();
});
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
