"""The statements on readings and regional figures. Each takes a whole batch."""

from typing import Final

LOCK_SHARED: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended('readings', 0))"
"""Held by whoever counts; a rebuild waits for all of them, and they for it."""
LOCK_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('readings', 0))"
LOCK_UNITS: Final = (
    "SELECT pg_advisory_xact_lock(hashtextextended('readings ' || unit_code, 0)) FROM unnest($1::text[]) AS unit_code"
)

UNITS: Final = (
    "SELECT unit_code, display_name, region_code, version FROM energy_unit WHERE unit_code = ANY ($1::text[])"
)
METERS: Final = (
    "SELECT unit_code, meter, carrier, span, first_day, until_day FROM meter WHERE unit_code = ANY ($1::text[]) "
    "ORDER BY unit_code, meter"
)
SAVE_UNIT: Final = "UPDATE energy_unit SET display_name = $2, region_code = $3, version = $4 WHERE unit_code = $1"
SAVE_METERS: Final = (
    "INSERT INTO meter (unit_code, meter, carrier, span, first_day, until_day) "
    "SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::date[]) "
    "ON CONFLICT (unit_code, meter) DO UPDATE SET carrier = excluded.carrier, span = excluded.span, "
    "first_day = excluded.first_day, until_day = excluded.until_day"
)

_KEYS: Final = "unnest($1::text[], $2::text[], $3::timestamptz[]) AS k (unit_code, meter, start_time)"
_COLUMNS: Final = (
    "unit_code, meter, start_time, span, version, day, region_code, carrier, amount, unit, quality, known_time"
)
LOGGED: Final = f"SELECT {_COLUMNS} FROM {_KEYS} JOIN reading USING (unit_code, meter, start_time)"  # noqa: S608  # constants
KNOWN: Final = (
    f"{LOGGED} UNION ALL "  # noqa: S608  # constants
    f"SELECT {_COLUMNS} FROM {_KEYS} JOIN reading_on_its_way USING (unit_code, meter, start_time)"  # constants
)
_ROWS: Final = (
    f"({_COLUMNS}) SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[], "  # noqa: S608  # constants
    "$6::date[], $7::text[], $8::text[], $9::numeric[], $10::text[], $11::text[], $12::timestamptz[])"
)
LOG: Final = f"INSERT INTO reading {_ROWS}"
SEND: Final = f"INSERT INTO reading_on_its_way {_ROWS}"
ARRIVED: Final = (
    "DELETE FROM reading_on_its_way AS r "
    "USING unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[]) "
    "AS k (unit_code, meter, start_time, version) "
    "WHERE (r.unit_code, r.meter, r.start_time, r.version) = (k.unit_code, k.meter, k.start_time, k.version)"
)
# In one order, so that two batches that meet in a region wait for each other and never in a circle.
# What is added may be negative, and a CHECK looks at what would be inserted before it sees the conflict: so first the
# rows, empty, then the sums.
OPEN_FIGURES: Final = (
    "INSERT INTO regional_figure (region_code, carrier, day, unit, amount, readings, estimated, corrected) "
    "SELECT region_code, carrier, day, unit, 0, 0, 0, 0 "
    "FROM unnest($1::text[], $2::text[], $3::date[], $4::text[]) AS c (region_code, carrier, day, unit) "
    "ORDER BY day, region_code, carrier, unit "
    "ON CONFLICT (day, region_code, carrier, unit) DO UPDATE SET readings = regional_figure.readings"
)
ADD_FIGURES: Final = (
    "UPDATE regional_figure AS f SET amount = f.amount + c.amount, readings = f.readings + c.readings, "
    "estimated = f.estimated + c.estimated, corrected = f.corrected + c.corrected "
    "FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::numeric[], $6::bigint[], $7::bigint[], "
    "$8::bigint[]) AS c (region_code, carrier, day, unit, amount, readings, estimated, corrected) "
    "WHERE (f.day, f.region_code, f.carrier, f.unit) = (c.day, c.region_code, c.carrier, c.unit)"
)
DROP_EMPTY_FIGURES: Final = (
    "DELETE FROM regional_figure AS f USING unnest($1::text[], $2::text[], $3::date[], $4::text[]) "
    "AS c (region_code, carrier, day, unit) WHERE f.readings = 0 "
    "AND (f.day, f.region_code, f.carrier, f.unit) = (c.day, c.region_code, c.carrier, c.unit)"
)
ADD_METER_DAYS: Final = (
    "INSERT INTO meter_day (unit_code, meter, day, readings) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::bigint[]) "
    "ON CONFLICT (unit_code, meter, day) DO UPDATE SET readings = meter_day.readings + excluded.readings"
)

_SUMS: Final = (
    "sum(amount) AS amount, count(*) AS readings, count(*) FILTER (WHERE quality = 'estimated') AS estimated, "
    "count(*) FILTER (WHERE quality = 'corrected') AS corrected"
)
_NEWEST: Final = (
    "SELECT DISTINCT ON (unit_code, meter, start_time) unit_code, meter, day, region_code, carrier, unit, amount, "
    "quality FROM reading WHERE day >= $1 AND day < $2 {also}ORDER BY unit_code, meter, start_time, version DESC"
)
_KNOWN_THEN: Final = _NEWEST.format(also="AND known_time <= $4 ")

