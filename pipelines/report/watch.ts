import { join } from 'node:path'
import { ClienteleError, formatFault } from '../error.ts'
import { baseDir, type Project, shownPath } from '../project.ts'
import { watchFolders } from '../watch.ts'

/**
 * Makes the pages, and again after every save of a report or template and after every new published version, until
 * `signal`. What is wrong with a page is told; the pages made before stay.
 */
export async function watchReports(
  { dir, paths }: Project,
  make: () => Promise<void>,
  { signal, tell }: { signal: AbortSignal; tell: (text: string) => void },
): Promise<void> {
  const folders = [baseDir, dir].flatMap((root) => ['reports', 'templates'].map((name) => join(root, name)))
  const watching = watchFolders([...new Set(folders)], [paths.warehouse])
  signal.addEventListener('abort', () => watching.close())
  try {
    while (!signal.aborted) {
      try {
        await make()
      } catch (error) {
        if (!(error instanceof ClienteleError)) throw error
        tell(error.faults.map(formatFault).join('\n'))
      }
      const saved = await watching.changed()
      if (!signal.aborted) tell([...saved].map(shownPath).join(', '))
    }
  } finally {
    watching.close()
  }
}
