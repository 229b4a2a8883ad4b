"""The tables of the calculation, column by column.

Dutch terms: site = vestiging, school = BRIN, board = bevoegd gezag, municipality = gemeente,
raw score = score zonder drempel, threshold = drempel.
"""

from __future__ import annotations

from decimal import Decimal

from oab_funding.tables.schema import Code, Column, Day, Number, TableSchema, Text, Whole, YesNo

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

_BACKGROUND = (
    Column("education_mother", education, nullable=True),
    Column("education_father", education, nullable=True),
    Column("origin_mother", Code(), nullable=True),
    Column("origin_father", Code(), nullable=True),
    Column("mother_arrival_date", Day(), nullable=True),
    Column("mother_born_in_nl", YesNo(), nullable=True),
    Column("debt_restructuring", YesNo()),
    Column("in_register", YesNo()),
    Column("asylum_seeker", YesNo()),
    Column("address_density", Number(3), required=False, nullable=True),
    Column("socioeconomic_category", Code(), required=False, nullable=True),
)

PUPILS = TableSchema(
    "pupils",
    (
        Column("child_id", Text()),
        Column("site_id", Code(SITE_PATTERN, site_id.meaning)),
        Column("age", Whole(minimum=0, maximum=25)),
        *_BACKGROUND,
        Column("funded", YesNo()),
        Column("attainment", Whole(minimum=501, maximum=550), required=False, nullable=True),
        Column("ability", Whole(), required=False, nullable=True),
    ),
    key=("child_id",),
)
"""Pupils on the reference date with their background, and the outcome where it is known."""

TODDLERS = TableSchema(
    "toddlers",
    (
        Column("child_id", Text()),
        Column("municipality_code", Code(MUNICIPALITY_PATTERN, municipality_code.meaning)),
        Column("birth_date", Day()),
        *_BACKGROUND,
    ),
    key=("child_id",),
)
"""Toddlers (peuters) in the population register with their background."""

SCORED_CHILDREN = TableSchema(
    "scored_children",
    (
        Column("child_id", Text()),
        Column("kind", Code("pupil|toddler", "pupil or toddler")),
        Column("site_id", Code(SITE_PATTERN, site_id.meaning), nullable=True),
        Column(
            "municipality_code",
            Code(MUNICIPALITY_PATTERN, municipality_code.meaning),
            required=False,
            nullable=True,
        ),
        Column("age", Whole(minimum=0, maximum=25), required=False, nullable=True),
        Column("education_score", Number(6), nullable=True),
        Column("asylum_seeker", YesNo()),
        Column("round", Whole(minimum=1), required=False),
    ),
    key=("child_id", "round"),
)
"""Counted children with their education score (onderwijsscore)."""

SITE_SCORES = TableSchema(
    "site_scores",
    (
        Column("site_id", site_id),
        Column("pupils", Whole(minimum=0), required=False),
        Column("score_raw", raw_score, required=False),
        Column("score_raw_lower", raw_score, required=False),
        Column("score_raw_upper", raw_score, required=False),
        Column("threshold", threshold, required=False, nullable=True),
        Column("score", score),
        Column("flags", flags, required=False, nullable=True),
        Column("school_id", school_id, required=False, nullable=True),
        Column("estimated", YesNo(), required=False, nullable=True),
    ),
    key=("site_id",),
)
"""Disadvantage scores per site: E, A, A of lower and upper years, B, score, reliability flags.

`school_id` stands there where a site does not belong to the school its code begins with; `estimated` where
the score is the estimate of a merger.
"""

SITE_DERIVATIONS = TableSchema(
    "site_derivations",
    (
        Column("site_id", site_id),
        Column("pupils", Whole(minimum=0), nullable=True),
        Column("score_raw", raw_score, nullable=True),
        Column("threshold", wide, nullable=True),
        Column("difference", wide, nullable=True),
        Column("score", score),
        Column("target_children", wide, nullable=True),
        Column("target_sum", wide, nullable=True),
    ),
    key=("site_id",),
)
"""How each site's score comes about: E, A, B, A - B, score.

From children, in one round of imputation, also the number in the target group and the sum of their scores:
A = target_children x C - target_sum.
"""

