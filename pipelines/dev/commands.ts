import { type Command, InvalidArgumentError } from 'commander'
import { openProject } from '../project.ts'
import { compare, printComparison } from './compare.ts'
import { copyToCompare } from './own-file.ts'
import { type DevCommandOptions, room, runDev } from './run-dev.ts'
import { printShown, show, shownJson } from './show.ts'

interface Globals {
  project: string
  asOf?: string
  json?: boolean
}

/** How the command line makes a command and prints a text. */
export interface CommandLine {
  command(name: string, description: string): Command
  print(text: string): void
}

/** Commands of people who change models: nothing of them touches what is published. */
export function addDevCommands({ command, print }: CommandLine): void {
  const printed = (value: object, text: () => string, { json }: Globals) =>
    print(json ? JSON.stringify(value, null, 2) : text())

  command('show <table>', 'the first rows of a published table, with its columns and their types')
    .option('--limit <rows>', 'rows to show', wholeNumber, 10)
    .option('--personal', 'show personal columns as they are', false)
    .action(async (table: string, options: Globals & { limit: number; personal: boolean }) => {
      const shown = await show(await openProject(options.project), table, options)
      printed(shownJson(shown), () => printShown(shown, room()), options)
    })

  command('diff [table]', 'how the copy that is being built differs from the published version')
    .option('--dev', 'compare your own copy, as clientele dev left it')
    .option('--user <name>', 'whose own copy')
    .action(async (table: string | undefined, options: Globals & { dev?: boolean; user?: string }) => {
      const project = await openProject(options.project)
      const comparison = await compare(project, { table, file: copyToCompare(project, options) })
      printed(comparison, () => printComparison(comparison), options)
    })

  command('dev', 'build what you change into your own file, on top of the published version')
    .option('--once', 'one pass, then end: status 1 when something is wrong')
    .option('--limit <rows>', 'first rows to show of a model that changed', wholeNumber, 5)
    .option('--personal', 'show personal columns as they are', false)
    .option('--user <name>', 'whose own file')
    .action((options: Globals & DevCommandOptions) => runDev(options, print))
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number, 0 or more.')
  return Number(text)
}
