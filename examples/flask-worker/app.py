import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return f"Hello from {os.environ['DYNO']}. GREETING is {os.environ.get('GREETING', 'not set')}.\n"
