import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSource } from '../../pipelines/contract.ts'
import { type Fault, formatFault } from '../../pipelines/error.ts'
import { openIntake } from '../intake.ts'
import { encode } from './encode.ts'
import { workbook } from './workbook.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/sources-files.md'), 'utf8')

interface Example {
  contract: string
  path: string
  table: string
  /** The file as it is shown. */
  file?: string
  rows?: (string | null)[][]
}

/** The contracts of the page, each with the file and the table shown below it. */
const examples: Example[] = page
  .split('```yaml\n')
  .slice(1)
  .map((rest) => {
    const [contract = '', ...after] = rest.split('```\n')
    const shown = /```(?:csv|text|json)\n([\s\S]*)/.exec(`${after.slice(0, 1).join('')}`)
    const lines =
      (after[1] ?? '')
        .split('\n\n')[0]
        ?.split('\n')
        .filter((line) => line.startsWith('|')) ?? []
    const cells = lines.slice(2).map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim() || null),
    )
    return {
      contract,
      path: /^ {4}path: (.*)$/m.exec(contract)?.[1] ?? '',
      table: /^tables:\n {2}(\w+):/m.exec(contract)?.[1] ?? '',
      ...(shown ? { file: (shown[1] as string).trimEnd(), rows: cells } : {}),
    }
  })

test('every contract of the page is one', () => {
  expect(examples.map(({ table }) => table)).toEqual(['orders', 'orders', 'stock', 'baskets', 'people'])
  const faults: Fault[] = []
  for (const { contract } of examples) readSource('sources/page.yaml', contract, faults)
  expect(faults.map(formatFault)).toEqual([])
})

test.each(examples.filter(({ file }) => file !== undefined))(
  '$path gives the table that the page shows',
  async (example) => {
    const { contract, path, table, file = '', rows } = example
    const intake = await openIntake({ page: contract })
    await intake.write(path, contract.includes('gbk') ? encode(file, 'gb18030') : file)
    await intake.night()
    const read = await intake.db.grid(
      `select columns(* exclude (_load_id, _row))::varchar from raw.${table} order by _row`,
    )
    expect(rows?.length).toBeGreaterThan(0)
    expect(read.rows).toEqual(rows)
  },
)

test('the workbook of the page', async () => {
  const intake = await openIntake({ page: examples.at(-1)?.contract as string })
  const rows = [
    ['Harbour Lists'],
    [],
    ['Name', 'Born', 'Phone'],
    ['Ann', new Date('1988-02-29'), 13_800_138_000],
  ]
  await intake.write('input/people.xlsx', workbook({ Cover: [['x']], Names: rows }))
  await intake.night()
  expect(await intake.rows('select name, born, phone from raw.people')).toEqual([
    { name: 'Ann', born: '1988-02-29', phone: '13800138000' },
  ])
})
