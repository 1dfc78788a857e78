import { type Fault, placeAt } from '../error.ts'
import { blanked, statements, withoutComments } from '../statements.ts'
import { runnerMacros } from './parameters.ts'
import type { Parsed } from './parse.ts'
import type { Reading } from './read.ts'
import { checkedReferences, type SelectSource } from './read-select.ts'
import type { Macro, SourceFile } from './source.ts'

const opening = /^create\s+(?:or\s+replace\s+)?(?:macro|function)\s+(?=[a-z_]\w*\s*\()/i

/** Reads `sql/macros/`: `create macro` statements, several a file. They are those of before where no file has changed. */
export async function readMacros(
  files: SourceFile[],
  { parser, faults }: Reading,
): Promise<Map<string, Macro>> {
  const key = files.flatMap(({ shown, text }) => [shown, text]).join('\0')
  const known = parser.macros.get(key)
  if (known) return known
  const found: Fault[] = []
  const macros = await read(files, { parser, faults: found })
  faults.push(...found)
  parser.macros.clear()
  if (found.length === 0) parser.macros.set(key, macros)
  return macros
}

async function read(files: SourceFile[], { parser, faults }: Reading): Promise<Map<string, Macro>> {
  const drafts = files
    .filter(({ key }) => key.endsWith('.sql'))
    .flatMap((file) => statements(file.text).map((span) => draft(file, span.start, span.end)))
  const parsed = await parser.parse(drafts.flatMap((one) => ('source' in one ? [one.source.text] : [])))
  const macros = new Map<string, Macro>()
  for (const one of drafts) {
    if (!('source' in one)) {
      faults.push(one)
      continue
    }
    const { source, macro } = one
    const where = placeAt(macro.file.shown, macro.file.text, macro.start)
    if (runnerMacros.includes(macro.name))
      faults.push({ what: `the runner defines ${macro.name}() itself`, where, how: 'Choose another name.' })
    else if (macros.has(macro.name))
      faults.push({ what: `two macros are called ${macro.name}`, where, how: 'Remove or rename one.' })
    const references = checkedReferences(parsed.get(source.text) as Parsed, source, faults)
    if (references.calls.some(({ name }) => name === macro.name))
      faults.push({
        what: `the macro ${macro.name} calls itself`,
        where,
        how: 'Write a recursive CTE in the model.',
      })
    macros.set(macro.name, { ...macro, references })
  }
  return macros
}

interface Draft {
  macro: Omit<Macro, 'references'>
  source: SelectSource
}

/** The body of a macro is parsed as a SELECT that stands at the same offset, everything before it blanked. */
function draft(file: SourceFile, start: number, end: number): Draft | Fault {
  const text = file.text.slice(start, end)
  const head = opening.exec(text)
  const bodyAt = head ? bodyStart(text, head[0].length) : undefined
  if (!head || bodyAt === undefined) {
    return {
      what: `${file.key} holds a statement that is not CREATE MACRO`,
      where: placeAt(file.shown, file.text, start),
      how: 'Write: create macro name(argument) as expression;',
    }
  }
  const name = (/^\w+/.exec(text.slice(head[0].length)) as RegExpExecArray)[0].toLowerCase()
  const isTable = /^table\b/i.test(text.slice(bodyAt))
  const lead = isTable ? ' '.repeat(bodyAt + 'table'.length) : 'select '.padStart(bodyAt)
  const body = lead + text.slice(lead.length)
  return {
    macro: { name, file, text: text.slice(head[0].length), start: start + head[0].length, shift: start },
    source: {
      file,
      text: body,
      shift: start,
      about: `the macro ${name}`,
      otherwise: placeAt(file.shown, file.text, start),
    },
  }
}

/** Where the body begins: after the parameter list and AS. */
function bodyStart(text: string, from: number): number | undefined {
  const plain = blanked(text)
  let depth = 0
  for (let at = plain.indexOf('(', from); at < plain.length; at++) {
    if (plain[at] === '(') depth++
    if (plain[at] === ')') depth--
    if (depth > 0) continue
    const as = /^\s*as\s+/i.exec(withoutComments(text).slice(at + 1))
    return as ? at + 1 + as[0].length : undefined
  }
  return undefined
}
