"""The words people command with, typed or on buttons: the contract's, the same on every platform."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """What somebody asks for. The values travel in button data: they must stay as they are."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    RESOLVE = "resolve"
    TRANSFER = "transfer"
    ASK_TIME = "time"
    REFER = "refer"
    DECLINE = "decline"
    PLAN = "plan"
    PAUSE = "pause"
    RESUME = "resume"
    MERGE = "merge"
    FOLLOW = "follow"
    ADD = "add"
    WITHDRAW = "withdraw"
    URGE = "urge"
    SATISFIED = "good"
    FAIR = "fair"
    UNSATISFIED = "bad"
    OBJECT = "object"
    SUPERVISE = "supervise"
    QUEUE = "queue"
    REASSIGN = "reassign"
    GRANT = "grant"
    REFUSE = "refuse"
    DECIDE = "decide"
    DEFER = "defer"
    REFER_OUT = "refer_out"
    LIST = "list"
    MORE = "more"
    STORY = "story"
    APART = "apart"
    RECLASS = "reclass"
    DISMISS = "dismiss"
    TAKE_UP = "take_up"
    REPORT = "report"
    COMPLAIN = "complain"
    MINE = "mine"
    TODO = "todo"
    MEETING = "meeting"
    MEET = "meet"
    MOVE_MEETING = "move_meeting"
    CALL_OFF = "call_off"
    HERE = "here"
    NOT_HERE = "not_here"
    CHAIR = "chair"
    RECORDER = "recorder"
    NEXT_ITEM = "next_item"
    CLOSE_MEETING = "close_meeting"
    MINUTES = "minutes"
    BOARD = "board"
    SERVICES = "services"
    HELP = "help"
    BIND = "bind"
    UNBIND = "unbind"
    MY_DATA = "my_data"
    ERASE_ME = "erase_me"
    START = "start"
    LANGUAGE = "language"
    CANCEL = "cancel"
    CONSOLE = "console"
    DUTY = "duty"
    SWAP = "swap"
    TAKE_DUTY = "take_duty"
    REFUSE_DUTY = "refuse_duty"


ON_TICKET: dict[str, Verb] = {
    "接单": Verb.ACCEPT,
    "到场": Verb.ARRIVE,
    "办结": Verb.RESOLVE,
    "转办": Verb.TRANSFER,
    "延期": Verb.ASK_TIME,
    "上会": Verb.REFER,
    "不予受理": Verb.DECLINE,
    "方案": Verb.PLAN,
    "等配件": Verb.PAUSE,
    "等居民": Verb.PAUSE,
    "等天气": Verb.PAUSE,
    "继续": Verb.RESUME,
    "并案": Verb.MERGE,
    "我也遇到": Verb.FOLLOW,
    "补充": Verb.ADD,
    "撤销": Verb.WITHDRAW,
    "撤消": Verb.WITHDRAW,
    "催办": Verb.URGE,
    "满意": Verb.SATISFIED,
    "基本满意": Verb.FAIR,
    "不满意": Verb.UNSATISFIED,
    "有异议": Verb.OBJECT,
    "督办": Verb.SUPERVISE,
    "列入会议": Verb.QUEUE,
    "改派": Verb.REASSIGN,
    "准延": Verb.GRANT,
    "不准延": Verb.REFUSE,
    "决议": Verb.DECIDE,
    "缓议": Verb.DEFER,
    "转部门": Verb.REFER_OUT,
    "挂账": Verb.LIST,
    "看全程": Verb.STORY,
    "改类": Verb.RECLASS,
    "误报": Verb.DISMISS,
    "更多": Verb.MORE,
}
"""Words that concern one ticket."""

OPENING: dict[str, Verb] = {
    "报修": Verb.REPORT,
    "投诉": Verb.COMPLAIN,
    "点单": Verb.SERVICES,
    "绑定": Verb.BIND,
}
"""Words that may be followed by anything, with or without a space."""

