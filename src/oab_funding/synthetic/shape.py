"""Every number that gives the made-up country its shape, with what it steers.

The country is invented. Its shape is tuned until the whole calculation on it comes near the figures that
Statistics Netherlands published for 1 October 2019; `benchmarks/calibration.py` shows how near. Nothing here
is an estimate of the real indicator: CBS's own coefficients are not among these numbers.
"""

from __future__ import annotations

from datetime import date

Knots = tuple[tuple[float, float], ...]

REFERENCE_DATE = date(2019, 10, 1)
"""The later of the two reference dates."""

PREVIOUS_DATE = date(2018, 10, 1)
"""The earlier one; the same day of the year, so that everyone is exactly one year older on the later."""

# --- the two knobs of the last calibration --------------------------------------------------------

START_VALUE = 52572
"""Knob 1, hundredths of a point: start value of attainment, for average ability. Moves C and nothing
else."""

SITE_INDEX_STRETCH = 1.0
"""Knob 2: stretches the difference between sites. More of it raises A where it is high, and the sum of
scores."""

# --- municipalities and sites ---------------------------------------------------------------------

PUPILS_PER_SITE = 221.8
"""Mean size of an ordinary site; gives the number of sites."""

MUNICIPALITIES_NATIONAL = 355
"""Number of municipalities in a country of `PUPILS_NATIONAL` pupils."""

PUPILS_NATIONAL = 1_400_000
"""Size at which the country is like the published one."""

MUNICIPALITY_POWER = 0.83
"""A country of a fraction x of the pupils has x to this power of the municipalities: small ones keep
several."""

PROVINCES = 12
"""Number of provinces where there are that many municipalities."""

MUNICIPALITY_SITES: Knots = (
    (0.0, 1), (0.05, 4), (0.25, 8), (0.5, 13), (0.75, 20), (0.9, 34), (0.95, 44), (0.98, 55),
    (0.99, 84), (0.995, 140), (1.0, 210),
)  # fmt: skip
"""Distribution of the number of sites of a municipality: a few large cities, many small towns."""

SITE_SIZE: Knots = (
    (0.0, 8), (0.005, 30), (0.01, 34), (0.05, 55.7), (0.1, 74), (0.25, 120), (0.5, 196), (0.75, 287),
    (0.9, 403), (0.95, 477), (0.99, 677), (0.999, 964), (1.0, 1100),
)  # fmt: skip
"""Distribution of the number of pupils of a site."""

SMALLEST_SITE, LARGEST_SITE = 4, 1815
"""Sizes of the smallest and the largest site of a large country."""

EXTREMES_FROM_SITES = 1000
"""A country with fewer sites has no room for a site of `LARGEST_SITE` pupils and goes without both
extremes."""

CITY_SIZE_PULL = 0.25
"""How far the sites of large municipalities are the larger ones."""

SITE_INDEX: Knots = (
    (0.0, -1.9), (0.01, -1.03), (0.05, -0.565), (0.1, -0.53), (0.25, -0.21), (0.4, -0.1), (0.5, 0.0),
    (0.6, 0.1), (0.7, 0.21), (0.8, 0.435), (0.9, 0.855), (0.95, 1.19), (0.99, 1.38),
    (0.999, 1.47), (1.0, 1.48),
)  # fmt: skip
"""Distribution over sites of the index of disadvantage, which lowers the education of a site's families.
Each knot steers the same quantile of A per pupil: long to the right, because disadvantage is
concentrated."""

INDEX_FROM_MUNICIPALITY = 0.42
"""Part of the index that a site shares with its municipality; the rest is its own. Segregation between
towns."""

INDEX_FROM_CITY_SIZE = 0.22
"""How far large municipalities have more disadvantage."""

INDEX_FROM_SITE_SIZE, INDEX_FROM_UNUSUAL_SIZE, UNUSUAL_SIZE = -0.17, -0.13, 1.5
"""How far large sites have less disadvantage, and how far both small (villages) and large ones (new
estates) have less than those of middle size; beyond so many standard deviations of log size no further."""

MIGRATION_FROM_INDEX, MIGRATION_FROM_CITY, MIGRATION_OWN = 0.62, 0.38, 0.55
"""What makes families of foreign origin live near a site: its index, the size of the city, and the
rest."""

DENSITY_LEVEL, DENSITY_FROM_CITY, DENSITY_FROM_INDEX, DENSITY_OWN = 6.9, 0.55, 0.25, 0.45
"""Logarithm of the address density of a site: level, and what it depends on."""

# --- schools, boards, special sites, changes between the dates ------------------------------------

SECOND_SITES = 0.0194
"""Share of the sites that are a school's second site."""

