"""`python -m services.notify.filed`: the texts that must be filed at the vendor, as JSON. Needs no database."""

import json

from chassis.settings import load
from services.notify import seeds
from services.notify.settings import NotifySettings


def filed(settings: NotifySettings) -> list[dict[str, str]]:
    """Code, signature and text of each template, with the vendor's placeholders."""
    return [
        {
            "code": template.provider_code,
            "sign_name": settings.sender_signature,
            "text": template.filed_text,
            "base_number": settings.sender_base_number,
        }
        for template in seeds.templates(settings.pages_url)
    ]


if __name__ == "__main__":
    print(json.dumps(filed(load(NotifySettings, "notify")), ensure_ascii=False, indent=1))
