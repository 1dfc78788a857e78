import { expect, test } from 'vitest'
import { ClienteleError, formatFault, placeAt, throwFaults, usageError } from '../pipelines/error.ts'

test('a fault shows what, where with a caret, and how', () => {
  const text = 'select customer_id,\n       custmer_name\nfrom core.customers\n'
  const where = placeAt('sql/core/x.sql', text, text.indexOf('custmer_name'))
  expect(formatFault({ what: 'no column custmer_name', where, how: 'Did you mean customer_name?' })).toBe(
    [
      'no column custmer_name',
      '  at sql/core/x.sql:2:8',
      '  2 |        custmer_name',
      '    |        ^',
      '  Did you mean customer_name?',
    ].join('\n'),
  )
})

test('the caret stands under the right letter after a tab', () => {
  const text = '\tselect a'
  const shown = formatFault({ what: 'x', where: placeAt('f.sql', text, 1) }).split('\n')
  expect(shown[2]?.indexOf('select')).toBe(shown[3]?.indexOf('^'))
})

test('one error carries every fault, and says whether usage or the run is to blame', () => {
  const error = usageError([{ what: 'first' }, { what: 'second' }])
  expect(error.message).toBe('first\n\nsecond')
  expect(error.exitCode).toBe(2)
  expect(new ClienteleError({ what: 'x' }).exitCode).toBe(1)
})

test('nothing collected throws nothing', () => {
  expect(() => throwFaults([])).not.toThrow()
  expect(() => throwFaults([{ what: 'x' }])).toThrow(ClienteleError)
})