SECOND_SITES_ELSEWHERE = 0.18
"""Share of those that lie in another municipality than the school's first site."""

BOARDS_PER_SITE, BOARDS_OF_ONE_SITE = 0.138, 0.42
"""Number of boards per site, and the share of the boards that have one site."""

SPECIAL_SITES, TRAVELLER_SITES = 0.005, 0.0003
"""Special primary schools and schools for travelling families, as shares of all sites; both are left out
of the scores."""

OPENED_SITES, CLOSED_SITES, ABSORBED_SCHOOLS = 0.003, 0.008, 0.1
"""New sites and closed sites between the two dates as shares of all sites; share of the second sites that
were a school of their own on the earlier date."""

CLOSED_SHARE = 0.35
"""Share of the pupils of a merged site who came from the site that closed."""

# --- children -------------------------------------------------------------------------------------

AGE_SHARES = (11.85, 11.9, 12.1, 12.2, 12.35, 12.35, 12.4, 12.05, 2.72, 0.08)
"""Pupils aged 4, 5, ..., 13 on the reference date, as relative numbers."""

LEAVER_SHARES = (0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 74.5, 20.5, 0.8)
"""Pupils of the earlier date who are pupils no more, aged 4, 5, ..., 13 then: leaving for secondary school
or abroad."""

GROWTH = 0.992
"""Pupils on the later date as a share of those on the earlier one: the country has fewer children every
year."""

TODDLERS_PER_PUPIL = 0.182
"""Toddlers aged 2.5 up to 4 for each pupil."""

SITE_MOVERS, TOWN_MOVERS = 0.02, 0.012
"""Pupils who changed site within their municipality, and families who moved to another, between the
dates."""

NOT_FUNDED = 0.002
"""Share of the pupils who are not funded."""

# --- families -------------------------------------------------------------------------------------

ORIGINS = (
    "netherlands", "western", "southern_europe", "eastern_europe", "turkey", "morocco", "suriname",
    "dutch_caribbean",
    "indonesia", "africa", "asia", "latin_america",
)  # fmt: skip
"""Origin groups of a parent, the second generation included; the numbers below are in this order."""

ORIGIN_SHARES = (0.745, 0.036, 0.015, 0.035, 0.036, 0.040, 0.020, 0.012, 0.008, 0.022, 0.026, 0.008)
"""Relative numbers of mothers at a site with average migration."""

ORIGIN_SLOPES = (0.0, 0.2, 0.4, 0.65, 1.15, 1.15, 0.9, 0.8, 0.2, 0.95, 0.7, 0.5)
"""How the log-odds of each origin rise with the migration of a site. Segregation by origin."""

SAME_ORIGIN = (0.93, 0.35, 0.4, 0.7, 0.85, 0.87, 0.55, 0.5, 0.25, 0.75, 0.7, 0.35)
"""Share of fathers with the mother's origin; the others are drawn from the site's families."""

BORN_HERE = (0.985, 0.45, 0.35, 0.06, 0.45, 0.48, 0.65, 0.4, 0.75, 0.15, 0.18, 0.15)
"""Share of mothers born in the Netherlands. Below one for the Dutch, so that origin and length of stay
stay apart in the model."""

CHILD_BORN_ABROAD = (0.1, 0.22, 0.25, 0.3, 0.06, 0.05, 0.06, 0.2, 0.05, 0.22, 0.3, 0.2)
"""Share of children who came with their mother, among those whose mother was born abroad."""

STAY_YEARS = (18.0, 5.5, 4.0, 4.0, 8.0, 8.5, 12.0, 9.0, 14.0, 7.0, 6.5, 6.0)
"""Mean number of years between the mother's arrival and the birth of a child born here, by origin."""

ARRIVAL_UNKNOWN = 0.06
"""Share of mothers born abroad whose date of arrival is not known."""

FATHER_UNKNOWN = 0.02
"""Share of children whose father is not known."""

EDUCATION_ORIGIN = (0.08, 0.3, 0.0, -0.3, -0.9, -0.95, -0.3, -0.45, 0.2, -0.75, -0.35, -0.1)
"""Shift of a parent's latent education by origin."""

EDUCATION_RISE, MIDDLE_AGE = 0.021, 8.0
"""How much more education parents have for each year that a child is younger than the middle age: every
generation learns longer. Steers the parts of A for lower and upper years."""

EDUCATION_RECENT = -0.25
"""Shift for a mother who came less than ten years ago."""

FAMILY_SPREAD, PARENT_SPREAD = 0.95, 0.8
"""Spread of latent education between the families of a site, and between the two parents of a family: how
closely parents resemble each other."""

EDUCATION_CUTS = (-2.09, -1.24, -0.95, -0.3, 0.41, 0.67, 1.57)
"""Where latent education passes from one of the eight classes to the next."""

