/**
 * Workbooks of many rows to landing: `node bench/xlsx.ts [rows]`, 300,000 without. Every text is shared and different,
 * as is worst. What counts is the peak of memory beside that of a workbook of a hundredth of the rows.
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rawWorkbook } from '../test/extract/workbook.ts'

const rows = Number(process.argv[2] ?? 300_000)

const contract = `
kind: files
tables:
  people:
    path: input/people.xlsx
    format: {type: xlsx}
    columns: {id: INTEGER, name: VARCHAR, city: VARCHAR, born: DATE, amount: 'DECIMAL(12,2)'}
`

function workbookOf(count: number): Buffer {
  const names = ['id', 'name', 'city', 'born', 'amount']
  const texts = [...names, ...Array.from({ length: count }, (_, i) => `Customer no. ${i}, 张伟`)]
  const header = names.map((_, i) => `<c t="s"><v>${i}</v></c>`).join('')
  const lines = Array.from({ length: count }, (_, i) => {
    const city = `<c t="inlineStr"><is><t>City ${i % 500}</t></is></c>`
    return `<row r="${i + 2}"><c><v>${i}</v></c><c t="s"><v>${i + 5}</v></c>${city}<c s="1"><v>${30_000 + (i % 9000)}</v></c><c><v>${i / 4}</v></c></row>`
  })
  return rawWorkbook({
    rows: `<row r="1">${header}</row>${lines.join('')}`,
    strings: texts.map((text) => `<si><t>${text}</t></si>`).join(''),
    styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
  })
}

function measure(count: number): { megabytes: number; seconds: number; peak: number } {
  const dir = mkdtempSync(join(tmpdir(), 'clientele-xlsx-'))
  try {
    for (const folder of ['input', 'sources']) mkdirSync(join(dir, folder))
    const config = "name: 'bench', title: 'Bench', timeZone: 'UTC', reportingCurrency: 'GBP'"
    writeFileSync(join(dir, 'clientele.config.ts'), `export default { ${config}, asOf: '2024-03-01' }\n`)
    writeFileSync(join(dir, 'sources/bench.yaml'), contract)
    const file = join(dir, 'input/people.xlsx')
    writeFileSync(file, workbookOf(count))
    const usage = join(dir, 'usage.json')
    const script = join(import.meta.dirname, '../test/extract/extract-once.ts')
    const env = { ...process.env, CLIENTELE_USAGE_FILE: usage }
    const { status } = spawnSync(process.execPath, [script, dir], { env, stdio: 'inherit' })
    if (status !== 0) throw new Error('the workbook did not land')
    const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(readFileSync(usage, 'utf8'))
    return {
      megabytes: statSync(file).size / 1e6,
      seconds: (userCPUTime + systemCPUTime) / 1e6,
      peak: maxRSS / 1024,
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

for (const count of [Math.round(rows / 100), rows]) {
  const { megabytes, seconds, peak } = measure(count)
  process.stdout.write(
    `${count} rows, ${megabytes.toFixed(1)} MB: ${seconds.toFixed(1)} s CPU, peak ${Math.round(peak)} MB\n`,
  )
}
