import os
import time

STARTED = time.time()


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.environ['DYNO']}, awake for {time.time() - STARTED:.1f} s\n".encode()]
