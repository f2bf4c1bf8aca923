/**
 * node:http. An `import` of it makes all that it exports ready, which loads Node's whole undici for the sake of a class that
 * nobody here asks for: a tenth of the time that a command takes (Node 24).
 */
export const http: typeof import("node:http") = process.getBuiltinModule("node:http");
