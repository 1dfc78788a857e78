import MarkdownIt from 'markdown-it'

/** A Handlebars tag, with strings inside it that may hold braces; comments may hold anything. */
const tag = /\{\{!--[\s\S]*?--~?\}\}|\{\{\{?(?:"[^"]*"|'[^']*'|[^}"'])*\}?\}\}/y
const blockNames = { alt: ['paragraph', 'reference', 'blockquote', 'list'] }

/**
 * Markdown with Handlebars tags in it, to an HTML template with the same tags in the same order.
 * Markdown is done first and values are filled in afterwards, escaped: a value can never act as Markdown or HTML.
 * A tag on lines of its own stands as it is; a tag within a text is part of its paragraph.
 */
export function markdownTemplate(source: string): string {
  return markdown.render(source)
}

const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false })

markdown.inline.ruler.before('text', 'handlebars', (state, silent) => {
  const found = tagAt(state.src, state.pos)
  if (!found) return false
  if (!silent) state.push('html_inline', '', 0).content = found
  state.pos += found.length
  return true
})

markdown.block.ruler.before(
  'table',
  'handlebars',
  (state, startLine, endLine, silent) => {
    const start = (state.bMarks[startLine] as number) + (state.tShift[startLine] as number)
    const end = endOfTags(state.src, start)
    if (end === undefined) return false
    if (silent) return true
    let line = startLine + 1
    while (line < endLine && (state.bMarks[line] as number) < end) line++
    const token = state.push('html_block', '', 0)
    token.content = `${state.src.slice(start, end)}\n`
    token.map = [startLine, line]
    state.line = line
    return true
  },
  blockNames,
)

/** End of the line when nothing but tags stands from `start` to there. */
function endOfTags(source: string, start: number): number | undefined {
  let at = start
  for (;;) {
    const found = tagAt(source, at)
    if (!found) return undefined
    at += found.length
    while (source[at] === ' ' || source[at] === '\t') at++
    if (at >= source.length || source[at] === '\n') return at
  }
}

function tagAt(source: string, at: number): string | undefined {
  if (source[at] !== '{' || source[at + 1] !== '{') return undefined
  tag.lastIndex = at
  return tag.exec(source)?.[0]
}
