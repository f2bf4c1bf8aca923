"""A FastAPI app as people deploy it: uv installs what uv.lock names, uvicorn serves."""

import asyncio
import os

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

app = FastAPI(title="FastAPI on dynosim")


@app.get("/")
async def about(request: Request) -> dict[str, str | int | None]:
    return {
        "dyno": os.environ.get("DYNO"),
        "process": os.getpid(),
        "visitor": request.client.host if request.client else None,
        "scheme": request.url.scheme,
    }


@app.get("/ticks")
async def ticks(count: int = 5, every: float = 1.0) -> StreamingResponse:
    async def lines():
        for tick in range(1, count + 1):
            yield f"tick {tick}\n"
            await asyncio.sleep(every)

    return StreamingResponse(lines(), media_type="text/plain")
