"use strict";
const { mkdirSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const express = require("express");
const multer = require("multer");

// The mistake that this example is about: on a dyno this folder lives as long as the dyno does.
const pictures = join(__dirname, "assets/profilepictures");
mkdirSync(pictures, { recursive: true });

const storage = multer.diskStorage({
  destination: pictures,
  filename: (request, file, done) => done(null, `${request.params.user}.png`),
});
const upload = multer({ storage, limits: { fileSize: 5_000_000 } });
const app = express();

app.param("user", (request, response, next, user) =>
  /^[a-z0-9-]{1,40}$/.test(user) ? next() : response.status(400).send("user names: a-z, 0-9, -\n"),
);
app.get("/", (request, response) => response.json(readdirSync(pictures)));
app.post("/users/:user/picture", upload.single("picture"), (request, response) =>
  request.file
    ? response.status(201).send(`saved ${request.file.size} bytes\n`)
    : response.status(400).send('send a file in the field "picture"\n'),
);
app.use("/pictures", express.static(pictures));

const server = app.listen(process.env.PORT ?? 3000);
process.on("SIGTERM", () => server.close());
