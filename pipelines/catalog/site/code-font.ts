import { readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import subsetFont from 'subset-font'
import { digest } from '../../build/digest.ts'
import { type Project, privateDir } from '../../project.ts'

const file = '@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf'

/** A `@font-face` rule that carries the font of code, cut to the characters given. Cuts are kept in `var/cache`. */
export async function codeFont(project: Project, characters: string): Promise<string> {
  const woff = await cut(project, characters)
  return `@font-face{font-family:Code;src:url(data:font/woff;base64,${woff.toString('base64')}) format("woff")}`
}

async function cut({ paths }: Project, characters: string): Promise<Buffer> {
  const dir = join(paths.var, 'cache')
  const kept = join(dir, `code-${digest(file, characters)}.woff`)
  const found = await readFile(kept).catch(() => undefined)
  if (found) return found
  const whole = await readFile(createRequire(import.meta.url).resolve(file))
  const font = await subsetFont(whole, characters, { targetFormat: 'woff', noLayoutClosure: true })
  await privateDir(paths.var)
  await privateDir(dir)
  await writeFile(`${kept}.${process.pid}`, font, { mode: 0o600 })
  await rename(`${kept}.${process.pid}`, kept)
  return font
}
