"""What nobody may read in public words: telephones, identity numbers, plates, rooms and e-mail addresses."""

import re
import unicodedata

MASK = "***"
_NUMERAL = "[0-9A-Za-z一二三四五六七八九十百零〇两]"
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SEPARATED = r"[-\s.·]?"

PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        # Identity numbers: 18 characters with a check character, or the 15 digits of old cards.
        rf"(?<!\d)\d{{6}}{_SEPARATED}\d{{8}}{_SEPARATED}\d{{3}}[\dXx](?!\d)",
        r"(?<!\d)\d{15}(?!\d)",
        # Telephones: mobile numbers however they are grouped, and land lines with their area code.
        rf"(?<!\d)(?:\+?86{_SEPARATED})?1[3-9](?:{_SEPARATED}\d){{9}}(?!\d)",
        rf"(?<!\d)\(?0\d{{2,3}}\)?{_SEPARATED}\d{{7,8}}(?!\d)",
        rf"[{_PROVINCE}]\s?[A-Za-z]{_SEPARATED}[A-Za-z0-9]{{4,5}}[A-Za-z0-9挂学警港澳]",
        # Rooms: 3-2-12, 3-1202, 3栋2单元501, 12楼3号, 1203室.
        r"(?<![\d-])(?!(?:19|20)\d\d-\d{1,2}-\d)\d{1,3}\s?[-–—]\s?\d{1,3}\s?[-–—]\s?\d{1,4}(?![\d-])",
        r"(?<![\d-])\d{1,3}\s?[-–—]\s?\d{3,4}(?![\d-])",
        rf"{_NUMERAL}{{1,4}}\s?(?:楼|层)\s?{_NUMERAL}{{1,4}}\s?(?:号房?|室|房|户)",
        rf"{_NUMERAL}{{1,4}}\s?单元\s?{_NUMERAL}{{1,5}}\s?(?:号房?|室|房|户)?",
        rf"{_NUMERAL}{{1,4}}\s?(?:室|号房|户|单元)",
        r"(?<!\d)\d{3,4}\s?[号房]",
    )
)
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """Half width, and without characters that XML cannot carry: so both formats say the same."""
    return _NOT_IN_XML.sub("", unicodedata.normalize("NFKC", text))


def masked(text: str) -> str:
    """The words as anybody may read them."""
    found = plain(text)
    for pattern in PATTERNS:
        found = pattern.sub(MASK, found)
    return found
