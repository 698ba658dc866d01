// The minimal push server: forwards messages posted to /<room> to its connections. No protocol above WebSocket, nothing stored.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const rooms = new Map();
const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const message = Buffer.concat(parts).toString();
    rooms.get(request.url)?.forEach((socket) => socket.send(message));
    response.statusCode = 204;
    response.end();
  });
});
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
  if (!rooms.has(request.url)) {
    rooms.set(request.url, new Set());
  }
  const room = rooms.get(request.url).add(socket);
  socket.on('close', () => room.delete(socket));
  socket.on('error', () => socket.terminate());
});
server.listen(Number(process.env.PORT), '127.0.0.1', 4096);
