import type { Db } from '../duckdb.ts'
import { throwFaults } from '../error.ts'
import type { Log } from '../log.ts'
import type { Audit } from './audits.ts'
import type { MacroMaker } from './macros.ts'
import { type Finding, failureFaults, runAudits, said } from './run-audits.ts'
import { type AuditRow, insertAudits, type StoredColumn } from './store.ts'

export interface AuditCounts {
  passed: number
  warned: number
  failed: number
}

export interface Auditor {
  /** Runs what has become ready with this model. Throws when an audit of severity error fails. */
  after(model: string): Promise<void>
  /** Writes what was found and not yet written. */
  finish(): Promise<AuditCounts>
}

interface Given {
  /** The audits to run, without those carried over. */
  audits: readonly Audit[]
  columns: ReadonlyMap<string, readonly StoredColumn[]>
  macros: MacroMaker
  log: Log
  /** Those carried over. */
  carried: readonly AuditRow[]
  /** Models that stay as they stand: nobody waits for them. */
  left: ReadonlySet<string>
}

/** Runs each audit as soon as every table it reads is there. */
export function openAuditor(db: Db, { audits, columns, macros, log, carried, left }: Given): Auditor {
  const missing = new Map(audits.map((audit) => [audit, audit.reads.difference(left)]))
  const waiting = new Map<string, Audit[]>()
  for (const audit of audits) {
    for (const model of audit.reads.difference(left))
      waiting.set(model, [...(waiting.get(model) ?? []), audit])
  }
  const counts: AuditCounts = { passed: 0, warned: 0, failed: 0 }
  for (const { status } of carried) counts[status]++
  let unwritten: Finding[] = []
  const flush = async () => {
    const failures = unwritten.flatMap(({ row: { model, test }, sample }) =>
      sample.map((row) => ({ model, test, row })),
    )
    await insertAudits(
      db,
      unwritten.map(({ row }) => row),
      failures,
    )
    unwritten = []
  }
  const run = async (ready: Audit[]) => {
    if (ready.length === 0) return
    await macros.ensure(new Set(ready.flatMap((audit) => [...audit.macros])))
    const findings = await runAudits(db, ready, columns)
    unwritten.push(...findings)
    for (const finding of findings) {
      counts[finding.row.status]++
      if (finding.row.status === 'warned') log.line(`warning: ${said(finding)}`)
    }
    const faults = failureFaults(findings, db)
    if (faults.length > 0) await flush()
    throwFaults(faults)
  }
  return {
    async after(model) {
      const ready = (waiting.get(model) ?? []).filter((audit) => {
        const awaited = missing.get(audit) as Set<string>
        awaited.delete(model)
        return awaited.size === 0
      })
      await run(ready)
    },
    async finish() {
      await run(audits.filter(({ reads }) => reads.size === 0))
      await flush()
      return counts
    },
  }
}
