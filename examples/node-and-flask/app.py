"""Serves the page whose script and style sheet Node.js built into `static` while the slug was made."""

from datetime import UTC, datetime

from flask import Flask, render_template

app = Flask(__name__)
STARTED = datetime.now(UTC).isoformat(timespec="seconds")


@app.get("/")
def page():
    return render_template("index.html", started=STARTED)