ALONE: dict[str, Verb] = {
    "我的工单": Verb.MINE,
    "待办": Verb.TODO,
    "会议": Verb.MEETING,
    "公示牌": Verb.BOARD,
    "值班": Verb.DUTY,
    "换班": Verb.SWAP,
    "同意换班": Verb.TAKE_DUTY,
    "不换班": Verb.REFUSE_DUTY,
    "帮助": Verb.HELP,
    "取消": Verb.CANCEL,
    "解绑": Verb.UNBIND,
    "我的信息": Verb.MY_DATA,
    "删除我的信息": Verb.ERASE_ME,
    "控制台": Verb.CONSOLE,
    "查进度": Verb.MINE,
    "查询进度": Verb.MINE,
    "谁值班": Verb.DUTY,
    "谁在值班": Verb.DUTY,
    "现在谁值班": Verb.DUTY,
    "服务电话": Verb.HELP,
    "转人工": Verb.HELP,
    "我的资料": Verb.MY_DATA,
    "英文": Verb.LANGUAGE,
    "english": Verb.LANGUAGE,
    "中文": Verb.LANGUAGE,
    "chinese": Verb.LANGUAGE,
    "my tickets": Verb.MINE,
    "to do": Verb.TODO,
    "meeting": Verb.MEETING,
    "notice board": Verb.BOARD,
    "on duty": Verb.DUTY,
    "swap duty": Verb.SWAP,
    "take the shift": Verb.TAKE_DUTY,
    "not this shift": Verb.REFUSE_DUTY,
    "help": Verb.HELP,
    "never mind": Verb.CANCEL,
    "my data": Verb.MY_DATA,
    "delete my data": Verb.ERASE_ME,
    "console": Verb.CONSOLE,
    "report": Verb.REPORT,
    "complaint": Verb.COMPLAIN,
    "service order": Verb.SERVICES,
    "bind": Verb.BIND,
    "unbind": Verb.UNBIND,
}
"""Words that must stand alone: they are also ordinary words."""

FOLLOWED: dict[str, Verb] = {
    "换班": Verb.SWAP,
    "swap duty": Verb.SWAP,
    "report": Verb.REPORT,
    "complaint": Verb.COMPLAIN,
    "service order": Verb.SERVICES,
    "bind": Verb.BIND,
}
"""Words that may be followed by others, but not at once: 换班的师傅来了 is talk, and so is reporting."""

SLASHED: dict[str, Verb] = {
    "report": Verb.REPORT,
    "mine": Verb.MINE,
    "todo": Verb.TODO,
    "board": Verb.BOARD,
    "services": Verb.SERVICES,
    "duty": Verb.DUTY,
    "help": Verb.HELP,
    "start": Verb.START,
    "cancel": Verb.CANCEL,
    "language": Verb.LANGUAGE,
    "console": Verb.CONSOLE,
}

ENGLISH: dict[str, Verb] = {
    "accept": Verb.ACCEPT,
    "arrived": Verb.ARRIVE,
    "done": Verb.RESOLVE,
    "hand over": Verb.TRANSFER,
    "more time": Verb.ASK_TIME,
    "to the meeting": Verb.REFER,
    "decline": Verb.DECLINE,
    "plan": Verb.PLAN,
    "resume": Verb.RESUME,
    "merge": Verb.MERGE,
    "me too": Verb.FOLLOW,
    "add": Verb.ADD,
    "withdraw": Verb.WITHDRAW,
    "urge": Verb.URGE,
    "satisfied": Verb.SATISFIED,
    "mostly satisfied": Verb.FAIR,
    "not satisfied": Verb.UNSATISFIED,
    "i object": Verb.OBJECT,
    "supervise": Verb.SUPERVISE,
    "put on agenda": Verb.QUEUE,
    "reassign": Verb.REASSIGN,
    "resolution": Verb.DECIDE,
    "defer": Verb.DEFER,
    "refer to": Verb.REFER_OUT,
    "problem list": Verb.LIST,
    "grant": Verb.GRANT,
    "refuse": Verb.REFUSE,
    "whole story": Verb.STORY,
    "category": Verb.RECLASS,
    "not a report": Verb.DISMISS,
    "waiting for parts": Verb.PAUSE,
    "waiting for the resident": Verb.PAUSE,
    "waiting for the weather": Verb.PAUSE,
    "more": Verb.MORE,
}
"""The same as the English buttons say it. Only with the ticket's number: alone they are everyday words."""

WAITING = {
    "waiting for parts": "等配件",
    "waiting for the resident": "等居民",
    "waiting for the weather": "等天气",
}
"""Why the clocks stand still goes into the ledger in the words of the others."""

AT_THE_TABLE: dict[str, Verb] = {
    "开会": Verb.MEET,
    "改期": Verb.MOVE_MEETING,
    "取消会议": Verb.CALL_OFF,
    "到会": Verb.HERE,
    "没到": Verb.NOT_HERE,
    "未到": Verb.NOT_HERE,
    "主持": Verb.CHAIR,
    "记录": Verb.RECORDER,
    "下一项": Verb.NEXT_ITEM,
    "散会": Verb.CLOSE_MEETING,
    "纪要": Verb.MINUTES,
    "hold meeting": Verb.MEET,
    "move meeting": Verb.MOVE_MEETING,
    "cancel meeting": Verb.CALL_OFF,
    "present": Verb.HERE,
    "absent": Verb.NOT_HERE,
    "chair": Verb.CHAIR,
    "recorder": Verb.RECORDER,
    "next item": Verb.NEXT_ITEM,
    "close meeting": Verb.CLOSE_MEETING,
    "minutes": Verb.MINUTES,
}
"""Words that run the joint meeting, alone or with a space and more: everyday words, so only staff give orders by them."""
