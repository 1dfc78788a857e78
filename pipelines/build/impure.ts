/**
 * Functions whose result is not given by the rows a model reads. The engine marks them volatile or
 * "consistent within a query"; `error` is left out, it is how a model says that a row must not be.
 */
export const clock = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'now',
  'today',
  'get_current_time',
  'get_current_timestamp',
  'transaction_timestamp',
])

export const chance = new Set([
  'random',
  'uuid',
  'uuidv4',
  'uuidv7',
  'gen_random_uuid',
  'setseed',
  'nextval',
  'currval',
])

export const session = new Set([
  'getvariable',
  'current_setting',
  'current_database',
  'current_schema',
  'current_schemas',
  'current_query',
  'current_query_id',
  'current_transaction_id',
  'current_connection_id',
  'txid_current',
  'in_search_path',
  'version',
  'getenv',
  'sleep_ms',
  'write_log',
])

/** Table functions that take their table as a text, so that nobody sees what is read. */
export const veiled = new Set(['query', 'query_table'])

/** Functions that read files or other databases; what they give is not in landing. */
export const readsFiles = (name: string): boolean =>
  /^(read_|sniff_|glob$|parquet_(scan|metadata|schema|kv_metadata|file_metadata)|arrow_scan|seq_scan$)|_scan$|_query$/.test(
    name,
  )

/** Table functions that tell of the engine, not of the data. */
export const readsEngine = (name: string): boolean => /^(duckdb_|pragma_|pg_)/.test(name)
