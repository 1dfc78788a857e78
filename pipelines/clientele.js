#!/usr/bin/env node
// Plain JavaScript, so that Node need not load its TypeScript reader: what it made of every other file is kept.
import module from 'node:module'
import { join } from 'node:path'

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Clientele runs on Node 24, and this is ${process.versions.node}.\nStart it with npx clientele or npm run: they use the one that npm ci installed.\n`,
  )
  process.exit(2)
}
// Beside the packages: whoever may write there decides what runs anyway. Where nobody may, nothing is kept.
module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/clientele'))
const { main } = await import('./cli.ts')
await main(process.argv.slice(2))
