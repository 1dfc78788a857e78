/** What a PDF says of its own structure. Chromium writes objects in plain text; streams, which hold the drawing, are passed over. */
export interface PdfOutline {
  title: string
  language: string
  /** Headings, in the order of the outline, each with how deep it lies. */
  bookmarks: [depth: number, title: string][]
  /** Elements of the structure by their kind, as their dictionaries stand in the file. */
  elements: Map<string, string[]>
  pages: number
}

export function readPdf(raw: string): PdfOutline {
  const objects = new Map(
    [...raw.matchAll(/(?<=^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, n, body = '']) => [
      Number(n),
      body.replace(/stream\r?\n[\s\S]*/, ''),
    ]),
  )
  const bodies = [...objects.values()]
  const find = (pattern: RegExp) => bodies.find((body) => pattern.test(body)) ?? ''
  const outlines = find(/\/Type \/Outlines/)
  return {
    title: textOf(/\/Title ([(<][\s\S]*?[)>])\n\/Creator/.exec(find(/\/Creator/))?.[1] ?? ''),
    language: /\/Lang \(([^)]*)\)/.exec(find(/\/Type \/Catalog/))?.[1] ?? '',
    bookmarks: branch(objects, numberAt(outlines, 'First'), 0),
    elements: Map.groupBy(
      bodies.filter((body) => body.includes('/Type /StructElem')),
      (body) => /\/S \/(\w+)/.exec(body)?.[1] ?? '',
    ),
    pages: bodies.filter((body) => /\/Type \/Page\n/.test(body)).length,
  }
}

const numberAt = (body: string, key: string): number | undefined => {
  const found = new RegExp(`/${key} (\\d+) 0 R`).exec(body)?.[1]
  return found === undefined ? undefined : Number(found)
}

function branch(objects: Map<number, string>, first: number | undefined, depth: number): [number, string][] {
  const found: [number, string][] = []
  for (let at = first; at !== undefined; at = numberAt(objects.get(at) ?? '', 'Next')) {
    const body = objects.get(at) ?? ''
    found.push([depth, textOf(/\/Title ([(<][\s\S]*?[)>])\n/.exec(body)?.[1] ?? '')])
    found.push(...branch(objects, numberAt(body, 'First'), depth + 1))
  }
  return found
}

/** A string of a PDF: `(text)`, or UTF-16 as `<FEFF…>`. */
function textOf(written: string): string {
  if (!written.startsWith('<')) return written.slice(1, -1).replace(/\\(.)/g, '$1')
  const bytes = Buffer.from(written.slice(1, -1), 'hex').swap16()
  return bytes.toString('utf16le').replace(/^\ufeff/, '')
}
