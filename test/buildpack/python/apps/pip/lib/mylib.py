"""Of the app's own folder."""

__version__ = "1"
WORD = "from the app itself"