DEBT_LEVEL, DEBT_FROM_EDUCATION = -5.3, -0.7
"""Log-odds of debt restructuring: rare, and rarer with more education."""

SOCIOECONOMIC = ("employed", "self_employed", "benefit", "student", "other")
"""Socio-economic categories of the household, in the order of the two rows below."""

SOCIOECONOMIC_LEVEL = (0.0, -1.6, -2.6, -4.0, -3.6)
SOCIOECONOMIC_FROM_EDUCATION = (0.0, 0.1, -1.1, -0.2, -0.6)
"""Log-odds of each category against the first, and how they change with the family's education."""

# --- what is not known ----------------------------------------------------------------------------

MISSING_LEVEL, MISSING_FROM_AGE, MISSING_ABROAD, MISSING_RECENT = -2.45, 0.09, 0.75, 0.9
"""Log-odds that a parent's education is not known: level, per year of the child's age, for a parent of
foreign origin, and for one who came less than ten years ago."""

MISSING_FROM_CLASS = (0.9, 0.75, 0.6, 0.35, 0.2, 0.3, -0.3, -0.4)
"""The same by the education itself: registers know diplomas better than their absence."""

MISSING_FATHER, MISSING_TOGETHER = 0.3, 0.9
"""The same for fathers, and the spread of what both parents of a family share."""

UNREGISTERED, UNREGISTERED_SITES, UNREGISTERED_THERE = 0.002, 0.02, (0.03, 0.2)
"""Share of pupils not in the population register; share of sites near the border where there are many;
share of their pupils, from and to."""

# --- asylum-seeking children

ASYLUM_SITES, ASYLUM_THERE, ASYLUM_ELSEWHERE = 0.011, (0.1, 0.75), 0.0006
"""Share of sites near a reception centre; share of their pupils who seek asylum, from and to; share
elsewhere."""

ASYLUM_YEARS = (0.1, 3.0)
"""Years since arrival, from and to."""

ASYLUM_ORIGINS = ("asia", "asia", "africa")
"""Origins of asylum-seeking families, each equally often."""

ASYLUM_REGISTERED = 0.75
"""Share of the asylum-seeking children who are in the population register."""

# --- the true model of attainment (hundredths of a point) -----------------------------------------

TRUE_EDUCATION_MOTHER = (0, 59, 136, 234, 338, 420, 583, 744)
"""Effect of the mother's class 1, ..., 8 against class 1."""

TRUE_EDUCATION_FATHER = (0, 44, 106, 181, 263, 327, 459, 597)
"""Effect of the father's class."""

TRUE_ORIGIN = (0, 30, -20, -50, -105, -75, -85, -115, 10, -85, -30, -40)
"""Effect of the origin group of the parents against the Dutch."""

TRUE_STAY = (-110, -60, 0)
"""Effect of the mother's stay of < 5, 5-10 and >= 10 years."""

TRUE_DEBT = -120
"""Effect of debt restructuring."""

TRUE_SCHOOL_MEAN = 69
"""Effect of one class more in the mean of the mothers' classes at the school."""

TRUE_ABILITY = 30
"""Effect of one point of ability; estimated, but no part of the education score."""

ABILITY_MEAN, ABILITY_SPREAD, ABILITY_FROM_FAMILY = 100, 15, 3.0
"""Scale of ability, and how far it goes with the family's education."""

NOISE_SPREAD = 5.0
"""Standard deviation in points of what attainment owes to nothing in the model."""

# --- old scheme: made

OLD_WEIGHT_LOWEST, OLD_WEIGHT_LOW = 1.2, 0.3
"""Weight of a pupil whose parents have classes 1 and 1 or 1 and 2, and of one whose parents both have
class 2."""

OLD_THRESHOLD = 0.06
"""Part of a school's pupils that is taken off its sum of weights."""

OLD_CENTS_PER_WEIGHT = 310_000
"""Cents per weight above the threshold: part D of the base."""

OLD_IMPULSE_SITES, OLD_CENTS_IMPULSE = 0.12, 60_000
"""Share of the sites, those with the highest index, that lie in an impulse area; cents per weight there:
part E."""

OLD_CENTS_MATERIAL, CENTS_MATERIAL, OLD_CENTS_SCHOOL = 14_000, 31_000, 22_000
"""Cents per weight in the old material funding (F); per pupil in the old and the new (F and G); per weight
for part H."""

MUNICIPAL_CENTS_PER_WEIGHT, MUNICIPAL_CITY, MUNICIPAL_SPREAD = 240_000, 0.12, 0.15
"""Grant of 2018: cents per weight of the municipality's pupils, how much more large cities had, and
spread."""
