"""A fortnight in a community, told through the chat: what the console shows when there is something to show."""

from __future__ import annotations

from dataclasses import dataclass

from tests.stories.town import Town


@dataclass(frozen=True, slots=True)
class Call:
    """`hours` after the one before somebody (`who`: an attribute of the town) writes `words`. Then, each as many minutes
    after the last: who says what; `{n}` is the ticket's number."""

    hours: float
    who: str
    words: str
    then: tuple[tuple[float, str, str], ...] = ()


def in_time(note: str, rated: str = "满意") -> tuple[tuple[float, str, str], ...]:
    return (
        (2, "leader", "接单 {n}"),
        (2, "leader", "到场 {n}"),
        (15, "leader", f"办结 {{n}} {note}"),
        (30, "mei", f"{rated} {{n}}"),
    )


CALLS = (
    Call(0, "mei", "3号楼2单元楼道灯不亮", in_time("换了灯泡")),
    Call(5, "mei", "5号楼1单元下水道堵了，一楼返水", in_time("疏通了，冲了两遍")),
    Call(14, "mei", "1号楼门口路面有个坑，老人差点绊倒", in_time("填平了", "基本满意")),
    Call(9, "mei", "3号楼2单元楼道灯又不亮", in_time("换了灯座")),
    Call(20, "mei", "9号楼门禁坏了，刷卡进不去", in_time("重启了控制器")),
    Call(
        7,
        "chen",
        "7号楼1单元楼道漏水，台阶上都是水",
        ((4, "leader", "接单 {n}"), (3, "leader", "等配件 {n} 等阀门")),
    ),
    Call(16, "mei", "3号楼2单元楼道灯还是不亮", in_time("线路老化，换了一段线")),
    Call(24, "lin", "2号楼后面绿化带的树枝压到电线了", ((2, "leader", "接单 {n}"),)),
    Call(8, "mei", "11号楼垃圾三天没清了", in_time("清走了")),
    Call(
        22, "chen", "12号楼2单元电梯停在5楼，门打不开", ((3, "leader", "接单 {n}"), (6, "leader", "到场 {n}"))
    ),
    Call(2, "lin", "7号楼也漏水，4单元楼梯间往下滴", ()),
    Call(20, "mei", "6号楼消防通道被一个摊子堵住了", ((9, "deputy", "接单 {n}"),)),
    Call(5, "mei", "8号楼停水了", in_time("阀门开了")),
    Call(17, "lin", "4号楼3单元路灯不亮", ((2, "leader", "接单 {n}"), (4, "leader", "到场 {n}"))),
    Call(0.6, "chen", "10号楼1单元楼道灯不亮", ()),
    Call(0.02, "mei", "3号楼2单元电梯停在2楼 门打不开", ()),
)


async def fortnight(town: Town) -> None:
    """Let it all happen; the last calls are fresh when it ends."""
    for call in CALLS:
        await town.forward(hours=call.hours)
        before = len(await town.tickets())
        await town.says(getattr(town, call.who), call.words)
        tickets = await town.tickets()
        if len(tickets) == before:
            continue  # somebody said it before: the caller follows that one
        for minutes, who, words in call.then:
            await town.forward(minutes=minutes)
            person = getattr(town, who)
            await town.says(person, words.format(n=tickets[-1].number), in_=person.chat)
