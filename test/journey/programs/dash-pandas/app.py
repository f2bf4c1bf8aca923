import pandas as pd
from dash import Dash, dash_table

rides = pd.DataFrame({"day": ["Mon", "Mon", "Tue"], "rides": [3, 4, 5]})
sums = rides.groupby("day", as_index=False)["rides"].sum()

app = Dash(__name__)
server = app.server
app.layout = dash_table.DataTable(sums.to_dict("records"))
