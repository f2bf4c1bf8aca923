import { Project } from "./rig.ts";

/** A web server of the standard library with something to do on the side: a build without downloads. */
export function stdlibApp(procfile: string, files: Readonly<Record<string, string>> = {}): Project {
  return Project.of({
    Procfile: procfile,
    ".python-version": "3.13\n",
    "requirements.txt": "",
    "server.py": [
      "import http.server, os",
      "http.server.ThreadingHTTPServer(('0.0.0.0', int(os.environ['PORT'])), http.server.SimpleHTTPRequestHandler).serve_forever()",
    ].join("\n"),
    ...files,
  });
}
