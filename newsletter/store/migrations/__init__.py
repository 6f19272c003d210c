"""The database's history, one step a file under `versions`."""

#: Every revision, oldest first; the last one is what this program works on. Known here so that opening an up-to-date
#: database need not import Alembic, and a newer one is told from an older one.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