SITE_IMPUTATION = TableSchema(
    "site_imputation",
    (
        Column("site_id", site_id),
        Column("pupils", Whole(minimum=1)),
        Column("imputed", Whole(minimum=0)),
        Column("imputed_share", Number(6)),
        Column("score_mean", wide),
        Column("score_spread", wide, nullable=True),
        Column("score_low", score),
        Column("score_high", score),
        Column("draw_sd_child", wide, required=False, nullable=True),
        Column("draw_sd_institution", wide, required=False, nullable=True),
        Column("rounds_wanted", Whole(minimum=1), required=False, nullable=True),
    ),
    key=("site_id",),
)
"""What imputation does to each site: pupils imputed, and its score from every round on its own.

Also the standard deviation that its score has from the draws, by either way of averaging, and how many rounds
would bring that of the averaging chosen to one unit of score or below.
"""

MUNICIPALITY_SCORES = TableSchema(
    "municipality_scores",
    (
        Column("municipality_code", municipality_code),
        Column("children", Whole(minimum=0), required=False, nullable=True),
        Column("score_raw", raw_score),
        Column("score", score),
    ),
    key=("municipality_code",),
)
"""Disadvantage scores of municipalities: E, A, score."""

MUNICIPALITY_DERIVATIONS = TableSchema(
    "municipality_derivations",
    (
        Column("municipality_code", municipality_code),
        Column("children", Whole(minimum=0)),
        Column("score_raw", raw_score),
        Column("threshold", wide),
        Column("difference", wide),
        Column("score", score),
        Column("target_children", wide, nullable=True),
        Column("target_sum", wide, nullable=True),
    ),
    key=("municipality_code",),
)
"""How each municipality's score comes about; the columns are those of `SITE_DERIVATIONS`."""

SCHOOL_SCORES = TableSchema(
    "schools",
    (
        Column("school_id", school_id),
        Column("sites", Whole(minimum=1)),
        Column("pupils", Whole(minimum=0), nullable=True),
        Column("score", score),
        Column("flags", flags, nullable=True),
        Column("estimated", YesNo()),
    ),
    key=("school_id",),
)
"""Disadvantage scores per school."""

SITES = TableSchema(
    "sites",
    (
        Column("site_id", site_id),
        Column("school_id", school_id),
        Column("board_id", Text(), required=False, nullable=True),
        Column("municipality_code", municipality_code, required=False, nullable=True),
        Column("municipality_name", Text(), required=False, nullable=True),
        Column("province", Text(), required=False, nullable=True),
        Column("name", Text(), required=False, nullable=True),
        Column("school_type", Text(), required=False, nullable=True),
        Column("excluded", YesNo(), required=False, nullable=True),
        Column("pupils", Whole(minimum=0), required=False, nullable=True),
    ),
    key=("site_id",),
)
"""Register of sites: to which school, board, municipality and province each belongs."""

SCHOOL_OLD_BASE = TableSchema(
    "old_base",
    (
        Column("school_id", school_id),
        Column("old_base", money, required=False),
        *(Column(letter, money, required=False) for letter in "defgh"),
    ),
    key=("school_id",),
)
"""Old-scheme base of schools for the transition: A itself, or its parts D, E, F, G, H (euros)."""

SCHOOL_DECISIONS = TableSchema(
    "decisions", (Column("school_id", school_id), Column("amount", grant)), key=("school_id",)
)
"""Amounts decided per school (euros)."""

SITE_CHANGES = TableSchema(
    "site_changes",
    (
        Column("site_id", site_id),
        Column("change", Text("closes|joins|independent", "closes, joins or independent")),
        Column("target", Text(f"{SITE_PATTERN}|{SCHOOL_PATTERN}", "a site or school code")),
    ),
    key=("site_id",),
)
"""Mergers and independence: what happens to a site after the reference date, and where it goes."""

