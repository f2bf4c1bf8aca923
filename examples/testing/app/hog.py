"""Takes 1.1 GB and holds it."""

import time

hoard = bytearray(1100 * 1024 * 1024)
for page in range(0, len(hoard), 4096):
    hoard[page] = 1
time.sleep(600)
