import { didYouMean } from './near-miss.ts'
import { blanked } from './statements.ts'

/** Where in an author's SQL the engine stumbled. */
interface Stumble {
  /** What it said. */
  message: string
  /** The text as it is, from where it stumbled. */
  from: string
  /** The text up to there, comments and quoted text blanked. */
  before: string
}

type Rule = readonly [when: (stumble: Stumble) => boolean, how: string | ((stumble: Stumble) => string)]

const says =
  (pattern: RegExp) =>
  ({ message }: Stumble) =>
    pattern.test(message)

const isSyntax = says(/^syntax error|ends too early/)
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length
const named = ({ message }: Stumble): string => /"(.*?)"/.exec(message)?.[1] ?? ''

/** A word that may not be a name, before the point of a qualified one. */
const reserved =
  /^(all|and|any|array|as|asc|both|case|cast|check|column|constraint|create|default|desc|distinct|do|else|end|except|false|fetch|for|from|group|having|in|initially|into|lateral|leading|limit|not|null|offset|on|only|or|order|pivot|primary|references|returning|select|show|some|summarize|table|then|to|trailing|true|union|unique|using|when|where|window|with)\./i

const clauses = [
  'select',
  'from',
  'where',
  'group',
  'order',
  'having',
  'qualify',
  'join',
  'using',
  'union',
  'window',
  'limit',
]

/** A word at the stumble, or just before it, that is nearly one which begins a clause. */
function misspelt({ before, from }: Stumble): string | undefined {
  const words = [/(\w+)\s*$/.exec(before)?.[1], /^\w+/.exec(from)?.[0]]
  const own = words.filter((word) => word !== undefined && !clauses.includes(word.toLowerCase()))
  return own.map((word) => didYouMean(word as string, clauses)).find((how) => how !== undefined)
}

/** A clause begins although the last JOIN has no condition, and is none that needs none. */
function lacksCondition({ before, from }: Stumble): boolean {
  const last = [...before.matchAll(/\bjoin\b/gi)].at(-1)
  if (!last || !/^(where|group|order|having|qualify|(left|right|full|inner|cross)\b|join)\b/i.test(from))
    return false
  const isFree = /\b(cross|natural|positional)\s+(\w+\s+)*$/i.test(before.slice(0, last.index).slice(-40))
  return !isFree && !/\b(on|using)\b/i.test(before.slice(last.index))
}

/** What analysts slip on most, the particular before the general. */
const rules: readonly Rule[] = [
  [
    says(/^unterminated quoted string/),
    "Close it with '; a quote within a text is written twice: 'the till''s'.",
  ],
  [says(/^unterminated \/\* comment/), 'Close it with */.'],
  [says(/"as_of"/), 'It is a macro: write as_of().'],
  [says(/"[^"]*[‘’“”][^"]*"/), 'Write text in straight single quotes.'],
  [says(/"[^"]*[，、；（）][^"]*"/), 'Write commas, semicolons and parentheses in half width: , ; ( ).'],
  [
    says(/because the FROM clause is missing/),
    'Name the table to read: from schema.table. A macro knows its arguments only.',
  ],
  [
    (stumble) => says(/^Referenced column/)(stumble) && stumble.from.startsWith('"'),
    (stumble) => `Text stands in single quotes: '${named(stumble)}'. Double quotes name a column.`,
  ],
  [
    says(/^Table Function with name (ref|source) /),
    'There is no templating: name the table itself, as schema.table.',
  ],
  [says(/WHERE clause cannot contain aggregates/), 'Put this condition into HAVING, after GROUP BY.'],
  [
    says(/WHERE clause cannot contain window functions/),
    'Put this condition into QUALIFY, after WHERE and GROUP BY.',
  ],
  [
    says(/^Set operations can only/),
    'Give each SELECT the same columns in the same order, or write UNION ALL BY NAME.',
  ],
  [
    says(/does not exist on (left|right) side of join/),
    'Both sides need it: join on a.x = b.y where the names differ.',
  ],
  [says(/^Cannot compare values/), "Cast one of them, as in date '2024-01-31' or amount::integer."],
  [
    says(/^More than one row returned by a subquery/),
    'Take one with max() or any_value(), or join the table instead.',
  ],
  [says(/^Could not parse string/), 'try_strptime() gives null where a text does not fit the format.'],
  [
    says(/^(Could not convert|Failed to cast|invalid \w+ field|.*out of range)/i),
    'Take a type that holds every value, or try_cast(), which gives null where one does not fit.',
  ],
  [
    (all) => isSyntax(all) && /^\{[{%]/.test(all.from),
    "There is no templating: name tables in FROM, and parameters as param('name').",
  ],
  [(all) => isSyntax(all) && misspelt(all) !== undefined, (all) => misspelt(all) as string],
  [
    (all) => isSyntax(all) && reserved.test(all.from),
    ({ from }) =>
      `${/^\w+/.exec(from)?.[0]} is a word of SQL: put it in double quotes, or choose another name.`,
  ],
  [
    (all) => isSyntax(all) && count(all.before, /\bcase\b/gi) > count(all.before, /\bend\b/gi),
    'A CASE ends with END.',
  ],
  [
    (all) => isSyntax(all) && count(all.before, /\(/g) > count(all.before, /\)/g),
    'A parenthesis before it is not closed.',
  ],
  [(all) => isSyntax(all) && lacksCondition(all), 'A JOIN needs ON or USING, or is a CROSS JOIN.'],
  [says(/ends too early/), 'A name, a value or a condition is missing at the end.'],
  [isSyntax, 'Look just before it: a comma or an operator may be missing, or one too many.'],
]

/** How to mend what the engine says of an author's text, where it is a slip that is known. `at` counts in the text. */
export function adviceOn(message: string, text: string, at = text.length): string | undefined {
  const stumble = { message, from: text.slice(at), before: blanked(text).slice(0, at) }
  const [, how] = rules.find(([when]) => when(stumble)) ?? []
  return typeof how === 'function' ? how(stumble) : how
}

const parts: readonly (readonly [says: RegExp, part: RegExp])[] = [
  [/^Could not parse string/, /\bstrptime\b/gi],
  [/returned by a subquery/, /\(\s*select\b/gi],
  [/^Set operations/, /\b(union|except|intersect)\b/gi],
]

/** Where to point when the engine does not: at the part it speaks of, or the name, when there is one such. */
export function pointedAt(message: string, text: string): number | undefined {
  const [, part] = parts.find(([says]) => says.test(message)) ?? []
  const [, name] = /(?:"| source column )(\w+)/.exec(message) ?? []
  const pattern = part ?? (name ? new RegExp(`\\b${name}\\b`, 'gi') : undefined)
  const found = pattern ? [...blanked(text).matchAll(pattern)] : []
  return found.length === 1 ? found[0]?.index : undefined
}