MERGER_ESTIMATES = TableSchema(
    "merger_estimates",
    (
        Column("site_id", site_id),
        Column("closed", Text()),
        Column("pupils", Whole(minimum=0)),
        Column("score_raw", raw_score),
        Column("score", score),
        Column("score_low", score),
        Column("score_high", score),
    ),
    key=("site_id",),
)
"""Estimated scores of sites that took the pupils of closed sites, with the interval that rounding leaves."""

SITE_GRANTS = TableSchema(
    "site_grants",
    (
        Column("site_id", site_id),
        Column("school_id", school_id),
        Column("name", Text(), nullable=True),
        Column("board_id", Text(), nullable=True),
        Column("municipality_code", municipality_code, nullable=True),
        Column("municipality_name", Text(), nullable=True),
        Column("province", Text(), nullable=True),
        Column("pupils", Whole(minimum=0), nullable=True),
        Column("score", score),
        Column("amount_new", grant),
        Column("amount", money),
        Column("flags", Text(), nullable=True),
    ),
    key=("site_id",),
)
"""Each site's part of its school's grant (euros), with where the site belongs."""


def _totals(name: str, code: Column, *labels: str) -> TableSchema:
    return TableSchema(
        name,
        (
            code,
            *(Column(label, Text(), nullable=True) for label in labels),
            Column("sites", Whole(minimum=1)),
            Column("pupils", Whole(minimum=0), nullable=True),
            Column("score", score),
            Column("amount_new", grant),
            Column("amount", money),
        ),
        key=(code.name,),
    )


TOTALS_BOARD = _totals("totals_board", Column("board_id", Text()))
TOTALS_MUNICIPALITY = _totals(
    "totals_municipality", Column("municipality_code", Text()), "municipality_name", "province"
)
TOTALS_PROVINCE = _totals("totals_province", Column("province", Text()))
"""School grants added up over the sites of a board, a municipality, a province (euros)."""

SCHOOL_CALENDAR = TableSchema(
    "school_calendar",
    (
        Column("school_id", school_id),
        Column("year", Whole()),
        Column("accrued", money),
        Column("paid", money),
    ),
    key=("school_id", "year"),
)
"""How each school's grant falls over calendar years, in its accounts and in payment (euros)."""

UNSCORED_BASE = TableSchema(
    "unscored_base", (Column("school_id", school_id), Column("old_base", money)), key=("school_id",)
)
"""Rows of the old base for schools without a score: reported, not paid (euros)."""


def reconciliation(code: str) -> TableSchema:
    """Decided against computed amounts (euros), by `school_id` or `municipality_code`."""
    return TableSchema(
        "reconciliation",
        (
            Column(code, school_id if code == "school_id" else municipality_code),
            Column("decided", money, nullable=True),
            Column("computed", money, nullable=True),
            Column("difference", money),
            Column("cause", Text()),
            Column("explained", money),
            Column("unexplained", money),
            Column("hint", Text(), nullable=True),
        ),
        key=(code,),
    )


SCHOOL_GRANTS = TableSchema(
    "school_grants",
    (
        Column("school_id", school_id),
        Column("score", score),
        Column("amount_new", grant),
        Column("old_base", money, nullable=True),
        Column("share", Number(12, digits=18), nullable=True),
        Column("amount", money),
        Column("flags", Text(), nullable=True),
    ),
    key=("school_id",),
)
"""Grants per school (euros): under the new rules, and after the transition where a base is known."""

GRANTS_2018 = TableSchema(
    "grants_2018",
    (Column("municipality_code", municipality_code), Column("grant_2018", grant)),
    key=("municipality_code",),
)
"""Grants of municipalities in 2018, in the division of the budget year (euros)."""

MUNICIPAL_GRANTS = TableSchema(
    "municipal_grants",
    (
        Column("municipality_code", municipality_code),
        Column("score", Number(3, minimum=ZERO)),
        Column("eligible", YesNo()),
        Column("topped_up", YesNo()),
        Column("amount_new", grant),
        Column("grant_2018", grant, nullable=True),
        Column("share", Number(12, digits=18), nullable=True),
        Column("amount", grant),
    ),
    key=("municipality_code",),
)
"""Grants per municipality (euros): s = H + I, under the new rules, and after the transition."""

