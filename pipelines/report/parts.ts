import { ClienteleError, formatFault } from '../error.ts'
import type { Pack } from './pack.ts'

/** Pages that another stage gives to the pack. They are read in a folder of their own and open with `index.html`. */
export interface PackPart {
  /** The index links it as `page.parts.<folder>` of the words. */
  folder: string
  /** Its files by name. */
  files(): Promise<ReadonlyMap<string, string>>
}

/**
 * Writes the parts into the pack that is being made. The reports do not wait for one that cannot be made: it is told,
 * and that of the same run, where there is one, stays. Anything but a fault of the project is thrown.
 */
export async function writeParts(
  pack: Pack,
  parts: readonly PackPart[],
): Promise<{ written: string[]; missing: string[] }> {
  const written: string[] = []
  const missing: string[] = []
  for (const { folder, files } of parts) {
    try {
      const made = [...(await files())]
      await Promise.all(made.map(([name, content]) => pack.write(`${folder}/${name}`, content)))
      written.push(folder)
    } catch (error) {
      if (!(error instanceof ClienteleError)) throw error
      await pack.drop(folder)
      missing.push(`no ${folder}: ${error.faults.map(formatFault).join('\n')}`)
    }
  }
  return { written, missing }
}
