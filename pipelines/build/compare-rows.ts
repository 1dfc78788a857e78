/** Cells as the engine writes them; null is null. */
export type TextRow = Readonly<Record<string, string | null>>

/** What is between the rows that were expected and those that came. */
export interface Difference {
  /** Columns that were looked at. */
  columns: string[]
  missing: TextRow[]
  unexpected: TextRow[]
  /** Rows that are alike, with the cells in which they differ. */
  differing: { expected: TextRow; actual: TextRow; cells: string[] }[]
}

export type AreEqual = (column: string, expected: string | null, actual: string | null) => boolean

/**
 * Compares rows whatever their order; an expected row is held to its own columns only. Returns nothing when each
 * expected row has an actual one of its own and none is left over.
 */
export function compareRows(
  expected: readonly TextRow[],
  actual: readonly TextRow[],
  areEqual: AreEqual,
): Difference | undefined {
  const fits = (want: TextRow, got: TextRow) => unlike(want, got, areEqual).length === 0
  const partners = matched(expected, actual, fits)
  const missing = expected.filter((_, i) => !partners.includes(i))
  const unexpected = actual.filter((_, j) => partners[j] === undefined)
  if (missing.length === 0 && unexpected.length === 0) return undefined
  const columns = [...new Set(expected.flatMap((row) => Object.keys(row)))]
  return {
    columns: columns.length > 0 ? columns : Object.keys(actual[0] ?? {}),
    ...paired(missing, unexpected, areEqual),
  }
}

const unlike = (want: TextRow, got: TextRow, areEqual: AreEqual): string[] =>
  Object.keys(want).filter((name) => !areEqual(name, want[name] ?? null, got[name] ?? null))

/** The expected row of each actual one: a largest matching, by augmenting paths. Rows may fit several. */
function matched(
  expected: readonly TextRow[],
  actual: readonly TextRow[],
  fits: (want: TextRow, got: TextRow) => boolean,
): (number | undefined)[] {
  const partners: (number | undefined)[] = actual.map(() => undefined)
  const place = (i: number, tried: Set<number>): boolean =>
    actual.some((got, j) => {
      if (tried.has(j) || !fits(expected[i] as TextRow, got)) return false
      tried.add(j)
      const other = partners[j]
      if (other !== undefined && !place(other, tried)) return false
      partners[j] = i
      return true
    })
  expected.forEach((_, i) => {
    place(i, new Set())
  })
  return partners
}

/** Of the rows that are left, those that agree in most cells are shown side by side. */
function paired(
  missing: readonly TextRow[],
  unexpected: readonly TextRow[],
  areEqual: AreEqual,
): Omit<Difference, 'columns'> {
  const pairs = missing
    .flatMap((expected) =>
      unexpected.map((actual) => {
        const cells = unlike(expected, actual, areEqual)
        return { expected, actual, cells, alike: Object.keys(expected).length - cells.length }
      }),
    )
    .filter(({ alike }) => alike > 0)
    .toSorted((a, b) => b.alike - a.alike)
  const taken = new Set<TextRow>()
  const differing: Difference['differing'] = []
  for (const { expected, actual, cells } of pairs) {
    if (taken.has(expected) || taken.has(actual)) continue
    taken.add(expected).add(actual)
    differing.push({ expected, actual, cells })
  }
  const rest = (rows: readonly TextRow[]) => rows.filter((row) => !taken.has(row))
  return { missing: rest(missing), unexpected: rest(unexpected), differing }
}
