// A web page and a WebSocket on one port, as people deploy them with Express and ws.
const { createServer } = require("node:http");
const express = require("express");
const { WebSocketServer } = require("ws");

const app = express();
app.set("trust proxy", true);
app.use(express.static("public"));
app.get("/seen", (request, response) => {
  response.json({ scheme: request.protocol, client: request.ip, host: request.hostname });
});
app.post("/upload", (request, response) => {
  let bytes = 0;
  request.on("data", (piece) => (bytes += piece.length));
  request.on("end", () => response.status(201).json({ bytes }));
});

const server = createServer(app);
const sockets = new WebSocketServer({ server, path: "/chat" });
sockets.on("connection", (socket, request) => {
  socket.send("hello over " + request.headers["x-forwarded-proto"]);
  socket.on("message", (message, isBinary) => socket.send(message, { binary: isBinary }));
});
server.listen(process.env.PORT);
