#!/usr/bin/env node
// Read by Nodes of any age, so that an old one gets a sentence and no syntax error.
var version = process.versions.node.split(".").map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  process.stderr.write(
    "dynosim needs Node 22.18 or newer; this is Node " +
      process.versions.node +
      " (" +
      process.execPath +
      ").\n",
  );
  process.exit(1);
} else {
  void import("./start.js");
}
