"""Driving the stand-alone server by HTTP: people act by `POST /play`, what is to be seen comes from `GET /play`.

`POST /play` takes one act or a list of them, for example

    {"do": "says", "who": "wangfang", "text": "待办"}
    {"do": "says", "who": "wmAJ2GCAAAXtWyujaWJHDDGi0mACMEI1", "in": "wrGRID1", "text": "@呼应 3号楼电梯停了"}
    {"do": "presses", "who": "wangfang", "label": "接单"}
    {"do": "verify"}

and tells what came of each. The acts are the verbs of `Person`, and `verify`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.wecom.people import Person
from tests.platforms.wecom.refusals import JSON

if TYPE_CHECKING:
    from tests.platforms.wecom.server import WeComServer

PLACED = ("says", "presses")
ALONE = ("enters_app", "clicks_menu", "sends_location", "joins", "leaves")


async def play(wecom: WeComServer, act: JSON) -> JSON:
    """Do one act and tell what came of it; what cannot be done comes back as {"error": …}."""
    act = dict(act)
    verb = act.pop("do", None)
    try:
        if verb == "verify":
            await wecom.verify()
            return {"verified": True}
        assert verb in (*PLACED, *ALONE), f"nobody can {verb}"
        person = wecom.world.users[str(act.pop("who")).lower()]
        assert isinstance(person, Person)
        if "in" in act:
            where = act.pop("in")
            act["in_"] = wecom.robot.private(person) if where == "robot" else wecom.world.groups[where]
        push = await getattr(person, verb)(**act)
        return {"push": repr(push) if push else None}
    except (AssertionError, KeyError, TypeError) as trouble:
        return {"error": f"{type(trouble).__name__}: {trouble}"}


def scene(wecom: WeComServer) -> JSON:
    """Return what stands on every phone and in every group, what was refused, and how the last pushes went."""
    people = [person for person in wecom.world.users.values() if isinstance(person, Person)]
    groups = [*wecom.world.groups.values(), *wecom.robot.alone.values()]
    return {
        "people": {repr(person): [repr(sight) for sight in person.messages] for person in people},
        "groups": {repr(group): [repr(sight) for sight in group.messages] for group in groups},
        "pushes": [repr(push) for push in wecom.pushes[-20:]],
        "refusals": [repr(call) for call in wecom.refusals],
        "troubles": wecom.troubles,
        "dropped": wecom.dropped,
        "clipped": wecom.clipped,
        "unknown": wecom.unknown,
    }
