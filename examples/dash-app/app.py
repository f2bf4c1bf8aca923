"""A Dash app as people deploy it: gunicorn serves `server`, the Flask app inside."""

import os
import pathlib

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html

VISITS = pathlib.Path("visits.txt")

app = Dash(__name__)
server = app.server

app.layout = html.Main(
    [
        html.H1("Dash on dynosim"),
        html.P(f"dyno {os.environ.get('DYNO', 'none')}, worker process {os.getpid()}"),
        dcc.Slider(1, 5, 1, value=2, id="power"),
        dcc.Graph(id="curve"),
    ]
)


@app.callback(Output("curve", "figure"), Input("power", "value"))
def curve(power):
    xs = [x / 10 for x in range(-20, 21)]
    return go.Figure(go.Scatter(x=xs, y=[x**power for x in xs], mode="lines"))


@server.post("/visits")
def visit():
    with VISITS.open("a") as book:
        book.write("somebody was here\n")
    return visits()


@server.get("/visits")
def visits():
    return VISITS.read_text() if VISITS.exists() else "nobody yet\n"
