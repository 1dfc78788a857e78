import { type Command, InvalidArgumentError, Option } from 'commander'
import { openProject } from '../project.ts'
import { type GraphFormat, printGraph } from './print-graph.ts'
import { printLineage } from './print-lineage.ts'

interface Globals {
  project: string
  json?: boolean
}

/** How the command line makes a command and prints a text. */
export interface CommandLine {
  command(name: string, description: string): Command
  print(text: string): void
}

/** Commands that show what there is: none of them needs a lock or data. */
export function addCatalogCommands({ command, print }: CommandLine): void {
  const printed = (value: object, text: () => string, { json }: Globals) =>
    print(json ? JSON.stringify(value, null, 2) : text())

  command('lineage <name>', 'where a column comes from, and what is made of it')
    .option('--up', 'only where it comes from')
    .option('--down', 'only what is made of it')
    .option('--depth <steps>', 'steps to follow', wholeNumber)
    .addHelpText('after', '\nA name is schema.table.column, schema.table or param.name.')
    .action(async (name: string, options: Globals & { up?: boolean; down?: boolean; depth?: number }) => {
      const { lineage } = await import('./lineage.ts')
      const found = await lineage(await openProject(options.project), name, options)
      printed(found, () => printLineage(found), options)
    })

  command('graph [table]', 'which table reads which; with a table, only those around it')
    .addOption(new Option('--format <format>', 'how to draw it').choices(['tree', 'mermaid', 'dot']))
    .action(async (around: string | undefined, options: Globals & { format?: GraphFormat }) => {
      const { graph } = await import('./graph.ts')
      const found = await graph(await openProject(options.project), around ? { around } : {})
      printed(found, () => printGraph(found, options.format), options)
    })
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number, 0 or more.')
  return Number(text)
}
