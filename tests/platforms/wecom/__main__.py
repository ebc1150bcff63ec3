"""The test server by itself: `python -m tests.platforms.wecom --port 8083`."""

import argparse
import asyncio
import contextlib

from tests.platforms.wecom.server import WeComServer


def furnish(wecom: WeComServer) -> None:
    """Put the people and groups of the sample community there."""
    wang, li = wecom.member("wangfang", "王芳"), wecom.member("lilei", "李雷")
    mei = wecom.contact("wmAJ2GCAAAXtWyujaWJHDDGi0mACMEI1", "梅姨")
    wecom.appchat("zhiban", "社区值班", [wang, li])
    wecom.webhook("webhook-key-for-tests", "社区通知", [wang, li])
    wecom.robot_group("wrGRID1", "第一网格", [wang, mei])


async def serve(options: argparse.Namespace) -> None:
    urls = {"app_url": f"{options.huying}/wecom", "robot_url": f"{options.huying}/wecom/bot"}
    wecom = WeComServer(port=options.port, limits=not options.no_limits, **urls)
    furnish(wecom)
    async with wecom:
        print("\n".join(f"{name}={value}" for name, value in wecom.settings().items()))
        print("HUYING_WECOM_WEBHOOKS=tongzhi=webhook-key-for-tests")
        print(f"people act by POST {wecom.api}/play, GET shows what stands where (see play.py)", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.wecom", description=__doc__)
    parser.add_argument("--port", type=int, default=8083, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--huying", default="http://127.0.0.1:8080", help="where Huying listens")
    parser.add_argument("--no-limits", action="store_true", help="let everything through, however fast")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
