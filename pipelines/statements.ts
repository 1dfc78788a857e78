/** A stretch of a text, `end` not included. */
export interface Span {
  start: number
  end: number
}

/** What hides a semicolon: quoted text, quoted names, dollar-quoted text, comments. */
const hidden = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g

/** The same text with comments and quoted text blanked out: every offset and line stays. */
export const blanked = (text: string): string => text.replace(hidden, blank)
/** The same text with comments blanked out. */
export const withoutComments = (text: string): string =>
  text.replace(hidden, (match) => (match.search(comments) === 0 ? blank(match) : match))

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')

/** Where each statement of a script stands, without its semicolon and the comments around it. */
export function statements(text: string): Span[] {
  const plain = blanked(text)
  const visible = withoutComments(text)
  const spans: Span[] = []
  let from = 0
  for (let at = 0; at <= plain.length; at++) {
    if (at < plain.length && plain[at] !== ';') continue
    const piece = visible.slice(from, at)
    const body = piece.trim()
    if (body) {
      const start = from + piece.indexOf(body)
      spans.push({ start, end: start + body.length })
    }
    from = at + 1
  }
  return spans
}
