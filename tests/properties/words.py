"""What people type: calls, answers, orders, look-ups, talk, and things nobody expected."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.commands import ALONE, ON_TICKET, OPENING, SLASHED

CALLS = (
    "3号楼2单元电梯停了", "楼道灯坏了", "2号楼漏水", "4号楼停水了", "西门口路灯不亮", "垃圾没人收", "1号楼3单元5楼漏水",
    "电梯里困了个老人 3号楼", "有人困在电梯里了", "我家水管爆了", "A座煤气味很大", "草坪要修剪了", "单元门打不开",
    "5栋那家天天半夜拉琴", "隔壁打人了", "物业张师傅态度太差骂人", "楼上天天吵架砸东西", "3号楼2单元301漏水", "办个居住证明要带什么",
)  # fmt: skip
"""Of every severity, private and not, with and without a place."""

FOLLOW_UPS = ("还没人来", "我家也是", "又坏了", "修好了", "怎么还没好", "没有修好", "里面有人困住了")

ANSWERS = (
    "3", "2单元", "3号楼2单元", "不知道", "其他", "登记", "不是", "匿名转", "实名", "算了", "鑫海花城东区", "北湾", "绿湾南苑",
    "物业", "李雷", "张师傅 请帮忙", "城管", "第二网格", "换了灯泡", "还是漏", "明天上午", "2h", "谢谢", "不是同一件", "电梯",
    "漏水", "不归我们管", "取消", "1", "2",
)  # fmt: skip

ODD = (
    "", " ", "\n\n", "#", "# ", "#1001", "1001", "１００１", "接单 #", "接单 999999999", "接单 9999999999", "/", "/nothing", "/start",
    "/start x", "{xyzzy}", "%s {0} {xyzzy!r}", "\u202e\u200b", "👨‍👩‍👧‍👦🏳️‍🌈", "e\u0301" * 50, "电梯" * 2000, "漏水，" * 3000, "\0电梯坏了3号楼",
    "绑定", "绑定 ABCD", "绑定 " + "x" * 300, "补充", "催办", "准延 1001 9999999天", "准延 1001 0天", "延期 1001", "决议 1001 9999天内修好",
    "决议 1001 2月30日前", "决议 1001 换 99999-1-1", "并案 1001 1001", "并案 1001 99999999999999", "并案 1001 ²", "并案 1001 #１００２",
    "一" * 5000, "转办 1001 " + "长" * 600, "方案 1001 " + "计划" * 400, "办结 1001 " + "很长" * 2500, "不予受理 1001 " + "\u200d" * 40,
    "= = =", "=note:skip", "accept:jinghe-1001", "帮助" * 3, "我的工单 ", "待办！", "<b>3号楼电梯停了</b>", "=HYPERLINK(1)",
)  # fmt: skip

RESTS = (
    "", "", "", "换了灯泡", "张师傅", "李雷 请帮忙", "城管", "物业", "第二网格", "2h", "1天", "2小时", "物业11月28日前更换门机", "7天内修好",
    "#1002", "1001", "3号楼2单元", "里面有人困住了", "等配件", "零件没到", "不归我们", "{xyzzy}", "很急" * 400,
)  # fmt: skip

FREE_WORDS = (*CALLS, "换了灯泡", "零件没到", "还是漏", "里面有人困住了", "请帮忙", "更换门机")
"""Said in somebody's own words."""

ORDER_WORDS = tuple(ON_TICKET)
ALONE_WORDS = (
    *ALONE,
    *(f"/{name}" for name in SLASHED),
    *OPENING,
    "报修 楼道灯坏了",
    "投诉 5栋那家天天半夜拉琴",
    "点单 理发",
)


@st.composite
def orders(draw: st.DrawFn, numbers: st.SearchStrategy[int | None]) -> str:
    """`接单 1003`, `#1001 办结 换了灯泡`, `满意`."""
    word, number, rest = draw(st.sampled_from(ORDER_WORDS)), draw(numbers), draw(st.sampled_from(RESTS))
    if number is None:
        return f"{word} {rest}".strip()
    return f"#{number} {word} {rest}".strip() if draw(st.booleans()) else f"{word} {number} {rest}".strip()


NUMBERS: st.SearchStrategy[int | None] = st.none() | st.integers(1000, 1009)

SAYINGS = st.one_of(
    st.sampled_from(CALLS),
    st.sampled_from(CALLS),
    st.sampled_from(FOLLOW_UPS),
    st.sampled_from(ANSWERS),
    st.sampled_from(ANSWERS),
    orders(NUMBERS),
    orders(NUMBERS),
    st.sampled_from(ALONE_WORDS),
    st.sampled_from(ODD),
    # Half characters and NUL never get past a channel.
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60),
)
