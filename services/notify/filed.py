"""`python -m services.notify.filed`: the texts that must be filed at the vendor, as JSON. Needs no database."""

import json

from chassis.settings import load
from services.notify import seeds
from services.notify.domain.filing import as_filed, code_of_seed
from services.notify.settings import NotifySettings


def filed(settings: NotifySettings) -> list[dict[str, str]]:
    """Code, signature and text of each template in each language, with the vendor's placeholders."""
    return [
        {
            "code": code_of_seed(template.name, language),
            "sign_name": settings.sender_signature,
            "text": as_filed(body, "aliyun"),
            "base_number": settings.sender_base_number,
        }
        for template in seeds.templates(settings.pages_url)
        for language, _, body in template.combinations()
    ]


if __name__ == "__main__":
    print(json.dumps(filed(load(NotifySettings, "notify")), ensure_ascii=False, indent=1))
