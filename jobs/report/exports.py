"""Tables as Parquet, and as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

#: How a cell begins that a spreadsheet may run: a formula sign, its full-width form, or a control character or
#: blank before which it is overlooked (OWASP, "CSV Injection").
FORMULA = r"^[\s\pZ\pC]*[=+\-@＝＋－＠]|^[\t\r\n\x00]"
GUARD = "'"


def write_parquet(table: pa.Table, file: IO[bytes]) -> None:
    """Write `table` as Parquet with zstd."""
    pyarrow.parquet.write_table(table, file, compression="zstd")


def write_csv(table: pa.Table, file: IO[bytes]) -> None:
    """Write `table` as CSV (UTF-8); texts that begin like a formula get a quote before them, numbers stay."""
    guarded = [guard(column) if pa.types.is_string(column.type) else column for column in table.columns]
    named = [_seconds(column) if pa.types.is_timestamp(column.type) else column for column in guarded]
    pyarrow.csv.write_csv(pa.table(named, names=table.column_names), file)


def guard(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put a quote before the texts that a spreadsheet would take for a formula.

    Examples
    --------
    >>> guard(pa.chunked_array([["=1+1", "1+1", None]])).to_pylist()
    ["'=1+1", '1+1', None]
    """
    dangerous = pc.match_substring_regex(column, FORMULA)
    return pc.if_else(dangerous, pc.binary_join_element_wise(GUARD, column, ""), column)


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write instants as the result files do: ``2021-08-16T00:00:00Z``."""
    return pc.strftime(column.cast(pa.timestamp("s", "UTC")), format="%Y-%m-%dT%H:%M:%SZ")
