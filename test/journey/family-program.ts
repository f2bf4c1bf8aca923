/**
 * `family.py`, beside `server.py`: five children and their parent, which serves. Each says `<pid> waits`, and on SIGTERM
 * `<pid> got SIGTERM at <nanoseconds since 1970>` before it goes.
 */
export const FAMILY = `import os, signal, time

def leave(*_):
    now = time.time_ns()
    os.write(1, f"{os.getpid()} got SIGTERM at {now}\\n".encode())
    os._exit(0)

signal.signal(signal.SIGTERM, leave)
for _ in range(5):
    if os.fork() == 0:
        os.write(1, f"{os.getpid()} waits\\n".encode())
        while True:
            time.sleep(60)
os.write(1, f"{os.getpid()} waits\\n".encode())
import server
`;

/** Parent and children. */
export const FAMILY_SIZE = 6;
