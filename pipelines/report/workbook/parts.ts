/** A cell: text stays text whatever it begins with, a date is YYYY-MM-DD. */
export type SheetCell =
  | { text: string; link?: string }
  | { number: number; format: Format }
  | { date: string; format: 'date' | 'month' }
  | null

export interface Sheet {
  name: string
  /** Rows above what is frozen: titles, then the header. */
  head: string[][]
  rows: Iterable<SheetCell[]>
  /** In characters. */
  widths: number[]
}

/** Number formats by unit; the reporting currency stands in that of money. */
export const formats = {
  plain: 'General',
  text: '@',
  count: '#,##0',
  money: '#,##0.00',
  amount: '#,##0.00',
  percent: '0.00%',
  number: '#,##0.00',
  decimals: '#,##0.000',
  date: 'yyyy-mm-dd',
  month: 'yyyy-mm',
} as const
export type Format = keyof typeof formats

const names = Object.keys(formats) as Format[]
const styleOf = (format: Format) => names.indexOf(format)
const style = { header: names.length, link: names.length + 1, guarded: names.length + 2 }

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const prolog = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** The parts of a workbook that are not its sheets, by place. */
export function frame(sheets: string[], currency: string, title: string): Map<string, string> {
  const overrides = [
    ['/xl/workbook.xml', `${types}.sheet.main+xml`],
    ['/xl/styles.xml', `${types}.styles+xml`],
    ['/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'],
    ...sheets.map((_, i) => [`/${placeOf(i)}`, `${types}.worksheet+xml`]),
  ].map(([part, type]) => `<Override PartName="${part}" ContentType="${type}"/>`)
  const core = 'http://schemas.openxmlformats.org/package/2006/metadata/core-properties'
  return new Map([
    [
      '[Content_Types].xml',
      `${prolog}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      relations([
        `${office}/officeDocument" Target="xl/workbook.xml`,
        `${packages}/relationships/metadata/core-properties" Target="docProps/core.xml`,
      ]),
    ],
    [
      'docProps/core.xml',
      `${prolog}<cp:coreProperties xmlns:cp="${core}" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(title)}</dc:title></cp:coreProperties>`,
    ],
    [
      'xl/workbook.xml',
      `${prolog}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheets
        .map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
        .join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relations([
        ...sheets.map((_, i) => `${office}/worksheet" Target="worksheets/sheet${i + 1}.xml`),
        `${office}/styles" Target="styles.xml`,
      ]),
    ],
    ['xl/styles.xml', styles(currency)],
  ])
}

export const placeOf = (i: number): string => `xl/worksheets/sheet${i + 1}.xml`

const relations = (parts: string[]) =>
  `${prolog}<Relationships xmlns="${packages}/relationships">${parts
    .map((part, i) => `<Relationship Id="rId${i + 1}" Type="${part}"/>`)
    .join('')}</Relationships>`

function styles(currency: string): string {
  const codes = names.map((name) => (name === 'money' ? `${formats.money}" ${currency}"` : formats[name]))
  const first = 164
  const numFmts = codes.map((code, i) => `<numFmt numFmtId="${first + i}" formatCode="${escaped(code)}"/>`)
  const text = first + styleOf('text')
  const cells = [
    ...codes.map(
      (_, i) =>
        `<xf numFmtId="${first + i}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
    ),
    `<xf numFmtId="${text}" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>`,
    `<xf numFmtId="${text}" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`,
    // The mark that a program shows as an apostrophe: the cell stays text when somebody edits it.
    `<xf numFmtId="${text}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>`,
  ]
  const font = (more: string) => `<font>${more}<sz val="11"/><name val="Calibri"/><family val="2"/></font>`
  const fonts = [font(''), font('<b/>'), font('<u/>')]
  return `${prolog}<styleSheet xmlns="${main}"><numFmts count="${numFmts.length}">${numFmts.join('')}</numFmts><fonts count="3">${fonts.join('')}</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${cells.length}">${cells.join('')}</cellXfs></styleSheet>`
}

/** Rows that go to the packer together. */
const together = 200

/** A sheet as text, piece by piece: it is never whole in memory. */
export function* sheetXml({ head, rows, widths }: Sheet): Generator<string> {
  const top = `A${head.length + 1}`
  const columns = widths.map(
    (width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`,
  )
  yield `${prolog}<worksheet xmlns="${main}" xmlns:r="${office}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="${head.length}" topLeftCell="${top}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`
  const links: string[] = []
  let n = 0
  let lines = head.map((texts) =>
    rowXml(
      ++n,
      texts.map((text) => ({ text })),
      true,
      links,
    ),
  )
  for (const cells of rows) {
    lines.push(rowXml(++n, cells, false, links))
    if (lines.length < together) continue
    yield lines.join('')
    lines = []
  }
  yield `${lines.join('')}</sheetData>${links.length > 0 ? `<hyperlinks>${links.join('')}</hyperlinks>` : ''}<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>`
}

function rowXml(n: number, cells: SheetCell[], isHead: boolean, links: string[]): string {
  const written = cells.map((cell, i) => {
    const at = `${letters(i)}${n}`
    if (cell && 'link' in cell && cell.link)
      links.push(`<hyperlink ref="${at}" location="${escaped(`'${cell.link}'!A1`)}"/>`)
    return cellXml(at, cell, isHead)
  })
  return `<row r="${n}">${written.join('')}</row>`
}

function cellXml(at: string, cell: SheetCell, isHead: boolean): string {
  if (cell === null) return ''
  if ('number' in cell)
    return Number.isFinite(cell.number)
      ? `<c r="${at}" s="${styleOf(cell.format)}"><v>${cell.number}</v></c>`
      : ''
  if ('date' in cell) return `<c r="${at}" s="${styleOf(cell.format)}"><v>${dayNumber(cell.date)}</v></c>`
  if (cell.text === '') return ''
  const s = isHead
    ? style.header
    : cell.link
      ? style.link
      : /^[=+\-@\t\r]/.test(cell.text)
        ? style.guarded
        : styleOf('text')
  return `<c r="${at}" s="${s}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell.text.slice(0, longest))}</t></is></c>`
}

/** No program takes more in a cell. */
const longest = 32_767

/** Days since the epoch of spreadsheets. */
const dayNumber = (date: string): number =>
  (Date.parse(`${date.slice(0, 10)}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / 86_400_000

function letters(column: number): string {
  const rest = Math.floor(column / 26)
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(65 + (column % 26))
}

/** Text for XML, without what it cannot hold; what reads like an escape of the format is escaped itself. */
const escaped = (text: string): string =>
  text
    .replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
