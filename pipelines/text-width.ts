import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/** Columns that a text takes on a terminal. What measures all of Unicode is loaded by the first text that needs it. */
export const textWidth = (text: string): number =>
  /^[ -~]*$/.test(text) ? text.length : (load('string-width') as { default: typeof textWidth }).default(text)