TALLIES: Final = (
    "SELECT carrier, day, unit, sum(amount) AS amount, sum(readings)::bigint AS readings, "
    "sum(estimated)::bigint AS estimated, sum(corrected)::bigint AS corrected FROM regional_figure "
    "WHERE day >= $1 AND day < $2 AND region_code ^@ $3 GROUP BY carrier, day, unit"
)
# The region is asked of the newest version only: the one before may have counted elsewhere.
TALLIES_AS_OF: Final = (
    f"WITH newest AS ({_KNOWN_THEN}) SELECT carrier, day, unit, {_SUMS} FROM newest "  # noqa: S608  # constants
    "WHERE region_code ^@ $3 GROUP BY carrier, day, unit"
)

_COVERAGE: Final = """
    WITH counted AS ({counted}),
    owed AS (
        SELECT p.first_day AS period, m.carrier, m.unit_code, m.meter,
            greatest(p.first_day, m.first_day) AS first_day,
            least(p.until_day, coalesce(m.until_day, p.until_day)) AS until_day,
            CASE m.span WHEN 'hour' THEN 24 ELSE 1 END AS each_day
        FROM unnest($5::date[], $6::date[]) AS p (first_day, until_day)
        JOIN meter AS m ON m.first_day < p.until_day AND (m.until_day IS NULL OR m.until_day > p.first_day)
        JOIN energy_unit AS u USING (unit_code)
        WHERE u.region_code ^@ $3
    ),
    known AS (
        SELECT o.period, o.unit_code, o.meter, sum(c.readings)::bigint AS readings
        FROM owed AS o JOIN counted AS c ON (c.unit_code, c.meter) = (o.unit_code, o.meter)
            AND c.day >= o.first_day AND c.day < o.until_day
        GROUP BY o.period, o.unit_code, o.meter HAVING sum(c.readings) > 0
    )
    SELECT o.period, coalesce(o.carrier, '') AS carrier, count(*) AS registered, count(k.readings) AS reported,
        sum((o.until_day - o.first_day) * o.each_day)::bigint AS expected, coalesce(sum(k.readings), 0)::bigint AS known
    FROM owed AS o LEFT JOIN known AS k USING (period, unit_code, meter)
    GROUP BY GROUPING SETS ((o.period), (o.period, o.carrier))
"""
COVERAGE: Final = _COVERAGE.format(
    counted="SELECT unit_code, meter, day, readings FROM meter_day WHERE day >= $1 AND day < $2 "
    "AND $4::timestamptz IS NULL"
)
COVERAGE_AS_OF: Final = _COVERAGE.format(
    counted="SELECT unit_code, meter, day, count(*) AS readings "  # noqa: S608  # constants
    f"FROM ({_KNOWN_THEN}) AS newest GROUP BY unit_code, meter, day"
)

COMPUTE_NEWEST: Final = f"CREATE TEMPORARY TABLE newest_reading ON COMMIT DROP AS {_NEWEST.format(also='')}"
COMPUTE_FIGURES: Final = (
    f"CREATE TEMPORARY TABLE computed_figure ON COMMIT DROP AS SELECT region_code, carrier, day, unit, {_SUMS} "  # noqa: S608  # constants
    "FROM newest_reading GROUP BY region_code, carrier, day, unit"
)
COMPUTE_METER_DAYS: Final = (
    "CREATE TEMPORARY TABLE computed_meter_day ON COMMIT DROP AS SELECT unit_code, meter, day, count(*) AS readings "
    "FROM newest_reading GROUP BY unit_code, meter, day"
)
COMPUTED: Final = (
    "SELECT (SELECT count(*) FROM computed_figure) AS figures, (SELECT count(*) FROM newest_reading) AS readings, "
    "(SELECT count(*) FROM reading_on_its_way WHERE day >= $1 AND day < $2) AS on_their_way"
)
_BOTH: Final = (
    "FROM (SELECT * FROM regional_figure WHERE day >= $1 AND day < $2) AS kept "
    "FULL JOIN computed_figure AS made USING (region_code, carrier, day, unit) "
    "WHERE (kept.amount, kept.readings, kept.estimated, kept.corrected) "
    "IS DISTINCT FROM (made.amount, made.readings, made.estimated, made.corrected)"
)
DIFFERING: Final = f"SELECT count(*) {_BOTH}"
DIFFERENCES: Final = (
    "SELECT region_code AS region, carrier, day, unit, kept.amount AS kept, made.amount AS computed, "
    "coalesce(kept.readings, 0) AS readings_kept, coalesce(made.readings, 0) AS readings_computed "
    f"{_BOTH} ORDER BY region_code, carrier, day, unit LIMIT $3"
)
METER_DAYS_DIFFERING: Final = (
    "SELECT count(*) FROM (SELECT * FROM meter_day WHERE day >= $1 AND day < $2 AND readings > 0) AS kept "
    "FULL JOIN computed_meter_day AS made USING (unit_code, meter, day) "
    "WHERE kept.readings IS DISTINCT FROM made.readings"
)
CLEAR_FIGURES: Final = "DELETE FROM regional_figure WHERE day >= $1 AND day < $2"
PUT_FIGURES: Final = (
    "INSERT INTO regional_figure (region_code, carrier, day, unit, amount, readings, estimated, corrected) "
    "SELECT region_code, carrier, day, unit, amount, readings, estimated, corrected FROM computed_figure"
)
CLEAR_METER_DAYS: Final = "DELETE FROM meter_day WHERE day >= $1 AND day < $2"
PUT_METER_DAYS: Final = (
    "INSERT INTO meter_day (unit_code, meter, day, readings) SELECT unit_code, meter, day, readings "
    "FROM computed_meter_day"
)
