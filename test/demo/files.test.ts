import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSheet } from 'read-excel-file/node'
import { expect, test } from 'vitest'
import { dayOf } from '../../data/demo/simulate/calendar.ts'
import { encodeGbk } from '../../data/demo/simulate/gbk.ts'
import { misdate, misdial, misspellHan, misspellLatin } from '../../data/demo/simulate/misspell.ts'
import { random } from '../../data/demo/simulate/random.ts'
import { writeXlsx } from '../../data/demo/simulate/xlsx.ts'

test('GBK comes back through the platform’s decoder', () => {
  const text = '姓名,王小明,欧阳丽,衡山路128号\r\nA-1'
  expect(new TextDecoder('gbk', { fatal: true }).decode(encodeGbk(text))).toBe(text)
  // 王 is CD F5 in GB 2312.
  expect([...encodeGbk('王')]).toEqual([0xcd, 0xf5])
  expect(() => encodeGbk('😀')).toThrow(RangeError)
})

test('a workbook is read back by another library, cell by cell', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'xlsx-')), 'a.xlsx')
  const wide = Array.from({ length: 30 }, (_, i) => i)
  await writeFile(
    file,
    writeXlsx('Names', [
      ['Name', '出生'],
      ['O’Brien & <Co>', { day: dayOf('1980-02-29') }],
      [null, 50012345],
      wide,
    ]),
  )
  const sheet = await readSheet(file, 'Names')
  expect(sheet[0]?.slice(0, 2)).toEqual(['Name', '出生'])
  expect(sheet[1]?.[0]).toBe('O’Brien & <Co>')
  expect(sheet[1]?.[1]).toEqual(new Date('1980-02-29T00:00:00Z'))
  expect(sheet[2]?.slice(0, 2)).toEqual([null, 50012345])
  expect(sheet[3]).toEqual(wide)
})

test('slips change a text a little', () => {
  const rng = random('slips')
  for (let i = 0; i < 200; i++) {
    const slipped = misspellLatin(rng, 'Pemberton')
    expect(Math.abs(slipped.length - 9)).toBeLessThanOrEqual(1)
    expect(slipped.charAt(0)).toBe('P')
    expect([...misspellHan(rng, '李莉')].length).toBe(2)
    expect(misdial(rng, '19900123456')).toMatch(/^199\d{8}$/)
    expect(misdial(rng, '19900123456')).not.toBe('19900123456')
  }
  expect(misdate(rng, '1980-03-05')).toBe('1980-05-03')
  expect(['1979-03-25', '1981-03-25']).toContain(misdate(rng, '1980-03-25'))
})
