"""Lists in and out, and the consent policy. Pure: bytes and values in, values out.

`read_csv` turns a file's bytes into subscribers and refused lines, `rows` does the same one by one for long files,
`write_csv` makes a file a spreadsheet can open without harm, and `consent` says what may bring whom back.
"""

from newsletter.audience.csv_export import write_csv
from newsletter.audience.csv_import import MAX_NAME, CsvReading, Rows, read_csv, rows
from newsletter.audience.decoding import MAX_BYTES

__all__ = ["MAX_BYTES", "MAX_NAME", "CsvReading", "Rows", "read_csv", "rows", "write_csv"]
