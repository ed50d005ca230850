"""Signatures that hypothesis makes up."""

from datetime import date

from hypothesis import strategies as st

from petitions.lists.rows import ListedSignature
from petitions.signatures.models import Kind, Visibility

NASTY = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    '"=1',
    "'=1",
    "＝1+1",
    "＠x",
    "'t Hooft",
    '#panic("x")',
    "*bold* _it_ `c` $x$ <label> @ref",
    "]]>",
    "</script>",
    "\u202egnol\u202c",
    "x" * 5_000,
    "e" + "\u0301" * 200,
    "😀👨‍👩‍👧",
    "a\x00b\x1fc",
    'a,b;c\r\nd"e',
    "\ufeff",
    "Ильина-Мукашева Ажар-Гүльнара Бейсенғазықызы-Қожахметова",
)

texts = st.one_of(st.text(), st.sampled_from(NASTY), st.text(st.characters(codec="utf-8")))

signatures = st.builds(
    ListedSignature,
    kind=st.sampled_from(Kind),
    name=texts,
    latin_name=texts,
    organisation=texts,
    role=texts,
    town=texts,
    country=st.sampled_from(("KZ", "FR", "XX", "")),
    signed_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    visibility=st.sampled_from(Visibility),
)

registers = st.lists(signatures, max_size=12).map(
    lambda rows: sorted(rows, key=lambda row: row.kind is Kind.PERSON)
)
