"""The database that the tests start by themselves."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_a_postgresql_with_the_extensions_we_need() -> None:
    """Exclusion constraints and accent-free search depend on them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name IN ('btree_gist', 'unaccent', 'pg_trgm')")
        names = {row[0] for row in cursor.fetchall()}
    assert connection.pg_version >= 150000
    assert names == {"btree_gist", "unaccent", "pg_trgm"}
