import { stallNight } from './stall.ts'

// A night in a process that may be killed. Prints each step as it begins.
await stallNight(process.argv[2] as string, (text) => void process.stdout.write(`${text}\n`))
