"""Runs inside django-helpdesk's own environment (benchmarks/helpdesk.py): a queue of due tickets, escalated and timed."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import django
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.urls import include, path
from django.utils import timezone

APPS = (
    *(
        f"django.contrib.{app}"
        for app in ("auth", "contenttypes", "sessions", "sites", "messages", "humanize", "admin")
    ),
    "rest_framework",
    "helpdesk",
)


def set_up(folder: Path) -> None:
    """Settings as its documentation has them, mail into memory."""
    site = sys.modules["site_of_this"] = ModuleType("site_of_this")
    settings.configure(
        SECRET_KEY="only for this run",
        USE_TZ=True,
        SITE_ID=1,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "helpdesk.db"}},
        INSTALLED_APPS=APPS,
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        ROOT_URLCONF="site_of_this",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        MEDIA_ROOT=folder / "media",
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    django.setup()
    site.urlpatterns = [path("helpdesk/", include("helpdesk.urls", namespace="helpdesk"))]
    call_command("migrate", verbosity=0)


def fill(tickets: int) -> None:
    from django.contrib.auth.models import User
    from helpdesk.models import Queue, Ticket

    owner = User.objects.create_user("wangfang", "wangfang@example.org")
    queue = Queue.objects.create(
        title="Grid",
        slug="grid",
        escalate_days=1,
        email_address="grid@example.org",
        updated_ticket_cc="staff@example.org",
    )
    Ticket.objects.bulk_create(
        Ticket(
            queue=queue,
            title="lamp",
            description="the lamp is out",
            submitter_email="mei@example.org",
            assigned_to=owner,
        )
        for _ in range(tickets)
    )
    Ticket.objects.update(created=timezone.now() - timedelta(days=3))


def main() -> None:
    folder, tickets = Path(sys.argv[1]), int(sys.argv[2])
    set_up(folder)
    fill(tickets)
    from helpdesk.models import FollowUp

    began = time.perf_counter()
    call_command("escalate_tickets")
    seconds = time.perf_counter() - began
    told = {"seconds": seconds, "followups": FollowUp.objects.count(), "mails": len(mail.outbox)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
