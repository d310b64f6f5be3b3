"""The one place where the gateway is wired."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from demo.gateway import api
from demo.gateway.apis.aliyun import Aliyun, AliyunPushes
from demo.gateway.apis.kannel import Kannel, KannelPushes
from demo.gateway.apis.tencent import Tencent, TencentPushes
from demo.gateway.apis.twilio import Twilio, TwilioPushes
from demo.gateway.network import Network
from demo.gateway.settings import Launch

PAGES = Path(__file__).parent / "pages"
OWN_FILES_ONLY = {"content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"}


def build(launch: Launch) -> FastAPI:
    """Two vendors' APIs and the page share the root, as the vendors' SDKs take a host and no path.

    The account has the same name and secret at every vendor.
    """
    account = (launch.access_key_id, launch.access_key_secret)
    network = Network(launch, [AliyunPushes(), TencentPushes(), TwilioPushes(*account), KannelPushes()])
    aliyun, tencent = Aliyun(network, *account), Tencent(network, *account)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with network.running():
            yield

    async def root(request: Request) -> Response:
        if "x-tc-action" in request.headers:
            return await tencent.answer(request)
        if request.method == "POST" or "x-acs-action" in request.headers:
            return await aliyun.answer(request)
        return FileResponse(PAGES / "phones.html", headers=OWN_FILES_ONLY)

    async def alive(_: Request) -> Response:
        return Response('{"status":"ok"}', media_type="application/json")

    app = FastAPI(title="SMS gateway and phones", lifespan=lifespan, openapi_url=None)
    app.state.network = network
    app.add_route("/", root, ["GET", "POST"])
    app.add_route("/livez", alive, ["GET"])
    app.add_route("/cgi-bin/sendsms", Kannel(network, *account).answer, ["GET"])
    app.include_router(Twilio(network, *account).router)
    app.include_router(api.router)
    app.mount("/pages", StaticFiles(directory=PAGES))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False)
    return app
