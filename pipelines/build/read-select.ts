import { adviceOn } from '../engine-advice.ts'
import { type Fault, type Place, placeAt } from '../error.ts'
import { type Span, statements } from '../statements.ts'
import type { Parsed, ParseFault } from './parse.ts'
import { noReferences, type References } from './references.ts'
import type { SourceFile } from './source.ts'

/** A text to parse and where it stands in the author's file. */
export interface SelectSource {
  file: SourceFile
  text: string
  /** `file offset = offset in text + shift`; unknown when the text is not in the file letter for letter. */
  shift: number | undefined
  /** What the text is, as said in a fault: `core.orders`, `the expression`. */
  about: string
  /** Where to point when the engine names no position, or one that is not known in the file. */
  otherwise?: Place
  /** Where in the text the author's own part begins and ends, when it is not all of it. */
  begin?: number
  end?: number
}

/** The references of a parsed text; what keeps it from being one SELECT goes to `faults`. */
export function checkedReferences(parsed: Parsed, source: SelectSource, faults: Fault[]): References {
  if (parsed.fault) {
    faults.push(parseFault(parsed.fault, source))
    return noReferences
  }
  for (const { kind, at } of parsed.references.oddities) {
    faults.push({ ...oddities[kind](source.about), where: place(source, at) })
  }
  return parsed.references
}

function place({ file, shift, otherwise }: SelectSource, offset: number | undefined): Place {
  if (shift !== undefined && offset !== undefined) return placeAt(file.shown, file.text, offset + shift)
  return otherwise ?? { file: file.shown }
}

const oddities = {
  parameter: (about: string) => ({
    what: `${about} has a parameter ($ or ?)`,
    how: "Read it with param('name').",
  }),
  sample: (about: string) => ({
    what: `${about} takes a sample, which differs from run to run`,
    how: 'Choose rows by a hash of their key: where hash(id) % 100 < 10.',
  }),
  show: (about: string) => ({ what: `${about} is not a SELECT`, how: 'Write one SELECT.' }),
}

function parseFault(fault: ParseFault, source: SelectSource): Fault {
  const { about, text } = source
  if (fault.kind === 'syntax') return syntaxFault(fault, source)
  if (fault.kind === 'empty') {
    return {
      what: `${about} holds no SELECT`,
      where: place(source, undefined),
      how: 'Write one SELECT below the head.',
    }
  }
  const spans = statements(text)
  const odd = spans.find((span) => !/^(select|with|from|values|\()/i.test(textOf(span, text)))
  return odd === undefined || odd !== spans[0]
    ? severalFault(source, odd ?? spans[1])
    : notSelectFault(source, odd)
}

/** An error at the end is one of the author's last word, not of the empty line after it. */
function syntaxFault({ message, at }: ParseFault, source: SelectSource): Fault {
  const end = source.text.slice(0, source.end).trimEnd().length
  const tooEarly = at !== undefined && at >= end
  const [told = message] = message.split('\n')
  const what = tooEarly ? 'it ends too early' : told.replace(/ at or near "[^"]*$/, '')
  const found = tooEarly ? end : at
  const how = adviceOn(what, source.text.slice(source.begin, end), found && found - (source.begin ?? 0))
  return { what: `${source.about}: ${what}`, where: place(source, found), ...(how ? { how } : {}) }
}

const severalFault = (source: SelectSource, second: Span | undefined): Fault => ({
  what: `${source.about} holds more than one statement`,
  where: place(source, second?.start),
  how: 'Keep one SELECT; give each other a file of its own.',
})

function notSelectFault(source: SelectSource, span: Span): Fault {
  const where = place(source, span.start)
  const word = /^\w*/.exec(textOf(span, source.text))?.[0].toUpperCase()
  if (word === 'PIVOT' || word === 'UNPIVOT') {
    const how = 'Write: select * from core.orders pivot (sum(x) for y in (1, 2)).'
    return { what: `${source.about} is a bare ${word} statement`, where, how }
  }
  const how = 'Write one SELECT; the runner makes the table from it.'
  return { what: `${source.about} is not a SELECT${word ? ` but ${word}` : ''}`, where, how }
}

const textOf = ({ start, end }: Span, text: string): string => text.slice(start, end)
