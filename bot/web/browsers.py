"""Which browser it is, in a few words ("Chrome · Windows"), so that people know their own again. The rest of what a
browser says of itself is not kept."""

from __future__ import annotations

# In this order: most browsers also call themselves by the names of those further down.
PROGRAMS = (
    ("wxwork/", "WeCom"),
    ("micromessenger/", "WeChat"),
    ("telegram", "Telegram"),
    ("edg", "Edge"),
    ("huaweibrowser/", "Huawei Browser"),
    ("samsungbrowser/", "Samsung Internet"),
    ("miuibrowser/", "Mi Browser"),
    ("ucbrowser/", "UC"),
    ("qqbrowser/", "QQ Browser"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("opr/", "Opera"),
    ("chrome/", "Chrome"),
    ("crios/", "Chrome"),
    ("safari/", "Safari"),
)
MACHINES = (
    ("harmonyos", "HarmonyOS"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac os x", "Mac"),
    ("cros", "ChromeOS"),
    ("linux", "Linux"),
)


def kind_of(user_agent: str) -> str:
    """Return program and machine as far as they are known; "" for what is neither."""
    said = user_agent[:400].lower()
    found = (next((name for mark, name in names if mark in said), "") for names in (PROGRAMS, MACHINES))
    return " · ".join(name for name in found if name)
