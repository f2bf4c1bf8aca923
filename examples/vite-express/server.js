import express from "express";

const app = express();
app.get("/api/time", (request, response) => response.json({ time: new Date().toISOString() }));
// Names with a hash in them never change their content.
app.use("/assets", express.static("dist/assets", { immutable: true, maxAge: "1y" }));
app.use(express.static("dist"));

const server = app.listen(process.env.PORT ?? 3000);
process.on("SIGTERM", () => server.close());
