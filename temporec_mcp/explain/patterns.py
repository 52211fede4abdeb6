"""What in a told sentence needs a source: one named group for each kind of claim, in each language."""

import re

from temporec_mcp.explain.words import ITSELF, LATER, MONTHS, ORDINALS, WEEKDAYS, Language

_MONTH = f"(?:{'|'.join(MONTHS)})"
_DAY = rf"\d{{1,2}} {_MONTH} \d{{4}}"

COUNTS: dict[Language, tuple[str, ...]] = {
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twice", "half", "dozen"),
    "zh": ("两", "三", "四", "五", "六", "七", "八", "九", "十", "半"),
}
"""Numbers in words."""
_COUNT, _COUNT_ZH = (f"(?:{'|'.join(words)})" for words in COUNTS.values())
_NUMBER = r"\d+(?:\.\d+)?"

PATTERNS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        rf'"(?P<title>[^"]*)"|(?P<itself>{"|".join(ITSELF["en"])})'
        rf"|(?P<since>(?:in the week with|on the day) {_DAY})"
        rf"|(?:both|all) on (?P<together>{_DAY})"
        rf"|(?P<date>\b{_DAY})"
        rf"|(?P<month>\bin {_MONTH} \d{{4}})"
        r"|(?P<low>though (?:you|they) rated it|which (?:you|they) rated)"
        rf"|(?P<rating>{_NUMBER} of {_NUMBER}|\bat {_NUMBER}(?= on {_DAY}| \())"
        r"|(?P<absence>\bWithout\b)"
        rf"|Asked (?P<when>{'|'.join(LATER['en'].values())}) later"
        rf"|(?P<weekday>That it is (?:{'|'.join(WEEKDAYS['en'])}))"
        r"|(?P<hour>The hour, \d{2}:\d{2})"
        r"|(?P<pause>The pause of \d+(?:\.\d)? days)"
        r'|(?P<lift>If (?:you|the user)(?: also|(?= \w[^"]*"[^"]*" again)))'
        r"|(?P<period>[Ww]hat (?:you|the user) did|came back to)"
        r"|without these (?P<these>\d+) events"
        r"|rank (?P<fall>\d+ to \d+)\)"
        r"|rank (?P<move>\d+(?: to \d+)? instead of \d+(?:, beyond the list|, on the list)?)"
        r"|But for the filters it would be at rank (?P<unfiltered>\d+)"
        r"|If it were allowed, it would be at rank (?P<would>\d+)"
        r"|rank (?P<other>\d+)"
        r"|\bnumber (?P<place>\d+)"
        rf"|\b(?P<ordinal>{'|'.join(ORDINALS.values())})\b"
        r"|(?:list of|top) (?P<length>\d+)"
        r"|(?P<events>\d+) events with"
        r"|(?P<blocks>\d+) older events"
        r"|and (?P<more>\d+) more"
        r"|(?P<against>Holding it back)"
        r"|(?P<figure>[+-]\d+(?:\.\d+)?)"
        r"|(?P<size>\d+\.\d+ (?:above|below))"
        rf"|up to (?P<most>{_COUNT}) items"
        rf"|(?P<unknown>\d+|\b{_COUNT}\b|(?<=[a-z,;:)] )[A-Z]\w+)"
    ),
    "zh": re.compile(
        rf"“(?P<title>[^”]*)”|(?P<itself>{'|'.join(ITSELF['zh'])})"
        r"|(?P<since>\d{4}年\d{1,2}月\d{1,2}日(?:那一周|当天))"
        r"|都在(?P<together>\d{4}年\d{1,2}月\d{1,2}日)"
        r"|(?P<date>\d{4}年\d{1,2}月\d{1,2}日)"
        r"|(?P<month>\d{4}年\d{1,2}月)"
        r"|(?P<low>试过(?=[“它]))"
        rf"|(?P<rating>{_NUMBER}(?:/{_NUMBER})?分)"
        r"|(?P<absence>如果没有)"
        rf"|若晚(?P<when>{'|'.join(LATER['zh'].values())})再问"
        rf"|(?P<weekday>提问时是(?:{'|'.join(WEEKDAYS['zh'])}))"
        r"|(?P<hour>提问的钟点\d{2}:\d{2})"
        r"|(?P<pause>距上次已有\d+(?:\.\d)?天)"
        r"|(?P<lift>如果(?:您|该用户)[还又])"
        r"|(?P<period>(?:您|该用户)在)"
        r"|去掉其中(?P<these>\d+)条记录"
        r"|排名从(?P<fall>\d+到\d+)"
        r"|排在第(?P<move>\d+(?:到\d+)?位，而不是第\d+位(?:，离开列表|，进入列表)?)"
        r"|若不加筛选，它会排在第(?P<unfiltered>\d+)位"
        r"|若允许，它会排在第(?P<would>\d+)位"
        r"|（第(?P<other>\d+)位）"
        r"|第(?P<place>\d+)位"
        r"|前(?P<length>\d+)名"
        r"|有(?P<events>\d+)条记录"
        r"|有(?P<blocks>\d+)条较早"
        r"|另外(?P<more>\d+)项"
        r"|(?P<against>对它不利的是)"
        r"|(?P<figure>[+-]\d+(?:\.\d+)?)"
        r"|(?P<size>[高低]\d+\.\d+)"
        rf"|(?P<most>{_COUNT_ZH})项以内"
        rf"|(?P<unknown>\d+|{_COUNT_ZH}(?=[次个部条本首天周月年名位项倍])|[A-Za-z]+)"
    ),
}
