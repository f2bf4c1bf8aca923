"""Works until it is told to stop, and then finishes the job in hand."""

import os
import signal
import threading

stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())

job = 0
while not stopping.wait(5):
    job += 1
    print(f"{os.environ['DYNO']} did job {job}", flush=True)
print("finishing the last job, then I go", flush=True)
