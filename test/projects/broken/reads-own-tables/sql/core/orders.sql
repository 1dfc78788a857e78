select name from ops.models union all select table_name from duckdb_tables()
