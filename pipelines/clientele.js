#!/usr/bin/env node
// Plain JavaScript, so that Node need not load its TypeScript reader: what it made of every other file is kept.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Beside the packages: whoever may write there decides what runs anyway. Where nobody may, nothing is kept.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/clientele'))
const { main } = await import('./cli.ts')
await main(process.argv.slice(2))
