import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { usageError } from '../error.ts'
import { shownPath } from '../project.ts'

export interface Started {
  dir: string
  files: string[]
}

/** Starts a project: configuration, places for contracts, models and corrections. Never writes over anything. */
export async function initProject(folder: string): Promise<Started> {
  const dir = resolve(folder)
  if (existsSync(join(dir, 'clientele.config.ts'))) {
    throw usageError({ what: `${shownPath(dir)} is a project already: it has a clientele.config.ts` })
  }
  const name =
    basename(dir)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'firm'
  const files = filesOf(name)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true })
    await writeFile(join(dir, path), text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  await mkdir(join(dir, 'input'), { recursive: true, mode: 0o700 })
  return { dir, files: Object.keys(files) }
}

const filesOf = (name: string): Record<string, string> => ({
  'clientele.config.ts': `export default {
  name: '${name}',
  // As printed on the pack.
  title: '${name}',
  timeZone: '${Intl.DateTimeFormat().resolvedOptions().timeZone}',
  reportingCurrency: 'GBP',
}
`,
  '.gitignore':
    'input/\nvar/\n# Mended rows are personal data: keep them where personal data belong.\ncorrections/\n',
  'sources/README.md': `# Sources

One contract a source: \`<source>.yaml\`. Draft one with \`clientele contract --project . --from input/FILE > sources/NAME.yaml\`,
read it, and try it with \`clientele load --project .\` after \`clientele extract --project .\`.
`,
  'sql/staging/README.md': `# Staging

A model at the same path as one of the base's \`sql/staging\` takes its place: \`orders.sql\` here makes \`staging.orders\`
out of \`raw\` tables, with the columns that the base's file declares. What a project does not have stays empty.
`,
})