UNSCORED_2018 = TableSchema("unscored_2018", GRANTS_2018.columns, key=("municipality_code",))
"""Grants of 2018 of municipalities without a score: reported, not paid (euros)."""

MUNICIPAL_DECISIONS = TableSchema(
    "decisions",
    (Column("municipality_code", municipality_code), Column("amount", grant)),
    key=("municipality_code",),
)
"""Amounts decided per municipality (euros)."""

CODE_MAP = TableSchema(
    "code_map",
    (Column("municipality_code", municipality_code), Column("new_code", municipality_code)),
    key=("municipality_code",),
)
"""Pure mergers of municipalities: the code of each that merges, and the code it merges into."""

SPENDING = TableSchema(
    "spending",
    (
        Column("municipality_code", municipality_code),
        Column("year", Whole(minimum=2019)),
        Column("granted", grant),
        Column("spent", grant),
    ),
    key=("municipality_code", "year"),
)
"""What was granted and spent per municipality and year of a spending period (euros)."""

SPENDING_SETTLEMENT = TableSchema(
    "spending_settlement",
    (
        Column("municipality_code", municipality_code),
        *(Column(name, grant) for name in ("granted", "spent", "unspent", "carried_over", "recovered")),
    ),
    key=("municipality_code",),
)
"""The end of a spending period per municipality (euros)."""

VERSION_CHANGES = TableSchema(
    "version_changes",
    (
        Column("municipality_code", municipality_code),
        *(
            Column(name, money)
            for name in (
                "provisional",
                "final",
                "change",
                "from_score",
                "from_price",
                "from_minimum",
                "from_transition",
            )
        ),
    ),
    key=("municipality_code",),
)
"""A provisional and a final decision side by side (euros)."""

SCHOOL_VERSION_CHANGES = TableSchema(
    "school_version_changes",
    (
        Column("school_id", school_id),
        *(
            Column(name, money)
            for name in ("provisional", "final", "change", "from_score", "from_price", "from_transition")
        ),
    ),
    key=("school_id",),
)
"""The same of schools, which know no minimum (euros)."""

REGISTER_DIFFERENCES = TableSchema(
    "register_differences",
    (
        Column("site_id", site_id),
        Column("column", Text()),
        Column("first", Text(), nullable=True),
        Column("second", Text(), nullable=True),
    ),
    key=("site_id", "column"),
)
"""Where two registers of sites differ; the first wins."""

CONTRADICTIONS = TableSchema(
    "contradictions",
    (Column("code", Text()), Column("rule", Text()), Column("message", Text())),
    key=("code", "rule"),
)
"""Where a published table contradicts itself or the law: at which site or municipality, or at all of them."""

SCHEMAS = {
    schema.name: schema
    for schema in (
        PUPILS,
        TODDLERS,
        SCORED_CHILDREN,
        SITE_SCORES,
        SITE_DERIVATIONS,
        SITE_IMPUTATION,
        MUNICIPALITY_SCORES,
        MUNICIPALITY_DERIVATIONS,
        SCHOOL_SCORES,
        SITES,
        REGISTER_DIFFERENCES,
        CONTRADICTIONS,
        SITE_CHANGES,
        MERGER_ESTIMATES,
        SCHOOL_OLD_BASE,
        UNSCORED_BASE,
        SCHOOL_GRANTS,
        SITE_GRANTS,
        TOTALS_BOARD,
        TOTALS_MUNICIPALITY,
        TOTALS_PROVINCE,
        SCHOOL_CALENDAR,
        GRANTS_2018,
        MUNICIPAL_GRANTS,
        UNSCORED_2018,
        CODE_MAP,
    )
} | {
    "published_scores": SITE_SCORES,
    "what_if_scores": SITE_SCORES,
    "sites_of_children": SITES,
    "register_first": SITES,
    "register_second": SITES,
    "later_scores": MUNICIPALITY_SCORES,
    "earlier_scores": MUNICIPALITY_SCORES,
    "earlier_municipality_scores": MUNICIPALITY_SCORES,
    "contradictions_later": CONTRADICTIONS,
    "contradictions_earlier": CONTRADICTIONS,
}
"""Every table by its name in a journal."""
