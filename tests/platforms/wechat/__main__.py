"""The test server by itself: `python -m tests.platforms.wechat --port 8082`."""

import argparse
import asyncio
import contextlib

from tests.platforms.wechat.server import AES_KEY, WeChatServer


async def serve(options: argparse.Namespace) -> None:
    wechat = WeChatServer(port=options.port, url=options.push, aes_key=None if options.plain else AES_KEY)
    for openid, name in (("oMeiYi", "梅姨"), ("oZhangShen", "张婶")):
        wechat.resident(openid, name)
    async with wechat:
        print("\n".join(f"{name}={value}" for name, value in wechat.settings().items()))
        print(
            f"pushes go to {options.push}; residents act by POST {wechat.api}/play, GET shows the chats (see play.py)"
        )
        print('for example {"do": "says", "who": "oMeiYi", "text": "3号楼电梯停了"}', flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.wechat", description=__doc__)
    parser.add_argument("--port", type=int, default=8082, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--push", default="http://127.0.0.1:8080/wechat", help="where the program takes pushes"
    )
    parser.add_argument("--plain", action="store_true", help="plaintext mode, without an EncodingAESKey")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
