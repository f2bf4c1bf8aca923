"""The same chat by FastAPI and uvicorn, which trusts the router's fields as Heroku's guides say."""

from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.staticfiles import StaticFiles

app = FastAPI()


@app.get("/seen")
async def seen(request: Request) -> dict[str, str | None]:
    return {
        "scheme": request.url.scheme,
        "client": request.client.host if request.client else None,
        "host": request.url.hostname,
    }


@app.post("/upload", status_code=201)
async def upload(request: Request) -> dict[str, int]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
    return {"bytes": size}


@app.websocket("/chat")
async def chat(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(f"hello over {socket.headers['x-forwarded-proto']}")
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


app.mount("/", StaticFiles(directory="public", html=True))
