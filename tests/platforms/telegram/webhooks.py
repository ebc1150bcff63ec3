"""setWebhook, deleteWebhook and getWebhookInfo."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.platforms.telegram.refusals import JSON, bad
from tests.platforms.telegram.updates import TERMINATED_BY_WEBHOOK, Updates
from tests.platforms.telegram.webhook import Pusher

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = (443, 80, 88, 8443)


def set_webhook(updates: Updates, pusher: Pusher, values: JSON) -> bool:
    """Push from now on. Unlike Telegram, http and any port are taken on the loopback address, for tests."""
    url = urlsplit(values["url"])
    if not url.hostname:
        raise bad("bad webhook: invalid webhook URL specified")
    if url.hostname not in LOOPBACK:
        if url.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (url.port or 443) not in PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = values.get("secret_token", "")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    updates.allow(values.get("allowed_updates"))
    if values.get("drop_pending_updates"):
        updates.drop_all()
    updates.end_poll(TERMINATED_BY_WEBHOOK)
    connections = min(max(values.get("max_connections", 40), 1), 100)
    wanted = {"url": values["url"], "secret_token": secret, "max_connections": connections}
    if wanted != updates.webhook:
        updates.webhook = wanted
        pusher.start()
    return True


def delete_webhook(updates: Updates, pusher: Pusher, values: JSON) -> bool:
    pusher.stop()
    updates.webhook = None
    if values.get("drop_pending_updates"):
        updates.drop_all()
    return True


def get_webhook_info(updates: Updates, pusher: Pusher, values: JSON) -> JSON:
    webhook = updates.webhook or {"url": ""}
    info: JSON = {
        "url": webhook["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(updates.waiting),
    }
    if updates.webhook:
        info["max_connections"] = webhook["max_connections"]
        if pusher.last_error:
            info["last_error_date"], info["last_error_message"] = pusher.last_error
    if updates.allowed:
        info["allowed_updates"] = updates.allowed
    return info


DONE: dict[str, Callable[[Updates, Pusher, JSON], Any]] = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
