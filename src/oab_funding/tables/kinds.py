"""What the columns of the tables hold: codes of sites and schools, scores, euros."""

from __future__ import annotations

from decimal import Decimal

from oab_funding.tables.schema import Number, Text, Whole

SITE_PATTERN = "[0-9]{2}[A-Z0-9]{2}[0-9]{2}"
SCHOOL_PATTERN = "[0-9]{2}[A-Z0-9]{2}"
MUNICIPALITY_PATTERN = "GM[0-9]{4}"
FLAGS_PATTERN = "(?:[abc](?:, [abc])*)?"
ZERO = Decimal(0)
site_id = Text(SITE_PATTERN, "a site code such as 00AP00")
school_id = Text(SCHOOL_PATTERN, "a school code (BRIN) such as 00AP")
municipality_code = Text(MUNICIPALITY_PATTERN, "a municipality code such as GM0363")
flags = Text(FLAGS_PATTERN, 'flags such as "a" or "b, c"')
score = Number(2, minimum=ZERO)
raw_score = Number(2)
threshold = Number(6)
wide = Number(6, digits=18)
money = Number(2, digits=18)
grant = Number(2, digits=18, minimum=ZERO)
education = Whole(minimum=1, maximum=8)
