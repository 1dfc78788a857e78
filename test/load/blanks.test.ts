import { expect, test } from 'vitest'
import { openIntake } from '../intake.ts'

const contract = `
kind: files
tables:
  calls:
    path: input/calls.csv
    format: {type: csv}
    reject_limit: {count: 1}
    columns:
      call_id: {type: INTEGER, not_null: true}
      note: VARCHAR
      answered: BOOLEAN
`

test('a field of blanks of any script is nothing; a text that begins near them stays as it came', async () => {
  const intake = await openIntake({ desk: contract })
  const notes = [
    ' ',
    '\u3000',
    '\u00a0\u2003 ',
    '\u3001',
    '~',
    '\u7f8e',
    '\u00e9t\u00e9',
    ' tea ',
    '!',
    '\u2028',
  ]
  const answers = ['true', ' true ', '', ' ', 'f', '\u3000no', '\u3000', '1', 'maybe', 'FALSE']
  const lines = notes.map((note, i) => `${i + 1},${note},${answers[i]}`)
  await intake.write('input/calls.csv', `call_id,note,answered\n${lines.join('\n')}\n`)
  await intake.night()
  expect(await intake.rows('select call_id, note, answered from raw.calls order by call_id')).toEqual([
    { call_id: 1, note: null, answered: true },
    { call_id: 2, note: null, answered: true },
    { call_id: 3, note: null, answered: null },
    { call_id: 4, note: '\u3001', answered: null },
    { call_id: 5, note: '~', answered: false },
    { call_id: 6, note: '\u7f8e', answered: false },
    { call_id: 7, note: '\u00e9t\u00e9', answered: null },
    { call_id: 8, note: ' tea ', answered: true },
    { call_id: 10, note: '\u2028', answered: false },
  ])
  expect(await intake.rows('select _row, reason from quarantine.calls')).toEqual([
    { _row: 9, reason: 'cast:answered' },
  ])
})
