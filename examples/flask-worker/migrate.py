import os
import sys

print("migrating", flush=True)
sys.exit(int(os.environ.get("MIGRATION_STATUS", "0")))
