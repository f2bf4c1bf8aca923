from dash import Dash, html
from whitenoise import WhiteNoise

app = Dash(__name__)
server = app.server
server.wsgi_app = WhiteNoise(server.wsgi_app, root="static/", prefix="static/")
app.layout = html.Img(src="/static/logo.svg")
