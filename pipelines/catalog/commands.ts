import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Ledger } from '../ledger.ts'
import { openProject, privateDir, shownPath } from '../project.ts'
import type { StageContext } from '../stage.ts'
import { catalogue } from './catalogue.ts'
import { graph } from './graph.ts'
import { lineage } from './lineage.ts'
import { type GraphFormat, printGraph } from './print-graph.ts'
import { printLineage } from './print-lineage.ts'

interface Globals {
  project: string
  json?: boolean
}

/** How the command line makes a command, prints a text, and does work on the record and under the project's lock. */
export interface CommandLine {
  command(name: string, description: string): Command
  print(text: string): void
  run(
    name: string,
    options: Globals,
    work: (ctx: StageContext, ledger: Ledger) => Promise<void>,
  ): Promise<void>
}

/** Commands that show what there is: none of them needs a lock or data, but for the catalogue, which shows a version. */
export function addCatalogCommands({ command, print, run }: CommandLine): void {
  const printed = (value: object, text: () => string, { json }: Globals) =>
    print(json ? JSON.stringify(value, null, 2) : text())

  command('lineage <name>', 'where a column comes from, and what is made of it')
    .option('--up', 'only where it comes from')
    .option('--down', 'only what is made of it')
    .option('--depth <steps>', 'steps to follow', wholeNumber)
    .addHelpText('after', '\nA name is schema.table.column, schema.table or param.name.')
    .action(async (name: string, options: Globals & { up?: boolean; down?: boolean; depth?: number }) => {
      const found = await lineage(await openProject(options.project), name, options)
      printed(found, () => printLineage(found), options)
    })

  command('graph [table]', 'which table reads which; with a table, only those around it')
    .addOption(new Option('--format <format>', 'how to draw it').choices(['tree', 'mermaid', 'dot']))
    .action(async (around: string | undefined, options: Globals & { format?: GraphFormat }) => {
      const found = await graph(await openProject(options.project), around ? { around } : {})
      printed(found, () => printGraph(found, options.format), options)
    })

  command(
    'catalogue',
    'write the catalogue of tables, columns, tests and lineage as pages to read from disk',
  ).action((options: Globals) =>
    run('catalogue', options, (ctx, ledger) => ledger.stage('catalogue', () => writeCatalogue(ctx))),
  )
}

/** The pages appear together: they are made in a hidden folder that then takes the place of the former. */
async function writeCatalogue(ctx: StageContext): Promise<void> {
  const { published, warehouse } = ctx.project.paths
  await privateDir(published)
  const shown = join(published, 'catalogue')
  const making = join(published, '.catalogue-making')
  await rm(making, { recursive: true, force: true })
  const { pages } = await catalogue(ctx, warehouse, making)
  await rm(shown, { recursive: true, force: true })
  await rename(making, shown)
  ctx.log.line(`catalogue: ${pages} pages, ${shownPath(join(shown, 'index.html'))}`)
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number, 0 or more.')
  return Number(text)
}
