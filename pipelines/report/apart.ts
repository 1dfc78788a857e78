import { createHash } from 'node:crypto'

/**
 * The name of a pack that is made apart, beside that of its night: `2026-06-30.customer-P00001`. What was asked for may
 * be any text: what a file's name should not hold is replaced, and two texts never have one name.
 */
export function apartName(
  asOf: string,
  asked: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const parts = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}-${safeName(value)}`,
  )
  return parts.length > 0 ? [asOf, ...parts].join('.') : undefined
}

/** Letters and digits of any script; 40 of them are at most 160 bytes of the 255 that a name may have. */
const longest = 40

function safeName(text: string): string {
  const safe = text.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}_-]/gu, '_')
  const short = [...safe].slice(0, longest).join('')
  return short === text ? short : `${short}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}
