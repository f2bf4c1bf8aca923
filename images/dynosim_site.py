"""Makes Debian's interpreter look for packages where a Python of python.org does.

Debian's `site` is frozen into the interpreter and knows dist-packages only. A .pth file there loads
this module. Not sitecustomize: an app may have its own, and would shadow it.
"""

import os
import site
import sys

_VERSION = "python%d.%d" % sys.version_info[:2]
_HERE = os.path.join(sys.prefix, "lib", _VERSION, "site-packages")

sys.path[:] = [entry for entry in sys.path if not entry.endswith("dist-packages")]
site.getsitepackages = lambda prefixes=None: [_HERE]
site.addsitedir(_HERE)
