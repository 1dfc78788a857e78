import Handlebars from 'handlebars'

/** Where a word of the text leads: a table, a macro where it is called. */
export type LinkOf = (word: string, isCall: boolean) => string | undefined

interface Language {
  /** Comment, text, number, word, in this order. */
  tokens: RegExp
  keywords: ReadonlySet<string>
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

const sql: Language = {
  tokens:
    /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\3\$)|(\b\d[\d_.]*(?:e[+-]?\d+)?\b)|([a-z_][\w$]*(?:\.[a-z_][\w$]*)*)/gi,
  keywords: words(
    `all and anti any as asc asof between by case cast cross cube current desc distinct else end escape except exclude exists
     false fetch filter first following for from full group grouping having if ilike in inner intersect into is join lambda
     last lateral left like limit macro materialized natural not null nulls offset on or order outer over partition pivot
     positional preceding qualify range recursive rename replace returning right rollup row rows select semi sets similar some
     table then to true try_cast unbounded union unpivot using values when where window with within create macro function view`,
  ),
}

const typescript: Language = {
  tokens:
    /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)()|(\b\d[\d_.]*(?:e[+-]?\d+)?\b)|([a-z_$][\w$]*)/gi,
  keywords: words(
    `as async await break case catch class const continue default delete do else export extends false finally for from function
     if import in instanceof interface keyof let new null of readonly return satisfies static super switch this throw true try
     type typeof undefined var void while yield`,
  ),
}

/** A text as HTML: everything escaped, its parts marked, names that lead somewhere as links. */
export function highlight(text: string, language: 'sql' | 'ts', linkOf: LinkOf): Handlebars.SafeString {
  const { tokens, keywords } = language === 'sql' ? sql : typescript
  const escaped = Handlebars.escapeExpression
  const marked = (kind: string, part: string) => `<span class="${kind}">${escaped(part)}</span>`
  let html = ''
  let end = 0
  for (const { 0: part, 1: comment, 2: quoted, 4: numeral, 5: word, index } of text.matchAll(tokens)) {
    html += escaped(text.slice(end, index))
    end = index + part.length
    if (comment !== undefined) html += marked('c', part)
    else if (quoted !== undefined) html += marked('s', part)
    else if (numeral !== undefined) html += marked('n', part)
    else
      html += wordOf(
        word as string,
        keywords,
        (one) => linkOf(one, /^\s*\(/.test(text.slice(end, end + 9))),
        marked,
      )
  }
  return new Handlebars.SafeString(html + escaped(text.slice(end)))
}

function wordOf(
  word: string,
  keywords: ReadonlySet<string>,
  linkOf: (word: string) => string | undefined,
  marked: (kind: string, part: string) => string,
): string {
  const isKeyword = keywords.has(word) || keywords.has(word.toLowerCase())
  const href = isKeyword ? undefined : linkOf(word.toLowerCase())
  if (href !== undefined)
    return `<a href="${Handlebars.escapeExpression(href)}">${Handlebars.escapeExpression(word)}</a>`
  return isKeyword ? marked('k', word) : Handlebars.escapeExpression(word)
}
