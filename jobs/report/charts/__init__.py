"""Charts of the audit page: each has a definition, data and a template under `jobs/report/templates/charts`."""

from jobs.report.charts.bars import Bars
from jobs.report.charts.columns import Columns
from jobs.report.charts.drawing import Drawing, Table
from jobs.report.charts.histogram import Histogram, RuleMark
from jobs.report.charts.line import Line
from jobs.report.charts.matrix import Matrix
from jobs.report.charts.strip import Strip

__all__ = [
    "Bars",
    "Columns",
    "Drawing",
    "Histogram",
    "Line",
    "Matrix",
    "RuleMark",
    "Strip",
    "Table",
]
