"""Makes real-procfiles.json of the collected Procfiles: python3 real-procfiles.py PROCFILES.json > real-procfiles.json

The grammar as heroku/buildpacks-procfile keeps it (heroku.md 6.4), applied to bytes, so that blanks are ASCII's; of a
type given twice the last line counts, trailing blanks are dropped, and a type without a command is none.
"""

import hashlib
import json
import re
import sys

LINE = re.compile(rb"^[ \t\r\f\v]*([a-zA-Z0-9_-]+):?\s+(.*)[ \t\r\f\v]*")


def types_of(text):
    types = {}
    for line in text.encode().split(b"\n"):
        match = LINE.match(line)
        if match and match.group(2).strip():
            types[match.group(1).decode()] = match.group(2).rstrip().decode()
    return types


rows = []
for sample in json.load(open(sys.argv[1])):
    types = sorted(types_of(sample["text"]).items())
    digest = hashlib.sha256("\n".join(f"{name} {command}" for name, command in types).encode()).hexdigest()[:12]
    rows.append(f'  "{sample["id"]}": {json.dumps([" ".join(name for name, _ in types), digest])}')
print("{\n" + ",\n".join(rows) + "\n}")
